"""Claims against the structured facts of the knowledge base, exact: doses, daily maxima, renal limits, contraindications,
interactions, pregnancy, reference ranges.

What is refuted here is refuted by a number or an entry that is named. What is borne out here has nothing in it that the
entry does not say. Everything else is left to the passages (None).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wardround.evidence.reading.structure import Structure
from wardround.evidence.verifying.dosing import dose
from wardround.evidence.verifying.interacting import interaction
from wardround.evidence.verifying.kidneys import kidney
from wardround.evidence.verifying.known import Known
from wardround.evidence.verifying.ranges import normal
from wardround.evidence.verifying.unsuitable import unsuitable
from wardround.knowledge import KnowledgeBase

_CHECKS: Final[tuple[Callable[[KnowledgeBase, Structure], Known | None], ...]] = (
    interaction,
    unsuitable,
    kidney,
    dose,
    normal,
)


def against(base: KnowledgeBase, claim: Structure) -> Known | None:
    """The first thing that the base knows about it: whom it is not for comes before how much."""
    for check in _CHECKS:
        if (known := check(base, claim)) is not None:
            return known
    return None
