"""The door of the room: what is there, and that opening it loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

from wardround import clinical


def test_the_door_is_this() -> None:
    assert clinical.__all__ == [
        *(
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
        ),
        *(
            "FactKind",
            "FactSource",
            "FactStatus",
            "Mention",
            "MentionKind",
            "NoPatientError",
            "PartialDate",
            "Patient",
        ),
        *("Precision", "Quantity", "Record", "RecordError", "Sex", "UnitError"),
        *("analyte_slug", "but", "canonical_unit", "ckd_epi_2021", "convert"),
        *("export_bundle", "export_facts", "fact_id", "fhir_id", "is_unit", "parse_quantity"),
        *("read_bundle", "validate"),
    ]
    assert all(hasattr(clinical, name) for name in clinical.__all__)


def test_the_door_opens_lightly() -> None:
    code = (
        "import sys, wardround.clinical; "
        "print([n for n in ('pint', 'fhir', 'fhir.resources', 'pydantic', 'numpy') if n in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.strip() == "[]"
