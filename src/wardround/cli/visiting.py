"""`wardround visit`: open or resume a visit, play it, print what came of it."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console

from wardround.care import Chart, Incoming, Request
from wardround.cli.output import err, one_line, out, print_json
from wardround.cli.report import report
from wardround.cli.stores import Place, opened
from wardround.cli.theatre import Theatre
from wardround.cli.typing_in import interruptible, typed
from wardround.cli.wiring import SCRIPT, Cast, policy_for, ports_for
from wardround.clinical import Record
from wardround.harness import (
    ConfigurationError,
    Encounter,
    Opened,
    Outcome,
    Ports,
    Queue,
    Reviewed,
    ReviewRequest,
    clean,
)
from wardround.samples import SAMPLE_COMPLAINT, SAMPLE_DAY, SAMPLE_PHYSICIAN, SAMPLE_RECORD, SAMPLE_SCRIPT

MAX_COMPLAINT = 4_000
MAX_ID = 200


@dataclass(frozen=True, slots=True)
class VisitConfig:
    """Everything that `wardround visit` was asked for. `patient` and `reviewer` are None where nobody said."""

    record: Path | None = None
    complaint: str | None = None
    patient: str | None = None
    policy: str | None = None
    reviewer: str | None = None
    store: Path | None = None
    seed: int = 0
    on: date | None = None
    encounter: str | None = None
    resume: str | None = None
    as_json: bool = False
    screen: Console = out

    @property
    def console(self) -> Console:
        """Where people are spoken to: with --json, standard output is the object's alone."""
        return err if self.as_json else self.screen


def run(config: VisitConfig) -> None:
    """Play the visit and print it."""
    if config.resume is not None:
        with opened(config.store, make=False) as place, interruptible():
            asyncio.run(_resume(config, place))
        return
    at_terminal = sys.stdin.isatty() and not config.as_json
    cast = _cast(config, at_terminal)
    incoming = Incoming.read(config.record or SAMPLE_RECORD)
    complaint = _complaint(config, cast, incoming.record)
    with opened(config.store) as place, interruptible():
        asyncio.run(_open(config, place, cast, incoming, complaint))


def _cast(config: VisitConfig, at_terminal: bool) -> Cast:
    """Who plays: people at a terminal, the shipped script without one, a simulated patient for other complaints.

    Where nobody can sign, what needs a signature waits in the queue.
    """
    scripted = config.record is None and config.complaint is None and not at_terminal
    patient = config.patient or (
        "console" if at_terminal else f"{SCRIPT}{SAMPLE_SCRIPT}" if scripted else "simulated"
    )
    unseen = f"{SCRIPT}{SAMPLE_PHYSICIAN}" if patient == f"{SCRIPT}{SAMPLE_SCRIPT}" else "queue"
    return Cast(
        patient, config.policy or "planner", config.reviewer or ("console" if at_terminal else unseen)
    )


def _complaint(config: VisitConfig, cast: Cast, record: Record) -> str:
    said = config.complaint
    sample = config.record is None
    if said is None and cast.patient == "console":
        said = _asked(config, record, SAMPLE_COMPLAINT if sample else "")
    elif said is None:
        said = SAMPLE_COMPLAINT if sample else ""
    if len(said) > MAX_COMPLAINT:
        fix = f"Say it in a few words: at most {MAX_COMPLAINT:,} characters."
        raise ConfigurationError(f"--complaint: {len(said):,} characters are too many.", fix=fix)
    said = " ".join(clean(said).split())
    if not said:
        raise ConfigurationError(
            "--complaint: it is empty.", fix='Say what brings the patient: --complaint "a cough".'
        )
    return said


def _asked(config: VisitConfig, record: Record, usual: str) -> str:
    """Ask at the terminal; Enter takes the sample's own complaint."""
    name = one_line(record.patient.name)
    config.console.print(
        f"\nYou answer for {name}. Ctrl-D: no more answers; Ctrl-C: stop, and resume later.",
        style="dim",
        markup=False,
    )
    if usual:
        config.console.print(f"Enter alone: “{usual}”", style="dim", markup=False)
    try:
        return typed(config.console, "What brings you here?", "bold cyan") or usual
    except EOFError:
        return ""


async def _open(config: VisitConfig, place: Place, cast: Cast, incoming: Incoming, complaint: str) -> None:
    record = incoming.record
    if (
        config.encounter is not None
        and not 0 < len(one_line(config.encounter)) == len(config.encounter) <= MAX_ID
    ):
        raise ConfigurationError("--encounter: no id.", fix=f"Give 1 to {MAX_ID} characters on one line.")
    day = config.on or (max(date.today(), SAMPLE_DAY) if config.record is None else date.today())
    request = Request(
        record.patient,
        complaint,
        day,
        seed=config.seed,
        encounter=config.encounter,
        wiring=cast.wiring,
        incoming=incoming,
    )
    policy = policy_for(cast, place)
    door = await place.ward.open(request, policy, Ports(_Absent(), Queue()))
    name = door.log.encounter
    err.print(f"encounter {one_line(name)}", style="dim", markup=False, soft_wrap=True)
    events = await place.ward.events(name)
    visit = await place.ward.resume(name, policy, ports_for(place, cast, events, config.console))
    theatre = _theatre(config, place, cast)
    if theatre is not None:
        for event in events:
            theatre(event)
    await _play(config, place, visit, theatre)


async def _resume(config: VisitConfig, place: Place) -> None:
    name = str(config.resume)
    events = await place.ward.events(name)
    if any(event.body is None for event in events):
        raise ConfigurationError(
            f"--resume: {name!r} was erased by law: it cannot go on.",
            fix="`wardround memory audit` says when, and why.",
        )
    if not events or not isinstance(events[0].body, Opened):
        fix = "`wardround review list` shows what waits; check the id and --store."
        raise ConfigurationError(f"--resume: {name!r} is not in {place.path}.", fix=fix)
    wiring = events[0].body.context.get("wiring", {})
    cast = Cast(
        config.patient or wiring.get("patient", "console"),
        config.policy or wiring.get("policy", "planner"),
        config.reviewer or wiring.get("reviewer", "queue"),
    )
    policy, ports = policy_for(cast, place), ports_for(place, cast, events, config.console)
    visit = await place.ward.resume(name, policy, ports)
    theatre = _theatre(config, place, cast)
    if theatre is not None:
        answered = isinstance(events[-1].body, Reviewed)
        theatre.catch_up(events[:-1] if answered else events)
        config.screen.print(
            f"{one_line(visit.state.domain.name)}: the visit goes on after {len(events)} events.",
            style="dim",
            markup=False,
        )
        if answered:
            theatre(events[-1])
    await _play(config, place, visit, theatre)


def _theatre(config: VisitConfig, place: Place, cast: Cast) -> Theatre | None:
    if config.as_json:
        return None
    return Theatre(
        place.ward.clinic, config.screen, spoken=cast.patient != "console", asked=cast.reviewer != "console"
    )


async def _play(config: VisitConfig, place: Place, visit: Encounter[Chart], theatre: Theatre | None) -> None:
    if theatre is not None:
        visit.log.subscribe(theatre)
    outcome = await place.ward.play(visit)
    events = await place.ward.events(outcome.encounter)
    path = place.export(outcome.encounter, events)
    if theatre is None:
        print_json(report(place, visit.state.domain, outcome, events, path))
    elif outcome.status != "on-hold":
        theatre.finish(visit.state.domain)
    _say_what_waits(config, outcome)
    err.print(f"log {path}", style="dim", markup=False, soft_wrap=True)


def _say_what_waits(config: VisitConfig, outcome: Outcome) -> None:
    store = f" --store {config.store}" if config.store is not None else ""
    for request in outcome.waiting:
        name = one_line(_name(request, outcome))
        err.print(
            f"on hold: {request.action.tool} waits for a {' or '.join(request.roles)}. `wardround review approve {name}{store}` "
            f"(or reject, or edit), then `wardround visit --resume {one_line(outcome.encounter)}{store}`",
            markup=False,
            soft_wrap=True,
        )


def _name(request: ReviewRequest, outcome: Outcome) -> str:
    return request.encounter if len(outcome.waiting) == 1 else f"{request.encounter}:{request.request}"


class _Absent:
    """Nobody is there yet: the visit is opened before it is known who answers."""

    async def reply(self, question: object) -> str:
        raise ConfigurationError(
            "nobody stands behind the patient port.", fix="Wire the ports before playing."
        )
