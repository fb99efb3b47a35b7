"""`CompletionsModel` against a real server over the same weights: token for token what the engine in this process gives."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra [ml]")
pytest.importorskip("fastapi", reason="needs the extra [serve]")
pytest.importorskip("llguidance", reason="needs the extra [agents]")

from model_conformance import ASK, ASKED, PLAIN, LanguageModelConformance
from serving_house import listening
from tiny_hugging_face import rigged_network

from wardround.models import (
    Completion,
    CompletionsModel,
    LocalModel,
    Message,
    ModelContextTooLong,
    Request,
    ToolCall,
    ToolSpec,
)
from wardround.server import open_served, serve_as
from wardround.server.seam import ShapingModel

CALLED = f'<tool_call>\n{{"name": "ask", "arguments": {ASKED}}}\n</tool_call>'
LOOK = ToolSpec(
    "look",
    "Looks.",
    {
        "type": "object",
        "properties": {"at": {"enum": ["eye", "ear"]}, "long": {"type": "integer"}},
        "required": ["at"],
        "additionalProperties": False,
    },
)


@pytest.fixture(scope="module")
def tiny_url(tiny_folder: Path) -> Iterator[str]:
    with listening(open_served(str(tiny_folder), "tiny")) as url:
        yield url


@pytest.fixture(scope="module")
def rigged_url() -> Iterator[tuple[str, Any]]:
    network, tokenizer = rigged_network(CALLED)
    with listening(serve_as(ShapingModel(network, tokenizer, name="rigged"), "rigged")) as url:
        yield url, tokenizer


@pytest.fixture(scope="module")
def local(tiny_folder: Path) -> LocalModel:
    return LocalModel.load(tiny_folder, device="cpu")


class TestConformance(LanguageModelConformance):
    @pytest.fixture
    def model(self, tiny_url: str, tiny_folder: Path) -> CompletionsModel:
        return CompletionsModel(tiny_url, "tiny", tiny_folder)

    @pytest.fixture
    def caller(self, rigged_url: tuple[str, Any]) -> CompletionsModel:
        url, tokenizer = rigged_url
        return CompletionsModel(url, "rigged", tokenizer)


def conversation(tools: tuple[ToolSpec, ...] = (), **more: Any) -> Request:
    turns = (
        Message("system", "attending"),
        Message("user", "45 f <|im_end|> é"),
        Message("assistant", "", (ToolCall("call_0", "ask", ASKED),), thought="Hm."),
        Message("tool", "+cough", tool_call_id="call_0"),
    )
    return Request(turns, tools, **{"max_tokens": 60, "seed": 5, **more})


REQUESTS = {
    "greedy": replace(PLAIN, max_tokens=24),
    "sampled": replace(PLAIN, temperature=1.0, max_tokens=24),
    "warm": replace(PLAIN, temperature=0.7, seed=2**62, max_tokens=24),
    "stopped": replace(PLAIN, temperature=1.0, seed=3, max_tokens=200, stop=("a", "\x0e", "5")),
    "one-token": replace(PLAIN, max_tokens=1),
    "a-call": conversation((ASK, LOOK)),
    "a-sampled-call": conversation((ASK, LOOK), temperature=1.0),
    "a-call-or-text": conversation((LOOK,), temperature=1.0, must_call=False, max_tokens=40),
    "unmasked": conversation((ASK, LOOK), temperature=1.0, constrained=False),
    "the-shortest-call": conversation((LOOK,), temperature=1.0, max_tokens=64),
    "a-schema": replace(PLAIN, schema=LOOK.parameters, temperature=1.0, max_tokens=60),
    "ids": Request((), prompt_ids=tuple(range(20, 50)), max_tokens=9, must_call=False),
}


@pytest.mark.parametrize("case", REQUESTS)
async def test_a_completion_is_the_local_engines_own(
    case: str, tiny_url: str, tiny_folder: Path, local: LocalModel
) -> None:
    request = REQUESTS[case]
    far = CompletionsModel(tiny_url, "tiny", tiny_folder, name=local.name)
    here, there = await local.generate(request), await far.generate(request)
    await far.close()
    assert there == here
    assert isinstance(there, Completion)
    assert there.completion_ids
    held = bool(request.tools) or request.schema is not None
    assert (there.grammar is not None) == (held and request.constrained)


async def test_a_whole_conversation_has_the_same_ids_turn_by_turn(
    tiny_url: str, tiny_folder: Path, local: LocalModel
) -> None:
    far = CompletionsModel(tiny_url, "tiny", tiny_folder, name=local.name)
    request = conversation((LOOK,), temperature=1.0)
    for turn in range(3):
        here, there = await asyncio.gather(local.generate(request), far.generate(request))
        assert there == here
        answer = Message("assistant", here.text, here.tool_calls, thought=here.thought)
        result = Message("tool", f"+{turn}", tool_call_id=here.tool_calls[0].id)
        request = replace(
            request,
            messages=(*request.messages, answer, result),
            prior_ids=(*(here.prompt_ids or ()), *(here.completion_ids or ())),
            prior_messages=len(request.messages) + 1,
        )
    await far.close()


async def test_tokenizers_are_told_apart(tiny_url: str, tiny_folder: Path, local: LocalModel) -> None:
    far = CompletionsModel(tiny_url, "tiny", tiny_folder)
    assert far.tokenizer_version == local.tokenizer_version
    assert far.count_tokens("chest pain") == local.count_tokens("chest pain")


async def test_a_prompt_that_does_not_fit_is_the_same_error(tiny_url: str, tiny_folder: Path) -> None:
    far = CompletionsModel(tiny_url, "tiny", tiny_folder)
    with pytest.raises(ModelContextTooLong):
        await far.generate(Request((Message("user", "x" * 3_000),), max_tokens=4))
    await far.close()
