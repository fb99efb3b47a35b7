"""Facts and patients as JSON and back, without loss."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wardround.clinical import Coding, Concept, Fact, FactSource, PartialDate, Patient, Quantity

JSON = dict[str, Any]


def fact_to_json(fact: Fact) -> JSON:
    """The fact as plain JSON values."""
    return {
        "id": fact.id,
        "patient_id": fact.patient_id,
        "kind": fact.kind,
        "text": fact.concept.text,
        "codings": [[c.system, c.code, c.display] for c in fact.concept.codings],
        "status": fact.status,
        "certainty": fact.certainty,
        "recorded": fact.recorded.isoformat(),
        "source": _source_to_json(fact.source),
        "valid_from": fact.valid_from.iso() if fact.valid_from else None,
        "valid_to": fact.valid_to.iso() if fact.valid_to else None,
        "value": _value_to_json(fact.value),
        "detail": fact.detail,
        "supersedes": fact.supersedes,
    }


def _source_to_json(source: FactSource) -> list[Any]:
    """Three entries, and a fourth for what only some sources have."""
    more = {
        **({"span": list(source.span)} if source.span else {}),
        **({"quote": source.quote} if source.quote else {}),
        **({"page": source.page} if source.page is not None else {}),
        **({"box": list(source.box)} if source.box else {}),
    }
    return [source.kind, source.reference, source.encounter, *([more] if more else [])]


def _source_from_json(data: list[Any]) -> FactSource:
    kind, reference, encounter, *rest = data
    if not rest:
        return FactSource(kind, reference, encounter)
    more = rest[0]
    span, box = more.get("span"), more.get("box")
    return FactSource(
        kind,
        reference,
        encounter,
        (span[0], span[1]) if span else None,
        more.get("quote", ""),
        more.get("page"),
        (box[0], box[1], box[2], box[3]) if box else None,
    )


def _value_to_json(value: Quantity | str | bool | None) -> Any:
    if isinstance(value, Quantity):
        return {"number": value.value, "unit": value.unit, "comparator": value.comparator}
    return value


def fact_from_json(data: JSON) -> Fact:
    """The fact that `fact_to_json` gave."""
    value = data["value"]
    return Fact(
        id=data["id"],
        patient_id=data["patient_id"],
        kind=data["kind"],
        concept=Concept(data["text"], tuple(Coding(*c) for c in data["codings"])),
        status=data["status"],
        certainty=data["certainty"],
        recorded=datetime.fromisoformat(data["recorded"]),
        source=_source_from_json(data["source"]),
        valid_from=PartialDate.parse(data["valid_from"]) if data["valid_from"] else None,
        valid_to=PartialDate.parse(data["valid_to"]) if data["valid_to"] else None,
        value=Quantity(value["number"], value["unit"], value["comparator"])
        if isinstance(value, dict)
        else value,
        detail=data["detail"],
        supersedes=data["supersedes"],
    )


def patient_to_json(patient: Patient) -> JSON:
    """The patient as plain JSON values."""
    died = patient.deceased
    return {
        "id": patient.id,
        "name": patient.name,
        "birth": patient.birth.iso() if patient.birth else None,
        "sex": patient.sex,
        "deceased": died if isinstance(died, bool) else died.iso(),
        "language": patient.language,
    }


def patient_from_json(data: JSON) -> Patient:
    """The patient that `patient_to_json` gave."""
    died = data["deceased"]
    return Patient(
        data["id"],
        data["name"],
        PartialDate.parse(data["birth"]) if data["birth"] else None,
        data["sex"],
        died if isinstance(died, bool) else PartialDate.parse(died),
        data["language"],
    )
