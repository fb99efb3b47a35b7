"""`wardround memory`: look into what is remembered, ask it, settle contradictions, export, erase by law, rebuild."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    no_args_is_help=True, help="What is remembered: show, recall, settle, export, erase, rebuild."
)

DAYS = ["%Y-%m-%d"]
Patient = Annotated[str, typer.Argument(help="the patient's id, or an unambiguous name")]
Exactly = Annotated[str, typer.Argument(metavar="PATIENT", help="the patient's id, or full name")]
Store = Annotated[Path | None, typer.Option(help="the store's SQLite file, or its folder")]
Where = Annotated[
    str | None, typer.Option("--memory", help="memory elsewhere: postgresql://..., or a SQLite file")
]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]
On = Annotated[datetime | None, typer.Option("--on", formats=DAYS, help="the day; today otherwise")]
By = Annotated[str, typer.Option("--by", help="who decides, by name")]
Kind = Annotated[
    str | None, typer.Option("--kind", help="only these: problem, allergy, drug, result, finding, ...")
]
Role = Annotated[str, typer.Option("--role", help="who reads: sensitive matters are for some roles alone")]
Purpose = Annotated[
    str, typer.Option("--purpose", help="why sensitive matters are needed; it is audited, and needs --by")
]
Reads = Annotated[str, typer.Option("--by", help="who reads, for the audit trail")]


@app.command()
def show(
    patient: Patient,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=DAYS, help="what was so on this day, as known today")
    ] = None,
    kind: Kind = None,
    role: Role = "physician",
    purpose: Purpose = "",
    by: Reads = "",
    store: Store = None,
    memory: Where = None,
    as_json: Json = False,
) -> None:
    """The record: every statement that stands, with status, dates, sources, and how often it was corrected."""
    from wardround.cli import memory_readers, memory_showing

    reader = memory_readers.reader_of(role, purpose, by)
    memory_showing.show(patient, on.date() if on else None, kind, reader, store, memory, as_json)


@app.command("as-of")
def as_of(
    patient: Patient,
    day: Annotated[datetime, typer.Argument(formats=DAYS, metavar="DATE")],
    kind: Kind = None,
    role: Role = "physician",
    purpose: Purpose = "",
    by: Reads = "",
    store: Store = None,
    memory: Where = None,
    as_json: Json = False,
) -> None:
    """What was known on a day: what came later, corrections too, is left out."""
    from wardround.cli import memory_readers, memory_showing

    reader = memory_readers.reader_of(role, purpose, by)
    memory_showing.as_of(patient, day.date(), kind, reader, store, memory, as_json)


@app.command()
def conflicts(
    patient: Patient, on: On = None, store: Store = None, memory: Where = None, as_json: Json = False
) -> None:
    """Contradictions that nobody has settled, what can harm first."""
    from wardround.cli import memory_showing

    memory_showing.conflicts(patient, on.date() if on else None, store, memory, as_json)


@app.command()
def recall(
    patient: Patient,
    question: Annotated[str, typer.Argument(help="in words: a question to the record, or a topic")],
    on: On = None,
    k: Annotated[int, typer.Option("--k", min=1, max=200, help="so many facts at most")] = 10,
    role: Role = "attending",
    purpose: Purpose = "",
    by: Reads = "",
    meaning: Annotated[
        bool, typer.Option("--meaning", help="find by meaning too (extra `embed`); some seconds to load")
    ] = False,
    store: Store = None,
    memory: Where = None,
    as_json: Json = False,
) -> None:
    """Ask the record: the answer where the question has an exact one, and the facts that bear on it."""
    from wardround.cli import memory_asking

    memory_asking.recall(
        patient, question, on.date() if on else None, k, role, purpose, by, meaning, store, memory, as_json
    )


@app.command()
def settle(
    patient: Exactly,
    conflict: Annotated[str, typer.Argument(help="the conflict's id, as `memory conflicts` lists it")],
    decision: Annotated[str, typer.Argument(help="first, second, both, or raised")],
    by: By,
    why: Annotated[str, typer.Option("--why", help="the reason, in words")],
    store: Store = None,
    memory: Where = None,
    as_json: Json = False,
) -> None:
    """Decide a contradiction: the first account holds, the second, both; or it is raised with a physician."""
    from wardround.cli import memory_desk

    memory_desk.settle(patient, conflict, decision, by, why, store, memory, as_json)


@app.command()
def retract(
    patient: Exactly,
    fact: Annotated[str, typer.Argument(help="the fact's id, as `memory show` lists it")],
    by: By,
    why: Annotated[str, typer.Option("--why", help="the reason, in words")],
    store: Store = None,
    memory: Where = None,
    as_json: Json = False,
) -> None:
    """Say of a fact that it was entered in error. It is kept, and counts no more."""
    from wardround.cli import memory_desk

    memory_desk.retract(patient, fact, by, why, store, memory, as_json)


@app.command()
def export(
    patient: Patient,
    form: Annotated[Literal["fhir", "markdown"], typer.Option("--format", help="fhir or markdown")] = "fhir",
    to: Annotated[
        Path | None, typer.Option("--out", help="where to write; standard output otherwise")
    ] = None,
    on: On = None,
    role: Role = "physician",
    purpose: Purpose = "",
    by: Reads = "",
    store: Store = None,
    memory: Where = None,
    as_json: Json = False,
) -> None:
    """The record as a validated FHIR R4 bundle, or as Markdown to read."""
    from wardround.cli import memory_exporting, memory_readers

    reader = memory_readers.reader_of(role, purpose, by)
    memory_exporting.export(patient, form, to, on.date() if on else None, reader, store, memory, as_json)


@app.command()
def erase(
    patient: Exactly,
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="the law or the request")],
    fact: Annotated[
        list[str] | None, typer.Option("--fact", help="only this fact, as often as needed")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask again")] = False,
    store: Store = None,
    memory: Where = None,
    as_json: Json = False,
) -> None:
    """Erase by law, truly: facts, indexes, logs' payloads, orders, imported records, exported logs. No way back."""
    from wardround.cli import memory_desk

    memory_desk.erase(patient, by, reason, fact or [], yes, store, memory, as_json)


@app.command()
def rebuild(
    patients: Annotated[
        list[str] | None, typer.Argument(help="fill in these alone; all anew otherwise")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="archive first what stands in memory alone")] = False,
    store: Store = None,
    memory: Where = None,
    as_json: Json = False,
) -> None:
    """Make memory again from the imported records and the visits' logs."""
    from wardround.cli import memory_desk

    memory_desk.rebuild(patients or [], keep, store, memory, as_json)


@app.command()
def read(
    patient: Patient,
    file: Annotated[Path, typer.Argument(help="a document's text, UTF-8")],
    on: Annotated[
        datetime | None, typer.Option("--on", formats=DAYS, help="the day on which it came; today otherwise")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="openai:MODEL or hf:PATH reads too; what it says is checked")
    ] = None,
    store: Store = None,
    memory: Where = None,
    as_json: Json = False,
) -> None:
    """Read a document's text: each fact with the words that say it; what the words do not bear out is refused."""
    from wardround.cli import memory_reading

    memory_reading.read(patient, file, on.date() if on else None, model, store, memory, as_json)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="where to write the copy")],
    store: Store = None,
    memory: Where = None,
    as_json: Json = False,
) -> None:
    """One consistent copy of memory, while others go on writing."""
    from wardround.cli import memory_desk

    memory_desk.backup(file, store, memory, as_json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="a copy that `memory backup` wrote")],
    store: Store = None,
    memory: Where = None,
    as_json: Json = False,
) -> None:
    """Take a copy into an empty memory, whole or not at all."""
    from wardround.cli import memory_desk

    memory_desk.restore(file, store, memory, as_json)


@app.command()
def audit(
    patient: Annotated[str | None, typer.Argument(help="one patient, by id; everybody otherwise")] = None,
    store: Store = None,
    memory: Where = None,
    as_json: Json = False,
) -> None:
    """Who erased what, who asked for what is withheld, and what was exported."""
    from wardround.cli import memory_desk

    memory_desk.audit(patient, store, memory, as_json)
