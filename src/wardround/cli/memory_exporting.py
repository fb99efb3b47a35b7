"""`memory export`: the record as a validated FHIR bundle, or as Markdown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import orjson
import typer

from wardround.cli.memory_patients import day, patient_of
from wardround.cli.output import out, print_json, words
from wardround.cli.stores import Place, opened
from wardround.clinical import Patient, Record, RecordError, read_bundle, validate
from wardround.harness import StoreError
from wardround.memory import patient_bundle, record_markdown


def export(
    who: str,
    form: str,
    to: Path | None,
    on: date | None,
    store: Path | None,
    memory: str | None,
    as_json: bool,
) -> None:
    """Write the record as it stands on a day."""
    with opened(store, make=False, memory=memory) as place:
        patient = patient_of(place, who)
        made = _fhir(place, patient, day(on)) if form == "fhir" else _markdown(place, patient, day(on))
    if to is None:
        if as_json and form != "fhir":
            print_json({"format": form, "markdown": made})
        else:
            typer.echo(made, nl=not made.endswith("\n"))
        return
    try:
        to.write_text(made if made.endswith("\n") else f"{made}\n", "utf-8")
    except OSError as error:
        raise StoreError(
            f"--out: {to} cannot be written: {error.strerror}.", fix="Give a writable path."
        ) from error
    if as_json:
        print_json({"out": str(to.resolve()), "format": form})
    else:
        out.print(words(f"written to {to.resolve()}"))


def _fhir(place: Place, patient: Patient, on: date) -> str:
    memory = place.ward.memory
    bundle = patient_bundle(
        patient,
        memory.statements(patient_id=patient.id, on=on),
        conflicts=memory.conflicts(patient_id=patient.id, on=on),
        records=_records(place, patient.id),
    )
    faults = validate(bundle)
    if faults:
        raise RecordError("", f"the export is not valid FHIR: {faults[0]}", "Please report this.", patient.id)
    return orjson.dumps(bundle, option=orjson.OPT_INDENT_2).decode()


def _records(place: Place, patient_id: str) -> list[Record]:
    """The imported bundles, oldest first."""
    entries = [e for e in place.archive.entries(patient_id=patient_id) if e.kind == "bundle"]
    return [read_bundle(place.archive.bundle(e), received=e.at) for e in entries]


def _markdown(place: Place, patient: Patient, on: date) -> str:
    memory = place.ward.memory
    return record_markdown(
        patient,
        memory.statements(patient_id=patient.id, on=on),
        on=on,
        conflicts=memory.conflicts(patient_id=patient.id, on=on),
    )
