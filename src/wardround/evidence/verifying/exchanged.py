"""A sentence with another drug in its place: refuted where the base knows that the one is given there and the other is not.

Where the base does not treat the condition with the drug that the sentence names, it cannot tell, and says nothing.
"""

from __future__ import annotations

import re
from typing import Final

from wardround.evidence.reading.structure import Structure
from wardround.evidence.verifying.known import named
from wardround.evidence.verifying.passages import Held
from wardround.knowledge import KnowledgeBase

_OF_A_CONDITION: Final = re.compile(r"\b(?:entry\.condition|guidance)\.(?P<name>\w+)\.")


def exchanged(base: KnowledgeBase, claim: Structure, held: Held) -> tuple[str, str] | None:
    """Why, and by which entry, the drug that stands in another's place is wrong; None where the base cannot tell."""
    if held.agreement.swapped is None:
        return None
    mine, theirs = (key.partition(" ")[0] for key in held.agreement.swapped)
    if mine not in base.drugs or theirs not in base.drugs:
        return None
    about = {slug for slug in named(claim) or () if slug in base.conditions}
    of = _OF_A_CONDITION.match(held.passage)
    if of is not None and f"condition.{of['name']}" in base.conditions:
        about.add(f"condition.{of['name']}")
    if not about or any(_given(base, mine, slug) for slug in about):
        return None
    for slug in sorted(about):
        if _given(base, theirs, slug) and not _kin(base, mine, slug):
            names = f"{base.drugs[theirs].name}, not {base.drugs[mine].name}"
            return f"the base gives {names}, in {base.named(slug)}", slug
    return None


def _used(base: KnowledgeBase, condition: str) -> set[str]:
    """The drugs of its management, and those with a dose for it."""
    regimens = {t.regimen.drug for t in base.conditions[condition].management if t.regimen is not None}
    return regimens | {d.id for d in base.drugs.values() if any(condition in x.indication for x in d.doses)}


def _given(base: KnowledgeBase, drug: str, condition: str) -> bool:
    return drug in _used(base, condition)


def _kin(base: KnowledgeBase, drug: str, condition: str) -> bool:
    """Whether a drug of one of its own classes is given there: then it may be another of the same kind."""
    own = set(base.drugs[drug].classes)
    return any(own & set(base.drugs[one].classes) for one in _used(base, condition))
