"""Pregnancy and breastfeeding."""

from __future__ import annotations

import pytest
from constraint_cases import Case, chart, check, rx, woman

AVOID, UNKNOWN = "care.pregnancy.avoid", "care.pregnancy.unknown"
CAUTION, MILK, MILK_CAUTION = (
    "care.pregnancy.caution",
    "care.lactation.contraindicated",
    "care.lactation.caution",
)
RAMIPRIL = rx("ramipril", 2.5, per_day=1, indication="condition.hypertension")

CASES = (
    Case(AVOID, "ramipril in pregnancy", "deny", woman(pregnant=True), RAMIPRIL, ("contraindicated", "unreviewed")),
    Case(AVOID, "trimethoprim in pregnancy", "deny", woman(pregnant=True), rx("trimethoprim", 200), ("avoided",)),
    Case(AVOID, "amoxicillin in pregnancy", None, woman(pregnant=True), rx("amoxicillin", 500)),
    Case(AVOID, "ramipril without one", None, woman(pregnant=False), RAMIPRIL),
    Case(CAUTION, "nitrofurantoin in pregnancy", "approval", woman(pregnant=True), rx("nitrofurantoin", 100)),
    Case(CAUTION, "amoxicillin in pregnancy", None, woman(pregnant=True), rx("amoxicillin", 500)),
    Case(CAUTION, "nitrofurantoin without one", None, woman(pregnant=False), rx("nitrofurantoin", 100)),
    Case(UNKNOWN, "nobody asked", "deny", woman(), RAMIPRIL, ("ask first", "finding.pregnancy")),
    Case(
        UNKNOWN, "she does not know", "deny", woman(unsure=frozenset(("finding.pregnancy",))), RAMIPRIL,
        ("test.pregnancy_test",),
    ),
    Case(UNKNOWN, "neither sex nor age is known", "deny", chart(sex="unknown", age=None, pregnant=None), RAMIPRIL),
    Case(UNKNOWN, "she is not pregnant", None, woman(pregnant=False), RAMIPRIL),
    Case(UNKNOWN, "a woman of sixty", None, woman(age=60.0), RAMIPRIL),
    Case(UNKNOWN, "a girl of six", None, woman(age=6.0), RAMIPRIL),
    Case(UNKNOWN, "a man", None, chart(), RAMIPRIL),
    Case(UNKNOWN, "a harmless drug", None, woman(), rx("amoxicillin", 500)),
    Case(MILK, "codeine while breastfeeding", "deny", woman(pregnant=False, breastfeeding=True), rx("codeine", 30)),
    Case(MILK, "codeine otherwise", None, woman(pregnant=False, breastfeeding=False), rx("codeine", 30)),
    Case(
        MILK_CAUTION, "aspirin while breastfeeding", "approval", woman(pregnant=False, breastfeeding=True),
        rx("aspirin", 300, per_day=1, days=1), ("avoided",),
    ),
    Case(MILK_CAUTION, "nobody knows of breastfeeding", None, woman(pregnant=False), rx("aspirin", 300)),
    Case(MILK_CAUTION, "amoxicillin", None, woman(pregnant=False, breastfeeding=True), rx("amoxicillin", 500)),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_reproduction_rules(case: Case) -> None:
    check(case)
