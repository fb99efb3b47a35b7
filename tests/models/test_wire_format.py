"""The wire format and its retries as pure functions: whatever a server sends is a completion or garbage, by name."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_conformance import CALLING

from wardround.models import Backoff, Completion, ModelError, ModelGarbage
from wardround.models.preview import Preview
from wardround.models.refusals import fault_in_answer, fault_of
from wardround.models.retry import retry_after
from wardround.models.stream import Assembly, Events
from wardround.models.wire import completion, parse

KEYS = st.sampled_from(
    [
        "choices",
        "message",
        "delta",
        "content",
        "tool_calls",
        "function",
        "name",
        "arguments",
        "index",
        "id",
        "usage",
        "finish_reason",
        "logprobs",
        "logprob",
        "prompt_tokens",
        "error",
        "code",
        "detail",
        "loc",
        "text",
        "model",
    ]
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(), max_size=5))
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=20,
)
CALLS = st.lists(
    st.one_of(JSON, st.fixed_dictionaries({"id": JSON, "index": JSON, "function": JSON})), max_size=3
)
TURN = st.fixed_dictionaries({"content": JSON, "tool_calls": st.one_of(JSON, CALLS), "reasoning": JSON})
CHOICE = st.fixed_dictionaries({"message": TURN, "delta": TURN, "finish_reason": JSON, "logprobs": JSON})
ANSWER = st.fixed_dictionaries(
    {"choices": st.one_of(JSON, st.lists(CHOICE, max_size=2)), "usage": JSON, "model": JSON}
)


def check(done: Completion) -> None:
    parts = [
        done.text,
        done.thought,
        done.model,
        *(call.id + call.name + call.arguments for call in done.tool_calls),
    ]
    "".join(parts).encode()
    assert len({call.id for call in done.tool_calls}) == len(done.tool_calls)
    assert done.prompt_tokens is None or done.prompt_tokens > 0


@settings(deadline=None)
@given(ANSWER)
def test_any_answer_is_a_completion_or_garbage(answer: dict[str, object]) -> None:
    with suppress(ModelGarbage):
        check(completion(answer, CALLING, "m"))


@settings(deadline=None)
@given(st.lists(ANSWER, max_size=3))
def test_any_stream_is_a_completion_or_garbage(chunks: list[dict[str, object]]) -> None:
    assembly = Assembly(CALLING, "m", Preview(lambda _: None))
    with suppress(ModelGarbage):
        for chunk in chunks:
            assembly.add(chunk)
        check(assembly.completion())


@settings(deadline=None)
@given(JSON, st.integers(300, 599))
def test_any_error_body_is_an_error_of_ours_and_short(answer: object, status: int) -> None:
    for text in (json.dumps(answer), json.dumps({"error": answer}), json.dumps({"detail": answer})):
        fault = fault_of(status, {}, text, where="http://server", sent=("seed", "tool_choice"))
        assert isinstance(fault.error, ModelError)
        assert len(str(fault.error)) < 500
        assert not (fault.retry and fault.field)
    assert isinstance(fault_in_answer(answer, where="http://server").error, ModelError)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_garbage(body: bytes) -> None:
    with suppress(ModelGarbage):
        assert isinstance(parse(body), dict)


@settings(deadline=None)
@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1), max_size=4),
    st.data(),
)
def test_events_do_not_depend_on_how_the_bytes_arrive(datas: list[str], data: st.DataObject) -> None:
    stream = "".join(f": comment\nid: 1\ndata: {text}\n\n" for text in datas).encode()
    stream = stream.replace(b"\n", data.draw(st.sampled_from([b"\n", b"\r\n"])))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    events = Events()
    pieces = [stream[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    read = [event for piece in pieces for event in events.feed(piece)] + events.end()
    assert read == datas


def test_data_of_several_lines_is_one_event_and_a_missing_last_blank_line_is_forgiven() -> None:
    events = Events()
    assert events.feed(b"data: {\ndata:}\n\ndata: [DONE]") == ["{\n}"]
    assert events.end() == ["[DONE]"]


class TestWaiting:
    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("7", 7.0),
            (" 1.5 ", 1.5),
            ("Wed, 21 Oct 2026 07:28:30 GMT", 30.0),
            ("Wed, 21 Oct 2026 07:27:00 GMT", 0.0),
            ("", None),
            ("soon", None),
            ("-3", None),
            ("nan", None),
            ("²", None),
            ("9" * 400, None),
        ],
    )
    def test_retry_after_is_seconds_or_a_date(self, value: str, seconds: float | None) -> None:
        now = datetime(2026, 10, 21, 7, 28, 0, tzinfo=UTC)
        assert retry_after({"retry-after": value}, now) == seconds

    @settings(deadline=None)
    @given(st.integers(0, 10_000), st.one_of(st.none(), st.floats(0, 100)), st.integers())
    def test_a_wait_is_bounded_and_never_before_the_server_asked(
        self, attempt: int, after: float | None, seed: int
    ) -> None:
        backoff = Backoff(first=0.5, cap=20.0)
        wait = backoff.wait(attempt, after, random.Random(seed))
        assert (
            (after or 0.0)
            <= wait
            <= (min(20.0, 0.5 * 2.0 ** min(attempt, 9)) if after is None else after + 1.0)
        )
