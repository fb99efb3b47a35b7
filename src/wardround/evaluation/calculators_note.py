"""Calculators from the note alone: inputs are read from the free text, scored against the corrected answer.

Three outcomes: answered (a value, or `N/A`: not applicable), right or wrong; and withheld, with the inputs in doubt. A
withheld row is neither right nor wrong: it counts in `abstention`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from wardround.calculators import CalculatorError, NoResult, read_note, work_out
from wardround.evaluation.intervals import intervals, means
from wardround.evaluation.medcalc import DECLINED, Row, within

FIGURES: Final = ("accuracy", "abstention")
Told = Callable[[int, int], None]


def examine_rows(
    rows: Sequence[Row], told: Told | None = None
) -> tuple[dict[str, Any], tuple[dict[str, Any], ...]]:
    """The report and its cases. `accuracy` is over the answered rows alone, `abstention` over all that can be scored."""
    cases = []
    for at, row in enumerate(rows):
        cases.append(answered_from_note(row))
        if told is not None:
            told(at + 1, len(rows))
    scored = [case for case in cases if case["abstention"] is not None]
    answered = [case for case in scored if case["accuracy"] is not None]
    report: dict[str, Any] = {
        "task": "calculators",
        "entities": "note",
        "n": len(scored),
        "unscored": len(cases) - len(scored),
        "answered": len(answered),
        **means(answered, ("accuracy",)),
        **means(scored, ("abstention",)),
        "right_of_all": sum(case["accuracy"] or 0.0 for case in scored) / len(scored) if scored else None,
        "ci95": intervals(answered, ("accuracy",), 0) | intervals(scored, ("abstention",), 0),
        "not_applicable": _declined(scored),
        "calculators": len({case["calculator"] for case in scored}),
        "by_calculator": _by_calculator(scored),
        "misses": [_short(case) for case in answered if not case["accuracy"]],
        "withheld": [_short(case) for case in scored if case["accuracy"] is None],
    }
    return report, tuple(cases)


def answered_from_note(row: Row) -> dict[str, Any]:
    """One row: what was read, what came out, and whether the corrected answer agrees."""
    case: dict[str, Any] = {
        "row": row.row,
        "calculator": row.calculator.id if row.calculator else None,
        "number": row.number,
        "ours": None,
        "corrected": _plain(row.answer),
        "worked": None,
        "reason": None,
        "doubts": [],
        "assumed": [],
        "slips": [],
        "read": {},
        "accuracy": None,
        "abstention": None,
    }
    if row.calculator is None or row.answer is None:
        case["reason"] = (
            "no calculator has this number" if row.calculator is None else "the label cannot be read"
        )
        return case
    fit = read_note(row.calculator, row.note, row.question)
    case.update(assumed=list(fit.assumed), slips=list(fit.slips), abstention=0.0)
    if fit.inapplicable is not None:
        return _answered(case, row, DECLINED, fit.inapplicable)
    if fit.doubts:
        case.update(doubts=[one.sentence() for one in fit.doubts], abstention=1.0)
        return case
    try:
        done = work_out(row.calculator, fit.values, assuming=fit.assumed)
    except CalculatorError as error:
        case.update(doubts=[str(error)], abstention=1.0)
        return case
    case["read"] = {one.name: one.origin for one in done.inputs}
    if isinstance(done, NoResult):
        return _answered(case, row, DECLINED, done.reason)
    case["worked"] = done.worked
    return _answered(case, row, done.value, None)


def _answered(case: dict[str, Any], row: Row, value: object, reason: str | None) -> dict[str, Any]:
    case.update(ours=_plain(value), reason=reason, accuracy=float(within(value, row.answer, row.number)))
    return case


def _declined(cases: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    said = [case for case in cases if case["ours"] == DECLINED]
    wanted = [case for case in cases if case["corrected"] == DECLINED]
    return {
        "labelled": len(wanted),
        "answered_so": len(said),
        "rightly": sum(bool(case["accuracy"]) for case in said),
    }


def _by_calculator(cases: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for id in sorted({case["calculator"] for case in cases}):
        own = [case for case in cases if case["calculator"] == id]
        answered = [case for case in own if case["accuracy"] is not None]
        found[id] = {
            "n": len(own),
            "answered": len(answered),
            **means(answered, ("accuracy",)),
            **means(own, ("abstention",)),
        }
    return found


def _short(case: Mapping[str, Any]) -> dict[str, Any]:
    names = (
        "row",
        "calculator",
        "ours",
        "corrected",
        "worked",
        "reason",
        "doubts",
        "assumed",
        "slips",
        "read",
    )
    return {name: case[name] for name in names if case[name] not in (None, [], {})}


def _plain(value: object) -> Any:
    return value.strftime("%m/%d/%Y") if isinstance(value, date) else value
