"""`memory recall`: the answer where the words are an exact question to the record, then the facts that bear on them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from rich.padding import Padding

from wardround.cli.memory_patients import day, patient_json, patient_of, statement_json
from wardround.cli.memory_showing import said, sources, status, when
from wardround.cli.output import one_line, out, print_json, width_of, words
from wardround.cli.stores import opened
from wardround.clinical import Fact
from wardround.harness import ConfigurationError
from wardround.memory import (
    Answer,
    Disclosure,
    Memory,
    NotUnderstood,
    Recalled,
    Recollection,
    Statement,
    Vocabulary,
    dictionary,
    disclosed,
)


def recall(
    who: str,
    question: str,
    on: date | None,
    k: int,
    role: str,
    purpose: str,
    by: str,
    store: Path | None,
    memory: str | None,
    as_json: bool,
) -> None:
    """Ask one patient's record."""
    if not question.strip():
        raise ConfigurationError("question: it is empty.", fix="Ask in words, or name a topic.")
    with opened(store, make=False, memory=memory) as place:
        patient = patient_of(place, who)
        remembered, vocabulary = place.ward.memory, dictionary(place.ward.clinic.base)
        found = remembered.recall(
            question,
            patient_id=patient.id,
            on=day(on),
            k=k,
            role=role,
            purpose=purpose,
            by=by,
            vocabulary=vocabulary,
        )
        to = Disclosure(role, purpose=purpose)
        answer, rests_on = _answer(remembered, question, to, vocabulary, patient_id=patient.id, on=day(on))
    if as_json:
        print_json(
            {
                "patient": patient_json(patient),
                "question": question,
                "answer": answer.to_json() if answer is not None else None,
                "rests_on": [f.id for f in rests_on],
                "items": [_item(one) for one in found.items],
                "understood": _understood(found),
                "withheld": dict(found.withheld.counts),
                "note": found.note,
            }
        )
        return
    _print(answer, rests_on, found)


def _answer(
    memory: Memory, question: str, to: Disclosure, vocabulary: Vocabulary, *, patient_id: str, on: date
) -> tuple[Answer | None, tuple[Fact, ...]]:
    """The exact answer and what it rests on; none where the words are no such question, or it rests on what is withheld."""
    try:
        answer = memory.ask(question, patient_id=patient_id, on=on)
    except NotUnderstood:
        return None, ()
    facts = {f.id: f for f in memory.facts(patient_id=patient_id, superseded=True)}
    rests_on = tuple(facts[one] for one in answer.facts if one in facts)
    if not disclosed([Statement(f, (f,)) for f in rests_on], to, vocabulary).whole:
        return None, ()
    return answer, rests_on


def _item(one: Recalled) -> dict[str, Any]:
    return {
        "score": round(one.score, 6),
        "because": list(one.because),
        "past": one.past,
        "statement": statement_json(one.statement),
    }


def _understood(found: Recollection) -> dict[str, Any]:
    return {
        "when": found.when,
        "since": found.since.isoformat() if found.since else None,
        "until": found.until.isoformat() if found.until else None,
        "entries": list(found.entries),
        "kinds": list(found.kinds),
    }


def _print(answer: Answer | None, rests_on: tuple[Fact, ...], found: Recollection) -> None:
    width = width_of(out)
    if answer is not None:
        out.print(words(one_line(_answered(answer)), "bold"), width=width)
        for fact in rests_on:
            about = "; ".join(one for one in (when(fact), fact.id) if one)
            out.print(
                Padding(words(one_line(f"because of {said(fact)} [{about}]"), "dim"), (0, 0, 0, 2)),
                width=width,
            )
        out.print()
    for one in found.items:
        fact = one.statement.fact
        origin = (
            one.past or status(fact),
            when(fact),
            sources(one.statement),
            fact.id,
            "; ".join(one.because),
        )
        out.print(words(one_line(f"{fact.kind}: {said(fact)}")), width=width)
        out.print(
            Padding(words(one_line("; ".join(a for a in origin if a)), "dim"), (0, 0, 0, 4)), width=width
        )
    if not found.items and answer is None:
        out.print("Nothing in the record bears on that.")
    for note in (found.note, found.withheld.note()):
        if note:
            out.print(words(one_line(note), "yellow"), width=width)


def _answered(answer: Answer) -> str:
    """The answer in a line."""
    value = answer.value
    if value is None:
        text = "not known"
    elif isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, tuple):
        text = ", ".join(map(str, value)) or "none"
    else:
        text = f"{value:g}" if isinstance(value, float) else str(value)
    unit = f" {answer.unit}" if answer.unit else ""
    at = f", {answer.when}" if answer.when else ""
    return f"{text}{unit}{at}{f' ({answer.note})' if answer.note else ''}"
