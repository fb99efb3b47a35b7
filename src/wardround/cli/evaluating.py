"""`wardround eval`: examine a policy, on our own patients or on AgentClinic's. The figures are one JSON object with --json."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wardround.cli.evaluating_calculators import calculators
from wardround.cli.evaluating_citations import citations
from wardround.cli.evaluating_claims import claims
from wardround.cli.evaluating_contradictions import contradictions
from wardround.cli.evaluating_hallucination import hallucination
from wardround.cli.evaluating_memory import memory
from wardround.cli.evaluating_record import record
from wardround.cli.evaluating_retrieval import retrieval

app = typer.Typer(no_args_is_help=True, help="Examine a policy: figures with 95 % intervals.")
app.command()(calculators)
app.command()(claims)
app.command()(citations)
app.command()(contradictions)
app.command()(hallucination)
app.command()(memory)
app.command()(record)
app.command()(retrieval)
Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]
Policy = Annotated[str, typer.Option(help="planner, random, ask-all, mini, oracle, openai:MODEL, hf:PATH")]
Limit = Annotated[int | None, typer.Option(help="the first cases alone")]
Seed = Annotated[int, typer.Option(min=0, max=2**53, help="chooses the cases, decides all that is drawn")]
Out = Annotated[
    Path | None, typer.Option("--out", help="folder to keep the results and logs of every case in")
]


@app.command()
def osce(
    policy: Policy = "planner",
    cases: Annotated[int, typer.Option(help="how many patients")] = 20,
    visits: Annotated[
        int, typer.Option(help="of each; more than one are of people with a lasting illness")
    ] = 1,
    split: Annotated[str, typer.Option(help="train, heldout-seeds, heldout-conditions")] = "heldout-seeds",
    seed: Seed = 0,
    limit: Limit = None,
    phrasing: Annotated[
        str, typer.Option(help="how patients speak: training, or held-out, which measures the gap too")
    ] = "training",
    memory: Annotated[
        bool, typer.Option("--memory/--no-memory", help="whether later visits know the earlier ones")
    ] = True,
    mask: Annotated[
        bool, typer.Option("--mask/--no-mask", help="whether a model can write only what is permitted")
    ] = True,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Generated patients: history, tests, diagnosis, plan, safety, process; over visits where there are several."""
    import asyncio

    from wardround.cli.evaluating_tables import osce_table, progress
    from wardround.cli.output import out as screen
    from wardround.cli.output import print_json
    from wardround.cli.stores import clinic
    from wardround.evaluation import OsceConfig, examine, keep

    config = OsceConfig(policy, cases, visits, split, seed, limit, phrasing, memory, mask)
    with progress() as told:
        done = asyncio.run(examine(clinic(), config, told))
    if out is not None:
        keep(out, done.report, done.results)
    if as_json:
        print_json(done.report)
    else:
        for part in osce_table(done.report):
            screen.print(part)


@app.command()
def agentclinic(
    data: Annotated[Path, typer.Option(help="AgentClinic's JSON lines")],
    policy: Policy = "planner",
    seed: Seed = 0,
    limit: Limit = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """AgentClinic's published cases: coverage by the knowledge base, and how often the right diagnosis ranks first."""
    import asyncio

    from wardround.cli.evaluating_tables import agentclinic_table, progress
    from wardround.cli.output import out as screen
    from wardround.cli.output import print_json
    from wardround.cli.stores import clinic
    from wardround.evaluation import AgentClinicConfig, examine_agentclinic, keep

    config = AgentClinicConfig(data, policy, limit, seed)
    with progress() as told:
        done = asyncio.run(examine_agentclinic(clinic(), config, told))
    if out is not None:
        keep(out, done.report, done.results)
    if as_json:
        print_json(done.report)
    else:
        for part in agentclinic_table(done.report):
            screen.print(part)
