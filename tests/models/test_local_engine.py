"""The local engine: the tokens that transformers writes, whoever is in the batch; turns that cost their new tokens only."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra [ml]")
pytest.importorskip("transformers", reason="needs the extra [ml]")

import torch
from tiny_hugging_face import tiny_tokenizer
from tiny_networks import KINDS, tiny_network, written_by_transformers

from wardround.models import Completion, LocalModel, ModelUnavailable, Request
from wardround.models.local.general import Batched, OneByOne, network
from wardround.models.local.lean import Lean

LENGTHS = (1, 3, 40, 17, 130, 5, 64, 33)
BYTES = 64 * 2**20


def prompt(length: int, seed: int = 0) -> tuple[int, ...]:
    """So many random tokens, none of which ends an answer."""
    draw = random.Random(f"{length} {seed}")
    return tuple(draw.randrange(256) for _ in range(length))


def asked(ids: Sequence[int], new: int = 12, **more: object) -> Request:
    """`new` tokens after exactly these."""
    return replace(Request((), prompt_ids=tuple(ids), max_tokens=new, must_call=False), **more)  # type: ignore[arg-type]


def endless(
    kind: str = "qwen3", seed: int = 0, *, batch: int = 64, cache_bytes: int | None = None
) -> LocalModel:
    """A model whose answers no token ends."""
    tokenizer = tiny_tokenizer()
    tokenizer.eos_token = None
    return LocalModel(tiny_network(kind, seed), tokenizer, batch=batch, cache_bytes=cache_bytes)


def whole(done: Completion) -> tuple[int, ...]:
    """Prompt and answer."""
    return (done.prompt_ids or ()) + (done.completion_ids or ())


async def every(model: LocalModel, requests: Sequence[Request]) -> list[Completion]:
    return await asyncio.gather(*(model.generate(request) for request in requests))


class TestSameTokens:
    @pytest.mark.parametrize("kind", KINDS)
    async def test_as_transformers_writes_long_and_short_prompts_in_one_batch(self, kind: str) -> None:
        model, peer = endless(kind), tiny_network(kind)
        done = await every(model, [asked(prompt(length), 20) for length in LENGTHS])
        for length, answer in zip(LENGTHS, done, strict=True):
            assert answer.completion_ids == written_by_transformers(peer, prompt(length), 20), length

    async def test_as_transformers_writes_after_a_turn_that_goes_on(self) -> None:
        for kind in KINDS:
            model, peer = endless(kind), tiny_network(kind)
            first = await model.generate(asked(prompt(30)))
            longer = (*whole(first), *prompt(9, 1))
            second = await model.generate(asked(longer))
            assert second.completion_ids == written_by_transformers(peer, longer, 12), kind

    async def test_a_prompt_longer_than_a_step_reads(self) -> None:
        model, peer = endless(), tiny_network("qwen3")
        short, long = await every(model, [asked(prompt(8), 30), asked(prompt(900), 8)])
        assert short.completion_ids == written_by_transformers(peer, prompt(8), 30)
        assert long.completion_ids == written_by_transformers(peer, prompt(900), 8)

    @pytest.mark.parametrize(
        ("kind", "way"),
        [("qwen3", Lean), ("llama", Lean), ("gpt2", Batched), ("neox", Batched), ("mistral", OneByOne)],
    )
    def test_each_kind_goes_its_way(self, kind: str, way: type) -> None:
        assert type(network(tiny_network(kind), BYTES)) is way

    def test_a_model_that_only_looks_like_one_we_know_goes_another_way(self) -> None:
        made = tiny_network("qwen3")
        layer = made.get_submodule("model.layers.0.mlp")
        layer.register_forward_hook(lambda _module, _given, out: out * 2)
        assert type(network(made, BYTES)) is Batched


class TestSeeds:
    async def test_a_draw_depends_on_its_seed_and_place_not_on_the_batch(self) -> None:
        warm = [asked(prompt(20, n), 16, temperature=1.0, seed=n) for n in range(9)]
        together = await every(endless(), warm)
        alone = endless(batch=1)
        for request, answer in reversed(list(zip(warm, together, strict=True))):
            assert (await alone.generate(request)).completion_ids == answer.completion_ids

    async def test_seeds_differ_and_none_is_free(self) -> None:
        model = endless()
        drawn = [asked(prompt(20), 16, temperature=1.0, seed=seed) for seed in (1, 2, None, None)]
        assert len({answer.completion_ids for answer in await every(model, drawn)}) == 4

    async def test_numbers_do_not_depend_on_neighbours_or_on_what_was_kept(self) -> None:
        """Bit for bit, where the weights are laid out; so a log does not show who else was served."""
        given = asked(prompt(70), 10)
        alone = await endless().generate(given)
        busy = endless()
        crowd = [asked(prompt(length, 3), 12) for length in LENGTHS]
        assert (await every(busy, [*crowd, given]))[-1] == alone
        assert await busy.generate(given) == alone, "from its kept beginning"


class TestTurns:
    async def test_a_turn_costs_its_new_tokens_only(self) -> None:
        model = endless()
        held: tuple[int, ...] = prompt(50)
        for turn in range(5):
            before = model.counts
            done = await model.generate(asked(held, 10))
            read = model.counts.read - before.read
            new = len(held) if turn == 0 else 7
            # the last token of the former answer was drawn and never read; the last of this one will not be either
            assert read == new + 10 - 1 + (turn > 0)
            held = (*whole(done), *prompt(7, turn))

    async def test_conversations_side_by_side_each_go_on_where_they_were(self) -> None:
        model = endless()
        held = [prompt(30 + n, n) for n in range(12)]
        for turn in range(3):
            before = model.counts
            done = await every(model, [asked(ids, 6) for ids in held])
            assert model.counts.read - before.read <= 12 * (5 + (30 + 12 if turn == 0 else 6))
            held = [(*whole(answer), *prompt(5, turn)) for answer in done]

    async def test_many_rollouts_of_one_case_read_its_beginning_once(self) -> None:
        model = endless()
        await every(model, [asked(prompt(200), 4, temperature=1.0, seed=seed) for seed in range(8)])
        assert model.counts.read < 200 + 8 * (3 + 5)

    async def test_a_beginning_in_common_is_read_once(self) -> None:
        model = endless()
        await model.generate(asked((*prompt(100), *prompt(5, 1))))
        before = model.counts
        await model.generate(asked((*prompt(100), *prompt(5, 2))))
        assert model.counts.reused - before.reused == 100

    async def test_what_is_kept_is_bounded_and_the_oldest_goes_first(self) -> None:
        row = 512 * 2 * 2 * 2 * 8 * 4
        model = endless(cache_bytes=3 * row)
        first, *others = [await model.generate(asked(prompt(40, n))) for n in range(4)]
        before = model.counts
        await model.generate(asked((*whole(others[-1]), 5, 6, 7, 8)))
        assert model.counts.reused > before.reused
        before = model.counts
        await model.generate(asked((*whole(first), 5, 6, 7, 8)))
        assert model.counts.reused == before.reused

    async def test_more_than_there_is_room_for_wait_their_turn(self) -> None:
        model, peer = endless(cache_bytes=1), tiny_network("qwen3")
        done = await every(model, [asked(prompt(30, n)) for n in range(5)])
        for n, answer in enumerate(done):
            assert answer.completion_ids == written_by_transformers(peer, prompt(30, n), 12)

    async def test_rows_grow_while_others_write(self) -> None:
        model, peer = endless(), tiny_network("qwen3")
        slow = asyncio.ensure_future(model.generate(asked(prompt(20), 60)))
        await asyncio.sleep(0.02)
        long = await model.generate(asked(prompt(600), 5))
        assert long.completion_ids == written_by_transformers(peer, prompt(600), 5)
        assert (await slow).completion_ids == written_by_transformers(peer, prompt(20), 60)

    @pytest.mark.parametrize("kind", ["qwen3", "gpt2"])
    async def test_weights_trained_in_place_are_seen_and_nothing_old_is_gone_on_from(self, kind: str) -> None:
        tokenizer = tiny_tokenizer()
        tokenizer.eos_token = None
        made, other = tiny_network(kind), tiny_network(kind, seed=5)
        model = LocalModel(made, tokenizer)
        first = await model.generate(asked(prompt(40)))
        made.load_state_dict(other.state_dict())
        held = (*whole(first), *prompt(4, 1))
        again = await model.generate(asked(held))
        assert again.completion_ids == written_by_transformers(other, held, 12)

    async def test_forgetting_is_on_request_too(self) -> None:
        model = endless()
        first = await model.generate(asked(prompt(40)))
        model.forget()
        before = model.counts
        await model.generate(asked((*whole(first), 1, 2, 3, 4)))
        assert model.counts.reused == before.reused


class TestTrouble:
    async def test_a_network_that_fails_says_so_and_the_model_goes_on(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        model = endless()
        good = await model.generate(asked(prompt(9)))

        def broken(*_: object) -> torch.Tensor:
            raise RuntimeError("no memory left")

        with monkeypatch.context() as patch:
            patch.setattr(Lean, "forward", broken)
            with pytest.raises(ModelUnavailable, match="no memory left"):
                await model.generate(asked(prompt(9)))
        assert await model.generate(asked(prompt(9))) == good

    async def test_closing_lets_the_running_end_and_refuses_the_rest(self) -> None:
        model = endless(batch=1)
        begun = asyncio.Event()
        running = asyncio.ensure_future(model.generate(asked(prompt(9), 200), lambda _: begun.set()))
        await begun.wait()
        waiting = asyncio.ensure_future(model.generate(asked(prompt(5))))
        await asyncio.sleep(0.02)
        await model.close()
        assert len((await running).completion_ids or ()) == 200
        with pytest.raises(ModelUnavailable, match="closed"):
            await waiting

    def test_a_process_ends_cleanly_in_the_middle_of_an_answer(self) -> None:
        code = (
            "import asyncio, sys; sys.path.insert(0, sys.argv[1])\n"
            "from test_local_engine import asked, endless, prompt\n"
            "model, loop = endless(), asyncio.new_event_loop()\n"
            "async def begin():\n"
            "    begun = asyncio.Event()\n"
            "    asyncio.ensure_future(model.generate(asked(prompt(9), 900), lambda _: begun.set()))\n"
            "    await begun.wait()\n"
            "loop.run_until_complete(begin())\n"
        )
        here = str(Path(__file__).parent)
        done = subprocess.run(
            [sys.executable, "-c", code, here], capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr[-2_000:]
        assert "wardround-model" not in done.stderr

    def test_a_batch_of_nobody_is_refused(self) -> None:
        with pytest.raises(ValueError, match="batch"):
            endless(batch=0)
