"""The review queue, read off the logs: what waits for a physician, and her answer, written to the log it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from wardround.care.chart import Chart
from wardround.care.clinic import PHYSICIAN, Clinic
from wardround.care.planner import Planner
from wardround.harness import (
    JSON,
    Action,
    EventLog,
    HarnessError,
    Reviewed,
    ReviewRequest,
    ReviewRequested,
    State,
    Store,
    SystemClock,
    fold_all,
    judge,
    project,
)


async def waiting(clinic: Clinic, store: Store, encounter: str | None = None) -> list[ReviewRequest]:
    """Every request that nobody has answered, of one encounter or of all, oldest first; erased ones wait for nothing."""
    found = []
    for summary in await store.encounters():
        if encounter in (None, summary.encounter) and summary.last_kind != "closed":
            events = await store.read(summary.encounter)
            if all(event.body is not None for event in events):
                found += list(_open(fold_all(events, clinic.projection)))
    return found


def _open(state: State[Chart]) -> Iterator[ReviewRequest]:
    for line in _lines(state):
        if line.phase == "waiting" and line.request and isinstance(line.request.body, ReviewRequested):
            body, name = line.request.body, line.request.name
            yield ReviewRequest(
                line.encounter, name, line.header.subject, body.action, body.roles, body.reasons
            )


async def answer(
    clinic: Clinic,
    store: Store,
    request: ReviewRequest,
    word: str,
    *,
    reviewer: str,
    note: str = "",
    changes: JSON | None = None,
) -> None:
    """Write `approve`, `reject` or `edit` to the log. An edit that the rules deny is refused, and nothing is written."""
    arguments = None
    if word == "edit":
        arguments = {**request.action.arguments, **(changes or {})}
        fault = clinic.tools[request.action.tool].read(arguments)
        if isinstance(fault, str):
            raise HarnessError(
                f"the edit does not fit {request.action.tool}: {fault}.", fix="Mend that field."
            )
    elif word not in ("approve", "reject"):
        raise HarnessError(f"{word!r} is no answer.", fix="Use approve, reject or edit.")
    log, events = await EventLog.load(store, request.encounter, SystemClock())
    state = fold_all(events, clinic.projection)
    if request.request not in {open_.request for open_ in _open(state)}:
        raise HarnessError(
            f"{request.encounter}: it was answered meanwhile.",
            fix="`wardround review list` shows what waits.",
        )
    if arguments is not None:
        _check_rules(clinic, state, request, arguments)
    asked = next(e for e in events if e.name == request.request)
    body = Reviewed(request.request, word, PHYSICIAN, reviewer, note, arguments)  # type: ignore[arg-type]
    log.append(asked.branch, body, reviewer, (asked.ref,))
    await log.flush()


def _check_rules(clinic: Clinic, state: State[Chart], request: ReviewRequest, arguments: JSON) -> None:
    """What the rules deny, nobody can approve: say so now, not when the visit goes on."""
    line = next(s for s in _lines(state) if s.request is not None and s.request.name == request.request)
    agent = clinic.team(lambda _: Planner(clinic.projection)).agents[line.acting]
    edited = Action(request.action.tool, arguments, request.action.because)
    judged = judge(line, agent, edited, project(line, line.acting).seen)
    if judged.outcome == "deny":
        reasons = "; ".join(f"{v.constraint}: {v.reason}" for v in judged.verdicts if v.outcome == "deny")
        raise HarnessError(
            f"the edit is denied by {reasons}.", fix="Change it to what the rules allow, or reject."
        )


def _lines(state: State[Chart]) -> Iterator[State[Chart]]:
    yield state
    for branch in state.branches.values():
        yield from _lines(branch)
