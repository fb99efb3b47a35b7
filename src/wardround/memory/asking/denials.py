"""What must be said with an answer that finds no allergy: whether the record denies it, or nobody ever said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wardround.clinical import Fact
from wardround.memory.asking.entries import Entries
from wardround.memory.asking.question import Answer, Question
from wardround.memory.conflicts import denies_all
from wardround.memory.timeline import standing_on

_UNSAID = "not on record; nobody recorded that there are no allergies"
_MOST = 12
"""So many names are listed, so that a note stays a note."""


def about_allergies(entries: Entries, question: Question, found: Answer) -> Answer:
    """The answer with a note where it finds no allergy: absence from a record is no denial."""
    if question.kind != "allergy" or not _finds_none(question, found):
        return found
    denials = _denials(entries, question)
    refuted = any(fact.status == "refuted" for fact in denials)
    rest = () if refuted else _what_there_is(entries, question)
    sentences = [_denied(denials) if denials else _UNSAID, *rest]
    facts = dict.fromkeys((*found.facts, *(fact.id for fact in denials)))
    note = ". ".join(one for one in (found.note.rstrip("."), *sentences) if one)
    return replace(found, note=f"{note}.", facts=tuple(facts))


def _finds_none(question: Question, found: Answer) -> bool:
    if question.ask == "never":
        return found.value is True
    return not found.value


def _denials(entries: Entries, question: Question) -> Sequence[Fact]:
    """What stands and denies what is asked: that very allergy refuted; else all allergies denied."""
    standing = [fact for fact in standing_on(entries.stored, entries.on) if fact.kind == "allergy"]
    if question.thing.named:
        refuted = [fact for fact in standing if fact.status == "refuted"]
        said = tuple(replace(fact, status="active", supersedes=None) for fact in refuted)
        meant = Entries.of(said, patient=None, on=entries.on).meant(question.thing)
        ids = {one for entry in meant for one in entry.facts}
        if one := [fact for fact in refuted if fact.id in ids]:
            return one
    return [fact for fact in standing if fact.status == "active" and denies_all(fact)]


def _denied(denials: Sequence[Fact]) -> str:
    latest = max(denials, key=lambda fact: fact.recorded)
    text = latest.concept.text
    said = f"no allergy to {text}" if latest.status == "refuted" else text
    return f"the record says: {said} ({latest.recorded.date().isoformat()})"


def _what_there_is(entries: Entries, question: Question) -> list[str]:
    """How many allergies there are that the answer passes over, by name."""
    everything = entries.all("allergy")
    names = entries.names(everything)
    listed = f": {', '.join(names[:_MOST])}{', …' if len(names) > _MOST else ''}" if names else ""
    if not question.thing.named:
        return [f"no longer active, or not in that time{listed}"] if names else []
    if entries.meant(question.thing):
        return ["it is on record, but not as active, or not in that time"]
    called = question.words or " ".join(question.concept or ())
    number = f"{len(names)} {'allergy' if len(names) == 1 else 'allergies'}"
    return [f"'{called}' was not found among the record's {number}{listed}"]
