"""`wardround review`: what waits for a physician, and her answer."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.table import Table

from wardround.cli.output import errors_in_one_line, out, print_json
from wardround.cli.stores import Place
from wardround.harness import ConfigurationError, HarnessError, ReviewRequest

app = typer.Typer(no_args_is_help=True, help="What waits for a physician: list, approve, reject, edit.")

Id = Annotated[str, typer.Argument(help="the encounter, as `review list` shows it; or ENCOUNTER:REQUEST")]
Store = Annotated[Path | None, typer.Option(help="the store's SQLite file")]
By = Annotated[str, typer.Option("--by", help="who signs")]
Note = Annotated[str, typer.Option(help="a word to the team")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]


@app.command("list")
def list_requests(store: Store = None, as_json: Json = False) -> None:
    """Every request that nobody has answered."""
    from wardround.care import waiting

    with errors_in_one_line(as_json):
        place = Place.open(store)
        found = asyncio.run(waiting(place.ward.clinic, place.ward.store))
        if as_json:
            print_json({"waiting": found})
            return
        if not found:
            out.print("Nothing waits for review.")
            return
        table = Table("encounter", "request", "wants", "because")
        for r in found:
            wants = f"{r.action.tool} {orjson.dumps(r.action.arguments).decode()}"
            table.add_row(r.encounter, r.request, wants.replace("[", r"\["), "\n".join(r.reasons).replace("[", r"\["))
        out.print(table)


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
    changes: Annotated[list[str] | None, typer.Option("--set", help="FIELD=VALUE, as often as needed")] = None,
    arguments: Annotated[str | None, typer.Option(help="changes as a JSON object")] = None,
    store: Store = None,
    by: By = "physician",
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Change the action, then let it happen. The rules judge the change as well."""
    with errors_in_one_line(as_json):
        changed = {**_object(arguments), **dict(_pair(c) for c in changes or [])}
        if not changed:
            raise ConfigurationError("the edit changes nothing.", fix="Give --set FIELD=VALUE or --arguments JSON.")
    _answer(encounter, store, "edit", by, note, changed, as_json)


def _object(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ConfigurationError(f"--arguments: no JSON: {error}.", fix='Give an object such as {"days": 5}.') from None
    if not isinstance(value, dict):
        raise ConfigurationError("--arguments: no JSON object.", fix='Give an object such as {"days": 5}.')
    return value


def _pair(text: str) -> tuple[str, Any]:
    field, sign, value = text.partition("=")
    if not sign:
        raise ConfigurationError(f"--set: {text!r} has no '='.", fix="Write FIELD=VALUE.")
    try:
        return field.strip(), orjson.loads(value)
    except orjson.JSONDecodeError:
        return field.strip(), value


def _answer(
    name: str, store: Path | None, word: str, by: str, note: str, changes: dict[str, Any] | None, as_json: bool
) -> None:
    from wardround.care import answer

    with errors_in_one_line(as_json):
        place = Place.open(store)

        async def write() -> ReviewRequest:
            request = await _find(place, name)
            clinic = place.ward.clinic
            await answer(clinic, place.ward.store, request, word, reviewer=by, note=note, changes=changes)
            return request

        request = asyncio.run(write())
        if as_json:
            print_json({"encounter": request.encounter, "request": request.request, "answer": word})
        else:
            out.print(f"{word}: {request.action.tool}. Go on with `wardround visit --resume {request.encounter}`")


async def _find(place: Place, name: str) -> ReviewRequest:
    from wardround.care import waiting

    found = await waiting(place.ward.clinic, place.ward.store)
    matching = [r for r in found if name in (r.encounter, f"{r.encounter}:{r.request}")]
    if not matching:
        raise HarnessError(f"{name!r}: nothing waits there.", fix="`wardround review list` shows what waits.")
    if len(matching) > 1:
        names = ", ".join(f"{r.encounter}:{r.request}" for r in matching)
        raise HarnessError(f"{name!r}: several requests wait.", fix=f"Name one: {names}.")
    return matching[0]
