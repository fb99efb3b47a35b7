"""Advice: no drug comes in through words that a physician has not signed for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from wardround.care.arguments import Advise
from wardround.care.chart import Chart
from wardround.care.constraints.formulary import Formulary
from wardround.care.constraints.rule import About, Rule, Word, deny, judging

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_AGAINST = re.compile(
    r"\b(?:avoid|(?:do not|don['’]t|never|not to|must not|should not|stay away from)(?:\s+(?:take|use|have|be given))?)"
    r"\s+(?:(?:any|the|more|painkillers|medicines|drugs|such as|like|including)\s+){0,4}$",
    re.IGNORECASE,
)
"""The words just before a drug that warn against it."""
_AND = re.compile(r"\s*,?\s*(?:and|or|nor|and/or)\s+", re.IGNORECASE)
"""What carries a warning over to the next drug; a comma alone does not."""


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about advice."""
    return (
        judging(
            About(
                "care.advice.drug",
                "critical",
                "House policy: prescriptions are signed by a physician",
                "Advice names no drug that the patient neither takes nor was prescribed or told to stop in this visit",
            ),
            "deny",
            "advise",
            partial(_drug, book, _Names.of(book)),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """Drug names by their first word, the longest first, and the base's own sentences for patients that name one."""

    drugs: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    own: frozenset[str]

    @classmethod
    def of(cls, book: Formulary) -> _Names:
        names: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for drug in book.drugs.values():
            for name in (drug.name, *drug.synonyms, *((drug.rxnorm.display,) if drug.rxnorm else ())):
                words = tuple(w for w, _ in _words(name))
                if words:
                    names.setdefault(words[0], []).append((words, drug.id))
        longest = {w: tuple(sorted(found, key=lambda n: -len(n[0]))) for w, found in names.items()}
        bare = cls(longest, frozenset())
        own = (s for text in _lay_texts(book) for s in _SENTENCE.split(text) if any(bare.within(s)))
        return cls(longest, frozenset(map(_plain, own)))

    def within(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Drugs named in a text, the longest name at each place, and where they begin and end."""
        words = list(_words(text))
        past = 0
        for at, (word, start) in enumerate(words):
            if at < past:
                continue
            for name, drug in self.drugs.get(word, ()):
                if tuple(w for w, _ in words[at : at + len(name)]) == name:
                    last, begins = words[at + len(name) - 1]
                    yield drug, start, begins + len(last)
                    past = at + len(name)
                    break


def _words(text: str) -> Iterator[tuple[str, int]]:
    for found in _WORD.finditer(text):
        yield found.group().casefold(), found.start()


def _plain(sentence: str) -> str:
    return " ".join(sentence.split()).casefold()


def _lay_texts(book: Formulary) -> Iterator[str]:
    """What the base itself says to patients, lines of drug treatment left out."""
    for condition in book.base.conditions.values():
        yield condition.explain
        yield condition.safety_net
        yield from (line.patient_text for line in condition.management if line.kind != "drug")
    for flag in book.base.red_flags.values():
        yield flag.patient_text


def _unwarned(names: _Names, sentence: str) -> Iterator[str]:
    """Drugs that a sentence names other than to warn against them."""
    warned_to: int | None = None
    for drug, start, end in names.within(sentence):
        carried = warned_to is not None and _AND.fullmatch(sentence, warned_to, start) is not None
        if carried or _AGAINST.search(sentence[:start]):
            warned_to = end
        else:
            warned_to = None
            yield drug


def _drug(book: Formulary, names: _Names, chart: Chart, wants: Advise) -> Word | None:
    named = [
        drug
        for sentence in _SENTENCE.split(wants.text)
        if _plain(sentence) not in names.own
        for drug in _unwarned(names, sentence)
    ]
    if not named:
        return None
    allowed = {taken.drug for taken in book.taken(chart)} | {ended.drug for ended in chart.stopped}
    for drug in named:
        if drug not in allowed:
            return deny(
                f"this names {book.named(drug)}, which the patient neither takes nor was prescribed in this visit: "
                "propose it with prescribe, so that a physician can sign"
            )
    return None
