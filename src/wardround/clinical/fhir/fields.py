"""One typed field of a resource at a time: its value, None where it is missing, RecordError with its path otherwise."""

from __future__ import annotations

import re
from typing import Any

from wardround.clinical.codes import Coding, Concept
from wardround.clinical.dates import PartialDate
from wardround.clinical.fhir.errors import RecordError

Object = dict[str, Any]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def text(holder: Object, key: str, path: str) -> str | None:
    """A string; None where it is missing or blank."""
    value = holder.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong(value, f"{path}.{key}", "text")
    if _CONTROL.search(value):
        raise RecordError(
            f"{path}.{key}", f"it holds a control character: {value!r:.60}", "FHIR text has none: take it out"
        )
    return value if value.strip() else None


def flag(holder: Object, key: str, path: str) -> bool | None:
    """true, false, or None where it is missing."""
    value = holder.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise _wrong(value, f"{path}.{key}", "true or false")


def number(holder: Object, key: str, path: str) -> float | None:
    """A number that a float can hold; None where it is missing. Text that looks like one is refused."""
    value = holder.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong(value, f"{path}.{key}", "a number")
    try:
        return float(value)
    except OverflowError:
        raise _wrong(value, f"{path}.{key}", "a number of ordinary size") from None


def object_(holder: Object, key: str, path: str) -> Object | None:
    """A JSON object; None where it is missing."""
    value = holder.get(key)
    if value is None or isinstance(value, dict):
        return value
    raise _wrong(value, f"{path}.{key}", "an object")


def objects(holder: Object, key: str, path: str) -> list[Object]:
    """A list of JSON objects; empty where it is missing."""
    value = holder.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong(value, f"{path}.{key}", "a list")
    for at, inner in enumerate(value):
        if not isinstance(inner, dict):
            raise _wrong(inner, f"{path}.{key}[{at}]", "an object")
    return value


def when(holder: Object, key: str, path: str) -> PartialDate | None:
    """A date, dateTime or instant; None where it is missing."""
    value = holder.get(key)
    if value is None:
        return None
    try:
        return PartialDate.parse(value)
    except ValueError as error:
        raise RecordError(
            f"{path}.{key}", str(error), "Correct the date, or leave it out if unknown"
        ) from None


def period(holder: Object, key: str, path: str) -> tuple[PartialDate | None, PartialDate | None]:
    """Start and end of a Period, each None where it is missing."""
    inner = object_(holder, key, path)
    if inner is None:
        return None, None
    return when(inner, "start", f"{path}.{key}"), when(inner, "end", f"{path}.{key}")


def one_of(holder: Object, key: str, path: str, allowed: tuple[str, ...]) -> str | None:
    """A code of a closed list; None where it is missing."""
    value = text(holder, key, path)
    if value is None or value in allowed:
        return value
    raise RecordError(
        f"{path}.{key}", f"'{value:.60}' is not a code of FHIR R4", f"Use one of {', '.join(allowed)}"
    )


def coded(holder: Object, key: str, path: str, allowed: tuple[str, ...]) -> str | None:
    """The code of a closed list inside a CodeableConcept (clinicalStatus and its like); None where it is missing."""
    value = concept(holder, key, path)
    if value is None:
        return None
    for code in (*(coding.code for coding in value.codings), value.text.lower()):
        if code in allowed:
            return code
    raise RecordError(
        f"{path}.{key}", f"'{value.text:.60}' is not a code of FHIR R4", f"Use one of {', '.join(allowed)}"
    )


def concept(holder: Object, key: str, path: str) -> Concept | None:
    """A CodeableConcept; None where it is missing or says nothing."""
    inner = object_(holder, key, path)
    return None if inner is None else concept_of(inner, f"{path}.{key}")


def concepts(holder: Object, key: str, path: str) -> list[Concept]:
    """A list of CodeableConcepts, without those that say nothing."""
    found = (concept_of(inner, f"{path}.{key}[{at}]") for at, inner in enumerate(objects(holder, key, path)))
    return [one for one in found if one is not None]


def concept_of(inner: Object, path: str) -> Concept | None:
    """The words and codings of a CodeableConcept that stands at `path`."""
    words = text(inner, "text", path)
    codings: list[Coding] = []
    for at, one in enumerate(objects(inner, "coding", path)):
        here = f"{path}.coding[{at}]"
        display = text(one, "display", here)
        code = text(one, "code", here)
        words = words or display
        if code is not None:
            codings.append(Coding(text(one, "system", here) or "", code, display or ""))
    if words is None and not codings:
        return None
    return Concept(words or codings[0].code, tuple(codings))


def required(path: str, what: str) -> RecordError:
    """The error for a field that FHIR requires and that is not there."""
    return RecordError(path, "it is missing", f"FHIR R4 requires it: {what}")


def _wrong(value: Any, path: str, wanted: str) -> RecordError:
    return RecordError(path, f"it is {_shown(value)}, not {wanted}", f"Give {wanted}, as FHIR R4 JSON does")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return repr(value) if isinstance(value, bool) or len(_repr(value)) <= 60 else f"{_repr(value)[:57]}..."


def _repr(value: Any) -> str:
    """`repr` that no integer is too long for."""
    if isinstance(value, int) and value.bit_length() > 1024:
        return "a number of more than 300 digits"
    return repr(value)
