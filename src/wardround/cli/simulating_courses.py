"""`wardround simulate course`: one patient's illness under no, right or wrong treatment, day by day."""

# ruff: noqa: N803, N806 (dimension suffixes)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from rich.table import Table

from wardround.cli.output import out, print_json, words
from wardround.cli.simulating_cases import asked_for, condition_of
from wardround.harness import ConfigurationError, seed_of
from wardround.knowledge import CourseExample, KnowledgeBase, load
from wardround.simulation import CaseError, generate
from wardround.simulation.courses import CourseModel, Taking, model_of

TREATMENTS: Final = ("none", "right", "wrong")
ADHERENCE: Final = 0.9
OTHERWISE: Final = 50.0
"""Years, where no case of the condition can be generated here."""
_BARS: Final = "▁▂▃▄▅▆▇█"
_WIDTH: Final = 20


def run(said: str, days: int, treatment: str, seed: int, as_json: bool) -> None:
    """Print the course."""
    if treatment not in TREATMENTS:
        raise ConfigurationError(f"--treatment: {treatment!r} is unknown.", fix="Use none, right or wrong.")
    base = load()
    condition = str(condition_of(base, said))
    with asked_for():
        model = model_of(base, condition)
        report, values_DV = traced(model, _example(model, treatment), days, treatment, seed)
    if as_json:
        print_json(report)
        return
    _show(base, model, report, values_DV)


def traced(
    model: CourseModel, example: CourseExample | None, days: int, treatment: str, seed: int
) -> tuple[dict[str, Any], Any]:
    """The report, and the values of every day. The same patient under every treatment."""
    base, course = model.base, model.course
    age = _age(base, course.condition, seed)
    rng = np.random.default_rng(seed_of(seed, course.condition, "course"))
    begun = model.begin(rng, age)
    taken = tuple(Taking.of(r) for r in example.regimens) if example is not None else ()
    after, happened, values_DV = model.trace(begun, days, taken, ADHERENCE if taken else 1.0, rng=rng)
    return {
        "condition": course.condition,
        "name": base.named(course.condition),
        "treatment": treatment,
        "why": example.why if example is not None else "Nobody treats it.",
        "drugs": [asdict(t) for t in taken],
        "adherence": ADHERENCE if taken else None,
        "days": days,
        "seed": seed,
        "age": round(age, 1),
        "variables": [
            {"id": v.id, "name": v.name, "unit": v.unit, "target": v.target} for v in course.variables
        ],
        "start": dict(model.values(begun)),
        "values": {name: values_DV[:, k].round(4).tolist() for k, name in enumerate(model.names)},
        "happenings": [asdict(h) for h in happened],
        "off_target": dict(model.off_target(after)),
        "over": after.over,
    }, values_DV


def _example(model: CourseModel, treatment: str) -> CourseExample | None:
    """The first treatment of this kind that the base shows the course with."""
    if treatment == "none":
        return None
    found = next((e for e in model.course.examples if e.kind == treatment), None)
    if found is None:
        raise ConfigurationError(
            f"--treatment: {model.course.condition} has no example of a {treatment} one.", fix="Use another."
        )
    return found


def _age(base: KnowledgeBase, condition: str, seed: int) -> float:
    """As old as a patient who has it."""
    try:
        return generate(base, "train", seed, condition=condition).age or OTHERWISE
    except CaseError:
        return OTHERWISE


def _show(base: KnowledgeBase, model: CourseModel, report: dict[str, Any], values_DV: Any) -> None:
    out.print(words(f"{report['name']}, {report['treatment']} treatment, {report['days']} days", "bold"))
    out.print(words(report["why"], "dim"))
    table = Table("variable", "unit", "at first", "last day", "wanted", "day by day")
    for k, variable in enumerate(report["variables"]):
        row = values_DV[:, k]
        table.add_row(
            words(variable["name"]),
            words(variable["unit"] or ""),
            f"{report['start'][variable['id']]:.3g}",
            f"{row[-1]:.3g}",
            _range(variable["target"]),
            _drawn(row),
        )
    out.print(table)
    for one in report["happenings"]:
        drug = f" from {base.named(one['drug'])}" if one["drug"] else ""
        out.print(words(f"day {one['day']}: {_named(model, one['what'])}{drug}"))


def _named(model: CourseModel, what: str) -> str:
    return next((e.name for e in model.course.events if e.id == what), what)


def _range(target: Sequence[float | None] | None) -> str:
    if target is None:
        return ""
    low, high = target
    if low is None or high is None:
        return f"at most {high:g}" if high is not None else f"at least {low:g}" if low is not None else ""
    return f"{low:g} to {high:g}"


def _drawn(row: Any) -> str:
    """A line of bars, from the lowest value to the highest."""
    picked = row[np.linspace(0, len(row) - 1, min(_WIDTH, len(row))).round().astype(int)]
    low, high = float(picked.min()), float(picked.max())
    span = high - low or 1.0
    return "".join(_BARS[min(int((float(x) - low) / span * len(_BARS)), len(_BARS) - 1)] for x in picked)
