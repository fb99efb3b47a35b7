"""Any OpenAI-compatible endpoint, against a real HTTP server on loopback with the faults that servers have."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest
from loopback_endpoint import (
    HANG_UP,
    TEXT,
    LoopbackEndpoint,
    Reply,
    call,
    chunk,
    events,
    ok,
    refusal,
    serving,
    streamed,
    whole,
)
from model_conformance import ASK, ASKED, CALLING, PLAIN, LanguageModelConformance

from wardround.models import (
    Backoff,
    Limits,
    Message,
    ModelContextTooLong,
    ModelError,
    ModelGarbage,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
    OpenAICompatibleModel,
    Request,
    ToolCall,
)

KEY = "sk-loopback-secret"


class Sleeps:
    """Sleeps in no time and remembers for how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackEndpoint]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with serving() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield server


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps()


@pytest.fixture
def model(endpoint: LoopbackEndpoint, sleeps: Sleeps) -> OpenAICompatibleModel:
    return OpenAICompatibleModel("asked-model", sleep=sleeps, draw=random.Random(1))


def told(pieces: list[str]) -> str:
    return "".join(pieces)


class TestConformance(LanguageModelConformance):
    @pytest.fixture
    def caller(self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel) -> OpenAICompatibleModel:
        endpoint.calls = [call(ASKED)]
        return model


class TestRequest:
    async def test_goes_to_the_endpoint_of_the_environment_with_its_key(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        await model.generate(PLAIN)
        (asked,) = endpoint.asked
        assert asked.path == "/v1/chat/completions"
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        assert asked.body == {
            "model": "asked-model",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}],
            "max_tokens": 12,
            "temperature": 0.0,
            "logprobs": True,
            "seed": 7,
        }

    async def test_tools_are_required_one_at_a_time_and_a_stream_gives_its_usage(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        await model.generate(replace(CALLING, stop=("END",)), lambda _: None)
        body = endpoint.asked[0].body
        function = {"name": ASK.name, "description": ASK.description, "parameters": ASK.parameters}
        assert body["tools"] == [{"type": "function", "function": function}]
        assert (body["tool_choice"], body["parallel_tool_calls"]) == ("required", False)
        assert (body["stream"], body["stream_options"], body["stop"]) == (
            True,
            {"include_usage": True},
            ["END"],
        )

    async def test_a_schema_without_tools_goes_as_response_format_and_its_answer_is_read_as_any(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
        done = await model.generate(replace(PLAIN, schema=schema))
        body = endpoint.asked[0].body
        assert body["response_format"] == {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": schema},
        }
        assert not {"tools", "tool_choice"} & set(body)
        assert done.text == TEXT

    async def test_tools_and_free_answers_take_no_response_format(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        await model.generate(replace(CALLING, schema={"type": "object"}))
        await model.generate(replace(PLAIN, schema={"type": "object"}, constrained=False))
        assert all("response_format" not in asked.body for asked in endpoint.asked)

    async def test_past_calls_are_sent_and_broken_arguments_as_a_whole_object(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        calls = (ToolCall("a", "ask", ASKED), ToolCall("b", "ask", '{"q": '))
        answer = Message("tool", "Here.", tool_call_id="a")
        await model.generate(Request((Message("assistant", "", calls, thought="kept apart"), answer)))
        first, second = cast("list[dict[str, object]]", endpoint.asked[0].body["messages"])
        assert first == {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                call(ASKED, call_id="a"),
                call('{"unreadable_arguments": "{\\"q\\": "}', call_id="b"),
            ],
        }
        assert second == {"role": "tool", "content": "Here.", "tool_call_id": "a"}

    async def test_a_local_server_needs_no_key(
        self, endpoint: LoopbackEndpoint, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("OPENAI_API_KEY")
        await OpenAICompatibleModel("m").generate(PLAIN)
        assert "authorization" not in endpoint.asked[0].headers

    async def test_token_ids_alone_are_refused_by_name(self, model: OpenAICompatibleModel) -> None:
        with pytest.raises(ModelRefused, match="messages, not token ids"):
            await model.generate(Request((), prompt_ids=(1, 2)))


class TestConstruction:
    def test_openai_itself_needs_a_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        with pytest.raises(ModelRefused, match="Set OPENAI_API_KEY"):
            OpenAICompatibleModel("gpt")

    @pytest.mark.parametrize(
        "url", ["nonsense", "ftp://host/v1", "http://", "http://[::1", "http://h:port/v1"]
    )
    def test_an_address_that_is_none_is_named(self, url: str) -> None:
        with pytest.raises(ModelRefused, match="OPENAI_BASE_URL"):
            OpenAICompatibleModel("m", base_url=url)

    @pytest.mark.parametrize("key", ["two words", "sk-\nX-Injected: 1", "ключ"])
    def test_a_key_that_no_header_takes_is_refused_without_showing_it(self, key: str) -> None:
        with pytest.raises(ModelRefused) as caught:
            OpenAICompatibleModel("m", base_url="http://127.0.0.1/v1", api_key=key)
        assert key not in repr(caught.value)
        assert caught.value.__cause__ is None

    def test_neither_key_nor_password_is_shown(self) -> None:
        model = OpenAICompatibleModel("m", base_url="http://user:pass@127.0.0.1:9/v1?token=t", api_key=KEY)
        assert repr(model) == "OpenAICompatibleModel('m', base_url='http://127.0.0.1:9/v1')"


class TestAnswer:
    async def test_counts_and_logprobs_where_the_server_gives_them(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        answer = whole("Yes.", usage={"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11})
        cast("list[dict[str, object]]", answer["choices"])[0]["logprobs"] = {
            "content": [{"token": "Yes", "logprob": -0.25}, {"token": ".", "logprob": 0}]
        }
        endpoint.plan(ok(answer))
        done = await model.generate(PLAIN)
        assert (done.prompt_tokens, done.completion_tokens, done.logprobs) == (9, 2, (-0.25, 0.0))
        assert done.model == "served-model"

    @pytest.mark.parametrize(
        "usage", [None, "many", {}, {"prompt_tokens": 0, "completion_tokens": 0}, {"prompt_tokens": True}]
    )
    async def test_unknown_counts_are_none(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, usage: object
    ) -> None:
        endpoint.plan(ok(whole(usage=usage)))
        done = await model.generate(PLAIN)
        assert (done.prompt_tokens, done.completion_tokens, done.logprobs) == (None, None, None)

    @pytest.mark.parametrize("key", ["reasoning_content", "reasoning"])
    async def test_reasoning_is_thought(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, key: str
    ) -> None:
        endpoint.plan(ok(whole("Yes.", **{key: "Hm."})), ok(whole("<think>Hm.</think>\n\nYes.")))
        for _ in range(2):
            done = await model.generate(PLAIN)
            assert (done.thought, done.text) == ("Hm.", "Yes.")

    @pytest.mark.parametrize(
        ("said", "finish"),
        [
            ("stop", "stop"),
            ("length", "length"),
            ("eos", "stop"),
            (None, "stop"),
            ("tool_calls", "stop"),
            ("content_filter", "error"),
            ("abort", "error"),
            (["stop"], "error"),
        ],
    )
    async def test_how_it_ended(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, said: object, finish: str
    ) -> None:
        endpoint.plan(ok(whole(finish=said)))
        done = await model.generate(PLAIN)
        assert (done.finish, done.text) == (finish, TEXT)

    async def test_calls_have_ids_of_their_own_and_arguments_as_text(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        calls = [
            call('{"q":1', call_id="x"),
            call({"q": 1}, call_id="x"),
            call(None, call_id=None),
            call("[]", name=""),
        ]
        endpoint.plan(ok(whole(None, finish="stop", tool_calls=calls)))
        done = await model.generate(CALLING)
        assert [read.arguments for read in done.tool_calls] == ['{"q":1', '{"q": 1}', "{}", "[]"]
        assert [read.id for read in done.tool_calls] == ["x", "call_1", "call_2", "call_a"]
        assert done.finish == "tool_calls"

    async def test_a_server_without_a_tool_parser_still_calls(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        endpoint.plan(ok(whole(f'<tool_call>\n{{"name": "ask", "arguments": {ASKED}}}\n</tool_call>')))
        done = await model.generate(CALLING)
        assert (done.text, done.tool_calls) == ("", (ToolCall("call_0", "ask", ASKED),))

    async def test_lone_surrogates_are_replaced_and_pairs_kept(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        text = json.dumps(whole("@", tool_calls=[call("{}", name="ask\udfff")])).replace(
            "@", r"\ud800 \ud83e\uddd1"
        )
        endpoint.plan(Reply(body=text.encode()))
        done = await model.generate(CALLING)
        assert (done.text, done.tool_calls[0].name) == ("\ufffd \U0001f9d1", "ask\ufffd")

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>Welcome</html>",
            b"[]",
            b"\xff\xfe\x00",
            b'{"choices": []}',
            b'{"choices": {}}',
            b'{"choices": [7]}',
            b'{"choices": [{"message": null}]}',
            b'{"choices": [{"message": {"content": 7}}]}',
            b'{"choices": [{"message": {"content": "", "tool_calls": 3}}]}',
            b'{"choices": [{"message": {"content": "", "tool_calls": [{}]}}]}',
            b'{"choices": [{"message": {"content": "", "tool_calls": [{"function": {"name": 5}}]}}]}',
            b"[" * 100_000,
            b"data: {\n\n",
        ],
        ids=repr,
    )
    async def test_garbage_is_garbage_at_once(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, sleeps: Sleeps, body: bytes
    ) -> None:
        endpoint.plan(Reply(body=body, content_type="text/html"))
        with pytest.raises(ModelGarbage) as caught:
            await model.generate(PLAIN)
        assert caught.value.fix
        assert len(str(caught.value)) < 300
        assert (len(endpoint.asked), sleeps.seconds) == (1, [])

    @pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream", ""])
    async def test_json_under_a_wrong_content_type_is_read(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, content_type: str
    ) -> None:
        endpoint.plan(
            replace(ok(whole()), content_type=content_type), replace(streamed(), content_type=content_type)
        )
        for _ in range(2):
            pieces: list[str] = []
            assert (await model.generate(PLAIN, pieces.append)).text == TEXT == told(pieces)

    async def test_megabytes_are_read_to_the_bound_and_no_further(
        self, endpoint: LoopbackEndpoint, sleeps: Sleeps
    ) -> None:
        model = OpenAICompatibleModel("m", limits=Limits(max_bytes=1_100_000), sleep=sleeps)
        large, huge = "x" * 1_000_000, chunk({"content": "x" * 400_000})
        endpoint.plan(
            ok(whole(None, tool_calls=[call(large)])),
            ok(whole(large * 2)),
            events(huge, huge, huge),
        )
        assert (await model.generate(CALLING)).tool_calls[0].arguments == large
        for listener in (None, lambda _: None):
            with pytest.raises(ModelGarbage, match="more than 1100000 bytes"):
                await model.generate(PLAIN, listener)
        assert len(endpoint.asked) == 3


class TestStream:
    async def test_torn_calls_are_put_together(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        def piece(index: int, arguments: str | None, **more: object) -> bytes:
            name = more.pop("name", None)
            function = {"arguments": arguments, **({"name": name} if name else {})}
            return chunk({"tool_calls": [{"index": index, "function": function, **more}]})

        endpoint.plan(
            events(
                chunk({"role": "assistant", "content": None}),
                piece(0, "", id="a", type="function", name="ask"),
                piece(1, "", id="b", type="function", name="tell"),
                piece(0, '{"q":'),
                piece(1, "{"),
                piece(0, '"x"}'),
                piece(1, None),
                chunk({}, finish="tool_calls"),
                chunk(None, usage={"prompt_tokens": 5, "completion_tokens": 6}),
            )
        )
        done = await model.generate(CALLING, lambda _: None)
        assert done.tool_calls == (ToolCall("a", "ask", '{"q":"x"}'), ToolCall("b", "tell", "{"))
        assert (done.finish, done.prompt_tokens, done.completion_tokens) == ("tool_calls", 5, 6)

    async def test_calls_without_an_index_are_told_apart_by_id(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        def piece(call_id: str | None, arguments: str, name: str | None = None) -> dict[str, object]:
            return {"id": call_id, "function": {"name": name, "arguments": arguments}}

        endpoint.plan(
            events(
                chunk({"tool_calls": [piece("a", "{", "ask")]}),
                chunk({"tool_calls": [piece(None, "}")]}),
                chunk({"tool_calls": [piece("b", "[]", "ask")]}),
                chunk({}, finish="stop"),
            )
        )
        done = await model.generate(CALLING, lambda _: None)
        assert done.tool_calls == (ToolCall("a", "ask", "{}"), ToolCall("b", "ask", "[]"))

    async def test_thought_is_not_told(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        endpoint.plan(
            events(chunk({"reasoning_content": "Hm"}), chunk({"content": "Yes."}), chunk({}, finish="stop")),
            events(*(chunk({"content": c}) for c in "<think>Hm</think>\n\nYes."), chunk({}, finish="stop")),
        )
        for _ in range(2):
            pieces: list[str] = []
            done = await model.generate(PLAIN, pieces.append)
            assert (done.thought, done.text, told(pieces)) == ("Hm", "Yes.", "Yes.")

    async def test_logprobs_come_with_the_chunks(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        def with_logprob(text: str, value: object) -> bytes:
            choice = {"index": 0, "delta": {"content": text}, "logprobs": {"content": [{"logprob": value}]}}
            return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"

        end = chunk({}, finish="stop")
        endpoint.plan(
            events(with_logprob("a", -1), with_logprob("b", -2.5), end),
            events(with_logprob("a", -1), with_logprob("b", None), end),
        )
        assert (await model.generate(PLAIN, lambda _: None)).logprobs == (-1.0, -2.5)
        assert (await model.generate(PLAIN, lambda _: None)).logprobs is None, "half known is unknown"

    async def test_a_cut_stream_is_asked_again_and_nothing_is_told_twice(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, sleeps: Sleeps
    ) -> None:
        half = (chunk({"content": "It hurts here"}), chunk({"content": ", and it"}))
        torn = chunk({"content": ", and"})[:30]
        endpoint.plan(
            events(*half, done=False, cut=True),
            events(half[0], done=False),
            events(half[0], torn, done=False),
        )
        pieces: list[str] = []
        assert (await model.generate(PLAIN, pieces.append)).text == TEXT == told(pieces)
        assert (len(endpoint.asked), len(sleeps.seconds)) == (4, 3)

    async def test_an_attempt_that_says_something_else_stays_untold(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        endpoint.plan(events(chunk({"content": "It burns"}), done=False, cut=True))
        pieces: list[str] = []
        assert (await model.generate(PLAIN, pieces.append)).text == TEXT
        assert told(pieces) == "It burns"

    async def test_what_ends_before_the_cut_is_whole(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        endpoint.plan(events(chunk({"content": "Yes."}, finish="stop"), done=False, cut=True))
        done = await model.generate(PLAIN, lambda _: None)
        assert (done.text, done.finish, done.prompt_tokens) == ("Yes.", "stop", None)

    async def test_done_ends_it_though_the_server_holds_the_line(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        endpoint.plan(events(chunk({"content": "Yes."}, finish="stop"), stall=True))
        assert (await model.generate(PLAIN, lambda _: None)).text == "Yes."

    async def test_an_error_inside_the_stream_is_read(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        def error(code: object) -> bytes:
            return (
                b"data: " + json.dumps({"error": {"message": "engine gone", "code": code}}).encode() + b"\n\n"
            )

        endpoint.plan(
            events(error(None), done=False), events(error(503), done=False), events(error(400), done=False)
        )
        with pytest.raises(ModelRefused, match="engine gone"):
            await model.generate(PLAIN, lambda _: None)
        assert len(endpoint.asked) == 3

    @pytest.mark.parametrize("end", [b"\n", b"\r\n"])
    async def test_events_are_cut_anywhere_and_comments_skipped(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, end: bytes
    ) -> None:
        stream = (
            b": ping\n\nevent: message\n" + chunk({"content": "Schön."}, finish="stop") + b"data: [DONE]\n\n"
        )
        stream = stream.replace(b"\n", end)
        endpoint.plan(events(*(stream[at : at + 1] for at in range(len(stream))), done=False))
        assert (await model.generate(PLAIN, lambda _: None)).text == "Schön."


class TestRetries:
    async def test_too_many_requests_waits_at_least_as_asked(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, sleeps: Sleeps
    ) -> None:
        endpoint.plan(
            refusal(429, "slow down", {"Retry-After": "7"}),
            refusal(429, "slow down", {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}),
            refusal(429, "slow down", {"Retry-After": "soon"}),
        )
        assert (await model.generate(PLAIN)).text == TEXT
        assert 7.0 <= sleeps.seconds[0] <= 8.0
        assert 0.0 <= sleeps.seconds[1] <= 1.0
        assert 0.0 <= sleeps.seconds[2] <= 2.0

    @pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
    async def test_what_may_pass_is_tried_again(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, status: int
    ) -> None:
        endpoint.plan(refusal(status, "not now"), Reply(status, b"<html>bad gateway</html>"))
        assert (await model.generate(PLAIN)).text == TEXT
        assert len(endpoint.asked) == 3

    @pytest.mark.parametrize(
        "fault", [HANG_UP, Reply(body=b'{"choices": [', cut=True)], ids=["hang-up", "cut body"]
    )
    async def test_a_lost_connection_is_tried_again(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, fault: Reply
    ) -> None:
        endpoint.plan(fault, fault)
        assert (await model.generate(PLAIN)).text == TEXT
        assert len(endpoint.asked) == 3

    @pytest.mark.parametrize(
        ("status", "fix"),
        [
            (400, ""),
            (401, "OPENAI_API_KEY"),
            (403, "OPENAI_API_KEY"),
            (404, "OPENAI_BASE_URL"),
            (422, ""),
            (301, ""),
        ],
    )
    async def test_what_will_not_pass_is_asked_once(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, sleeps: Sleeps, status: int, fix: str
    ) -> None:
        endpoint.plan(refusal(status, f"no, and {KEY} is wrong\x1b[31m" + "!" * 10_000))
        with pytest.raises(ModelRefused) as caught:
            await model.generate(PLAIN)
        assert fix in caught.value.fix
        assert f"answered {status}: no, and [key] is wrong" in caught.value.message
        assert "\x1b" not in str(caught.value)
        assert len(str(caught.value)) < 500
        assert (len(endpoint.asked), sleeps.seconds) == (1, [])

    async def test_an_empty_account_is_no_matter_of_waiting(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        endpoint.plan(refusal(429, "You exceeded your current quota", code="insufficient_quota"))
        with pytest.raises(ModelRefused, match="credit"):
            await model.generate(PLAIN)

    async def test_waits_are_full_jitter_and_end(self, endpoint: LoopbackEndpoint, sleeps: Sleeps) -> None:
        backoff = Backoff(retries=30, first=1.0, cap=8.0)
        model = OpenAICompatibleModel("m", backoff=backoff, sleep=sleeps, draw=random.Random(3))
        endpoint.plan(*[Reply(500)] * 31)
        with pytest.raises(ModelUnavailable, match="answered 500"):
            await model.generate(PLAIN)
        assert len(endpoint.asked) == 31
        bounds = [min(8.0, 2.0**attempt) for attempt in range(30)]
        assert all(0 <= wait <= bound for wait, bound in zip(sleeps.seconds, bounds, strict=True))
        assert min(sleeps.seconds[4:]) < 2.0 < 6.0 < max(sleeps.seconds), "drawn from the whole range"

    async def test_an_endpoint_that_wants_too_much_patience_is_given_up(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, sleeps: Sleeps
    ) -> None:
        endpoint.plan(refusal(503, "maintenance", {"Retry-After": "3600"}))
        with pytest.raises(ModelUnavailable, match=r"Try again in 3600 s\."):
            await model.generate(PLAIN)
        assert sleeps.seconds == []

    async def test_nobody_there_is_unavailable(self, sleeps: Sleeps, endpoint: LoopbackEndpoint) -> None:
        with serving() as gone:
            url = gone.url
        model = OpenAICompatibleModel("m", base_url=url, sleep=sleeps)
        with pytest.raises(ModelUnavailable) as caught:
            await model.generate(PLAIN)
        assert "Check that it runs" in caught.value.fix
        assert KEY not in repr(caught.value)
        assert len(sleeps.seconds) == 4

    @pytest.mark.parametrize("stream", [False, True])
    async def test_a_silent_server_times_out_and_is_not_asked_again(
        self, endpoint: LoopbackEndpoint, sleeps: Sleeps, stream: bool
    ) -> None:
        model = OpenAICompatibleModel("m", limits=Limits(read=0.2), sleep=sleeps)
        endpoint.plan(
            events(chunk({"content": "It"}), done=False, stall=True) if stream else Reply(stall=True)
        )
        with pytest.raises(ModelTimeout, match="silent"):
            await model.generate(PLAIN, (lambda _: None) if stream else None)
        assert len(endpoint.asked) == 1

    async def test_a_call_ends_in_its_total_time(self, endpoint: LoopbackEndpoint) -> None:
        model = OpenAICompatibleModel("m", limits=Limits(total=0.3))
        endpoint.plan(Reply(stall=True))
        with pytest.raises(ModelTimeout, match=r"did not finish within 0\.3 s"):
            await model.generate(PLAIN)

    async def test_a_cancelled_call_is_cancelled(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        endpoint.plan(Reply(stall=True))
        waiting = asyncio.ensure_future(model.generate(PLAIN))
        assert await asyncio.to_thread(endpoint.arrived.wait, 30)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


class TestRefusedFields:
    @pytest.mark.parametrize(
        ("field", "fault"),
        [
            ("tool_choice", refusal(400, 'tool_choice must be "none" or "auto"')),
            ("parallel_tool_calls", refusal(400, "Unsupported", param="parallel_tool_calls")),
            (
                "seed",
                Reply(
                    422, b'{"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]}'
                ),
            ),
            ("seed", Reply(422, b'{"message": {"detail": [{"loc": ["body", "seed"], "msg": "extra"}]}}')),
            ("logprobs", refusal(403, "You are not allowed to request logprobs from this model")),
            ("temperature", refusal(400, "temperature: only the default (1) value is supported")),
        ],
    )
    async def test_is_left_out_once_and_for_all(
        self,
        endpoint: LoopbackEndpoint,
        model: OpenAICompatibleModel,
        sleeps: Sleeps,
        field: str,
        fault: Reply,
    ) -> None:
        endpoint.plan(fault)
        request = replace(CALLING, seed=1)
        await model.generate(request)
        await model.generate(request)
        first, *rest = (asked.body for asked in endpoint.asked)
        assert field in first
        assert [body == {key: first[key] for key in first if key != field} for body in rest] == [True, True]
        assert model.refused_fields == {field}
        assert not sleeps.seconds

    async def test_a_server_without_response_format_is_asked_without_it(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        endpoint.plan(refusal(400, "response_format is not supported by this model"))
        await model.generate(replace(PLAIN, schema={"type": "object"}))
        assert ["response_format" in asked.body for asked in endpoint.asked] == [True, False]

    async def test_max_tokens_goes_under_its_newer_name(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'."
        endpoint.plan(refusal(400, said, param="max_tokens", code="unsupported_parameter"))
        await model.generate(PLAIN)
        body = endpoint.asked[1].body
        assert ("max_tokens" in body, body["max_completion_tokens"]) == (False, 12)

    async def test_several_go_one_by_one_and_then_it_ends(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        endpoint.plan(*[refusal(400, "tool_choice, parallel_tool_calls and seed are unknown to us")] * 9)
        with pytest.raises(ModelRefused):
            await model.generate(replace(CALLING, seed=1))
        assert model.refused_fields == {"tool_choice", "parallel_tool_calls", "seed"}
        assert len(endpoint.asked) == 4

    @pytest.mark.parametrize("said", ["temperature must be at most 2", "max_tokens is too large: 12"])
    async def test_a_value_out_of_range_is_the_callers_matter(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, said: str
    ) -> None:
        endpoint.plan(refusal(400, said))
        with pytest.raises(ModelRefused, match=said):
            await model.generate(PLAIN)
        assert not model.refused_fields

    @pytest.mark.parametrize(
        "fault",
        [
            refusal(400, "too long", code="context_length_exceeded"),
            refusal(
                400,
                "This model's maximum context length is 8 tokens. However, you requested 20 "
                "(8 in the messages, 12 in max_tokens, which is not supported).",
            ),
            refusal(400, "the request exceeds the available context size", type="exceed_context_size_error"),
            refusal(413, "prompt is too long"),
        ],
    )
    async def test_a_prompt_that_does_not_fit_says_so(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel, fault: Reply
    ) -> None:
        endpoint.plan(fault)
        with pytest.raises(ModelContextTooLong) as caught:
            await model.generate(PLAIN)
        assert "shorter" in caught.value.fix

    async def test_an_error_in_a_200_answer_is_an_error(
        self, endpoint: LoopbackEndpoint, model: OpenAICompatibleModel
    ) -> None:
        endpoint.plan(
            ok({"error": {"message": "upstream", "code": 502}}), ok({"error": {"message": "no", "code": 401}})
        )
        with pytest.raises(ModelError, match="answered 401: no"):
            await model.generate(PLAIN)
        assert len(endpoint.asked) == 2
