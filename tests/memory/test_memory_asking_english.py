"""English to an exact question: what is understood is meant, what is not is said, and nothing is guessed."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from asking_record import PATIENT, TODAY, fact, names, say
from hypothesis import given
from hypothesis import strategies as st

from wardround.memory import NotUnderstood
from wardround.memory.asking import Entries, Lexicon, ask_english, read_question

_PAGE = Path(__file__).parents[2] / "docs" / "record-questions.md"


def read(sentence: str) -> dict[str, Any]:
    """What a sentence asks, without how it calls things."""
    made = read_question(sentence, names(), on=TODAY, born=date(1960, 2, 29)).to_json()
    return {key: value for key, value in made.items() if key not in ("words", "concept", "kind")}


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("in 2015", "2015-01-01", "2015-12-31"),
        ("during May 2014", "2014-05-01", "2014-05-31"),
        ("between May 2014 and June 2016", "2014-05-01", "2016-06-30"),
        ("from 2012 to 2015", "2012-01-01", "2015-12-31"),
        ("between 3 March 2015 and 7 May 2016", "2015-03-03", "2016-05-07"),
        ("since 3 Mar 2015", "2015-03-03", None),
        ("from 2015 on", "2015-01-01", None),
        ("before May 2014", None, "2014-04-30"),
        ("after 2015", "2016-01-01", None),
        ("after March 3, 2015", "2015-03-04", None),
        ("by the end of 2015", None, "2015-12-31"),
        ("up to the 3rd of March 2015", None, "2015-03-03"),
        ("in the last two years", "2018-05-01", "2020-05-01"),
        ("over the past 6 months", "2019-11-01", "2020-05-01"),
        ("before her 60th birthday", None, "2020-02-28"),
        ("before turning 55", None, "2015-02-28"),
        ("before the age of 56", None, "2016-02-28"),
        ("since her 55th birthday", "2015-03-01", None),
        ("after turning 55", "2015-03-01", None),
        ("at the age of 45", "2005-03-01", "2006-02-28"),
        ("while she was 45", "2005-03-01", "2006-02-28"),
        ("in her fifties", "2010-03-01", "2020-02-28"),
        ("last year", "2019-01-01", "2019-12-31"),
        ("last spring", "2019-03-01", "2019-05-31"),
        ("on 13/5/2015", "2015-05-13", "2015-05-13"),
        ("on 3/3/2015", "2015-03-03", "2015-03-03"),
        ("so far", None, None),
        ("before the first diagnosis of hypertension", None, "2015-05-31"),
        ("since simvistatin 10 mg was first prescribed", "2016-01-01", None),
    ],
)
def test_windows(words: str, since: str | None, until: str | None) -> None:
    window = {key: day for key, day in (("since", since), ("until", until)) if day}
    for sentence in (
        f"What was her highest weight {words}?",
        f"{words[0].upper()}{words[1:]}, what was the highest weight?",
    ):
        assert read(sentence) == {"ask": "maximum", **window}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("What was her last weight?", 91),
        ("How much did she weigh on 3 March 2015?", 82),
        ("As of 1 January 2016, what was her weight?", 82),
        ("What weight was measured on 3 March 2015?", 82),
        ("How often was her weight above 85 kg?", 2),
        ("How often was 85 kg exceeded by her weight?", 2),
        ("Was her weight ever below 80 kg?", False),
        ("What was her second last weight?", 90),
        ("What did measurement number 2 of weight give?", 82),
        ("How many days lie between the first diagnosis of acute bronchitis and the first diagnosis of hypertension?", 151),
        ("Was acute bronchitis first diagnosed before hypertension was first diagnosed?", True),
        ("Did the first diagnosis of hypertension come after the first diagnosis of acute bronchitis?", True),
        ("When was she last vaccinated against flu?", "2016-10-01"),
        ("How old was she when hypertension was first diagnosed?", 55),
        ("Is she on Simvistatin 10 MG?", True),
        ("Does she still have hypertension?", True),
        ("Did she have acute bronchitis on 5 January 2018?", True),
        ("Which problems were active on 5 January 2018?", ("Acute bronchitis (disorder)", "Hypertension")),
        ("Which drugs was she on when hypertension was first diagnosed?", ()),
        ("How many visits did she have since 2016?", 1),
        ("Is she allergic to anything?", True),
        ("When was her smoking status first recorded as \"Former smoker\"?", "2018-06-01"),
        ("Going by what was recorded by 15 January 2019, what was her last weight?", 900),
        ("What was her last weight, as known on 31 December 2018?", 90),
        ("What was her last weight, leaving out anything recorded after 31 December 2018?", 90),
        ("Has she ever had gout?", False),
        ("Was she never vaccinated with zoster?", True),
        ("What was her last Thyrotropin [Units/volume] in Serum or Plasma?", None),
        ("Tell me whether she was ever given ibuprofen", True),
        ("Was she ever prescribed a statin?", True),
        ("What is her date of birth?", "1960-02-29"),
        ("Is the patient male or female?", "female"),
    ],
)  # fmt: skip
def test_sentences_are_answered(sentence: str, expected: Any) -> None:
    assert say(sentence).value == expected


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("What was her weight on 3/4/2015?", "3 April or 4 March"),
        ("What was her blood pressure?", "systolic blood pressure or diastolic blood pressure"),
        ("When was she vaccinated against flu?", "the first, or the last"),
        ("What was her fasting glucose?", "fasting"),
        ("Was her weight above 70 kg more than twice?", "more than twice"),
        ("Was her weight at least 80 kg?", "at least 80"),
        ("Is her weight above 70 kg?", "What is asked"),
        ("Which problems were not active on 2016-01-01?", "What is asked"),
        ("Has she stopped ibuprofen?", "What is asked"),
        ("What was her weight before the operation on Mars?", "What is asked"),
        ("What were her last three weights?", "What is asked"),
        ("Did she?", "What is asked"),
        ("", "What is asked"),
        ("What was her highest weight in winter 2015?", "winter 2015/2016"),
        ("What was her highest weight before gastroscopy was first done?", "gastroscopy"),
        ("What was her highest weight between 2016 and 2014?", "ends before it begins"),
        ("What was her weight " + "very " * 300, "characters"),
    ],
)
def test_what_is_not_understood_is_said(sentence: str, word: str) -> None:
    with pytest.raises(NotUnderstood, match=re.escape(word)):
        say(sentence)


def test_an_age_needs_a_birth_date() -> None:
    with pytest.raises(NotUnderstood, match="birth date"):
        read_question("What was her highest weight before turning 60?", names(), on=TODAY, born=None)


def test_an_unknown_name_is_answered_with_a_word_that_it_is_not_there() -> None:
    found = say("Was she ever prescribed warfarin?")
    assert found.value is False
    assert "warfarin" in found.note


def test_words_may_stand_in_the_way_of_no_name() -> None:
    """A name that is made of words of questions is still a name."""
    facts = (fact(1, "problem", "http://snomed.info/sct", "1", "First degree burn", "2015-01-01"),)
    assert (
        ask_english("When did First degree burn begin?", facts, patient=PATIENT, on=TODAY).value
        == "2015-01-01"
    )


def test_a_short_result_name_that_fits_two_is_refused() -> None:
    loinc = "http://loinc.org"
    facts = (
        fact(1, "result", loinc, "1", "Ferritin [Mass/volume] in Serum", "2015-01-01", "a"),
        fact(2, "result", loinc, "2", "Ferritin [Moles/volume] in Blood", "2015-01-01", "b"),
    )
    with pytest.raises(NotUnderstood, match="may mean"):
        ask_english("What was her last ferritin?", facts, patient=PATIENT, on=TODAY)
    assert ask_english("What was her last ferritin?", facts[:1], patient=PATIENT, on=TODAY).value == "a"


_FILLED = {
    "{x}": {"result": "weight", "problem": "hypertension", "drug": "Simvistatin 10 MG", "procedure": "Colonoscopy",
            "immunization": "flu", "allergy": "Allergy to peanuts", "visit": "Encounter for 'check-up'"},
    "noun": {"problem": "the first diagnosis of {}", "drug": "the first prescription of {}"},
}  # fmt: skip


def _wordings() -> list[tuple[str, str, str]]:
    """Every wording that the page shows, with its question and kind."""
    found = []
    for row in re.finditer(
        r"^\| `([a-z_]+)(?:/([a-z]+))?(?: \(today\))?` \| (.*) \|$", _PAGE.read_text("utf-8"), re.M
    ):
        found += [
            (row[1], row[2] or "", one.strip())
            for one in row[3].split(" · ")
            if one.strip().endswith(("?", "."))
        ]
    return found


def test_every_wording_of_the_page_is_understood() -> None:
    wordings = _wordings()
    assert len(wordings) > 300
    missed = []
    for ask_, kind, wording in wordings:
        sentence = _filled(ask_, kind, wording)
        try:
            made = read_question(sentence, names(), on=TODAY, born=date(1960, 2, 29))
        except NotUnderstood as error:
            missed.append(f"{ask_}: {sentence}: {error}")
            continue
        if kind and made.kind != kind:
            missed.append(f"{ask_}/{kind}: {sentence}: {made.kind}")
    assert not missed, "\n".join(missed)


def _filled(ask_: str, kind: str, wording: str) -> str:
    pair = ask_ in ("days_together", "later_of")
    default = "result" if pair or ask_ not in ("was_before", "which_first", "days_between") else "problem"
    kind = kind or {"criticality": "allergy"}.get(ask_, default)
    if ask_ in ("first_day_of_value", "count_of_value", "values_seen"):
        x = "smoking status"
    else:
        x = _FILLED["{x}"][kind]
    y = "glucose" if pair else "Simvistatin 10 MG"
    parts = {
        "{event_noun}": f"the first prescription of {y}", "{event_clause}": f"{y} was first prescribed",
        "{event_x_clause}": f"{x} was first diagnosed", "{event_x}": f"the first diagnosis of {x}",
        "{event}": f"the first prescription of {y}", "{x}": x, "{y}": y, "{w}": " in 2015", "{d}": "3 March 2015",
        "{than}": "85 kg", "{unit}": "[lb_av]", "{n}": "second", "{text}": "Former smoker", "{their}": "her",
        "{they}": "she",
    }  # fmt: skip
    for mark, words in parts.items():
        wording = wording.replace(mark, words)
    return wording


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    with suppress(NotUnderstood):
        read_question(text, _LEXICON, on=TODAY, born=date(1960, 2, 29))


@given(
    st.lists(
        st.sampled_from(
            [
                "what",
                "was",
                "her",
                "the",
                "last",
                "first",
                "weight",
                "glucose",
                "above",
                "below",
                "85",
                "kg",
                "in",
                "2015",
                "before",
                "‹",
                "›",
                "«",
                "»",
                "on",
                "3",
                "March",
                "31",
                "February",
                "never",
                "ever",
                "how",
                "often",
                "many",
                "days",
                "when",
                "since",
                "until",
                "between",
                "and",
                "mean",
                "trend",
                '"',
                "'",
                "(",
                ")",
                "?",
                ",",
                ":",
                "flu",
                "hypertension",
                "age",
                "99999",
                "1e9",
                "[lb_av]",
            ]
        ),
        max_size=14,
    )
)
def test_no_heap_of_question_words_breaks_it(words: list[str]) -> None:
    with suppress(NotUnderstood):
        read_question(" ".join(words), _LEXICON, on=TODAY, born=date(1960, 2, 29))


_LEXICON = Lexicon(Entries.of(names().entries.stored, patient=PATIENT, on=TODAY))
