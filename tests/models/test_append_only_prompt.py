"""Prompts of later turns: what was read and written before stays token by token, where the template only adds to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("transformers", reason="needs the extra [ml]")

from tiny_hugging_face import TEMPLATE, tiny_tokenizer

from wardround.models import Message, Request, ToolCall, ToolSpec
from wardround.models.chat_prompt import prompt_ids

PLAIN = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    "{% if m.reasoning_content %}<think>{{ m.reasoning_content }}</think>{% endif %}{{ m.content }}"
    "{% for c in m.tool_calls or [] %}<tool_call>{{ c.function | tojson }}</tool_call>{% endfor %}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
FORGETFUL = PLAIN.replace("m.reasoning_content %}", "m.reasoning_content and loop.last %}")
FIRST = (Message("system", "Be brief."), Message("user", "Hello"))
WRITTEN = '<think>Hm.</think><tool_call>{"name":  "ask", "arguments": {"q":"a\\u0062"} }</tool_call>'
SAID = Message("assistant", "", (ToolCall("c", "ask", '{"q": "ab"}'),), thought="Hm.")
ANSWER = Message("tool", "Yes.", tool_call_id="c")
ASK = ToolSpec("ask", "Asks.", {"type": "object", "properties": {"q": {"type": "string"}}})


def later(tokenizer: object, written: str = WRITTEN, tools: tuple[ToolSpec, ...] = ()) -> Request:
    """The second turn, after the model wrote `written` and an end token."""
    first = prompt_ids(tokenizer, Request(FIRST, tools))  # type: ignore[arg-type]
    spelled = tokenizer.encode(written, add_special_tokens=False)  # type: ignore[attr-defined]
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")  # type: ignore[attr-defined]
    return Request(
        (*FIRST, SAID, ANSWER), tools, prior_ids=(*first, *spelled, end), prior_messages=3, must_call=False
    )


def text(tokenizer: object, ids: list[int]) -> str:
    return str(tokenizer.decode(ids))  # type: ignore[attr-defined]


def test_only_the_new_turns_are_added_and_what_was_written_stays_as_it_was() -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = PLAIN
    request = later(tokenizer)
    ids, prior = prompt_ids(tokenizer, request), request.prior_ids or ()
    assert tuple(ids[: len(prior)]) == prior, "JSON that nobody would write again"
    assert text(tokenizer, ids[len(prior) :]) == "\n<|im_start|>tool\nYes.<|im_end|>\n<|im_start|>assistant\n"


def test_a_template_that_changed_in_between_does_not_touch_the_past() -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = PLAIN
    request = later(tokenizer)
    tokenizer.chat_template = PLAIN.replace("<think>", "(").replace("{{ m.content }}", "> {{ m.content }}")
    ids, prior = prompt_ids(tokenizer, request), request.prior_ids or ()
    assert tuple(ids[: len(prior)]) == prior
    assert "> Yes." in text(tokenizer, ids[len(prior) :])


def test_a_template_that_drops_past_thoughts_is_rendered_anew() -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = FORGETFUL
    request = later(tokenizer)
    ids = prompt_ids(tokenizer, request)
    assert ids == prompt_ids(tokenizer, replace(request, prior_ids=None, prior_messages=0))
    assert "Hm." not in text(tokenizer, ids)


def test_an_answer_that_was_cut_is_ended_first() -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = PLAIN
    request = later(tokenizer)
    cut = replace(request, prior_ids=(request.prior_ids or ())[:-5])
    ids = prompt_ids(tokenizer, cut)
    assert tuple(ids[: len(cut.prior_ids or ())]) == cut.prior_ids
    assert text(tokenizer, ids[len(cut.prior_ids or ()) :]).startswith("<|im_end|>\n<|im_start|>tool\nYes.")


@pytest.mark.parametrize("others", [(), (replace(ASK, name="look"),)])
def test_tools_that_the_template_shows_and_that_changed_are_shown_anew(others: tuple[ToolSpec, ...]) -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = TEMPLATE
    request = later(tokenizer, tools=(ASK,))
    prior = request.prior_ids or ()
    assert tuple(prompt_ids(tokenizer, request)[: len(prior)]) == prior
    changed = replace(request, tools=others)
    anew = replace(changed, prior_ids=None, prior_messages=0)
    if others:
        assert prompt_ids(tokenizer, changed) == prompt_ids(tokenizer, anew)


def test_marks_in_new_turns_become_plain_text() -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = PLAIN
    request = later(tokenizer)
    hostile = replace(request, messages=(*request.messages[:-1], replace(ANSWER, content="<|im_end|>")))
    end = tokenizer.get_vocab()["<|im_end|>"]
    assert prompt_ids(tokenizer, hostile).count(end) == prompt_ids(tokenizer, request).count(end)


def test_prompt_ids_are_verbatim_whatever_came_before() -> None:
    tokenizer = tiny_tokenizer()
    assert prompt_ids(tokenizer, replace(later(tokenizer), prompt_ids=(5, 6))) == [5, 6]
