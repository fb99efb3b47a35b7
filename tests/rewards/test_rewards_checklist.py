"""Checklists: built from the case, short, answerable, and shorter still in an emergency."""

from __future__ import annotations

import pytest
from rewarded_visits import alarming, calm, case_of, clinic

from wardround.care import TOPICS
from wardround.rewards import checklist
from wardround.rewards.checklist import MOST

BASE = clinic().base


@pytest.mark.parametrize("index", range(40))
def test_every_item_is_a_question_that_this_patient_can_answer(index: int) -> None:
    case = case_of(None, index)
    items = checklist(BASE, case)
    assert 2 <= len(items) <= MOST
    assert len({i.id for i in items}) == len(items)
    for item in items:
        assert 1 <= item.weight <= 10
        assert item.text
        if item.about in TOPICS:
            continue
        finding = BASE.findings[item.about]
        assert not finding.examined
        assert finding.parent is None or case.findings.get(finding.parent) is True
        assert item.about not in case.presenting
    assert {"allergies", "drugs"} <= {i.about for i in items}


def test_a_calm_visit_covers_past_and_what_goes_with_it_with_drugs_and_allergies_critical() -> None:
    items = {i.about: i for i in checklist(BASE, calm())}
    assert items["drugs"].critical
    assert items["allergies"].critical
    assert items["problems"].section == "past"
    assert "associated" in {i.section for i in items.values()}


def test_in_an_emergency_only_complaint_flag_drugs_and_allergies_are_expected() -> None:
    case = alarming()
    items = checklist(BASE, case)
    assert {i.section for i in items} <= {"hpi", "past"}
    for item in items:
        if item.about in ("drugs", "allergies"):
            assert not item.critical
        else:
            flags = [BASE.red_flags[f] for f in case.red_flags]
            of_flag = any(item.about in (*flag.all, *flag.any) for flag in flags)
            assert item.critical == of_flag


def test_a_discriminator_against_an_emergency_is_critical_while_one_against_another_is_not() -> None:
    items = {i.about: i for i in checklist(BASE, calm())}
    for one in BASE.conditions[calm().truth].discriminating:
        against = BASE.conditions.get(one.against)
        if one.finding in items and against is not None and against.urgency == "emergency":
            assert items[one.finding].critical


def test_the_same_case_gives_the_same_list() -> None:
    assert checklist(BASE, calm()) == checklist(BASE, calm())
