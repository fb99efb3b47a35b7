"""`wardround parity`: the same encounters as training rollout, as evaluation, over HTTP and replayed, compared one by one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from wardround.cli.parity_ways import Plan


def parity(
    encounters: Annotated[int, typer.Option(min=1, max=10_000, help="how many patients")] = 100,
    policy: Annotated[str, typer.Option(help="mini, or hf:PATH of a model with its tokenizer")] = "mini",
    seed: Annotated[int, typer.Option(min=0, max=2**53, help="chooses the patients, decides all draws")] = 0,
    temperature: Annotated[float, typer.Option(min=0.0, max=10.0, help="0 is greedy")] = 1.0,
    limit: Annotated[int | None, typer.Option(min=1, help="the first encounters alone")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="folder to keep every difference in")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Whether training, evaluation, service and replay are one program: differing events, prompts, tokens, masks."""
    import asyncio

    from wardround.cli.evaluating_tables import progress
    from wardround.cli.output import out as screen
    from wardround.cli.output import print_json
    from wardround.cli.parity_ways import Plan, measured
    from wardround.evaluation.keeping import keep_lines

    plan = Plan(policy, min(encounters, limit or encounters), seed, temperature)
    with progress() as told:
        report, found = asyncio.run(measured(plan, told))
    if out is not None:
        keep_lines(out, report, found)
    if as_json:
        print_json(report)
        return
    for line in _told(plan, report):
        screen.print(line, markup=False, highlight=False)


def _told(plan: Plan, report: dict[str, Any]) -> list[str]:
    """What a person reads."""
    lines = [f"{plan.policy}, {report['n']} encounters, seed {plan.seed}, temperature {plan.temperature:g}"]
    for way, counts in report["ways"].items():
        said = ", ".join(f"{what} {n}" for what, n in counts.items())
        lines.append(f"  rollout against {way}: {said} differ")
    for name in ("fp32", "unmasked", "bf16"):
        figures = report["learner"][name]
        lines.append(
            f"  learner against sampler, {name}: at most {figures['max_abs_logprob']:.2g}, mean "
            f"{figures['mean_abs_logprob']:.2g} over {figures['tokens']} tokens"
        )
    other = report["batch"]
    lines.append(
        f"  {other['together']} at once: {other['flipped_share']:.2g} of the tokens came out otherwise, "
        f"log-probabilities at most {other['max_abs_logprob']:.2g} apart"
    )
    for one in report["examples"]:
        lines += [
            f"  {one['way']}: {one['what']} differ in {one['encounter']}, event {one['event']}:",
            f"    {one['one']}",
            f"    {one['other']}",
        ]
    return lines
