"""`memory export`: the record as a validated FHIR bundle, or as Markdown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import orjson
import typer

from wardround.cli.memory_patients import day, patient_of
from wardround.cli.memory_readers import Reader
from wardround.cli.output import err, one_line, out, print_json, words
from wardround.cli.stores import Place, opened
from wardround.clinical import Patient, Record, RecordError, read_bundle, validate
from wardround.harness import StoreError
from wardround.memory import Conflict, Disclosed, dictionary, patient_bundle, record_markdown


def export(
    who: str,
    form: str,
    to: Path | None,
    on: date | None,
    reader: Reader,
    store: Path | None,
    memory: str | None,
    as_json: bool,
) -> None:
    """Write the record as it stands on a day, as far as the reader may see it. Every export stands in the audit trail."""
    with opened(store, make=False, memory=memory) as place:
        patient = patient_of(place, who)
        seen = place.ward.memory.exported(
            patient_id=patient.id, on=day(on), role=reader.role, purpose=reader.purpose, by=reader.by
        )
        write = _fhir if form == "fhir" else _markdown
        made = write(place, patient, day(on), seen, reader)
    if not seen.whole:
        err.print(words(one_line(f"not in it: {seen.withheld.note()}"), "yellow"))
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


def _fhir(place: Place, patient: Patient, on: date, seen: Disclosed, reader: Reader) -> str:
    """Imported resources go out as they came to those alone who see all: nobody can say what else stands in them."""
    bundle = patient_bundle(
        patient,
        seen.shown,
        conflicts=_conflicts(place, patient, on, reader),
        records=_records(place, patient.id) if reader.sees_all else (),
    )
    faults = validate(bundle)
    if faults:
        raise RecordError("", f"the export is not valid FHIR: {faults[0]}", "Please report this.", patient.id)
    return orjson.dumps(bundle, option=orjson.OPT_INDENT_2).decode()


def _records(place: Place, patient_id: str) -> list[Record]:
    """The imported bundles, oldest first."""
    entries = [e for e in place.archive.entries(patient_id=patient_id) if e.kind == "bundle"]
    return [read_bundle(place.archive.bundle(e), received=e.at) for e in entries]


def _markdown(place: Place, patient: Patient, on: date, seen: Disclosed, reader: Reader) -> str:
    return record_markdown(patient, seen.shown, on=on, conflicts=_conflicts(place, patient, on, reader))


def _conflicts(place: Place, patient: Patient, on: date, reader: Reader) -> tuple[Conflict, ...]:
    found = place.ward.memory.conflicts(patient_id=patient.id, on=on)
    return reader.conflicts(found, dictionary(place.ward.clinic.base))
