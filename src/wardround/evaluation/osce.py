"""`wardround eval osce`: a policy examined on generated patients, with every dimension of the score and its interval.

A case that breaks is data: it is told as unscored, with its reason, and the others go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any, Final

from wardround.care import Clinic, asks_a_model
from wardround.evaluation.cases import SPLITS, case_at, check_split, person_at
from wardround.evaluation.episodes import play_episode
from wardround.evaluation.policies import PolicyFor, at_once, policy_for
from wardround.evaluation.results import Result, broken, of_consultation, of_episode
from wardround.evaluation.summary import phrasing_gap, summary
from wardround.evaluation.surroundings import surroundings
from wardround.evaluation.tally import Counted, Tally
from wardround.harness import ConfigurationError, Policy
from wardround.rewards import score_episode, score_visit
from wardround.simulation import PHRASINGS, Case, Phrasing, consult, given_up

MOST_VISITS: Final = 24
Told = Callable[[int, int], None]
"""How many visits or episodes are done, of how many."""
Player = Callable[[], Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class OsceConfig:
    """`seed` chooses the cases and decides all that is drawn. `phrasing` held-out plays each case in both phrasings.
    Without `masked` a model may write anything; the rules judge it all the same."""

    policy: str = "planner"
    cases: int = 20
    visits: int = 1
    split: str = "heldout-seeds"
    seed: int = 0
    limit: int | None = None
    phrasing: str = "training"
    memory: bool = True
    masked: bool = True

    def __post_init__(self) -> None:
        """Every field is checked before anything is played."""
        if self.split not in SPLITS:
            raise ConfigurationError(f"--split: {self.split!r} is unknown.", fix=f"Use {_or(SPLITS)}.")
        if self.phrasing not in PHRASINGS:
            fix = f"Use {_or(PHRASINGS)}."
            raise ConfigurationError(f"--phrasing: {self.phrasing!r} is unknown.", fix=fix)
        if self.cases < 1 or (self.limit is not None and self.limit < 1):
            raise ConfigurationError("--cases and --limit: there is nothing to play.", fix="Give 1 or more.")
        if not 1 <= self.visits <= MOST_VISITS:
            fix = f"Give 1 to {MOST_VISITS}."
            raise ConfigurationError(f"--visits: {self.visits} cannot be played.", fix=fix)
        if self.visits == 1 and not self.memory:
            fix = "Give --visits 2 or more."
            raise ConfigurationError("--no-memory: one visit remembers nothing anyway.", fix=fix)
        if self.visits > 1 and self.phrasing != "training":
            fix = "Leave out --visits."
            raise ConfigurationError("--phrasing held-out is measured on single visits.", fix=fix)
        if not self.masked and not asks_a_model(self.policy):
            fix = "Give --policy mini, hf:PATH or openai:MODEL."
            raise ConfigurationError(f"--no-mask: {self.policy!r} is no model.", fix=fix)

    @property
    def n(self) -> int:
        """How many cases are played."""
        return min(self.cases, self.limit or self.cases)


@dataclass(frozen=True)
class Osce:
    """What came of it: the report, and the cases it rests on."""

    report: dict[str, Any]
    results: tuple[Result, ...]


async def examine(clinic: Clinic, config: OsceConfig, told: Told | None = None) -> Osce:
    """Play and score. Raises ConfigurationError for what cannot be played at all, never for one case."""
    began, tally = perf_counter(), Tally()
    results = await played_all(_players(clinic, config, tally), at_once(config.policy), told)
    gap: dict[str, Any] = {}
    if config.phrasing == "held-out":
        results, trained = results[: config.n], results[config.n :]
        gap = {"phrasing": phrasing_gap(results, trained, config.seed)}
    report: dict[str, Any] = {
        "task": "osce",
        "policy": config.policy,
        "split": config.split,
        **summary(results, config.seed),
        **gap,
        "invalid": tally.as_json(),
        "seconds": round(perf_counter() - began, 2),
        "config": asdict(config),
        "seed": config.seed,
        "knowledge": clinic.base.version[:16],
        **surroundings(),
    }
    return Osce(report, tuple(results))


async def played_all(players: Sequence[Player], at_once: int, told: Told | None) -> list[Result]:
    """Every result in the order of the players, so many of them on their way at once."""
    gate, done = asyncio.Semaphore(at_once), 0

    async def one(player: Player) -> Result:
        nonlocal done
        async with gate:
            result = await player()
        done += 1
        if told is not None:
            told(done, len(players))
        return result

    return list(await asyncio.gather(*map(one, players)))


def _players(clinic: Clinic, config: OsceConfig, tally: Tally) -> list[Player]:
    """What is to be played, in order: in held-out phrasings first where both are."""
    check_split(clinic.base, config.split, config.visits)
    named = policy_for(config.policy, clinic, masked=config.masked)

    def policy(case: Case) -> Policy:
        return Counted(named(case), tally)

    if config.visits > 1:
        return [_episode(clinic, config, policy, place) for place in range(config.n)]
    phrasings: tuple[Phrasing, ...] = (
        ("training",) if config.phrasing == "training" else ("held-out", "training")
    )
    return [_single(clinic, config, policy, k, said) for said in phrasings for k in range(config.n)]


def _single(clinic: Clinic, config: OsceConfig, policy: PolicyFor, place: int, phrasing: Phrasing) -> Player:
    async def play() -> Result:
        case: Case | None = None
        try:
            case = case_at(clinic.base, config.split, config.seed, place)
            played = await consult(clinic, case, policy(case), seed=config.seed, phrasing=phrasing)
            if (why := given_up(played.events)) is not None:
                return broken(case, str(place), why)
            return of_consultation(played, score_visit(clinic, case, played.events))
        except Exception as error:  # noqa: BLE001 - a case that breaks is data, told with its reason
            return broken(case, str(place), error)

    return play


def _episode(clinic: Clinic, config: OsceConfig, policy: PolicyFor, place: int) -> Player:
    async def play() -> Result:
        person: Case | None = None
        try:
            person = person_at(clinic.base, config.split, config.seed, place)
            played = await play_episode(
                clinic, person, policy, visits=config.visits, seed=config.seed, memory=config.memory
            )
            for visit in played.episode.visits:
                if (why := given_up(visit.events)) is not None:
                    return broken(person, str(place), why)
            return of_episode(played, score_episode(clinic, played.episode))
        except Exception as error:  # noqa: BLE001 - a case that breaks is data, told with its reason
            return broken(person, str(place), error)

    return play


def _or(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
