"""`wardround record`: import, show and export patients' records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.table import Table

from wardround.cli.output import errors_in_one_line, out, print_json
from wardround.cli.stores import Place
from wardround.clinical import Record, export_bundle, read_bundle
from wardround.harness import ConfigurationError

app = typer.Typer(no_args_is_help=True, help="Patients' records: import, show, export.")
Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]
Store = Annotated[Path | None, typer.Option(help="the store's SQLite file")]
File = Annotated[Path, typer.Argument(help="a FHIR R4 bundle, plain or gzip")]


@app.command("import")
def import_record(file: File, store: Store = None, as_json: Json = False) -> None:
    """Read a FHIR bundle into memory. Reading it again writes nothing new."""
    with errors_in_one_line(as_json):
        record = read_bundle(file)
        place = Place.open(store)
        place.ward.memory.know(record.patient)
        written = place.ward.memory.write(record.facts, patient_id=record.patient.id)
        summary = {**_summary(record), "written": written}
        if as_json:
            print_json(summary)
        else:
            out.print(f"{record.patient.name} ({record.patient.id}): {len(record.facts)} facts, {written} of them new.")


@app.command()
def show(file: File, as_json: Json = False) -> None:
    """What a FHIR bundle holds, and what is made of it."""
    with errors_in_one_line(as_json):
        record = read_bundle(file)
        if as_json:
            print_json({**_summary(record), "facts": [_fact(f) for f in record.facts]})
            return
        died = " (deceased)" if record.patient.deceased else ""
        out.print(f"{record.patient.name}{died}, {record.patient.sex}, id {record.patient.id}")
        table = Table("resource", "count")
        for kind, count in sorted(record.counts.items()):
            kept = " (kept as it is)" if kind in record.unknown else ""
            table.add_row(kind + kept, str(count))
        out.print(table)
        for fact in record.facts:
            if fact.kind in ("allergy", "problem", "drug") and fact.status == "active":
                out.print(f"{fact.kind}: {fact.concept.text}", markup=False)


@app.command()
def export(
    what: Annotated[str, typer.Argument(help="a FHIR bundle to read and write back, or an encounter of the store")],
    store: Store = None,
    to: Annotated[Path | None, typer.Option("--out", help="where to write; standard output otherwise")] = None,
) -> None:
    """A validated FHIR R4 bundle: of a file as it was read, or of a visit."""
    import asyncio

    from wardround.care import visit_bundle

    with errors_in_one_line(False):
        if Path(what).is_file():
            bundle = export_bundle(read_bundle(Path(what)))
        else:
            place = Place.open(store)
            events = asyncio.run(place.ward.events(what))
            if not events:
                raise ConfigurationError(
                    f"{what!r} is neither a file nor an encounter of {place.path}.", fix="Check the path, id or --store."
                )
            subject = str(getattr(events[0].body, "subject", ""))
            bundle = visit_bundle(place.ward.clinic, events, place.ward.memory.patient(patient_id=subject))
        data = orjson.dumps(bundle, option=orjson.OPT_INDENT_2)
        if to is None:
            typer.echo(data.decode())
        else:
            to.write_bytes(data + b"\n")


def _summary(record: Record) -> dict[str, Any]:
    patient = record.patient
    return {
        "patient": {"id": patient.id, "name": patient.name, "sex": patient.sex, "deceased": bool(patient.deceased)},
        "resources": dict(record.counts),
        "unknown": dict(record.unknown),
        "facts_read": len(record.facts),
    }


def _fact(fact: Any) -> dict[str, Any]:
    from wardround.memory import fact_to_json

    return fact_to_json(fact)
