"""Red flags fire on what is known, are never silenced by what is not, and say what to ask next."""

from __future__ import annotations

from typing import Any

import pytest

from wardround.knowledge import Evidence, KnowledgeBase, possible_red_flags, red_flags_present

HOT = {"finding.chill": True, "finding.temperature": 39.9}


def _fired(base: KnowledgeBase, **evidence: Any) -> list[str]:
    return [flag.id for flag in red_flags_present(base, Evidence(**evidence))]


def test_all_and_a_limit(tiny: KnowledgeBase) -> None:
    assert _fired(tiny, findings=HOT) == ["flag.hot"]
    assert _fired(tiny, findings={**HOT, "finding.temperature": 39.5}) == []
    assert _fired(tiny, findings={"finding.temperature": 39.9}) == []
    assert _fired(tiny, findings={"finding.chill": True}) == []
    assert _fired(tiny, findings={**HOT, "finding.chill": False}) == []


def test_what_excludes_a_flag_must_be_known(tiny: KnowledgeBase) -> None:
    assert _fired(tiny, findings={**HOT, "finding.itch": True}) == []
    assert _fired(tiny, findings={**HOT, "finding.itch": False}) == ["flag.hot"]
    assert _fired(tiny, findings=HOT, unsure=frozenset({"finding.itch"})) == ["flag.hot"]


@pytest.mark.parametrize(("age", "fires"), [(70, True), (60, True), (59.9, False), (None, True)])
def test_at_least_so_many_in_whom_it_is_for(tiny: KnowledgeBase, age: float | None, fires: bool) -> None:
    found = _fired(tiny, age=age, findings={"finding.cough": True}, tests={"test.scan": True})
    assert found == (["flag.two_of_three"] if fires else [])


def test_one_of_two_is_not_enough(tiny: KnowledgeBase) -> None:
    assert _fired(tiny, age=70, findings={"finding.cough": True, "finding.ache": False}) == []
    assert _fired(tiny, age=70) == []


def test_a_flag_that_is_begun_says_what_to_ask(tiny: KnowledgeBase) -> None:
    begun = possible_red_flags(tiny, Evidence(70, findings={"finding.cough": True, "finding.chill": True}))
    assert [(p.flag.id, p.ask, p.missing) for p in begun] == [
        ("flag.hot", ("finding.temperature",), 1),
        ("flag.two_of_three", ("finding.ache", "test.scan"), 1),
    ]


def test_a_flag_that_cannot_fire_any_more_is_not_pursued(tiny: KnowledgeBase) -> None:
    def possible(**findings: bool | float) -> list[str]:
        known = {f"finding.{name}": value for name, value in findings.items()}
        return [p.flag.id for p in possible_red_flags(tiny, Evidence(70, findings=known))]

    assert possible(chill=True, itch=True) == []
    assert possible(cough=True) == ["flag.two_of_three"]
    assert possible(cough=True, ache=False) == ["flag.two_of_three"]
    assert possible(chill=True, temperature=37.0) == []
    assert possible(temperature=39.9, chill=False) == []
    assert possible(temperature=39.9) == ["flag.hot"]
    assert possible() == []
    assert possible(chill=True, temperature=39.9) == []


def test_the_unsure_is_not_asked_again(tiny: KnowledgeBase) -> None:
    evidence = Evidence(70, findings={"finding.cough": True}, unsure=frozenset({"finding.ache"}))
    assert [p.ask for p in possible_red_flags(tiny, evidence)] == [("test.scan",)]


def test_the_younger_has_no_flag_of_the_old(tiny: KnowledgeBase) -> None:
    assert possible_red_flags(tiny, Evidence(30, findings={"finding.cough": True})) == ()


def test_too_few_left_to_reach_the_number(tiny: KnowledgeBase) -> None:
    evidence = Evidence(
        70, findings={"finding.cough": True, "finding.ache": False}, tests={"test.scan": False}
    )
    assert possible_red_flags(tiny, evidence) == ()
