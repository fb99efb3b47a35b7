"""Every tool of the clinic, as a large model is told of it, makes a grammar whose answers the tool itself accepts."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import orjson
import pytest
from masked_tokenizers import QWEN, masked_tokenizer

from wardround.care import Clinic, short_names
from wardround.care.chart import Chart
from wardround.care.prose import prose_renderer
from wardround.care.shorthand.calls import ShortTools
from wardround.harness import Policy, Situation
from wardround.knowledge import load
from wardround.models import Masks, ToolSpec, as_bool, call_grammar, style_of

CLINIC = Clinic(load())
TEAM = CLINIC.team(lambda role: cast("Policy", None))
TOKENIZER = cast("Any", masked_tokenizer(QWEN, long=True))
STYLE = style_of(TOKENIZER)
MASKS = Masks(TOKENIZER, len(TOKENIZER))


def specs(role: str, permitted: frozenset[str] | None = None) -> tuple[ToolSpec, ...]:
    agent = TEAM.agents[role]
    mask = SimpleNamespace(tools=permitted if permitted is not None else frozenset(agent.tool))
    return prose_renderer(CLINIC.base).tools(cast("Situation", SimpleNamespace(agent=agent, mask=mask)))


@pytest.mark.parametrize("role", sorted(TEAM.agents))
def test_what_is_drawn_is_accepted_by_the_tool(role: str) -> None:
    assert STYLE is not None
    draw = random.Random(role)
    for spec in specs(role):
        grammar = call_grammar((spec,), must_call=True, style=STYLE)
        for more in (0, 40):
            masking, ids = MASKS.begin(grammar, MASKS.shortest(grammar) + more), list[int]()
            while not masking.done:
                ids.append(int(draw.choice(np.flatnonzero(as_bool(masking.allowed(), MASKS.vocabulary)))))
                masking.take(ids[-1])
            text = TOKENIZER.decode(ids).rpartition("<tool_call>\n")[2].partition("\n</tool_call>")[0]
            call = orjson.loads(text)
            assert call["name"] == spec.name
            call["arguments"].pop("because", None)
            CLINIC.tools[spec.name].input.model_validate_json(orjson.dumps(call["arguments"]))


def test_no_ranking_in_shorthand_names_a_condition_that_the_base_does_not_have() -> None:
    """Hundreds of codes are one pattern: it is held whole, not loosened."""
    assert STYLE is not None
    chart = SimpleNamespace(
        differential=(), disputes=(), open_disputes=(), diagnosis=None, addressed=(), drugs=()
    )
    terse = ShortTools.of(CLINIC.base).offered(frozenset(("differential",)), cast("Chart", chart))
    grammar = call_grammar(terse, must_call=True, style=STYLE)
    draw, known = random.Random(5), short_names(CLINIC.base).slug
    for _ in range(5):
        masking, ids = MASKS.begin(grammar, MASKS.shortest(grammar) + 30), list[int]()
        while not masking.done:
            ids.append(int(draw.choice(np.flatnonzero(as_bool(masking.allowed(), MASKS.vocabulary)))))
            masking.take(ids[-1])
        text = TOKENIZER.decode(ids).rpartition("<tool_call>\n")[2].partition("\n</tool_call>")[0]
        ranked = orjson.loads(text)["arguments"]["ranked"]
        assert {one.partition(" ")[0] for one in ranked} <= set(known)


def test_a_forbidden_tool_is_not_in_the_grammar() -> None:
    assert STYLE is not None
    role = next(iter(TEAM.agents))
    tools = frozenset(TEAM.agents[role].tool)
    kept = tools - {sorted(tools)[0]}
    with_all = call_grammar(specs(role), must_call=True, style=STYLE)
    without = call_grammar(specs(role, kept), must_call=True, style=STYLE)
    assert with_all.id != without.id
    assert f'{sorted(tools)[0]}\\"' in with_all.text
    assert f'{sorted(tools)[0]}\\"' not in without.text
