"""Codes and the systems they belong to."""

from __future__ import annotations

from dataclasses import dataclass

ICD10 = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
CVX = "http://hl7.org/fhir/sid/cvx"
UCUM = "http://unitsofmeasure.org"
WARDROUND = "urn:wardround:knowledge"
"""The knowledge base's own slugs, such as `finding.chest_pain`."""


@dataclass(frozen=True, slots=True)
class Coding:
    """One code of one system, with the display it came with."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """What a record says something is: words, and any number of codings of the same thing."""

    text: str
    codings: tuple[Coding, ...] = ()

    def code(self, system: str) -> str | None:
        """The first code of this system, or None."""
        return next((c.code for c in self.codings if c.system == system), None)
