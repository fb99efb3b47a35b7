"""`wardround calculate`: a formula or score with its working and source; inputs typed in, or from a record, memory or a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from wardround.calculators import Calculator, NoResult, Result
    from wardround.clinical import Fact, Patient

Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]
LONGEST_NOTE = 1_000_000


@dataclass(frozen=True)
class Taken:
    """Inputs that nobody typed: their values, what counts as absent, and why what is not there is not."""

    values: Mapping[str, object] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    why: Mapping[str, str] = field(default_factory=dict)
    inapplicable: str | None = None
    """Why the calculator is not for this note at all."""


def calculate(
    what: Annotated[str, typer.Argument(metavar="ID", help="a calculator's id, or `list`")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="an input, as in 'weight=80 kg'; repeat it"),
    ] = None,
    absent: Annotated[
        list[str] | None,
        typer.Option("--absent", metavar="NAME", help="count this input as absent; repeat it"),
    ] = None,
    record: Annotated[Path | None, typer.Option(help="take inputs from this FHIR R4 bundle")] = None,
    patient: Annotated[
        str | None, typer.Option(help="take inputs from memory: the patient's id or name")
    ] = None,
    note: Annotated[Path | None, typer.Option(help="read inputs from this note, a text file")] = None,
    question: Annotated[
        str, typer.Option(help="what is asked of the note, as in 'at 5 minutes' or 'the latest'")
    ] = "",
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="the day; today otherwise")
    ] = None,
    days: Annotated[int, typer.Option(min=0, max=36500, help="how old a recorded value may be")] = 90,
    inputs: Annotated[
        bool, typer.Option("--inputs", help="say what the calculator asks for, and stop")
    ] = False,
    role: Annotated[str, typer.Option(help="who reads memory")] = "physician",
    store: Annotated[Path | None, typer.Option(help="the store's SQLite file, or its folder")] = None,
    memory: Annotated[
        str | None, typer.Option("--memory", help="memory elsewhere: postgresql://..., or a SQLite file")
    ] = None,
    as_json: Json = False,
) -> None:
    """Calculate. What is missing is named and never guessed; `wardround calculate list` shows the calculators."""
    from wardround.calculators import calculator_of
    from wardround.harness import ConfigurationError

    if what == "list":
        _list(as_json)
        return
    calculator = calculator_of(what)
    if inputs:
        _inputs(calculator, as_json)
        return
    if sum(one is not None for one in (record, patient, note)) > 1:
        raise ConfigurationError(
            "--record, --patient, --note: more than one is given.", fix="Give one of them."
        )
    day = on.date() if on is not None else date.today()
    said = _said(set_ or ())
    taken = Taken()
    if record is not None:
        taken = _of_record(calculator, record, day, days)
    elif patient is not None:
        taken = _of_memory(calculator, patient, day, days, role, store, memory)
    elif note is not None:
        taken = _of_note(calculator, note, question)
    _work(calculator, said, absent or (), taken, as_json)


def _said(pairs: Sequence[str]) -> dict[str, object]:
    from wardround.harness import ConfigurationError

    found: dict[str, object] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        key = name.strip().replace("-", "_")
        if not sign or not key or not value.strip():
            raise ConfigurationError(
                f"--set: '{pair:.60}' is no input.", fix="Write NAME=VALUE, as in 'weight=80 kg'."
            )
        if key in found:
            raise ConfigurationError(f"--set: {key:.60} is given twice.", fix="Give it once.")
        found[key] = value.strip()
    return found


def _of_record(calculator: Calculator, path: Path, on: date, days: int) -> Taken:
    from wardround.clinical import read_bundle

    read = read_bundle(path)
    return _gathered(calculator, read.facts, read.patient, on, days)


def _of_memory(
    calculator: Calculator, who: str, on: date, days: int, role: str, store: Path | None, memory: str | None
) -> Taken:
    from wardround.cli.memory_patients import patient_of
    from wardround.cli.memory_readers import reader_of
    from wardround.cli.stores import opened

    reader = reader_of(role, "", "")
    with opened(store, make=False, memory=memory) as place:
        patient = patient_of(place, who)
        seen = place.ward.memory.disclosed(patient_id=patient.id, on=on, role=reader.role)
    return _gathered(calculator, [one.fact for one in seen.shown], patient, on, days)


def _gathered(calculator: Calculator, facts: Sequence[Fact], patient: Patient, on: date, days: int) -> Taken:
    from wardround.calculators import from_facts

    found = from_facts(calculator, facts, patient_id=patient.id, patient=patient, on=on, days=days)
    why = {
        one.input.name: one.why + (f"; --days {one.days} takes it all the same" if one.days else "")
        for one in found.missing
    }
    return Taken(found.values, why=why)


def _of_note(calculator: Calculator, path: Path, question: str) -> Taken:
    """What the note says of it; what it says unclearly is left out, with the reason."""
    from wardround.calculators import read_note
    from wardround.harness import ConfigurationError

    try:
        if path.stat().st_size > LONGEST_NOTE:
            raise ConfigurationError(
                f"{path}: larger than {LONGEST_NOTE:,} bytes.", fix="Give the note itself."
            )
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}.", fix="Give a text in UTF-8.") from error
    fit = read_note(calculator, text, question)
    doubts = {one.name: one.sentence() for one in fit.doubts}
    if fit.inapplicable is not None and not doubts:
        return Taken(inapplicable=fit.inapplicable)
    general = [said for name, said in doubts.items() if name not in {one.name for one in calculator.inputs}]
    why = {one.name: general[0] for one in calculator.inputs} if general else {}
    values = {name: value for name, value in fit.values.items() if name not in doubts}
    return Taken(values, fit.assumed, {**why, **doubts})


def _work(
    calculator: Calculator,
    said: Mapping[str, object],
    absent: Sequence[str],
    taken: Taken,
    as_json: bool,
) -> None:
    """What was typed goes before what was recorded or read."""
    from wardround.calculators import MissingInputsError, NoResult, result_json, work_out
    from wardround.cli.output import print_json

    done: Result | NoResult
    if taken.inapplicable is not None and not said:
        done = NoResult(calculator.id, calculator.title, taken.inapplicable, calculator.source, ())
        print_json(result_json(done)) if as_json else _show(done)
        return
    values = {**taken.values, **said}
    names = [*taken.absent, *(name.strip().replace("-", "_") for name in absent)]
    try:
        done = work_out(calculator, values, assuming=names)
    except MissingInputsError as error:
        _missing(calculator, error, taken.why, as_json)
        raise typer.Exit(1) from None
    if as_json:
        print_json(result_json(done))
    else:
        _show(done)


def _missing(calculator: Calculator, error: Any, why: Mapping[str, str], as_json: bool) -> None:
    from wardround.calculators import input_json
    from wardround.cli.output import err, one_line, print_json, say_error, words

    if not as_json:
        say_error("MissingInputsError", f"{error}. Give them with --set NAME=VALUE.", False)
        for name in error.missing:
            if name in why:
                err.print(words(one_line(f"  {name}: {why[name]}"), "dim"))
        return
    known = {one.name: one for one in calculator.inputs}
    listed = [
        {**(input_json(known[name]) if name in known else {"name": name}), "why": why.get(name)}
        for name in error.missing
    ]
    print_json(
        {"error": str(error), "kind": "MissingInputsError", "calculator": calculator.id, "missing": listed}
    )


def _show(done: Result | NoResult) -> None:
    from wardround.calculators import NoResult
    from wardround.cli.output import one_line, out, width_of, words

    width = width_of(out)
    if isinstance(done, NoResult):
        out.print(words(f"{done.title}: does not apply", "bold"), width=width)
        out.print(words(one_line(done.reason)), width=width)
        return
    value = f"{done.value:.6g}" if isinstance(done.value, float) else str(done.value)
    unit = "" if done.unit in ("1", "date", "{score}") else f" {done.unit}"
    meaning = f" ({done.meaning})" if done.meaning else ""
    out.print(words(one_line(f"{done.title}: {value}{unit}{meaning}"), "bold"), width=width)
    out.print(words(one_line(done.worked)), width=width)
    for one in done.inputs:
        origin = f" [{one.origin}]" if one.origin else ""
        out.print(words(one_line(f"  {one.label}: {one.given}{origin}"), "dim"), width=width)
    for name in done.assumed:
        out.print(words(one_line(f"  counted as absent: {name}"), "yellow"), width=width)
    for warning in done.warnings:
        out.print(words(one_line(f"  beware: {warning}"), "yellow"), width=width)
    read = "" if done.source.status == "opened" else " (named from knowledge, not opened)"
    out.print(words(one_line(f"  {done.source}{read}"), "dim"), width=width)


def _inputs(calculator: Calculator, as_json: bool) -> None:
    from rich.table import Table

    from wardround.calculators import calculator_json
    from wardround.cli.output import out, print_json, words

    if as_json:
        print_json(calculator_json(calculator))
        return
    out.print(words(f"{calculator.title}: {calculator.formula}", "bold"))
    table = Table("input", "what", "how")
    for one in calculator.inputs:
        how = " or ".join(one.choices or ((one.unit, *one.other_units) if one.unit else (one.kind.value,)))
        table.add_row(one.name, words(one.label), words(how + (" (optional)" if one.optional else "")))
    out.print(table)


def _list(as_json: bool) -> None:
    from rich.table import Table

    from wardround.calculators import calculator_json, calculators
    from wardround.cli.output import out, print_json, words

    if as_json:
        known = [calculator_json(one) for one in calculators().values()]
        print_json({"n": len(known), "calculators": known})
        return
    table = Table("id", "what", "unit")
    for one in calculators().values():
        table.add_row(one.id, words(one.title), words(one.unit))
    out.print(table)
