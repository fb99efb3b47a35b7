"""`/v1/completions`: text or ids in; text, ids and log-probabilities out, as OpenAI's client and vLLM's fields have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("openai", reason="needs the extra [agents]")
pytest.importorskip("torch", reason="needs the extra [ml]")
pytest.importorskip("fastapi", reason="needs the extra [serve]")

import openai
from scripted_tokens import END, ScriptedTokens
from serving_house import listening

from wardround.server import Served, serve_as

IDS: dict[str, Any] = {"return_token_ids": True}


@pytest.fixture(scope="module")
def model() -> ScriptedTokens:
    return ScriptedTokens("ab c")


@pytest.fixture(scope="module")
def served(model: ScriptedTokens) -> Served:
    return serve_as(model, "tiny")


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[openai.OpenAI]:
    with listening(served) as url:
        yield openai.OpenAI(base_url=url, api_key="none", max_retries=0, timeout=30)


def ask(client: openai.OpenAI, **asked: Any) -> Any:
    return client.completions.create(**{"model": "tiny", "prompt": [1, 2, 3], **asked})


def refused(client: openai.OpenAI, **asked: Any) -> dict[str, Any]:
    with pytest.raises(openai.BadRequestError) as caught:
        ask(client, **asked)
    assert isinstance(caught.value.body, dict)
    return caught.value.body


@pytest.mark.parametrize("prompt", [[1, 2, 3], [[1, 2, 3]]], ids=["ids", "one-prompt"])
def test_ids_go_in_as_they_are_and_ids_come_out(
    client: openai.OpenAI, model: ScriptedTokens, prompt: Any
) -> None:
    model.asked.clear()
    (choice,) = ask(client, prompt=prompt, logprobs=0, extra_body=IDS).choices
    assert model.asked[0].prompt_ids == (1, 2, 3)
    said = model.tokenizer.encode("ab c", add_special_tokens=False)
    assert choice.prompt_token_ids == [1, 2, 3]
    assert choice.token_ids == [*said, END]
    assert (choice.text, choice.finish_reason) == ("ab c", "stop")
    assert choice.logprobs.token_logprobs == [-0.25 * at for at in range(5)]
    assert choice.logprobs.tokens == ["a", "b", " ", "c", "<|im_end|>"]
    assert choice.logprobs.text_offset == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("prompt", ["hé", ["hé"]], ids=["text", "one-text"])
def test_text_is_tokenized_here(client: openai.OpenAI, model: ScriptedTokens, prompt: Any) -> None:
    model.asked.clear()
    answer = ask(client, prompt=prompt)
    assert model.tokenizer.decode(list(model.asked[0].prompt_ids or ())) == "hé"
    assert answer.usage.prompt_tokens == 3
    (choice,) = answer.choices
    assert choice.logprobs is None
    assert not hasattr(choice, "token_ids")


def test_how_to_sample_reaches_the_model(client: openai.OpenAI, model: ScriptedTokens) -> None:
    model.asked.clear()
    ask(client, temperature=0.25, seed=3, stop="\n")
    asked = model.asked[0]
    assert (asked.temperature, asked.seed, asked.stop, asked.max_tokens) == (0.25, 3, ("\n",), 16)
    assert asked.must_call is False


@pytest.mark.parametrize("thinks", [True, False], ids=["may-think", "never-thinks"])
def test_a_stream_says_what_the_whole_answer_says(
    client: openai.OpenAI, served: Served, thinks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(served.__dict__, "thinks", thinks)
    more = {"stream": True, "stream_options": {"include_usage": True}, "logprobs": 0, "extra_body": IDS}
    *chunks, last = ask(client, **more)
    whole = ask(client, logprobs=0, extra_body=IDS)
    assert "".join(c.choices[0].text for c in chunks) == whole.choices[0].text
    assert (len(chunks) == 1) is thinks, "as it comes, unless it may be a thought"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-1].choices[0].token_ids == whole.choices[0].token_ids
    assert chunks[-1].choices[0].logprobs == whole.choices[0].logprobs
    assert last.usage == whole.usage


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("n", 3),
        ("best_of", 2),
        ("echo", True),
        ("suffix", "x"),
        ("logprobs", 1),
        ("logprobs", True),
        ("prompt", []),
        ("prompt", ""),
        ("prompt", ["a", "b"]),
        ("prompt", [[1], [2]]),
        ("prompt", {"a": 1}),
        ("prompt", [1.5]),
        ("max_tokens", 0),
        ("prompt_logprobs", 1),
        ("guided_grammar", "start: /a/"),
    ],
    ids=lambda value: str(value)[:20].replace(" ", ""),
)
def test_what_cannot_be_honoured_is_refused_by_name(client: openai.OpenAI, field: str, value: object) -> None:
    assert str(refused(client, extra_body={field: value})["param"]).partition("[")[0] == field


def test_a_prompt_longer_than_the_context_is_told_as_such(client: openai.OpenAI) -> None:
    body = refused(client, prompt=[1] * 5_000)
    assert (body["code"], body["param"]) == ("context_length_exceeded", "prompt")
