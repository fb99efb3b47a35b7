"""The cache of verdicts on pairs made to confuse it: adversarial ones must never share a verdict, equal ones should.

Pairs are made from the built-in guidance: one number, unit, sign, power, fraction, negation, drug, population or direction
changed; or the same said in another way. The words are the generator's own.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wardround.evaluation.claims_planted import makers
from wardround.evidence import Cached, Verdict, VerdictCache
from wardround.knowledge import KnowledgeBase

Maker = Callable[[str], tuple[str, str] | None]
"""Two claims out of a sentence; None where it has nothing to change."""
ADVERSARIAL: Final = 2_000
EQUAL: Final = 500
_VERSION: Final = "pairs"
_NUMBER: Final = re.compile(r"(?<![\w.,/-])\d+(?:\.\d+)?(?![\w.,/]|-\w)")
_UNITS: Final = (("mg", "micrograms"), ("micrograms", "mg"), ("mg", "g"), ("mg", "mL"), ("hours", "days"), ("days", "weeks"),
                 ("weeks", "months"), ("months", "years"), ("mmol/L", "mg/dL"), ("a day", "a week"), ("daily", "weekly"))  # fmt: skip
_NEGATED: Final = (("is", "is not"), ("are", "are not"), ("should", "should not"), ("can", "cannot"), ("may", "may not"), ("must", "must not"),
                   ("is not", "is"), ("are not", "are"), ("should not", "should"), ("with", "without"), ("never", "always"), ("and", "but not"))  # fmt: skip
_WRITTEN: Final = {
    "sign": (("-{n}", "{n}"), ("\u2212{n}", "{n}"), ("+{n}", "-{n}"), ("> {n}", "\u2265 {n}"), ("< {n}", "\u2264 {n}"), ("> {n}", "< {n}"),
             ("\u2265{n}", "\u2264{n}"), (">= {n}", "> {n}"), ("\u2264 {n}", "{n}"), ("{n}\u00b12", "{n} 2"), ("{n}:2", "{n} 2"),
             ("{n} \u00d7 2", "{n} 2"), ("~{n}", "{n}"), ("{n},5", "{n}.5"), ("{n}\u00b75", "{n} 5"), ("{n}*2", "{n} 2")),
    "power": (("{n} x 10\u2079/L", "{n} x 10\u2076/L"), ("{n}\u2075", "{n}"), ("{n}\u00b2", "{n}2"), ("10\u207b\u2079 of {n}", "10\u2079 of {n}"),
              ("{n} x 10^9/L", "{n} x 10^6/L"), ("{n}\u00b3", "{n}\u00b2"), ("{n}\u2082", "{n}\u2083")),
    "fraction": (("{n}\u00bd", "{n}\u00bc"), ("{n}\u00bd", "{n}"), ("\u00bd of {n}", "\u00be of {n}"), ("1/2 of {n}", "1/4 of {n}"),
                 ("{n}/2", "{n} 2"), ("\u2153 of {n}", "\u2154 of {n}")),
    "bracket": (("[{n}]", "[{m}]"), ("({n})", "({m})"), ("[{n}0mg]", "[{m}0mg]"), ("[\u2212{n}]", "[{n}]")),
}  # fmt: skip
"""The number of a sentence in two writings that say different things."""
_SAME: Final = (
    ("three times a day", "every 8 hours"), ("twice a day", "every 12 hours"), ("four times a day", "every 6 hours"), ("twice daily", "two times a day"),
    ("once daily", "once a day"), ("three times daily", "three times a day"), ("the ", ""), ("may ", "might "), ("should ", "ought to "),
    ("micrograms", "mcg"), ("people", "patients"), ("patients", "people"), (" mg", " milligrams"), ("about ", "approximately "),
    ("increases", "raises"), ("reduces", "decreases"), ("increased", "raised"), ("reduced", "decreased"), ("doctor", "physician"),
    ("stopped", "discontinued"), ("started", "begun"), ("medicine", "drug"), ("renal", "kidney"), ("two", "2"), ("three", "3"), ("four", "4"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CachePair:
    """Two claims, and what was changed between them; `equal` where they say the same."""

    one: str
    other: str
    change: str
    equal: bool = False


def adversarial(
    knowledge: KnowledgeBase, sentences: Sequence[str], count: int, seed: int
) -> tuple[CachePair, ...]:
    """`count` pairs, as many of each kind as there can be, none twice."""
    rng = random.Random(seed)  # noqa: S311 - chooses examples, keeps no secret
    change: dict[str, Callable[[str], str | None]] = {
        **dict(makers(knowledge, rng).items()),
        "number": lambda s: _number(s, rng),
        "unit": lambda s: _swapped(s, _UNITS, rng),
        "negation": lambda s: _swapped(s, _NEGATED, rng),
    }
    make = {kind: _beside(change[kind]) for kind in change}
    make |= {kind: _in_two_ways(ways, rng) for kind, ways in _WRITTEN.items()}
    return tuple(_spread(make, list(sentences), count, rng, equal=False))


def equal(knowledge: KnowledgeBase, sentences: Sequence[str], count: int, seed: int) -> tuple[CachePair, ...]:
    """Pairs that say the same: other units, rates, names of a drug, small words, and what stands first moved behind."""
    rng = random.Random(seed)  # noqa: S311 - chooses examples, keeps no secret
    names = [(d.name, s) for d in knowledge.drugs.values() for s in d.synonyms]
    change: dict[str, Callable[[str], str | None]] = {
        "words": lambda s: _swapped(s, _SAME, rng),
        "drug's other name": lambda s: _swapped(s, names, rng),
        "unit": lambda s: _in_grams(s),
        "order": _moved,
        "writing": lambda s: f"  {s[0].upper()}{s[1:].replace(' ', '  ', 1)}. ",
    }
    make = {kind: _beside(change[kind]) for kind in change}
    return tuple(_spread(make, list(sentences), count, rng, equal=True))


def _beside(change: Callable[[str], str | None]) -> Maker:
    """The sentence as it is, and changed."""

    def made(sentence: str) -> tuple[str, str] | None:
        other = change(sentence)
        return None if other is None else (sentence, other)

    return made


def _in_two_ways(ways: Sequence[tuple[str, str]], rng: random.Random) -> Maker:
    """The sentence with a number of it in two writings."""

    def made(sentence: str) -> tuple[str, str] | None:
        found = list(_NUMBER.finditer(sentence))
        if not found:
            return None
        m, (one, other) = rng.choice(found), rng.choice(ways)
        before, behind = sentence[: m.start()], sentence[m.end() :]
        n = {"n": m.group(), "m": f"{float(m.group()) + 1:g}"}
        return f"{before}{one.format(**n)}{behind}", f"{before}{other.format(**n)}{behind}"

    return made


def _spread(
    make: dict[str, Maker],
    sentences: list[str],
    count: int,
    rng: random.Random,
    *,
    equal: bool,
) -> Iterator[CachePair]:
    """Kinds in turn, over the sentences in a random order, until there are enough or none can be made."""
    seen: set[tuple[str, str]] = set()
    for _ in range(12):
        rng.shuffle(sentences)
        for place, sentence in enumerate(sentences):
            kinds = [kind for kind in make if kind != "writing" or place % 20 == 0]
            for step in range(len(kinds)):
                kind = kinds[(place + step) % len(kinds)]
                pair = make[kind](sentence)
                if pair is not None and pair[0] != pair[1] and pair not in seen:
                    seen.add(pair)
                    yield CachePair(*pair, kind, equal)
                    break
            if len(seen) == count:
                return


def _number(sentence: str, rng: random.Random) -> str | None:
    found = list(_NUMBER.finditer(sentence))
    if not found:
        return None
    m = rng.choice(found)
    value = float(m.group())
    return f"{sentence[: m.start()]}{value * 10 if rng.random() < 0.5 else value + rng.choice((1, 5, 25)):g}{sentence[m.end() :]}"


def _swapped(sentence: str, pairs: Sequence[tuple[str, str]], rng: random.Random) -> str | None:
    found = [
        (m, b)
        for a, b in pairs
        for m in re.finditer(
            rf"(?<![\w-]){re.escape(a)}" + (r"(?![\w-])" if a[-1].isalpha() else ""), sentence
        )
    ]
    if not found:
        return None
    m, put = rng.choice(found)
    return f"{sentence[: m.start()]}{put}{sentence[m.end() :]}"


def _in_grams(sentence: str) -> str | None:
    m = re.search(r"(?<![\w.,/-])(\d+) mg(?![\w/])", sentence)
    return (
        f"{sentence[: m.start()]}{float(m[1]) / 1000:.12g} g{sentence[m.end() :]}"
        if m and " to " not in sentence[max(0, m.start() - 6) : m.start()]
        else None
    )


def _moved(sentence: str) -> str | None:
    """`In adults, X` as `X in adults`."""
    m = re.match(r"((?:In|When|If|For|During|After|Before)\s[^,]{3,80}),\s+([^,;.]+)$", sentence)
    return f"{m[2][0].upper()}{m[2][1:]} {m[1][0].lower()}{m[1][1:]}" if m else None


def try_pairs(cache_of: Callable[[], VerdictCache], pairs: Sequence[CachePair]) -> dict[str, Any]:
    """How many pairs hit: one claim is remembered, the other is asked for, in a cache that has nothing else."""
    hits: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    misled: list[CachePair] = []
    for pair in pairs:
        cache = cache_of()
        cache.put(pair.one, _VERSION, Cached(Verdict.SUPPORTED, "passage", "made up for the pair"))
        kinds[pair.change] += 1
        if cache.get(pair.other, _VERSION) is not None:
            hits[pair.change] += 1
            if not pair.equal:
                misled.append(pair)
    return {
        "n": len(pairs),
        "hits": sum(hits.values()),
        "rate": sum(hits.values()) / len(pairs) if pairs else None,
        "by_change": {kind: {"n": n, "hits": hits[kind]} for kind, n in sorted(kinds.items())},
        "false": [{"one": p.one, "other": p.other, "change": p.change} for p in misled],
    }
