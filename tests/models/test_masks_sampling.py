"""What masks let through: nothing but a whole, valid answer of a permitted tool, ended before the limit, found again bit for bit."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from masked_tokenizers import COMPACT, QWEN, masked_tokenizer
from pydantic import BaseModel, Field, TypeAdapter
from test_masks_grammars import JSON

from wardround.models import (
    CallStyle,
    Grammar,
    Masks,
    ModelRefused,
    ModelUnavailable,
    ToolSpec,
    as_bool,
    bitsets,
    call_grammar,
    grammar_of,
    schema_grammar,
    style_of,
)
from wardround.models.masks.expressions import Lit, Ref
from wardround.models.masks.lark import written

PADDING = 37


class Ask(BaseModel):
    about: str = Field(min_length=3, max_length=12)
    again: bool = False


class Ranked(BaseModel):
    condition: Literal["angina", "asthma", 'cold "flu" ß咳']
    probability: float = Field(ge=0, le=1)


class Differential(BaseModel):
    ranked: list[Ranked] = Field(min_length=1, max_length=3)
    unknown: str | None = None


class Prescribe(BaseModel):
    drug: Annotated[str, Field(pattern=r"^drug\.[a-z]{2,5}(-x)?$")]
    dose: float = Field(gt=0, lt=2.5)
    days: int | None = Field(default=None, ge=3, le=1_234)
    offset: int = Field(ge=-20, lt=7)
    start: date


class Tree(BaseModel):
    name: Annotated[str, Field(max_length=3)]
    left: Tree | None = None
    children: list[Tree] = Field(default=[], max_length=2)


class Nothing(BaseModel):
    pass


class Loose(BaseModel):
    anything: Any
    table: dict[str, int] = Field(min_length=1)
    pair: tuple[int, Literal["a", 7, None]]


TOOLS: dict[str, type[BaseModel]] = {
    "ask": Ask,
    "differential": Differential,
    "prescribe": Prescribe,
    "grow": Tree,
    'odd "name"\\': Nothing,
    "loose": Loose,
}
SPECS = {name: ToolSpec(name, str(model.__doc__), model.model_json_schema()) for name, model in TOOLS.items()}


@dataclass(frozen=True)
class House:
    """A tokenizer, its masks and its style."""

    masks: Masks
    style: CallStyle
    tokenizer: Any

    def text(self, ids: list[int]) -> str:
        return str(self.tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False))


def house(template: str, *, long: bool = False, marks: bool = True) -> House:
    tokenizer = masked_tokenizer(template, long=long, marks=marks)
    style = style_of(tokenizer)
    assert style is not None
    return House(Masks(tokenizer, len(tokenizer) + PADDING), style, tokenizer)


HOUSES = {
    "lines": house(QWEN),
    "long": house(COMPACT, long=True),
    "spelled": house(QWEN, long=True, marks=False),
}


def played(home: House, grammar: Grammar, limit: int, draw: random.Random) -> list[int]:
    """Tokens drawn evenly among those allowed, until done."""
    masking, ids = home.masks.begin(grammar, limit), list[int]()
    while not masking.done:
        assert len(ids) < limit
        choices = np.flatnonzero(as_bool(masking.allowed(), home.masks.vocabulary))
        assert len(choices)
        ids.append(int(draw.choice(choices)))
        masking.take(ids[-1])
    assert not masking.allowed().any()
    return ids


def read(text: str) -> tuple[str, dict[str, Any]]:
    """The one call of an answer, and nothing else but a thought before it."""
    thought, _, rest = text.rpartition("</think>")
    assert not thought or thought.startswith("<think>")
    assert "<" not in thought.removeprefix("<think>") or not any(
        mark in thought.removeprefix("<think>")
        for mark in ("<think>", "<tool_call>", "</tool_call>", "</think>")
    )
    body = rest.strip().removeprefix("<tool_call>").removesuffix("<|im_end|>").removesuffix("</tool_call>")
    call = orjson.loads(body)
    assert list(call) == ["name", "arguments"]
    return call["name"], call["arguments"]


@settings(deadline=None, max_examples=120)
@given(
    home=st.sampled_from(sorted(HOUSES)),
    names=st.sets(st.sampled_from(sorted(TOOLS)), min_size=1),
    more=st.one_of(st.integers(0, 3), st.integers(0, 120)),
    seed=st.integers(0, 2**32),
)
def test_whatever_is_drawn_is_one_valid_call_of_a_permitted_tool_within_the_limit(
    home: str, names: set[str], more: int, seed: int
) -> None:
    here = HOUSES[home]
    grammar = call_grammar(tuple(SPECS[name] for name in names), must_call=True, style=here.style)
    limit = here.masks.shortest(grammar) + more
    ids = played(here, grammar, limit, random.Random(seed))
    assert len(ids) <= limit
    name, arguments = read(here.text(ids))
    assert name in names
    TOOLS[name].model_validate_json(orjson.dumps(arguments))


@settings(deadline=None, max_examples=25)
@given(
    home=st.sampled_from(sorted(HOUSES)),
    names=st.sets(st.sampled_from(sorted(TOOLS)), min_size=1),
    must_call=st.booleans(),
    more=st.integers(0, 60),
    seed=st.integers(0, 2**32),
)
def test_the_learner_finds_the_samplers_masks_again_bit_for_bit(
    home: str, names: set[str], must_call: bool, more: int, seed: int
) -> None:
    here = HOUSES[home]
    grammar = call_grammar(tuple(SPECS[name] for name in names), must_call=must_call, style=here.style)
    limit = here.masks.shortest(grammar) + more
    masking, draw, ids, had = here.masks.begin(grammar, limit), random.Random(seed), list[int](), []
    while not masking.done and len(ids) < limit:
        had.append(masking.allowed().copy())
        ids.append(int(draw.choice(np.flatnonzero(as_bool(had[-1], here.masks.vocabulary)))))
        masking.take(ids[-1])
    elsewhere = Masks(here.tokenizer, here.masks.vocabulary)
    played(
        replace(here, masks=elsewhere),
        call_grammar((SPECS["grow"],), must_call=True, style=here.style),
        300,
        draw,
    )
    again = bitsets(elsewhere, grammar_of(grammar.lark), ids, limit)
    assert again.dtype == np.uint32
    assert again.shape == (len(ids), here.masks.words)
    assert np.array_equal(again, np.stack(had))


@settings(deadline=None, max_examples=150)
@given(schema=JSON, more=st.integers(0, 25), seed=st.integers(0, 2**32))
def test_any_schema_at_all_gives_whole_json_within_the_limit(schema: object, more: int, seed: int) -> None:
    here = HOUSES["long"]
    grammar = schema_grammar(schema)
    limit = here.masks.shortest(grammar) + more
    ids = played(here, grammar, limit, random.Random(seed))
    assert len(ids) <= limit
    orjson.loads(here.text(ids).removesuffix("<|im_end|>"))


@settings(deadline=None, max_examples=150)
@given(
    low=st.decimals(-1_000, 1_000, places=2),
    size=st.decimals(0, 50, places=2),
    over=st.booleans(),
    under=st.booleans(),
    whole=st.booleans(),
    seed=st.integers(0, 2**32),
)
def test_numbers_stay_within_their_bounds(
    low: Any, size: Any, over: bool, under: bool, whole: bool, seed: int
) -> None:
    first, last = float(low), float(low + size)
    bounds: dict[str, object] = {"exclusiveMinimum" if over else "minimum": first}
    bounds["exclusiveMaximum" if under else "maximum"] = last
    here, schema = HOUSES["lines"], {"type": "integer" if whole else "number", **bounds}
    values = TypeAdapter(list[float]).validate_python([])
    for turn in range(3):
        text = here.text(played(here, schema_grammar(schema), 40, random.Random(seed + turn)))
        values.append(orjson.loads(text.removesuffix("<|im_end|>")))
    possible = (np.floor(last) - np.ceil(first) >= 2) if whole else last - first > 0.01
    for value in values:
        if possible:
            assert first < value or (first == value and not over)
            assert value < last or (value == last and not under)


class TestAMask:
    def setup_method(self) -> None:
        self.home = HOUSES["lines"]
        self.both = call_grammar((SPECS["ask"], SPECS["differential"]), must_call=True, style=self.home.style)

    def ids(self, text: str) -> list[int]:
        return [int(token) for token in self.home.tokenizer.encode(text, add_special_tokens=False)]

    def after(self, grammar: Grammar, text: str, limit: int = 400) -> set[str]:
        """What may follow `text`, as text."""
        masking = self.home.masks.begin(grammar, limit)
        for token in self.ids(text):
            masking.take(token)
        return {
            self.home.text([int(t)])
            for t in np.flatnonzero(as_bool(masking.allowed(), self.home.masks.vocabulary))
        }

    def test_begins_with_a_thought_or_a_call_and_no_text(self) -> None:
        assert self.after(self.both, "") == {"<think>", "<tool_call>"}

    def test_a_forbidden_tool_cannot_be_begun(self) -> None:
        assert self.after(self.both, '<tool_call>\n{"name": "') == {"a", "d"}

    def test_a_thought_holds_no_mark_by_token_or_by_letters(self) -> None:
        inside = self.after(self.both, "<think>\nI think <tool_call")
        assert ">" not in inside
        assert "</think>" in inside
        assert not {"<think>", "<tool_call>", "<|im_end|>", "<|im_start|>"} & inside

    def test_the_end_comes_exactly_when_the_call_is_whole(self) -> None:
        whole = '<tool_call>\n{"name": "ask", "arguments": {"about": "abc"}}\n</tool_call>'
        assert self.after(self.both, whole) == {"<|im_end|>"}
        assert "<|im_end|>" not in self.after(self.both, whole.removesuffix("</tool_call>"))

    def test_text_is_allowed_only_where_no_call_must_be_made(self) -> None:
        free = call_grammar((SPECS["ask"],), must_call=False, style=self.home.style)
        assert {"H", "<tool_call>", "<think>", "<|im_end|>"} <= self.after(free, "")
        assert "<tool_call>" in self.after(free, "Hello")
        assert self.after(free, 'Hello<tool_call>\n{"name": "') == {"a"}

    def test_without_tools_there_is_text_and_no_call(self) -> None:
        said = self.after(call_grammar((), must_call=False, style=self.home.style), "Hello")
        assert "<tool_call>" not in said
        assert "<|im_end|>" in said

    def test_an_opened_thought_must_be_closed(self) -> None:
        opened = call_grammar((SPECS["ask"],), must_call=True, style=replace(self.home.style, opened=True))
        assert {"</think>", "H"} <= self.after(opened, "")
        assert "<tool_call>" not in self.after(opened, "So")

    def test_near_the_limit_only_the_shortest_way_remains(self) -> None:
        grammar = call_grammar((SPECS["ask"],), must_call=True, style=self.home.style)
        shortest = self.home.masks.shortest(grammar)
        begun = '<tool_call>\n{"name": "ask", "arguments": {"about": "abc'
        assert self.after(grammar, "", shortest) == {"<tool_call>"}
        assert self.after(grammar, begun, shortest) == {'"'}
        assert {"d", '"'} <= self.after(grammar, begun, shortest + 1)
        assert self.after(grammar, begun + "d", shortest + 1) == {'"'}

    def test_padding_beyond_the_tokenizer_is_never_allowed(self) -> None:
        masks, free = self.home.masks, call_grammar((), must_call=False, style=self.home.style)
        allowed = as_bool(masks.begin(free, 50).allowed(), masks.words * 32)
        assert masks.words == (masks.vocabulary + 31) // 32
        assert not allowed[len(self.home.tokenizer) :].any()

    def test_a_limit_below_the_shortest_call_is_refused_by_name(self) -> None:
        shortest = self.home.masks.shortest(self.both)
        with pytest.raises(
            ModelRefused, match=rf"max_tokens is {shortest - 1}.*Set max_tokens to {shortest}"
        ):
            self.home.masks.begin(self.both, shortest - 1)

    def test_a_token_that_is_not_allowed_is_refused_and_changes_nothing(self) -> None:
        masking = self.home.masks.begin(self.both, 300)
        before = masking.allowed().copy()
        for wrong in (*self.ids("x<|im_end|></think>"), -1, self.home.masks.vocabulary, 10**6):
            with pytest.raises(ModelRefused, match="not allowed"):
                masking.take(wrong)
        assert np.array_equal(masking.allowed(), before)

    def test_a_completion_of_another_grammar_is_refused(self) -> None:
        with pytest.raises(ModelRefused):
            bitsets(self.home.masks, self.both, self.ids('<tool_call>\n{"name": "grow'), 300)

    def test_several_ends_end_alike(self) -> None:
        both_ends = Masks(self.home.tokenizer, self.home.masks.vocabulary, (256, 258))
        free = call_grammar((), must_call=False, style=self.home.style)
        for end in (256, 258):
            masking = both_ends.begin(free, 1)
            assert set(np.flatnonzero(as_bool(masking.allowed(), both_ends.vocabulary))) == {256, 258}
            masking.take(end)
            assert masking.done

    def test_a_grammar_of_others_is_masked_and_not_hurried(self) -> None:
        masking = self.home.masks.begin(grammar_of('start: "yes" | "no"\n'), 1)
        assert {self.home.text([int(t)]) for t in np.flatnonzero(as_bool(masking.allowed(), 300))} == {
            "y",
            "n",
        }

    @pytest.mark.parametrize("text", ["start: (", "", "start: <[99999999]>", "start: start"])
    def test_a_grammar_that_does_not_compile_is_refused(self, text: str) -> None:
        with pytest.raises(ModelRefused):
            self.home.masks.begin(Grammar(text), 50).allowed()

    def test_a_rule_of_a_known_name_does_not_change_the_known_one(self) -> None:
        known = call_grammar((SPECS["grow"],), must_call=True, style=self.home.style)
        name = known.rules[-1][0]
        start, rules = Ref(name), {name: Lit("no")}
        forged = grammar_of(Grammar(written(start, rules), start, tuple(rules.items())).lark)
        assert forged.start == start
        fresh = Masks(self.home.tokenizer, self.home.masks.vocabulary)
        assert fresh.shortest(forged) == 3
        assert fresh.shortest(known) == self.home.masks.shortest(known)

    def test_few_grammars_are_kept_and_any_comes_back(self) -> None:
        small = Masks(self.home.tokenizer, self.home.masks.vocabulary, most=2)
        lengths = [
            small.shortest(call_grammar((SPECS[name],), must_call=True, style=self.home.style))
            for name in TOOLS
        ]
        again = [
            small.shortest(call_grammar((SPECS[name],), must_call=True, style=self.home.style))
            for name in TOOLS
        ]
        assert lengths == again


def test_booleans_are_the_bits_in_order() -> None:
    bits = np.array([[1 << 31 | 5, 1], [0, 2]], np.uint32)
    flags = as_bool(bits, 34)
    assert [list(np.flatnonzero(row)) for row in flags] == [[0, 2, 31, 32], [33]]


def test_without_llguidance_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llguidance", None)
    with pytest.raises(ModelUnavailable, match=r"pip install 'wardround\[agents\]'"):
        Masks(HOUSES["lines"].tokenizer, 300)
