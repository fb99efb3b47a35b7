"""The questions to one record: seeded, spread evenly over the kinds, each by structure and in English."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Final

from wardround.evaluation.record.asked import Asked, Expected
from wardround.evaluation.record.draws import Draws
from wardround.evaluation.record.held_out import HELD_OUT
from wardround.evaluation.record.makers import MAKERS, empty
from wardround.evaluation.record.oracle import RawRecord, answer
from wardround.evaluation.record.wordings import KNOWN, SHOWN

_TRIES: Final = 6
_EMPTY_IS_FINE: Final = 0.15


@dataclass(frozen=True, slots=True)
class Put:
    """One question as it is put: which kind, the structure, English of the specification, English that it does not
    show (None where there is none of this kind), and the right answer."""

    kind: str
    asked: Asked
    english: str
    held_out: str | None
    expected: Expected


def questions(record: RawRecord, count: int, seed: int) -> list[Put]:
    """At most `count` different questions; kinds that this record cannot be asked leave their place to others."""
    rng = Random(f"{seed}|{record.person.id}")  # noqa: S311 - no secret
    draws = Draws(record, rng)
    found: list[Put] = []
    seen: set[str] = set()
    rounds = 0
    while len(found) < count and rounds < _TRIES + count // len(MAKERS):
        rounds += 1
        kinds = list(MAKERS)
        rng.shuffle(kinds)
        for kind in kinds:
            put = _put(draws, kind) if len(found) < count else None
            if put is None:
                continue
            said = json.dumps(put.asked.as_json(), sort_keys=True)
            if said not in seen:
                seen.add(said)
                found.append(put)
    return found


def _put(draws: Draws, kind: str) -> Put | None:
    """Draw until there is something to answer, or the draws are used up."""
    kept: Put | None = None
    for _ in range(_TRIES):
        draws.start()
        asked = MAKERS[kind](draws, ask_of(kind))
        if asked is None:
            continue
        kept = Put(kind, asked, *_sentences(draws, kind), answer(draws.record, asked))
        if not empty(draws, asked) or draws.rng.random() < _EMPTY_IS_FINE:
            return kept
    return kept


def ask_of(kind: str) -> str:
    """The ask of a kind of question: `last_value` of `known:last_value`, `active_on` of `active_now/drug`."""
    ask = kind.removeprefix("known:").partition("/")[0]
    return "active_on" if ask == "active_now" else ask


def _sentences(draws: Draws, kind: str) -> tuple[str, str | None]:
    plain = kind.removeprefix("known:")
    shown = draws.rng.choice(SHOWN[plain])
    held_out = draws.rng.choice(HELD_OUT[plain]) if plain in HELD_OUT else None
    frame = draws.rng.choice(KNOWN) if plain != kind else None
    return _filled(draws, shown, frame), None if held_out is None else _filled(draws, held_out, frame)


def _filled(draws: Draws, wording: str, frame: str | None) -> str:
    said = wording.format(**draws.slots)
    if frame is not None:
        said = frame.format(k=draws.slots["k"], question=said[0].lower() + said[1:])
    return said[0].upper() + said[1:]
