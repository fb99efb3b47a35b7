"""Which entries a question means, and what a concept is called in an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from wardround.evaluation.record.names import OTHER_NAMES, SYSTEMS
from wardround.evaluation.record.raw import Entry

_UNSEEN: Final = re.compile("[\u200b-\u200d\ufeff]")
_TAG: Final = re.compile(r"\s*\([a-z /]+\)$")
_TAGS: Final = frozenset(
    (
        "disorder",
        "procedure",
        "finding",
        "situation",
        "morphologic abnormality",
        "regime/therapy",
        "event",
        "qualifier value",
        "substance",
        "product",
    )
)
_TOKEN: Final = re.compile(r"[^\W_]+")


def normal(words: str) -> str:
    """Words as they are compared: lower case, single blanks, nothing that can't be seen, no SNOMED tag at the end."""
    plain = " ".join(_UNSEEN.sub("", words).lower().split())
    tag = _TAG.search(plain)
    if tag and tag.start() and tag[0].strip()[1:-1] in _TAGS:
        return plain[: tag.start()]
    return plain


def untagged(words: str) -> str:
    """The words in their own letters without the tag, as one would say them."""
    clean = " ".join(_UNSEEN.sub("", words).split())
    kept = len(normal(clean))
    return clean[:kept]


def tokens(words: str) -> tuple[str, ...]:
    """Runs of letters and digits."""
    return tuple(_TOKEN.findall(normal(words)))


def same_concept(first: Entry, second: Entry) -> bool:
    """Whether two entries share a coding; without codings, their words."""
    if first.codings or second.codings:
        return not set(first.codings).isdisjoint(second.codings)
    return normal(first.text) == normal(second.text)


def grouped(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Entries of one concept together, in the order of their first one."""
    groups: list[tuple[set[object], list[Entry]]] = []
    for entry in entries:
        keys: set[object] = set(entry.codings) or {normal(entry.text)}
        hit = [group for group in groups if not group[0].isdisjoint(keys)]
        if not hit:
            groups.append((keys, [entry]))
            continue
        first, *rest = hit
        first[0].update(keys)
        first[1].append(entry)
        for other in rest:
            first[0].update(other[0])
            first[1].extend(other[1])
            groups.remove(other)
    return [members for _, members in groups]


def name_of(entries: Sequence[Entry]) -> str:
    """The text of the latest entry; undated ones first, ties by the alphabet."""
    dated = [e for e in entries if e.start is not None]
    latest = max((e.start.moment for e in dated if e.start), default=None)
    return min(e.text for e in (entries if latest is None else dated) if latest is None or _at(e) == latest)


def _at(entry: Entry) -> object:
    return entry.start.moment if entry.start else None


def coded(entries: Sequence[Entry], system: str, code: str) -> list[Entry]:
    """Those with this coding."""
    return [e for e in entries if (system, code) in e.codings]


def called(entries: Sequence[Entry], words: str, kind: str) -> list[Entry]:
    """Those that the words mean, among the entries of one kind: by equality, by another name, by what they contain."""
    return _equal(entries, words) or _other_name(entries, words, kind) or _containing(entries, words, kind)


def _equal(entries: Sequence[Entry], words: str) -> list[Entry]:
    said = normal(words)
    hits = [e for e in entries if said == normal(e.text) or said in map(normal, e.displays)]
    return [e for e in entries if any(e is hit or same_concept(e, hit) for hit in hits)] if hits else []


def _other_name(entries: Sequence[Entry], words: str, kind: str) -> list[Entry]:
    codes = codes_called(words, kind)
    system = SYSTEMS.get(kind)
    return [e for e in entries if any((system, code) in e.codings for code in codes)]


def codes_called(words: str, kind: str) -> tuple[str, ...]:
    """The codes that the table of other names has for these words."""
    said = normal(words)
    return tuple(
        code for codes, names in OTHER_NAMES.get(kind, ()) if said in map(normal, names) for code in codes
    )


def _containing(entries: Sequence[Entry], words: str, kind: str) -> list[Entry]:
    wanted = tokens(words)
    if kind == "result" or not wanted:
        return []
    return [e for e in entries if _stands_in(wanted, tokens(e.text))]


def _stands_in(wanted: tuple[str, ...], held: tuple[str, ...]) -> bool:
    width = len(wanted)
    return any(held[at : at + width] == wanted for at in range(len(held) - width + 1))
