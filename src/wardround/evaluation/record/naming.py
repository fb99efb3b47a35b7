"""What a question calls a thing: the record's own words, a shorter name, or a drug's plain name; never an ambiguous one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Final

from wardround.evaluation.record.asked import Thing
from wardround.evaluation.record.concepts import called, coded, codes_called, normal, untagged
from wardround.evaluation.record.names import CVX, LOINC, OTHER_NAMES, SNOMED
from wardround.evaluation.record.oracle import RawRecord
from wardround.evaluation.record.raw import Entry

_RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
_WORD: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{5,}(?![A-Za-z0-9])")
_NO_NAMES: Final = frozenset(
    (
        "actuat",
        "abuse",
        "deterrent",
        "vitamin",
        "ferrous",
        "insulin",
        "human",
        "sodium",
        "chloride",
        "injection",
    )
)
_ABSENT: Final = MappingProxyType(
    {
        "result": (
            (LOINC, "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood"),
            (LOINC, "2857-1", "Prostate specific Ag [Mass/volume] in Serum or Plasma"),
            (LOINC, "33762-6", "NT-proBNP"),
            (LOINC, "14959-1", "Microalbumin Creatinine Ratio"),
            (LOINC, "3016-3", "Thyrotropin [Units/volume] in Serum or Plasma"),
            (LOINC, "10230-1", "Left ventricular Ejection fraction"),
            (LOINC, "718-7", "Hemoglobin [Mass/volume] in Blood"),
        ),
        "problem": (
            (SNOMED, "90560007", "Gout"),
            (SNOMED, "22298006", "Myocardial Infarction"),
            (SNOMED, "64859006", "Osteoporosis (disorder)"),
            (SNOMED, "84757009", "Epilepsy"),
            (SNOMED, "69896004", "Rheumatoid arthritis"),
            (SNOMED, "49436004", "Atrial Fibrillation"),
        ),
        "drug": (
            (_RXNORM, "855332", "Warfarin Sodium 5 MG Oral Tablet"),
            (_RXNORM, "197604", "Digoxin 0.125 MG Oral Tablet"),
            (_RXNORM, "105586", "Methotrexate 10 MG Oral Tablet"),
            (_RXNORM, "833036", "Captopril 25 MG Oral Tablet"),
            (_RXNORM, "197319", "Allopurinol 100 MG Oral Tablet"),
        ),
        "allergy": (
            (SNOMED, "300916003", "Latex allergy"),
            (SNOMED, "91930004", "Allergy to eggs"),
            (SNOMED, "417532002", "Allergy to fish"),
        ),
        "procedure": (
            (SNOMED, "73761001", "Colonoscopy"),
            (SNOMED, "232717009", "Coronary artery bypass grafting"),
            (SNOMED, "11466000", "Cesarean section"),
        ),
        "immunization": (
            (CVX, "121", "zoster"),
            (CVX, "119", "rotavirus, monovalent"),
            (CVX, "21", "varicella"),
            (CVX, "62", "HPV, quadrivalent"),
        ),
        "visit": ((SNOMED, "390906007", "Follow-up encounter"), (SNOMED, "424619006", "Prenatal visit")),
    }
)
"""Things that a record may well not hold: codes and displays from real records."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A thing and what it is called."""

    thing: Thing
    name: str


def spoken(record: RawRecord, group: Sequence[Entry], rng: Random) -> Spoken | None:
    """One concept of the record under one of its names; None where every name is ambiguous."""
    kind, entry = group[0].kind, rng.choice(group)
    names = [untagged(entry.text), untagged(entry.text)]
    names.append(rng.choice((names[0].lower(), names[0].upper() if len(names[0]) < 6 else names[0].lower())))
    codes = {code for e in group for _, code in e.codings}
    for listed, others in OTHER_NAMES.get(kind, ()):
        if not codes.isdisjoint(listed):
            names.extend([rng.choice(others), rng.choice(others)])
    plain = plain_name(entry.text) if kind == "drug" else None
    if plain:
        names.extend([plain, plain])
    rng.shuffle(names)
    for name in names:
        if name == plain:
            return Spoken(Thing(kind, None, name), name)
        if means(record, name, group):
            return Spoken(_thing(group, entry.text), name)
    return None


def _thing(group: Sequence[Entry], words: str) -> Thing:
    return Thing(group[0].kind, group[0].codings[0] if group[0].codings else None, words)


def means(record: RawRecord, name: str, group: Sequence[Entry]) -> bool:
    """Whether the name means these entries, and no others of their kind."""
    found = called(record.of_kind(group[0].kind), name, group[0].kind)
    return {id(e) for e in found} == {id(e) for e in group}


def of_one_kind(record: RawRecord, one: Spoken) -> bool:
    """Whether nothing of another kind could be meant."""
    kinds = {e.kind for e in record.entries} - {one.thing.kind}
    return not any(
        called(record.of_kind(kind), one.name, kind) or codes_called(one.name, kind) for kind in kinds
    )


def absent(record: RawRecord, kind: str, rng: Random) -> Spoken | None:
    """Something that is not in the record, under a name that means nothing in it."""
    there = record.of_kind(kind)
    for system, code, text in rng.sample(_ABSENT[kind], len(_ABSENT[kind])):
        short = plain_name(text) if kind == "drug" else None
        name = rng.choice([untagged(text), short or untagged(text).lower()])
        if not coded(there, system, code) and not called(there, name, kind) and not called(there, text, kind):
            return Spoken(Thing(kind, (system, code), text), name)
    return None


def plain_name(text: str) -> str | None:
    """The first word of a product's name that is a substance or a brand; None where there is no such word."""
    for found in _WORD.finditer(text):
        if found[0].lower() not in _NO_NAMES:
            return normal(found[0])
    return None
