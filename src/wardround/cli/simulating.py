"""`wardround simulate`: look at a generated case, play one, see a course of disease go its way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, help="Generated patients: a case, a visit or more, a course of disease."
)
Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]
Condition = Annotated[str | None, typer.Option(help="what the patient has: an id or a name")]
Tier = Annotated[str | None, typer.Option(help="easy, moderate or hard")]
Index = Annotated[int, typer.Option("--index", "--seed", min=0, max=2**53, help="which case")]


@app.command()
def case(
    condition: Condition = None,
    tier: Tier = None,
    index: Index = 0,
    record: Annotated[
        Path | None, typer.Option(help="write the patient's record, a FHIR R4 bundle, here")
    ] = None,
    as_json: Json = False,
) -> None:
    """One generated case of the train split, with its truth."""
    from wardround.cli import simulating_cases

    simulating_cases.show(condition, tier, index, record, as_json)


@app.command()
def play(
    condition: Condition = None,
    tier: Tier = None,
    index: Index = 0,
    policy: Annotated[
        str, typer.Option(help="planner, random, ask-all, mini, oracle, openai:MODEL, hf:PATH")
    ] = "planner",
    phrasing: Annotated[
        str, typer.Option("--patient-phrasing", help="how the patient speaks: training or held-out")
    ] = "training",
    visits: Annotated[
        int, typer.Option(help="more than one: somebody with a lasting illness, and life between")
    ] = 1,
    out: Annotated[Path, typer.Option("--out", help="folder for logs and page")] = Path(
        "wardround-simulated"
    ),
    as_json: Json = False,
) -> None:
    """Play a generated case, score it, and write its log and a page to read it on."""
    from wardround.cli import simulating_play

    simulating_play.run(
        simulating_play.PlayConfig(condition, tier, index, policy, phrasing, visits, out), as_json
    )


@app.command()
def course(
    condition: Annotated[str, typer.Argument(help="a condition with a course: an id or a name")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="how far to look")] = 365,
    treatment: Annotated[str, typer.Option(help="none, right or wrong")] = "none",
    seed: Annotated[int, typer.Option(min=0, max=2**53, help="whose course")] = 0,
    as_json: Json = False,
) -> None:
    """How a lasting illness goes under no, right or wrong treatment: its state day by day, and what happens."""
    from wardround.cli import simulating_courses

    simulating_courses.run(condition, days, treatment, seed, as_json)
