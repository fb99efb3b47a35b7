"""Supervised learning: a causal model learns the marked tokens of lessons. Seeded, resumable to the bit, any device.

The loss of a step is the sum over its marked tokens, by a constant budget: a token weighs the same in a short lesson as in
a long one. A run goes on from its checkpoint exactly as if it had never stopped.
"""

# ruff: noqa: N803, N806 (dimension suffixes: B lessons, T tokens, M marked tokens, V vocabulary)
from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from wardround.training.batches import Packing, steps_of
from wardround.training.checkpoints import Checkpoint, read_checkpoint, write_checkpoint
from wardround.training.errors import TrainingError, needing
from wardround.training.optimisers import Optimiser
from wardround.training.shards import Encoded

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

PLAIN_HEADS: Final = frozenset(("qwen3", "qwen2", "llama", "mistral"))
"""Architectures whose logits are the head over the last hidden state and nothing else."""
NOTHING: Final = -100

Lessons = Callable[[int], Sequence[Encoded]]
"""The lessons of a pass, part by part: part k modulo how many there are."""
Told = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Supervised:
    """One run. `rate` rises over `warmup` steps, stays, and falls in a line to `floor` of itself over the last `cooldown`.

    While it stays, nothing depends on when the run ends: a run that was cut off may go on to another last step.
    """

    steps: int
    rate: float = 1e-3
    warmup: int = 50
    cooldown: int = 0
    floor: float = 0.02
    decay: float = 0.05
    betas: tuple[float, float] = (0.9, 0.98)
    muon: float | None = None
    """The rate of Muon for the matrices between; None: AdamW for all."""
    clip: float = 1.0
    seed: int = 0
    packing: Packing = field(default_factory=Packing)
    budget: int = 2_048
    """Marked tokens that the summed loss of a step is divided by: a constant."""
    bf16: bool | None = None
    """None: where the processor is quick at it."""
    device: str | None = None
    save_every: int = 200
    tell_every: int = 20

    def __post_init__(self) -> None:
        """Every field is checked before anything is learnt."""
        for name in ("steps", "budget", "save_every", "tell_every"):
            if getattr(self, name) < 1:
                raise TrainingError(f"{name}: {getattr(self, name)} is below 1.", fix="Give 1 or more.")
        if not 0.0 < self.rate < 1.0:
            raise TrainingError(f"rate: {self.rate} is no learning rate.", fix="Give a small number above 0.")

    def share_at(self, step: int) -> float:
        """The share of the full rate at a step, counted from 0."""
        rising = (step + 1) / self.warmup if step < self.warmup else 1.0
        left = (self.steps - step) / self.cooldown if step > self.steps - self.cooldown else 1.0
        return rising * (self.floor + (1.0 - self.floor) * left)

    def pinned(self, done: int) -> dict[str, Any]:
        """What a run that has done so many steps must agree on to go on."""
        settings = asdict(self)
        if done <= self.steps - self.cooldown:
            del settings["steps"], settings["cooldown"]
        return {k: v for k, v in settings.items() if k not in ("device", "save_every", "tell_every")}


def learn(
    model: PreTrainedModel,
    parts: Sequence[Callable[[], Sequence[Encoded]]],
    config: Supervised,
    *,
    folder: Path | None = None,
    tell: Told | None = None,
    until: int | None = None,
) -> dict[str, Any]:
    """Learn from the parts in turn, pass after pass, until the last step (or `until`, to go on later).

    With a folder a checkpoint is kept there, and a run that was cut off goes on behind it.
    """
    with needing("ml"):
        import torch
    device = torch.device(config.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    model.to(device)  # type: ignore[arg-type]
    learner = Optimiser(model, rate=config.rate, decay=config.decay, betas=config.betas, muon=config.muon)
    done = 0
    if folder is not None and (kept := read_checkpoint(folder)) is not None:
        done = kept.restore(model, learner, config.pinned(kept.step))
    last = min(config.steps, until or config.steps)
    sums, began, report, seen = _Sums(), time.perf_counter(), dict[str, Any](), 0
    model.train()
    for step, groups in _schedule(parts, config):
        if step >= max(last, done):
            break
        seen += sum(map(len, groups))
        if step < done:
            continue
        torch.manual_seed(config.seed + step)
        sums = sums.plus(step_on(model, learner, groups, config, device, config.share_at(step)))
        done = step + 1
        if done % config.tell_every == 0 or done == last:
            report = {
                "step": done,
                "rate": config.rate * config.share_at(step),
                **sums.figures(time.perf_counter() - began),
            }
            sums, began = _Sums(), time.perf_counter()
            if tell is not None:
                tell(report)
        if folder is not None and (done % config.save_every == 0 or done == last):
            write_checkpoint(folder, Checkpoint.of(model, learner, done, config.pinned(done)))
    model.eval()  # type: ignore[no-untyped-call]
    return {"steps": done, "lessons_seen": seen, **report}


def step_on(
    model: PreTrainedModel,
    learner: Optimiser,
    groups: Sequence[Sequence[Encoded]],
    config: Supervised,
    device: torch.device,
    share: float,
) -> _Sums:
    """One step of the optimiser on groups of lessons, each group through the model together."""
    import torch

    sums = _Sums()
    for group in groups:
        with narrow(config, device):
            loss, right, marked = loss_of(model, group, device)
        (loss / config.budget).backward()  # type: ignore[no-untyped-call]
        sums = sums.plus(_Sums(float(loss.detach()), right, marked, sum(map(len, group))))
    norm = torch.nn.utils.clip_grad_norm_(learner.parameters, config.clip)
    if not bool(torch.isfinite(norm)):
        raise TrainingError("the gradient is no number.", fix="Lower the rate, or learn in fp32.")
    learner.step(share)
    return sums.plus(_Sums(norm=float(norm), steps=1))


def loss_of(
    model: PreTrainedModel, lessons: Sequence[Encoded], device: torch.device
) -> tuple[torch.Tensor, int, int]:
    """Summed loss over the marked tokens, how many would have been said, and how many there are."""
    import torch
    from torch.nn import functional

    ids_BT, wanted_BT = tensors(lessons, device)
    marked_BT = wanted_BT != NOTHING
    logits_MV = marked_logits(model, ids_BT, marked_BT).float()
    wanted_M = wanted_BT[marked_BT]
    loss = functional.cross_entropy(logits_MV, wanted_M, reduction="sum")
    right = int((logits_MV.detach().argmax(-1) == wanted_M).sum())
    return loss, right, int(torch.numel(wanted_M))


def marked_logits(model: PreTrainedModel, ids_BT: torch.Tensor, marked_BT: torch.Tensor) -> torch.Tensor:
    """Logits where a marked token comes next. Where the head is plain it is not run anywhere else."""
    inner = cast("PreTrainedModel", getattr(model, "get_base_model", lambda: model)())
    if getattr(inner.config, "model_type", "") in PLAIN_HEADS:
        head = inner.get_output_embeddings()  # type: ignore[no-untyped-call]
        hidden_BTD = inner.base_model(input_ids=ids_BT, use_cache=False).last_hidden_state
        return cast("torch.Tensor", head(hidden_BTD[marked_BT]))
    return cast("torch.Tensor", model(input_ids=ids_BT, use_cache=False).logits[marked_BT])


def tensors(lessons: Sequence[Encoded], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids padded at the end, where causal attention never looks from, and what each place should say next."""
    import torch

    longest = max(map(len, lessons))
    ids_BT = np.zeros((len(lessons), longest), np.int64)
    wanted_BT = np.full((len(lessons), longest), NOTHING, np.int64)
    for row, lesson in enumerate(lessons):
        ids_BT[row, : len(lesson)] = lesson.ids_T
        wanted_BT[row, : len(lesson) - 1] = np.where(lesson.learnt_T[1:], lesson.ids_T[1:], NOTHING)
    return torch.from_numpy(ids_BT).to(device), torch.from_numpy(wanted_BT).to(device)


def narrow(config: Supervised, device: torch.device) -> AbstractContextManager[Any]:
    """bf16 where it is wanted, or where the device is quick at it."""
    import torch

    wanted = config.bf16 if config.bf16 is not None else quick_at_bf16(device.type)
    return torch.autocast(device.type, torch.bfloat16) if wanted else nullcontext()


def quick_at_bf16(device: str) -> bool:
    """Whether this device has instructions for bf16."""
    import torch

    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _schedule(
    parts: Sequence[Callable[[], Sequence[Encoded]]], config: Supervised
) -> Iterator[tuple[int, Sequence[Sequence[Encoded]]]]:
    """Steps without end: the parts in their order in the first pass, shuffled in every later one."""
    step = turn = 0
    while True:
        rng = np.random.default_rng([config.seed, turn])
        order = range(len(parts)) if turn == 0 else rng.permutation(len(parts)).tolist()
        before = step
        for part in order:
            lessons = parts[part]()
            lengths = [len(lesson) for lesson in lessons]
            for groups in steps_of(lengths, config.packing, config.seed, turn, part):
                yield step, [[lessons[at] for at in group] for group in groups]
                step += 1
        if step == before:
            raise TrainingError(
                f"lessons: none is at most {config.packing.longest} tokens long.",
                fix="Give lessons, or raise the longest length.",
            )
        turn += 1


@dataclass(frozen=True, slots=True)
class _Sums:
    """What adds up over steps."""

    loss: float = 0.0
    right: int = 0
    marked: int = 0
    tokens: int = 0
    norm: float = 0.0
    steps: int = 0

    def plus(self, other: _Sums) -> _Sums:
        return _Sums(*(getattr(self, n) + getattr(other, n) for n in self.__slots__))

    def figures(self, seconds: float) -> dict[str, Any]:
        """Means, and None where there is nothing to take the mean of."""
        return {
            "loss": self.loss / self.marked if self.marked else None,
            "accuracy": self.right / self.marked if self.marked else None,
            "gradient": self.norm / self.steps if self.steps else None,
            "tokens_per_second": self.tokens / seconds if seconds else None,
        }
