"""A visit that outgrew its model's window goes on: what was found, told and decided stands in the brief, in prose and in shorthand."""

from __future__ import annotations

import asyncio
from functools import cache

import pytest
from care_visits import Played, clinic, maria, play

from wardround.care import ShorthandRenderer, SolePlanner, prose_renderer
from wardround.harness import Decided, Situation, revisit

MARIA, RECORD = maria()


@cache
def visit() -> Played:
    """Somebody with a record, an allergy and drugs, played to the end."""
    policy = SolePlanner(clinic().projection)
    return asyncio.run(play("it burns when I pee", policy=policy, patient=MARIA, record=RECORD))


@cache
def last() -> Situation:
    """The situation before the last decision."""
    team = clinic().team(lambda _: SolePlanner(clinic().projection))
    return [s for e, s in revisit(visit().events, team, clinic().projection) if isinstance(e.body, Decided)][
        -1
    ]


def test_in_prose_all_that_was_found_and_decided_stands_in_one_paragraph() -> None:
    messages = prose_renderer(clinic().base).messages(last(), len(last().view.items))
    assert [m.role for m in messages] == ["system", "user"]
    said, chart, base = messages[1].content, visit().chart, clinic().base
    assert "had outgrown its window" in said
    for finding, value in chart.evidence.findings.items():
        if value is not None:
            assert base.named(finding) in said
    for words in (*(a.text for a in chart.allergies), *(d.text for d in chart.drugs)):
        assert f"«{words}»" in said
    assert chart.diagnosis is not None
    assert f"Working diagnosis: {base.named(chart.diagnosis)}" in said
    assert all(passage in said for passage in chart.passages)


@pytest.mark.parametrize("share", [0.5, 0.75, 1.0])
def test_shorthand_keeps_what_was_told_and_leaves_out_the_agents_own_turns(share: float) -> None:
    renderer, items = ShorthandRenderer(clinic()), len(last().view.items)
    whole, brief = renderer.messages(last()), renderer.messages(last(), int(items * share))
    assert brief[0] == whole[0]
    assert brief[1].content.startswith("brief ")
    told = " ".join(m.content for m in brief)
    assert all(
        word in told.split()
        for m in whole[1:]
        if m.role != "assistant"
        for word in m.content.split()
        if word[0] in "+-="
    )
    turns = [sum(m.content.split().count("rule") for m in messages) for messages in (brief, whole)]
    assert turns[0] < turns[1]  # the planner's turns stand as `rule TOOL`: no model wrote them


def test_what_was_read_before_it_began_again_is_still_known() -> None:
    renderer = ShorthandRenderer(clinic())
    renderer.messages(last(), 3)
    assert renderer.tools(last()) == ShorthandRenderer(clinic()).tools(last())
