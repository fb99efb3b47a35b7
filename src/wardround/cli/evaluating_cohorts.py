"""What the commands that read a cohort's visits have in common: play, measure, keep, tell."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from wardround.care import Clinic
from wardround.cli.evaluating_tables import progress
from wardround.cli.output import out as screen
from wardround.cli.output import print_json
from wardround.cli.stores import clinic
from wardround.evaluation.keeping import keep_lines
from wardround.evaluation.visits_played import Cohort

if TYPE_CHECKING:
    from rich.console import RenderableType


class Case(Protocol):
    """One case of a report."""

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        ...


class Examined(Protocol):
    """A report, and the cases that it rests on."""

    @property
    def report(self) -> dict[str, Any]:
        """The figures."""
        ...

    @property
    def cases(self) -> Sequence[Case]:
        """One by one."""
        ...


def tell(
    examine: Callable[[Clinic, Cohort, Callable[[int, int], None] | None], Awaitable[Examined]],
    cohort: Cohort,
    table: Callable[[Mapping[str, Any]], Iterable[RenderableType]],
    out: Path | None,
    as_json: bool,
) -> None:
    """Measure the cohort; keep its cases in the folder `out`; print one object, or the table."""

    async def examined() -> Examined:
        with progress() as told:
            return await examine(clinic(), cohort, told)

    done = asyncio.run(examined())
    if out is not None:
        keep_lines(out, done.report, [case.as_json() for case in done.cases])
    if as_json:
        print_json(done.report)
        return
    for part in table(done.report):
        screen.print(part)
