"""The review queue, read off the logs: what waits for a physician, and her answer, written to the log it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from wardround.care.chart import Chart
from wardround.care.clinic import PHYSICIAN, Clinic
from wardround.harness import (
    JSON,
    EventLog,
    HarnessError,
    Reviewed,
    ReviewRequest,
    ReviewRequested,
    State,
    Store,
    SystemClock,
    fold_all,
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
    if state.phase == "waiting" and state.request and isinstance(state.request.body, ReviewRequested):
        body = state.request.body
        yield ReviewRequest(
            state.encounter, state.request.name, state.header.subject, body.action, body.roles, body.reasons
        )
    for branch in state.branches.values():
        yield from _open(branch)


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
    """Write `approve`, `reject` or `edit` to the log. An edit is checked against the tool's arguments first."""
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
    asked = next(e for e in events if e.name == request.request)
    body = Reviewed(request.request, word, PHYSICIAN, reviewer, note, arguments)  # type: ignore[arg-type]
    log.append(asked.branch, body, reviewer, (asked.ref,))
    await log.flush()
