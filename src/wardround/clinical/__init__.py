"""The words of medicine: codes, dates, quantities, patients, facts, mentions, and FHIR R4 in and out.

Light to import: pint and fhir.resources are loaded by the first conversion, the first validation.
"""

from __future__ import annotations

from wardround.clinical.analytes import analyte_slug
from wardround.clinical.codes import CVX, ICD10, LOINC, RXNORM, SNOMED, UCUM, WARDROUND, Coding, Concept
from wardround.clinical.copying import but
from wardround.clinical.dates import PartialDate, Precision
from wardround.clinical.egfr import ckd_epi_2021
from wardround.clinical.fact import Certainty, Fact, FactKind, FactSource, FactStatus, fact_id
from wardround.clinical.fhir import (
    NoPatientError,
    Record,
    RecordError,
    export_bundle,
    export_facts,
    fhir_id,
    read_bundle,
    validate,
)
from wardround.clinical.mention import Mention, MentionKind
from wardround.clinical.patient import Patient, Sex
from wardround.clinical.quantities import Quantity, convert, is_unit
from wardround.clinical.quantities import parse as parse_quantity
from wardround.clinical.units import UnitError
from wardround.clinical.units import canonical as canonical_unit

__all__ = [
    "CVX",
    "ICD10",
    "LOINC",
    "RXNORM",
    "SNOMED",
    "UCUM",
    "WARDROUND",
    "Certainty",
    "Coding",
    "Concept",
    "Fact",
    "FactKind",
    "FactSource",
    "FactStatus",
    "Mention",
    "MentionKind",
    "NoPatientError",
    "PartialDate",
    "Patient",
    "Precision",
    "Quantity",
    "Record",
    "RecordError",
    "Sex",
    "UnitError",
    "analyte_slug",
    "but",
    "canonical_unit",
    "ckd_epi_2021",
    "convert",
    "export_bundle",
    "export_facts",
    "fact_id",
    "fhir_id",
    "is_unit",
    "parse_quantity",
    "read_bundle",
    "validate",
]
