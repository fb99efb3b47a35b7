"""A text to atomic, self-contained claims, in order, each once, with the characters that it was read from.

`text[claim.start:claim.end]` is where a claim stands; its own words may differ, since pronouns are named and what several
clauses share is repeated. Questions, headings and options that were not chosen are no claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from wardround.evidence.claims import Claim, Kind
from wardround.evidence.reading.clauses import Clause, Spoken, clauses, named
from wardround.evidence.reading.quantities import amounts, folded
from wardround.evidence.reading.sentences import sentences
from wardround.evidence.reading.terms import Terms, terms
from wardround.evidence.reading.word_lists import SILENT
from wardround.knowledge import KnowledgeBase
from wardround.search.words import stem

MAX_CHARACTERS: Final = 200_000
_CITED: Final = re.compile(r"\s*\[(?P<id>[A-Za-z][^\]\s]{1,120}[.#:][^\]\s]*)\]")
_BRACKET: Final = re.compile(r"\s*\[[^\]\n]{0,120}\]")
_EVENT: Final = re.compile(r"\s*\[(?:e|event |turn )?\d+(?:[-,; ]+\d+)*\]")
_DOSE_UNITS: Final = frozenset({"mass", "unit", "tablet", "capsule", "puff", "drop", "dose", "per day"})
_SOURCE: Final = re.compile(
    r"\b(?:according to|guideline|guidelines|guidance|NICE|BNF|WHO|SIGN|ESC|ADA|GINA|GOLD|USPSTF|FDA|MHRA|EMA|Cochrane|SmPC|"
    r"label(?:ling)?|trial|meta-analys[ie]s|cohort|study|studies|systematic review|et al)\b"
)
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


def claims(text: str, knowledge: KnowledgeBase) -> tuple[Claim, ...]:
    """The claims of a text. Of more than MAX_CHARACTERS the rest is not read."""
    found: dict[tuple[str, ...], Claim] = {}
    for claim in _all(text[:MAX_CHARACTERS], terms(knowledge)):
        key = tuple(
            stem(w)
            for w in re.findall(r"[^\W_]+(?:\.\d+)?", claim.text.lower())
            if w not in SILENT or w in ("not", "no")
        )
        known = found.get(key)
        if known is None:
            found[key] = claim
        elif set(claim.cites) - set(known.cites):
            both = tuple(dict.fromkeys((*known.cites, *claim.cites)))
            found[key] = Claim(known.text, known.kind, known.start, known.end, both)
    return tuple(found.values())


def _all(text: str, known: Terms) -> Iterator[Claim]:
    spoken = Spoken()
    for sentence in sentences(text):
        cites = tuple(dict.fromkeys(m["id"] for m in _CITED.finditer(sentence.text)))
        bare = _blank(_BRACKET, _blank(_EVENT, sentence.text))
        for clause in (one for whole in clauses(bare) for one in _each_dose(whole, known)):
            things = _things(clause.text, known)
            words = " ".join(named(clause.text, spoken, tuple(name for name, _ in things)).split())
            _remember(spoken, clause.text, things)
            if len(re.findall(r"\w+", words)) < 2:
                continue
            start, end = _trim(bare, clause.start, clause.end)
            yield Claim(
                words,
                kind_of(words, known, sentence.label),
                sentence.start + start,
                sentence.start + end,
                cites,
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
    slugs = [slug for _, _, slug in known.within(low)]
    named_drug = any(slug.startswith(("drug.", "class.")) for slug in slugs)
    quantities = {a.dimension.split("/")[0] for a in amounts(low)}
    if _SOURCE.search(text):
        return Kind.CITATION
    if named_drug and quantities & _DOSE_UNITS:
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
