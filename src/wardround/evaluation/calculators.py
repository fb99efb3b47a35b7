"""`wardround eval calculators`: every calculator on MedCalc-Bench's rows, from the entities given, or from the note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import orjson

from wardround.calculators import CalculatorError, NoResult, read_entities, work_out
from wardround.evaluation.intervals import intervals, means
from wardround.evaluation.keeping import write_whole
from wardround.evaluation.medcalc import DECLINED, Label, Row, read_rows, right_by
from wardround.evaluation.surroundings import surroundings
from wardround.harness import ConfigurationError

SOURCES: Final = ("given", "note")
LAST_WORDS: Final = 4_000
"""How much of the original's own explanation is kept beside a miss: its end, where the sum is."""
FIGURES: Final = ("accuracy", "with_corrected", "with_original")
Told = Callable[[int, int], None]
"""How many rows are done, of how many."""


@dataclass(frozen=True, slots=True)
class CalculatorsConfig:
    """`entities`: `given` (those of the table) or `note` (read from the note by ourselves)."""

    data: Path
    entities: str = "given"
    limit: int | None = None

    def __post_init__(self) -> None:
        """Every field is checked before anything is read."""
        if self.entities not in SOURCES:
            raise ConfigurationError(
                f"--entities: {self.entities!r} is unknown.", fix=f"Use {' or '.join(SOURCES)}."
            )
        if self.limit is not None and self.limit < 1:
            raise ConfigurationError("--limit: there is nothing to calculate.", fix="Give 1 or more.")


@dataclass(frozen=True, slots=True)
class Examined:
    """The report is plain JSON; `cases` are its rows, one by one."""

    report: dict[str, Any]
    cases: tuple[dict[str, Any], ...]


def examine_calculators(config: CalculatorsConfig, told: Told | None = None) -> Examined:
    """Read the table, calculate every row, compare."""
    began = perf_counter()
    rows = read_rows(config.data, config.limit)
    if config.entities == "note":
        from wardround.evaluation.calculators_note import examine_rows

        done = Examined(*examine_rows(rows, told))
    else:
        done = examine_given(rows, told)
    done.report.update(
        seconds=round(perf_counter() - began, 2), data=config.data.name, limit=config.limit, **surroundings()
    )
    return done


def examine_given(rows: Sequence[Row], told: Told | None = None) -> Examined:
    """Calculate from the entities that the table gives."""
    cases = []
    for at, row in enumerate(rows):
        cases.append(calculate_given(row))
        if told is not None:
            told(at + 1, len(rows))
    scored = [case for case in cases if case["accuracy"] is not None]
    report: dict[str, Any] = {
        "task": "calculators",
        "entities": "given",
        "n": len(scored),
        "unscored": len(cases) - len(scored),
        **means(scored, FIGURES),
        "ci95": intervals(scored, FIGURES, 0),
        "declined": sum(case["ours"] == DECLINED for case in scored),
        "repaired": sum(bool(case["repairs"]) for case in scored),
        "calculators": len({case["calculator"] for case in scored}),
        "by_calculator": _by_calculator(scored),
        "misses_by": dict(
            Counter(case["wrong"].partition(":")[0] for case in scored if not case["accuracy"])
        ),
        "misses": [_miss(case) for case in scored if not case["accuracy"]],
        "unscored_rows": [
            {"row": case["row"], "why": case["reason"]} for case in cases if case["accuracy"] is None
        ],
    }
    return Examined(report, tuple(cases))


def calculate_given(row: Row) -> dict[str, Any]:
    """One row: what came out, how it was worked, which labels it agrees with."""
    case: dict[str, Any] = {
        "row": row.row,
        "calculator": row.calculator.id if row.calculator else None,
        "number": row.number,
        "ours": None,
        "corrected": _plain(row.answer),
        "original": _plain(row.original),
        "worked": None,
        "reason": None,
        "repairs": [],
        "unread": [],
        "assumed": [],
        "right_by": [],
        "accuracy": None,
        "with_corrected": None,
        "with_original": None,
        "wrong": None,
        "original_arithmetic": row.explanation.strip()[-LAST_WORDS:],
    }
    if row.calculator is None or not row.readable:
        case["reason"] = (
            "no calculator has this number" if row.calculator is None else "neither label can be read"
        )
        return case
    value: object = DECLINED
    try:
        reading = read_entities(row.entities, row.calculator)
        case.update(repairs=list(reading.repairs), unread=list(reading.unread), assumed=list(reading.assumed))
        done = work_out(row.calculator, reading.values, assuming=reading.assumed)
        if isinstance(done, NoResult):
            case["reason"] = done.reason
        else:
            value = done.value
            case["worked"] = done.worked
    except CalculatorError as error:
        case["reason"] = str(error)
    agreed = right_by(value, row)
    case.update(ours=_plain(value), right_by=list(agreed), accuracy=float(bool(agreed)))
    case.update(with_corrected=float("corrected" in agreed), with_original=float("original" in agreed))
    case["wrong"] = None if agreed else _who(row, case)
    return case


def _who(row: Row, case: Mapping[str, Any]) -> str:
    """Whom the arithmetic speaks against, where we agree with neither label."""
    if case["reason"] is not None:
        return "entities: declined, for the reason given; a label has a number all the same"
    if case["repairs"] or case["unread"]:
        return "entities: repaired or not all read, so that a label may rest on more than the working does"
    if right_by_each_other(row):
        return "ours, or a slip that both labels share: they agree with each other"
    return "labels: they differ from each other, and neither follows from these entities by the formula; `arithmetic` has the sums"


def right_by_each_other(row: Row) -> bool:
    """Do the two labels agree with one another? If not, at most one of them can be right for these entities."""
    return "corrected" in right_by(row.original, row)


def _miss(case: Mapping[str, Any]) -> dict[str, Any]:
    names = (
        "row",
        "calculator",
        "ours",
        "corrected",
        "original",
        "worked",
        "reason",
        "repairs",
        "unread",
        "wrong",
    )
    return {name: case[name] for name in names} | {"arithmetic": arithmetic(case)}


def arithmetic(case: Mapping[str, Any]) -> dict[str, Any]:
    """Our sum, the original's own, and by how much each label differs from ours: enough to see who is wrong.

    The corrected label has no sum in the table: it was read from the note again, not from these entities.
    """
    return {
        "ours": case["worked"] or case["reason"],
        "original": case["original_arithmetic"] or None,
        "corrected_less_ours": _difference(case["corrected"], case["ours"]),
        "original_less_ours": _difference(case["original"], case["ours"]),
    }


def _difference(label: object, ours: object) -> float | None:
    """None where one of them is no number."""
    if isinstance(label, (int, float)) and isinstance(ours, (int, float)):
        return round(label - ours, 6)
    return None


def _by_calculator(cases: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for id in sorted({case["calculator"] for case in cases}):
        own = [case for case in cases if case["calculator"] == id]
        found[id] = {"n": len(own), **means(own, FIGURES)}
    return found


def _plain(value: object | Label) -> Any:
    return value.strftime("%m/%d/%Y") if isinstance(value, date) else value


def keep_calculators(folder: Path, done: Examined) -> None:
    """Write `result.json` and `cases.jsonl`. Raises StoreError where that cannot be done."""
    write_whole(
        folder / "cases.jsonl", b"".join(orjson.dumps(case, default=str) + b"\n" for case in done.cases)
    )
    write_whole(
        folder / "result.json", orjson.dumps(done.report, option=orjson.OPT_INDENT_2, default=str) + b"\n"
    )
