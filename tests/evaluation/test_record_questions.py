"""Questions are seeded, of many kinds, true to what the specification shows, and never ambiguous."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from record_bundle import ada, bundle

from wardround.evaluation.record import phrases
from wardround.evaluation.record.concepts import called, normal
from wardround.evaluation.record.days import age, birthday, day_of, earlier
from wardround.evaluation.record.held_out import HELD_OUT
from wardround.evaluation.record.makers import MAKERS
from wardround.evaluation.record.names import OTHER_NAMES
from wardround.evaluation.record.naming import plain_name
from wardround.evaluation.record.oracle import answer, asks
from wardround.evaluation.record.questions import ask_of, questions
from wardround.evaluation.record.wordings import KNOWN, SHOWN

PAGE = Path(__file__).parents[2] / "docs" / "record-questions.md"


def test_at_least_forty_five_kinds_can_be_asked_and_each_is() -> None:
    assert len(asks()) >= 45
    assert {ask_of(kind) for kind in MAKERS} == set(asks())
    assert {kind.removeprefix("known:") for kind in MAKERS} == set(SHOWN)
    assert set(HELD_OUT) <= set(SHOWN)


def test_the_specification_shows_every_wording_but_those_held_out() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(wording in page for wordings in SHOWN.values() for wording in wordings)
    assert all(wording in page for wording in KNOWN)
    assert not any(wording in page for wordings in HELD_OUT.values() for wording in wordings)
    assert all(len(set(wordings)) >= 3 for wordings in SHOWN.values())
    for rows in OTHER_NAMES.values():
        for codes, names in rows:
            assert f"| {', '.join(codes)} | {', '.join(names)} |" in page


def test_the_same_seed_asks_the_same_and_another_does_not() -> None:
    first, again, other = (
        [(q.kind, q.english, q.held_out, q.expected) for q in questions(ada(), 120, seed)]
        for seed in (3, 3, 4)
    )
    assert first == again
    assert first != other


def test_the_questions_do_not_hang_on_the_hash_seed() -> None:
    code = (
        "import json, sys; from wardround.evaluation.record.oracle import RawRecord; "
        "from wardround.evaluation.record.questions import questions; "
        "print([q.english for q in questions(RawRecord.of(json.load(sys.stdin)), 60, 1)])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(bundle()),
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_questions_are_spread_over_the_kinds_and_none_comes_twice() -> None:
    put = questions(ada(), 220, 0)
    kinds = Counter(q.kind for q in put)
    assert len(put) == 220
    assert len(kinds) > 100
    assert max(kinds.values()) <= 5
    assert len({json.dumps(q.asked.as_json(), sort_keys=True) for q in put}) == 220


def test_no_slot_is_left_open_and_every_sentence_begins_with_a_capital() -> None:
    for put in questions(ada(), 220, 1):
        for sentence in filter(None, (put.english, put.held_out)):
            assert "{" not in sentence.replace("{T-score}", "")
            assert not sentence[0].islower()
            assert "  " not in sentence


def test_a_question_carries_its_right_answer() -> None:
    record = ada()
    for put in questions(record, 60, 5):
        assert answer(record, put.asked) == put.expected


def test_some_things_are_asked_that_the_record_does_not_hold() -> None:
    record = ada()
    put = questions(record, 220, 2)
    nothing = [q for q in put if q.expected.value in (None, 0, False, ())]
    assert 0.05 < len(nothing) / len(put) < 0.5


def test_a_patient_without_anything_can_still_be_asked_about() -> None:
    from wardround.evaluation.record.oracle import RawRecord

    alone = RawRecord.of(
        {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "id": "x"}}]}
    )
    assert questions(alone, 100, 0)


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [("A1c", "result", "4548-4"), ("haemoglobin", "result", "718-7"), ("flu", "immunization", "140")],
)
def test_other_names_lead_to_codes(words: str, kind: str, code: str) -> None:
    rows = [codes for codes, names in OTHER_NAMES[kind] if normal(words) in map(normal, names)]
    assert rows
    assert all(code in codes for codes in rows)


def test_other_names_are_unambiguous_and_their_codes_are_real(data_dir: Path) -> None:
    import csv
    import gzip

    with gzip.open(data_dir / "codes" / "loinc_short.tsv.gz", "rt") as lines:
        loinc = {line.split("\t")[0] for line in lines}
    with (data_dir / "codes" / "synthea_codes.csv").open() as lines:
        seen = {row["code"] for row in csv.DictReader(lines)}
    for kind, rows in OTHER_NAMES.items():
        names = [normal(name) for _, names in rows for name in names]
        assert len(names) == len(set(names)), kind
        codes = {code for codes, _ in rows for code in codes} - {"59621000"}  # essential hypertension
        assert codes <= (seen | loinc if kind == "result" else seen), codes - seen


def test_a_drug_is_called_by_a_word_of_its_name() -> None:
    assert plain_name("Ibuprofen 200 MG Oral Tablet") == "ibuprofen"
    assert (
        plain_name("24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]") == "metoprolol"
    )
    assert (
        plain_name("120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler") == "fluticasone"
    )
    assert plain_name("Yaz 28 Day Pack") is None
    assert len(called(ada().of_kind("drug"), "ibuprofen", "drug")) == 2


def test_calendar() -> None:
    leap = date(1960, 2, 29)
    assert birthday(leap, 51) == date(2011, 3, 1)
    assert birthday(leap, 52) == date(2012, 2, 29)
    assert age(leap, date(2011, 2, 28)) == 50
    assert earlier(date(2020, 2, 29), years=1) == date(2019, 2, 28)
    assert earlier(date(2020, 3, 31), months=13) == date(2019, 2, 28)
    assert day_of("2014-02").last == date(2014, 2, 28)
    assert day_of("2014-01-01T00:30:00+01:00").moment.isoformat() == "2013-12-31T23:30:00+00:00"
    with pytest.raises(ValueError, match="no date"):
        day_of("12/01/2014")


def test_words_for_windows_say_the_window() -> None:
    today = date(2020, 5, 17)
    days = [date(2010, 3, 4), date(2014, 11, 30), date(2019, 12, 31)]
    for seed in range(300):
        found = phrases.window(days, today, Random(seed))
        words, since, until = found.words.split(), found.since, found.until
        assert words[0] in (
            "in",
            "during",
            "between",
            "from",
            "since",
            "before",
            "after",
            "by",
            "up",
            "until",
            "over",
        )
        if words[0] in ("between", "during") or found.words.startswith(" in the"):
            assert since is not None
            assert until is not None
        if words[0] == "before":
            assert until is not None
            assert since is None
            assert phrases.plain(until + timedelta(days=1))[-4:] == words[-1]
        if words[0] in ("since", "after"):
            assert until is None
        assert since is None or until is None or since <= until


def test_a_day_is_said_in_many_ways() -> None:
    said = {phrases.in_words(date(2015, 3, 3), Random(seed)) for seed in range(60)}
    assert said == {"2015-03-03", "3 March 2015", "March 3, 2015", "3 Mar 2015", "the 3rd of March 2015"}
    assert phrases.in_words(date(2020, 5, 1), Random(0), date(1960, 5, 1), "her") == "her 60th birthday"
    assert [phrases.suffixed(n) for n in (1, 2, 3, 11, 12, 13, 22, 101, 111)] == [
        *("1st", "2nd", "3rd", "11th", "12th", "13th", "22nd", "101st", "111th")
    ]
