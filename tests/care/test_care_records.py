"""What a record says of allergies, kidneys and weight reaches the chart, whatever code or spelling it chose."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from care_visits import clinic
from constraint_cases import base, rx, state_of

from wardround.care.chart import Allergy, Chart
from wardround.care.constraints import clinical_rules
from wardround.care.facts_on_chart import with_fact as _fact
from wardround.care.projection import _asked
from wardround.care.remembering import fact_view
from wardround.clinical import (
    ICD10,
    LOINC,
    RXNORM,
    SNOMED,
    Coding,
    Concept,
    Fact,
    FactSource,
    PartialDate,
    Quantity,
)
from wardround.harness import JSON, Action
from wardround.knowledge import Evidence

DAY = "2026-02-01"
ICD10_CM = "http://hl7.org/fhir/sid/icd-10-cm"


def fact(kind: str, concept: Concept, **more: object) -> Fact:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Fact("f", "p", kind, concept, "active", "confirmed", at, FactSource("fhir", "X/1"), **more)  # type: ignore[arg-type]


def said(text: str) -> Concept:
    return Concept(text)


def coded(system: str, code: str, display: str = "") -> Concept:
    return Concept(display or code, (Coding(system, code, display),))


def viewed(kind: str, concept: Concept, **more: object) -> JSON:
    return fact_view(clinic(), fact(kind, concept, **more))


def chart_of(*views: JSON, age: float | None = 76, sex: str = "male", pregnant: bool | None = None) -> Chart:
    chart = Chart("p", "P", DAY, evidence=Evidence(age=age, sex=sex, pregnant=pregnant))  # type: ignore[arg-type]
    for at, view in enumerate(views):
        chart = _fact(chart, {"fact": view}, f"e{at}")
    return chart


# --- allergies -----------------------------------------------------------------------------------------------------

PENICILLINS = [
    said("PCN"),
    said("Penicillins"),
    said("Peniccilin"),
    said("amoxicilin - rash"),
    said("Augmentin"),
    coded(SNOMED, "91936005"),
    coded(SNOMED, "373270004"),
    coded(SNOMED, "764146007"),
    coded(SNOMED, "294505008"),
    coded(RXNORM, "7980"),
    coded(RXNORM, "723"),
    coded(RXNORM, "70618"),
    coded(ICD10, "Z88.0"),
]


@pytest.mark.parametrize("concept", PENICILLINS, ids=lambda c: c.text)
def test_a_penicillin_by_any_name_is_a_penicillin(concept: Concept) -> None:
    assert viewed("allergy", concept)["groups"] == ["allergy.penicillins"]


@pytest.mark.parametrize("words", ["beta-lactams", "Betalactams", "beta lactam antibiotics"])
def test_beta_lactams_are_all_of_them(words: str) -> None:
    groups = viewed("allergy", said(words))["groups"]
    assert {"allergy.penicillins", "allergy.cephalosporins", "allergy.carbapenems"} <= set(groups)


@pytest.mark.parametrize("words", ["Substance X", "location unknown", "nutrition", "some tablet"])
def test_words_that_only_look_alike_name_nothing(words: str) -> None:
    assert viewed("allergy", said(words))["groups"] == []


@pytest.mark.parametrize(
    "concept",
    [
        coded(SNOMED, "91936005", "Allergy to penicillin"),
        coded(SNOMED, "91936005"),
        said("Penicillin allergy"),
        said("Allergic to penicillin"),
        said("Anaphylaxis due to penicillin"),
        coded(ICD10, "Z88.0"),
        coded(ICD10_CM, "Z88.0", "Allergy status to penicillin"),
    ],
    ids=lambda c: f"{c.text} {len(c.codings)}",
)
def test_an_allergy_on_the_problem_list_is_an_allergy(concept: Concept) -> None:
    chart = chart_of(viewed("problem", concept))
    assert [a.groups for a in chart.allergies] == [("allergy.penicillins",)]
    assert chart.problems
    assert not chart.allergies_known  # one entry among problems does not settle the list


@pytest.mark.parametrize(
    "text",
    ["No known drug allergy", "Allergic rhinitis", "Family history of allergy to penicillin", "Asthma"],
)
def test_what_is_no_allergy_does_not_become_one(text: str) -> None:
    assert chart_of(viewed("problem", said(text))).allergies == ()


@pytest.mark.parametrize(
    ("detail", "severe"),
    [("allergy; criticality high", True), ("reaction Anaphylaxis", True), ("criticality low; rash", False)],
)
def test_the_records_severity_is_kept(detail: str, severe: bool) -> None:
    assert viewed("allergy", said("penicillin"), detail=detail)["severe"] is severe


def told(severe: bool) -> JSON:
    allergy = {"text": "penicillins", "groups": ["allergy.penicillins"], "drug": None, "severe": severe}
    return {"about": "allergies", "findings": {}, "allergies": [allergy], "drugs": []}


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (False, False)])
def test_the_same_allergy_told_again_is_one_and_the_graver_account_holds(first: bool, second: bool) -> None:
    detail = "criticality high" if first else ""
    chart = _asked(chart_of(viewed("allergy", said("PCN"), detail=detail)), told(second), "e9")
    chart = _asked(chart, told(second), "e10")
    assert [a.severe for a in chart.allergies] == [first or second]


@pytest.mark.parametrize(("severe", "severity"), [(True, "critical"), (False, "major")])
def test_a_medicine_allergy_that_nobody_can_place_is_graver_where_it_was_severe(
    severe: bool, severity: str
) -> None:
    allergy = Allergy("some tablet", (), None, severe, "e1")
    chart = Chart("p", "P", DAY, allergies=(allergy,), allergies_known=True, evidence=Evidence(age=40))
    rule = next(r for r in clinical_rules(base()) if r.constraint.id == "care.allergy.unclassified")
    order = rx("nitrofurantoin", 100)
    judge = rule.constraint.judge
    assert judge is not None
    action = Action("prescribe", order.model_dump(mode="json"))
    verdict = judge(state_of(chart), action, order)
    assert verdict is not None
    assert (verdict.outcome, verdict.severity, verdict.role) == ("approval", severity, "physician")


def test_a_bare_code_is_shown_by_its_name() -> None:
    assert viewed("allergy", coded(SNOMED, "91936005"))["text"] == "Allergy to penicillin"


# --- results -------------------------------------------------------------------------------------------------------


def result(concept: Concept, value: float, unit: str, day: str | None, comparator: str | None = None) -> JSON:
    at = PartialDate.parse(day) if day else None
    return viewed("result", concept, value=Quantity(value, unit, comparator), valid_from=at)


def egfr(value: float, day: str | None, unit: str = "mL/min/{1.73_m2}") -> JSON:
    return result(coded(LOINC, "33914-3", "any words"), value, unit, day)


def creatinine(value: float, day: str, code: str = "2160-0", unit: str = "mg/dL") -> JSON:
    return result(coded(LOINC, code, "any words"), value, unit, day)


@pytest.mark.parametrize("code", ["33914-3", "62238-1", "48642-3", "48643-1", "50210-4"])
@pytest.mark.parametrize("unit", ["mL/min/{1.73_m2}", "mL/min/{1.73m2}", "mL/min"])
def test_an_egfr_counts_by_its_code(code: str, unit: str) -> None:
    chart = chart_of(result(coded(LOINC, code, "kidney value"), 20, unit, "2026-01-05"))
    assert (chart.egfr, chart.egfr_old) == (20, False)


def test_an_egfr_under_an_unknown_code_counts_by_name_and_unit() -> None:
    named = coded(LOINC, "98979-8", "eGFR CKD-EPI 2021")
    assert chart_of(result(named, 20, "mL/min/{1.73_m2}", "2026-01-05")).egfr == 20
    assert chart_of(result(coded(LOINC, "1-8", "EGFR gene"), 20, "ng/mL", "2026-01-05")).egfr is None


@pytest.mark.parametrize(
    ("code", "value", "unit"),
    [("2160-0", 4.5, "mg/dL"), ("38483-4", 4.5, "mg/dL"), ("14682-9", 397.8, "umol/L")],
)
def test_creatinine_gives_an_egfr_that_says_it_was_computed(code: str, value: float, unit: str) -> None:
    chart = chart_of(creatinine(value, "2026-01-05", code, unit))
    assert chart.egfr == pytest.approx(12.8, abs=0.2)
    assert "computed" in chart.egfr_basis
    assert "2026-01-05" in chart.egfr_basis


def test_creatinine_says_nothing_of_a_child_an_unknown_sex_or_in_pregnancy() -> None:
    view = creatinine(4.5, "2026-01-05")
    assert chart_of(view, age=12).egfr is None
    assert chart_of(view, sex="unknown").egfr is None
    assert chart_of(view, age=30, sex="female", pregnant=True).egfr is None


def test_a_value_that_cannot_be_converted_is_not_used() -> None:
    assert chart_of(egfr(20, "2026-01-05", "mg")).egfr is None
    assert chart_of(creatinine(4.5, "2026-01-05", unit="kPa")).egfr is None


def test_hba1c_and_potassium_are_known_by_code_and_read_in_our_units() -> None:
    view = result(coded(LOINC, "4548-4", "x"), 7.0, "%", "2026-01-05")
    assert view["slug"] == "analyte.hba1c"
    assert view["value"]["unit"] == "mmol/mol"
    assert view["value"]["number"] == pytest.approx(53, abs=0.5)
    assert result(coded(LOINC, "6298-4", "x"), 4, "meq/L", "2026-01-05")["slug"] == "analyte.potassium"


@pytest.mark.parametrize("turned", [False, True])
def test_the_newest_counts_in_whatever_order_they_are_read(turned: bool) -> None:
    views = [egfr(80, "2025-06-01"), egfr(25, "2026-01-05"), creatinine(0.8, "2025-05-01")]
    assert chart_of(*(reversed(views) if turned else views)).egfr == 25


def test_an_old_low_egfr_still_forbids_and_an_old_normal_one_does_not_reassure() -> None:
    low = chart_of(egfr(20, "2019-01-05"))
    assert (low.egfr, low.egfr_old) == (20, True)
    assert "more than a year ago" in low.egfr_basis
    assert chart_of(egfr(95, "2010-01-05")).egfr is None
    assert chart_of(egfr(95, None)).egfr is None
    assert chart_of(egfr(95, "2027-01-05")).egfr is None


def test_a_creatinine_of_this_year_replaces_an_old_egfr() -> None:
    chart = chart_of(egfr(95, "2010-01-05"), creatinine(4.5, "2026-01-05"))
    assert chart.egfr == pytest.approx(12.8, abs=0.2)


def test_less_than_a_limit_is_below_it() -> None:
    below = chart_of(result(coded(LOINC, "33914-3"), 15, "mL/min/{1.73m2}", "2026-01-05", "<")).egfr
    assert below is not None
    assert below < 15


def test_a_weight_of_long_ago_is_no_weight() -> None:
    def weight(day: str) -> JSON:
        return result(coded(LOINC, "29463-7", "Body weight"), 80, "kg", day)

    assert chart_of(weight("2025-09-01")).weight == 80
    assert chart_of(weight("2020-09-01")).weight is None
