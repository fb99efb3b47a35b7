"""Local Hugging Face models: tiny ones with random weights, made and saved by the test, and one that says its script."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

pytest.importorskip("torch", reason="needs the extra [ml]")
pytest.importorskip("transformers", reason="needs the extra [ml]")

import torch
from model_conformance import ASK, ASKED, CALLING, PLAIN, LanguageModelConformance, alike
from tiny_hugging_face import rigged, rigged_network, save_tiny, tiny_tokenizer
from transformers import AutoModelForCausalLM

from wardround.models import (
    Completion,
    LocalModel,
    Message,
    ModelContextTooLong,
    ModelGarbage,
    ModelRefused,
    Request,
    ToolCall,
    open_model,
)

SAMPLED = replace(PLAIN, temperature=1.0, max_tokens=24)


@pytest.fixture(scope="module", params=["qwen3", "gpt2"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture
def model(folder: Path) -> LocalModel:
    return LocalModel.load(folder, device="cpu")


@pytest.fixture(scope="module")
def network(folder: Path) -> torch.nn.Module:
    """The same weights, as transformers runs them."""
    return cast("torch.nn.Module", AutoModelForCausalLM.from_pretrained(folder))


class TestConformance(LanguageModelConformance):
    @pytest.fixture
    def caller(self) -> LocalModel:
        return rigged(f'<tool_call>\n{{"name": "ask", "arguments": {ASKED}}}\n</tool_call>')


def recomputed(network: torch.nn.Module, done: Completion, temperature: float = 1.0) -> torch.Tensor:
    """Log-probabilities of every next token by one pass over the whole sequence, without a cache."""
    prompt, ids = done.prompt_ids or (), done.completion_ids or ()
    with torch.inference_mode():
        logits = network(input_ids=torch.tensor([[*prompt, *ids]])).logits[0].float() / temperature
    return cast("torch.Tensor", logits.log_softmax(-1)[len(prompt) - 1 : -1])


class TestSampling:
    async def test_greedy_takes_the_likeliest_token_each_time(
        self, model: LocalModel, network: torch.nn.Module
    ) -> None:
        done = await model.generate(replace(PLAIN, max_tokens=24))
        assert tuple(recomputed(network, done).argmax(-1).tolist()) == done.completion_ids

    @pytest.mark.parametrize("temperature", [0.0, 0.7, 1.0, 2.0])
    async def test_logprobs_are_those_that_were_drawn_by(
        self, model: LocalModel, network: torch.nn.Module, temperature: float
    ) -> None:
        done = await model.generate(replace(SAMPLED, temperature=temperature))
        expected = recomputed(network, done, temperature or 1.0)
        at = torch.tensor(done.completion_ids)[:, None]
        assert done.logprobs == pytest.approx(expected.gather(1, at)[:, 0].tolist(), abs=1e-4)

    async def test_a_seed_repeats_and_another_differs(self, model: LocalModel) -> None:
        first = await model.generate(SAMPLED)
        torch.rand(3)
        assert alike([await model.generate(SAMPLED), first])
        others = [await model.generate(replace(SAMPLED, seed=seed)) for seed in (8, -1, 2**80)]
        assert all(other.completion_ids != first.completion_ids for other in others)

    async def test_sampling_leaves_the_worlds_randomness_alone(self, model: LocalModel) -> None:
        before = torch.random.get_rng_state()
        await model.generate(SAMPLED)
        await model.generate(replace(SAMPLED, seed=None))
        assert torch.equal(before, torch.random.get_rng_state())

    @pytest.mark.parametrize("temperature", [1e-6, 1e-39, 1e-300])
    async def test_a_tiny_temperature_is_greedy(self, model: LocalModel, temperature: float) -> None:
        cold = await model.generate(replace(SAMPLED, temperature=temperature))
        greedy = await model.generate(replace(SAMPLED, temperature=0.0))
        assert cold.completion_ids == greedy.completion_ids

    async def test_prompt_ids_are_the_prompt_verbatim(self, model: LocalModel) -> None:
        done = await model.generate(replace(PLAIN, prompt_ids=(65, 3, 260, 65)))
        assert (done.prompt_ids, done.prompt_tokens) == ((65, 3, 260, 65), 4)
        assert (done.finish, done.completion_tokens) == ("length", 12)

    async def test_weights_that_compute_nothing_are_garbage(self, folder: Path) -> None:
        network = AutoModelForCausalLM.from_pretrained(folder)
        model = LocalModel(network, tiny_tokenizer())
        good = await model.generate(PLAIN)
        weights = {name: weight.clone() for name, weight in network.state_dict().items()}
        with torch.no_grad():
            next(network.parameters()).fill_(float("nan"))
        with pytest.raises(ModelGarbage, match="NaN"):
            await model.generate(PLAIN)
        network.load_state_dict(weights)
        again = await model.generate(PLAIN)
        assert again.completion_ids == good.completion_ids, "and nothing of it stays behind"


class TestCancelling:
    async def test_a_cancelled_call_stops_at_its_next_token(self, monkeypatch: pytest.MonkeyPatch) -> None:
        network, tokenizer = rigged_network("and so on", ends=False)
        model = LocalModel(network, tokenizer)
        forward, steps = network.forward, list[int]()
        reached, released = threading.Event(), threading.Event()

        def slow(input_ids: torch.Tensor, past_key_values: None = None, use_cache: bool = True) -> object:
            steps.append(input_ids.shape[1])
            if len(steps) == 3:
                reached.set()
                released.wait(30)
            return forward(input_ids, past_key_values, use_cache)

        monkeypatch.setattr(network, "forward", slow)
        running = asyncio.ensure_future(model.generate(replace(PLAIN, max_tokens=50)))
        assert await asyncio.to_thread(reached.wait, 30)
        queued = asyncio.ensure_future(model.generate(replace(PLAIN, max_tokens=50)))
        await asyncio.sleep(0.05)
        running.cancel()
        queued.cancel()
        await asyncio.gather(running, queued, return_exceptions=True)
        released.set()
        await model.generate(replace(PLAIN, max_tokens=1))
        assert len(steps) == 3 + 1


class TestContext:
    async def test_the_context_bounds_prompt_and_answer(self, tmp_path: Path) -> None:
        model = LocalModel.load(save_tiny(tmp_path, positions=16), device="cpu")
        done = await model.generate(replace(PLAIN, prompt_ids=(65,) * 12))
        assert (done.finish, done.completion_tokens) == ("length", 4)
        with pytest.raises(ModelContextTooLong, match="16 tokens"):
            await model.generate(replace(PLAIN, prompt_ids=(65,) * 16))

    @pytest.mark.parametrize("ids", [(), (-1,), (10_000,)])
    async def test_tokens_that_the_model_does_not_have_are_refused(
        self, model: LocalModel, ids: tuple[int, ...]
    ) -> None:
        with pytest.raises(ModelRefused):
            await model.generate(replace(PLAIN, prompt_ids=ids))


class TestWriting:
    async def test_ends_at_the_end_token_which_counts_but_is_not_text(self) -> None:
        done = await rigged("Yes.").generate(PLAIN)
        assert (done.text, done.finish, done.completion_tokens) == ("Yes.", "stop", 5)

    async def test_ends_at_the_token_limit(self) -> None:
        done = await rigged("Yes, it does.").generate(replace(PLAIN, max_tokens=4))
        assert (done.text, done.finish) == ("Yes,", "length")

    async def test_ends_before_a_stop_and_never_tells_it(self) -> None:
        pieces: list[str] = []
        done = await rigged("One. END of it").generate(
            replace(PLAIN, stop=(" END",), max_tokens=40), pieces.append
        )
        assert (done.text, done.finish, "".join(pieces)) == ("One.", "stop", "One.")

    async def test_what_only_began_like_a_stop_is_told(self) -> None:
        pieces: list[str] = []
        done = await rigged("One. EN").generate(replace(PLAIN, stop=(" END",)), pieces.append)
        assert done.text == "One. EN" == "".join(pieces)

    async def test_characters_of_several_tokens_come_whole(self) -> None:
        pieces: list[str] = []
        done = await rigged("疼 ü \U0001f9d1!").generate(replace(PLAIN, max_tokens=40), pieces.append)
        assert done.text == "疼 ü \U0001f9d1!" == "".join(pieces)
        assert "\ufffd" not in "".join(pieces)

    async def test_thought_is_kept_apart(self) -> None:
        pieces: list[str] = []
        request = replace(PLAIN, max_tokens=60)
        done = await rigged("<think>\nHm.\n</think>\n\nYes.").generate(request, pieces.append)
        assert (done.thought, done.text, "".join(pieces)) == ("Hm.", "Yes.", "Yes.")

    @pytest.mark.parametrize(("limit", "text"), [(60, "Yes."), (3, "")])
    async def test_a_thought_that_the_template_opened_is_one(self, limit: int, text: str) -> None:
        pieces: list[str] = []
        model = rigged("Hm.\n</think>\n\nYes.", prompt_ends="<think>\n")
        done = await model.generate(replace(PLAIN, max_tokens=limit), pieces.append)
        assert (done.thought, done.text, "".join(pieces)) == ("Hm.", text, text)

    @pytest.mark.parametrize(
        "text",
        [
            f'{{"name": "ask", "arguments": {ASKED}}}',
            f'```json\n{{"name": "ask", "parameters": {ASKED}}}\n```',
        ],
    )
    async def test_bare_json_calls_a_tool_that_exists(self, text: str) -> None:
        free = replace(CALLING, constrained=False)
        assert (await rigged(text).generate(free)).tool_calls == (ToolCall("call_0", "ask", ASKED),)
        without = await rigged(text).generate(replace(free, tools=()))
        assert (without.tool_calls, without.text) == ((), text)

    async def test_a_call_cut_by_the_limit_is_torn_and_says_length(self) -> None:
        model = rigged('<tool_call>{"name": "ask", "arguments": {"q": "where')
        done = await model.generate(replace(CALLING, max_tokens=38, constrained=False))
        assert done.finish == "length"
        assert done.tool_calls[0].name == "ask"


class TestPrompt:
    async def test_is_the_chat_template_with_its_tools(self) -> None:
        model = rigged("Yes.")
        turns = (Message("user", "Hi"), Message("assistant", "", (ToolCall("a", "ask", ASKED),)))
        done = await model.generate(Request(turns, (ASK,)))
        text = str(tiny_tokenizer().decode(list(done.prompt_ids or ())))
        assert text.startswith('<|im_start|>system\n{"type": "function", "function": {"name": "ask"')
        assert text.endswith(
            "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
            f'<tool_call>\n{{"name": "ask", "arguments": {ASKED}}}\n</tool_call><|im_end|>\n<|im_start|>assistant\n'
        )

    @pytest.mark.parametrize("mark", ["<|im_end|>", "<|im_start|>", "</think>", "</tool_call>"])
    async def test_marks_in_content_become_plain_text(self, mark: str) -> None:
        model, token = rigged("Yes."), tiny_tokenizer().convert_tokens_to_ids(mark)
        turns = (
            Message("user", mark),
            Message("assistant", mark, (ToolCall("a", mark, '{"q": "%s"}' % mark),)),  # noqa: UP031
            Message("tool", mark, tool_call_id="a"),
        )
        clean = tuple(replace(turn, content="", tool_calls=()) for turn in turns)
        with_mark = (await model.generate(Request(turns))).prompt_ids or ()
        without = (await model.generate(Request(clean))).prompt_ids or ()
        in_template = 1 if mark == "</tool_call>" else 0
        assert with_mark.count(token) == without.count(token) + in_template

    async def test_without_a_template_it_is_refused_with_the_way_out(self, folder: Path) -> None:
        model = LocalModel.load(folder, device="cpu")
        model._tokenizer.chat_template = None
        with pytest.raises(ModelRefused, match="chat_template="):
            await model.generate(PLAIN)
        assert (await model.generate(replace(PLAIN, prompt_ids=(65,)))).text is not None

    async def test_a_template_that_refuses_says_why(self, folder: Path) -> None:
        picky = "{{ raise_exception('no system role') }}"
        model = LocalModel.load(folder, device="cpu", chat_template=picky)
        with pytest.raises(ModelRefused, match="no system role"):
            await model.generate(PLAIN)


class TestLoading:
    async def test_opens_by_its_folder(self, folder: Path) -> None:
        model = open_model(f"hf:{folder}")
        assert model.name == f"hf:{folder.name}", "no path of this machine on the log"
        await model.close()

    def test_no_folder_is_no_model(self, tmp_path: Path) -> None:
        with pytest.raises(ModelRefused, match="no folder with a Hugging Face model"):
            LocalModel.load(tmp_path / "nothing")

    def test_a_broken_folder_is_named(self, tmp_path: Path) -> None:
        save_tiny(tmp_path)
        (tmp_path / "model.safetensors").write_bytes(b"garbage")
        with pytest.raises(ModelRefused, match="cannot be loaded"):
            LocalModel.load(tmp_path)

    def test_missing_weights_are_not_made_up(self, tmp_path: Path) -> None:
        from safetensors.torch import load_file, save_file

        weights = load_file(save_tiny(tmp_path) / "model.safetensors")
        del weights["model.layers.1.mlp.up_proj.weight"]
        save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
        with pytest.raises(ModelRefused, match="lacks weights"):
            LocalModel.load(tmp_path)

    @pytest.mark.parametrize(
        "config",
        [
            "[]",
            "{",
            '{"model_type": "qwen3", "hidden_size": "wide"}',
            '{"model_type": "qwen3", "num_attention_heads": 0}',
            '{"model_type": "../x"}',
            '{"model_type": "qwen3", "vocab_size": -5}',
            '{"auto_map": {"AutoModelForCausalLM": "evil.Evil"}, "model_type": "evil"}',
        ],
    )
    def test_a_hostile_configuration_is_refused_and_its_code_never_runs(
        self, tmp_path: Path, config: str
    ) -> None:
        save_tiny(tmp_path)
        (tmp_path / "config.json").write_text(config)
        (tmp_path / "evil.py").write_text("raise SystemExit('it ran')")
        with pytest.raises(ModelRefused, match="cannot be loaded"):
            LocalModel.load(tmp_path)

    def test_a_precision_that_nobody_knows_is_refused(self, folder: Path) -> None:
        with pytest.raises(ModelRefused, match="bf16"):
            LocalModel.load(folder, dtype="int3")

    def test_a_small_bf16_checkpoint_runs_in_fp32_on_a_processor(self, folder: Path, tmp_path: Path) -> None:
        AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).save_pretrained(tmp_path)
        tiny_tokenizer().save_pretrained(tmp_path)
        assert LocalModel.load(tmp_path, device="cpu").precision == "float32"
        assert LocalModel.load(tmp_path, device="cpu", dtype="bf16").precision == "bfloat16"

    async def test_half_precision_writes_nearly_the_same(self, folder: Path) -> None:
        exact = await LocalModel.load(folder, device="cpu", dtype="fp32").generate(
            replace(PLAIN, max_tokens=1)
        )
        half = await LocalModel.load(folder, device="cpu", dtype="bf16").generate(
            replace(PLAIN, max_tokens=1)
        )
        assert half.logprobs != exact.logprobs
        assert half.logprobs == pytest.approx(exact.logprobs, abs=0.2)
