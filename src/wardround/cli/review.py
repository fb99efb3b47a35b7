"""`wardround review`: what waits for a physician, and her answer."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from wardround.cli.stores import Place
    from wardround.harness import ReviewRequest

app = typer.Typer(no_args_is_help=True, help="What waits for a physician: list, approve, reject, edit.")

Id = Annotated[str, typer.Argument(help="the encounter, as `review list` shows it; or ENCOUNTER:REQUEST")]
Store = Annotated[Path | None, typer.Option(help="the store's SQLite file, or its folder")]
By = Annotated[str, typer.Option("--by", help="who signs")]
Note = Annotated[str, typer.Option(help="a word to the team")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]


@app.command("list")
def list_requests(store: Store = None, as_json: Json = False) -> None:
    """Every request that nobody has answered."""
    from wardround.care import waiting
    from wardround.cli.drawing import line
    from wardround.cli.output import out, print_json, width_of
    from wardround.cli.stores import opened
    from wardround.cli.theatre import request_box
    from wardround.cli.wording import Wording

    with opened(store, make=False) as place:
        found = asyncio.run(waiting(place.ward.clinic, place.ward.store))
        if as_json:
            print_json({"waiting": found})
            return
        if not found:
            out.print("Nothing waits for review.")
        say = Wording(place.ward.clinic)
        where, width = f" --store {store}" if store is not None else "", width_of(out)
        for request in found:
            out.print(request_box(say, request.action, request.roles, request.reasons), width=width)
            name = _name(request, found)
            out.print(line("visit", f"{request.encounter} of patient {request.subject}", "dim"), width=width)
            out.print(
                line("answer", f"wardround review approve {name}{where} (or reject, or edit)"), width=width
            )


@app.command()
def approve(
    encounter: Id, store: Store = None, by: By = "physician", note: Note = "", as_json: Json = False
) -> None:
    """Let the action happen."""
    _answer(encounter, store, "approve", by, note, None, as_json)


@app.command()
def reject(
    encounter: Id, store: Store = None, by: By = "physician", note: Note = "", as_json: Json = False
) -> None:
    """Refuse the action; the team reads the note."""
    _answer(encounter, store, "reject", by, note, None, as_json)


@app.command()
def edit(
    encounter: Id,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="FIELD=VALUE, as often as needed")
    ] = None,
    arguments: Annotated[str | None, typer.Option(help="changes as a JSON object")] = None,
    store: Store = None,
    by: By = "physician",
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Change the action, then let it happen. The rules judge the change as well."""
    from wardround.cli.changes import changes_of

    _answer(encounter, store, "edit", by, note, changes_of(changes or (), arguments), as_json)


def _answer(
    name: str,
    store: Path | None,
    word: str,
    by: str,
    note: str,
    changes: dict[str, Any] | None,
    as_json: bool,
) -> None:
    from wardround.care import answer
    from wardround.cli.output import one_line, out, print_json
    from wardround.cli.stores import opened
    from wardround.cli.wording import Wording
    from wardround.harness import ConfigurationError, clean

    said, who = clean(note, 2_000), one_line(clean(by, 200))
    if not who:
        raise ConfigurationError("--by: nobody signs.", fix="Say who does: --by NAME.")
    with opened(store, make=False) as place:

        async def write() -> ReviewRequest:
            request = await _find(place, name)
            clinic = place.ward.clinic
            await answer(clinic, place.ward.store, request, word, reviewer=who, note=said, changes=changes)
            return request

        request = asyncio.run(write())
        if as_json:
            print_json({"encounter": request.encounter, "request": request.request, "answer": word})
            return
        done = {"approve": "approved", "reject": "rejected", "edit": "edited"}[word]
        where = f" --store {store}" if store is not None else ""
        out.print(
            f"{done}: {Wording(place.ward.clinic).action(request.action)}. "
            f"`wardround visit --resume {one_line(request.encounter)}{where}` goes on.",
            markup=False,
            soft_wrap=True,
        )


async def _find(place: Place, name: str) -> ReviewRequest:
    from wardround.care import waiting
    from wardround.harness import ConfigurationError

    found = await waiting(place.ward.clinic, place.ward.store)
    matching = [r for r in found if name in (r.encounter, f"{r.encounter}:{r.request}")]
    if not matching:
        raise ConfigurationError(
            f"{name!r}: nothing waits there.", fix="`wardround review list` shows what waits."
        )
    if len(matching) > 1:
        names = ", ".join(f"{r.encounter}:{r.request}" for r in matching)
        raise ConfigurationError(f"{name!r}: several requests wait.", fix=f"Name one: {names}.")
    return matching[0]


def _name(request: ReviewRequest, found: list[ReviewRequest]) -> str:
    alone = sum(r.encounter == request.encounter for r in found) == 1
    return request.encounter if alone else f"{request.encounter}:{request.request}"
