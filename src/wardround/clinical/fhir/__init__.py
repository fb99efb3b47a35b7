"""FHIR R4 in and out: a bundle becomes a Record, facts become resources. Light; validation loads fhir.resources late."""

from __future__ import annotations

from wardround.clinical.fhir.errors import NoPatientError, RecordError
from wardround.clinical.fhir.export import export_bundle
from wardround.clinical.fhir.reading import read_bundle
from wardround.clinical.fhir.record import Record
from wardround.clinical.fhir.validation import validate
from wardround.clinical.fhir.writing import export_facts, fhir_id

__all__ = [
    "NoPatientError",
    "Record",
    "RecordError",
    "export_bundle",
    "export_facts",
    "fhir_id",
    "read_bundle",
    "validate",
]
