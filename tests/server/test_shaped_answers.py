"""Tools, formats and grammars over the real engine: random weights write what the client asked for, because nothing else can be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("openai", reason="needs the extra [agents]")
pytest.importorskip("llguidance", reason="needs the extra [agents]")
pytest.importorskip("torch", reason="needs the extra [ml]")
pytest.importorskip("fastapi", reason="needs the extra [serve]")

import openai
from serving_house import listening
from tiny_hugging_face import rigged_network

from wardround.models import LocalModel, Message, OpenAICompatibleModel, Request, ToolSpec
from wardround.server import open_served, serve_as
from wardround.server.seam import ShapingModel

HELLO: list[Any] = [{"role": "user", "content": "hello"}]
LOOK: dict[str, Any] = {
    "type": "object",
    "properties": {"at": {"enum": ["eye", "ear"]}, "long": {"type": "boolean"}},
    "required": ["at", "long"],
    "additionalProperties": False,
}
WAIT: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
TOOLS: list[Any] = [
    {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": LOOK}},
    {"type": "function", "function": {"name": "wait", "parameters": WAIT}},
]


@pytest.fixture(scope="module")
def url(tiny_folder: Path) -> Iterator[str]:
    with listening(open_served(str(tiny_folder), "tiny")) as url:
        yield url


@pytest.fixture(scope="module")
def client(url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=url, api_key="none", max_retries=0, timeout=60)


def chat(client: openai.OpenAI, **asked: Any) -> Any:
    return client.chat.completions.create(**{"model": "tiny", "messages": HELLO, "max_tokens": 80, **asked})


@pytest.mark.parametrize("seed", range(4))
def test_a_required_call_is_made_with_arguments_of_its_schema(client: openai.OpenAI, seed: int) -> None:
    (choice,) = chat(client, tools=TOOLS, tool_choice="required", seed=seed).choices
    (call,) = choice.message.tool_calls
    arguments = json.loads(call.function.arguments)
    if call.function.name == "look":
        assert arguments["at"] in ("eye", "ear")
        assert arguments["long"] in (True, False)
    else:
        assert (call.function.name, arguments) == ("wait", {})
    assert choice.finish_reason == "tool_calls"


@pytest.mark.parametrize("name", ["look", "wait"])
def test_one_named_function_is_the_one_that_is_called(client: openai.OpenAI, name: str) -> None:
    choice = {"type": "function", "function": {"name": name}}
    for seed in range(2):
        (call,) = chat(client, tools=TOOLS, tool_choice=choice, seed=seed).choices[0].message.tool_calls
        assert call.function.name == name


def test_with_tool_choice_none_no_call_can_be_written(client: openai.OpenAI) -> None:
    for seed in range(3):
        (choice,) = chat(client, tools=TOOLS, tool_choice="none", seed=seed, max_tokens=60).choices
        assert choice.message.tool_calls is None
        assert "<tool_call>" not in choice.message.content


def test_not_even_by_a_model_that_wants_to() -> None:
    network, tokenizer = rigged_network('<tool_call>\n{"name": "wait", "arguments": {}}\n</tool_call>')
    with listening(serve_as(ShapingModel(network, tokenizer), "tiny")) as url:
        client = openai.OpenAI(base_url=url, api_key="none", max_retries=0, timeout=60)
        (call,) = chat(client, tools=TOOLS).choices[0].message.tool_calls
        assert call.function.name == "wait"
        (choice,) = chat(client, tools=TOOLS, tool_choice="none").choices
    assert choice.message.tool_calls is None
    assert "<tool_call>" not in choice.message.content


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_an_answer_has_the_schema_that_was_asked_for(client: openai.OpenAI, stream: bool) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "look", "strict": True, "schema": LOOK}}
    answer = chat(client, response_format=form, seed=1, stream=stream)
    if stream:
        text = "".join(c.choices[0].delta.content or "" for c in answer)
    else:
        text = answer.choices[0].message.content
    assert set(json.loads(text)) == {"at", "long"}


def test_a_json_object_is_a_json_object(client: openai.OpenAI) -> None:
    for seed in range(2):
        (choice,) = chat(client, response_format={"type": "json_object"}, seed=seed, max_tokens=60).choices
        assert isinstance(json.loads(choice.message.content), dict)
        assert choice.finish_reason == "stop"


def test_a_grammar_in_lark_is_kept_to(client: openai.OpenAI) -> None:
    more = {"structured_outputs": {"grammar": 'start: "The " ("eye" | "ear") " hurts" /[!.]{1,3}/\n'}}
    answer = client.completions.create(model="tiny", prompt=[5, 6, 7], max_tokens=40, extra_body=more)
    assert answer.choices[0].text.rstrip("!.") in ("The eye hurts", "The ear hurts")
    assert answer.choices[0].finish_reason == "stop"


def test_a_schema_without_a_chat_is_kept_to_as_well(client: openai.OpenAI) -> None:
    more = {"structured_outputs": {"json": LOOK}}
    answer = client.completions.create(model="tiny", prompt="Look: ", max_tokens=60, extra_body=more)
    assert set(json.loads(answer.choices[0].text)) == {"at", "long"}


@pytest.mark.parametrize(
    "outputs",
    [{"grammar": "start: (((("}, {"grammar": ""}, {"grammar": "x", "json": {}}, {}, {"regex": "a"}],
    ids=["torn", "empty", "both", "neither", "unknown"],
)
def test_a_grammar_that_is_none_is_refused(client: openai.OpenAI, outputs: dict[str, Any]) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.completions.create(model="tiny", prompt=[5], extra_body={"structured_outputs": outputs})
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["message"]


def test_a_strict_schema_is_kept_to_the_word_or_refused(client: openai.OpenAI) -> None:
    loose = {
        "type": "object",
        "properties": {"not": {"type": "integer", "multipleOf": 7}},
        "required": ["not"],
    }
    form: dict[str, Any] = {
        "type": "json_schema",
        "json_schema": {"name": "n", "strict": True, "schema": loose},
    }
    with pytest.raises(openai.BadRequestError, match="multipleOf"):
        chat(client, response_format=form)
    form["json_schema"]["strict"] = False
    assert isinstance(json.loads(chat(client, response_format=form).choices[0].message.content)["not"], int)


@pytest.mark.parametrize("where", ["tools", "response_format", "structured_outputs"])
def test_schemas_that_would_take_long_to_compile_are_refused(client: openai.OpenAI, where: str) -> None:
    big = {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(6_000)}}
    form = {"type": "json_schema", "json_schema": {"name": "big", "schema": big}}
    tool = {"type": "function", "function": {"name": "big", "parameters": big}}
    asked = {"tools": [tool], "response_format": form, "structured_outputs": {"json": big}}[where]
    with pytest.raises(openai.BadRequestError) as caught:
        chat(client, extra_body={where: asked})
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["param"] == where


def test_formats_and_calls_exclude_each_other(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="response_format"):
        chat(client, tools=TOOLS, response_format={"type": "json_object"})
    asked = {"tools": TOOLS, "tool_choice": "none", "response_format": {"type": "json_object"}}
    assert json.loads(chat(client, **asked, max_tokens=60).choices[0].message.content) is not None


def test_too_few_tokens_for_any_answer_are_told_as_such(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="max_tokens"):
        chat(client, tools=TOOLS, tool_choice="required", max_tokens=2)


def test_a_stop_ends_the_answer_and_is_not_in_it(client: openai.OpenAI) -> None:
    whole = chat(client, seed=3).choices[0].message.content
    stop = whole[5]
    (choice,) = chat(client, seed=3, stop=stop).choices
    assert choice.message.content == whole.partition(stop)[0]
    assert choice.finish_reason == "stop"
    told = "".join(c.choices[0].delta.content or "" for c in chat(client, seed=3, stop=stop, stream=True))
    assert told == choice.message.content


def test_equal_seeds_draw_equally_and_others_do_not(client: openai.OpenAI) -> None:
    said = [chat(client, seed=seed, temperature=1).choices[0].message.content for seed in (1, 1, 2)]
    assert said[0] == said[1] != said[2]


async def test_many_clients_are_answered_from_one_batch(url: str) -> None:
    async with openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0, timeout=60) as client:
        asked: list[Any] = [
            client.chat.completions.create(
                model="tiny", messages=HELLO, tools=TOOLS, tool_choice="required", seed=n, max_tokens=60
            )
            for n in range(24)
        ]
        done = await asyncio.gather(*asked)
    assert all(answer.choices[0].message.tool_calls for answer in done)


async def test_our_own_chat_client_plays_the_turns_that_the_local_engine_plays(
    url: str, tiny_folder: Path
) -> None:
    """As `--policy openai:...` and `--policy hf:...` do: the one sends words, the other its ids."""
    local, far = (
        LocalModel.load(tiny_folder, device="cpu"),
        OpenAICompatibleModel("tiny", base_url=url, api_key="x"),
    )
    tools = (ToolSpec("look", "Looks.", LOOK), ToolSpec("wait", "", WAIT))
    request = Request((Message("user", "begin"),), tools, max_tokens=80, temperature=1.0, seed=11)
    prior: dict[str, Any] = {}
    for turn in range(4):
        here = await local.generate(Request(request.messages, tools, 80, 1.0, turn, **prior))
        there = await far.generate(Request(request.messages, tools, 80, 1.0, turn))
        assert [(c.name, c.arguments) for c in there.tool_calls] == [
            (c.name, c.arguments) for c in here.tool_calls
        ]
        assert (there.thought, there.text, there.logprobs) == (here.thought, here.text, here.logprobs)
        assert there.prompt_tokens == here.prompt_tokens
        answer = Message("assistant", here.text, here.tool_calls, thought=here.thought)
        result = Message("tool", f"result {turn}", tool_call_id=here.tool_calls[0].id)
        request = Request((*request.messages, answer, result), tools)
        ids = (*(here.prompt_ids or ()), *(here.completion_ids or ()))
        prior = {"prior_ids": ids, "prior_messages": len(request.messages) - 1}
    await far.close()
    await local.close()
