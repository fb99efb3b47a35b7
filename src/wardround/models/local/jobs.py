"""What the engine is asked to write, and what it wrote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wardround.models.local.kept import Tenant
    from wardround.models.masks import Masking


@dataclass(frozen=True, slots=True)
class Written:
    """Sampled tokens, their log-probabilities, and whether an end came (a token or the grammar's) or a listener's no."""

    ids: tuple[int, ...]
    logprobs: tuple[float, ...]
    ended: bool


@dataclass(eq=False, slots=True)
class Job:
    """One answer to be written after `prompt`, of at most `most` tokens.

    `hear` is told each token but an end, and answers whether to go on. `done` is told what was written, or the error;
    both are called in the engine's thread. Whoever sets `cancelled` is told nothing any more.
    """

    prompt: Sequence[int]
    most: int
    temperature: float
    seed: int
    masking: Masking | None
    hear: Callable[[int], bool] | None
    done: Callable[[Written | Exception], None]
    cancelled: bool = False


@dataclass(eq=False, slots=True)
class Running:
    """A job under way: `ids` are prompt and answer, of which the first `held` went through the model."""

    job: Job
    tenant: Tenant
    ids: list[int]
    held: int
    logprobs: list[float] = field(default_factory=list)

    @property
    def written(self) -> list[int]:
        """The answer so far."""
        return self.ids[len(self.job.prompt) :]


@dataclass(slots=True)
class Counts:
    """What was done so far, in tokens: read by the model, found in a slot, drawn, certain under the mask; and steps."""

    read: int = 0
    reused: int = 0
    drawn: int = 0
    forced: int = 0
    steps: int = 0
