"""`CompletionsModel` against planned answers: what is sent, and what is refused because it is not exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("transformers", reason="needs the extra [ml]")

from loopback_endpoint import HANG_UP, LoopbackEndpoint, ok, refusal, serving
from model_conformance import ASK, PLAIN
from tiny_hugging_face import tiny_tokenizer

from wardround.models import (
    CompletionsModel,
    ModelContextTooLong,
    ModelGarbage,
    ModelRefused,
    ModelUnavailable,
    Request,
    call_grammar,
    grammar_of,
    style_of,
)

TOKENIZER = tiny_tokenizer()
IDS = Request((), prompt_ids=(5, 6), max_tokens=9, must_call=False)


@pytest.fixture
def endpoint() -> Iterator[LoopbackEndpoint]:
    with serving() as endpoint:
        yield endpoint


def far(endpoint: LoopbackEndpoint, **more: Any) -> CompletionsModel:
    async def at_once(_: float) -> None: ...

    return CompletionsModel(endpoint.url, "served", TOKENIZER, sleep=at_once, **more)


def answer(
    ids: list[int], finish: str = "stop", prompt: tuple[int, ...] = (5, 6), **other: Any
) -> dict[str, Any]:
    choice = {
        "index": 0,
        "text": "not read",
        "finish_reason": finish,
        "prompt_token_ids": list(prompt),
        "token_ids": ids,
        "logprobs": {"token_logprobs": [-0.5] * len(ids)},
        **other,
    }
    return {"choices": [{key: value for key, value in choice.items() if value != "gone"}]}


async def test_ids_go_out_and_the_answer_is_read_from_its_ids(endpoint: LoopbackEndpoint) -> None:
    said = TOKENIZER.encode("Good day.", add_special_tokens=False)
    endpoint.plan(ok(answer([*said, 258])))
    done = await far(endpoint, api_key="key").generate(replace(IDS, temperature=0.5, seed=3, stop=("\n",)))
    assert (done.text, done.finish, done.completion_ids) == ("Good day.", "stop", (*said, 258))
    assert done.logprobs == (-0.5,) * 10
    assert (done.prompt_ids, done.prompt_tokens, done.completion_tokens) == ((5, 6), 2, 10)
    asked = endpoint.asked[0]
    assert asked.path == "/v1/completions"
    assert asked.headers["authorization"] == "Bearer key"
    assert asked.body == {
        "model": "served",
        "prompt": [5, 6],
        "max_tokens": 9,
        "temperature": 0.5,
        "seed": 3,
        "stop": ["\n"],
        "logprobs": 0,
        "return_token_ids": True,
    }


async def test_the_grammar_that_goes_out_is_the_one_that_is_told(endpoint: LoopbackEndpoint) -> None:
    request = replace(PLAIN, tools=(ASK,), must_call=True)
    model = far(endpoint)
    prompt = model._prepared(request).prompt_ids or ()
    endpoint.plan(ok(answer([70, 258], prompt=prompt)), ok(answer([70, 258], prompt=prompt)))
    done = await model.generate(request)
    sent: Any = endpoint.asked[0].body["structured_outputs"]
    style = style_of(TOKENIZER)
    assert style is not None
    assert grammar_of(sent["grammar"]) == call_grammar((ASK,), must_call=True, style=style)
    assert done.grammar == grammar_of(sent["grammar"]).id
    free = await model.generate(replace(request, constrained=False))
    assert "structured_outputs" not in endpoint.asked[1].body
    assert free.grammar is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"token_ids": "gone"}, "token_ids"),
        ({"token_ids": [1, -1]}, "token_ids"),
        ({"token_ids": [1, True]}, "token_ids"),
        ({"prompt_token_ids": "gone"}, "prompt_token_ids"),
        ({"prompt_token_ids": [5, 7]}, "prompt_token_ids"),
        ({"logprobs": None}, "logprobs"),
        ({"logprobs": {"token_logprobs": [-0.5]}}, "token_logprobs"),
        ({"logprobs": {"token_logprobs": [-0.5, None]}}, "token_logprobs"),
    ],
    ids=["no-ids", "negative", "boolean", "no-prompt", "other-prompt", "no-logprobs", "too-few", "null"],
)
async def test_what_is_not_exact_is_garbage(
    endpoint: LoopbackEndpoint, wrong: dict[str, Any], says: str
) -> None:
    endpoint.plan(ok(answer([1, 2], **wrong)))
    with pytest.raises(ModelGarbage, match=says):
        await far(endpoint).generate(IDS)
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize(
    "body", [{}, {"choices": []}, {"choices": [4]}, []], ids=["none", "empty", "number", "list"]
)
async def test_an_answer_without_an_answer_is_garbage(endpoint: LoopbackEndpoint, body: object) -> None:
    endpoint.plan(ok(body))
    with pytest.raises(ModelGarbage):
        await far(endpoint).generate(IDS)


async def test_a_busy_or_broken_line_is_tried_again(endpoint: LoopbackEndpoint) -> None:
    endpoint.plan(refusal(503, "busy"), HANG_UP, ok(answer([70, 258])))
    assert (await far(endpoint).generate(IDS)).completion_ids == (70, 258)
    assert len(endpoint.asked) == 3


async def test_a_refusal_is_not_tried_without_the_field(endpoint: LoopbackEndpoint) -> None:
    """A server that cannot tell log-probabilities is no server for token-exact use."""
    endpoint.plan(refusal(400, "logprobs is not supported", param="logprobs"))
    with pytest.raises(ModelRefused, match="logprobs"):
        await far(endpoint).generate(IDS)
    assert len(endpoint.asked) == 1


async def test_a_long_prompt_and_a_wrong_key_have_their_errors(endpoint: LoopbackEndpoint) -> None:
    endpoint.plan(
        refusal(400, "too long", code="context_length_exceeded"), refusal(401, "no key like sesame")
    )
    model = far(endpoint, api_key="sesame")
    with pytest.raises(ModelContextTooLong):
        await model.generate(IDS)
    with pytest.raises(ModelRefused) as caught:
        await model.generate(IDS)
    assert "sesame" not in f"{caught.value} {model!r}"


async def test_an_empty_prompt_and_a_closed_model_send_nothing(endpoint: LoopbackEndpoint) -> None:
    model = far(endpoint)
    with pytest.raises(ModelRefused, match="empty"):
        await model.generate(replace(IDS, prompt_ids=()))
    await model.close()
    with pytest.raises(ModelUnavailable):
        await model.generate(IDS)
    assert endpoint.asked == []


@pytest.mark.parametrize("there", [False, True], ids=["no-folder", "no-tokenizer"])
def test_a_tokenizer_that_is_not_there_is_refused(tmp_path: Any, there: bool) -> None:
    with pytest.raises(ModelRefused, match="tokenizer"):
        CompletionsModel("http://127.0.0.1:9/v1", "served", tmp_path if there else tmp_path / "none")
