"""The constraints as a whole: every rule is tested, the page is current, and they agree with the base they rest on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import test_constraints_allergies
import test_constraints_citations
import test_constraints_contradictions
import test_constraints_doses
import test_constraints_drugs
import test_constraints_reproduction
import test_constraints_specialists
import test_constraints_stopping
import test_constraints_visit
from constraint_cases import Case, base, chart, heard, rules, rx, woman

from wardround.care.arguments import Advise, Ask, Prescribe, Stop
from wardround.care.constraints import clinical_constraints
from wardround.care.constraints.page import constraints_page
from wardround.care.tools import TOPICS
from wardround.knowledge import Treatment

CASES: tuple[Case, ...] = (
    *test_constraints_allergies.CASES,
    *test_constraints_citations.CASES,
    *test_constraints_contradictions.CASES,
    *test_constraints_doses.CASES,
    *test_constraints_drugs.CASES,
    *test_constraints_reproduction.CASES,
    *test_constraints_specialists.CASES,
    *test_constraints_stopping.CASES,
    *test_constraints_visit.CASES,
)
OBLIGES, ALWAYS, STOPS = "care.red_flag.escalate", "care.prescription.sign_off", "care.stop.sign_off"
SETTLES = "care.conflict.before_the_end"
"""The first and the last oblige, and are tested in test_constraints_red_flags and test_constraints_contradictions; the
others never keep silent where they are asked."""


@pytest.mark.parametrize("rule", sorted(rules().keys() - {OBLIGES, ALWAYS, STOPS, SETTLES}))
def test_every_rule_has_a_case_where_it_speaks_and_one_where_it_does_not(rule: str) -> None:
    said = {case.says for case in CASES if case.rule == rule}
    assert None in said
    promised = set(rules()[rule].says.split(" or "))
    assert said - {None} == promised


def test_prescriptions_alone_are_signed_and_all_of_them() -> None:
    assert rules()[ALWAYS].constraint.tools == {"prescribe"}
    orders = [case for case in CASES if isinstance(case.arguments, Prescribe)]
    assert orders
    for case in orders:
        assert heard(Case(ALWAYS, case.what, "approval", case.chart, case.arguments))[0] == "approval"


def test_every_stop_is_signed_and_what_is_stopped_and_why_is_said() -> None:
    assert rules()[STOPS].constraint.tools == {"stop"}
    orders = [case for case in CASES if isinstance(case.arguments, Stop)]
    assert orders
    for case in orders:
        outcome, reason = heard(Case(STOPS, case.what, "approval", case.chart, case.arguments))
        assert outcome == "approval"
        assert case.arguments.reason in reason  # type: ignore[union-attr]


def test_ids_are_unique_and_every_rule_names_its_source() -> None:
    constraints = clinical_constraints(base())
    assert len(constraints) == len(rules()) >= 50
    for constraint in constraints:
        assert re.fullmatch(r"care(\.[a-z_]+){2}", constraint.id)
        assert len(constraint.source) >= 3
        assert constraint.title


def test_the_page_is_current() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "constraints.md"
    assert page.read_text() == constraints_page(base()), (
        "run: python -m wardround.care.constraints.page > docs/constraints.md"
    )


HOUSE = {"drug.unknown", "indication.unknown", "dose.unit", "interaction.unchecked", "allergy.unclassified"}
HOUSE |= {"duplicate.drug", "duplicate.class", "opioid.quantity"}
"""Drug rules that rest on the house's policy, not on an item of the base."""


def resting_on_items() -> list[Case]:
    return [
        case
        for case in CASES
        if isinstance(case.arguments, Prescribe)
        and case.says
        and case.rule.removeprefix("care.") not in HOUSE
        and case.chart.age is not None
    ]


@pytest.mark.parametrize("case", resting_on_items(), ids=str)
def test_what_rests_on_an_unreviewed_item_says_so(case: Case) -> None:
    assert re.search(r"\(\w+, (recalled: unreviewed|measured|reviewed)\)", heard(case)[1])


# --- agreement with the base ------------------------------------------------------------------------------


def drug_lines() -> Iterator[tuple[str, Treatment]]:
    for condition in base().conditions.values():
        for line in condition.management:
            if line.regimen is not None:
                yield condition.id, line


def order_of(condition: str, line: Treatment) -> Prescribe:
    regimen = line.regimen
    assert regimen is not None
    return Prescribe(
        drug=regimen.drug, dose=regimen.dose.value, unit=regimen.dose.unit, route=regimen.route,
        per_day=regimen.per_day, days=regimen.days, as_needed=regimen.as_needed, indication=condition,
    )  # fmt: skip


def usual_weight(age: float) -> float:
    """Kilograms by the formulae of Advanced Paediatric Life Support."""
    if age < 1:
        return 4 + 6 * age
    return 2 * age + 8 if age < 6 else 3 * age + 7


@pytest.mark.parametrize("weighed", [False, True])
def test_no_line_of_management_is_denied_to_those_for_whom_it_is_meant(weighed: bool) -> None:
    judged = [
        r.constraint.id for r in rules().values() if "prescribe" in r.constraint.tools and r.constraint.judge
    ]
    denied = []
    for condition, line in drug_lines():
        low, high = line.who.age[0], min(line.who.age[1], 90.0)
        for age in (low, (low + high) / 2, high - 0.01):
            sex = "female" if line.who.sex == "any" else line.who.sex
            who = chart(age=age, sex=sex, pregnant=bool(line.who.pregnant), diagnosis=condition)
            if weighed:
                who = replace(who, weight=usual_weight(age) if age < 12 else 70.0)
            for rule in judged:
                outcome, reason = heard(Case(rule, "", None, who, order_of(condition, line)))
                if outcome == "deny":
                    denied.append((condition, age, rule, reason))
    assert not denied


def test_the_base_s_own_questions_are_single() -> None:
    for text in [*(f.ask for f in base().findings.values()), *TOPICS.values()]:
        assert heard(Case("care.question.double", text, None, chart(), Ask(question=text)))[0] is None, text


def test_the_base_s_own_words_to_patients_prescribe_nothing() -> None:
    texts = [flag.patient_text for flag in base().red_flags.values()]
    for condition in base().conditions.values():
        spoken = [line.patient_text for line in condition.management if line.kind != "drug"]
        texts += [
            *spoken,
            condition.explain,
            condition.safety_net,
            " ".join([condition.explain, *spoken])[:2000],
        ]
    for text in texts:
        assert heard(Case("care.advice.drug", text, None, chart(), Advise(text=text)))[0] is None, text


def test_a_drug_line_s_words_are_no_way_around_the_signature() -> None:
    named = [
        line.patient_text
        for _, line in drug_lines()
        if line.regimen and base().drugs[line.regimen.drug].name in line.patient_text.lower()
    ]
    assert named
    for text in named:
        assert heard(Case("care.advice.drug", text, None, chart(), Advise(text=text)))[0] == "deny", text


def test_every_drug_in_its_own_words_is_kept_from_those_allergic_to_its_group() -> None:
    from constraint_cases import allergy

    for drug in base().drugs.values():
        for group in drug.cross_reactivity:
            order = rx(drug.id.removeprefix("drug."), 1)
            who = chart(allergies=(allergy("x", group),))
            assert heard(Case("care.allergy.direct", drug.id, "deny", who, order))[0] == "deny"


def test_every_drug_to_avoid_in_pregnancy_is_denied_in_it_and_asked_about_before() -> None:
    for drug in base().drugs.values():
        order = rx(drug.id.removeprefix("drug."), 1)
        harmful = drug.pregnancy.advice in ("avoid", "contraindicated")
        pregnant = heard(Case("care.pregnancy.avoid", drug.id, None, woman(pregnant=True), order))[0]
        unknown = heard(Case("care.pregnancy.unknown", drug.id, None, woman(), order))[0]
        assert (pregnant == "deny") == (unknown == "deny") == harmful
