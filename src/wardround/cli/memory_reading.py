"""`memory read`: a document's text into memory, each fact with the words that say it; what is not borne out is refused."""

from __future__ import annotations

import asyncio
from datetime import date
from hashlib import sha256
from pathlib import Path

from wardround.care import Clinic, Extraction, Refused, extract_document, extract_with_model, note_down
from wardround.cli.memory_patients import day, fact_json, patient_json, patient_of
from wardround.cli.output import one_line, out, print_json, words
from wardround.cli.stores import opened
from wardround.clinical import FactSource
from wardround.harness import ConfigurationError

LONGEST = 1_000_000
"""Bytes of a document; a letter has some thousand."""


def read(
    who: str,
    file: Path,
    on: date | None,
    model: str | None,
    store: Path | None,
    memory: str | None,
    as_json: bool,
) -> None:
    """Extract, show, remember. Reading the same document again writes nothing new."""
    text = _text_of(file)
    document = f"{file.name}#{sha256(text.encode()).hexdigest()[:12]}"
    with opened(store, make=False, memory=memory) as place:
        patient = patient_of(place, who)
        found = _extracted(place.ward.clinic, text, document, patient.id, day(on), model)
        written = note_down(place.ward, found.facts, patient_id=patient.id)
    if as_json:
        print_json(
            {
                "patient": patient_json(patient),
                "document": document,
                "written": written,
                "facts": [fact_json(f) for f in found.facts],
                "refused": [_refused(one) for one in found.refused],
            }
        )
        return
    for fact in found.facts:
        said = one_line(f"{fact.kind}: {fact.concept.text} ({fact.status}), from “{fact.source.quote}”")
        out.print(words(said))
    for one in found.refused:
        out.print(words(one_line(f"refused: {one.said}: {one.reason}"), "yellow"))
    out.print(words(one_line(f"{document}: {len(found.facts)} facts, {written} of them new.")))


def _extracted(
    clinic: Clinic, text: str, document: str, patient_id: str, on: date, model: str | None
) -> Extraction:
    """By the reader of the knowledge base, and by a model too where one is named."""
    found = extract_document(clinic, text, patient_id=patient_id, document=document, on=on)
    if model is None:
        return found
    from wardround.models import open_model

    source = FactSource("document", document)
    more = asyncio.run(
        extract_with_model(clinic, open_model(model), text, patient_id=patient_id, source=source, on=on)
    )
    facts = {f.id: f for f in (*found.facts, *more.facts)}
    return Extraction(tuple(facts.values()), (*found.refused, *more.refused))


def _text_of(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"file: {file} cannot be opened: {error.strerror}.", fix="Give a text file."
        ) from error
    if len(data) > LONGEST:
        raise ConfigurationError(
            f"file: {file.name} has {len(data)} bytes, more than {LONGEST}.",
            fix="Give one document at a time.",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"file: {file.name} is no UTF-8 text.", fix="Give the document's text."
        ) from error
    if not text.strip():
        raise ConfigurationError(f"file: {file.name} is empty.", fix="Give the document's text.")
    return text


def _refused(one: Refused) -> dict[str, object]:
    return {
        "said": one.said,
        "reason": one.reason,
        "span": None if one.start is None else [one.start, one.end],
    }
