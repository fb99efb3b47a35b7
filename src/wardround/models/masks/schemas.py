"""A JSON schema as an expression. Odd and hostile schemas are loosened, never refused: the answer is judged afterwards.

Kept: type, properties (in their order), required, items, prefixItems, enum, const, anyOf, oneOf, allOf of objects, $ref
within the schema (recursive too), minLength, maxLength, pattern, minimum, maximum and their exclusive twins, minItems,
maxItems, patternProperties, additionalProperties of maps, the formats date and date-time.
Loosened (ignored): multipleOf, uniqueItems, not, if, dependent keywords, other formats, patterns with look-around or
back references, lists of more than 5000 values, counts beyond
64 items or 256 characters at least, anything malformed.
Narrowed: an object with named members gets no others; numbers are plain decimals; strings hold no control characters.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from wardround.models.masks.expressions import Alt, Expr, Lit, Members, Ref, Repeat, Seq, Term, listed
from wardround.models.masks.numerals import real, whole
from wardround.models.masks.patterns import ANY, pattern
from wardround.models.masks.productive import productive

_LEAST_ITEMS, _LEAST_CHARACTERS = 64, 256
_MOST_ITEMS, _MOST_CHARACTERS = 1_000, 100_000
_NODES, _WORDS = 20_000, 5_000
_DEPTH = 60
_ESCAPED = Seq((Lit("\\"), Alt(tuple(Lit(c) for c in '"\\/bfnrt'))))
_CHARACTER = Alt((ANY, _ESCAPED))
_DIGITS = "[0-9]{2}"
_DATE = "[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_FORMATS = {
    "date": f"^{_DATE}$",
    "date-time": f"^{_DATE}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$",
}
_KINDS = ("object", "array", "string", "number", "integer", "boolean", "null")


@dataclass(frozen=True, slots=True)
class Written:
    """How JSON is spaced: what stands between items, and after a key."""

    item: str = ", "
    key: str = ": "


def value_of(schema: object, spaced: Written, *, prefix: str = "v") -> tuple[Expr, dict[str, Expr]]:
    """The JSON values of `schema`, and the rules that they refer to, whose names begin with `prefix`."""
    return _compiled(schema, schema, spaced, prefix)


def arguments_of(schema: object, spaced: Written, *, prefix: str = "v") -> tuple[Expr, dict[str, Expr]]:
    """The same for a tool's parameters: always an object, whatever the schema says."""
    named = dict(schema) if isinstance(schema, Mapping) else {}
    if "type" not in named or named["type"] != "object":
        named["type"] = "object"
    return _compiled(named, schema, spaced, prefix)


def _compiled(start: object, root: object, spaced: Written, prefix: str) -> tuple[Expr, dict[str, Expr]]:
    try:
        reader = _Reader(root, spaced, prefix)
        found = reader.value(start, 0, ())
        done = productive(found, reader.rules) if found is not None else None
    except (RecursionError, _TooLarge):
        done = None
    if done is not None:
        return done
    is_object = isinstance(start, Mapping) and start.get("type") == "object"
    reader = _Reader({}, spaced, prefix)
    loose = reader.value({"type": "object"} if is_object else {}, 0, ())
    return (loose or Lit("{}")), reader.rules


class _TooLarge(Exception):
    """The schema is larger or deeper than we compile."""


@dataclass
class _Reader:
    root: object
    spaced: Written
    prefix: str
    rules: dict[str, Expr] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _nodes: int = 0
    _copies: int = 1

    def value(self, schema: object, depth: int, via: tuple[str, ...]) -> Expr | None:
        """The values of `schema`; None where there is none. `via`: references followed since the last bracket."""
        self._nodes += 1
        if self._nodes > _NODES or depth > _DEPTH:
            raise _TooLarge
        if schema is False:
            return None
        if not isinstance(schema, Mapping) or not schema:
            return self._anything()
        if isinstance(schema.get("$ref"), str):
            return self._ref(schema["$ref"], via)
        if "const" in schema:
            return self._listed([schema["const"]])
        if isinstance(schema.get("enum"), list):
            return self._listed(schema["enum"])
        for key in ("anyOf", "oneOf"):
            if isinstance(schema.get(key), list) and schema[key]:
                return self._either(schema, key, depth, via)
        if isinstance(schema.get("allOf"), list) and schema["allOf"]:
            return self.value(self._together(schema, via), depth + 1, via)
        kinds = schema.get("type")
        names = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else _guessed(schema)
        known = [name for name in _KINDS if name in names]
        if not known:
            return self._anything()
        return _one_of([self._kind(name, schema, depth) for name in known])

    def _kind(self, name: str, schema: Mapping[str, Any], depth: int) -> Expr | None:
        if name == "object":
            return self._object(schema, depth)
        if name == "array":
            return self._array(schema, depth)
        if name == "string":
            return _string(schema)
        if name in ("number", "integer"):
            return _number(schema, only_whole=name == "integer")
        return Lit("null") if name == "null" else Term(Alt((Lit("true"), Lit("false"))))

    def _ref(self, pointer: str, via: tuple[str, ...]) -> Expr | None:
        if pointer in via:
            return None
        name = self._names.get(pointer)
        if name is None:
            found = _resolved(self.root, pointer)
            name = self._names[pointer] = f"{self.prefix}d{len(self._names)}"
            body = self.value(found, 0, (*via, pointer))
            self.rules[name] = Alt(()) if body is None else body
        return Ref(name)

    def _either(self, schema: Mapping[str, Any], key: str, depth: int, via: tuple[str, ...]) -> Expr | None:
        base = {k: v for k, v in schema.items() if k != key}
        own = {k: v for k, v in base.items() if k in ("type", "properties", "required")}
        ways = []
        for branch in schema[key]:
            merged = branch
            if own and isinstance(branch, Mapping) and "$ref" not in branch:
                merged = _merged(base, branch)
            ways.append(self.value(merged, depth + 1, via))
        return _one_of(ways)

    def _together(self, schema: Mapping[str, Any], via: tuple[str, ...]) -> Mapping[str, Any]:
        merged: Mapping[str, Any] = {k: v for k, v in schema.items() if k != "allOf"}
        for part in schema["allOf"]:
            seen = set(via)
            while (
                isinstance(part, Mapping) and isinstance(part.get("$ref"), str) and part["$ref"] not in seen
            ):
                seen.add(part["$ref"])
                part = _resolved(self.root, part["$ref"])
            if isinstance(part, Mapping) and "$ref" not in part:
                merged = _merged(merged, part)
        return merged

    def _object(self, schema: Mapping[str, Any], depth: int) -> Expr | None:
        named = schema.get("properties")
        if not isinstance(named, Mapping) or not named:
            return self._map(schema, depth, closed=isinstance(named, Mapping))
        asked = schema.get("required")
        required = {k for k in asked if isinstance(k, str)} if isinstance(asked, list) else set()
        members = []
        for key, inner in named.items():
            value = self.value(inner, depth + 1, ())
            if value is None and key in required:
                return None
            if value is not None and (written := _json(key)) is not None:
                members.append((Seq((Lit(written + self.spaced.key), value)), key in required))
        return Seq((Lit("{"), Members(tuple(members), self.spaced.item), Lit("}")))

    def _map(self, schema: Mapping[str, Any], depth: int, *, closed: bool) -> Expr:
        """An object without named members: empty where others are forbidden, else keys of any name."""
        extra = schema.get("additionalProperties", not closed)
        patterns = schema.get("patternProperties")
        ways = []
        for source, inner in patterns.items() if isinstance(patterns, Mapping) else ():
            value = self.value(inner, depth + 1, ())
            if value is not None:
                ways.append(Seq((_string({"pattern": source}), Lit(self.spaced.key), value)))
        value = None if ways else self.value(extra, depth + 1, ())
        if value is not None:
            ways.append(Seq((_string({}), Lit(self.spaced.key), value)))
        if not ways:
            return Lit("{}")
        least, most = _count(schema, "minProperties", _LEAST_ITEMS), _count(schema, "maxProperties", None)
        inner_part = listed(_one_of(ways) or ways[0], self.spaced.item, least or 0, _limit(most, least))
        return Seq((Lit("{"), inner_part, Lit("}")))

    def _array(self, schema: Mapping[str, Any], depth: int) -> Expr | None:
        least = min(_count(schema, "minItems", _LEAST_ITEMS) or 0, max(_LEAST_ITEMS // self._copies, 1))
        most = _count(schema, "maxItems", None)
        first = schema.get("prefixItems")
        if isinstance(first, list) and first and len(first) <= _LEAST_ITEMS:
            parts: list[Expr] = []
            for inner in first:
                value = self.value(inner, depth + 1, ())
                if value is None:
                    return None
                parts += [*([Lit(self.spaced.item)] if parts else []), value]
            return Seq((Lit("["), *parts, Lit("]")))
        copies, self._copies = self._copies, self._copies * max(least, 1)
        item = self.value(schema.get("items", True), depth + 1, ())
        self._copies = copies
        if item is None:
            return Lit("[]") if not least else None
        return Seq((Lit("["), listed(item, self.spaced.item, least, _limit(most, least)), Lit("]")))

    def _listed(self, values: list[object]) -> Expr | None:
        texts = dict.fromkeys(
            text for value in values if (text := _json(value, self.spaced)) is not None and len(text) < 4_000
        )
        if len(texts) > _WORDS:
            return _string({}) if all(text.startswith('"') for text in texts) else self._anything()
        self._nodes += len(texts)
        return Term(Alt(tuple(Lit(text) for text in texts))) if texts else None

    def _anything(self) -> Expr:
        name = f"{self.prefix}any"
        if name not in self.rules:
            item, key = Ref(name), Seq((_string({}), Lit(self.spaced.key), Ref(name)))
            scalars = (_string({}), _number({}, only_whole=False), *map(Lit, ("true", "false", "null")))
            array = Seq((Lit("["), listed(item, self.spaced.item, 0, None), Lit("]")))
            mapping = Seq((Lit("{"), listed(key, self.spaced.item, 0, None), Lit("}")))
            self.rules[name] = Alt((*scalars, array, mapping))
        return Ref(name)


def _one_of(ways: Sequence[Expr | None]) -> Expr | None:
    known = tuple(dict.fromkeys(way for way in ways if way is not None))
    if not known:
        return None
    return known[0] if len(known) == 1 else Alt(known)


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**one, **other}
    both = [part.get("properties") for part in (one, other)]
    if all(isinstance(part, Mapping) for part in both):
        merged["properties"] = {**both[0], **both[1]}  # type: ignore[dict-item]
    asked = [part.get("required") for part in (one, other)]
    if all(isinstance(part, list) for part in asked):
        merged["required"] = [*asked[0], *asked[1]]  # type: ignore[misc]
    return merged


def _guessed(schema: Mapping[str, Any]) -> list[str]:
    """The kinds that a schema without `type` speaks of."""
    hints = {
        "object": ("properties", "additionalProperties", "patternProperties", "required"),
        "array": ("items", "prefixItems", "minItems", "maxItems"),
        "string": ("pattern", "minLength", "maxLength", "format"),
        "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    }
    return [kind for kind, keys in hints.items() if any(key in schema for key in keys)][:1]


def _resolved(root: object, pointer: str) -> object:
    """What a pointer within the schema names; anything at all where it names nothing."""
    found = root
    if not pointer.startswith("#"):
        return {}
    for step in pointer[1:].split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            return {}
    return found


def _json(value: object, spaced: Written | None = None) -> str | None:
    """`value` as JSON; None where it cannot be stored or read again."""
    spacing = spaced or Written()
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(spacing.item, spacing.key))
        text.encode()
    except (TypeError, ValueError, RecursionError):
        return None
    return text


def _count(schema: Mapping[str, Any], key: str, most: int | None) -> int | None:
    value = schema.get(key)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return None
    return value if most is None else min(value, most)


def _limit(most: int | None, least: int | None) -> int | None:
    return None if most is None or most > _MOST_ITEMS or most < (least or 0) else most


def _string(schema: Mapping[str, Any]) -> Expr:
    source = schema.get("pattern", _FORMATS.get(str(schema.get("format"))))
    inner = pattern(source) if isinstance(source, str) and len(source) <= 2_000 else None
    if inner is None:
        least = _count(schema, "minLength", _LEAST_CHARACTERS) or 0
        most = _count(schema, "maxLength", None)
        inner = Repeat(
            _CHARACTER, least, None if most is None or most > _MOST_CHARACTERS or most < least else most
        )
    return Term(Seq((Lit('"'), inner, Lit('"'))))


def _bound(schema: Mapping[str, Any], key: str) -> Decimal | None:
    value = schema.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return Decimal(str(value))


def _number(schema: Mapping[str, Any], *, only_whole: bool) -> Expr:
    low, high = _bound(schema, "minimum"), _bound(schema, "maximum")
    over, under = _bound(schema, "exclusiveMinimum"), _bound(schema, "exclusiveMaximum")
    above = over is not None and (low is None or over >= low)
    below = under is not None and (high is None or under <= high)
    low, high = (over if above else low), (under if below else high)
    if not only_whole:
        return real(low, high, above=above, below=below) or real(None, None) or Lit("0")
    if above and low is not None and low == low.to_integral_value():
        low += 1
    if below and high is not None and high == high.to_integral_value():
        high -= 1
    return whole(low, high) or whole(None, None) or Lit("0")
