"""Reads a FHIR R4 bundle as one patient's record: whole and in order, or not at all (RecordError with a path)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from wardround.clinical.fact import Fact
from wardround.clinical.fhir import care, drugs, observations, problems
from wardround.clinical.fhir.entries import Entry, Index, entries_of
from wardround.clinical.fhir.errors import RecordError
from wardround.clinical.fhir.record import Record
from wardround.clinical.fhir.source import load
from wardround.clinical.fhir.statements import Scope, Withheld
from wardround.clinical.fhir.whose import belongs, patient_of, the_patient

_MAKERS: Mapping[str, Callable[[Entry, Scope], list[Fact]]] = MappingProxyType(
    {
        "AllergyIntolerance": problems.allergy,
        "CarePlan": care.care_plan,
        "Condition": problems.condition,
        "DiagnosticReport": care.report,
        "Encounter": care.encounter,
        "Goal": care.goal,
        "Immunization": care.immunization,
        "MedicationRequest": drugs.request,
        "MedicationStatement": drugs.statement,
        "Observation": observations.observation,
        "Procedure": care.procedure,
    }
)


def read_bundle(source: bytes | dict[str, Any] | Path, *, received: datetime | None = None) -> Record:
    """The record in a FHIR R4 Bundle: JSON, gzipped or not, as bytes, a file or a dict.

    `received` (now, if not given) is when a resource counts as recorded that states no date at all.
    Raises NoPatientError where nobody is in it, RecordError for whatever cannot be read or may be somebody else's.
    """
    try:
        return _record(load(source), received or datetime.now(UTC))
    except RecordError as error:
        if isinstance(source, Path):
            raise type(error)(error.path, error.problem, error.fix, source.name) from None
        raise


def _record(bundle: dict[str, Any], received: datetime) -> Record:
    entries = entries_of(bundle)
    whose = the_patient(entries)
    index = Index(entries)
    scope = Scope(patient_of(whose), index, received)
    facts: list[Fact] = []
    unknown: Counter[str] = Counter()
    withheld: Counter[str] = Counter()
    for entry in index.unique:
        about = belongs(entry, whose, index)
        maker = _MAKERS.get(entry.type)
        if maker is None:
            if entry is not whose:
                unknown[entry.type] += 1
            continue
        try:
            facts.extend(_facts(entry, scope, about, maker))
        except Withheld as reason:
            withheld[f"{entry.type}: {reason}"] += 1
    return Record(
        patient=scope.patient,
        facts=tuple(facts),
        resources=tuple(entry.resource for entry in entries),
        counts=dict(Counter(entry.type for entry in entries)),
        unknown=dict(unknown),
        withheld=dict(withheld),
        duplicates=dict(index.duplicates),
        full_urls=tuple(entry.full_url for entry in entries),
        references=tuple(entry.reference for entry in entries),
    )


def _facts(
    entry: Entry, scope: Scope, about: str | None, maker: Callable[[Entry, Scope], list[Fact]]
) -> list[Fact]:
    if about is None:
        key = "patient" if entry.type in ("AllergyIntolerance", "Immunization") else "subject"
        raise RecordError(
            f"{entry.path}.{key}",
            "it does not say whose this is",
            f"Refer to the patient: Patient/{scope.patient.id}",
        )
    if about != "Patient":
        raise Withheld(f"its subject is a {about}")
    return maker(entry, scope)
