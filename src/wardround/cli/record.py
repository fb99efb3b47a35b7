"""`wardround record`: import, show and export patients' records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from wardround.clinical import Record

app = typer.Typer(no_args_is_help=True, help="Patients' records: import, show, export.")
Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]
Store = Annotated[Path | None, typer.Option(help="the store's SQLite file, or its folder")]
Where = Annotated[
    str | None, typer.Option("--memory", help="memory elsewhere: postgresql://..., or a SQLite file")
]
File = Annotated[Path, typer.Argument(help="a FHIR R4 bundle, plain or gzip")]


@app.command("import")
def import_record(
    file: File,
    store: Store = None,
    memory: Where = None,
    person_corrected: Annotated[
        bool, typer.Option("--person-corrected", help="birth date and sex of this record correct those known")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read a FHIR bundle into memory, and keep it as it was read. Reading it again writes nothing new."""
    from wardround.care import Incoming, take_in
    from wardround.cli.output import one_line, out, print_json
    from wardround.cli.stores import opened

    incoming = Incoming.read(file)
    record = incoming.record
    with opened(store, memory=memory) as place:
        written = take_in(place.ward, incoming, corrects_person=person_corrected)
    if as_json:
        print_json({**_summary(record), "written": written})
    else:
        who = one_line(f"{record.patient.name} ({record.patient.id})")
        out.print(f"{who}: {len(record.facts)} facts, {written} of them new.", markup=False)


@app.command()
def show(file: File, as_json: Json = False) -> None:
    """What a FHIR bundle holds, and what is made of it."""
    from rich.table import Table

    from wardround.cli.output import one_line, out, print_json, words
    from wardround.clinical import read_bundle
    from wardround.memory import fact_to_json

    record = read_bundle(file)
    if as_json:
        print_json({**_summary(record), "facts": [fact_to_json(f) for f in record.facts]})
        return
    patient = record.patient
    died = " (deceased)" if patient.deceased else ""
    out.print(one_line(f"{patient.name}{died}, {patient.sex}, id {patient.id}"), markup=False)
    table = Table("resource", "count")
    for kind, count in sorted(record.counts.items()):
        kept = " (kept as it is)" if kind in record.unknown else ""
        table.add_row(words(kind + kept), str(count))
    out.print(table)
    for fact in record.facts:
        if fact.kind in ("allergy", "problem", "drug") and fact.status == "active":
            out.print(one_line(f"{fact.kind}: {fact.concept.text}"), markup=False)


@app.command()
def export(
    what: Annotated[
        str, typer.Argument(help="a FHIR bundle to read and write back, or an encounter of the store")
    ],
    store: Store = None,
    to: Annotated[
        Path | None, typer.Option("--out", help="where to write; standard output otherwise")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as always: the bundle is one JSON object")] = False,
) -> None:
    """A validated FHIR R4 bundle: of a file as it was read, or of a visit."""
    import orjson

    from wardround.harness import StoreError

    data = orjson.dumps(_bundle(what, store), option=orjson.OPT_INDENT_2)
    if to is None:
        typer.echo(data.decode())
        return
    try:
        to.write_bytes(data + b"\n")
    except OSError as error:
        raise StoreError(
            f"--out: {to} cannot be written: {error.strerror}.", fix="Give a writable path."
        ) from error
    if as_json:
        typer.echo(orjson.dumps({"out": str(to.resolve())}).decode())


def _bundle(what: str, store: Path | None) -> dict[str, Any]:
    import asyncio

    from wardround.care import visit_bundle
    from wardround.cli.stores import opened
    from wardround.clinical import RecordError, export_bundle, read_bundle, validate
    from wardround.harness import ConfigurationError, Opened

    if Path(what).is_file():
        bundle = export_bundle(read_bundle(Path(what)))
    else:
        with opened(store, make=False) as place:
            events = asyncio.run(place.ward.events(what))
            header = events[0].body if events else None
            if events and header is None:
                raise ConfigurationError(
                    f"{what!r} was erased by law: there is nothing to export.",
                    fix="`wardround memory audit` says when.",
                )
            if not isinstance(header, Opened):
                raise ConfigurationError(
                    f"{what!r} is neither a file nor an encounter of {place.path}.",
                    fix="Check the path, id or --store.",
                )
            patient = place.ward.memory.patient(patient_id=header.subject)
            bundle = visit_bundle(place.ward.clinic, events, patient)
    faults = validate(bundle)
    if faults:
        raise RecordError("", f"the export is not valid FHIR: {faults[0]}", "Please report this.", what)
    return dict(bundle)


def _summary(record: Record) -> dict[str, Any]:
    patient = record.patient
    return {
        "patient": {
            "id": patient.id,
            "name": patient.name,
            "sex": patient.sex,
            "deceased": bool(patient.deceased),
        },
        "resources": dict(record.counts),
        "unknown": dict(record.unknown),
        "facts_read": len(record.facts),
    }
