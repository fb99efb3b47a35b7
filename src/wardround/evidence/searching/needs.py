"""What a question needs, and which layer of the pyramid answers that best: rules over its words, nothing learnt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from wardround.evidence.documents import Layer


class Need(StrEnum):
    """What somebody who asks so wants to know."""

    DOSE = "dose"
    SAFETY = "safety"
    EFFECT = "effect"
    DIAGNOSIS = "diagnosis"
    MANAGEMENT = "management"
    MONITORING = "monitoring"
    PROGNOSIS = "prognosis"
    ADVICE = "advice"
    GENERAL = "general"


_SIGNS: Final = (
    (Need.ADVICE, r"\b(?:my|i|me)\b|\bwhat should (?:i|patients?|people)\b|\btell (?:the |a )?(?:patient|parent|famil)|\bself-?care\b"
                  r"|\bleaflet|\badvice (?:for|to) (?:the )?(?:patient|parent|carer)|\bin plain (?:words|english)|\bat home\b"),
    (Need.DOSE, r"\bdos(?:e|es|ing|age)\b|\bhow (?:much|many (?:mg|tablets))\b|\btitrat|\bmaximum (?:daily|dose)|\bmg\s*/\s*kg\b"
                r"|\bper kilogram\b"),
    (Need.SAFETY, r"\bcontra-?indicat|\bsafe(?:ty|ly)?\b|\bavoid|\binteract|\bside[- ]effects?|\badverse\b|\btoxic|\boverdose"
                  r"|\bwarning|\bstop(?:ped|ping)? (?:before|if|when)|\ballerg"),
    (Need.MONITORING, r"\bmonitor|\bfollow-?up\b|\bhow often\b|\brecheck|\breview after\b"),
    (Need.EFFECT, r"\bvs\.?\b|\bversus\b|\bcompared (?:to|with)\b|\befficac|\beffective|\beffects? of\b|\btrial\b"
                  r"|\b(?:reduc|decreas|increas|improv|prevent|lower|rais|caus|promot|inhibit|worsen|delay|induc|enhanc)(?:es?|ed|ing|s)?\b"
                  r"|\bassociat|\boutcomes? (?:of|after)\b|\bbenefit"),
    (Need.DIAGNOSIS, r"\bdiagnos|\bcriteria\b|\bsensitivity\b|\bspecificity\b|\brule (?:in|out)\b|\bscreen(?:ing)?\b|\bsigns? of\b"
                     r"|\bsymptoms?\b|\bred flags?\b|\bwhich tests?\b|\binvestigat"),
    (Need.PROGNOSIS, r"\bprognos|\bsurviv|\bmortality\b|\brisk (?:of|factors?)\b|\bprevalence\b|\bincidence\b|\blife expectancy\b"),
    (Need.MANAGEMENT, r"\btreat|\bmanag|\bfirst[- ]line|\btherap|\bguideline|\brecommend|\bprescri|\bwhen to refer\b"),
)  # fmt: skip
_COMPILED: Final = tuple((need, re.compile(pattern, re.IGNORECASE)) for need, pattern in _SIGNS)

PREFERRED: Final[Mapping[Need, Mapping[Layer, float]]] = {
    Need.DOSE: {Layer.REGULATORY: 1.0, Layer.GUIDELINE: 0.8, Layer.PRACTICE: 0.4},
    Need.SAFETY: {Layer.REGULATORY: 1.0, Layer.GUIDELINE: 0.9, Layer.REVIEW: 0.3, Layer.PRACTICE: 0.3},
    Need.EFFECT: {Layer.REVIEW: 1.0, Layer.PRIMARY: 0.8, Layer.GUIDELINE: 0.4},
    Need.DIAGNOSIS: {Layer.GUIDELINE: 1.0, Layer.PRACTICE: 0.6, Layer.REVIEW: 0.6, Layer.PRIMARY: 0.3},
    Need.MANAGEMENT: {Layer.GUIDELINE: 1.0, Layer.REVIEW: 0.5, Layer.PRACTICE: 0.5, Layer.REGULATORY: 0.3},
    Need.MONITORING: {Layer.GUIDELINE: 1.0, Layer.REGULATORY: 0.8, Layer.PRACTICE: 0.5},
    Need.PROGNOSIS: {Layer.REVIEW: 1.0, Layer.PRIMARY: 0.9, Layer.GUIDELINE: 0.4},
    Need.ADVICE: {Layer.PUBLIC: 1.0, Layer.GUIDELINE: 0.3, Layer.PRACTICE: 0.2},
    Need.GENERAL: {Layer.GUIDELINE: 0.5, Layer.REVIEW: 0.5, Layer.PRACTICE: 0.3},
}
"""How much each layer is wanted, 0 to 1; what is not named, not at all."""


def need_of(question: str, *, drug: bool, condition: bool) -> Need:
    """The first need whose signs the question shows; a drug `in` a condition, with none, asks whether it may be given."""
    for need, pattern in _COMPILED:
        if pattern.search(question):
            return need
    if drug and condition:
        return Need.SAFETY
    return Need.MANAGEMENT if drug else Need.GENERAL
