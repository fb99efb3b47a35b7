"""A record made by hand, small enough to answer every question about it with a pencil."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count
from typing import Any

from wardround.clinical import (
    CVX,
    LOINC,
    RXNORM,
    SNOMED,
    Coding,
    Concept,
    Fact,
    FactSource,
    PartialDate,
    Patient,
    Quantity,
)
from wardround.memory.asking import Answer, Entries, Lexicon, Question, ask

TODAY = date(2020, 5, 1)
PATIENT = Patient("p1", "Ada Berg", PartialDate.parse("1960-02-29"), "female")


def fact(
    number: int,
    kind: str,
    system: str,
    code: str,
    text: str,
    start: str | None,
    value: Any = None,
    *,
    end: str | None = None,
    status: str = "active",
    recorded: str | None = None,
    **more: Any,
) -> Fact:
    """A fact of the record; recorded when it was true, unless said otherwise."""
    written = PartialDate.parse(recorded or start or "2000-01-01").earliest()
    codings = (Coding(system, code, text),) if code else ()
    return Fact(
        id=f"f{number}",
        patient_id="p1",
        kind=kind,  # type: ignore[arg-type]
        concept=Concept(text, codings),
        status=status,  # type: ignore[arg-type]
        certainty="confirmed",
        recorded=datetime.fromisoformat(written.isoformat()),
        source=FactSource("fhir", f"Thing/{number}"),
        valid_from=PartialDate.parse(start) if start else None,
        valid_to=PartialDate.parse(end) if end else None,
        value=value,
        **more,
    )


WEIGHT = (LOINC, "29463-7", "Body Weight")
GLUCOSE = (LOINC, "2339-0", "Glucose")
SMOKING = (LOINC, "72166-2", "Tobacco smoking status NHIS")
_number = count(1)


def _result(what: tuple[str, str, str], start: str, value: Any, **more: Any) -> Fact:
    return fact(next(_number), "result", *what, start, value, **more)


FACTS: tuple[Fact, ...] = (
    _result(WEIGHT, "2014-03-03T23:30:00-05:00", Quantity(80, "kg")),
    _result(WEIGHT, "2015-03-03", Quantity(82, "kg")),
    _result(WEIGHT, "2016-03-02", Quantity(181, "[lb_av]")),
    _result(WEIGHT, "2017-03-03", Quantity(90, "kg")),
    _result(WEIGHT, "2017-03-03", Quantity(90, "kg")),
    _result(GLUCOSE, "2015-03-03", Quantity(90, "mg/dL")),
    _result(GLUCOSE, "2016", Quantity(108, "mg/dL")),
    _result(GLUCOSE, "2018-06-01", Quantity(6, "mmol/L")),
    _result(GLUCOSE, "2018-06-01", Quantity(5, "mg/dL", "<")),
    _result(SMOKING, "2014-03-03", "Never smoker"),
    _result(SMOKING, "2018-06-01", "Former smoker"),
    fact(20, "problem", SNOMED, "38341003", "Hypertension", "2015-06-01"),
    fact(21, "problem", SNOMED, "10509002", "Acute bronchitis (disorder)", "2015-01-01", end="2015-01-11", status="resolved"),
    fact(22, "problem", SNOMED, "10509002", "Acute bronchitis (disorder)", "2018-01-01", end="2018-01-08", status="resolved"),
    fact(23, "drug", RXNORM, "310965", "Ibuprofen 200 MG Oral Tablet", "2015-01-01", status="resolved"),
    fact(24, "drug", RXNORM, "198405", "Ibuprofen 100 MG Oral Tablet", "2018-01-01", status="resolved"),
    fact(25, "drug", RXNORM, "316672", "Simvistatin 10 MG", "2016-01-01"),
    fact(26, "procedure", SNOMED, "73761001", "Colonoscopy", "2016-08-01"),
    fact(27, "immunization", CVX, "140", "Influenza, seasonal, injectable, preservative free", "2015-10-01"),
    fact(28, "immunization", CVX, "140", "Influenza, seasonal, injectable, preservative free", "2016-10-01"),
    fact(29, "allergy", SNOMED, "91935009", "Allergy to peanuts", None, recorded="2001-05-05", detail="allergy; criticality high"),
    fact(30, "allergy", "", "", "No known drug allergies", None, recorded="2001-05-06"),
    fact(31, "summary", SNOMED, "185349003", "Encounter for 'check-up'", "2015-03-03", detail="setting AMB"),
    fact(32, "summary", SNOMED, "50849002", "Emergency room admission (procedure)", "2018-06-01", detail="setting EMER"),
    fact(33, "problem", SNOMED, "90560007", "Gout", "2017-01-01", status="refuted"),
    _result(WEIGHT, "2019-01-01", Quantity(900, "kg"), recorded="2019-01-02"),
    fact(40, "result", *WEIGHT, "2019-01-01", Quantity(91, "kg"), recorded="2019-02-01", supersedes="f12"),
    _result(GLUCOSE, "2020-04-01", Quantity(7, "mmol/L"), recorded="2020-06-01"),
)  # fmt: skip


def names(on: date = TODAY, facts: tuple[Fact, ...] = FACTS) -> Lexicon:
    """What is asked."""
    return Lexicon(Entries.of(facts, patient=PATIENT, on=on))


def put(today: date = TODAY, /, **question: Any) -> Answer:
    """The answer to a structured question."""
    return ask(names(today), Question.from_json(question))


def say(sentence: str, on: date = TODAY) -> Answer:
    """The answer to a sentence."""
    return ask(names(on), sentence)
