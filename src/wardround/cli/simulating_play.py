"""`wardround simulate play`: play a generated case or an episode, score it, write log and page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from wardround.care import Clinic
from wardround.cli.output import out, print_json, words
from wardround.cli.simulating_cases import asked_for, generated
from wardround.cli.stores import clinic
from wardround.evaluation import (
    episode_page,
    file_name,
    play_episode,
    policy_for,
    visit_page,
    write_whole,
)
from wardround.harness import ConfigurationError, Event, dump_lines
from wardround.rewards import EpisodeScore, VisitScore, score_episode, score_visit
from wardround.simulation import PHRASINGS, Case, consult

MOST_VISITS = 24


@dataclass(frozen=True, slots=True)
class PlayConfig:
    """Everything that `wardround simulate play` was asked for."""

    condition: str | None = None
    tier: str | None = None
    index: int = 0
    policy: str = "planner"
    phrasing: str = "training"
    visits: int = 1
    out: Path = Path("wardround-simulated")

    def __post_init__(self) -> None:
        """Checked before anything is played."""
        if self.phrasing not in PHRASINGS:
            fix = f"Use {' or '.join(PHRASINGS)}."
            raise ConfigurationError(f"--patient-phrasing: {self.phrasing!r} is unknown.", fix=fix)
        if not 1 <= self.visits <= MOST_VISITS:
            raise ConfigurationError(
                f"--visits: {self.visits} cannot be played.", fix=f"Give 1 to {MOST_VISITS}."
            )
        if self.visits > 1 and self.phrasing != "training":
            fix = "Leave out --visits."
            raise ConfigurationError("--patient-phrasing: held-out is for single visits.", fix=fix)


@dataclass(frozen=True)
class Played:
    """What came of it, to be written and told."""

    case: Case
    score: VisitScore | EpisodeScore
    visits: Sequence[VisitScore]
    logs: Sequence[Sequence[Event]]
    page: str


def run(config: PlayConfig, as_json: bool) -> None:
    """Play, write, tell."""
    ward = clinic()
    person = generated(ward.base, _with_a_course(ward, config), config.tier, config.index)
    played = asyncio.run((_episode if config.visits > 1 else _visit)(ward, config, person))
    name = file_name(f"{played.case.id}-{person.truth.removeprefix('condition.')}-{config.policy}")
    logs = [
        str(write_whole(config.out / f"{name}-visit-{number}.jsonl", dump_lines(list(events))))
        for number, events in enumerate(played.logs, 1)
    ]
    page = str(write_whole(config.out / f"{name}.html", played.page.encode()))
    if as_json:
        print_json(_report(config, played, logs, page))
    else:
        _show(ward, config, played, page)


def _with_a_course(ward: Clinic, config: PlayConfig) -> str | None:
    """Several visits are of somebody whose illness has a course: where nobody says which, the index does."""
    if config.visits == 1 or config.condition is not None:
        return config.condition
    from wardround.evaluation import lasting

    known = lasting(ward.base, "train")
    return known[config.index % len(known)]


async def _visit(ward: Clinic, config: PlayConfig, case: Case) -> Played:
    phrasing = next(p for p in PHRASINGS if p == config.phrasing)
    played = await consult(
        ward, case, policy_for(config.policy, ward)(case), seed=config.index, phrasing=phrasing
    )
    score = score_visit(ward, case, played.events)
    return Played(case, score, (score,), (played.events,), visit_page(played, score))


async def _episode(ward: Clinic, config: PlayConfig, person: Case) -> Played:
    with asked_for():
        played = await play_episode(
            ward, person, policy_for(config.policy, ward), visits=config.visits, seed=config.index
        )
    score = score_episode(ward, played.episode)
    logs = [v.events for v in played.episode.visits]
    return Played(person, score, score.visits, logs, episode_page(played, score))


def _report(config: PlayConfig, played: Played, logs: list[str], page: str) -> dict[str, Any]:
    return {
        "case": played.case.id,
        "truth": played.case.truth,
        "tier": played.case.tier,
        "policy": config.policy,
        "visits": len(played.visits),
        "total": played.score.total,
        "score": played.score.as_json(),
        "logs": logs,
        "page": page,
    }


def _show(ward: Clinic, config: PlayConfig, played: Played, page: str) -> None:
    name = ward.base.named(played.case.truth)
    out.print(
        words(f"{played.case.name}: {name} ({played.case.id}, {played.case.tier}), {config.policy}", "bold")
    )
    dimensions = list(played.visits[0].dimensions) if played.visits else []
    table = Table("visit", "total", *dimensions)
    for number, score in enumerate(played.visits, 1):
        table.add_row(str(number), _shown(score.total), *(_shown(score.dimensions[d]) for d in dimensions))
    out.print(table)
    if isinstance(played.score, EpisodeScore):
        over = ", ".join(f"{k.replace('_', ' ')} {_shown(v)}" for k, v in played.score.over_visits.items())
        out.print(words(f"over visits: {over}; total {_shown(played.score.total)}"))
    out.print(words(f"page {page}", "dim"), soft_wrap=True)


def _shown(value: float | None) -> str:
    return "unscored" if value is None else f"{value:.2f}"
