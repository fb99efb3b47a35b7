"""What the writers of a visit's FHIR resources share: the visit itself, stable ids, references, codes, times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import NAMESPACE_URL, uuid5

from wardround.care.chart import Chart
from wardround.care.clinic import Clinic
from wardround.clinical import ICD10, LOINC, RXNORM, SNOMED, WARDROUND, Coding, Concept, Patient
from wardround.harness import JSON, Event, Opened, Reviewed
from wardround.knowledge import Code

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_FIELDS = (("icd10", ICD10), ("loinc", LOINC), ("rxnorm", RXNORM), ("snomed", SNOMED))


@dataclass(frozen=True, slots=True)
class Made:
    """One resource, and the event that it came from."""

    resource: JSON
    kind: str
    event: str


@dataclass(frozen=True)
class Visit:
    """One visit's log, what it folds to, and whom it is about."""

    clinic: Clinic
    chart: Chart
    events: Sequence[Event]
    header: Opened
    patient: Patient

    @property
    def encounter(self) -> str:
        """The encounter's id on the log."""
        return self.events[0].encounter

    @property
    def patient_id(self) -> str:
        """The patient's id where FHIR can say it; else one made from it."""
        own = self.patient.id
        return own if _ID.fullmatch(own) else str(uuid5(NAMESPACE_URL, f"urn:wardround:patient:{own}"))

    @cached_property
    def _by_name(self) -> dict[str, Event]:
        return {e.name: e for e in self.events}

    def name(self, kind: str, event: str, part: str = "") -> str:
        """The id of a resource: the same log gives the same ids."""
        return str(uuid5(NAMESPACE_URL, f"urn:wardround:{self.encounter}:{kind}:{event}:{part}"))

    def url(self, made: Made) -> str:
        """Where the Bundle holds it."""
        return self._patient_url if made.kind == "Patient" else f"urn:uuid:{made.resource['id']}"

    @property
    def _patient_url(self) -> str:
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'urn:wardround:patient:{self.patient.id}')}"

    @property
    def subject(self) -> JSON:
        """A reference to the patient."""
        return {"reference": self._patient_url}

    @property
    def within(self) -> JSON:
        """A reference to the encounter."""
        return {"reference": f"urn:uuid:{self.name('Encounter', '0')}"}

    def event(self, name: str) -> Event:
        """The event of this name."""
        return self._by_name[name]

    def when(self, event: Event | str) -> str:
        """When it happened: the wall time where the visit was played on its own day, else that day."""
        found = self.event(event) if isinstance(event, str) else event
        return found.at if self.events[0].at[:10] == self.header.date else self.header.date

    def review_of(self, event: Event) -> Reviewed | None:
        """The review that approved the action which this event is the result of."""
        for ref in event.causes:
            cause = self._by_name.get(ref.event)
            if (
                cause is None or cause.kind != "started"
            ):  # only what was signed starts apart from its decision
                continue
            for before in cause.causes:
                body = self._by_name[before.event].body if before.event in self._by_name else None
                if isinstance(body, Reviewed):
                    return body
        return None

    def concept(self, slug: str) -> JSON:
        """An entry of the knowledge base as a CodeableConcept: its codes, and our own."""
        return codeable(enriched(self.clinic, Concept(self.clinic.base.named(slug), ()), slug))


def enriched(clinic: Clinic, concept: Concept, slug: str | None) -> Concept:
    """A concept with the codes that the knowledge base has for it, one of each system, and our own slug last."""
    if slug is None or slug not in clinic.base:
        return concept
    entity, codings = clinic.base.entity(slug), list(concept.codings)
    for name, system in _FIELDS:
        found = getattr(entity, name, None)
        for code in _codes(found):
            codings.append(Coding(system, code.code, code.display))
    ours = Coding(WARDROUND, slug, clinic.base.named(slug))
    seen: dict[tuple[str, str], Coding] = {}
    for coding in (*codings, ours):
        seen.setdefault((coding.system, coding.code), coding)
    ordered = sorted(seen.values(), key=lambda c: c.system == WARDROUND)
    return Concept(concept.text, tuple(ordered))


def _codes(found: object) -> Iterable[Code]:
    if isinstance(found, Code):
        return (found,)
    return tuple(c for c in found[:1] if isinstance(c, Code)) if isinstance(found, tuple) else ()


def codeable(concept: Concept) -> JSON:
    """A Concept as CodeableConcept."""
    codings = [{"system": c.system, "code": c.code, "display": c.display} for c in concept.codings]
    return {**({"coding": codings} if codings else {}), "text": one_line(concept.text)}


def text_only(text: str) -> JSON:
    """A CodeableConcept in words alone."""
    return {"text": one_line(text)}


def one_line(text: str) -> str:
    """FHIR strings may not be empty; ours stand on one line."""
    return " ".join(text.split()) or "unknown"
