"""What every store refuses alike, before anything is written: each refusal names the field and the fix."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import orjson

from wardround.clinical import Fact, Patient
from wardround.memory.codec import fact_to_json, patient_to_json
from wardround.memory.errors import RememberingError
from wardround.memory.stores.protocol import AuditEntry

LONGEST_NAME = 500
"""Bytes of an id: so much, three times over, fits into one entry of an index on every server."""


def named(value: str, field: str = "patient_id") -> str:
    """A name that every store can keep and find again."""
    if not isinstance(value, str) or not value:
        raise RememberingError(f"{field} is {value!r:.40}: give the id as text that is not empty.")
    fault = _unkeepable(value)
    if fault is None and len(value.encode()) > LONGEST_NAME:
        fault = f"is longer than {LONGEST_NAME} bytes"
    if fault:
        raise RememberingError(f"{field} {value!r:.60} {fault}: give another id.")
    return value


def _unkeepable(text: str) -> str | None:
    if "\0" in text:
        return "holds a NUL character"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "holds half of a surrogate pair"
    return None


def findable(names: Collection[str]) -> set[str]:
    """Those of the names that could have been written at all."""
    if isinstance(names, str):
        raise RememberingError(f"ids is the text {names!r:.40}: give a list of ids.")
    return {n for n in names if isinstance(n, str) and _unkeepable(n) is None}


def encoded(fact: Fact, patient_id: str) -> bytes:
    """The fact as a store keeps it. Refuses what is about somebody else, or cannot be kept without loss."""
    if not isinstance(fact, Fact):
        raise RememberingError(f"{fact!r:.60} is no Fact: write facts.")
    named(fact.id, "fact id")
    if fact.patient_id != patient_id:
        raise RememberingError(
            f"fact {fact.id} is about {fact.patient_id}, not {patient_id}: write it under its own."
        )
    try:
        if fact.recorded.utcoffset() is None:
            raise RememberingError(f"fact {fact.id}: recorded has no time zone. Give one, such as UTC.")
        return orjson.dumps(fact_to_json(fact))
    except (TypeError, ValueError, AttributeError) as error:
        raise RememberingError(f"fact {fact.id} cannot be written as JSON: {error}. Correct it.") from error


def encode_all(facts: Sequence[Fact], patient_id: str) -> list[tuple[Fact, bytes]]:
    """Every fact with its bytes, the first of each id; or a refusal."""
    named(patient_id)
    batch: dict[str, tuple[Fact, bytes]] = {}
    for fact in facts:
        kept = (fact, encoded(fact, patient_id))
        batch.setdefault(fact.id, kept)
    return list(batch.values())


def encoded_patient(patient: Patient) -> bytes:
    """The patient as a store keeps it."""
    named(patient.id)
    try:
        return orjson.dumps(patient_to_json(patient))
    except (TypeError, ValueError, AttributeError) as error:
        raise RememberingError(
            f"patient {patient.id} cannot be written as JSON: {error}. Correct it."
        ) from error


def checked_entry(entry: AuditEntry) -> AuditEntry:
    """A line that the trail can hold."""
    aware(entry.at)
    if entry.patient_id is not None:
        named(entry.patient_id)
    for field in ("by", "role", "what", "about", "reason"):
        text = getattr(entry, field)
        fault = "is no text" if not isinstance(text, str) else _unkeepable(text)
        if fault:
            raise RememberingError(f"audit entry: {field} {fault}. Give plain text.")
    return entry


def aware(at: datetime) -> datetime:
    """A moment with a time zone."""
    if at.utcoffset() is None:
        raise RememberingError(f"at {at.isoformat()} has no time zone: give one, such as UTC.")
    return at


def checked_vectors(vectors: Mapping[str, bytes]) -> dict[str, bytes]:
    """Vectors as bytes by an id that could have been written."""
    names = findable(vectors.keys())
    wrong = next((n for n in names if not isinstance(vectors[n], bytes)), None)
    if wrong is not None:
        raise RememberingError(f"the vector of {wrong} is no bytes: give its float16 values as bytes.")
    return {n: v for n, v in vectors.items() if n in names}
