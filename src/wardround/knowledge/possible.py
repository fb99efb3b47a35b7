"""Whether a condition can concern a person at all: no torsion of the testis in a woman. The unknown excludes nothing."""

from __future__ import annotations

from wardround.knowledge.errors import UnknownEntityError
from wardround.knowledge.knowledge import KnowledgeBase
from wardround.knowledge.strata import may_hold


def possible_in(
    base: KnowledgeBase, condition_id: str, age: float | None, sex: str, pregnant: bool | None
) -> bool:
    """An alternative is possible in its `who`; an inferred condition where any prevalence is given.

    An id that is neither raises UnknownEntityError.
    """
    if (alternative := base.alternatives.get(condition_id)) is not None:
        return may_hold(alternative.who, age, sex, pregnant)
    if (condition := base.conditions.get(condition_id)) is not None:
        return any(may_hold(band.who, age, sex, pregnant) for band in condition.prevalence)
    raise UnknownEntityError(
        f"condition_id: the base holds no condition {condition_id!r}; name one of its conditions or alternatives"
    )
