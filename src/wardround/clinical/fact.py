"""A Fact: one remembered statement about a patient, with when it was true, when we learnt it, and from where."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from wardround.clinical.codes import Concept
from wardround.clinical.dates import PartialDate
from wardround.clinical.quantities import Quantity

FactKind = Literal[
    "problem",
    "allergy",
    "drug",
    "result",
    "finding",
    "procedure",
    "immunization",
    "social",
    "plan",
    "summary",
    "directive",
    "response",
    "settlement",
]
"""`directive`: what the patient decided beforehand. `response`: what a drug (the concept) did. `settlement`: what was
decided about a conflict (`value` is its id), with the fact that lost as the one superseded."""
FactStatus = Literal["active", "resolved", "refuted", "entered-in-error"]
Certainty = Literal["confirmed", "probable", "possible", "reported"]


@dataclass(frozen=True, slots=True)
class FactSource:
    """Where a fact comes from: a FHIR resource (`Condition/123`), an event (`(encounter, event)`), a document's page.

    `span` are the characters of the utterance or of the document's text that say it, `quote` is what they read.
    `box` is left, top, right, bottom as shares of the page, 0 to 1.
    """

    kind: Literal["fhir", "event", "document"]
    reference: str
    encounter: str | None = None
    span: tuple[int, int] | None = None
    quote: str = ""
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """`id` is stable: the same statement from the same source has the same id, so that writing twice writes once.

    `status` of what cannot end (a result, a procedure done, an immunization, a visit's summary) is "active" while
    the statement stands.
    """

    id: str
    patient_id: str
    kind: FactKind
    concept: Concept
    status: FactStatus
    certainty: Certainty
    recorded: datetime
    source: FactSource
    valid_from: PartialDate | None = None
    valid_to: PartialDate | None = None
    value: Quantity | str | bool | None = None
    """A result's value; a drug's single dose where it is one quantity with a unit."""
    detail: str = ""
    """What else the statement says: an allergy's reaction and severity, a drug's dosage, a plan's wording."""
    supersedes: str | None = None


def fact_id(
    *,
    patient_id: str,
    source: FactSource,
    kind: FactKind,
    concept: Concept,
    status: FactStatus,
    certainty: Certainty,
    valid_from: PartialDate | None = None,
    valid_to: PartialDate | None = None,
    value: Quantity | str | bool | None = None,
    detail: str = "",
    part: str = "",
) -> str:
    """The stable id of a statement: a digest of patient, source and statement, not of when it was recorded.

    `part` tells two statements of one source apart that would otherwise read the same.
    """
    said = [
        [patient_id, source.kind, source.reference, source.encounter, part, kind, status, certainty, detail],
        [concept.text, *([coding.system, coding.code, coding.display] for coding in concept.codings)],
        [None if one is None else one.iso() for one in (valid_from, valid_to)],
        [value.value, value.unit, value.comparator] if isinstance(value, Quantity) else value,
    ]
    written = json.dumps(said, ensure_ascii=True, separators=(",", ":"))
    return f"fact-{hashlib.sha256(written.encode()).hexdigest()[:24]}"
