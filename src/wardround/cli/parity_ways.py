"""The ways in which parity plays one and the same encounters, and what came of comparing them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from wardround.care import Clinic, renderer_for, tokens_for
from wardround.cli.stores import clinic as the_clinic
from wardround.evaluation.cases import case_at
from wardround.evaluation.visits_played import Cohort, visited, whole
from wardround.harness import ConfigurationError, Event, LanguageModelPolicy
from wardround.models import LanguageModel
from wardround.training import (
    WHATS,
    Agreement,
    Difference,
    agreement,
    differences,
    flipped,
    replayed,
    rollouts,
)

if TYPE_CHECKING:
    from wardround.models import LocalModel

SPLIT: Final = "train"
TOGETHER: Final = 8
"""So many encounters at once where another batch size is tried."""
FEWER: Final = 5
"""One encounter in so many is played without masks, and in bf16."""
SHOWN: Final = 5
Logs = dict[str, tuple[Event, ...]]
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is played, and by whom."""

    policy: str
    encounters: int
    seed: int = 0
    temperature: float = 1.0

    def __post_init__(self) -> None:
        """Raises ConfigurationError for what shows no tokens."""
        if self.policy != "mini" and not self.policy.startswith("hf:"):
            raise ConfigurationError(
                f"--policy: {self.policy!r} shows no tokens of ours.", fix="Use mini or hf:PATH."
            )

    @property
    def cohort(self) -> Cohort:
        """The same patients in every way."""
        return Cohort(self.policy, self.encounters, SPLIT, self.seed)

    @property
    def fewer(self) -> Plan:
        """The first of them."""
        return replace(self, encounters=max(1, self.encounters // FEWER))


async def measured(plan: Plan, told: Told | None = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The report, and every difference. fp32 and one encounter at a time, but where said otherwise."""
    began, clinic = perf_counter(), the_clinic()
    model = _opened(plan.policy, "fp32")
    policy = _policy(plan, clinic, model)
    try:
        rolled = await _rolled(plan, clinic, policy)
        model.forget()
        found: dict[str, list[Difference]] = {
            "evaluation": _between(rolled, await _evaluated(plan, clinic, policy))
        }
        async with _over_http(plan, model) as remote:
            served = _policy(plan, clinic, remote)
            found["http"] = _between(rolled, await _evaluated(plan, clinic, served))
        found["replay"] = [d for log in rolled.values() for d in replayed(log, clinic, policy, model)]
        learner = {
            "fp32": agreement(list(rolled.values()), clinic, policy, model),
            "unmasked": await _unmasked(plan.fewer, clinic, model),
            "bf16": await _in_bf16(plan.fewer, clinic),
        }
        batch = await _batched(plan, clinic, policy, model, rolled)
    finally:
        await model.close()
    lines = [_line(way, one) for way, ones in found.items() for one in ones]
    return _report(plan, clinic, found, learner, batch, lines, perf_counter() - began), lines


def _report(
    plan: Plan,
    clinic: Clinic,
    found: Mapping[str, Sequence[Difference]],
    learner: Mapping[str, Agreement],
    batch: Mapping[str, Any],
    lines: Sequence[dict[str, Any]],
    seconds: float,
) -> dict[str, Any]:
    ways = {way: {what: sum(d.what == what for d in ones) for what in WHATS} for way, ones in found.items()}
    return {
        "task": "parity",
        "policy": plan.policy,
        "n": plan.encounters,
        "unscored": 0,
        **{what: sum(counts[what] for counts in ways.values()) for what in WHATS},
        "max_abs_logprob": max(learner[name].max_abs for name in ("fp32", "unmasked")),
        "outside_masks": learner["fp32"].outside,
        "ways": ways,
        "learner": {name: one.as_json() for name, one in learner.items()},
        "batch": dict(batch),
        "examples": list(lines[:SHOWN]),
        "seed": plan.seed,
        "temperature": plan.temperature,
        "ci95": {},
        "knowledge": clinic.base.version[:16],
        "seconds": round(seconds, 1),
    }


def _opened(word: str, dtype: str) -> LocalModel:
    from wardround.models import MINI, LocalModel

    return LocalModel.load(MINI if word == "mini" else word.removeprefix("hf:"), dtype=dtype)


def _policy(
    plan: Plan, clinic: Clinic, model: LanguageModel, *, constrained: bool = True
) -> LanguageModelPolicy:
    return LanguageModelPolicy(
        model, renderer_for(model, clinic), plan.temperature, tokens_for(model), constrained=constrained
    )


async def _rolled(plan: Plan, clinic: Clinic, policy: LanguageModelPolicy) -> Logs:
    """As training plays them."""
    cases = [case_at(clinic.base, SPLIT, plan.seed, place) for place in range(plan.encounters)]
    logs = await rollouts(clinic, cases, policy, seeds=[plan.seed] * len(cases), together=1)
    return {str(place): log for place, log in enumerate(logs)}


async def _evaluated(plan: Plan, clinic: Clinic, policy: LanguageModelPolicy, together: int = 1) -> Logs:
    """As evaluation plays them."""
    played = await visited(clinic, plan.cohort, policy=lambda _: policy, together=together)
    return {str(visit.place): done.events for visit, done in whole(played)}


def _between(ones: Logs, others: Logs) -> list[Difference]:
    """Encounter by encounter; one that is missing on a side is a difference."""
    return [
        difference
        for name in sorted({*ones, *others}, key=int)
        for difference in differences(ones.get(name, ()), others.get(name, ()))
    ]


async def _unmasked(plan: Plan, clinic: Clinic, model: LocalModel) -> Agreement:
    """The same without masks: free text, read afterwards."""
    model.forget()
    policy = _policy(plan, clinic, model, constrained=False)
    return agreement(list((await _evaluated(plan, clinic, policy)).values()), clinic, policy, model)


async def _in_bf16(plan: Plan, clinic: Clinic) -> Agreement:
    """Sampler and learner both in bf16."""
    model = _opened(plan.policy, "bf16")
    try:
        policy = _policy(plan, clinic, model)
        return agreement(list((await _evaluated(plan, clinic, policy)).values()), clinic, policy, model)
    finally:
        await model.close()


async def _batched(
    plan: Plan, clinic: Clinic, policy: LanguageModelPolicy, model: LocalModel, rolled: Logs
) -> dict[str, Any]:
    """Another batch size, for sampler and learner."""
    model.forget()
    together = flipped(rolled, await _evaluated(plan, clinic, policy, TOGETHER))
    learner = agreement(list(rolled.values()), clinic, policy, model, batch=TOGETHER)
    return {
        "together": TOGETHER,
        "tokens": together.tokens,
        "flipped": together.flipped,
        "flipped_share": together.share,
        "encounters_apart": together.encounters,
        "max_abs_logprob": learner.max_abs,
    }


@asynccontextmanager
async def _over_http(plan: Plan, model: LocalModel) -> AsyncIterator[LanguageModel]:
    """The same model behind `wardround serve-model`, in a process of its own."""
    from wardround.cli.serving_process import served
    from wardround.models import MINI, CompletionsModel

    word = "mini" if plan.policy == "mini" else plan.policy.removeprefix("hf:")
    async with served(word, dtype="fp32") as address:
        remote = CompletionsModel(
            address.url, address.model, MINI if word == "mini" else word, name=model.name
        )
        try:
            yield remote
        finally:
            await remote.close()
            await asyncio.sleep(0)


def _line(way: str, one: Difference) -> dict[str, Any]:
    return {
        "way": way,
        "what": one.what,
        "encounter": one.encounter,
        "event": one.event,
        "one": one.one,
        "other": one.other,
    }
