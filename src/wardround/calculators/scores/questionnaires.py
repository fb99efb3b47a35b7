"""PHQ-9, GAD-7, AUDIT-C: points of each answer, summed. The questions are named by what they ask about."""

from __future__ import annotations

from typing import Final

from wardround.calculators.calculator import Answer, Calculator, Source
from wardround.calculators.errors import InputError
from wardround.calculators.inputs import FEMALE, Input, quantity, sex
from wardround.calculators.scores.common import SCORE
from wardround.calculators.scores.points import Tally
from wardround.calculators.values import Values


def _item(name: str, label: str, highest: int) -> Input:
    return quantity(name, label, SCORE, 0, highest, bare=True)


def _sum(values: Values, items: tuple[tuple[str, str], ...]) -> Tally:
    tally = Tally()
    for name, label in items:
        points = values.number(name)
        if points != int(points):
            raise InputError(name, f"{points:g} is no answer of this question: its answers are whole points")
        tally.add(points, label)
    return tally


_PHQ: Final = (
    ("interest", "little interest or pleasure"),
    ("mood", "feeling down"),
    ("sleep", "sleep"),
    ("energy", "tiredness"),
    ("appetite", "appetite"),
    ("self_worth", "feeling bad about oneself"),
    ("concentration", "concentration"),
    ("movement", "slowed or restless"),
    ("self_harm", "thoughts of death or self-harm"),
)


def _phq_9(values: Values) -> Answer:
    tally = _sum(values, _PHQ)
    limits = ((4, "minimal"), (9, "mild"), (14, "moderate"), (19, "moderately severe"))
    meaning = next((name for limit, name in limits if tally.total <= limit), "severe")
    harm = values.number("self_harm") > 0
    warnings = ("thoughts of death or self-harm were reported: ask about safety today",) if harm else ()
    return tally.answer(meaning, warnings=warnings)


PHQ_9: Final = Calculator(
    id="phq-9",
    title="PHQ-9: depression",
    inputs=tuple(_item(name, f"{label}, last two weeks (0-3)", 3) for name, label in _PHQ),
    formula="sum of nine answers of 0-3",
    unit=SCORE,
    source=Source(
        "Kroenke K, Spitzer RL, Williams JB, J Gen Intern Med 16: 606-613",
        "The PHQ-9: validity of a brief depression severity measure",
        2001,
    ),
    work=_phq_9,
)

_GAD: Final = (
    ("nervous", "nervous or on edge"),
    ("control", "cannot stop worrying"),
    ("worry", "worrying about many things"),
    ("relax", "trouble relaxing"),
    ("restless", "restless"),
    ("irritable", "irritable"),
    ("afraid", "afraid of something awful"),
)


def _gad_7(values: Values) -> Answer:
    tally = _sum(values, _GAD)
    limits = ((4, "minimal"), (9, "mild"), (14, "moderate"))
    return tally.answer(next((name for limit, name in limits if tally.total <= limit), "severe"))


GAD_7: Final = Calculator(
    id="gad-7",
    title="GAD-7: anxiety",
    inputs=tuple(_item(name, f"{label}, last two weeks (0-3)", 3) for name, label in _GAD),
    formula="sum of seven answers of 0-3",
    unit=SCORE,
    source=Source(
        "Spitzer RL and others, Arch Intern Med 166: 1092-1097",
        "A brief measure for assessing generalized anxiety disorder: the GAD-7",
        2006,
    ),
    work=_gad_7,
)

_AUDIT: Final = (
    ("frequency", "how often a drink"),
    ("amount", "how many on a drinking day"),
    ("binges", "how often six or more"),
)


_OTHER_LIMIT: Final = (
    "limits differ: in Britain 5 is the usual one for both sexes; a drink is what the questions used call one"
)


def _audit_c(values: Values) -> Answer:
    tally = _sum(values, _AUDIT)
    limit = 3 if values.choice("sex") == FEMALE else 4
    return tally.answer("positive" if tally.total >= limit else "negative", warnings=(_OTHER_LIMIT,))


AUDIT_C: Final = Calculator(
    id="audit-c",
    title="AUDIT-C: alcohol",
    inputs=(sex(), *(_item(name, f"{label} (0-4)", 4) for name, label in _AUDIT)),
    formula="sum of three answers of 0-4; positive from 4 in men, from 3 in women",
    unit=SCORE,
    source=Source(
        "Bush K and others, Arch Intern Med 158: 1789-1795",
        "The AUDIT alcohol consumption questions (AUDIT-C); the limit of women: Bradley KA and others, 2003, 163: 821-829",
        1998,
    ),
    work=_audit_c,
)

CALCULATORS: Final = (PHQ_9, GAD_7, AUDIT_C)
