"""Allergies, and that they are known before anything is prescribed."""

from __future__ import annotations

import pytest
from constraint_cases import Case, allergy, chart, check, rx

PENICILLIN = allergy("Penicillin V", "allergy.penicillins", severe=True)
MILD = allergy("penicillin", "allergy.penicillins")
ASPIRIN = allergy("aspirin", "allergy.aspirin", severe=True)
AMOXICILLIN = rx("amoxicillin", 500, indication="condition.community_acquired_pneumonia")
FIRST, DIRECT = "care.allergy.first", "care.allergy.direct"
CROSS, UNPLACED = "care.allergy.cross_reactive", "care.allergy.unclassified"


def from_record(text: str, category: str | None) -> dict[str, object]:
    """A chart's allergy that the record holds and the base cannot place."""
    return {"allergies": (allergy(text),), "recalled": {"2": {"kind": "allergy", "category": category}}}


CASES = (
    Case(FIRST, "nobody asked about allergies", "forbid", chart(allergies_known=False), words=("ask",)),
    Case(FIRST, "asked, and there are none", None, chart()),
    Case(
        DIRECT, "amoxicillin after penicillin anaphylaxis", "deny", chart(allergies=(PENICILLIN,)), AMOXICILLIN,
        ("severe allergy to Penicillin V", "event 2", "bnf", "unreviewed"),
    ),
    Case(DIRECT, "a mild penicillin allergy denies too", "deny", chart(allergies=(MILD,)), AMOXICILLIN),
    Case(
        DIRECT, "the very drug, which belongs to no group", "deny",
        chart(allergies=(allergy("Plavix", drug="drug.clopidogrel"),)), rx("clopidogrel", 75, per_day=1),
    ),
    Case(
        DIRECT, "a class in the patient's words", "deny",
        chart(allergies=(allergy("beta blocker"),)), rx("bisoprolol", 2.5, per_day=1), ("beta blocker",),
    ),
    Case(
        DIRECT, "the record's own id of the group, in the place of a drug", "deny",
        chart(allergies=(allergy("x", drug="allergy.penicillins"),)), AMOXICILLIN,
    ),
    Case(DIRECT, "a macrolide for the penicillin-allergic", None, chart(allergies=(PENICILLIN,)), rx("azithromycin", 500)),
    Case(DIRECT, "peanuts and amoxicillin", None, chart(allergies=(allergy("peanut", "allergy.peanuts"),)), AMOXICILLIN),
    Case(
        DIRECT, "aspirin in an infarction, but the patient is allergic", "deny", chart(allergies=(ASPIRIN,)),
        rx("aspirin", 300, per_day=1, days=1, indication="condition.acute_coronary_syndrome"),
    ),
    Case(
        CROSS, "ibuprofen after a severe reaction to aspirin", "deny", chart(allergies=(ASPIRIN,)),
        rx("ibuprofen", 400), ("avoid", "unreviewed"),
    ),
    Case(
        CROSS, "ibuprofen after a mild reaction to aspirin", "approval",
        chart(allergies=(allergy("aspirin", "allergy.aspirin"),)), rx("ibuprofen", 400),
    ),
    Case(
        CROSS, "a cephalosporin for the penicillin-allergic", "approval", chart(allergies=(PENICILLIN,)),
        rx("ceftriaxone", 1000, route="intravenous", per_day=1), ("caution",),
    ),
    Case(
        CROSS, "the graver of two allergies speaks", "deny", chart(allergies=(MILD, ASPIRIN)), rx("ibuprofen", 400)
    ),
    Case(CROSS, "the drug itself is the direct rule's affair", None, chart(allergies=(PENICILLIN,)), AMOXICILLIN),
    Case(CROSS, "an unrelated drug", None, chart(allergies=(PENICILLIN,)), rx("paracetamol", 1000)),
    Case(
        UNPLACED, "a medicine that nobody can place", "approval",
        chart(**from_record("blue tablet from Spain", "medication")), AMOXICILLIN, ("blue tablet from Spain",),
    ),
    Case(UNPLACED, "of unknown category", "approval", chart(**from_record("zzz", None)), AMOXICILLIN),
    Case(UNPLACED, "something in the air", None, chart(**from_record("ragweed", "environment")), AMOXICILLIN),
    Case(UNPLACED, "an allergy that is placed", None, chart(allergies=(PENICILLIN,)), AMOXICILLIN),
    Case(UNPLACED, "a drug that its words name", None, chart(allergies=(allergy("Amoxil capsules"),)), AMOXICILLIN),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_allergy_rules(case: Case) -> None:
    check(case)
