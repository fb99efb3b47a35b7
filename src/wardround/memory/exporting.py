"""A patient's record as a FHIR R4 collection Bundle: everything that stands on a day, with where it comes from.

What was imported goes out as the resource that it came in with, where that is at hand and all it says still stands;
everything else is written anew, tagged with its source. Contradictions that nobody settled are DetectedIssues.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from wardround.clinical import Fact, Patient, Record, export_facts, fhir_id
from wardround.memory.conflicts import Conflict
from wardround.memory.timeline import Statement

JSON = dict[str, Any]


def patient_bundle(
    patient: Patient,
    statements: Iterable[Statement],
    *,
    conflicts: Iterable[Conflict] = (),
    records: Sequence[Record] = (),
) -> JSON:
    """The Bundle. `records` are the imported bundles, oldest first: of a resource's states the newest counts."""
    standing = [fact for statement in statements for fact in statement.facts]
    bundle = _Bundle(patient, records)
    bundle.add_originals({f.id for f in standing})
    for fact in standing:
        if fact.id not in bundle.where:
            bundle.add_made(fact)
    for conflict in conflicts:
        bundle.add_conflict(conflict)
    return {"resourceType": "Bundle", "type": "collection", "entry": bundle.entries}


class _Bundle:
    """Collects entries. `where` says under which URL each fact stands."""

    def __init__(self, patient: Patient, records: Sequence[Record]) -> None:
        self._patient, self._records = patient, records
        self._sources = _resources(records)
        self.entries: list[JSON] = []
        self.where: dict[str, str] = {}
        self._at: dict[str, str] = {}
        self._urls: set[str] = set()
        found = next(((n, s) for n, s in self._sources.items() if n.startswith("Patient/")), None)
        if found is not None:
            self._url = self._add(found[0], copy.deepcopy(found[1][1]), found[1][0])
        else:
            self._url = self._add(f"Patient/{fhir_id(patient.id)}", _patient(patient), None)

    def add_originals(self, standing: set[str]) -> None:
        """Every imported resource whose facts all stand, in the order of import, and what it leans on."""
        made: dict[str, tuple[Fact, ...]] = {}
        for record in self._records:
            by_reference: dict[str, list[Fact]] = {}
            for fact in record.facts:
                by_reference.setdefault(fact.source.reference, []).append(fact)
            made |= {name: tuple(facts) for name, facts in by_reference.items()}
        for name, facts in made.items():
            if name in self._sources and all(f.id in standing for f in facts):
                url, resource = self._sources[name]
                at = self._add(name, copy.deepcopy(resource), url)
                self.where |= {f.id: at for f in facts}
        self._add_leaned_on(frozenset(made))

    def _add_leaned_on(self, telling: frozenset[str]) -> None:
        """What the resources here refer to, and that says nothing of the patient itself: drugs, practitioners, places."""
        by_url = {url: name for name, (url, _) in self._sources.items() if url}
        waiting = list(self.entries)
        while waiting:
            for pointer in _pointed_at(waiting.pop()["resource"]):
                name = by_url.get(pointer, pointer)
                if name in self._sources and name not in self._at and name not in telling:
                    url, resource = self._sources[name]
                    self._add(name, copy.deepcopy(resource), url)
                    waiting.append(self.entries[-1])

    def add_made(self, fact: Fact) -> None:
        """A fact as a resource of its own."""
        (made,) = export_facts(self._patient, [fact], imported=True)
        self.where[fact.id] = self._add(f"{made['resourceType']}/{made['id']}", self._pointed(made), None)

    def add_conflict(self, conflict: Conflict) -> None:
        """An open contradiction, with both sides."""
        sides = [self.where[f.id] for f in (conflict.first, conflict.second) if f.id in self.where]
        made: JSON = {
            "resourceType": "DetectedIssue",
            "id": fhir_id(conflict.id),
            "status": "preliminary",
            "code": {"text": "contradiction in the record"},
            "severity": "high" if conflict.grave else "moderate",
            "patient": {},
            "implicated": [{"reference": side} for side in dict.fromkeys(sides)],
            "detail": " ".join(conflict.words().split()),
        }
        self._add(f"DetectedIssue/{made['id']}", self._pointed(made), None)

    def _pointed(self, made: JSON) -> JSON:
        for key in ("subject", "patient"):
            if key in made:
                made[key] = {"reference": self._url}
        return made

    def _add(self, name: str, resource: JSON, url: str | None) -> str:
        """Add an entry once; where it stands. A URL that is taken or missing gives way to one made from the name."""
        if name in self._at:
            return self._at[name]
        at = url if url and url not in self._urls else _url(self._patient, name)
        self._at[name] = at
        self._urls.add(at)
        self.entries.append({"fullUrl": at, "resource": resource})
        return at


def _resources(records: Sequence[Record]) -> dict[str, tuple[str | None, JSON]]:
    """By name the URL and content of each resource's newest state."""
    found: dict[str, tuple[str | None, JSON]] = {}
    for record in records:
        urls = record.full_urls or (None,) * len(record.resources)
        for name, url, resource in zip(record.references, urls, record.resources, strict=True):
            found[name] = (url, resource)
    return found


def _pointed_at(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from _pointed_at(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pointed_at(inner)


def _url(patient: Patient, name: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'urn:wardround:{patient.id}:{name}')}"


def _patient(patient: Patient) -> JSON:
    made: JSON = {
        "resourceType": "Patient",
        "id": fhir_id(patient.id),
        "identifier": [{"system": "urn:wardround:patient", "value": patient.id}],
        "gender": patient.sex,
    }
    if patient.name.strip():
        made["name"] = [{"text": " ".join(patient.name.split())}]
    if patient.birth is not None:
        made["birthDate"] = patient.birth.iso()[:10]
    if not isinstance(patient.deceased, bool):
        made["deceasedDateTime"] = patient.deceased.iso()
    elif patient.deceased:
        made["deceasedBoolean"] = True
    return made
