"""Reports of `wardround eval` as tables for people, and how far it has come on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from rich.console import RenderableType
from rich.progress import Progress
from rich.table import Table

from wardround.cli.output import err, words

Told = Callable[[int, int], None]
_HEADS: Final = ("total", "inquiry", "tests", "diagnosis", "plan", "safety", "process", "visits")
_GROUPS: Final = ("over_visits", "scan")
_REST: Final = (
    "top1",
    "top3",
    "accuracy",
    "turns",
    "think_tokens",
    "critical_missed",
    "harmful",
    "finished",
    "language_recall",
)
_AGENTCLINIC: Final = (
    "coverage", "top1", "top3", "accuracy", "top1_covered", "top3_covered", "accuracy_covered", "turns", "finished",
)  # fmt: skip


@contextmanager
def progress() -> Iterator[Told | None]:
    """A bar on standard error where somebody looks at it."""
    if not err.is_terminal:
        yield None
        return
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task("playing", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def osce_table(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Means and intervals, tiers, violations, patients."""
    yield words(
        f"{report['policy']} on {report['n']} cases of {report['split']}, seed {report['seed']}", "bold"
    )
    table = Table("", "mean", "95 %")
    for name in _HEADS:
        _row(table, name, report, report["ci95"])
    for group in _GROUPS:
        for name in report.get(group, ()):
            _row(table, name, report[group], report["ci95"][group])
    for name in _REST:
        _row(table, name, report, report["ci95"])
    yield table
    if report["by_tier"]:
        yield _tiers(report["by_tier"])
    yield from _said(report)


def agentclinic_table(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Coverage, ranks, turns."""
    yield words(f"{report['policy']} on {report['n']} AgentClinic cases", "bold")
    table = Table("", "mean", "95 %")
    for name in _AGENTCLINIC:
        _row(table, name, report, report["ci95"])
    yield table
    yield words(
        f"The base infers the diagnosis of {report['covered']} cases, and only names that of {report['only_named']}."
    )
    yield from _ending(report)


def _row(table: Table, name: str, figures: Mapping[str, Any], ranges: Mapping[str, Any]) -> None:
    if name not in figures:
        return
    low_high = ranges.get(name)
    shown = f"{low_high[0]:.3f} to {low_high[1]:.3f}" if low_high else ""
    table.add_row(name.replace("_", " "), _shown(figures[name]), shown)


def _shown(value: float | None) -> str:
    return "unscored" if value is None else f"{value:.3f}"


def _tiers(tiers: Mapping[str, Any]) -> Table:
    table = Table("tier", "n", *_HEADS[:-1], "top1")
    for tier, row in tiers.items():
        table.add_row(tier, str(row["n"]), *(_shown(row[name]) for name in (*_HEADS[:-1], "top1")))
    return table


def _said(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    if "phrasing" in report:
        gap = report["phrasing"]["gap"]
        yield words(
            f"Gap of held-out phrasings: total {_shown(gap['total'])}, recall {_shown(gap['language_recall'])}."
        )
    patients = report["patients"]
    yield words(f"Patients: privacy {_shown(patients['privacy'])}, fact {_shown(patients['fact'])}.")
    if report["violations"]:
        kinds = ", ".join(f"{kind} {count}" for kind, count in report["violations"].items())
        yield words(f"Violations: {kinds}.")
    yield from _ending(report)


def _ending(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield words(
        f"{report['unsafe_executed']} unsafe actions were executed. {report['unscored']} cases are unscored. "
        f"{report['seconds']:g} seconds."
    )
    for one in report["broken"]:
        yield words(f"unscored: {one['case']}: {one['error']}", "yellow")
