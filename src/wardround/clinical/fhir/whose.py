"""Whose record this is: one Patient to a bundle, and no resource of somebody else in it."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from wardround.clinical.fhir import fields
from wardround.clinical.fhir.entries import Entry, Index, reference_type
from wardround.clinical.fhir.errors import NoPatientError, RecordError
from wardround.clinical.patient import Patient, Sex

_POINTERS = ("subject", "patient", "beneficiary")
_SEXES: tuple[Sex, ...] = ("female", "male", "other", "unknown")
_NAME_ORDER = ("official", "usual")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ONE_EACH = "Give one bundle per patient"


def the_patient(entries: list[Entry]) -> Entry:
    """The one Patient entry. Raises NoPatientError for none, RecordError for several."""
    found = [entry for entry in entries if entry.type == "Patient"]
    if not found:
        held = Counter(entry.type for entry in entries).most_common()
        said = ", ".join(f"{count} {kind}" for kind, count in held[:6]) or "nothing"
        more = f" and {len(held) - 6} more kinds" if len(held) > 6 else ""
        raise NoPatientError(
            "entry", f"there is no Patient in it; it holds {said}{more}", "Give a patient's record"
        )
    if len(found) > 1:
        raise RecordError(
            found[1].path,
            f"a second Patient, {found[1].id}, beside {found[0].id} at {found[0].path}",
            _ONE_EACH,
        )
    return found[0]


def patient_of(entry: Entry) -> Patient:
    """The demographics that a Patient resource states."""
    resource, path = entry.resource, entry.path
    sex = fields.one_of(resource, "gender", path, _SEXES)
    died = fields.when(resource, "deceasedDateTime", path)
    return Patient(
        id=entry.id,
        name=_name(resource, path),
        birth=fields.when(resource, "birthDate", path),
        sex=next((one for one in _SEXES if one == sex), "unknown"),
        deceased=died if died is not None else bool(fields.flag(resource, "deceasedBoolean", path)),
        language=_language(resource, path),
    )


def _name(resource: dict[str, Any], path: str) -> str:
    names = fields.objects(resource, "name", path)
    order = {use: at for at, use in enumerate(_NAME_ORDER)}
    ranked = sorted(range(len(names)), key=lambda at: order.get(str(names[at].get("use")), len(order)))
    for at in ranked:
        name, here = names[at], f"{path}.name[{at}]"
        given = name.get("given")
        if given is not None and not (
            isinstance(given, list) and all(isinstance(one, str | None) for one in given)
        ):
            raise RecordError(f"{here}.given", "it is not a list of text", "Such as ['Maria', 'Anna']")
        parts = [*(one for one in given or [] if one), fields.text(name, "family", here) or ""]
        text, family = fields.text(name, "text", here), fields.text(name, "family", here) or ""
        if _CJK.search(f"{text or ''}{family}"):  # the family's name first, and no blank
            said: str | None = text or "".join((family, *(one for one in given or [] if one)))
        else:
            said = " ".join(part.strip() for part in parts if part.strip()) or text
        if said:
            return said
    return "(no name)"


def _language(resource: dict[str, Any], path: str) -> str | None:
    spoken = fields.objects(resource, "communication", path)
    preferred: list[str] = []
    others: list[str] = []
    for at, one in enumerate(spoken):
        here = f"{path}.communication[{at}]"
        language = fields.concept(one, "language", here)
        if language is not None:
            code = language.codings[0].code if language.codings else language.text
            (preferred if fields.flag(one, "preferred", here) else others).append(code)
    return next(iter(preferred + others), None)


def belongs(entry: Entry, patient: Entry, index: Index) -> str | None:
    """`Patient` where the resource says that it is about our patient, another type where it is about that, None where
    it does not say. Raises RecordError where it is, or may be, about somebody else."""
    about: str | None = None
    for key in _POINTERS:
        value = entry.resource.get(key)
        for at, one in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(one, dict):
                where = f"{entry.path}.{key}[{at}]" if isinstance(value, list) else f"{entry.path}.{key}"
                about = _pointed(one, where, patient, index) or about
    return about


def _pointed(pointer: dict[str, Any], path: str, patient: Entry, index: Index) -> str | None:
    reference = fields.text(pointer, "reference", path)
    if reference is None:
        identifier = fields.object_(pointer, "identifier", path)
        if identifier is None:
            return None
        return _identified(identifier, path, patient)
    found = index.find(reference)
    if found is not None:
        if found.type == "Patient" and found.reference != patient.reference:
            raise _somebody_else(path, reference, patient)
        return found.type
    kind = reference_type(reference)
    if kind is None or kind == "Patient":
        raise _somebody_else(path, reference, patient)
    return kind


def _identified(identifier: dict[str, Any], path: str, patient: Entry) -> str:
    wanted = (identifier.get("system"), identifier.get("value"))
    for own in fields.objects(patient.resource, "identifier", patient.path):
        if wanted[1] is not None and (own.get("system"), own.get("value")) == wanted:
            return "Patient"
    raise RecordError(
        f"{path}.identifier",
        f"it identifies somebody other than {patient.reference}",
        "Take it out of this record",
    )


def _somebody_else(path: str, reference: str, patient: Entry) -> RecordError:
    return RecordError(
        f"{path}.reference",
        f"'{reference:.120}' is not {patient.reference}, whose record this is",
        f"Take the resource out, or correct the reference. {_ONE_EACH}",
    )
