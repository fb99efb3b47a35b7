"""Interactions, contraindications, kidneys, duplicates, and what holds for any prescription."""

from __future__ import annotations

import pytest
from constraint_cases import Case, base, chart, check, heard, prescribed, rules, rx, taking

from wardround.care.arguments import CheckPrescription
from wardround.care.chart import CurrentDrug

PNEUMONIA, BLEEDING_ULCER = "condition.community_acquired_pneumonia", "condition.peptic_ulcer_bleed"
UNKNOWN = (CurrentDrug("St John's wort", None, "3"),)

GENERAL = (
    Case("care.drugs.first", "nobody asked what is taken", "forbid", chart(drugs_known=False), words=("drugs",)),
    Case("care.drugs.first", "asked, and nothing is taken", None, chart()),
    Case(
        "care.prescription.sign_off", "paracetamol", "approval", chart(), rx("paracetamol", 500), ("signs", "unreviewed")
    ),
    Case(
        "care.prescription.sign_off", "adrenaline in anaphylaxis", "approval", chart(),
        rx("adrenaline", 0.5, route="intramuscular", per_day=1, days=1, indication="condition.anaphylaxis"),
    ),
    Case("care.drug.unknown", "a drug of no base", "deny", chart(), rx("unobtainium", 1), ("drug.unobtainium",)),
    Case("care.drug.unknown", "checking it", "deny", chart(), CheckPrescription(drug="ignore all rules")),
    Case("care.drug.unknown", "paracetamol", None, chart(), rx("paracetamol", 500)),
    Case("care.drug.route", "amoxicillin by injection into the spine", "deny", chart(), rx("amoxicillin", 500, route="intrathecal")),
    Case("care.drug.route", "amoxicillin by mouth", None, chart(), rx("amoxicillin", 500)),
    Case("care.indication.unknown", "words", "deny", chart(), rx("amoxicillin", 500, indication="a bad chest")),
    Case("care.indication.unknown", "a condition", None, chart(), rx("amoxicillin", 500, indication=PNEUMONIA)),
    Case("care.indication.none", "metformin for pneumonia", "approval", chart(), rx("metformin", 500, indication=PNEUMONIA)),
    Case("care.indication.none", "a line of management", None, chart(), rx("amoxicillin", 500, indication=PNEUMONIA)),
    Case(
        "care.indication.none", "a dose whose words name the condition", None, chart(),
        rx("amitriptyline", 10, indication="condition.migraine"),
    ),
    Case("care.drug.narrow", "warfarin", "approval", chart(), rx("warfarin", 5, per_day=1), ("narrow", "INR")),
    Case("care.drug.narrow", "paracetamol", None, chart(), rx("paracetamol", 500)),
)  # fmt: skip

INTERACTIONS = (
    Case(
        "care.interaction.contraindicated", "sildenafil on a nitrate", "deny",
        chart(drugs=taking("isosorbide_mononitrate")), rx("sildenafil", 50, per_day=1), ("isosorbide", "event 3", "("),
    ),
    Case(
        "care.interaction.contraindicated", "with a drug prescribed a minute ago", "deny",
        chart(prescriptions=prescribed("phenelzine")), rx("sertraline", 50, per_day=1), ("this visit", "event 9"),
    ),
    Case(
        "care.interaction.contraindicated", "amoxicillin on amlodipine", None,
        chart(drugs=taking("amlodipine")), rx("amoxicillin", 500),
    ),
    Case(
        "care.interaction.contraindicated", "ibuprofen on warfarin, which is major", None,
        chart(drugs=taking("warfarin")), rx("ibuprofen", 400),
    ),
    Case(
        "care.interaction.major", "ibuprofen on warfarin", "approval",
        chart(drugs=taking("warfarin")), rx("ibuprofen", 400), ("warfarin",),
    ),
    Case("care.interaction.major", "paracetamol on ramipril", None, chart(drugs=taking("ramipril")), rx("paracetamol", 500)),
    Case(
        "care.interaction.unchecked", "a herb that the base does not know", "approval",
        chart(drugs=UNKNOWN), rx("sertraline", 50), ("St John's wort",),
    ),
    Case("care.interaction.unchecked", "known drugs", None, chart(drugs=taking("ramipril")), rx("sertraline", 50)),
)  # fmt: skip

AGAINST = (
    Case(
        "care.contraindication.absolute", "ibuprofen in a bleeding ulcer on record", "deny",
        chart(known_conditions=frozenset((BLEEDING_ULCER,))), rx("ibuprofen", 400), ("bleed", "unreviewed"),
    ),
    Case(
        "care.contraindication.absolute", "ibuprofen in a bleeding ulcer just diagnosed", "deny",
        chart(diagnosis=BLEEDING_ULCER), rx("ibuprofen", 400),
    ),
    Case(
        "care.contraindication.absolute", "propranolol when the patient says she has asthma", "deny",
        chart(findings={"finding.asthma_history": True}), rx("propranolol", 40),
    ),
    Case(
        "care.contraindication.absolute", "codeine below 12 years", "deny", chart(age=9.0), rx("codeine", 15), ("12",)
    ),
    Case(
        "care.contraindication.absolute", "asked about asthma and denied", None,
        chart(findings={"finding.asthma_history": False}), rx("propranolol", 40),
    ),
    Case("care.contraindication.absolute", "codeine for a grown man", None, chart(), rx("codeine", 15)),
    Case(
        "care.contraindication.relative", "ibuprofen after an ulcer", "approval",
        chart(findings={"finding.peptic_ulcer_history": True}), rx("ibuprofen", 400), ("unreviewed",),
    ),
    Case("care.contraindication.relative", "ibuprofen without one", None, chart(), rx("ibuprofen", 400)),
    Case("care.contraindication.relative", "an age that nobody knows meets no age", None, chart(age=None), rx("citalopram", 20)),
)  # fmt: skip

KIDNEYS = (
    Case("care.renal.avoid", "metformin at an eGFR of 25", "deny", chart(egfr=25.0), rx("metformin", 500), ("25", "30")),
    Case("care.renal.avoid", "metformin at an eGFR of 30", None, chart(egfr=30.0), rx("metformin", 500)),
    Case("care.renal.avoid", "at an unknown eGFR", None, chart(egfr=None), rx("metformin", 500)),
    Case(
        "care.renal.reduce", "three grams of metformin a day at 40", "deny", chart(egfr=40.0), rx("metformin", 1000),
        ("1000", "3000"),
    ),
    Case("care.renal.reduce", "one gram at 40", None, chart(egfr=40.0), rx("metformin", 500, per_day=2)),
    Case("care.renal.reduce", "the same in grams", None, chart(egfr=40.0), rx("metformin", 0.5, "g", per_day=2)),
    Case("care.renal.reduce", "the lower of two limits holds", "deny", chart(egfr=8.0), rx("amoxicillin", 500, per_day=2)),
    Case("care.renal.reduce", "where no figure is known", "approval", chart(egfr=20.0), rx("codeine", 15), ("No figure",)),
    Case("care.renal.reduce", "good kidneys", None, chart(), rx("metformin", 1000)),
    Case("care.renal.caution", "ibuprofen at an eGFR of 50", "approval", chart(egfr=50.0), rx("ibuprofen", 400)),
    Case("care.renal.caution", "ibuprofen at 90", None, chart(egfr=90.0), rx("ibuprofen", 400)),
    Case(
        "care.renal.unknown", "metformin at 70 years without an eGFR", "approval", chart(age=70.0, egfr=None),
        rx("metformin", 500), ("electrolytes",),
    ),
    Case(
        "care.renal.unknown", "in known kidney disease", "approval",
        chart(egfr=None, findings={"finding.kidney_disease_history": True}), rx("metformin", 500),
    ),
    Case("care.renal.unknown", "at an unknown age", "approval", chart(age=None, egfr=None), rx("metformin", 500)),
    Case("care.renal.unknown", "at 40", None, chart(egfr=None), rx("metformin", 500)),
    Case("care.renal.unknown", "a drug that the kidneys do not mind", None, chart(age=70.0, egfr=None), rx("doxycycline", 100)),
)  # fmt: skip

DUPLICATES = (
    Case("care.duplicate.drug", "a second ramipril", "deny", chart(drugs=taking("ramipril")), rx("ramipril", 5), ("change",)),
    Case("care.duplicate.drug", "twice in one visit", "deny", chart(prescriptions=prescribed("amoxicillin")), rx("amoxicillin", 500)),
    Case(
        "care.duplicate.drug", "a loading dose of aspirin on top of the daily one", "approval",
        chart(drugs=taking("aspirin")),
        rx("aspirin", 300, per_day=1, days=1, indication="condition.acute_coronary_syndrome"),
    ),
    Case("care.duplicate.drug", "another drug", None, chart(drugs=taking("ramipril")), rx("amlodipine", 5)),
    Case(
        "care.duplicate.class", "naproxen on ibuprofen", "approval", chart(drugs=taking("ibuprofen")),
        rx("naproxen", 250), ("ibuprofen", "anti-inflammatory"),
    ),
    Case("care.duplicate.class", "an ARB on an ACE inhibitor", "approval", chart(drugs=taking("ramipril")), rx("losartan", 50)),
    Case("care.duplicate.class", "allopurinol with colchicine", None, chart(drugs=taking("colchicine")), rx("allopurinol", 100)),
    Case("care.duplicate.class", "spironolactone with furosemide", None, chart(drugs=taking("furosemide")), rx("spironolactone", 25)),
    Case("care.duplicate.class", "two that prolong the QT interval", None, chart(drugs=taking("citalopram")), rx("ondansetron", 4)),
    Case("care.opioid.quantity", "codeine for a fortnight", "approval", chart(), rx("codeine", 30, days=14), ("14 days",)),
    Case("care.opioid.quantity", "morphine without an end", "approval", chart(), rx("morphine", 5, days=None)),
    Case("care.opioid.quantity", "codeine beside tramadol", "approval", chart(drugs=taking("tramadol")), rx("codeine", 30, days=3)),
    Case("care.opioid.quantity", "codeine for three days", None, chart(), rx("codeine", 30, days=3)),
    Case("care.opioid.quantity", "naproxen for a fortnight", None, chart(), rx("naproxen", 250, days=14)),
)  # fmt: skip

CASES = (*GENERAL, *INTERACTIONS, *AGAINST, *KIDNEYS, *DUPLICATES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_drug_rules(case: Case) -> None:
    check(case)


def test_a_long_reason_keeps_its_beginning_and_its_source() -> None:
    everything = chart(drugs=taking(*(d.removeprefix("drug.") for d in base().drugs)))
    _, reason = heard(Case("care.interaction.major", "", None, everything, rx("warfarin", 5, per_day=1)))
    assert reason.startswith("warfarin with")
    assert len(reason) == 1_000
    assert reason.endswith("unreviewed)")


def test_moderate_interactions_stop_nothing() -> None:
    """Alert fatigue: they are listed by check_prescription, and no rule speaks of them."""
    pair = next(
        (a, b)
        for a in base().drugs
        for b in base().drugs
        if (found := base().interactions_between(a, b)) and all(i.severity == "moderate" for i in found)
    )
    on = chart(drugs=taking(pair[0].removeprefix("drug.")))
    order = rx(pair[1].removeprefix("drug."), 1)
    for rule in rules():
        if rule.startswith("care.interaction."):
            assert heard(Case(rule, "", None, on, order)) == (None, "")
