"""Calculate: read the inputs, name what is missing, work the formula. Nothing is guessed; what is assumed is listed."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from wardround.calculators.calculator import Calculator, NoResult, NotApplicable, Result, Used
from wardround.calculators.errors import (
    CalculatorError,
    InputError,
    MissingInputsError,
    UnknownCalculatorError,
)
from wardround.calculators.inputs import Input, Kind
from wardround.calculators.reading import Stated, read, shown
from wardround.calculators.registry import calculators
from wardround.calculators.values import Values


def calculator_of(id: str) -> Calculator:
    """The calculator of that id. Raises UnknownCalculatorError that names those that are close."""
    found = calculators().get(id)
    if found is None:
        close = difflib.get_close_matches(id, calculators(), n=3, cutoff=0.4)
        hint = f"did you mean {', '.join(close)}?" if close else "`wardround calculate list` shows them"
        raise UnknownCalculatorError(f"'{id:.60}' is no calculator: {hint}")
    return found


def calculate(id: str, inputs: Mapping[str, object], *, assuming: Collection[str] = ()) -> Result | NoResult:
    """The result of calculator `id` for these inputs, or why it does not apply to them.

    `assuming` names inputs that the caller wants counted as absent (or normal) if they are not given; they are listed in
    the result. Raises UnknownCalculatorError, InputError, MissingInputsError.
    """
    return work_out(calculator_of(id), inputs, assuming=assuming)


def work_out(
    calculator: Calculator, inputs: Mapping[str, object], *, assuming: Collection[str] = ()
) -> Result | NoResult:
    """The same for a calculator at hand."""
    _check_names(calculator, (*inputs, *assuming))
    given = {name: raw for name, raw in inputs.items() if raw is not None}
    assumed = _assumed(calculator, given, assuming)
    used, fault = _read_all(calculator, given)
    reason = _declined_early(calculator, used)
    if reason is not None:
        return NoResult(calculator.id, calculator.title, reason, calculator.source, used)
    if fault is not None:
        raise fault
    _check_complete(calculator, {*given, *assumed})
    values = {one.name: one.value for one in used} | {
        one.name: _counted(one) for one in calculator.inputs if one.name in assumed
    }
    answer = calculator.work(Values(values))
    if isinstance(answer, NotApplicable):
        return NoResult(calculator.id, calculator.title, answer.reason, calculator.source, used)
    return Result(
        calculator.id,
        calculator.title,
        answer.value,
        calculator.unit,
        calculator.formula,
        answer.worked,
        calculator.source,
        used,
        assumed,
        answer.warnings,
        answer.meaning,
    )


def missing_of(calculator: Calculator, given: Collection[str]) -> tuple[Input, ...]:
    """The inputs that the calculator needs beyond these."""
    return tuple(
        one
        for one in calculator.inputs
        if not (one.optional or one.name in given or any(other in given for other in one.instead))
    )


def _read_all(
    calculator: Calculator, given: Mapping[str, object]
) -> tuple[tuple[Used, ...], InputError | None]:
    """The inputs that can be read, and what is wrong with the first that cannot."""
    used: list[Used] = []
    fault: InputError | None = None
    for one in calculator.inputs:
        if one.name in given:
            try:
                used.append(_used(one, given[one.name]))
            except InputError as error:
                fault = fault or error
    return tuple(used), fault


def _declined_early(calculator: Calculator, used: Collection[Used]) -> str | None:
    """Why it does not apply, where what is given already tells: nobody is asked for more in vain.

    The formula is tried with what is there; it stops at the first input that is not.
    """
    try:
        answer = calculator.work(Values({one.name: one.value for one in used}))
    except (KeyError, CalculatorError):
        return None
    return answer.reason if isinstance(answer, NotApplicable) else None


def described(one: Input) -> str:
    """An input for a message: its name, what it is, how to write it."""
    how = {
        Kind.YES_NO: "yes or no",
        Kind.DATE: "year-month-day",
        Kind.CHOICE: ", ".join(one.choices),
    }.get(one.kind, " or ".join((one.unit, *one.other_units)))
    instead = f", or {' or '.join(one.instead)}" if one.instead else ""
    return f"{one.name} ({one.label}: {how}){instead}"


def _check_names(calculator: Calculator, names: Collection[str]) -> None:
    known = [one.name for one in calculator.inputs]
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]}?" if close else f"it has {', '.join(known)}"
            raise InputError(str(name)[:60], f"{calculator.id} has no such input: {hint}")


def _assumed(calculator: Calculator, given: Collection[str], assuming: Collection[str]) -> tuple[str, ...]:
    names = []
    for one in calculator.inputs:
        if one.name not in assuming or any(name in given for name in (one.name, *one.instead)):
            continue
        if one.unsaid is None:
            raise InputError(one.name, "cannot be assumed: measure it, or leave the calculation")
        names.append(one.name)
    return tuple(names)


def _counted(one: Input) -> float | bool | str:
    assert one.unsaid is not None
    return one.unsaid if isinstance(one.unsaid, (bool, str)) else float(one.unsaid)


def _check_complete(calculator: Calculator, there: Collection[str]) -> None:
    missing = missing_of(calculator, there)
    if missing:
        raise MissingInputsError(
            calculator.id, [one.name for one in missing], [described(one) for one in missing]
        )


def _used(one: Input, raw: object) -> Used:
    origin = raw.origin if isinstance(raw, Stated) else None
    plain = raw.value if isinstance(raw, Stated) else raw
    return Used(one.name, one.label, read(one, plain), one.unit, shown(plain), origin)
