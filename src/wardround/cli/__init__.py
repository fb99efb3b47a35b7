"""The command line: visit, review, replay, record, memory, knowledge, evidence, simulate, eval, calculate, parity, serve-model, doctor. Heavy rooms are opened by the command that needs them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from wardround.cli import (
    calculating,
    evaluating,
    evidence,
    knowledge,
    memory,
    parity,
    record,
    review,
    serving,
    simulating,
)
from wardround.cli.entry import Entry

__all__ = ["app"]

app = typer.Typer(
    cls=Entry,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Continuous care, under a physician.",
)
app.add_typer(review.app, name="review")
app.add_typer(record.app, name="record")
app.add_typer(memory.app, name="memory")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(evidence.app, name="evidence")
app.add_typer(simulating.app, name="simulate")
app.add_typer(evaluating.app, name="eval")
app.command()(calculating.calculate)
app.command()(parity.parity)
app.command()(serving.serve_model)

Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]
MAX_SEED = 2**53


@app.command()
def visit(
    script: Annotated[str | None, typer.Argument(help="the script's path, after `--patient script`")] = None,
    record: Annotated[
        Path | None, typer.Option(help="a FHIR R4 bundle; the shipped sample otherwise")
    ] = None,
    complaint: Annotated[str | None, typer.Option(help="what brings the patient, in words")] = None,
    patient: Annotated[str | None, typer.Option(help="console, simulated, or script FILE")] = None,
    policy: Annotated[
        str | None, typer.Option(help="planner, random, ask-all, mini, openai:MODEL, hf:PATH")
    ] = None,
    reviewer: Annotated[str | None, typer.Option(help="console, approve, deny, queue")] = None,
    store: Annotated[Path | None, typer.Option(help="the store's SQLite file, or its folder")] = None,
    seed: Annotated[int, typer.Option(min=0, max=MAX_SEED, help="decides everything that is drawn")] = 0,
    on: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="day of the visit")
    ] = None,
    encounter: Annotated[str | None, typer.Option(help="an id of your own for the encounter")] = None,
    resume: Annotated[str | None, typer.Option(help="go on with this encounter")] = None,
    as_json: Json = False,
) -> None:
    """Play a visit: read the record, take the history, examine, order, propose, wait for a physician, write the note."""
    from wardround.cli import visiting
    from wardround.cli.wiring import spoken
    from wardround.harness import ConfigurationError

    if script is not None and patient != "script":
        raise ConfigurationError(
            f"{script!r} belongs to no option.", fix="Only `--patient script FILE` takes one."
        )
    visiting.run(
        visiting.VisitConfig(
            record=record,
            complaint=complaint,
            patient=spoken("--patient", patient, script),
            policy=policy,
            reviewer=spoken("--reviewer", reviewer),
            store=store,
            seed=seed,
            on=on.date() if on else None,
            encounter=encounter,
            resume=resume,
            as_json=as_json,
        )
    )


@app.command()
def replay(
    log: Annotated[Path, typer.Argument(help="the path that a visit printed as `log`")],
    verify: Annotated[
        bool, typer.Option("--verify", help="check the chain and reproduce everything")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read a log back; verify it."""
    from wardround.cli import replaying

    replaying.run(log, verify, as_json)


@app.command()
def doctor(as_json: Json = False) -> None:
    """What is installed, what is missing, the command that installs it."""
    from wardround.cli import checkup

    checkup.run(as_json)
