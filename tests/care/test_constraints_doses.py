"""Doses for adults and children: units, maxima, ranges, weights and ages."""

from __future__ import annotations

import pytest
from constraint_cases import Case, chart, check, rx

OTITIS, STREP = "condition.acute_otitis_media", "condition.streptococcal_pharyngitis"
WEEKLY = {"per_day": 1 / 7, "days": 28, "indication": "condition.type_2_diabetes"}
STANDARD = rx("paracetamol", 120, per_day=4, days=3, as_needed=True, indication=OTITIS)
"""The base's own dose for children of half a year to two."""

CASES = (
    Case("care.dose.unit", "tablets", "deny", chart(), rx("paracetamol", 2, "{tablet}"), ("mg",)),
    Case("care.dose.unit", "nonsense", "deny", chart(), rx("paracetamol", 2, "'; drop table")),
    Case("care.dose.unit", "without end", "deny", chart(), rx("paracetamol", float("inf"))),
    Case("care.dose.unit", "grams", None, chart(), rx("paracetamol", 1, "g")),
    Case("care.dose.maximum", "five grams of paracetamol a day", "deny", chart(), rx("paracetamol", 1000, per_day=5), ("5000", "4000")),
    Case("care.dose.maximum", "the same in grams", "deny", chart(), rx("paracetamol", 1, "g", per_day=5)),
    Case("care.dose.maximum", "milligrams meant as micrograms", "deny", chart(), rx("levothyroxine", 100, "mg", per_day=1)),
    Case("care.dose.maximum", "four grams exactly", None, chart(), rx("paracetamol", 1, "g", per_day=4)),
    Case("care.dose.maximum", "a third of a gram, nine times", None, chart(), rx("amoxicillin", 0.1, "g", per_day=30)),
    Case("care.dose.single", "a whole day's paracetamol at once", "deny", chart(), rx("paracetamol", 4000, per_day=1), ("1000",)),
    Case("care.dose.single", "one gram", None, chart(), rx("paracetamol", 1000)),
    Case("care.dose.weekly", "methotrexate every day", "deny", chart(), rx("methotrexate", 2.5, per_day=1, days=None), ("7 days",)),
    Case("care.dose.weekly", "methotrexate every other day", "deny", chart(), rx("methotrexate", 2.5, per_day=0.5)),
    Case("care.dose.weekly", "methotrexate once a week", None, chart(), rx("methotrexate", 15, per_day=1 / 7)),
    Case("care.dose.maximum", "fifteen milligrams of it once a week", None, chart(), rx("methotrexate", 15, per_day=1 / 7)),
    Case("care.dose.maximum", "one weekly dose, once", None, chart(), rx("methotrexate", 15, per_day=1, days=1)),
    Case("care.dose.single", "a month of methotrexate, once", "deny", chart(), rx("methotrexate", 60, per_day=1, days=1)),
    Case("care.dose.weekly", "amoxicillin every day", None, chart(), rx("amoxicillin", 500)),
    Case("care.dose.frequency", "amlodipine four times a day", "approval", chart(), rx("amlodipine", 2.5, per_day=4)),
    Case("care.dose.frequency", "amlodipine once", None, chart(), rx("amlodipine", 5, per_day=1)),
    Case("care.dose.low", "ten milligrams of amoxicillin", "approval", chart(), rx("amoxicillin", 10)),
    Case("care.dose.low", "two hundred and fifty", None, chart(), rx("amoxicillin", 250)),
    Case("care.dose.low", "too little for a child's weight", "approval", chart(age=6.0, weight=20.0), rx("amoxicillin", 50)),
    Case("care.dose.low", "enough for it", None, chart(age=6.0, weight=20.0), rx("amoxicillin", 300)),
    Case("care.paediatric.min_age", "doxycycline at eight", "deny", chart(age=8.0), rx("doxycycline", 100), ("12 years",)),
    Case("care.paediatric.min_age", "ibuprofen at a month", "deny", chart(age=0.1, weight=4.0), rx("ibuprofen", 25), ("3 months",)),
    Case("care.paediatric.min_age", "an unknown age", "approval", chart(age=None), rx("paracetamol", 500), ("unknown",)),
    Case(
        "care.paediatric.min_age", "the base's own dose for the newborn with meningitis", "approval", chart(age=0.02),
        rx("benzylpenicillin", 300, route="intramuscular", per_day=1, days=1, indication="condition.bacterial_meningitis"),
    ),
    Case("care.paediatric.min_age", "doxycycline at twelve", None, chart(age=12.0), rx("doxycycline", 100)),
    Case("care.paediatric.weight", "amoxicillin for a child nobody weighed", "deny", chart(age=6.0), rx("amoxicillin", 300), ("weight",)),
    Case("care.paediatric.weight", "the standard dose for the age", "approval", chart(age=1.0), STANDARD),
    Case(
        "care.paediatric.weight", "the standard dose twice as often", "deny", chart(age=1.0),
        STANDARD.model_copy(update={"per_day": 8.0}),
    ),
    Case("care.paediatric.weight", "the standard dose of another age", "deny", chart(age=7.0), STANDARD),
    Case("care.paediatric.weight", "a weight of nothing is none", "deny", chart(age=6.0, weight=0.0), rx("amoxicillin", 300)),
    Case("care.paediatric.weight", "a weighed child", None, chart(age=6.0, weight=20.0), rx("amoxicillin", 300)),
    Case("care.paediatric.weight", "a grown man", None, chart(), rx("amoxicillin", 500)),
    Case("care.paediatric.weight", "a drug not dosed by weight", None, chart(age=6.0), rx("salbutamol", 200, "ug", route="inhaled")),
    Case("care.paediatric.dose", "an adult's paracetamol at ten kilograms", "deny", chart(age=2.0, weight=10.0), rx("paracetamol", 500), ("mg/kg",)),
    Case("care.paediatric.dose", "the same in grams", "deny", chart(age=2.0, weight=10.0), rx("paracetamol", 0.5, "g")),
    Case("care.paediatric.dose", "above the cap, whatever the weight", "deny", chart(age=11.0, weight=80.0), rx("amoxicillin", 1250), ("cap",)),
    Case("care.paediatric.dose", "above the cap without a weight", "deny", chart(age=11.0), rx("amoxicillin", 1250)),
    Case("care.paediatric.dose", "the day's dose in one go", "deny", chart(age=2.0, weight=10.0), rx("paracetamol", 590, per_day=1), ("intake",)),
    Case("care.paediatric.dose", "the standard dose for a light child", "approval", chart(age=1.0, weight=5.5), STANDARD, ("light",)),
    Case("care.paediatric.dose", "the standard dose for a child half its weight", "deny", chart(age=1.0, weight=4.0), STANDARD),
    Case("care.paediatric.dose", "within the range", None, chart(age=2.0, weight=10.0), rx("paracetamol", 150)),
    Case("care.paediatric.dose", "an adult", None, chart(weight=70.0), rx("paracetamol", 1000)),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_dose_rules(case: Case) -> None:
    check(case)
