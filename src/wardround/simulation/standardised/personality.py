"""Who this patient is: manner of speaking, and who speaks. Drawn from the case alone, so it is the same at every visit."""

from __future__ import annotations

from typing import Final

from wardround.simulation.case import Case
from wardround.simulation.standardised.bank import Manner, bank
from wardround.simulation.standardised.beliefs import share_of
from wardround.simulation.standardised.grammar import Person, Speaker

SPEAKS_FROM: Final = 12.0
"""Age in years from which a child speaks for itself."""
_FORGETFUL: Final = (
    "finding.dementia_history",
    "finding.memory_loss",
    "finding.confusion",
    "finding.drowsiness",
)
CARER: Final = "carer_speaks"


def manners() -> dict[str, Manner]:
    """Every manner by name."""
    return {m.name: m for m in bank().manners.manners}


def manner_of(case: Case) -> Manner:
    """A carer speaks for small children and for the forgetful who have one; everybody else is drawn by shares."""
    known = manners()
    if _spoken_for(case):
        return known[CARER]
    left = share_of(case.seed, "manner") * sum(m.share for m in known.values())
    for manner in known.values():
        left -= manner.share
        if left < 0:
            return manner
    return next(iter(known.values()))


def _spoken_for(case: Case) -> bool:
    if case.age is not None and case.age < SPEAKS_FROM:
        return True
    forgetful = any(case.findings.get(f) is True for f in _FORGETFUL)
    return case.social.carer is not None and (forgetful or case.social.living == "in a care home")


def speaker_of(case: Case, manner: Manner) -> Speaker:
    """The patient, or a carer who says she, he or they."""
    if manner.name != CARER:
        return Speaker()
    person: Person = "she" if case.sex == "female" else "he" if case.sex == "male" else "they"
    return Speaker(person)


def wrapped(manner: Manner, text: str, denied: bool | None, seed: int) -> str:
    """The answer in this manner. `denied`: True for a no, False for a yes, None for neither."""
    if not manner.wraps or (seed & 0xFFFF) >= manner.wraps * 0x10000:
        return text
    after = manner.after + (
        {True: manner.after_no, False: manner.after_yes}.get(bool(denied), ()) if denied is not None else ()
    )
    pick = seed >> 16
    front = manner.before[pick % len(manner.before)] if manner.before and pick & 1 else ""
    back = after[(pick >> 8) % len(after)] if after and (not front or pick & 2) else ""
    return f"{front}{text}{back}"
