"""What in the base's own terms is said twice: a history and the illness it is of, a habit and the drug behind it.

Ids that a base does not hold are passed over, so that the tables may name more than one version of it holds.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wardround.knowledge import KnowledgeBase


@dataclass(frozen=True, slots=True)
class History:
    """The illnesses that a history may be of, the likeliest first. `over`: a past event, not a lasting illness."""

    conditions: tuple[str, ...]
    over: bool = False
    mixed: bool = False
    """Those after the first are common too."""


_HISTORIES: Final[Mapping[str, History]] = {
    "finding.diabetes_history": History(("condition.type_2_diabetes", "condition.type_1_diabetes")),
    "finding.kidney_disease_history": History(("condition.chronic_kidney_disease",)),
    "finding.heart_disease_history": History(
        ("condition.stable_angina", "condition.atrial_fibrillation", "condition.heart_failure"), mixed=True
    ),
    "finding.stroke_history": History(("condition.ischaemic_stroke",), over=True),
    "finding.previous_clot": History(
        ("condition.deep_vein_thrombosis", "condition.pulmonary_embolism"), over=True
    ),
    "finding.liver_disease_history": History(("condition.cirrhosis",)),
    "finding.peptic_ulcer_history": History(("condition.peptic_ulcer",), over=True),
    "finding.gallstones_history": History(("condition.acute_cholecystitis",), over=True),
    "finding.cancer_history": History(
        ("condition.breast_cancer", "condition.prostate_cancer", "condition.colorectal_cancer"),
        over=True,
        mixed=True,
    ),
    "finding.dementia_history": History(("condition.alzheimer_dementia", "condition.vascular_dementia")),
    "finding.aortic_aneurysm_history": History(("condition.abdominal_aortic_aneurysm",)),
    "finding.kidney_stones_history": History(("condition.renal_colic",), over=True),
    "finding.previous_ectopic": History(("condition.ectopic_pregnancy",), over=True),
    "finding.previous_pneumothorax": History(("condition.pneumothorax",), over=True),
    "finding.previous_pre_eclampsia": History(("condition.pre_eclampsia",), over=True),
    "finding.gestational_diabetes_history": History(("condition.gestational_diabetes",), over=True),
    "finding.previous_miscarriage": History(("condition.miscarriage",), over=True),
}
DRUGS: Final[Mapping[str, str]] = {
    "finding.anticoagulant_use": "class.anticoagulant",
    "finding.hormonal_contraception": "class.combined_hormonal_contraceptive",
    "finding.nsaid_use": "class.nsaid",
    "finding.opioid_use": "class.opioid",
}
"""A finding that somebody takes a drug, and the class that the drug is of."""
SLOWING: Final = (
    "class.beta_blocker",
    "class.rate_limiting_calcium_channel_blocker",
    "class.cardiac_glycoside",
    "class.sinus_node_inhibitor",
)
"""Classes that `finding.rate_slowing_medicine` is about."""
MANY: Final = 5
"""So many drugs are the many medicines of `finding.many_medicines`."""
NOT_BOTH: Final = (
    ("finding.smoker", "finding.ex_smoker"),
    ("finding.pregnancy", "finding.recent_childbirth"),
    ("finding.weight_gain", "finding.weight_loss"),
)
"""Where the first is present the second is not."""
ONE_OF: Final = (
    frozenset(("condition.type_1_diabetes", "condition.type_2_diabetes", "condition.gestational_diabetes")),
    frozenset(("condition.pregnancy", "condition.ectopic_pregnancy")),
    frozenset(("condition.hypothyroidism", "condition.hyperthyroidism")),
    frozenset(("condition.rheumatoid_arthritis", "condition.polymyalgia_rheumatica")),
    frozenset(("condition.depression", "condition.bipolar_disorder", "condition.postnatal_depression")),
)
"""Conditions of which nobody has two."""
YOUNG: Final = 30.0
"""Below this age diabetes on a record is taken to be of type 1 where the base holds it."""


@functools.lru_cache(maxsize=8)
def histories(base: KnowledgeBase) -> Mapping[str, History]:
    """Histories by finding; `finding.asthma_history` is of `condition.asthma` without being told."""
    held = (*base.conditions, *base.alternatives)
    found = {}
    for finding in base.findings:
        stem = finding.removeprefix("finding.")
        own = f"condition.{stem.removesuffix('_history')}"
        linked = _HISTORIES.get(finding)
        if linked is None and stem.endswith("_history") and own in held:
            linked = History((own,), over=own in base.conditions and not base.conditions[own].chronic)
        if linked is not None:
            kept = tuple(c for c in linked.conditions if c in held)
            if kept:
                found[finding] = History(kept, linked.over, linked.mixed)
    return found


@functools.lru_cache(maxsize=8)
def linked_conditions(base: KnowledgeBase) -> frozenset[str]:
    """Conditions that some history stands for."""
    return frozenset(c for h in histories(base).values() for c in h.conditions)


def excluded(condition: str, held: frozenset[str]) -> bool:
    """Whether nobody who has `held` has this one as well."""
    return condition in held or any(condition in group and not group.isdisjoint(held) for group in ONE_OF)
