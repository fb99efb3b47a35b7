"""The command line: visit, review, replay, record, knowledge, doctor. Heavy rooms are opened by the command that needs them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Continuous care, under a physician."
)


def _rooms() -> None:
    """Commands with sub-commands."""
    from wardround.cli import knowledge, record, review

    app.add_typer(review.app, name="review")
    app.add_typer(record.app, name="record")
    app.add_typer(knowledge.app, name="knowledge")


Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]


@app.command()
def visit(
    script: Annotated[str | None, typer.Argument(help="the script's path, after `--patient script`")] = None,
    record: Annotated[Path | None, typer.Option(help="a FHIR R4 bundle; the shipped sample otherwise")] = None,
    complaint: Annotated[str | None, typer.Option(help="what brings the patient, in words")] = None,
    patient: Annotated[str | None, typer.Option(help="console, simulated, or script FILE")] = None,
    policy: Annotated[str | None, typer.Option(help="planner, random, ask-all, openai:MODEL, hf:PATH")] = None,
    reviewer: Annotated[str | None, typer.Option(help="console, approve, deny, queue")] = None,
    store: Annotated[Path | None, typer.Option(help="the store's SQLite file, or its folder")] = None,
    seed: Annotated[int, typer.Option(help="decides everything that is drawn")] = 0,
    on: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="day of the visit")] = None,
    encounter: Annotated[str | None, typer.Option(help="an id of your own for the encounter")] = None,
    resume: Annotated[str | None, typer.Option(help="go on with this encounter")] = None,
    as_json: Json = False,
) -> None:
    """Play a visit: read the record, take the history, examine, order, propose, wait for a physician, write the note."""
    from wardround.cli import visiting as command
    from wardround.cli.output import errors_in_one_line
    from wardround.harness import ConfigurationError

    with errors_in_one_line(as_json):
        who = patient
        if who and who.split(maxsplit=1)[0] == "script":
            file = script or who.removeprefix("script").strip()
            if not file:
                raise ConfigurationError("--patient script: the file is missing.", fix="Write `--patient script FILE`.")
            who = f"script:{file}"
        elif script is not None:
            raise ConfigurationError(f"{script!r} belongs to no option.", fix="Only `--patient script FILE` takes one.")
        day = on.date() if on else date.today()
        command.run(
            command.VisitConfig(
                record, complaint, who, policy, reviewer, store, seed, day, encounter, resume, as_json
            )
        )


@app.command()
def replay(
    log: Annotated[Path, typer.Argument(help="the path that a visit printed as `log`")],
    verify: Annotated[bool, typer.Option("--verify", help="check the chain and reproduce everything")] = False,
    as_json: Json = False,
) -> None:
    """Read a log back; verify it."""
    from wardround.cli import replaying

    replaying.run(log, verify, as_json)


@app.command()
def doctor(as_json: Json = False) -> None:
    """What is installed, what is missing, the command that installs it."""
    from wardround.cli import checkup as command

    command.run(as_json)


_rooms()
