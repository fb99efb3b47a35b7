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
    r"\b(?:avoid|(?:do not|don['’]t|never|not to|must not|should not|stay away from|without)(?:\s+(?:take|use|have|be given))?)"
    r"\s+(?:(?:any|the|more|painkillers|medicines|drugs|such as|like|including)\s+){0,4}$",
    re.IGNORECASE,
)
"""The words just before a drug that warn against it."""
LONGEST = 6
"""Words in the longest name that is looked for."""


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about advice."""
    return (
        judging(
            About(
                "care.advice.drug",
                "critical",
                "House policy: prescriptions are signed by a physician",
                "Advice names no drug that the patient neither takes nor was prescribed in this visit",
            ),
            "deny",
            "advise",
            partial(_drug, book, _Names.of(book)),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """Drug names as words, and the base's own sentences for patients that name a drug."""

    drugs: Mapping[tuple[str, ...], str]
    own: frozenset[str]

    @classmethod
    def of(cls, book: Formulary) -> _Names:
        names: dict[tuple[str, ...], str] = {}
        for drug in book.drugs.values():
            for name in (drug.name, *drug.synonyms, *((drug.rxnorm.display,) if drug.rxnorm else ())):
                names.setdefault(tuple(w for w, _ in _words(name)), drug.id)
        names.pop((), None)
        bare = cls(names, frozenset())
        own = {_plain(s) for text in _lay_texts(book) for s in _SENTENCE.split(text) if list(bare.within(s))}
        return cls(names, frozenset(own))

    def within(self, text: str) -> Iterator[tuple[str, int]]:
        """Drugs named in a text, the longest name at each place, and where they stand."""
        words = list(_words(text))
        at = 0
        while at < len(words):
            for length in range(min(LONGEST, len(words) - at), 0, -1):
                drug = self.drugs.get(tuple(w for w, _ in words[at : at + length]))
                if drug is not None:
                    yield drug, words[at][1]
                    at += length - 1
                    break
            at += 1


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


def _drug(book: Formulary, names: _Names, chart: Chart, wants: Advise) -> Word | None:
    allowed: set[str] | None = None
    for sentence in _SENTENCE.split(wants.text):
        if _plain(sentence) in names.own:
            continue
        for drug, at in names.within(sentence):
            if _AGAINST.search(sentence[:at]):
                continue
            if allowed is None:
                allowed = {taken.drug for taken in book.taken(chart)}
            if drug not in allowed:
                return deny(
                    f"this names {book.named(drug)}, which the patient neither takes nor was prescribed in this visit: "
                    "propose it with prescribe, so that a physician can sign"
                )
    return None
