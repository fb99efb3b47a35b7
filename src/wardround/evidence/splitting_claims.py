"""A text to atomic, self-contained claims, in order, each once, with the characters that it was read from.

`text[claim.start:claim.end]` is where a claim stands; its own words may differ, since pronouns are named and what several
clauses share is repeated. Questions, headings that state nothing and options that were not chosen are no claims; `read_claims`
tells what of a text was not read, and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from wardround.evidence.claims import Claim, Kind
from wardround.evidence.reading.clauses import Clause, Spoken, clauses, named
from wardround.evidence.reading.medicine import is_unspaced
from wardround.evidence.reading.quantities import amounts, folded
from wardround.evidence.reading.references import CITED, REFERENCE
from wardround.evidence.reading.sentences import pieces
from wardround.evidence.reading.signs import signs
from wardround.evidence.reading.sources import names_a_source
from wardround.evidence.reading.terms import Terms, terms
from wardround.evidence.reading.word_lists import listed
from wardround.knowledge import KnowledgeBase
from wardround.search.words import stem

MAX_CHARACTERS: Final = 200_000
_SAYS_NOTHING: Final = listed("a an the of that is are be being been please")
_WORDS: Final = re.compile(r"[^\W_]+(?:\.\d+)?")
_UNSPACED_DOSE: Final = re.compile(r"\d\s*(?:毫克|微克|克|毫升|单位|單位|片|粒|錠|mg|g|ml)")
_ADJUNCT: Final = re.compile(
    r"(?:in|for|with|at|on|by|from|to|of|during|after|before|as|per)\s+(?:\w+\s*){1,3}$", re.I
)
_BRACKETS: Final = re.compile(r"[\[\]]")
"""What stands between them is read, unless it names a source."""
_DOSE_UNITS: Final = frozenset({"mass", "unit", "tablet", "capsule", "puff", "drop", "dose", "per day"})
_PATIENT: Final = re.compile(
    r"\b(?:the patient|this patient|patient's|he|she|his|her|him|mr|mrs|ms|you (?:are|have|had|were|told|take|said|reported)|your (?:last|blood|eGFR|result|"
    r"weight|temperature|pulse|potassium|HbA1c|creatinine|allergy|age)|reports?|reported|denies|denied|complains?|presented|presents with|"
    r"history of|allergic to|known allergy|\d{1,3}[- ](?:year|yr)s?[- ]old|on examination|currently takes|is taking)\b",
    re.I,
)
_DIAGNOSIS: Final = re.compile(
    r"\b(?:diagnos[ie]s|diagnosed|differential|most likely|likely to be|probably (?:is|has|have)|impression|consistent with|suggests?|points to|"
    r"suspected|rules? out|ruled out|you (?:probably |most likely |may |might )?have|working diagnosis)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Unread:
    """A stretch of a text that gave no claim, and why."""

    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Read:
    """A text's claims, and what of it gave none."""

    claims: tuple[Claim, ...]
    unread: tuple[Unread, ...]


def claims(text: str, knowledge: KnowledgeBase) -> tuple[Claim, ...]:
    """The claims of a text. Of more than MAX_CHARACTERS the rest is not read; `read_claims` says so."""
    return read_claims(text, knowledge).claims


def read_claims(text: str, knowledge: KnowledgeBase) -> Read:
    """The claims of a text, and what gave none: questions, headings, options not chosen, too few words, too long a text."""
    found: dict[tuple[str, ...], Claim] = {}
    unread: list[Unread] = []
    for one in _all(text[:MAX_CHARACTERS], terms(knowledge)):
        if isinstance(one, Unread):
            unread.append(one)
            continue
        key = _key(one.text)
        known = found.get(key)
        if known is None:
            found[key] = one
        elif set(one.cites) - set(known.cites):
            both = tuple(dict.fromkeys((*known.cites, *one.cites)))
            found[key] = Claim(known.text, known.kind, known.start, known.end, both)
    if len(text) > MAX_CHARACTERS:
        unread.append(Unread(MAX_CHARACTERS, len(text), f"beyond the first {MAX_CHARACTERS} characters"))
    return Read(tuple(found.values()), tuple(unread))


def _key(text: str) -> tuple[str, ...]:
    """What two wordings of one claim share: every word that says something, and every sign."""
    words = (stem(w) for w in _WORDS.findall(text.lower()) if w not in _SAYS_NOTHING)
    return (*words, "", *(sign for _, sign in signs(text)))


def _all(text: str, known: Terms) -> Iterator[Claim | Unread]:
    spoken = Spoken()
    for sentence in pieces(text):
        if sentence.left_out:
            yield Unread(sentence.start, sentence.end, sentence.left_out)
            continue
        cites = tuple(dict.fromkeys(m["id"] for m in CITED.finditer(sentence.text)))
        bare = _blank(_BRACKETS, _blank(REFERENCE, _blank(CITED, sentence.text)))
        parts = [one for whole in clauses(bare) for one in _each_dose(whole, known)]
        if not parts:
            yield Unread(sentence.start, sentence.end, "an option that was not chosen")
        for clause in parts:
            things = _things(clause.text, known)
            words = _tidy(named(clause.text, spoken, tuple(name for name, _ in things)))
            _remember(spoken, clause.text, things)
            start, end = _trim(bare, clause.start, clause.end)
            if not _says_enough(words):
                if any(map(str.isalpha, bare[start:end])):
                    yield Unread(sentence.start + start, sentence.start + end, "too few words")
                continue
            kind = kind_of(words, known, sentence.label)
            yield Claim(words, kind, sentence.start + start, sentence.start + end, cites)


def _tidy(words: str) -> str:
    """One space between words, none before a colon or a comma."""
    return re.sub(r"\s+([:,])(?=\s|$)", r"\1", " ".join(words.split()))


def _says_enough(words: str) -> bool:
    """Two words that are no mere adjunct (`in adults`), or as much in a script without spaces."""
    if is_unspaced(words):
        return True
    return (
        len(re.findall(r"\w+", words)) > 1 and _ADJUNCT.match(words) is None and any(map(str.isalpha, words))
    )


def _each_dose(clause: Clause, known: Terms) -> Iterator[Clause]:
    """`Give aspirin 300 mg and clopidogrel 75 mg` as two: every drug with its own dose, under the same verb."""
    text = clause.text
    drugs = [(a, b) for a, b, slug in known.within(text) if slug.startswith("drug.")]
    doses = [amount.start for amount in amounts(folded(text)) if amount.dimension in _DOSE_UNITS]
    edges = [a for a, _ in drugs[1:]]
    joints = [re.search(r"(?:,?\s+(?:and|plus)|,)\s+$", text[:edge]) for edge in edges]
    parts = list(pairwise([drugs[0][0], *edges, len(text)])) if len(drugs) > 1 else []
    own = all(any(a < dose < b for dose in doses) for a, b in parts)
    if not parts or not own or not all(joints):
        yield clause
        return
    lead, offset = text[: parts[0][0]], clause.end - len(text)
    ends = [*(joint.start() for joint in joints if joint is not None), len(text)]
    for number, ((a, _), end) in enumerate(zip(parts, ends, strict=True)):
        start = clause.start if number == 0 else offset + a
        yield Clause(f"{lead}{text[a:end]}", start, offset + end)


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """Without what matches, every other character in its place."""
    return pattern.sub(lambda m: " " * len(m.group()), text)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " ,":
        start += 1
    while end > start and text[end - 1] in " ,":
        end -= 1
    return start, end


def _things(text: str, known: Terms) -> list[tuple[str, str]]:
    """Drugs, classes and conditions in a text, as they are written there, with their ids."""
    return [
        (text[a:b], slug)
        for a, b, slug in known.within(text)
        if slug.startswith(("drug.", "class.", "condition."))
    ]


def _remember(spoken: Spoken, text: str, things: list[tuple[str, str]]) -> None:
    """The first thing named is what `it` means next; two drugs with `and` are what `they` means."""
    if not things:
        return
    drugs = [name for name, slug in things if not slug.startswith("condition.")]
    spoken.thing = (drugs or [things[0][0]])[0]
    spoken.drug = next(iter(drugs), spoken.drug)
    spoken.condition = next(
        (name for name, slug in things if slug.startswith("condition.")), spoken.condition
    )
    both = (
        re.search(rf"{re.escape(drugs[0])}\s+(?:and|or)\s+{re.escape(drugs[1])}", text)
        if len(drugs) > 1
        else None
    )
    spoken.several = both.group() if both else None


def kind_of(text: str, known: Terms, label: str = "") -> Kind:
    """What a claim is about."""
    low = folded(text)
    if names_a_source(text):
        return Kind.CITATION
    slugs = [slug for _, _, slug in known.within(low)]
    named_drug = any(slug.startswith(("drug.", "class.")) for slug in slugs)
    quantities = {a.dimension.split("/")[0] for a in amounts(low)}
    if (named_drug and quantities & _DOSE_UNITS) or _UNSPACED_DOSE.search(low):
        return Kind.DOSE
    diagnosis = label.lower() in (
        "diagnosis",
        "working diagnosis",
        "differential",
        "impression",
        "assessment",
    )
    if diagnosis or (_DIAGNOSIS.search(text) and any(s.startswith("condition.") for s in slugs)):
        return Kind.DIAGNOSIS
    return Kind.PATIENT_FACT if _PATIENT.search(text) else Kind.GENERAL
