"""`check` finds each kind of mistake, and names file, entity, field and what to do."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wardround.knowledge import check, load_from

Content = dict[str, Any]
Write = Callable[[Content], Path]


def _errors(folder: Path, codes: Path | None = None) -> list[str]:
    return list(check(folder, codes, oracle=False).errors)


def test_the_small_base_is_sound(content: Content, written: Write) -> None:
    report = check(written(content))
    assert report.errors == ()
    assert report.counts["conditions"] == 2
    assert report.counts["analytes"] == 1
    assert report.uncoded["drugs"] == ["drug.one_two", "drug.three", "drug.two"]
    assert report.uncoded["conditions"] == []
    assert report.grades["Manifestation"] == {"estimated": 1.0}
    assert report.grades["Interaction"] == {"recalled": 1.0}
    assert json.loads(json.dumps(report.as_dict()))["errors"] == []


def _set(path: str, value: Any) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        at: Any = content
        *way, last = path.split("/")
        for step in way:
            at = at[int(step)] if isinstance(at, list) else at[step]
        if isinstance(at, list) and last == "+":
            at.append(value)
        else:
            at[int(last) if isinstance(at, list) else last] = value

    return change


DRUG_LINE = {
    "line": "first", "kind": "drug", "text": "One.", "patient_text": "One.", "source": "book", "grade": "recalled",
    "regimen": {"drug": "drug.one", "dose": {"value": 400, "unit": "mg"}, "route": "oral", "per_day": 3},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (_set("findings/1/parent", "finding.none"), "finding.cough.wet: parent: set it to finding.cough"),
        (_set("findings/2/parent", "finding.none"), "finding.itch: parent: finding.none is no finding"),
        (_set("findings/0/parent", "finding.cough.wet"), "finding.cough: parent: is below itself"),
        (
            _set("findings/2/parent", "finding.temperature"),
            "finding.itch: parent: finding.temperature is not answered",
        ),
        (_set("findings/2/background", []), "finding.itch: background: give P(present)"),
        (_set("findings/2/lay", []), "finding.itch: lay: give at least one"),
        (_set("findings/2/answers/no", ["no"]), "finding.itch: answers: give at least two"),
        (_set("findings/6/unit", "Kelsius"), "finding.temperature: unit: 'Kelsius' does not convert"),
        (_set("findings/6/normal", [50, 1]), "finding.temperature: normal: give a mean inside plausible"),
        (_set("tests/1/analytes/0/unit", "mg/furlong"), "analyte.marker: unit: "),
        (_set("tests/1/analytes/0/typical", [9.0, 0.5]), "analyte.marker: typical: mean 8103"),
        (_set("tests/1/analytes/0/reference/0/high", 900), "analyte.marker: reference.0: "),
        (
            _set("tests/1/analytes/0/reference/0/low", 20),
            "analyte.marker: reference.0: [20.0, 10.0] is not an ordered",
        ),
        (_set("tests/1/analytes/0/reference/0/grade", "estimated"), "test.blood: analytes.0.reference.0"),
        (
            _set("conditions/0/findings/0/finding", "finding.none"),
            "condition.alpha: findings.0 (finding.none): ",
        ),
        (_set("conditions/0/findings/4/p", 0.5), "p or mean: exactly one"),
        (
            _set("conditions/0/findings/4/mean", 60),
            "condition.alpha: findings.4 (finding.temperature): mean is outside",
        ),
        (
            _set("conditions/0/findings/0/finding", "finding.temperature"),
            "its answer is quantity: p is only for yes_no",
        ),
        (_set("conditions/0/findings/2/finding", "finding.smoker"), "stands also in risks"),
        (_set("conditions/0/findings/2/finding", "finding.cough"), "stands twice for the same people"),
        (_set("conditions/0/tests/0/test", "test.blood"), "has analytes, not a positive result"),
        (_set("conditions/0/tests/1/analyte", "analyte.none"), "analyte.none is no analyte"),
        (
            _set("conditions/0/must_not_miss", ["condition.none"]),
            "condition.alpha: must_not_miss.0: condition.none is no",
        ),
        (
            _set("conditions/0/must_not_miss", ["condition.alpha"]),
            "condition.alpha: must_not_miss.0: names itself",
        ),
        (_set("conditions/0/risks/0", {"odds": 2}), "condition.alpha: risks.0: name exactly one"),
        (
            _set("conditions/0/default/source", "none"),
            "condition.alpha: default: source none stands in no sources",
        ),
        (
            _set("conditions/0/told", {"source": "none", "grade": "recalled"}),
            "condition.alpha: told: source none stands in no sources",
        ),
        (
            _set("conditions/0/told", {"source": "book", "grade": "reviewed"}),
            "condition.alpha: told: is reviewed, but book was not opened",
        ),
        (
            _set("conditions/0/told", {"source": "book", "grade": "estimated"}),
            "condition.alpha: told: may not be estimated: name a real source, or leave it out",
        ),
        (
            _set("conditions/0/management/0/grade", "estimated"),
            "condition.alpha: management.0: may not be estimated",
        ),
        (_set("conditions/0/management/0/source", "clinician_estimate"), "carries only the grade estimated"),
        (_set("conditions/0/management/0/grade", "reviewed"), "is reviewed, but book was not opened"),
        (_set("conditions/0/management/0/line", "second"), "condition.alpha: management: no first line"),
        (_set("conditions/0/icd10/0/code", "J99.Z"), "condition.alpha: icd10 J99.Z: is no ICD-10 category"),
        (
            _set("conditions/0/icd10/0/display", "Pneumonia"),
            "the list's is 'Pneumonia, organism unspecified'",
        ),
        (_set("drugs/0/classes", ["class.none"]), "drug.one: classes.0: class.none is no class"),
        (_set("drugs/0/cross_reactivity", ["allergy.none"]), "drug.one: cross_reactivity.0: "),
        (
            _set("drugs/0/max_daily/value", 0.3),
            "drug.one: doses.0: high * per_day = 400 mg is above max_daily",
        ),
        (_set("drugs/0/doses/0/unit", "pills"), "drug.one: doses.0.unit: 'pills' is no dose unit"),
        (_set("drugs/0/doses/0/route", "rectal"), "drug.one: doses.0.route: rectal is not among"),
        (_set("drugs/0/doses/0/low", 500), "drug.one: doses.0: give low above 0"),
        (
            _set("drugs/0/doses/0/indication", "condition.none, at night"),
            "drug.one: doses.0.indication: condition.none",
        ),
        (
            _set("drugs/0/default", {"source": "clinician_estimate", "grade": "estimated"}),
            "drug.one: default: limits",
        ),
        (
            _set("drugs/0/contraindications", [{"severity": "absolute", "reason": "?"}]),
            "drug.one: contraindications.0",
        ),
        (
            _set("interactions/0/between/0", "class.none"),
            "interaction.shapes: between.0: class.none is no drug or class",
        ),
        (_set("interactions/0/exceptions/0", "drug.none"), "interaction.shapes: exceptions.0: "),
        (_set("interactions/0/grade", "estimated"), "interaction.shapes: source, grade: name a real source"),
        (_set("red_flags/0/grade", "estimated"), "flag.hot: source, grade: name a real source"),
        (
            _set("red_flags/0/all/0", "finding.temperature"),
            "flag.hot: all.0: finding.temperature is no yes/no finding",
        ),
        (
            _set("red_flags/0/limits/0/of", "finding.chill"),
            "flag.hot: limits.0.of: finding.chill is no measured",
        ),
        (_set("red_flags/0/limits/0/above", 395), "flag.hot: limits.0: 395 is outside plausible"),
        (_set("red_flags/1/at_least", 4), "flag.two_of_three: at_least: is more than the 3"),
        (_set("red_flags/0/means/0", "condition.none"), "flag.hot: means.0: condition.none is no condition"),
        (_set("sources/1/section", "3.2"), "section: give it only for a source that was opened"),
        (_set("classes/0/parent", "class.round"), "class.pills: parent: is below itself"),
    ],
)
def test_each_mistake_is_named(
    content: Content, written: Write, change: Callable[[Content], None], error: str
) -> None:
    change(content)
    found = _errors(written(content))
    assert any(error in line for line in found), found
    assert all(line.partition(": ")[0] in ("rest.yaml", "conditions/both.yaml") for line in found)


def test_what_patients_are_told_may_name_its_source(content: Content, written: Write) -> None:
    assert load_from(written(content)).conditions["condition.alpha"].told is None
    content["conditions"][0]["told"] = {"source": "book", "grade": "recalled"}
    folder = written(content)
    assert _errors(folder) == []
    told = load_from(folder).conditions["condition.alpha"].told
    assert told is not None
    assert (told.source, told.grade) == ("book", "recalled")


def test_a_condition_that_nobody_complains_of_is_named(content: Content, written: Write) -> None:
    for shown in content["conditions"][0]["findings"][:4]:
        shown["p"] = 0.1
    assert _errors(written(content)) == [
        "conditions/both.yaml: condition.alpha: findings: no symptom with p >= 0.2: nobody would come with it"
    ]


@pytest.mark.parametrize(
    ("drug", "error"),
    [
        ({}, None),
        ({"min_age": 12}, "no first line that is not forbidden to: female, 3"),
        ({"pregnancy": {"advice": "contraindicated", "note": "No."}}, "no first line that is not forbidden to: female, 15, pregnant"),
        ({"max_daily": {"value": 900, "unit": "mg"}}, "1200 mg a day is above the drug's max_daily 900 mg"),
        ({"routes": ["rectal", "oral"]}, None),
        (
            {"contraindications": [{"condition": "condition.alpha", "severity": "absolute", "reason": "No."}]},
            "drug.one is contraindicated in it",
        ),
        (
            {"contraindications": [{"who": {"age": [60, 130]}, "severity": "absolute", "reason": "No."}]},
            "no first line that is not forbidden to: male, 75",
        ),
        (
            {"contraindications": [{"who": {"age": [60, 130]}, "egfr_below": 30, "severity": "absolute", "reason": "No."}]},
            None,
        ),
        ({"contraindications": [{"who": {"age": [60, 130]}, "severity": "relative", "reason": "No."}]}, None),
    ],
)  # fmt: skip
def test_a_typical_patient_has_a_first_line(
    content: Content, written: Write, drug: dict[str, Any], error: str | None
) -> None:
    content["conditions"][0]["management"] = [DRUG_LINE]
    content["drugs"][0].update(drug)
    found = _errors(written(content))
    assert any(error in line for line in found) if error else not found, found


def test_conditions_that_cannot_be_told_apart_are_named(content: Content, written: Write) -> None:
    alpha = content["conditions"][0]
    for name in ("twin", "triplet", "fourth"):
        twin = {**alpha, "id": f"condition.{name}", "name": name, "lay_name": name, "synonyms": []}
        content["conditions"].append({**twin, "prevalence": [{"p": 0.1}]})
    found = check(written(content)).errors
    assert [line.split(": ")[1] for line in found] == ["condition.alpha"]
    assert "in the first 3 of only 0." in found[0]
    assert "taken for condition." in found[0]


@pytest.fixture
def codes(tmp_path: Path) -> Path:
    folder = tmp_path / "codes"
    folder.mkdir()
    with gzip.open(folder / "loinc_short.tsv.gz", "wt") as file:
        file.write('LOINC_NUM\tSYSTEM\tSHORTNAME\n1-1\tX\tScan\n2-2\tX\t"odd" name\n')
    (folder / "rxnorm_ingredients.csv").write_text("rxcui;name\n11;one\n")
    (folder / "synthea_codes.csv").write_text(
        "system,code,display,resource,count\n"
        "http://snomed.info/sct,77,Beta (disorder),Condition,1\n"
        "http://snomed.info/sct,77,Beta,Condition,1\n"
        "http://loinc.org,99,Nine,Observation,1\n"
    )
    return folder


def test_codes_are_compared_verbatim(content: Content, written: Write, codes: Path) -> None:
    assert _errors(written(content), codes) == []
    content["conditions"][1]["snomed"][0]["display"] = "beta"
    content["tests"][0]["loinc"]["code"] = "1-2"
    content["drugs"][0]["rxnorm"]["display"] = "One"
    assert _errors(written(content), codes) == [
        "conditions/both.yaml: condition.beta: snomed 77: display is 'beta', the list's is 'Beta' or 'Beta (disorder)'",
        "rest.yaml: test.scan: loinc 1-2: stands in no list at hand: look it up, or leave it empty",
        "rest.yaml: drug.one: rxnorm 11: display is 'One', the list's is 'one'",
    ]


def test_a_folder_without_the_lists_is_an_error_not_a_pass(
    content: Content, written: Write, tmp_path: Path
) -> None:
    found = _errors(written(content), tmp_path / "nowhere")
    assert len(found) == 1
    assert "give the folder of the code lists" in found[0]


def test_a_folder_without_a_base_is_an_error(tmp_path: Path) -> None:
    assert "give the folder of a knowledge base" in check(tmp_path).errors[0]
