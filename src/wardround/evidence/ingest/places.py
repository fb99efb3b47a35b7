"""From a country's name, as headings and addresses write it, to its ISO 3166 letters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent.parent / "data" / "countries.tsv"
_EMAIL: Final = re.compile(r"(?:Electronic address:.*|\S+@\S+)$", re.DOTALL)
_WIDE: Final = {"europe": "Europe", "european union": "Europe", "international": "international"}


@lru_cache(maxsize=1)
def _letters() -> dict[str, str]:
    made: dict[str, str] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, _, names = line.partition("\t")
            made[code.lower()] = code
            made.update(dict.fromkeys((name.lower() for name in names.split("|")), code))
    return made


def place(name: str) -> str | None:
    """`GB`, `Europe`, `international`; None where the name is none of these."""
    plain = " ".join(name.split()).strip(" .").lower()
    return _WIDE.get(plain) or _letters().get(plain)


def place_of_headings(headings: Iterable[str]) -> str | None:
    """The one country that a record's headings name; `international` where there are several."""
    found = {letters for name in headings if (letters := _letters().get(name.lower())) and len(name) > 2}
    if len(found) > 1:
        return "international"
    if found:
        return found.pop()
    return "Europe" if any(name in ("Europe", "European Union") for name in headings) else None


def place_of_addresses(addresses: Iterable[str]) -> str | None:
    """The country in which all the addresses that name one lie; `international` where they lie in several."""
    found = set()
    for address in addresses:
        for one in address.split(";"):
            last = _EMAIL.sub("", one.strip()).rstrip(" .").rpartition(",")[2].strip(" .")
            if len(last) > 2 and (letters := _letters().get(last.lower())):
                found.add(letters)
            elif last in ("UK", "US"):
                found.add(_letters()[last.lower()])
    if len(found) > 1:
        return "international"
    return found.pop() if found else None
