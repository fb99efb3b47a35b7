"""The entries of a bundle: each resource with its type, id and path, and what a reference between them points to."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from wardround.clinical.fhir import fields
from wardround.clinical.fhir.errors import RecordError

_TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")
_REST = re.compile(
    r"(?:(?P<base>https?://.*)/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9.-]{1,64})(?:/_history/.*)?"
)
_UUID = "urn:uuid:"


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of the bundle. `id` is its own, or its fullUrl's, or a digest of what it says."""

    path: str
    full_url: str | None
    resource: dict[str, Any]
    type: str
    id: str

    @property
    def reference(self) -> str:
        return f"{self.type}/{self.id}"


def entries_of(bundle: dict[str, Any]) -> list[Entry]:
    """All entries, in order. Raises RecordError for what is no Bundle of resources."""
    kind = fields.text(bundle, "resourceType", "Bundle")
    if kind != "Bundle":
        said = (
            f"it is a {kind:.60}, not a Bundle" if kind else "it has no resourceType, so it is no FHIR Bundle"
        )
        raise RecordError(
            "resourceType", said, 'Give a FHIR R4 Bundle: {"resourceType": "Bundle", "entry": [...]}'
        )
    listed = bundle.get("entry")
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise RecordError("entry", "it is not a list", "Bundle.entry is a list of {fullUrl, resource}")
    return [_entry(one, f"entry[{at}]") for at, one in enumerate(listed)]


def _entry(one: Any, path: str) -> Entry:
    if not isinstance(one, dict):
        raise RecordError(path, "it is not an object", "Each entry is an object: {fullUrl, resource}")
    resource = one.get("resource")
    here = f"{path}.resource"
    if not isinstance(resource, dict):
        said = "it is missing" if resource is None else "it is not an object"
        raise RecordError(here, said, "Each entry of a record holds one resource")
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or not _TYPE.fullmatch(kind):
        raise RecordError(f"{here}.resourceType", "it names no FHIR resource", "Such as 'Condition'")
    full_url = one.get("fullUrl")
    if full_url is not None and not isinstance(full_url, str):
        raise RecordError(
            f"{path}.fullUrl", "it is not text", "Such as 'urn:uuid:...' or 'https://.../Condition/1'"
        )
    return Entry(here, full_url, resource, kind, _id(resource, full_url, here))


def _id(resource: dict[str, Any], full_url: str | None, path: str) -> str:
    own = fields.text(resource, "id", path)
    if own is not None:
        return own
    if full_url is not None:
        if full_url.startswith(_UUID):
            return full_url.removeprefix(_UUID)
        form = _REST.fullmatch(full_url)
        if form is not None:
            return form["id"]
    said = json.dumps(resource, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return f"sha256-{hashlib.sha256(said).hexdigest()[:32]}"


class Index:
    """Finds the entry that a reference means. Two different resources under one name are refused."""

    def __init__(self, entries: list[Entry]) -> None:
        self.duplicates: dict[str, int] = {}
        self.unique: list[Entry] = []
        self._by_url: dict[str, Entry] = {}
        self._by_reference: dict[str, Entry] = {}
        for entry in entries:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        known = self._by_reference.setdefault(entry.reference, entry)
        if known is not entry:
            if known.resource != entry.resource:
                raise RecordError(
                    f"{entry.path}.id",
                    f"{entry.reference} was already said, differently, at {known.path}",
                    "Keep one version of each resource, the newest",
                )
            self.duplicates[entry.type] = self.duplicates.get(entry.type, 0) + 1
            return
        self.unique.append(entry)
        if entry.full_url is None:
            return
        other = self._by_url.setdefault(entry.full_url, entry)
        if other is not entry:
            where = entry.path.removesuffix(".resource")
            raise RecordError(
                f"{where}.fullUrl",
                f"{entry.full_url:.120} also names {other.path}",
                "Give each entry its own fullUrl",
            )

    def find(self, reference: str) -> Entry | None:
        """The entry that a literal reference means; None where it points out of the bundle."""
        found = self._by_url.get(reference) or self._by_reference.get(reference)
        if found is not None:
            return found
        form = _REST.fullmatch(reference)
        if form is None:
            return None
        named = self._by_reference.get(f"{form['type']}/{form['id']}")
        if named is None or form["base"] is None or named.full_url is None:
            return named
        return named if named.full_url == f"{form['base']}/{named.reference}" else None


def reference_type(reference: str) -> str | None:
    """The resource type that a literal reference names, where it names one."""
    form = _REST.fullmatch(reference)
    return form["type"] if form else None
