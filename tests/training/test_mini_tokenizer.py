"""wardround-mini's tokenizer: one token for each clinical word, turns that only append, and marks nobody outside can write."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.models import Message, ToolCall
from wardround.training.encoding import encoded, encoded_by_prefixes, turns_of
from wardround.training.errors import TrainingError
from wardround.training.tokenizer import ROLES, START, TAGS, train_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

LINES = ("I have had a cough for three days.", "No, no fever.", "My chest hurts when I cough, «a lot».") * 5
WORDS = ("finding.cough", "finding.cough.dry", '{"name":"ask","arguments":{"about":"', '"}}', " +", "+", "-")
TALK = (
    Message("system", "attending short"),
    Message("user", "45 f v1 I have had a cough +finding.cough.dry"),
    Message(
        "assistant", "", (ToolCall("call_1", "ask", '{"about":"finding.cough"}'),), thought="J18.9 4 J06.9 2"
    ),
    Message("tool", "+finding.cough", tool_call_id="call_1"),
    Message("assistant", "", (ToolCall("call_2", "close", '{"disposition":"home"}'),)),
)


@cache
def tokenizer() -> PreTrainedTokenizerFast:
    return train_tokenizer(LINES, WORDS, paired=300)


def text_of(messages: tuple[Message, ...], *, more: bool = False) -> str:
    return str(
        tokenizer().apply_chat_template(turns_of(messages), tokenize=False, add_generation_prompt=more)
    )


def test_every_word_of_the_vocabulary_is_one_token_and_the_longest_is_read() -> None:
    for word in (*WORDS, *TAGS, *(START + role for role in ROLES)):
        assert len(tokenizer().encode(word, add_special_tokens=False)) == 1, word
    pieces = tokenizer().tokenize("+finding.cough.dry -finding.cough")
    assert pieces[:2] == ["+", "finding.cough.dry"]
    assert pieces[-2:] == ["-", "finding.cough"]


@given(st.text(max_size=60))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    ids = tokenizer().encode(text, add_special_tokens=False)
    assert tokenizer().decode(ids) == text


def test_a_conversation_is_one_line_a_turn_with_compact_calls() -> None:
    assert text_of(TALK[:3]) == (
        "<|im_start|>systemattending short<|im_end|><|im_start|>user45 f v1 I have had a cough +finding.cough.dry<|im_end|>"
        "<|im_start|>assistant<think>J18.9 4 J06.9 2</think>"
        '<tool_call>{"name":"ask","arguments":{"about":"finding.cough"}}</tool_call><|im_end|>'
    )


@pytest.mark.parametrize("turns", range(1, len(TALK)))
def test_a_turn_adds_tokens_and_changes_none(turns: int) -> None:
    before = tokenizer().encode(text_of(TALK[:turns]), add_special_tokens=False)
    after = tokenizer().encode(text_of(TALK[: turns + 1]), add_special_tokens=False)
    assert after[: len(before)] == before
    asked = tokenizer().encode(text_of(TALK[:turns], more=True), add_special_tokens=False)
    assert asked == [*before, tokenizer().convert_tokens_to_ids(START + "assistant")]


@given(
    st.lists(
        st.sampled_from((*TAGS, START, START + "user", "<|im_end|>", "<|", "im_end|>", "a ")), max_size=6
    )
)
def test_words_from_outside_never_become_a_mark(parts: list[str]) -> None:
    written = (*TAGS, START, "<|im_end|>", *(START + role for role in ROLES))
    marks = {tokenizer().convert_tokens_to_ids(mark) for mark in written}
    for role in ("user", "tool", "system"):
        said = text_of((Message(role, "".join(parts)),))
        ids = tokenizer().encode(said, add_special_tokens=False)
        assert marks.isdisjoint(ids[1:-1])


def test_what_the_assistant_says_is_learnt_and_nothing_else() -> None:
    lesson = encoded(tokenizer(), TALK)
    learnt = tokenizer().decode(lesson.ids_T[lesson.learnt_T].tolist())
    assert learnt == (
        '<think>J18.9 4 J06.9 2</think><tool_call>{"name":"ask","arguments":{"about":"finding.cough"}}</tool_call><|im_end|>'
        '<tool_call>{"name":"close","arguments":{"disposition":"home"}}</tool_call><|im_end|>'
    )


def test_a_turn_that_went_astray_is_read_and_not_learnt() -> None:
    lesson = encoded(tokenizer(), TALK, astray={0})
    assert lesson.ids_T.tolist() == encoded(tokenizer(), TALK).ids_T.tolist()
    learnt = tokenizer().decode(lesson.ids_T[lesson.learnt_T].tolist())
    assert learnt == '<tool_call>{"name":"close","arguments":{"disposition":"home"}}</tool_call><|im_end|>'


def test_marks_and_prefixes_find_the_same_tokens() -> None:
    by_marks = encoded(tokenizer(), TALK)
    (by_prefixes,) = encoded_by_prefixes(tokenizer(), turns_of(TALK))
    assert by_prefixes.ids_T.tolist() == by_marks.ids_T.tolist()
    assert by_prefixes.learnt_T.tolist() == by_marks.learnt_T.tolist()


def test_a_template_that_forgets_past_thoughts_makes_a_lesson_of_each_answer() -> None:
    forgetful = train_tokenizer(LINES, WORDS, paired=300)
    template = str(forgetful.chat_template)
    forgetful.chat_template = template.replace(
        "if message.reasoning_content is string and",
        "if loop.last and message.reasoning_content is string and",
    )
    thinking = (*TALK[:4], Message("assistant", "", TALK[4].tool_calls, thought="J18.9 8"))
    first, second = encoded_by_prefixes(forgetful, turns_of(thinking))
    assert "J06.9" in forgetful.decode(first.ids_T[first.learnt_T].tolist())
    assert "J06.9" not in forgetful.decode(second.ids_T.tolist())
    assert str(forgetful.decode(second.ids_T[second.learnt_T].tolist())).startswith("<think>J18.9 8</think>")


def test_the_same_lines_give_the_same_tokenizer_which_loads_unchanged(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    again = train_tokenizer(LINES, WORDS, paired=300)
    assert again.get_vocab() == tokenizer().get_vocab()
    again.save_pretrained(tmp_path)
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    assert str(loaded.chat_template) == str(again.chat_template)
    assert loaded.encode(text_of(TALK)) == again.encode(text_of(TALK))
    assert (loaded.eos_token, loaded.pad_token) == ("<|im_end|>", "<|pad|>")


@pytest.mark.parametrize("words", [("",), ("a b", "a b"), ("<think>",)])
def test_a_word_that_cannot_be_a_token_is_named(words: tuple[str, ...]) -> None:
    with pytest.raises(TrainingError, match="vocabulary"):
        train_tokenizer(LINES, words)
