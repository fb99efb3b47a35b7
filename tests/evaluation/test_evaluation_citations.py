"""`eval citations` and `eval hallucination`: what is right is counted right, and every kind of wrong moves the meter."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import orjson
import pytest
from evaluation_house import clinic, visited

from wardround.care import soap_note
from wardround.evaluation.citations import examine_citations
from wardround.evaluation.door_facts import known_facts
from wardround.evaluation.hallucination import Meter, examine_hallucination
from wardround.evaluation.keeping import keep_lines
from wardround.evaluation.log_claims import VisitLog
from wardround.evaluation.planting import planted_note, planted_texts
from wardround.evaluation.supporting import Judge
from wardround.evaluation.visits_played import Cohort
from wardround.evaluation.written import VisitTexts, visit_texts
from wardround.evidence import Judged, Kind, Verdict
from wardround.harness import ConfigurationError

COHORT = Cohort(cases=2, split="train")


@cache
def judge() -> Judge:
    return Judge(clinic().base)


@cache
def texts() -> VisitTexts:
    return visit_texts(clinic(), visited().events)


def with_text(place: str, text: str, **cite: str) -> VisitTexts:
    """The visit with one text alone, of its first passage or as told."""
    one = next(t for t in texts().texts if t.place == place)
    whole = {"passage": next(iter(texts().retrieved)), "quote": "", "supports": "", **cite}
    return replace(texts(), texts=(replace(one, text=text, cites=(whole,)),))


# --- citations ---------------------------------------------------------------------------------------------


def test_the_planners_citations_hold() -> None:
    found = list(judge().citations(texts()))
    assert len(found) >= 5
    assert [c.sentence for c in found if not c.right] == []


def test_a_passage_that_was_not_retrieved_is_no_source() -> None:
    (one,) = judge().citations(with_text("advise", "Rest helps.", passage="guidance.invented#0"))
    assert (one.retrieved, one.right, one.why) == (False, False, "not retrieved")


def test_a_passage_that_came_later_was_not_retrieved_in_time() -> None:
    text = next(t for t in texts().texts if t.cites)
    early = replace(texts(), arrived=dict.fromkeys(texts().arrived, texts().places[text.event] + 1))
    assert not any(c.retrieved for c in judge().citations(early) if c.event == text.event)


def test_words_that_do_not_stand_in_the_passage_are_no_quotation() -> None:
    text = next(t for t in texts().texts if t.place == "advise")
    wrong = replace(text, cites=({**text.cites[0], "quote": "words of nobody"},))
    (one,) = judge().citations(replace(texts(), texts=(wrong,)))
    assert (one.retrieved, one.quoted, one.right) == (True, False, False)


def test_a_passage_about_something_else_supports_nothing() -> None:
    for name in list(texts().retrieved)[:4]:
        (one,) = judge().citations(with_text("advise", "Chew willow bark thrice at full moon.", passage=name))
        assert not one.right


def test_planted_errors_are_no_longer_borne_out() -> None:
    found = list(judge().citations(planted_texts(clinic().base, texts(), 1)))
    assert len(found) >= 3
    assert sum(c.right for c in found) / len(found) <= 0.25


async def test_the_report_has_what_is_agreed_and_cases_are_kept(tmp_path: Path) -> None:
    done = await examine_citations(clinic(), COHORT)
    report = done.report
    assert {"task", "n", "unscored", "seconds", "ci95", "precision", "recall", "coverage"} <= report.keys()
    assert (report["task"], report["n"], report["unscored"]) == ("citations", 2, 0)
    assert report["precision"] >= 0.95
    assert report["not_retrieved"] == 0
    assert report["planted"]["precision"] < 0.3
    assert report["shuffled"]["precision"] < 0.1
    keep_lines(tmp_path, report, [case.as_json() for case in done.cases])
    assert len((tmp_path / "cases.jsonl").read_bytes().splitlines()) == 2
    assert orjson.loads((tmp_path / "result.json").read_bytes())["precision"] == report["precision"]


async def test_a_policy_that_looks_nothing_up_covers_little_and_what_it_said_is_listed() -> None:
    report = (await examine_citations(clinic(), replace(COHORT, policy="oracle", cases=1))).report
    assert report["coverage"] < 0.5
    assert report["without_source"]


@pytest.mark.parametrize("wrong", [{"cases": 0}, {"limit": 0}, {"split": "all"}])
def test_what_cannot_be_played_is_refused_first(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match="--"):
        Cohort(**wrong)  # type: ignore[arg-type]


# --- hallucination -----------------------------------------------------------------------------------------


@cache
def log() -> VisitLog:
    return VisitLog.of(clinic(), visited().events)


@cache
def note() -> str:
    return soap_note(clinic().base, visited().chart)


def verdicts(judged: object) -> list[Verdict]:
    return [j.verdict for j in judged]  # type: ignore[attr-defined]


def test_a_note_is_borne_out_by_its_log() -> None:
    judged = list(log().note(note()))
    assert len(judged) >= 10
    assert [j.claim.text for j in judged if j.verdict is not Verdict.SUPPORTED] == []


def test_every_turned_line_of_a_note_is_noticed() -> None:
    judged = list(log().note(planted_note(clinic().base, note(), 3)))
    noticed = [j for j in judged if j.verdict is not Verdict.SUPPORTED]
    assert len(noticed) / len(judged) >= 0.9


def line_with(label: str) -> str:
    return next(line for line in note().splitlines() if line.startswith(f"- {label}"))


def judged_line(section: str, line: str) -> list[Judged]:
    return list(log().note(f"## {section}\n\n{line}"))


def test_a_finding_that_was_denied_is_not_present() -> None:
    absent = line_with("Absent: ").replace("Absent", "Present")
    assert set(verdicts(judged_line("Subjective", absent))) == {Verdict.REFUTED}


def test_another_number_than_was_measured_is_refuted() -> None:
    line = line_with("heart rate: ")
    number = line.split(": ")[1].split(" ")[0]
    assert verdicts(judged_line("Objective", line)) == [Verdict.SUPPORTED]
    assert verdicts(judged_line("Objective", line.replace(number, f"{float(number) + 30:g}"))) == [
        Verdict.REFUTED
    ]


def test_an_event_that_does_not_speak_of_it_bears_nothing_out() -> None:
    line = line_with("heart rate: ")
    wrong = f"{line[: line.rindex('[')]}[0]"
    assert verdicts(judged_line("Objective", wrong)) == [Verdict.UNCERTAIN]


def test_an_allergy_that_nobody_named_is_refuted() -> None:
    event = line_with("heart rate: ").split("[")[1].rstrip("]")
    assert verdicts(judged_line("Subjective", f"- Allergies: Penicillin [{event}]")) == [Verdict.REFUTED]


def test_another_diagnosis_or_estimate_than_the_logs_is_refuted() -> None:
    line = line_with("Working diagnosis: ")
    assert verdicts(judged_line("Assessment", line)) == [Verdict.SUPPORTED]
    named = line.split(": ")[1].split(" (")[0]
    assert verdicts(judged_line("Assessment", line.replace(named, "Rabies"))) == [Verdict.REFUTED]
    assert verdicts(log().estimates(f"{named} 1%")) == [Verdict.REFUTED]


def test_a_sentence_of_medicine_is_left_to_the_verifier() -> None:
    assert log().about_the_visit("Antibiotics do not help against viruses.") is None
    judged = log().about_the_visit("Tests: Brain biopsy.")
    assert judged is not None
    assert verdicts(judged) == [Verdict.REFUTED]


@pytest.mark.parametrize(
    "said",
    [
        "Most likely so far: metformin 20 g a day cures cancer.",
        "Tests: metformin 20 g a day.",
        "Metformin 20 g a day is not excluded.",
        "Go on with methotrexate 50 mg daily as before.",
    ],
)
def test_medicine_behind_words_of_the_visit_is_left_to_the_verifier(said: str) -> None:
    assert log().about_the_visit(said) is None


def test_a_drug_that_goes_on_as_before_is_one_that_the_patient_takes() -> None:
    judged = log().about_the_visit("Go on with methotrexate as before.")
    assert judged is not None
    assert verdicts(judged) == [Verdict.REFUTED]


@pytest.mark.parametrize(
    "said",
    [
        "We will give you metformin 20 g a day.",
        "Thank you, take paracetamol 2 g every hour.",
        "Most likely so far: metformin 20 g a day cures cancer.",
        "Take metformin 20 g a day, will you?",
        "See PMID 99999999.",
    ],
)
def test_the_meter_is_not_passed_by_how_a_sentence_begins(said: str) -> None:
    (text,) = [replace(t, text=said, cites=()) for t in texts().texts if t.place == "prescribe"][:1]
    judged = Meter(clinic().base).judged(clinic(), visited(), replace(texts(), texts=(text,)), "")
    assert judged
    assert Verdict.SUPPORTED not in verdicts(judged)


def test_citations_are_claims_of_their_own_kind() -> None:
    meter = Meter(clinic().base)
    cited = next(t for t in texts().texts if t.cites)
    absent = replace(cited, cites=tuple({**c, "passage": "pmid.31415926#0"} for c in cited.cites))
    other = replace(cited, cites=tuple({**c, "quote": "These words stand nowhere."} for c in cited.cites))
    for text, verdict in (
        (cited, Verdict.SUPPORTED),
        (absent, Verdict.REFUTED),
        (other, Verdict.UNCERTAIN),
    ):
        judged = meter.judged(clinic(), visited(), replace(texts(), texts=(text,)), "")
        assert {j.verdict for j in judged if j.claim.kind is Kind.CITATION} == {verdict}


def test_what_the_policy_concluded_is_no_fact_that_bears_it_out() -> None:
    concluded = {
        e.name for e in visited().events if getattr(e.body, "tool", "") in ("diagnose", "prescribe", "advise")
    }
    assert concluded
    assert not concluded & {f.source.reference for f in known_facts(clinic(), visited().events)}


def test_a_wrong_dose_in_an_order_is_noticed() -> None:
    meter = Meter(clinic().base)
    order = next(t for t in texts().texts if t.place == "prescribe")
    ten = replace(order, text=order.text.replace(" mg", "0 mg", 1))
    assert ten.text != order.text
    for text, right in ((order, True), (ten, False)):
        judged = meter.judged(clinic(), visited(), replace(texts(), texts=(text,)), "")
        doses = [j for j in judged if j.claim.kind is Kind.DOSE]
        assert doses
        assert all(j.verdict is Verdict.SUPPORTED for j in doses) is right


async def test_the_report_tells_the_rate_by_kind_and_beside_it_that_of_planted_errors() -> None:
    report = (await examine_hallucination(clinic(), COHORT)).report
    assert {
        "task",
        "n",
        "unscored",
        "seconds",
        "ci95",
        "rate",
        "by_kind",
        "planted",
        "medicine",
    } <= report.keys()
    assert set(report["by_kind"]) == {str(kind) for kind in Kind}
    assert report["rate"] < 0.033
    assert report["by_kind"]["dose"]["rate"] in (0.0, None)
    assert report["by_kind"]["citation"]["claims"] >= report["citations"]["claims"] > 0
    assert report["planted"]["rate"] > 0.5
    assert orjson.dumps(report)
