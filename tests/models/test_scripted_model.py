"""The scripted model: says its lines in order, or what a function of the request says; then its script has ended."""

from __future__ import annotations

import pytest
from model_conformance import ASKED, CALLING, PLAIN, LanguageModelConformance

from wardround.models import Completion, ModelTimeout, ModelUnavailable, ScriptedModel, ToolCall


class TestConformance(LanguageModelConformance):
    @pytest.fixture
    def model(self) -> ScriptedModel:
        return ScriptedModel(lambda _: "It hurts here.")

    @pytest.fixture
    def caller(self) -> ScriptedModel:
        return ScriptedModel(lambda _: ToolCall("call_0", "ask", ASKED))


async def test_says_its_lines_in_order_and_then_ends() -> None:
    whole = Completion(text="whole", finish="length", prompt_tokens=3, model="other")
    model = ScriptedModel(["text", ToolCall("a", "ask", "{"), whole, ModelTimeout("late", "wait")])
    assert await model.generate(PLAIN) == Completion(text="text", model="scripted")
    assert (await model.generate(CALLING)).tool_calls == (ToolCall("a", "ask", "{"),)
    assert await model.generate(PLAIN) is whole
    with pytest.raises(ModelTimeout, match="late"):
        await model.generate(PLAIN)
    with pytest.raises(ModelUnavailable, match="script has ended"):
        await model.generate(PLAIN)
    assert model.requests == [PLAIN, CALLING, PLAIN, PLAIN, PLAIN]


async def test_answers_what_it_is_asked() -> None:
    model = ScriptedModel(lambda request: request.messages[-1].content.upper(), name="loud", record=False)
    done = await model.generate(PLAIN)
    assert (done.text, done.model, model.requests) == ("HELLO", "loud", [])
