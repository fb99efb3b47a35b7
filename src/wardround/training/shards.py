"""Lessons as token ids on disk: shards of numpy arrays, each written whole or not at all, checked when read."""

# ruff: noqa: N806, N815 (dimension suffixes: T tokens of all lessons, N lessons)
from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wardround.training.errors import TrainingError

PLAN: Final = "plan.json"
Ids = NDArray[np.int32]
Learnt = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Encoded:
    """One lesson: its tokens, and which of them are learnt."""

    ids_T: Ids
    learnt_T: Learnt
    kind: str = ""

    def __len__(self) -> int:
        return len(self.ids_T)


def write_shard(path: Path, lessons: Sequence[Encoded]) -> Path:
    """Write lessons to one file, in one step: a reader finds all of it or nothing."""
    ends_N = np.cumsum([len(lesson) for lesson in lessons], dtype=np.int64)
    half = path.with_name(f".{path.name}.{os.getpid()}.npz")
    try:
        np.savez_compressed(
            half,
            ids_T=np.concatenate([*(lesson.ids_T for lesson in lessons), np.zeros(0, np.int32)]),
            learnt_T=np.concatenate([*(lesson.learnt_T for lesson in lessons), np.zeros(0, np.bool_)]),
            ends_N=ends_N,
            kind_N=np.array([lesson.kind for lesson in lessons], dtype=np.str_),
        )
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    return path


def read_shard(path: Path) -> tuple[Encoded, ...]:
    """The lessons of a file. Raises TrainingError, which names the file, for one that is broken."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            ids_T, learnt_T, ends_N, kind_N = (
                kept[name] for name in ("ids_T", "learnt_T", "ends_N", "kind_N")
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise TrainingError(
            f"{path}: it is no shard of lessons ({error}).", fix="Delete it: it is made again."
        ) from error
    ends = ends_N.tolist()
    whole = ids_T.ndim == 1 and ids_T.shape == learnt_T.shape and len(kind_N) == len(ends_N)
    if not whole or ends != sorted(ends) or (ends and ends[-1] != len(ids_T)) or (ids_T < 0).any():
        raise TrainingError(f"{path}: its arrays do not fit together.", fix="Delete it: it is made again.")
    starts = [0, *ends[:-1]]
    return tuple(
        Encoded(ids_T[a:b].astype(np.int32), learnt_T[a:b].astype(np.bool_), str(kind))
        for a, b, kind in zip(starts, ends, kind_N, strict=True)
    )


def shard_path(folder: Path, number: int) -> Path:
    """Where shard `number` stands."""
    return folder / f"shard-{number:05d}.npz"


def agree(folder: Path, plan: Mapping[str, Any]) -> None:
    """The folder's plan is this one, or it has none yet. Lessons of two plans are never mixed."""
    folder.mkdir(parents=True, exist_ok=True)
    path, wanted = folder / PLAN, json.loads(json.dumps(plan))
    if not path.exists():
        path.write_text(json.dumps(wanted, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TrainingError(f"{path}: it is no JSON.", fix="Give an empty folder.") from error
    if known != wanted:
        names = sorted(k for k in {*known, *wanted} if known.get(k) != wanted.get(k))
        raise TrainingError(
            f"{folder}: it holds lessons of another plan; {', '.join(names)} differ.",
            fix="Give an empty folder, or the settings that it was made with.",
        )
