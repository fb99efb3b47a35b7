"""A Record becomes a FHIR R4 collection Bundle again: every resource as it was read, new facts behind them."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from wardround.clinical.fact import Fact
from wardround.clinical.fhir.record import Record
from wardround.clinical.fhir.writing import export_facts

_URN = "urn:uuid:"


def export_bundle(record: Record, facts: Iterable[Fact] = ()) -> dict[str, Any]:
    """The patient and all resources as one collection Bundle; those of `facts` that are not from FHIR join at its end.

    No resource is changed. Exact copies that the source held are written once.
    """
    entries: list[dict[str, Any]] = []
    written: set[tuple[object, object]] = set()
    patient_url: str | None = None
    urls = record.full_urls or (None,) * len(record.resources)
    for resource, full_url in zip(record.resources, urls, strict=True):
        name = (resource.get("resourceType"), resource.get("id"))
        if name[1] is not None and name in written:
            continue
        written.add(name)
        if name[0] == "Patient":
            patient_url = full_url
        entries.append({**({"fullUrl": full_url} if full_url else {}), "resource": copy.deepcopy(resource)})
    for made in export_facts(record.patient, facts):
        _point(made, patient_url)
        entries.append({"fullUrl": f"{_URN}{uuid5(NAMESPACE_URL, str(made['id']))}", "resource": made})
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _point(made: dict[str, Any], patient_url: str | None) -> None:
    """Beside a patient named by `urn:uuid:`, a reference must say that, since `Patient/1` would lead nowhere."""
    if patient_url is None or not patient_url.startswith(_URN):
        return
    for key in ("subject", "patient"):
        if key in made:
            made[key] = {"reference": patient_url}
