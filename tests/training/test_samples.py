"""A learner reads tokens off the log, and nothing else: exact sequences, where each call sampled in them, and its spans."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.harness import MAIN, Action, Called, Decided, Event
from wardround.training import TrainingError, samples_of

IDS = st.lists(st.integers(0, 99), min_size=1, max_size=6).map(tuple)


def call(added: tuple[int, ...], drawn: tuple[int, ...], parent: str | None, **other: Any) -> Called:
    shown = Called(
        model="m",
        parent=parent,
        rebuilt=False,
        added=(),
        text="",
        tool_calls=(),
        thought="",
        finish="tool_calls",
        prompt_ids=added,
        completion_ids=drawn,
        logprobs=tuple(-0.1 * n for n in range(len(drawn))),
        think_tokens=0,
        prompt_tokens=None,
        completion_tokens=None,
        grammar="g",
        limit=64,
        temperature=1.0,
    )
    return replace(shown, **other)


def decided(number: int, said: Called | None, agent: str = "attending", span: str = "inquiry") -> Event:
    body = Decided(agent, Action("ask", {}), None, "", "v", "m", said, None, span)
    return Event("e", MAIN, number, "", "decided", agent, (), body, b"", 3, "", "", (), "")


@given(st.lists(st.tuples(IDS, IDS), min_size=1, max_size=6))
def test_calls_that_extend_each_other_are_one_sequence(
    turns: list[tuple[tuple[int, ...], tuple[int, ...]]],
) -> None:
    log = [decided(n, call(a, d, str(n - 1) if n else None)) for n, (a, d) in enumerate(turns)]
    (sample,) = samples_of(log)
    assert sample.ids == tuple(token for added, drawn in turns for token in (*added, *drawn))
    assert [sample.ids[t.start : t.end] for t in sample.turns] == [drawn for _, drawn in turns]
    assert sample.sampled == sum(len(drawn) for _, drawn in turns)
    assert [t.logprobs for t in sample.turns] == [c.body.call.logprobs for c in log]  # type: ignore[union-attr]


def test_a_prompt_that_was_rebuilt_begins_another_sequence() -> None:
    log = [
        decided(0, call((1, 2), (3,), None)),
        decided(1, call((4,), (5,), "0")),
        decided(2, call((9, 9), (8,), "1", rebuilt=True)),
    ]
    assert [s.ids for s in samples_of(log)] == [(1, 2, 3, 4, 5), (9, 9, 8)]


def test_agents_have_sequences_of_their_own_and_decisions_without_a_call_have_none() -> None:
    log = [
        decided(0, call((1,), (2,), None)),
        decided(1, None),
        decided(2, call((7,), (6,), None), "pharmacist"),
        decided(3, call((3,), (4,), "0")),
    ]
    assert {s.agent: s.ids for s in samples_of(log)} == {"attending": (1, 2, 3, 4), "pharmacist": (7, 6)}


def test_spans_stand_where_their_tokens_do_and_thinking_is_one_of_its_own() -> None:
    log = [
        decided(0, call((1, 1, 1), (2, 2, 2, 2), None, think_tokens=3)),
        decided(1, call((5,), (6, 6), "0"), span="test"),
    ]
    (sample,) = samples_of(log)
    assert [(s.kind, s.start, s.end, s.call) for s in sample.spans] == [
        ("think", 3, 6, "0"),
        ("inquiry", 6, 7, "0"),
        ("test", 8, 10, "1"),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"prompt_ids": None}, "event 0 of e: the call shows no tokens"),
        ({"completion_ids": None, "logprobs": None}, "event 0 of e: the call shows no tokens"),
        ({"logprobs": (0.0,)}, "1 log-probabilities stand beside 2 tokens"),
    ],
    ids=["no-prompt", "no-completion", "torn"],
)
def test_a_call_that_cannot_be_learnt_from_is_refused_by_name(change: dict[str, Any], said: str) -> None:
    with pytest.raises(TrainingError, match=said):
        samples_of([decided(0, call((1,), (2, 3), None, **change))])
