"""Thoughts and tool calls in plain text: found where they are, left as text where they are not, never an exception."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.models.preview import Preview
from wardround.models.written import clean, completed, read_calls, split_thought

ANY_TEXT = st.text(st.characters(), max_size=60)  # lone surrogates too
PIECES = st.sampled_from(
    [
        "<think>",
        "</think>",
        "<tool_call>",
        "</tool_call>",
        '{"name": "ask"',
        ', "arguments": {}}',
        "\n",
        " ",
        "{",
        "}",
    ]
)
MODEL_TEXT = st.lists(st.one_of(PIECES, ANY_TEXT), max_size=8).map("".join)


class TestThought:
    @pytest.mark.parametrize(
        ("text", "thought", "said"),
        [
            ("Yes.", "", "Yes."),
            ("<think>\nHm.\n</think>\n\nYes.", "Hm.", "Yes."),
            ("\n<think></think>Yes.", "", "Yes."),
            ("Hm.</think>Yes.", "Hm.", "Yes."),
            ("<think>Hm, and then", "Hm, and then", ""),
            ("First <think>Hm.</think> then.", "Hm.", "First  then."),
            ("The tag <think> is a tag.", "", "The tag <think> is a tag."),
            ("", "", ""),
        ],
    )
    def test_is_kept_apart(self, text: str, thought: str, said: str) -> None:
        assert split_thought(text) == (thought, said)

    def test_opened_by_the_prompt_and_never_closed_is_all_thought(self) -> None:
        assert split_thought("Hm, and then", opened=True) == ("Hm, and then", "")


class TestCalls:
    def test_several_in_tags_with_text_between(self) -> None:
        text = (
            'First.\n<tool_call>\n{"name": "ask", "arguments": {"a": 1}}\n</tool_call>\n'
            '<tool_call>{"arguments":{"b" : [ 2 ]},"name":"tell"}</tool_call>'
        )
        left, calls = read_calls(text, ())
        assert left == "First."
        assert [(call.id, call.name, call.arguments) for call in calls] == [
            ("call_0", "ask", '{"a": 1}'),
            ("call_1", "tell", '{"b" : [ 2 ]}'),
        ]

    @pytest.mark.parametrize(
        "arguments",
        ['{"a": 1, "a": 2}', '{"x": NaN}', '{"n": 1.50e+1}', "[]", '{"t": "</think>\\ud800"}', "null"],
    )
    def test_arguments_are_the_raw_text(self, arguments: str) -> None:
        (call,) = read_calls(f'<tool_call>{{"name": "ask", "arguments": {arguments}}}</tool_call>', ())[1]
        assert call.arguments == arguments

    def test_arguments_given_as_a_string_are_its_content(self) -> None:
        (call,) = read_calls('<tool_call>{"name": "ask", "arguments": "{\\"a\\": 1}"}</tool_call>', ())[1]
        assert call.arguments == '{"a": 1}'

    def test_no_arguments_are_an_empty_object(self) -> None:
        (call,) = read_calls('<tool_call>{"name": "ask"}</tool_call>', ())[1]
        assert call.arguments == "{}"

    @pytest.mark.parametrize(
        ("block", "arguments"),
        [
            ('{"name": "ask", "arguments": {"q": }}', '{"q": }}'),
            ('{"name": "ask", "arguments": {"q": "wh', '{"q": "wh'),
            ('{"name": "ask", "argu', ""),
            ('{"name": "ask", "arguments": ' + "[" * 100_000, "[" * 100_000),
        ],
        ids=["broken", "cut", "cut early", "deep"],
    )
    @pytest.mark.parametrize("end", ["", "</tool_call>"])
    def test_a_broken_call_is_one_that_will_be_refused(self, block: str, arguments: str, end: str) -> None:
        (call,) = read_calls(f"<tool_call>{block}{end}", ())[1]
        assert (call.name, call.arguments) == ("ask", arguments)
        with pytest.raises((ValueError, RecursionError)):
            json.loads(call.arguments)

    def test_a_block_without_a_name_stays_text(self) -> None:
        text = "<tool_call>nothing here</tool_call>"
        assert read_calls(text, ("ask",)) == (text, ())

    @pytest.mark.parametrize(
        "text",
        [
            '{"name": "other", "arguments": {}}',
            '{"name": "ask"}',
            '{"name": 7, "arguments": {}}',
            'I would say {"name": "ask", "arguments": {}}',
            '{"name": "ask", "arguments": {}} and more',
            "7",
            "{}",
        ],
    )
    def test_bare_json_is_a_call_only_of_a_known_tool_with_arguments(self, text: str) -> None:
        assert read_calls(text, ("ask",)) == (text, ())


@settings(deadline=None)
@given(MODEL_TEXT, st.booleans(), st.sampled_from(["stop", "length", "tool_calls", "error"]))
def test_no_text_breaks_the_reading(text: str, opened: bool, finish: str) -> None:
    done = completed(text, (), "", finish, ("ask",), opened=opened)  # type: ignore[arg-type]
    for part in (done.text, done.thought, *(call.name + call.arguments for call in done.tool_calls)):
        part.encode()
    assert (done.finish == "tool_calls") == (bool(done.tool_calls) and finish in ("stop", "tool_calls"))
    assert len({call.id for call in done.tool_calls}) == len(done.tool_calls)


@settings(deadline=None)
@given(ANY_TEXT)
def test_clean_text_can_be_stored_and_good_text_is_untouched(text: str) -> None:
    assert clean(text).encode().decode() == clean(clean(text))
    good = "".join(character for character in text if not 0xD800 <= ord(character) <= 0xDFFF)
    assert clean(good) == good


@settings(deadline=None)
@given(
    MODEL_TEXT.filter(lambda text: "</think>" not in text or text.lstrip().startswith("<think>")), st.data()
)
def test_a_preview_is_what_is_said_however_it_is_cut_where_thoughts_come_first(
    text: str, data: st.DataObject
) -> None:
    text = clean(text)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    heard: list[str] = []
    preview = Preview(heard.append)
    for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        preview.hear(text[begin:end])
    preview.end()
    assert "".join(heard) == split_thought(text)[1]
