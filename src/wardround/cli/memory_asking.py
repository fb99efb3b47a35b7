"""`memory recall`: the answer where the words are an exact question to the record, then the facts that bear on them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from rich.padding import Padding

from wardround.cli.memory_patients import conflict_json, day, patient_json, patient_of, statement_json
from wardround.cli.memory_readers import reader_of
from wardround.cli.memory_showing import said, sources, status, when
from wardround.cli.output import one_line, out, print_json, width_of, words
from wardround.cli.stores import opened
from wardround.clinical import Fact
from wardround.harness import ConfigurationError
from wardround.memory import Answer, Conflict, Recalled, Recollection, dictionary
from wardround.search import Embedder, embedder


def recall(
    who: str,
    question: str,
    on: date | None,
    k: int,
    role: str,
    purpose: str,
    by: str,
    meaning: bool,
    store: Path | None,
    memory: str | None,
    as_json: bool,
) -> None:
    """Ask one patient's record."""
    if not question.strip():
        raise ConfigurationError("question: it is empty.", fix="Ask in words, or name a topic.")
    reader = reader_of(role, purpose, by)
    with opened(store, make=False, memory=memory) as place:
        patient = patient_of(place, who)
        if meaning:
            place.ward.memory.embedder = _embedder()
        asked = place.ward.memory.consult(
            question,
            patient_id=patient.id,
            on=day(on),
            k=k,
            role=reader.role,
            purpose=reader.purpose,
            by=reader.by,
            vocabulary=dictionary(place.ward.clinic.base),
        )
    told, found = asked.told, asked.found
    if as_json:
        print_json(
            {
                "patient": patient_json(patient),
                "question": question,
                "answer": told.answer.to_json() if told.answer is not None else None,
                "answer_withheld": told.note(),
                "rests_on": [f.id for f in told.rests_on],
                "items": [_item(one) for one in found.items],
                "conflicts": [conflict_json(c) for c in asked.conflicts],
                "understood": _understood(found),
                "withheld": dict(found.withheld.counts),
                "note": found.note,
            }
        )
        return
    _print(told.answer, told.rests_on, told.note(), found, asked.conflicts)


def _embedder() -> Embedder:
    found = embedder()
    if found is None:
        raise ConfigurationError(
            "--meaning: no embedder is installed.", fix="Run pip install 'wardround[embed]', or leave it out."
        )
    return found


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


def _print(
    answer: Answer | None,
    rests_on: tuple[Fact, ...],
    instead: str,
    found: Recollection,
    conflicts: tuple[Conflict, ...],
) -> None:
    """The answer, or what is said `instead` of one that is withheld; what bears on the words; what contradicts itself."""
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
    if not found.items and answer is None and not instead:
        out.print("Nothing in the record bears on that.")
    for conflict in conflicts:
        out.print(words(one_line(f"! open contradiction: {conflict.words()}"), "yellow"), width=width)
    for note in (instead, found.note, found.withheld.note()):
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
