"""`/v1/chat/completions` as OpenAI's own client meets it, over real sockets: what is asked is honoured, or a 400 says why."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("openai", reason="needs the extra [agents]")
pytest.importorskip("torch", reason="needs the extra [ml]")
pytest.importorskip("fastapi", reason="needs the extra [serve]")

import openai
from scripted_tokens import ScriptedTokens
from serving_house import listening

from wardround.models import ModelContextTooLong, ModelGarbage, ModelRefused, ModelTimeout, ModelUnavailable
from wardround.server import serve_as
from wardround.server.seam import Shaped

HELLO: list[Any] = [{"role": "user", "content": "hello"}]
ASK = {
    "type": "function",
    "function": {
        "name": "ask",
        "description": "Asks.",
        "parameters": {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]},
    },
}
LOOK = {"type": "function", "function": {"name": "look"}}
CALL = '<tool_call>\n{"name": "ask", "arguments": {"q": "where?"}}\n</tool_call>'
ARGUMENTS = '{"q": "where?"}'


class House:
    """A served model, and OpenAI's clients for it."""

    def __init__(self, model: ScriptedTokens, url: str) -> None:
        self.model, self.url = model, url
        self.client = openai.OpenAI(base_url=url, api_key="none", max_retries=0, timeout=30)

    def chat(self, **asked: Any) -> Any:
        return self.client.chat.completions.create(**{"model": "tiny", "messages": HELLO, **asked})

    def refused(self, **asked: Any) -> dict[str, Any]:
        with pytest.raises(openai.BadRequestError) as caught:
            self.chat(**asked)
        body = caught.value.body
        assert isinstance(body, dict)
        assert set(body) == {"message", "type", "param", "code"}
        assert body["type"] == "invalid_request_error"
        return body


@pytest.fixture(scope="module")
def served() -> Iterator[House]:
    model = ScriptedTokens("Good day.")
    with listening(serve_as(model, "tiny")) as url:
        yield House(model, url)


@pytest.fixture
def house(served: House, request: pytest.FixtureRequest) -> House:
    """The one server of this module, with its script rewound."""
    served.model._lines = ["Good day."]
    served.model.asked.clear()
    return served


def says(house: House, *lines: str | Exception) -> House:
    house.model._lines = list(lines)
    return house


class TestWholeAnswers:
    def test_an_answer_is_text_with_a_reason_and_counts(self, house: House) -> None:
        answer = house.chat()
        (choice,) = answer.choices
        assert (choice.message.content, choice.message.role) == ("Good day.", "assistant")
        assert (choice.finish_reason, choice.message.tool_calls, choice.logprobs) == ("stop", None, None)
        asked = house.model.asked[0]
        assert answer.usage.prompt_tokens == len(asked.prompt_ids or ())
        assert answer.usage.completion_tokens == len("Good day.") + 1
        assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
        assert (answer.object, answer.model) == ("chat.completion", "tiny")

    def test_how_to_sample_reaches_the_model(self, house: House) -> None:
        house.chat(temperature=0.5, seed=-7, max_tokens=9, stop=["\n", "x"])
        asked = house.model.asked[0]
        assert (asked.temperature, asked.seed, asked.max_tokens, asked.stop) == (0.5, -7, 9, ("\n", "x"))
        house.chat(max_completion_tokens=5, stop="end", temperature=0)
        asked = house.model.asked[1]
        assert (asked.temperature, asked.max_tokens, asked.stop) == (0.0, 5, ("end",))
        house.chat()
        assert house.model.asked[2].temperature == 1.0, "OpenAI's own default"

    def test_an_answer_that_is_cut_says_so(self, house: House) -> None:
        (choice,) = house.chat(max_tokens=4).choices
        assert (choice.message.content, choice.finish_reason) == ("Good", "length")

    def test_every_sampled_token_has_its_log_probability(self, house: House) -> None:
        says(house, "é!")
        (choice,) = house.chat(logprobs=True).choices
        told = choice.logprobs.content
        assert b"".join(bytes(token.bytes) for token in told) == "é!<|im_end|>".encode()
        assert [token.logprob for token in told] == [0.0, -0.25, -0.5, -0.75]
        assert all(token.top_logprobs == [] for token in told)

    def test_all_roles_and_parts_reach_the_model(self, house: House) -> None:
        call = {"id": "c1", "type": "function", "function": {"name": "ask", "arguments": ARGUMENTS}}
        house.chat(
            messages=[
                {"role": "developer", "content": "Be brief."},
                {
                    "role": "user",
                    "content": [{"type": "text", "text": "It "}, {"type": "text", "text": "hurts."}],
                },
                {"role": "assistant", "content": None, "tool_calls": [call], "reasoning_content": "Where?"},
                {"role": "tool", "tool_call_id": "c1", "content": "Here."},
                {"role": "assistant", "content": "I see.", "name": "doctor"},
                {"role": "user", "content": "So?"},
            ],
            tools=[ASK],
        )
        system, user, called, result, said, _ = house.model.asked[0].messages
        assert (system.role, system.content, user.content) == ("system", "Be brief.", "It hurts.")
        assert (called.tool_calls[0].name, called.tool_calls[0].arguments) == ("ask", ARGUMENTS)
        assert (called.thought, result.tool_call_id, said.content) == ("Where?", "c1", "I see.")

    def test_a_thought_comes_apart(self, house: House) -> None:
        says(house, "<think>It may be the heart.</think>Good day.")
        (choice,) = house.chat().choices
        assert choice.message.content == "Good day."
        assert choice.message.reasoning_content == "It may be the heart."


class TestTools:
    def test_a_call_comes_back_as_a_call(self, house: House) -> None:
        says(house, "<think>Hm.</think>" + CALL)
        (choice,) = house.chat(tools=[ASK], tool_choice="required").choices
        (call,) = choice.message.tool_calls
        assert (call.type, call.function.name, call.function.arguments) == ("function", "ask", ARGUMENTS)
        assert (choice.finish_reason, choice.message.content) == ("tool_calls", None)

    def test_ids_of_calls_are_the_same_again_and_differ_from_turn_to_turn(self, house: House) -> None:
        says(house, CALL)
        first, again = (house.chat(tools=[ASK]).choices[0].message for _ in range(2))
        assert first.tool_calls[0].id == again.tool_calls[0].id
        result = {"role": "tool", "tool_call_id": first.tool_calls[0].id, "content": "Here."}
        later = house.chat(tools=[ASK], messages=[*HELLO, first, result]).choices[0].message
        assert later.tool_calls[0].id != first.tool_calls[0].id

    @pytest.mark.parametrize(
        ("choice", "allowed", "must"),
        [
            (None, ("ask", "look"), False),
            ("auto", ("ask", "look"), False),
            ("required", ("ask", "look"), True),
            ("none", (), False),
            ({"type": "function", "function": {"name": "look"}}, ("look",), True),
            (
                {
                    "type": "allowed_tools",
                    "allowed_tools": {
                        "mode": "required",
                        "tools": [{"type": "function", "function": {"name": "ask"}}],
                    },
                },
                ("ask",),
                True,
            ),
        ],
        ids=["default", "auto", "required", "none", "one", "allowed"],
    )
    def test_tool_choice_says_what_may_be_called(
        self, house: House, choice: Any, allowed: tuple[str, ...], must: bool
    ) -> None:
        house.chat(tools=[ASK, LOOK], **({"tool_choice": choice} if choice else {}))
        asked = house.model.asked[0]
        assert tuple(tool.name for tool in asked.tools) == allowed
        assert asked.must_call is must
        assert isinstance(asked, Shaped)
        assert asked.shape.uncalled is (choice == "none")
        shown = house.model.tokenizer.decode(list(asked.prompt_ids or ()))
        assert '"ask"' in shown, "every tool is shown, whichever may be called"
        assert '"look"' in shown

    def test_with_tool_choice_none_what_looks_like_a_call_is_text(self, house: House) -> None:
        says(house, CALL)
        (choice,) = house.chat(tools=[ASK], tool_choice="none").choices
        assert (choice.message.tool_calls, choice.finish_reason) == (None, "stop")


class TestStreams:
    def test_the_pieces_are_the_answer(self, house: House) -> None:
        chunks = list(house.chat(stream=True))
        assert "".join(c.choices[0].delta.content or "" for c in chunks) == "Good day."
        assert len([c for c in chunks if c.choices[0].delta.content]) > 3, "as it comes"
        assert chunks[0].choices[0].delta.role == "assistant"
        assert [c.choices[0].finish_reason for c in chunks if c.choices[0].finish_reason] == ["stop"]
        assert {c.object for c in chunks} == {"chat.completion.chunk"}
        assert len({c.id for c in chunks}) == 1
        assert all(c.usage is None for c in chunks)

    def test_usage_is_the_last_chunk_where_it_is_asked_for(self, house: House) -> None:
        *_, last = house.chat(stream=True, stream_options={"include_usage": True})
        assert last.choices == []
        assert last.usage.completion_tokens == len("Good day.") + 1

    @pytest.mark.parametrize(
        "line",
        [
            CALL,
            "I ask. " + CALL,
            "<think>Hm.</think>" + CALL,
            '{"name": "ask", "arguments": {"q": "where?"}}',
            "a < b",
        ],
        ids=["call", "text-first", "thought-first", "bare", "no-call"],
    )
    def test_a_stream_says_what_the_whole_answer_says(self, house: House, line: str) -> None:
        says(house, line)
        whole = house.chat(tools=[ASK], logprobs=True).choices[0]
        chunks = [c.choices[0] for c in house.chat(tools=[ASK], logprobs=True, stream=True)]
        assert "".join(c.delta.content or "" for c in chunks) == (whole.message.content or "")
        calls = [call for c in chunks for call in c.delta.tool_calls or ()]
        assert [(c.id, c.function.name, c.function.arguments) for c in calls] == [
            (c.id, c.function.name, c.function.arguments) for c in whole.message.tool_calls or ()
        ]
        thought = "".join(getattr(c.delta, "reasoning_content", None) or "" for c in chunks)
        assert thought == (getattr(whole.message, "reasoning_content", None) or "")
        told = [token.logprob for c in chunks if c.logprobs for token in c.logprobs.content]
        assert told == [token.logprob for token in whole.logprobs.content]
        assert chunks[-1].finish_reason == whole.finish_reason

    async def test_the_asynchronous_client_hears_the_same(self, house: House) -> None:
        async with openai.AsyncOpenAI(base_url=house.url, api_key="none", max_retries=0) as client:
            whole: Any = await client.chat.completions.create(model="tiny", messages=HELLO)
            stream: Any = await client.chat.completions.create(model="tiny", messages=HELLO, stream=True)
            told = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
        assert whole.choices[0].message.content == told == "Good day."

    def test_an_error_before_the_first_word_has_its_status(self, house: House) -> None:
        says(house, ModelContextTooLong("It is too long.", "Shorten it."))
        assert house.refused(stream=True)["code"] == "context_length_exceeded"


class TestRefusals:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("n", 2),
            ("n", True),
            ("top_p", 0.9),
            ("presence_penalty", 0.5),
            ("frequency_penalty", -1),
            ("logit_bias", {"50256": -100}),
            ("reasoning_effort", "high"),
            ("modalities", ["audio"]),
            ("functions", [{"name": "ask"}]),
            ("function_call", "auto"),
            ("store", True),
            ("temperature", 3),
            ("temperature", "warm"),
            ("max_tokens", 0),
            ("max_tokens", "9"),
            ("max_tokens", 10_000_000),
            ("max_completion_tokens", -1),
            ("seed", 2**70),
            ("seed", 1.5),
            ("stop", ["x"] * 17),
            ("stop", [""]),
            ("stop", 4),
            ("tool_choice", "required"),
            ("response_format", "yaml"),
            ("stream_options", {"include_usage": True}),
            ("top_logprobs", 2),
            ("logprobs", 5),
            ("messages", []),
            ("messages", "hello"),
        ],
        ids=lambda value: json.dumps(value)[:24],
    )
    def test_what_cannot_be_honoured_is_refused_by_name(
        self, house: House, field: str, value: object
    ) -> None:
        assert house.refused(extra_body={field: value})["param"] == field
        assert house.model.asked == []

    def test_top_logprobs_that_the_model_does_not_give_are_refused_not_dropped(self, house: House) -> None:
        assert house.refused(logprobs=True, top_logprobs=2)["param"] == "top_logprobs"
        assert house.chat(logprobs=True, top_logprobs=0).choices[0].logprobs.content

    @pytest.mark.parametrize(
        ("messages", "place"),
        [
            ([{"role": "patient", "content": "hello"}], "messages[0].role"),
            ([*HELLO, {"role": "user"}], "messages[1].content"),
            ([*HELLO, {"role": "tool", "content": "yes"}], "messages[1].tool_call_id"),
            (
                [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}],
                "messages[0].content[0]",
            ),
            (
                [{"role": "assistant", "content": "x", "tool_calls": [{"id": "a"}]}],
                "messages[0].tool_calls[0].function",
            ),
            ([{"role": "user", "content": 4}], "messages[0].content"),
            (["hello"], "messages[0]"),
        ],
        ids=["role", "no-content", "no-call-id", "image", "no-function", "number", "no-object"],
    )
    def test_a_wrong_turn_is_named_by_its_place(self, house: House, messages: object, place: str) -> None:
        assert house.refused(messages=messages)["param"] == place

    @pytest.mark.parametrize(
        ("tools", "choice", "place"),
        [
            ([{"type": "function", "function": {"name": "a b"}}], None, "tools[0].function.name"),
            ([ASK, ASK], None, "tools[1].function.name"),
            ([{**LOOK, "type": "retrieval"}], None, "tools[0].type"),
            ([{**LOOK, "function": {"name": f"t{n}"}} for n in range(257)], None, "tools"),
            ([ASK], {"type": "function", "function": {"name": "operate"}}, "tool_choice"),
            ([ASK], {"type": "retrieval"}, "tool_choice"),
        ],
        ids=["name", "twice", "type", "too-many", "unknown", "odd-choice"],
    )
    def test_wrong_tools_are_named_by_their_place(
        self, house: House, tools: list[Any], choice: object, place: str
    ) -> None:
        assert house.refused(tools=tools, **({"tool_choice": choice} if choice else {}))["param"] == place

    def test_a_prompt_longer_than_the_context_is_told_as_such(self, house: House) -> None:
        long = [{"role": "user", "content": "x" * 5_000}]
        for stream in (False, True):
            assert house.refused(messages=long, stream=stream)["code"] == "context_length_exceeded"

    def test_fields_that_change_nothing_are_taken_and_unknown_ones_are_told_to_the_log(
        self, house: House, caplog: pytest.LogCaptureFixture
    ) -> None:
        house.chat(
            n=1, top_p=1, user="me", extra_body={"presence_penalty": 0, "logit_bias": {}, "colour": "blue"}
        )
        assert "'colour'" in caplog.text
        assert "blue" not in caplog.text
        assert "user" not in caplog.text

    @pytest.mark.parametrize(
        ("error", "status", "kind"),
        [
            (ModelRefused("It will not.", "Ask otherwise."), 400, "invalid_request_error"),
            (ModelUnavailable("No memory.", "Free some."), 503, "server_error"),
            (ModelTimeout("Too slow.", "Wait."), 504, "server_error"),
            (ModelGarbage("NaN.", "Check."), 500, "server_error"),
            (RuntimeError("secret /home/me/model at 0x1"), 500, "server_error"),
        ],
        ids=["refused", "unavailable", "timeout", "garbage", "defect"],
    )
    def test_a_models_error_has_its_status_and_shows_no_inside(
        self, house: House, error: Exception, status: int, kind: str
    ) -> None:
        says(house, error)
        with pytest.raises(openai.APIStatusError) as caught:
            house.chat()
        assert caught.value.status_code == status
        assert isinstance(caught.value.body, dict)
        assert caught.value.body["type"] == kind
        assert "/home" not in caught.value.response.text
        assert "Traceback" not in caught.value.response.text


class TestConversations:
    def turn(self, house: House, messages: list[Any]) -> Any:
        message = house.chat(tools=[ASK], messages=messages).choices[0].message
        result = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "Here."}
        return message, result

    @pytest.mark.parametrize("thoughts", [True, False], ids=["thoughts-sent", "thoughts-dropped"])
    def test_a_chat_that_goes_on_from_our_answer_has_the_ids_that_were_sampled(
        self, house: House, thoughts: bool
    ) -> None:
        says(house, "<think>Hm.</think>" + CALL)
        start = [{"role": "user", "content": f"begin {thoughts}"}]
        message, result = self.turn(house, start)
        sent = message.model_dump(exclude_none=True)
        if not thoughts:
            del sent["reasoning_content"]
        answer = house.chat(tools=[ASK], messages=[*start, sent, result])
        first, second = house.model.asked
        said = house.model.tokenizer.encode("<think>Hm.</think>" + CALL, add_special_tokens=False)
        before = (*(first.prompt_ids or ()), *said, 258)
        assert (second.prompt_ids or ())[: len(before)] == before
        assert (second.prior_ids, second.prior_messages) == (before, 2)
        assert answer.usage.prompt_tokens_details.cached_tokens == len(before)

    def test_a_stream_is_gone_on_from_in_the_same_way(self, house: House) -> None:
        start = [{"role": "user", "content": "begin by stream"}]
        text = "".join(c.choices[0].delta.content or "" for c in house.chat(stream=True, messages=start))
        house.chat(messages=[*start, {"role": "assistant", "content": text}, *HELLO])
        assert house.model.asked[1].prior_messages == 2

    def test_another_answer_in_its_place_is_read_anew(self, house: House) -> None:
        start = [{"role": "user", "content": "begin otherwise"}]
        house.chat(messages=start)
        house.chat(messages=[*start, {"role": "assistant", "content": "Bad day."}, *HELLO])
        assert house.model.asked[1].prior_ids is None

    def test_other_tools_are_read_anew_where_the_template_shows_tools(self, house: House) -> None:
        says(house, CALL)
        start = [{"role": "user", "content": "begin with tools"}]
        message, result = self.turn(house, start)
        house.chat(tools=[ASK, LOOK], messages=[*start, message, result])
        assert house.model.asked[1].prior_ids is None


async def until(true: Callable[[], bool]) -> None:
    """Waits for what another thread does."""
    for _ in range(1_000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it does not happen")


async def test_a_client_that_hangs_up_cancels_its_generation() -> None:
    model = ScriptedTokens("It goes on. " * 50, pause=0.02)
    with listening(serve_as(model, "tiny")) as url:
        async with openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:
            whole = asyncio.ensure_future(
                client.chat.completions.create(model="tiny", messages=HELLO, max_tokens=900)
            )
            await until(lambda: bool(model.asked))
            whole.cancel()
            await asyncio.gather(whole, return_exceptions=True)
            stream: Any = await client.chat.completions.create(
                model="tiny", messages=HELLO, max_tokens=900, stream=True
            )
            async for _ in stream:
                break
            await stream.close()
            await until(lambda: model.cancelled == 2)
    assert model.cancelled == len(model.asked) == 2


async def test_many_requests_are_at_work_at_once() -> None:
    model = ScriptedTokens("Good day.", pause=0.005)
    with listening(serve_as(model, "tiny")) as url:
        async with openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:
            asked = [client.chat.completions.create(model="tiny", messages=HELLO, seed=n) for n in range(40)]
            done = await asyncio.gather(*asked)
    assert {answer.choices[0].message.content for answer in done} == {"Good day."}
    assert model.busiest > 20
