"""Questions for measuring patients: the base's own, in other words, two at once, about topics, and ones asked again."""

from __future__ import annotations

from random import Random
from typing import Final

from wardround.care import TOPICS
from wardround.harness import seed_of
from wardround.knowledge import KnowledgeBase
from wardround.simulation.case import Case

_OTHER_WORDS: Final = (
    "Tell me, any {a}?", "Have you noticed {a} at all?", "What about {a}?", "Would you say you have {a}?",
)  # fmt: skip
_TWO: Final = ("Do you have {a} or {b}?", "Any {a}, and what about {b}?")
_TOPICS: Final = (
    *TOPICS.values(), "Which tablets do you take?", "Does anything run in your family?", "What do you do for a living?",
    "Who do you live with?", "How long have you had this?", "When did it start?", "What brings you here today?",
    "Have you had any operations or serious illnesses?", "How many children have you given birth to?",
)  # fmt: skip


def questions_for(base: KnowledgeBase, case: Case, count: int = 20) -> tuple[str, ...]:
    """So many questions to this patient: what is there is asked for as often as what is not."""
    rng = Random(seed_of(case.seed, "questions"))  # noqa: S311 - no secret depends on it
    asked = [f for f in base.findings.values() if not f.examined]
    present = [f for f in asked if case.findings.get(f.id) is True]
    made: list[str] = []
    for _ in range(count):
        one = rng.choice(present) if present and rng.random() < 0.5 else rng.choice(asked)
        draw = rng.random()
        if draw < 0.6:
            made.append(one.ask)
        elif draw < 0.7:
            made.append(rng.choice(_OTHER_WORDS).format(a=rng.choice((one.name, *one.lay))))
        elif draw < 0.78:
            other = rng.choice(asked)
            made.append(rng.choice(_TWO).format(a=one.name, b=other.name))
        elif draw < 0.96 or not made:
            made.append(rng.choice(_TOPICS))
        else:
            made.append(rng.choice(made))
    return tuple(made)
