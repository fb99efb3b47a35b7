"""Each way in which a passage of guidance can be wrong is found, and named by file, passage and field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wardround.knowledge import KnowledgeInvalidError, check, load_from

Content = dict[str, Any]
Write = Callable[[Content], Path]

TEXT = "Alpha disease in adults is treated with one 200 to 400 mg up to three times a day."
PASSAGE: Content = {
    "id": "guidance.alpha.one_first", "text": TEXT, "about": ["condition.alpha", "drug.one"], "layer": "guideline",
    "asks": "treatment", "population": "adults", "jurisdiction": "UK", "source": "book", "grade": "recalled",
}  # fmt: skip
EGFR = {
    "id": "test.kidneys", "name": "kidneys", "kind": "laboratory", "cost": 1, "turnaround_minutes": 60,
    "default": {"source": "clinician_estimate", "grade": "estimated"},
    "analytes": [
        {
            "id": "analyte.egfr", "name": "eGFR", "unit": "mL/min", "typical": [90, 10], "plausible": [1, 200],
            "reference": [{"low": 60, "source": "book", "grade": "recalled"}],
        }
    ],
}  # fmt: skip


@pytest.fixture
def errors(content: Content, written: Write) -> Callable[..., list[str]]:
    """What is wrong with the small base when it holds the standard passage, changed."""
    content["tests"].append(EGFR)
    content["drugs"][0]["renal"] = [
        {"egfr_below": 30, "action": "avoid", "note": "It builds up."},
        {"egfr_below": 60, "action": "reduce", "max_daily": 0.6, "note": "Half."},
    ]
    content["drugs"][0]["min_age"] = 12
    content["conditions"][0]["management"].append(
        {
            "line": "second", "kind": "drug", "text": "One, 150 mg at night.", "patient_text": "One.",
            "source": "book", "grade": "recalled",
            "regimen": {"drug": "drug.one", "dose": {"value": 50, "unit": "mg"}, "route": "oral", "per_day": 1},
        }
    )  # fmt: skip

    def found(**changes: Any) -> list[str]:
        passage = {k: v for k, v in {**PASSAGE, **changes}.items() if v is not None}
        changed = {**content, "guidance": [passage, *content.get("guidance", [])]}
        return list(check(written(changed), oracle=False).errors)

    return found


def _rule(when: list[Content] | Content, **then: str) -> Content:
    return {"when": when if isinstance(when, list) else [when], "then": then}


def test_a_sound_passage_has_no_errors(errors: Callable[..., list[str]]) -> None:
    assert errors() == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"text": "Too short."}, "text: has 10 characters: write 40 to 600"),
        ({"text": "Long. " * 110}, "text: has 659 characters"),
        ({"about": ["condition.omega"]}, "about.0: condition.omega is no entity"),
        ({"about": ["drug.one", "drug.one"]}, "about.1: drug.one stands twice"),
        ({"about": []}, "about: Tuple should have at least 1 item"),
        ({"grade": "estimated"}, "source, grade: name a real source and a grade other than estimated"),
        ({"grade": "reviewed"}, "is reviewed, but book was not opened"),
        ({"source": "nowhere"}, "source nowhere stands in no sources"),
        ({"source": None}, "guidance.alpha.one_first: source: Field required"),
        ({"grade": None}, "guidance.alpha.one_first: grade: Field required"),
        ({"layer": "blog"}, "guidance.alpha.one_first: layer: Input should be"),
        ({"note": "extra"}, "guidance.alpha.one_first: note: Extra inputs"),
        ({"id": "passage.alpha"}, "passage.alpha: id: String should match pattern"),
    ],
)
def test_each_mistake_in_a_passage_is_named(
    errors: Callable[..., list[str]], changes: Content, error: str
) -> None:
    found = errors(**changes)
    assert found[0].startswith("rest.yaml: ")
    assert error in found[0], found


def test_the_same_words_twice_are_one_passage_too_many(
    content: Content, errors: Callable[..., list[str]]
) -> None:
    content["guidance"] = [{**PASSAGE, "id": "guidance.alpha.again", "text": TEXT.replace("Alpha", "ALPHA;")}]
    found = errors()
    assert len(found) == 1
    assert "guidance.alpha.again: text: says word for word what guidance.alpha.one_first says" in found[0]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Alpha disease in adults is treated with one 300 mg, at most 1.2 g a day in all.", None),
        ("Where kidneys are poor, one 0.6 g is the most that is given in a day, whatever the pain.", None),
        ("At night one 50 mg, the regimen of alpha disease, or 150 mg, its note, is enough for many.", None),
        (
            "Alpha disease in adults is treated with one 500 mg up to three times a day.",
            "'500 mg' stands nowhere",
        ),
        (
            "Alpha disease in adults is treated with one 200 to 900 mg twice daily.",
            "'200 to 900 mg' stands nowhere",
        ),
        (
            "Alpha disease is treated with one, at most 900 mg a day in all, for a week.",
            "'900 mg' stands nowhere",
        ),
        ("Alpha disease in adults is treated with one 400 micrograms three times a day.", "'400 micrograms'"),
        ("A child with alpha disease takes one, 10 mg/kg of body weight, three times a day.", "'10 mg/kg'"),
        ("Alpha with a marker above 10 mg/L, or 500 mg per litre, is treated with one or watched.", None),
        ("The dose of two is 200 mg for anybody who cannot take the usual medicine by mouth.", None),
    ],
)
def test_a_dose_in_words_agrees_with_the_drugs_own_entry(
    errors: Callable[..., list[str]], text: str, error: str | None
) -> None:
    found = errors(text=text)
    assert any(error in line for line in found) if error else found == [], found


def test_a_dose_of_no_drug_of_the_base_is_refused(errors: Callable[..., list[str]]) -> None:
    found = errors(
        text="Alpha disease is helped by zinc 20 mg a day, some people say.", about=["condition.alpha"]
    )
    assert len(found) == 1
    assert "name the drug of the base that it is a dose of" in found[0]


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        (_rule({"analyte": "analyte.egfr", "below": 30}, avoid="drug.one"), None),
        (_rule({"analyte": "analyte.egfr", "below": 60}, caution="drug.one"), None),
        (_rule({"analyte": "analyte.egfr", "below": 60}, avoid="drug.one"), "avoids it below eGFR [30.0], the rule below 60"),
        (_rule({"analyte": "analyte.egfr", "below": 45}, caution="drug.one"), "limits at eGFR [30.0, 60.0], the rule at 45"),
        (_rule({"analyte": "analyte.egfr", "below": 30}, prefer="drug.one"), "the rule prefers it below 30"),
        (_rule({"analyte": "analyte.egfr", "below": 900}, avoid="drug.one"), "900 is outside plausible"),
        (_rule({"analyte": "analyte.egfr"}, avoid="drug.one"), "below or above: needed beside analyte"),
        (_rule({"analyte": "analyte.none", "below": 3}, avoid="drug.one"), "analyte.none is no analyte"),
        (_rule({"pregnant": True}, caution="drug.one"), None),
        (_rule({"pregnant": True}, avoid="drug.one"), "its entry says caution in pregnancy, the rule avoid"),
        (_rule({"age_below": 12}, avoid="drug.one"), None),
        (_rule({"age_below": 16}, avoid="drug.one"), "does not forbid it below 16 years"),
        (_rule({"drug": "drug.two"}, avoid="drug.one"), None),
        (_rule({"drug": "drug.three"}, avoid="drug.one"), "holds no interaction of drug.three with drug.one"),
        (_rule({"drug": "class.square"}, prefer="drug.one"), "is contraindicated: prefer another"),
        (_rule({"condition": "condition.alpha"}, prefer="drug.one"), None),
        (_rule({"condition": "condition.alpha"}, avoid="drug.one"), "condition.alpha gives drug.one"),
        (_rule({"condition": "condition.alpha"}, avoid="class.pills"), "condition.alpha gives drug.one"),
        (_rule({"condition": "condition.beta"}, prefer="drug.one"), "condition.beta does not use it"),
        (_rule({"condition": "condition.beta"}, avoid="drug.one"), None),
        (_rule({"condition": "condition.alpha"}, avoid="drug.none"), "drug.none is no drug or class"),
        (_rule({"condition": "condition.alpha"}, do="test.none"), "test.none is no entity"),
        (_rule({"condition": "condition.alpha"}, do="rest and drink"), None),
        (_rule({"condition": "condition.alpha"}, monitor="test.blood"), None),
        (_rule({"test": "test.blood"}, do="rest"), "test.blood is no test with a positive result"),
        (_rule({"condition": "condition.alpha"}, do="rest", avoid="drug.one"), "then: exactly one of"),
        (_rule({"condition": "condition.alpha", "drug": "drug.one"}, do="rest"), "names exactly one of"),
        (_rule([], do="rest"), "Tuple should have at least 1 item"),
    ],
)  # fmt: skip
def test_a_rule_agrees_with_the_base(
    errors: Callable[..., list[str]], rule: Content, error: str | None
) -> None:
    found = errors(rule=rule)
    assert any(error in line for line in found) if error else found == [], found


def test_what_a_condition_forbids_is_not_only_cautioned(
    content: Content, errors: Callable[..., list[str]]
) -> None:
    content["drugs"][1]["contraindications"] = [
        {"condition": "condition.beta", "severity": "absolute", "reason": "No.", "source": "book", "grade": "recalled"}
    ]  # fmt: skip
    rule = _rule({"condition": "condition.beta"}, caution="drug.two")
    assert "is contraindicated in condition.beta, the rule says caution" in errors(rule=rule)[0]
    rule = _rule([{"condition": "condition.beta"}, {"pregnant": True}], avoid="drug.two")
    assert errors(rule=rule) == []
    content["drugs"][1]["contraindications"][0]["severity"] = "relative"
    assert "write caution" in errors(rule=_rule({"condition": "condition.beta"}, avoid="drug.two"))[0]
    assert errors(rule=_rule({"condition": "condition.beta"}, avoid="class.square")) == []


def test_a_drug_that_pregnancy_forbids_is_not_preferred_in_it(
    content: Content, errors: Callable[..., list[str]]
) -> None:
    content["drugs"][0]["pregnancy"] = {"advice": "avoid", "note": "No."}
    alpha = {"condition": "condition.alpha"}
    assert "add the condition pregnant: false" in errors(rule=_rule(alpha, prefer="drug.one"))[0]
    for when in ({"pregnant": False}, {"sex": "male"}, {"age_above": 60}):
        assert errors(rule=_rule([alpha, when], prefer="drug.one")) == []
    content["conditions"][0]["prevalence"] = [{"p": 0.02, "who": {"sex": "male"}}]
    assert errors(rule=_rule(alpha, prefer="drug.one")) == []


def test_what_no_passage_is_about_is_counted(content: Content, written: Write) -> None:
    content["guidance"] = [PASSAGE]
    report = check(written(content), oracle=False)
    assert report.unguided == {
        "conditions": ["condition.beta"],
        "drugs": ["drug.one_two", "drug.three", "drug.two"],
    }
    assert report.grades["Guidance"] == {"recalled": 1.0}
    assert report.counts["guidance"] == 1


def test_a_file_states_its_default_once(content: Content, written: Write) -> None:
    bare = {k: v for k, v in PASSAGE.items() if k not in ("source", "grade")}
    own = {**bare, "id": "guidance.alpha.own", "source": "paper", "grade": "reviewed"}
    content |= {"default": {"source": "book", "grade": "recalled"}, "guidance": [bare, own]}
    base = load_from(written(content))
    assert [(g.source, g.grade) for g in base.guidance.values()] == [
        ("book", "recalled"),
        ("paper", "reviewed"),
    ]
    assert load_from(written(content)).guidance == base.guidance  # from the compiled cache
    content["default"] = {"source": "book", "grade": "recalled", "year": 2020}
    with pytest.raises(KnowledgeInvalidError, match="default: Extra inputs"):
        load_from(written(content))
