"""One sentence to its atomic statements: coordinated clauses apart, what they share repeated, pronouns named.

No grammar is parsed: a clause is split off only where its verb is seen. What is not recognised stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_AUX: Final = (
    "is are was were has have had can could may might must should will would does do did cannot isn't aren't shouldn't "
    "mustn't needn't doesn't don't"
)
_VERBS: Final = (
    "lowers lower raises raise reduces reduce increases increase causes cause prevents prevent treats treat needs need requires "
    "require helps help improves improve worsens worsen takes take gives give starts start stops stop avoids avoid shows show "
    "suggests suggest means mean leads lead makes make keeps keep reports report denies deny describes describe drinks drink "
    "smokes smoke lives live works work weighs weigh checks check monitors monitor continues continue returns return comes come "
    "goes go remains remain occurs occur affects affect includes include contains contain protects protect relieves relieve "
    "interacts interact doubles double halves halve inhibits inhibit blocks block activates activate promotes promote depends "
    "depend begins begin lasts last offers offer adds add uses use prescribes prescribe refers refer seeks seek calls call measure "
    "measures repeat repeats review reviews arrange order book tell warn advise advises recommends recommend prefers prefer passes "
    "took gave started stopped had developed reported denied described fell rose showed felt became went came grows grow carries "
    "carry rules confirms confirm excludes exclude supports support explains explain binds bind regulates regulate induces induce"
)
_FINITE: Final = re.compile(
    rf"\b(?:{'|'.join(sorted({*_AUX.split(), *_VERBS.split()}, key=len, reverse=True))})\b", re.I
)
_JOINT: Final = re.compile(
    r"(?:,\s+|\s+)(?:and then|and also|and|but)\s+|,\s+(?:while|whereas|although|though|yet|so)\s+|;\s*|\s+[\u2013\u2014]\s+",
    re.I,
)
PREFIX: Final = re.compile(
    r"^(?:if|when|where|while|in|for|during|after|before|unless|once|until|with|without|at|below|above|under|over|as long as)\b[^,;]{2,120},\s+",
    re.I,
)
_REJECTED: Final = re.compile(
    r",?\s*\b(?:rather than|instead of|as opposed to|in preference to)\s+[^,;.]{1,48}(?=[,;.]|$)|"
    r"^(?P<whole>.*\b(?:was|were|is|are)\s+(?:considered|discussed|weighed)\b.{0,40}\b(?:but|and)\s+(?:not chosen|rejected|declined|"
    r"dismissed|decided against|not (?:given|started|prescribed|taken)).*)$",
    re.I,
)
_SUBJECT_PRONOUN: Final = re.compile(
    rf"^(?P<said>(?:they|these|those)(?=\s+(?:{'|'.join(_VERBS.split())})\b)|(?:it|they|this|these|that|those)(?=\s+(?:is|are|was|were|has|have|can|could|may|might|must|should|will|would|does|do|did|"
    r"cannot|also|often|usually|rarely|never|always|not|\w+s\b|\w+ed\b))|(?:this|that|the|the same|these|those)\s+"
    r"(?:drug|medicine|medication|tablet|antibiotic|condition|disease|disorder|illness|treatment|agent|combination|class)s?)\b",
    re.I,
)
_POSSESSIVE: Final = re.compile(r"\b(?:its|their)\b", re.I)
_OBJECT: Final = re.compile(
    r"\b(?P<said>it|them)\b(?=\s*(?:$|[,;.)]|with|without|if|when|until|unless|for|at|in|after|before|and|or|every|once|twice|daily))",
    re.I,
)
_PERSON: Final = re.compile(r"^(?:he|she)\b", re.I)
_LONGEST_SUBJECT: Final = 90


@dataclass(frozen=True, slots=True)
class Clause:
    """A statement made to stand alone, and the characters of the sentence that it was read from."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Spoken:
    """What was spoken of last: whom `it` and `she` mean."""

    thing: str | None = None
    several: str | None = None
    drug: str | None = None
    condition: str | None = None


def clauses(sentence: str) -> tuple[Clause, ...]:
    """The atomic statements of a sentence."""
    kept = _without_rejected(sentence)
    if kept is None:
        return ()
    prefix = PREFIX.match(kept)
    shared = prefix.group() if prefix is not None and _FINITE.search(kept[prefix.end() :]) else ""
    spans = list(_split(kept, len(shared)))
    made: list[Clause] = []
    subject = ""
    for number, (start, end) in enumerate(spans):
        words = kept[start:end].strip(" ,")
        if not words:
            continue
        if number == 0:
            subject = _subject(words)
            text = f"{shared}{words}"
        elif _bare_verb(words) and subject:
            text = f"{shared}{subject} {words}"
        else:
            subject = _subject(words) or subject
            text = f"{shared}{words}"
        lead = len(kept[start:end]) - len(kept[start:end].lstrip(" ,"))
        made.append(Clause(_capital(text), 0 if number == 0 else start + lead, start + lead + len(words)))
    return tuple(made)


def _without_rejected(sentence: str) -> str | None:
    """The sentence with blanks where an option stands that was not chosen; None where it is all about one."""
    whole = _REJECTED.search(sentence)
    if whole is not None and whole["whole"]:
        return None
    return _REJECTED.sub(lambda m: m.group() if _FINITE.search(m.group()) else " " * len(m.group()), sentence)


def _split(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Where a joint has a verb on both sides, and what follows it can be a statement."""
    start = begin
    for joint in _JOINT.finditer(text, begin):
        left, right = text[start : joint.start()], text[joint.end() :]
        if "(" in left and left.count("(") > left.count(")"):
            continue
        if _is_statement(left) and _starts_statement(right, joint.group()):
            yield start, joint.start()
            start = joint.end()
    yield start, len(text)


def states(words: str, *, at_once: bool = False) -> bool:
    """Whether a verb is seen; `at_once`: as the first word."""
    return (_FINITE.match(words) if at_once else _FINITE.search(words)) is not None


def _is_statement(words: str) -> bool:
    return _FINITE.search(words) is not None and len(words.split()) > 1


def _starts_statement(words: str, joint: str) -> bool:
    """A verb stands at once, or after a subject of at most a few words without another joint before it."""
    verb = _FINITE.search(words)
    if verb is None:
        return False
    before = words[: verb.start()]
    if not before.strip():
        return len(words[verb.end() :].split()) > 0
    if re.search(r"[,;()]|\b(?:who|which|that|to|of whom|if|when|because|since|unless|not)\b", before, re.I):
        return False
    strong = ";" in joint or "," in joint or re.search(r"but|while|whereas|although|though", joint, re.I)
    few = len(before.split()) <= (7 if strong else 4)
    return few and (
        bool(strong) or verb.group().lower() in _AUX.split() or verb.group().lower().endswith("s")
    )


def _bare_verb(words: str) -> bool:
    verb = _FINITE.match(words)
    return verb is not None


def _subject(words: str) -> str:
    """What stands before the first verb; nothing where the verb comes first."""
    verb = _FINITE.search(words)
    if verb is None or not words[: verb.start()].strip() or verb.start() > _LONGEST_SUBJECT:
        return ""
    return words[: verb.start()].strip()


def named(text: str, spoken: Spoken, things: tuple[str, ...]) -> str:
    """The statement with its pronouns named after what was spoken of last; `things` are the names in it, in order."""
    person = _PERSON.match(text)
    if person is not None:
        text = f"The patient{text[person.end() :]}"
    pronoun = _SUBJECT_PRONOUN.match(text)
    if pronoun is not None and things[:1] != (pronoun.group(),):
        plural = pronoun["said"].lower().split()[0] in ("they", "these", "those")
        said = pronoun["said"].lower()
        meant = (spoken.several if plural else None) or spoken.thing
        if said.endswith(("drug", "medicine", "medication", "tablet", "antibiotic", "treatment", "agent")):
            meant = spoken.drug
        elif said.endswith(("condition", "disease", "disorder", "illness")):
            meant = spoken.condition
        if meant is not None and not _is_idle(text):
            text = f"{_capital(meant)}{text[pronoun.end() :]}"
            return _POSSESSIVE.sub(f"{meant}'s", text, count=1) if not things else text
    if spoken.thing is not None and not things:
        text = _OBJECT.sub(spoken.thing, text, count=1)
        if not re.search(rf"\b{re.escape(spoken.thing)}\b", text, re.I):
            text = _POSSESSIVE.sub(f"{spoken.thing}'s", text, count=1)
    return text


def _is_idle(text: str) -> bool:
    """`It is likely that`, `it may take`: the pronoun means nothing."""
    return bool(
        re.match(
            r"^(?:it|this|that)\s+(?:is|was|may be|might be|can be)\s+(?:\w+\s+)?(?:likely|possible|important|known|clear|thought|unlikely|"
            r"common|rare|advised|recommended|usual|best|safe|safer|worth|better|essential|necessary|reasonable|not known|unclear)\s*(?:that|to|for|in|whether)\b",
            text,
            re.I,
        )
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
