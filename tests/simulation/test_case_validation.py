"""The validator sees what is wrong with a case: each fault that is put into a sound one is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from generated_cases import base, train_cases

from wardround.simulation import Case, KnownDrug, KnownProblem, Telling, validate_case


def sound(wanted: Callable[[Case], bool] = lambda case: True) -> Case:
    """A sound case of the wanted kind."""
    return next(case for case in train_cases() if wanted(case) and not validate_case(base(), case))


def with_findings(case: Case, **changed: Any) -> Case:
    """The case with some findings set, or left out where None."""
    findings = {**case.findings, **{f"finding.{k}": v for k, v in changed.items()}}
    return replace(case, findings={k: v for k, v in findings.items() if v is not None})


def grown_man(case: Case) -> bool:
    """Somebody of whom much is impossible."""
    return case.sex == "male" and (case.age or 0) > 30


FAULTS: dict[str, tuple[Callable[[Case], Case], str]] = {
    "a question without an answer": (lambda c: with_findings(c, cough=None), "finding.cough has no answer"),
    "a number for yes or no": (lambda c: with_findings(c, cough=1.0), "finding.cough has no answer"),
    "an unmeasured pulse": (lambda c: with_findings(c, heart_rate=None), "finding.heart_rate is None"),
    "a temperature of the dead": (lambda c: with_findings(c, temperature=12.0), "finding.temperature is 12.0"),
    "a missed period in a man": (lambda c: with_findings(c, missed_period=True), "missed_period cannot be in this person"),
    "a pressure upside down": (lambda c: with_findings(c, diastolic_bp=190.0), "diastolic pressure"),
    "a finding that nobody knows": (lambda c: with_findings(c, aura_colour=True), "finding.aura_colour is unknown"),
    "a test without a result": (lambda c: replace(c, tests={}), "has no result"),
    "an analyte without a value": (lambda c: replace(c, analytes={}), "analyte.sodium is None"),
    "kidneys that disagree": (lambda c: replace(c, analytes={**c.analytes, "analyte.creatinine": 400.0}), "an eGFR of"),
    "a positive pregnancy test in a man": (lambda c: replace(c, tests={**c.tests, "test.pregnancy_test": True}), "test.pregnancy_test"),
    "a pregnant man": (lambda c: replace(c, pregnant=True), "pregnant: in a man"),
    "nothing to complain of": (lambda c: replace(c, complaint=" ", presenting=()), "complaint: there is none"),
    "a complaint of what is not there": (lambda c: replace(c, presenting=("finding.stridor",)), "presenting: finding.stridor"),
    "a complaint that is denied": (lambda c: replace(c, telling=Telling(denied=frozenset(c.presenting))), "does not tell"),
    "a denial of what is not there": (lambda c: replace(c, telling=Telling(denied=frozenset({"finding.stridor"}))), "telling.denied: finding.stridor is not present"),
    "a symptom of tomorrow": (lambda c: replace(c, onset_days={c.presenting[0]: -1}), "onset_days"),
    "a truth that is not active": (lambda c: replace(c, active=("condition.asthma",), truth="condition.copd"), "does not come first"),
    "an ectopic pregnancy in a man": (lambda c: replace(c, active=("condition.ectopic_pregnancy",), truth="condition.ectopic_pregnancy"), "cannot be in this person"),
    "a held-out condition": (lambda c: replace(c, active=(c.truth, "condition.gout")), "condition.gout is held out"),
    "a red flag that does not hold": (lambda c: replace(c, red_flags=("redflag.stroke_fast",)), "red_flags"),
    "no name": (lambda c: replace(c, name=""), "name, birth, sex"),
    "a problem from before birth": (lambda c: with_problem(c, date(1870, 1, 1)), "dated outside"),
    "words that are not of the drugs": (lambda c: replace(c, drugs=("unicorn powder",)), "drugs: the words"),
    "a smoker who does not smoke": (lambda c: with_findings(c, smoker=c.social.smoking != "current"), "social.smoking"),
}  # fmt: skip


def with_problem(case: Case, since: date) -> Case:
    """The case with one more problem."""
    problem = KnownProblem("condition.migraine", "Migraine", since)
    return replace(case, known_problems=(problem,), problems=("Migraine",))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(fault: str) -> None:
    broken, said = FAULTS[fault]
    problems = validate_case(base(), broken(sound(grown_man)))
    assert any(said in problem for problem in problems), problems


def test_a_child_alone_is_named() -> None:
    child = sound(lambda c: (c.age or 99) < 12)
    assert any(
        "carer" in p for p in validate_case(base(), replace(child, social=replace(child.social, carer=None)))
    )


def test_a_child_finding_under_an_absent_parent_is_named() -> None:
    case = sound(lambda c: c.findings["finding.cough"] is False)
    problems = validate_case(base(), with_findings(case, **{"cough.productive": True}))
    assert "findings: finding.cough.productive without finding.cough" in problems


@pytest.mark.parametrize(
    ("drug", "dose", "said"),
    [("drug.metformin", 5000.0, "above"), ("drug.amoxicillin", 500.0, "allergic to")],
)
def test_a_drug_that_nobody_should_take_is_named(drug: str, dose: float, said: str) -> None:
    from wardround.simulation import KnownAllergy

    case = sound(grown_man)
    allergy = KnownAllergy("penicillins", ("allergy.penicillins",), None, True, "anaphylaxis", case.on)
    taken = KnownDrug(
        drug, base().drugs[drug].name, dose, "mg", "oral", 1.0, False, "condition.asthma", case.on
    )
    broken = replace(
        case,
        known_allergies=(allergy,),
        allergies=("penicillins",),
        known_drugs=(taken,),
        drugs=(taken.text,),
    )
    assert any(p.startswith("known_drugs") and said in p for p in validate_case(base(), broken))


def test_two_drugs_that_must_not_meet_are_named() -> None:
    def taken(drug: str, case: Case) -> KnownDrug:
        dose = base().drugs[drug].doses[0]
        return KnownDrug(
            drug, base().drugs[drug].name, dose.low, dose.unit, dose.route, 1.0, False, "condition.asthma",
            case.on - timedelta(days=9),
        )  # fmt: skip

    clash = next(i for i in base().interactions.values() if i.severity == "contraindicated" and all(b.startswith("drug.") or base().members(b) for b in i.between))  # fmt: skip
    one, other = (b if b.startswith("drug.") else base().members(b)[0] for b in clash.between)
    case = sound(grown_man)
    pair = (taken(one, case), taken(other, case))
    broken = replace(case, known_drugs=pair, drugs=tuple(d.text for d in pair))
    assert any("contraindicated with" in p for p in validate_case(base(), broken))
