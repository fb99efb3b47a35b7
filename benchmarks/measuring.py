"""Measuring: repeats in turns, medians with 95 % bootstrap intervals, and what they were taken on."""

from __future__ import annotations

import gc
import math
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 4_000
SEED = 2_026


class System(Protocol):
    """Something that plays visits and says how much CPU they took."""

    @property
    def name(self) -> str:
        """What the report calls it."""
        ...

    async def play(self, visits: int, path: Path) -> float:
        """CPU seconds of so many visits; a durable one keeps its log at `path`."""
        ...


async def in_turns(systems: Sequence[System], runs: int, seconds: float, steps: int) -> NDArray[np.float64]:
    """CPU microseconds a step, `[system, run]`. Systems take turns, so that a slow minute hits all of them.

    Each plays as many visits a turn as take about so many seconds: a turn's cold start weighs the same for all.
    """
    first = [await _turn(system, 1) for system in systems]
    visits = [
        max(1, math.ceil(seconds / min(took, await _turn(s, 1))))
        for s, took in zip(systems, first, strict=True)
    ]
    gc.collect()
    gc.freeze()
    taken = np.zeros((len(systems), runs))
    for run in range(runs):
        for place, system in enumerate(systems):
            taken[place, run] = await _turn(system, visits[place]) / (visits[place] * steps) * 1e6
    return taken


async def _turn(system: System, visits: int) -> float:
    gc.collect()
    with tempfile.TemporaryDirectory() as folder:
        return await system.play(visits, Path(folder) / "log.db")


async def disk(system: System, visits: int) -> float:
    """KB that one more visit takes on disk, once its log is closed."""
    return (await _size(system, visits + 1) - await _size(system, 1)) / visits / 1024


async def _size(system: System, visits: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        await system.play(visits, Path(folder) / "log.db")
        return sum(entry.stat().st_size for entry in os.scandir(folder))


def interval(samples: NDArray[np.float64]) -> list[float]:
    """The 95 % bootstrap interval of the median."""
    return _percentiles(_medians(samples[None, :])[0])


def ratio_interval(ours: NDArray[np.float64], peers: NDArray[np.float64]) -> list[float]:
    """The 95 % bootstrap interval of (the best peer's median / our median); runs are resampled together."""
    drawn = _medians(np.vstack([ours[None, :], peers]))
    return _percentiles(drawn[1:].min(axis=0) / drawn[0])


def _medians(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Medians of resampled runs, `[system, resample]`."""
    draws = np.random.default_rng(SEED).integers(samples.shape[1], size=(RESAMPLES, samples.shape[1]))
    medians: NDArray[np.float64] = np.median(samples[:, draws], axis=2)
    return medians


def _percentiles(values: NDArray[np.float64]) -> list[float]:
    low, high = np.percentile(values, [2.5, 97.5])
    return [round(float(low), 2), round(float(high), 2)]


def import_seconds(module: str, runs: int) -> float:
    """CPU seconds that importing a module takes in a fresh interpreter, median."""
    code = f"import time; t = time.process_time(); import {module}; print(time.process_time() - t)"
    took = [float(_output([sys.executable, "-c", code])) for _ in range(runs)]
    return round(float(np.median(took)), 4)


def python_json(module: str, *arguments: str) -> str:
    """What a module of ours prints when it is run in a process of its own."""
    return _output([sys.executable, "-m", module, *arguments])


def _output(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed: {done.stderr[-2_000:]}")
    return done.stdout


def surroundings(packages: Sequence[str]) -> Mapping[str, Any]:
    """Machine, interpreter, versions, day, revision."""
    return {
        "machine": f"{os.cpu_count()} cores, {_processor()}, {platform.system()}",
        "python": f"{platform.python_implementation()} {platform.python_version()} ({_build()})",
        "versions": {name: _version(name) for name in packages},
        "date": date.today().isoformat(),
        "revision": _revision(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _build() -> str:
    """Interpreters differ by a third in speed by how they were built."""
    import sysconfig

    options = sysconfig.get_config_var("CONFIG_ARGS") or ""
    return (
        "optimised build"
        if "--enable-optimizations" in options
        else "build without profile-guided optimisation"
    )


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _revision() -> str | None:
    here = Path(__file__).parent
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=here, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or None
