"""Whether words say what is claimed of them: name, number and unit, time, and that they do not deny it.

A fact whose span does not contain its value is no fact, whoever proposed it.
"""

from __future__ import annotations

import re
from datetime import date

from wardround.care.extraction.doses import unit_of
from wardround.care.extraction.found import Found
from wardround.care.facts_on_chart import HISTORY
from wardround.care.said_when import moments_in, sentence_around
from wardround.clinical import Mention, PartialDate, Quantity, UnitError, canonical_unit
from wardround.knowledge import KnowledgeBase
from wardround.language import Reader

LONGEST_QUOTE = 600
_NUMBER = re.compile(r"(?<![\w.,])[<>≤≥]?=?\s?\d{1,9}(?:[.,]\d{1,6})?(?![\d])")
_WORD = re.compile(r"[^\W_]{2,}")
_NONE = re.compile(
    r"\b(?:no|nil|none) known\b|\bnkd?a\b|^\W*(?:none|nil)\W*$|\bdenies (?:any )?allerg|\bno\b.{0,20}\ballerg"
    r"|\bnot allergic\b|\bno (?:regular )?medic",
    re.I,
)
_KINDS = {
    "drug": ("drug",),
    "allergy": ("drug", "drug_class", "allergen"),
    "problem": ("condition", "finding"),
    "result": ("test", "finding"),
}
SAID_FREELY = ("finding", "social", "plan", "directive", "procedure", "immunization")
"""Kinds whose words are the statement itself: their words must stand in the quote."""


def fault_of(
    base: KnowledgeBase, reader: Reader, found: Found, text: str, on: date, day: date | None = None
) -> str | None:
    """Why the text does not bear a fact out, or None where it does. `day` is the document's own."""
    if not 0 <= found.start < found.end <= len(text):
        return "its span lies outside the text"
    if found.end - found.start > LONGEST_QUOTE:
        return f"its span is longer than {LONGEST_QUOTE} characters: cite the words that say it"
    quote = text[found.start : found.end]
    low, high = sentence_around(text, found.start, found.end)
    return (
        _name_fault(base, reader, found, quote)
        or _value_fault(found, quote)
        or _meaning_fault(reader, found, text[min(low, found.start) : max(high, found.end)])
        or _time_fault(found, quote, text[low:high], on, day or on)
    )


def _name_fault(base: KnowledgeBase, reader: Reader, found: Found, quote: str) -> str | None:
    """The name, or another name of the same thing, stands in the quote."""
    said = quote.casefold()
    if found.text.casefold() in said or (_is_none(found) and _NONE.search(quote)):
        return None
    if found.slug and found.slug in _slugs(base, reader, found, quote):
        return None
    words = [w.casefold() for w in _WORD.findall(found.text)]
    if not found.slug and words and all(re.search(rf"\b{re.escape(w)}", said) for w in words):
        return None
    return f"its words do not name {found.text[:80]!r}"


def _slugs(base: KnowledgeBase, reader: Reader, found: Found, quote: str) -> set[str]:
    expecting = ("allergies",) if found.kind == "allergy" else ()
    read = {str(m.id) for m in reader.read(quote, expecting) if m.id}
    read |= {a.id for one in tuple(read) if one in base.tests for a in base.tests[one].analytes}
    whole = base.slug_for(None, None, quote)
    drugs = base.names.drugs_in(quote) if found.kind in ("drug", "allergy") else ()
    return {*read, *drugs, *((whole,) if whole else ())}


def _value_fault(found: Found, quote: str) -> str | None:
    """A number stands there as it is, with its unit; a word stands there as it is."""
    value = found.value
    if isinstance(value, Quantity):
        places = [m for m in _NUMBER.finditer(quote) if _number(m.group()) == value.value]
        if not places:
            return f"its words do not hold the number {value.value:g}"
        if value.unit and not any(_unit_behind(quote, m.end(), value.unit) for m in places):
            return f"its words do not hold {value.value:g} {value.unit}"
        if value.comparator and not any(
            value.comparator[0] in quote[max(0, m.start() - 2) : m.end()] for m in places
        ):
            return f"its words do not hold {value.comparator}{value.value:g}"
    elif isinstance(value, str) and found.kind == "result" and value.casefold() not in quote.casefold():
        return f"its words do not hold {value[:60]!r}"
    return None


def _number(written: str) -> float:
    return float(re.sub(r"[^\d.,]", "", written).replace(",", "."))


_UNIT = re.compile(
    r"[\s-]*(?:\(?[HL*]{1,2}\)?\s+)?(?P<unit>[A-Za-zµμ°%][\w/.%^²µμ°\[\]{}]{0,24}(?: of mercury)?)"
)
_SPOKEN = {
    "mm[Hg]": ("mmhg", "mm"),
    "Cel": ("c", "°c", "degrees", "celsius"),
    "/min": ("bpm", "/min", "beats", "a", "per"),
    "%": ("%", "percent"),
    "{puff}": ("puff", "puffs"),
    "[iU]": ("iu", "units", "unit", "u"),
    "m[iU]/L": ("mu/l", "miu/l"),
}


def _unit_behind(quote: str, at: int, unit: str) -> bool:
    """Whether the unit stands behind a number, however it is written; of a pressure the pair may stand between."""
    rest = quote[at:]
    if unit == "mm[Hg]":
        rest = re.sub(r"^\s*/\s*\d{2,3}", "", rest)
        if not rest.strip(" .,;") or not _UNIT.match(rest):
            return "/" in quote  # 142/88: nothing else is written so
    found = _UNIT.match(rest)
    if found is None:
        return False
    written = found["unit"].rstrip(".,;").casefold()
    spoken = (*_SPOKEN.get(unit, ()), unit.casefold(), unit.casefold().replace("{", "").replace("}", ""))
    if written in spoken or unit_of(written) == unit:
        return True
    try:
        return canonical_unit(found["unit"].rstrip(".,;")) == canonical_unit(unit)
    except UnitError:
        return False


def _meaning_fault(reader: Reader, found: Found, sentence: str) -> str | None:
    """Nothing that is denied, doubted or said of somebody else is a fact of the patient's, and the reverse."""
    if found.kind not in _KINDS:
        return None
    expecting = ("allergies",) if found.kind == "allergy" else ()
    about = [m for m in reader.read(sentence, expecting) if _means(found, m, sentence)]
    if not about and found.status != "refuted" and not _is_none(found):
        return _plain_fault(found, sentence)
    if not about:
        return (
            None
            if _NONE.search(sentence) or _is_none(found) or _DENIED.search(sentence)
            else "its words deny nothing"
        )
    if all(m.about != "patient" for m in about):
        return "it is said of somebody else"
    own = [m for m in about if m.about == "patient"]
    if found.status == "refuted":
        return None if any(m.negated or m.past for m in own) else "its words do not deny it"
    if all(m.negated for m in own) and not (found.status == "resolved" and any(m.past for m in own)):
        return None if found.status == "resolved" and found.kind == "drug" else "its words deny it"
    return "its words doubt it" if all(m.uncertain for m in own) and found.certainty == "confirmed" else None


_DENIED = re.compile(
    r"\b(?:no|not|denie[sd]|denying|without|never|negative for|ruled out|excluded|free of|absence of|n't)\b",
    re.I,
)
_OTHERS = re.compile(
    r"\b(?:mother|father|brother|sister|parent|grand\w+|aunt|uncle|cousin|son|daughter|husband|wife|partner|family)(?:'s|s)?\b",
    re.I,
)
_CLAUSE = re.compile(r"[,;:]|\bbut\b|\band (?:has|takes|is)\b", re.I)


def _plain_fault(found: Found, sentence: str) -> str | None:
    """Of what the lexicon does not know: whether a denial or another person stands before its name in the clause."""
    at = sentence.casefold().find(found.text.casefold())
    before = _CLAUSE.split(sentence[: at if at >= 0 else len(sentence)])[-1]
    if _DENIED.search(before):
        return "its words deny it"
    return "it is said of somebody else" if _OTHERS.search(before) else None


def _is_none(found: Found) -> bool:
    return _NONE.search(found.text) is not None


def _means(found: Found, m: Mention, sentence: str) -> bool:
    if m.kind not in _KINDS[found.kind] or m.id is None:
        return False
    if found.slug:
        return m.id in (found.slug, HISTORY.get(found.slug)) or (
            m.id.startswith("test.") and found.kind == "result"
        )
    return found.text.casefold() in sentence[m.start : m.end].casefold()


_YEAR = re.compile(r"(?<![\d./-])(?:19|20)\d\d(?![\d/.-])")


def _time_fault(found: Found, quote: str, sentence: str, on: date, day: date) -> str | None:
    """A time is one that the words give, with their precision; a result without one is of the text's own day."""
    said = {m.at.iso() for m in (*moments_in(quote, on), *moments_in(sentence, on))}
    said.update(_YEAR.findall(quote))
    own = {PartialDate.of(on), PartialDate.of(day)} if found.kind == "result" else set()
    for name, at in (("beginning", found.valid_from), ("end", found.valid_to)):
        if at is not None and at.iso() not in said and at not in own:
            return f"its words do not give {at.iso()} as its {name}"
    return None
