"""What the base forbids is never borne out, however it is written; what it gives is never refuted. Tables from the base itself."""

from collections.abc import Iterator

import pytest

from wardround.evidence import Document, Judged, Library, Passage, Verdict, Verifier, claims
from wardround.evidence.documents import Depth, Layer
from wardround.knowledge import Drug, load

BASE = load()
ALONE = Verifier(BASE)
S, R, U = Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNCERTAIN
UNIT = {"mg": "mg", "g": "g", "ug": "micrograms", "[iU]": "units", "mL": "mL", "{tablet}": "tablets", "{drop}": "drops"}  # fmt: skip


def judged(text: str, verifier: Verifier = ALONE, *given: Passage) -> tuple[Judged, ...]:
    return verifier.judge(claims(text, BASE), retrieved=given)


def verdict(text: str) -> Verdict:
    (one,) = judged(text)
    return one.verdict


def wrongly(texts: Iterator[str], allowed: frozenset[Verdict]) -> tuple[list[str], float]:
    """Those with a verdict beyond what is allowed, and how many of all were refuted."""
    found = [(text, one.verdict) for text in texts for one in judged(text)]
    assert found
    refuted = sum(v is R for _, v in found) / len(found)
    return [text for text, v in found if v not in allowed], refuted


def usual(drug: Drug) -> str:
    dose = drug.doses[0]
    return f"{dose.low:g} {UNIT[dose.unit]} {dose.per_day[0]:g} times a day"


@pytest.mark.parametrize(
    "form",
    [
        "{drug} {dose} in {where}",
        "{drug} {dose} for {where}",
        "{where}: {drug} {dose}",
        "Give {drug} {dose} to a patient with {where}",
        "{drug} {dose} when {where} is present",
        "{drug} is safe in {where}",
        "{drug} is not contraindicated in {where}",
    ],
)
def test_no_drug_is_borne_out_in_its_own_contraindication(form: str) -> None:
    texts = (
        form.format(drug=drug.name, dose=usual(drug), where=BASE.named(slug))
        for drug in BASE.drugs.values()
        for item in drug.contraindications
        if item.severity == "absolute" and (slug := item.condition or item.finding) is not None
    )
    wrong, refuted = wrongly(texts, frozenset({R, U}))
    assert wrong == []
    assert refuted > 0.95


@pytest.mark.parametrize(
    "form",
    [
        "Avoid {drug} unless the eGFR is below {limit:g}",
        "{drug} is contraindicated unless the eGFR is below {limit:g} mL/min/1.73 m2",
        "Stop {drug} until the eGFR is below {limit:g}",
        "Avoid {drug} except when the eGFR is below {limit:g}",
        "Avoid {drug} when the eGFR is above {limit:g}",
        "{drug} can be given when the eGFR is below {limit:g}",
        "{drug} is safe when the eGFR is under {limit:g}",
        "{drug} is never contraindicated when the eGFR is below {limit:g}",
        "{drug} is recommended unless the eGFR is above {limit:g}",
        "Avoid {drug} only if the eGFR is not below {limit:g}",
        "Avoid {drug} when the eGFR is below {limit:g} and above 90",
    ],
)
def test_no_limit_of_the_kidney_is_borne_out_the_other_way_round(form: str) -> None:
    texts = (
        form.format(drug=drug.name, limit=limit.egfr_below)
        for drug in BASE.drugs.values()
        for limit in drug.renal
        if limit.action == "avoid"
    )
    assert wrongly(texts, frozenset({R, U}))[0] == []


@pytest.mark.parametrize(
    "form",
    [
        "{drug} {much:g} {unit} a day",
        "{drug} {much:g} {unit} per day",
        "{drug} {much:g} {unit}/day",
        "{drug} {much:g}{unit}/d",
        "{drug} {half:g} {unit} b.i.d.",
        "{drug} {half:g} {unit} q12h",
        "{drug} {half:g} {unit} every 12 hours",
        "{drug} {half:g} {unit} 12-hourly",
        "{drug} up to {much:g} {unit} a day",
        "The maximum of {drug} is {much:g} {unit} a day",
        "{drug} {half:g} {unit} in the morning and {half:g} {unit} at night",
        "{drug} {much:g} {unit} in 24 hours",
        "{drug} {half:g} {unit} every hour",
    ],
)
def test_every_maximum_is_refuted_where_it_is_passed(form: str) -> None:
    texts = (
        form.format(drug=d.name, much=3 * d.max_daily.value, half=1.5 * d.max_daily.value, unit=UNIT[d.max_daily.unit])
        for d in BASE.drugs.values()
    )  # fmt: skip
    assert wrongly(texts, frozenset({R}))[0] == []


@pytest.mark.parametrize("form", ["{drug} is safe in pregnancy", "{drug} {dose} in pregnancy", "{drug} {dose} in the third trimester"])  # fmt: skip
def test_no_drug_to_avoid_in_pregnancy_is_borne_out_there(form: str) -> None:
    texts = (
        form.format(drug=drug.name, dose=usual(drug))
        for drug in BASE.drugs.values()
        if drug.pregnancy.advice in ("avoid", "contraindicated")
    )
    assert wrongly(texts, frozenset({R}))[0] == []


def test_what_the_base_gives_is_never_refuted_and_mostly_borne_out() -> None:
    texts = [
        f"{BASE.drugs[r.drug].name} {r.dose.value:g} {UNIT[r.dose.unit]} {r.per_day:g} times a day for {condition.name}"
        for condition in BASE.conditions.values()
        for treatment in condition.management
        if (r := treatment.regimen) is not None
    ]
    found = [verdict(text) for text in texts]
    assert R not in found
    assert sum(v is S for v in found) > 0.9 * len(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Apixaban 5 mg 2 times a day in active bleeding", R),
        ("Propranolol 40 mg twice a day in known asthma", R),
        ("Gliclazide 40 mg once a day in type 1 diabetes", R),
        ("Amoxicillin 500 mg three times a day for a patient with penicillin allergy", R),
        ("Amoxicillin 500 mg three times a day treats depression", U),
        ("Finasteride 5 mg once a day in women", R),
        ("Metformin 500 mg twice a day at an eGFR of 20", R),
        ("Metformin 1 g three times a day at an eGFR of 40", R),
        ("Metformin 500 mg twice a day in acute kidney injury", U),
        ("Aspirin 75 mg daily for a patient without active bleeding", U),
        ("Ibuprofen 400 mg three times a day can cause peptic ulcer", U),
        ("ACE inhibitors are safe in pregnancy", R),
        ("ACE inhibitors should be avoided in pregnancy", S),
        ("NSAIDs are safe in active bleeding", R),
    ],
)
def test_whom_it_is_not_for(text: str, expected: Verdict) -> None:
    assert verdict(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Methotrexate 15 mg once a week", S),
        ("Methotrexate 15 mg", U),
        ("Methotrexate 15 mg once a day", R),
        ("Methotrexate 100 mg once a week", R),
        ("Metformin 1500 mg t.i.d.", R),
        ("Paracetamol 1 g q.i.d.", S),
        ("Paracetamol 1 g q6h", S),
        ("Paracetamol 1 g qqh", U),
        ("Paracetamol 1 g x 8/day", U),
        ("Take two 500 mg paracetamol tablets eight times daily", R),
        ("Take two 500 mg paracetamol tablets four times daily", S),
        ("Paracetamol 1 g every 4 hours up to 8 g a day", R),
        ("Metformin 2 g in the morning, 2 g at noon and 2 g at night", R),
        ("Do not take more than 8 g of paracetamol a day", R),
        ("More than 8 g of paracetamol a day is dangerous", U),
        ("An overdose of 12 g of paracetamol damages the liver", U),
        ("Metformin should then be at most 2 g a day", U),
        ("Most people take paracetamol 4 g a day", U),
        ("Paracetamol should exceed 4 g a day", U),
        ("Paracetamol 1 g four times a day from 50 kg", U),
        ("Insulin glargine 400 units", R),
        ("Gentamicin 500 mg/kg", R),
        ("Glyceryl trinitrate 400 micrograms every 5 minutes", U),
        ("Amoxicillin 500 mg three times a day rectally", U),
        ("Amoxicillin 500 mg three times a day by mouth", S),
        ("Paracetamol 1 g intramuscularly four times a day", U),
        ("Amoxicillin -500 mg three times a day", U),
        ("Amoxicillin minus 500 mg three times a day", U),
        ("Amoxicillin 500.000 mg three times a day", U),
        ("Amoxicillin 2,5 mg three times a day", U),
        ("Amoxicillin \u2265500 mg three times a day", U),
    ],
)
def test_doses_as_they_are_written(text: str, expected: Verdict) -> None:
    assert verdict(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A potassium of 7.0 mmol/L is normal", R),
        ("A potassium of 4.2 mmol/L is normal", S),
        ("Normal potassium is 35 to 53 mmol/L", R),
        ("Normal haemoglobin is 130 to 180 g/L in men", S),
        ("Normal haemoglobin is 130 to 180 g/L in pregnant women", R),
        ("Warfarin is not affected by clarithromycin", R),
        ("Simvastatin and clarithromycin may be given together", R),
        ("Metformin can be given when eGFR is below 30", R),
        ("Avoid metformin when the eGFR is < 30", S),
        ("Avoid metformin when the eGFR is \u2264 30", U),
        ("Avoid metformin when the eGFR is <= 30", U),
        ("Avoid metformin when the eGFR is \u2265 30", R),
    ],
)
def test_ranges_interactions_and_limits(text: str, expected: Verdict) -> None:
    assert verdict(text) is expected


def given(text: str) -> Passage:
    document = Document("a.leaflet", "A leaflet", Layer.PRIMARY, Depth.ABSTRACT, "Ward, 2020", "test")
    return Passage("a.leaflet#0", document, text, 0, len(text))


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        ("It starts as soon as the pain begins. Stop it if you have black stools.", "Start it if you have black stools."),
        ("Start with a small dose. Stop it when the rash comes.", "Start it when the rash comes."),
        ("Increase fluids. Reduce the dose when the weight falls.", "Increase the dose when the weight falls."),
        ("It is measured at random with symptoms; without symptoms the test is repeated.", "It is measured at random without symptoms."),
        ("Give it with food. Withhold it before the operation.", "Give it before the operation."),
    ],
)  # fmt: skip
def test_a_verb_of_the_other_way_bears_nothing_out(said: str, claim: str) -> None:
    assert {one.verdict for one in judged(claim, ALONE, given(said))} <= {R, U}


def test_a_dose_without_its_condition_and_duration_is_not_borne_out_by_the_sentence_that_has_them() -> None:
    source = given("In ischaemic stroke, aspirin 50 mg daily is given for 2 weeks.")
    assert {one.verdict for one in judged("Aspirin 50 mg daily.", ALONE, source)} <= {R, U}
    assert [one.verdict for one in judged(source.text, ALONE, source)] == [S]


def test_a_figure_is_not_borne_out_by_the_sentence_that_bounds_it() -> None:
    source = given("Colchicine 0.25 mg a day is less useful below 50 kg.")
    assert {
        one.verdict for one in judged("Colchicine 0.25 mg a day is useful from 50 kg.", ALONE, source)
    } <= {R, U}


def test_a_limit_with_its_figure_is_not_one_without() -> None:
    source = given("Colchicine is for adults whose white cell count is > 4.")
    for sign, expected in ((">", S), ("\u2265", U), (">=", U), ("<", R)):
        (one,) = judged(source.text.replace(">", sign), ALONE, source)
        assert one.verdict is expected, sign


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Warfarin 5 mg daily and aspirin 300 mg daily.", [U, U]),
        ("Give warfarin 5 mg daily, aspirin 300 mg daily.", [U, U]),
        ("Warfarin 5 mg daily. Aspirin 300 mg daily.", [S, S]),
        ("Paracetamol 1 g four times a day and ibuprofen 400 mg three times a day.", [S, S]),
    ],
)
def test_two_doses_in_one_breath(text: str, expected: list[Verdict]) -> None:
    found = judged(text)
    assert [one.verdict for one in found] == expected
    assert all("interact (major)" in one.why for one in found) is (U in expected)


def test_another_drug_in_the_place_of_one_that_the_base_gives_there() -> None:
    verifier = Verifier(BASE, Library.builtin(BASE))
    (swapped,) = judged("Ferrous fumarate for stable angina is started at 5 to 10 mg twice daily and raised to at most 30 mg twice daily.", verifier)  # fmt: skip
    (itself,) = judged("Nicorandil for stable angina is started at 5 to 10 mg twice daily and raised to at most 30 mg twice daily.", verifier)  # fmt: skip
    assert (swapped.verdict, itself.verdict) == (R, S)
    assert "not ferrous fumarate" in swapped.why
