"""UCUM units: our reading of the grammar, with pint behind for what the units are worth. Exact: all factors are fractions.

pint is loaded at the first conversion. It lacks the international unit and the equivalent and has U as something
else, so its registry holds our definitions and no others (conventional units as UCUM defines them).
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from wardround.clinical.unit_atoms import (
    ALIASES,
    DEFINITIONS,
    EXAMPLES,
    HUGE,
    METRIC,
    PLAIN,
    PREFIXES,
    TAKE_HUGE,
    TEMPERATURES,
    WHOLE,
)

Ratio = Literal["", "number", "mass", "amount"]


class UnitError(ValueError):
    """A unit that is not known, or two that do not fit; the message says what would work."""


@dataclass(frozen=True, slots=True)
class Unit:
    """`scale` and `offset` lead to base units. `ratio` says which kind of pure number it is: a fraction of masses, of
    amounts, or plain. `label` is the text of a unit that is only an annotation, as `{score}`."""

    scale: Fraction
    offset: Fraction
    dimensions: tuple[tuple[str, int], ...]
    ratio: Ratio = ""
    label: str = ""


_SURFACE = re.compile(r"[({]?1[.,]73[ _.]?m(?:2|²|\^2)[)}]?", re.IGNORECASE)
_TIMES_TEN = re.compile(
    r"(?:[xX×*]\s?)?10\s?(?:\*\*?|\^)\s?\^?([0-9]{1,2})(?![0-9])|[xX×]\s?10([0-9])(?![0-9])|10[eE]([0-9]{1,2})"
)
_SUPERSCRIPTS = str.maketrans("²³⁹⁶", "2396")
_TOKEN = re.compile(
    r"(?P<surface>\{1\.73_m2\})|(?P<note>\{[^{}]*\})|(?P<ten>10[*^])|(?P<operator>[./()])"
    r"|(?P<atom>(?:%|°[CF]|[A-Za-z]*\[[^\]\s]+\]|[A-Za-z]+(?=[0-9+\-./(){}]|$)|H2O|[A-Za-z]+))|(?P<number>[+-]?[0-9]+)"
)
_LONGEST = 60
_HIGHEST_POWER = 30


def canonical(text: str) -> str:
    """The UCUM form of a unit as people write it: mmHg -> mm[Hg], µg -> ug, x10^9/L -> 10*9/L. Raises UnitError."""
    written = _tidied(text)
    if _is_label(written) or written == "1":
        return written
    unit_of(text)
    if ALIASES.get(written, written) in TEMPERATURES:
        return ALIASES.get(written, written)
    atoms = ((_atom(token) if kind == "atom" else None, token) for kind, token in _tokens(written, text))
    return "".join(found[0] if found else token for found, token in atoms)


def _tidied(text: str) -> str:
    written = text.strip().replace("µ", "u").replace("μ", "u").translate(_SUPERSCRIPTS)
    if not written or len(written) > _LONGEST:
        raise UnitError(f"'{text:.60}' is no unit: write UCUM, such as mmol/L")
    written = WHOLE.get(written, written)
    written = _SURFACE.sub("{1.73_m2}", written)
    written = _TIMES_TEN.sub(lambda found: f"10*{found[1] or found[2] or found[3]}", written)
    return re.sub(r"\s*/\s*", "/", written)


def _is_label(written: str) -> bool:
    return bool(re.fullmatch(r"\{[^{}]+\}", written)) and written != "{1.73_m2}"


def _tokens(written: str, text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(written):
        match = _TOKEN.match(written, at)
        if match is None:
            raise _unknown(text, written[at:])
        found.append((str(match.lastgroup), match[0]))
        at = match.end()
    return found


@lru_cache(maxsize=2048)
def unit_of(text: str) -> Unit:
    """What a UCUM unit, or a common way to write one, is worth. Raises UnitError that names what is not known."""
    if not text.strip():
        raise UnitError("no unit is stated, so nothing can be converted: state one, such as mmol/L")
    written = _tidied(text)
    if written == "1":
        return Unit(Fraction(1), Fraction(0), (), "number")
    if _is_label(written):
        return Unit(Fraction(1), Fraction(0), (), "", written.casefold())
    atom = ALIASES.get(written, written)
    if atom in TEMPERATURES:
        scale, offset = TEMPERATURES[atom]
        return Unit(scale, offset, (("temperature", 1),))
    reader = _Reader(text, _tokens(written, text))
    return _valued(reader.read())


@dataclass(slots=True)
class _Product:
    number: Fraction
    powers: dict[str, int]

    def times(self, other: _Product, sign: int) -> None:
        self.number *= other.number**sign
        for name, power in other.powers.items():
            self.powers[name] = self.powers.get(name, 0) + sign * power


class _Reader:
    """UCUM's grammar: components joined by `.` and `/`, read from left to right, with brackets and annotations."""

    def __init__(self, text: str, tokens: list[tuple[str, str]]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0

    def read(self) -> _Product:
        product = self._term(0)
        if self.at != len(self.tokens):
            raise _unknown(self.text, self.tokens[self.at][1])
        if not product.powers and all(kind != "note" for kind, _ in self.tokens):
            raise _unknown(self.text, self.text)
        return product

    def _term(self, depth: int) -> _Product:
        product = _Product(Fraction(1), {})
        sign = 1
        if self._next() == ("operator", "/"):
            self.at += 1
            sign = -1
        while True:
            product.times(self._component(depth), sign)
            if self._next() not in (("operator", "."), ("operator", "/")):
                return product
            sign = -1 if self.tokens[self.at][1] == "/" else 1
            self.at += 1

    def _component(self, depth: int) -> _Product:
        kind, token = self._next()
        self.at += 1
        if (kind, token) == ("operator", "(") and depth < 8:
            inner = self._term(depth + 1)
            if self._next() != ("operator", ")"):
                raise _unknown(self.text, "(")
            self.at += 1
            return inner
        if kind == "note":
            return _Product(Fraction(1), {})
        if kind == "number":
            number = int(token)
            if number < 1 or len(token) > 12:
                raise _unknown(self.text, token)
            return self._annotated(_Product(Fraction(number), {}))
        if kind not in ("atom", "ten", "surface"):
            raise _unknown(self.text, token or "(nothing)")
        return self._annotated(_Product(Fraction(1), {_pint_name(token, self.text): self._power()}))

    def _power(self) -> int:
        kind, token = self._next()
        if kind != "number":
            return 1
        if len(token) > 3 or int(token) == 0 or abs(int(token)) > _HIGHEST_POWER:
            raise _unknown(self.text, token)
        self.at += 1
        return int(token)

    def _annotated(self, product: _Product) -> _Product:
        if self._next()[0] == "note":
            self.at += 1
        return product

    def _next(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")


@lru_cache(maxsize=512)
def _atom(token: str) -> tuple[str, str] | None:
    """UCUM's form of an atom with its prefix, and pint's name of it; None where it is not known."""
    atom = ALIASES.get(token, token)
    name = PLAIN.get(atom) or METRIC.get(atom)
    if name is not None:
        return atom, name
    for prefix, prefix_name in PREFIXES.items():
        rest = atom.removeprefix(prefix)
        rest = ALIASES.get(rest, rest)
        if not atom.startswith(prefix) or rest not in METRIC or (prefix in HUGE and rest not in TAKE_HUGE):
            continue
        return prefix + rest, prefix_name + METRIC[rest]
    return None


def _pint_name(token: str, text: str) -> str:
    found = _atom(token)
    if found is not None:
        return found[1]
    if ALIASES.get(token, token) in TEMPERATURES:
        raise UnitError(f"'{text:.60}': a temperature scale stands alone in a unit; write K for a difference")
    raise _unknown(text, token)


def _valued(product: _Product) -> Unit:
    registry = _registry()
    scale = product.number
    dimensions: dict[str, int] = {}
    for name, power in product.powers.items():
        factor, base = registry.get_base_units(name)
        scale *= Fraction(factor) ** power
        for dimension, exponent in base.dimensionality.items():
            key = dimension.strip("[]")
            dimensions[key] = dimensions.get(key, 0) + int(exponent) * power
    kept = tuple(sorted((key, power) for key, power in dimensions.items() if power))
    names = " ".join(product.powers)
    ratio: Ratio = "" if kept else "amount" if "mole" in names else "mass" if "gram" in names else "number"
    return Unit(scale, Fraction(0), kept, ratio)


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint

    registry: Any = pint.UnitRegistry(None, non_int_type=Fraction)
    for definition in DEFINITIONS.replace("\n", ";").split(";"):
        if definition:
            registry.define(definition.strip())
    return registry


def similar(unit: Unit) -> list[str]:
    """Common units that this one converts to as it is."""
    same = (
        one
        for one in EXAMPLES
        if (unit_of(one).dimensions, unit_of(one).ratio) == (unit.dimensions, unit.ratio)
    )
    return list(same)[:4]


def _unknown(text: str, part: str) -> UnitError:
    close = difflib.get_close_matches(text, [*EXAMPLES, *ALIASES], n=3, cutoff=0.5)
    hint = (
        f"did you mean {', '.join(ALIASES.get(one, one) for one in close)}?"
        if close
        else "write UCUM, such as mmol/L"
    )
    said = "" if part == text else f" ('{part:.30}')"
    return UnitError(f"'{text:.60}' is no unit that is known{said}: {hint}")
