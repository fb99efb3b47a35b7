"""What grammars are: styles found in templates, ids that are the same everywhere, schemas of any kind made into expressions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from masked_tokenizers import COMPACT, PLAIN, QWEN, masked_tokenizer

from wardround.models import CallStyle, Grammar, ToolSpec, call_grammar, grammar_of, schema_grammar, style_of
from wardround.models.masks import Mark

ASK = ToolSpec(
    "ask", "Asks.", {"type": "object", "properties": {"about": {"type": "string"}}, "required": ["about"]}
)
STOP = ToolSpec("stop", "Stops.", {"type": "object", "properties": {}})
STYLE = CallStyle(
    Mark("<tool_call>", 3), Mark("</tool_call>", 4), '{"name":"', '","arguments":', "}", ",", ":"
)
THINKING = replace(STYLE, think=Mark("<think>", 1), say=Mark("</think>", 2))


class TestStyle:
    def test_qwen_writes_lines_and_spaces_and_its_marks_are_tokens(self) -> None:
        assert style_of(masked_tokenizer(QWEN)) == CallStyle(
            call=Mark("<tool_call>", 261),
            end=Mark("</tool_call>", 262),
            before='\n{"name": "',
            between='", "arguments": ',
            behind="}\n",
            item=", ",
            key=": ",
            think=Mark("<think>", 259, "\n"),
            say=Mark("</think>", 260, "\n\n"),
        )

    def test_a_compact_template_has_nothing_between(self) -> None:
        style = style_of(masked_tokenizer(COMPACT))
        assert style is not None
        assert (style.before, style.between, style.behind) == ('{"name":"', '","arguments":', "}")
        assert (style.item, style.key) == (",", ":")
        assert (style.think, style.say) == (Mark("<think>", 259), Mark("</think>", 260))

    def test_marks_that_are_no_tokens_are_spelled(self) -> None:
        style = style_of(masked_tokenizer(QWEN, marks=False))
        assert style is not None
        assert (style.call.token, style.end.token) == (None, None)

    @pytest.mark.parametrize(
        "template", [PLAIN, "", "{{ raise_exception('no') }}", "{{ messages[7].role.x }}", "{%"]
    )
    def test_a_template_without_calls_has_no_style(self, template: str) -> None:
        assert style_of(masked_tokenizer(template)) is None

    def test_a_template_without_thoughts_has_calls_all_the_same(self) -> None:
        silent = QWEN.replace("message.reasoning_content", "message.nothing")
        style = style_of(masked_tokenizer(silent))
        assert style is not None
        assert style.think is None

    def test_a_prompt_that_opens_the_thought_is_seen(self) -> None:
        opening = QWEN.replace(
            "<|im_start|>assistant\n{% endif %}", "<|im_start|>assistant\n<think>\n{% endif %}"
        )
        style = style_of(masked_tokenizer(opening))
        assert style is not None
        assert style.opened


class TestId:
    def test_is_the_same_in_another_process_and_in_another_order_of_tools(self) -> None:
        code = (
            "import sys; sys.path.insert(0, 'tests/models')\n"
            "from test_masks_grammars import *\n"
            "print(call_grammar((STOP, ASK), must_call=True, style=THINKING).id)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == call_grammar((ASK, STOP), must_call=True, style=THINKING).id

    def test_changes_with_tools_schemas_style_and_must_call(self) -> None:
        wider = replace(ASK, parameters={"type": "object", "properties": {"about": {"type": "integer"}}})
        spaced = replace(STYLE, item=", ")
        grammars = [
            call_grammar((ASK, STOP), must_call=True, style=STYLE),
            call_grammar((ASK,), must_call=True, style=STYLE),
            call_grammar((wider, STOP), must_call=True, style=STYLE),
            call_grammar((ASK, STOP), must_call=False, style=STYLE),
            call_grammar((ASK, STOP), must_call=True, style=THINKING),
            call_grammar((ASK, STOP), must_call=True, style=replace(THINKING, opened=True)),
            call_grammar((ASK, STOP), must_call=True, style=replace(spaced, call=Mark("<tool_call>", 9))),
            schema_grammar(ASK.parameters),
        ]
        assert len({grammar.id for grammar in grammars}) == len(grammars)

    def test_a_description_is_not_enforced_and_does_not_count(self) -> None:
        told = replace(ASK, description="Asks the patient.")
        made = call_grammar((told,), must_call=True, style=STYLE)
        assert made == call_grammar((ASK,), must_call=True, style=STYLE)
        assert hash(made) == hash(call_grammar((ASK,), must_call=True, style=STYLE))

    def test_a_call_that_must_be_made_needs_a_tool(self) -> None:
        with pytest.raises(ValueError, match="tools is empty"):
            call_grammar((), must_call=True, style=STYLE)


class TestTravelling:
    def test_a_grammar_comes_out_of_its_text_as_it_went_in(self) -> None:
        made = call_grammar((ASK, STOP), must_call=False, style=THINKING)
        back = grammar_of(made.lark)
        assert (back.id, back.start, back.rules) == (made.id, made.start, made.rules)

    def test_a_grammar_of_others_is_taken_as_it_is(self) -> None:
        assert grammar_of('start: "yes" | "no"').start is None

    @pytest.mark.parametrize(
        "word", ["", "!!", "AAAA", "eJyrVkrOSS0uVrIqKSpN1VHKSSwuUbIy1FEqSy0qzszPU7IyqgUA2GkLqQ=="]
    )
    def test_expressions_that_are_none_are_not_believed(self, word: str) -> None:
        text = schema_grammar(STOP.parameters).text
        assert grammar_of(f"{text}// wardround {word}\n").start is None

    def test_expressions_that_give_another_grammar_are_not_believed(self) -> None:
        one, other = schema_grammar(STOP.parameters), schema_grammar(ASK.parameters)
        forged = one.text + other.lark.removeprefix(other.text)
        assert grammar_of(forged).start is None

    @given(st.text(max_size=60))
    def test_any_text_is_a_grammar_or_none_of_ours(self, text: str) -> None:
        assert grammar_of(f"{text}// wardround {text}").start is None


KEYS = st.sampled_from(
    [
        "type",
        "properties",
        "required",
        "items",
        "prefixItems",
        "enum",
        "const",
        "anyOf",
        "oneOf",
        "allOf",
        "$ref",
        "$defs",
        "additionalProperties",
        "pattern",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "minItems",
        "maxItems",
        "patternProperties",
        "format",
        "not",
    ]
)
WORDS = st.sampled_from(
    [
        "object",
        "array",
        "string",
        "integer",
        "#",
        "#/$defs/a",
        "#/nowhere",
        "(?=x)y",
        "[",
        "^a{2,3}$",
        "date",
        "é\ud800",
    ]
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-9, 99), st.floats(), WORDS)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(KEYS, WORDS), inner, max_size=5)
    ),
    max_leaves=25,
)


@settings(deadline=None, max_examples=300)
@given(JSON)
def test_any_schema_makes_a_grammar_and_the_same_one_again(schema: object) -> None:
    made = schema_grammar(schema)
    assert made.start is not None
    assert schema_grammar(schema).text == made.text
    if isinstance(schema, Mapping):
        assert isinstance(call_grammar((ToolSpec("odd", "", schema),), must_call=True, style=STYLE), Grammar)


def deep(size: int) -> dict[str, object]:
    schema: dict[str, object] = {"type": "string"}
    for _ in range(size):
        schema = {"type": "array", "items": schema}
    return schema


@pytest.mark.parametrize(
    "schema",
    [
        deep(3_000),
        {"enum": [str(number) for number in range(40_000)]},
        {"$ref": "#"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}},
        {
            "$ref": "#/$defs/a",
            "$defs": {"a": {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "required": ["a"]}},
        },
        {"type": "object", "properties": {"a": False}, "required": ["a"]},
        {"type": "string", "minLength": 10**12, "maxLength": -1},
        {"type": "string", "pattern": "(" * 500},
        {"type": "string", "pattern": "a{999999999}"},
        {"type": "array", "minItems": 10**9, "items": {"type": "array", "minItems": 10**9}},
        {"type": "integer", "minimum": 9, "maximum": 3},
        {"type": "number", "minimum": 1e300, "maximum": float("inf")},
    ],
    ids=[f"odd{number}" for number in range(12)],
)
def test_a_hostile_schema_is_loosened_and_small(schema: dict[str, object]) -> None:
    assert len(schema_grammar(schema).text) < 200_000
