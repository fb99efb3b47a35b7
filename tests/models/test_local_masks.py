"""The local engine under masks: nothing outside the grammar, an end in time, log-probabilities renormalised under it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="needs the extra [ml]")
pytest.importorskip("transformers", reason="needs the extra [ml]")
pytest.importorskip("llguidance", reason="needs the extra [agents]")

import numpy as np
import torch
from tiny_hugging_face import rigged, tiny_tokenizer
from tiny_networks import tiny_network

from wardround.models import Completion, LocalModel, Message, ModelRefused, Request, ToolSpec
from wardround.models.masks import Masks, as_bool, bitsets, call_grammar, style_of

NOTE = ToolSpec(
    "note",
    "Writes a note.",
    {
        "type": "object",
        "properties": {"text": {"type": "string", "maxLength": 20}, "sure": {"type": "boolean"}},
        "required": ["text", "sure"],
        "additionalProperties": False,
    },
)
DRAWN = Request((Message("user", "Hello"),), (NOTE,), max_tokens=120, temperature=1.0, seed=3)


@pytest.fixture(scope="module")
def model() -> LocalModel:
    return LocalModel(tiny_network("qwen3"), tiny_tokenizer())


def the_call(done: Completion) -> dict[str, object]:
    (call,) = done.tool_calls
    assert call.name == "note"
    found: dict[str, object] = json.loads(call.arguments)
    return found


class TestUnderAGrammar:
    async def test_random_weights_write_whole_calls(self, model: LocalModel) -> None:
        done = await asyncio.gather(*(model.generate(replace(DRAWN, seed=seed)) for seed in range(12)))
        for answer in done:
            assert set(the_call(answer)) == {"text", "sure"}
            assert answer.finish == "tool_calls"
            assert answer.grammar == done[0].grammar
        assert len({answer.completion_ids for answer in done}) == 12

    async def test_the_end_comes_before_the_limit(self, model: LocalModel) -> None:
        for limit in (80, 85, 90, 95):
            done = await model.generate(replace(DRAWN, max_tokens=limit))
            assert the_call(done)
            assert done.completion_tokens is not None
            assert done.completion_tokens <= limit

    async def test_a_limit_below_the_shortest_answer_is_refused(self, model: LocalModel) -> None:
        with pytest.raises(ModelRefused, match="max_tokens is 10"):
            await model.generate(replace(DRAWN, max_tokens=10))

    @pytest.mark.parametrize("temperature", [0.0, 0.7, 1.5])
    async def test_logprobs_are_those_under_mask_and_temperature(
        self, model: LocalModel, temperature: float
    ) -> None:
        done = await model.generate(replace(DRAWN, temperature=temperature))
        tokenizer, network = tiny_tokenizer(), tiny_network("qwen3")
        style = style_of(tokenizer)
        assert style is not None
        grammar = call_grammar((NOTE,), must_call=True, style=style)
        assert done.grammar == grammar.id
        ids, start = done.completion_ids or (), len(done.prompt_ids or ())
        words = int(network.config.vocab_size)
        masks = Masks(tokenizer, words, (tokenizer.get_vocab()["<|im_end|>"],))
        allowed = torch.from_numpy(as_bool(bitsets(masks, grammar, ids, DRAWN.max_tokens), words))
        with torch.inference_mode():
            logits = network(input_ids=torch.tensor([[*(done.prompt_ids or ()), *ids]])).logits[
                0, start - 1 : -1
            ]
        known = (logits.masked_fill(~allowed, -torch.inf) / (temperature or 1.0)).log_softmax(-1)
        expected = known.gather(1, torch.tensor(ids)[:, None])[:, 0]
        assert done.logprobs == pytest.approx(expected.tolist(), abs=1e-4)
        forced = np.flatnonzero(allowed.sum(-1).numpy() == 1)
        assert [(done.logprobs or ())[at] for at in forced] == [0.0] * len(forced)

    async def test_what_the_mask_leaves_no_choice_about_is_not_drawn(self, model: LocalModel) -> None:
        before = model.counts
        done = await model.generate(DRAWN)
        after = model.counts
        assert after.forced - before.forced > 20
        assert after.drawn - before.drawn + after.forced - before.forced == done.completion_tokens
        assert after.steps - before.steps <= after.drawn - before.drawn

    async def test_masked_and_free_answers_share_a_batch(self, model: LocalModel) -> None:
        free = replace(DRAWN, tools=(), temperature=0.0, max_tokens=30, must_call=False)
        alone = (await model.generate(free), await model.generate(DRAWN))
        together = await asyncio.gather(model.generate(free), model.generate(DRAWN))
        assert [done.completion_ids for done in together] == [done.completion_ids for done in alone]
        assert (alone[0].grammar, alone[0].tool_calls) == (None, ())

    async def test_unconstrained_is_free(self, model: LocalModel) -> None:
        done = await model.generate(replace(DRAWN, constrained=False))
        assert (done.grammar, done.tool_calls) == (None, ())

    async def test_a_schema_is_the_answers_text(self, model: LocalModel) -> None:
        wanted = {
            "type": "object",
            "properties": {"n": {"type": "integer", "maximum": 99}},
            "required": ["n"],
        }
        done = await model.generate(replace(DRAWN, tools=(), schema=wanted, must_call=False))
        assert isinstance(json.loads(done.text)["n"], int)
        assert done.grammar is not None

    async def test_a_model_that_wants_otherwise_is_held_to_it(self) -> None:
        done = await rigged("I will not call anything, whatever you say.").generate(DRAWN)
        assert the_call(done)


class TestThinkTokens:
    @pytest.mark.parametrize(
        ("text", "thinking"), [("<think>Hm.</think>Yes.", 5), ("Yes.", 0), ("<think>Hm", 4)]
    )
    async def test_are_counted_with_the_mark_that_closes_the_thought(self, text: str, thinking: int) -> None:
        request = Request(
            (Message("user", "Hello"),), max_tokens=4 if text.endswith("Hm") else 40, must_call=False
        )
        done = await rigged(text).generate(request)
        assert done.think_tokens == thinking

    async def test_are_unknown_for_a_model_without_thoughts(self, model: LocalModel) -> None:
        from tokenizers import Tokenizer, models
        from transformers import PreTrainedTokenizerFast

        words = Tokenizer(models.WordLevel({"a": 0, "b": 1, "?": 2}, unk_token="?"))
        tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, unk_token="?")  # type: ignore[no-untyped-call]
        plain = LocalModel(tiny_network("qwen3"), tokenizer)
        done = await plain.generate(Request((), prompt_ids=(0, 1), max_tokens=3, must_call=False))
        assert done.think_tokens is None
