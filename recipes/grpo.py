"""Group-relative policy optimisation of wardround-mini in the harness, as a loop that can be read.

    python recipes/grpo.py --steps 60 --out runs/grpo [--policy DIR] [--groups 4 --group 8] [--seed 0] [--json]

A step: for each of a few patients a group of rollouts, all in one batch, in the same harness that serves; returns from
the rubric verifier; advantages against the group; one gradient step on token-exact sequences read off the event logs,
under the masks that were in force. Patients are of the train split. What is told at the end was measured on seeds that
nothing was trained on. A run that is cut off goes on with the same command.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch

from wardround.care import Clinic, ShorthandRenderer, Thinking
from wardround.evaluation import OsceConfig, examine
from wardround.harness import Event, LanguageModelPolicy
from wardround.knowledge import load
from wardround.models import MINI, Grammar, LocalModel
from wardround.rewards import score_visit
from wardround.simulation import Case, generate
from wardround.training import (
    Learner,
    Sample,
    TrainingError,
    grammars_of,
    group_relative,
    rollouts,
    samples_of,
    sapo,
)

DIMENSIONS = ("inquiry", "tests", "diagnosis", "plan", "safety", "process")


@dataclass(frozen=True)
class Config:
    """All that decides a run. `budget` is the constant number of tokens that a step's loss is divided by."""

    policy: str
    out: str
    steps: int = 60
    groups: int = 4
    group: int = 8
    rate: float = 3e-4
    temperature: float = 1.0
    think: Thinking = "short"
    budget: int = 4_000
    micro: int = 8
    clip: float = 1.0
    every: int = 10
    held_out: int = 32
    seed: int = 0


@dataclass(frozen=True)
class Rollout:
    """One visit that was played: its sequences, and what it was worth."""

    events: tuple[Event, ...]
    samples: tuple[Sample, ...]
    score: float | None


class Run:
    """The parts of a run: clinic, sampler, learner and optimiser over one and the same weights."""

    def __init__(self, config: Config) -> None:
        self.config, self.folder = config, Path(config.out)
        self.folder.mkdir(parents=True, exist_ok=True)
        folder = self.folder
        self.clinic = Clinic(load())
        self.model = LocalModel.load(
            folder if (folder / "config.json").exists() else config.policy, dtype="fp32"
        )
        self.renderer = ShorthandRenderer(self.clinic, config.think)
        self.policy = LanguageModelPolicy(self.model, self.renderer, config.temperature, max_tokens=256)
        self.grammars: dict[str, Grammar] = {}
        self.network: Any = self.model.network
        self.learner = Learner(self.model.network, self.model.masks, self.grammars)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=config.rate, weight_decay=0.0)

    async def rollouts(self, case: Case, step: int) -> list[Rollout]:
        """A group: the same patient, so many draws of the policy, all on their way at once."""
        config = self.config
        seeds = [(config.seed * 1_000_003 + step) * 1_009 + place for place in range(config.group)]
        logs = await rollouts(self.clinic, [case] * config.group, self.policy, seeds=seeds)
        return [self._judged(case, log) for log in logs]

    def _judged(self, case: Case, events: tuple[Event, ...]) -> Rollout:
        score = score_visit(self.clinic, case, events).total
        self.grammars |= grammars_of(events, self.clinic, self.policy, self.model)
        return Rollout(events, samples_of(events), score)

    def learn(self, groups: Sequence[Sequence[Rollout]]) -> dict[str, float]:
        """One gradient step. A group in which all came out alike teaches nothing and is counted."""
        batch: list[tuple[Sample, float]] = []
        alike = 0
        for group in groups:
            scored = [(r, r.score) for r in group if r.score is not None]
            if len(scored) < 2 or len({score for _, score in scored}) == 1:
                alike += 1
                continue
            advantages = group_relative([score for _, score in scored])
            batch += [(s, float(a)) for (r, _), a in zip(scored, advantages, strict=True) for s in r.samples]
        self.network.train()
        self.optimiser.zero_grad(set_to_none=True)
        steps = [self._backward(part) for part in _parts(batch, self.config.micro)]
        norm = torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip)
        self.optimiser.step()
        self.network.eval()
        self.model.forget()
        return {
            "alike": alike,
            "gradient": float(norm),
            "mismatch_mean": sum(s["mean"] for s in steps) / max(1, len(steps)),
            "mismatch_max": max((s["max"] for s in steps), default=0.0),
            "left_out": sum(s["left_out"] for s in steps),
        }

    def _backward(self, part: Sequence[tuple[Sample, float]]) -> dict[str, float]:
        samples = [sample for sample, _ in part]
        now = self.learner.logprobs(samples)
        sampled = [torch.tensor([p for turn in s.turns for p in turn.logprobs]) for s in samples]
        step = sapo(now, sampled, [a for _, a in part], budget=self.config.budget)
        torch.autograd.backward(step.loss)
        return {"mean": step.mean_difference, "max": step.max_difference, "left_out": step.left_out}

    async def held_out(self, cases: int) -> dict[str, Any]:
        """The score on seeds that nothing was trained on, greedily, with its interval."""
        self.save(self.folder / "now")
        config = OsceConfig(f"hf:{self.folder / 'now'}", cases, split="heldout-seeds", seed=17)
        done = await examine(self.clinic, config)
        report, totals = done.report, [result.figures.get("total") for result in done.results]
        wanted = ("total", "n", *DIMENSIONS, "turns", "decisions", "think_tokens", "violations")
        return {"ci95": report["ci95"]["total"], **{key: report[key] for key in wanted}, "totals": totals}

    def save(self, folder: Path) -> None:
        """A Hugging Face folder that anything can load."""
        self.model.save(folder)

    def keep(self, step: int, curve: list[dict[str, Any]]) -> None:
        """Everything that the next start needs, whole or not at all."""
        self.save(self.folder)
        state = {"step": step, "curve": curve, "optimiser": self.optimiser.state_dict()}
        torch.save(state, self.folder / "state.tmp")
        (self.folder / "state.tmp").replace(self.folder / "state.pt")

    def resumed(self) -> tuple[int, list[dict[str, Any]]]:
        """Where an earlier start got to."""
        path = self.folder / "state.pt"
        if not path.exists():
            return 0, []
        state = torch.load(path, weights_only=True)
        self.optimiser.load_state_dict(state["optimiser"])
        return int(state["step"]), list(state["curve"])


def _parts(batch: list[tuple[Sample, float]], size: int) -> list[list[tuple[Sample, float]]]:
    """Of like length together: little of a forward pass is padding."""
    by_length = sorted(batch, key=lambda one: len(one[0].ids))
    return [by_length[at : at + size] for at in range(0, len(by_length), size)]


def _lift(before: Sequence[float | None], after: Sequence[float | None]) -> dict[str, Any]:
    """By how much the same patients score more, with a 95 % interval over them (bootstrap)."""
    pairs = zip(before, after, strict=True)
    gains = np.array([b - a for a, b in pairs if a is not None and b is not None] or [np.nan])
    drawn = np.random.default_rng(0).choice(gains, (2_000, len(gains))).mean(1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {"lift": round(float(gains.mean()), 4), "lift_ci95": [round(float(low), 4), round(float(high), 4)]}


async def train(config: Config) -> dict[str, Any]:
    """The whole run; its report."""
    began = perf_counter()
    torch.manual_seed(config.seed)
    run = Run(config)
    done, curve = run.resumed()
    if done == 0:
        curve.append({"step": 0, "held_out": await run.held_out(config.held_out)})
    for step in range(done + 1, config.steps + 1):
        first = config.seed * 1_000_000 + step * config.groups
        cases = [generate(run.clinic.base, "train", first + place) for place in range(config.groups)]
        groups = list(await asyncio.gather(*(run.rollouts(case, step) for case in cases)))
        scores = [r.score for group in groups for r in group if r.score is not None]
        row: dict[str, Any] = {"step": step, "score": sum(scores) / max(1, len(scores)), **run.learn(groups)}
        if step % config.every == 0 or step == config.steps:
            row["held_out"] = await run.held_out(config.held_out)
        curve.append(row)
        run.keep(step, curve)
        sys.stderr.write(f"{json.dumps(row)}\n")
    measured = [row for row in curve if "held_out" in row]
    return {
        "task": "grpo",
        "config": asdict(config),
        "steps": config.steps,
        "before": measured[0]["held_out"],
        "after": measured[-1]["held_out"],
        **_lift(measured[0]["held_out"]["totals"], measured[-1]["held_out"]["totals"]),
        "curve": curve,
        "seconds": round(perf_counter() - began, 1),
    }


def main() -> None:
    """Read the command line, train, tell."""
    parser = argparse.ArgumentParser(
        prog="recipes/grpo.py", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--policy", default=str(MINI), help="the folder of the model to begin with")
    parser.add_argument("--out", default="runs/grpo", help="where the run is kept")
    parser.add_argument("--think", default=Config.think, choices=("long", "short", "none"))
    for name in ("steps", "groups", "group", "every", "held_out", "seed", "budget", "micro"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(Config, name))
    for name in ("rate", "temperature", "clip"):
        parser.add_argument(f"--{name}", type=float, default=getattr(Config, name))
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    given: Mapping[str, Any] = vars(parser.parse_args())
    if min(given["steps"], given["groups"], given["every"], given["held_out"]) < 1 or given["group"] < 2:
        parser.error("--steps, --groups, --every, --held-out: 1 or more; --group: 2 or more")
    config = Config(**{key: value for key, value in given.items() if key != "json"})
    try:
        report = asyncio.run(train(config))
    except TrainingError as error:
        parser.exit(1, f"{error}\n")
    sys.stdout.write(f"{json.dumps(report, indent=None if given['json'] else 2)}\n")


if __name__ == "__main__":
    main()
