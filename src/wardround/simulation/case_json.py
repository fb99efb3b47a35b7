"""A case as JSON and back: what is written is read as the same case; anything else is a CaseError by field."""

from __future__ import annotations

import functools
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from wardround.simulation.case import Case
from wardround.simulation.errors import CaseError


@functools.cache
def _adapter() -> TypeAdapter[Case]:
    return TypeAdapter(Case)


def case_to_json(case: Case) -> dict[str, Any]:
    """Plain JSON: dates as text, sets sorted."""
    written: dict[str, Any] = _adapter().dump_python(case, mode="json")
    written["telling"] = {
        key: sorted(value) if isinstance(value, list) else value for key, value in written["telling"].items()
    }
    return written


def case_from_json(given: object) -> Case:
    """The case that a mapping, text or bytes hold. Raises CaseError."""
    try:
        content = orjson.loads(given) if isinstance(given, str | bytes) else given
        return _adapter().validate_python(content)
    except orjson.JSONDecodeError as error:
        raise CaseError(f"case: it is no JSON ({error}): give what `case_to_json` wrote") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "case"
        raise CaseError(f"{where}: {first['msg']}: mend that field") from error
