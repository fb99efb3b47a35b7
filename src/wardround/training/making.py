"""Makes shards of lessons in processes of their own, each whole by itself: what is there already is not made again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from wardround.care import Clinic, vocabulary
from wardround.harness import canonical, digest
from wardround.knowledge import load
from wardround.training.encoding import encoded
from wardround.training.errors import TrainingError, needing
from wardround.training.lessons import Mix, School
from wardround.training.shards import Encoded, agree, read_shard, shard_path, write_shard
from wardround.training.tokenizer import train_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

HELD: Final = 5_000_000
"""Lessons from this index on are for measuring: nothing is learnt from them."""
DIGITS: Final = tuple(f" {digit}" for digit in range(10))
FOR_PAIRING: Final = 120
"""So many lessons are read for the tokenizer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is made: so many lessons (a course counts as one), `shard` of them in a file, `held` to measure by."""

    lessons: int
    shard: int = 100
    held: int = 200
    seed: int = 0
    mix: Mix = field(default_factory=Mix)

    def __post_init__(self) -> None:
        for name in ("lessons", "shard", "held"):
            if getattr(self, name) < 1:
                raise TrainingError(f"{name}: {getattr(self, name)} is below 1.", fix="Give 1 or more.")
        if self.lessons > HELD:
            raise TrainingError(f"lessons: {self.lessons} are too many.", fix=f"Give {HELD} or fewer.")

    @property
    def parts(self) -> tuple[range, ...]:
        """The indices of each shard."""
        starts = range(0, self.lessons, self.shard)
        return tuple(range(a, min(a + self.shard, self.lessons)) for a in starts)

    @property
    def measured(self) -> range:
        """The indices that nothing is learnt from."""
        return range(HELD, HELD + self.held)


def mini_tokenizer(clinic: Clinic, plan: Plan, lines: tuple[str, ...]) -> PreTrainedTokenizerFast:
    """A tokenizer trained on what patients say, simulated and real, and on shorthand as it is read."""
    school = School(clinic, plan.seed, plan.mix, lines)
    read = [
        message.content
        for index in range(min(FOR_PAIRING, plan.lessons))
        for lesson in school.lessons(index)
        for message in lesson.messages
        if message.role != "assistant"
    ]
    words = [word for word in vocabulary(clinic.base) if word.isascii()]  # a byte decoder garbles the others
    return train_tokenizer([*lines, *read], list(dict.fromkeys((*words, *DIGITS))))


class Maker:
    """Shards under way. `parts` give the lessons of each, and wait for those that are not made yet."""

    def __init__(
        self, folder: Path, plan: Plan, tokenizer: Path, lines: tuple[str, ...] = (), workers: int = 1
    ) -> None:
        clinic = Clinic(load())
        agree(folder, _pinned(clinic, plan, tokenizer, lines))
        settings = (tokenizer, plan.seed, plan.mix, lines)
        self._pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, settings)
        wanted = [(folder / "held.npz", plan.measured)]
        wanted += [(shard_path(folder, number), part) for number, part in enumerate(plan.parts)]
        self._made: list[tuple[Path, Future[None] | None]] = [
            (path, None if path.exists() else self._pool.submit(_make, path, part)) for path, part in wanted
        ]

    @property
    def held(self) -> tuple[Encoded, ...]:
        """The lessons to measure by."""
        return self._read(0)

    @property
    def parts(self) -> Sequence[Callable[[], tuple[Encoded, ...]]]:
        """The lessons to learn from, shard by shard."""
        return [partial(self._read, number) for number in range(1, len(self._made))]

    def _read(self, number: int) -> tuple[Encoded, ...]:
        path, future = self._made[number]
        try:
            if future is not None:
                future.result()
        except BrokenProcessPool as error:
            raise TrainingError(
                "a process that makes lessons has ended.",
                fix="Go on with fewer workers: what is made is kept.",
            ) from error
        return read_shard(path)

    def __enter__(self) -> Maker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def _pinned(clinic: Clinic, plan: Plan, tokenizer: Path, lines: Sequence[str]) -> dict[str, Any]:
    made = {name: value for name, value in asdict(plan).items() if name != "lessons"}
    return {
        **made,
        "versions": clinic.versions,
        "tokenizer": digest((tokenizer / "tokenizer.json").read_bytes())[:16],
        "lines": digest(canonical(list(lines)))[:16],
    }


@dataclass
class _Here:
    """What a process holds: made once, at its start."""

    school: School
    tokenizer: PreTrainedTokenizerBase


_here: list[_Here] = []


def _begin(tokenizer: Path, seed: int, mix: Mix, lines: tuple[str, ...]) -> None:
    with needing("ml"):
        from transformers import AutoTokenizer
    _here[:] = [_Here(School(Clinic(load()), seed, mix, lines), AutoTokenizer.from_pretrained(tokenizer))]


def _make(path: Path, part: range) -> None:
    here = _here[0]
    lessons = [
        encoded(here.tokenizer, lesson.messages, lesson.kind, lesson.astray)
        for index in part
        for lesson in here.school.lessons(index)
    ]
    write_shard(path, lessons)
