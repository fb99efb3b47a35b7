"""Cases played once by one policy, for tasks that read what was said: each with its log, or with why there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wardround.care import Clinic
from wardround.evaluation.cases import SPLITS, case_at, check_split
from wardround.evaluation.osce import Told
from wardround.evaluation.policies import PolicyFor, at_once, policy_for
from wardround.harness import ConfigurationError
from wardround.simulation import Case, Consultation, consult, given_up


@dataclass(frozen=True, slots=True)
class Cohort:
    """Which cases, and who plays them. `seed` chooses the cases and decides all that is drawn."""

    policy: str = "planner"
    cases: int = 200
    split: str = "heldout-seeds"
    seed: int = 0
    limit: int | None = None

    def __post_init__(self) -> None:
        """Every field is checked before anything is played."""
        if self.split not in SPLITS:
            raise ConfigurationError(
                f"--split: {self.split!r} is unknown.", fix=f"Use {', '.join(SPLITS[:-1])} or {SPLITS[-1]}."
            )
        if self.cases < 1 or (self.limit is not None and self.limit < 1):
            raise ConfigurationError("--cases and --limit: there is nothing to play.", fix="Give 1 or more.")

    @property
    def n(self) -> int:
        """How many cases are played."""
        return min(self.cases, self.limit or self.cases)


@dataclass(frozen=True)
class Visited:
    """One case. `played` is None where it broke; `error` says why."""

    place: int
    case: Case | None
    played: Consultation | None
    error: str | None = None

    @property
    def name(self) -> str:
        """The case's id, or its place where there is no case."""
        return self.case.id if self.case is not None else str(self.place)


Read = Callable[[Visited], object]


async def visited(
    clinic: Clinic,
    cohort: Cohort,
    told: Told | None = None,
    *,
    policy: PolicyFor | None = None,
    together: int | None = None,
) -> list[Visited]:
    """Play every case, by the cohort's policy unless one is given, so many `together`. A case that breaks is data, told
    with its reason, and the others go on."""
    import asyncio

    check_split(clinic.base, cohort.split, 1)
    policy = policy or policy_for(cohort.policy, clinic)
    gate, done = asyncio.Semaphore(together or at_once(cohort.policy)), 0

    async def one(place: int) -> Visited:
        nonlocal done
        async with gate:
            result = await _visit(clinic, cohort, policy, place)
        done += 1
        if told is not None:
            told(done, cohort.n)
        return result

    return list(await asyncio.gather(*map(one, range(cohort.n))))


async def _visit(clinic: Clinic, cohort: Cohort, policy: PolicyFor, place: int) -> Visited:
    case: Case | None = None
    try:
        case = case_at(clinic.base, cohort.split, cohort.seed, place)
        played = await consult(clinic, case, policy(case), seed=cohort.seed)
        why = given_up(played.events)
        return Visited(place, case, None if why else played, why)
    except Exception as error:  # noqa: BLE001 - a case that breaks is data, told with its reason
        return Visited(place, case, None, f"{type(error).__name__}: {error}")


def whole(visits: Sequence[Visited]) -> list[tuple[Visited, Consultation]]:
    """Those that were played."""
    return [(v, v.played) for v in visits if v.played is not None]
