"""Where a run stands: weights and the optimiser's state, written whole or not at all, read without running anything."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wardround.training.errors import TrainingError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from wardround.training.optimisers import Optimiser

NAME: Final = "checkpoint.pt"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """After `step` steps of the run that `pinned` describes."""

    step: int
    pinned: Mapping[str, Any]
    weights: Mapping[str, Any]
    learner: Mapping[str, Any]

    @classmethod
    def of(
        cls, model: PreTrainedModel, learner: Optimiser, step: int, pinned: Mapping[str, Any]
    ) -> Checkpoint:
        """Of what is learnt alone: frozen weights stay where they came from."""
        learnt = {name: p.detach() for name, p in model.named_parameters() if p.requires_grad}
        return cls(step, pinned, learnt, learner.state_dict())

    def restore(self, model: PreTrainedModel, learner: Optimiser, pinned: Mapping[str, Any]) -> int:
        """Put it back, and say after which step it was. Raises TrainingError where the run is another one."""
        import torch

        differ = sorted(
            k for k in {*pinned, *self.pinned} if _plain(pinned.get(k)) != _plain(self.pinned.get(k))
        )
        if differ:
            raise TrainingError(
                f"the checkpoint is of another run: {', '.join(differ)} differ.",
                fix="Give its settings, or another folder.",
            )
        named = {name: p for name, p in model.named_parameters() if p.requires_grad}
        shapes = {name: tuple(p.shape) for name, p in named.items()}
        if shapes != {name: tuple(w.shape) for name, w in self.weights.items()}:
            raise TrainingError("the checkpoint is of another model.", fix="Give its model.")
        with torch.no_grad():
            for name, parameter in named.items():
                parameter.copy_(self.weights[name])
        learner.load_state_dict(dict(self.learner))
        return self.step


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Replace the folder's checkpoint in one step."""
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f".{NAME}"
    kept = {
        "step": checkpoint.step,
        "pinned": _plain(checkpoint.pinned),
        "weights": dict(checkpoint.weights),
        "learner": dict(checkpoint.learner),
    }
    torch.save(kept, half)
    half.replace(folder / NAME)


def read_checkpoint(folder: Path) -> Checkpoint | None:
    """The folder's checkpoint; None where there is none yet. Raises TrainingError for a broken one."""
    import torch

    path = folder / NAME
    if not path.exists():
        return None
    try:
        kept = torch.load(path, map_location="cpu", weights_only=True)
        return Checkpoint(int(kept["step"]), kept["pinned"], kept["weights"], kept["learner"])
    except (
        OSError,
        RuntimeError,
        EOFError,
        pickle.UnpicklingError,
        KeyError,
        TypeError,
        ValueError,
    ) as error:
        raise TrainingError(
            f"{path}: it is no checkpoint ({error}).", fix="Delete it to begin anew."
        ) from error


def _plain(value: Any) -> Any:
    """Tuples as lists, so that what was written compares with what is meant."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value
