"""Courses in the base: the schema refuses what makes no sense, `check` finds each kind of mistake, those shipped are sound."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from wardround.knowledge import (
    Course,
    CourseReading,
    KnowledgeBase,
    KnowledgeInvalidError,
    Report,
    check,
    load,
    load_from,
)

Content = dict[str, Any]
Write = Callable[[Content], Path]
COURSE: Content = {
    "id": "course.beta",
    "condition": "condition.beta",
    "default": {"source": "clinician_estimate", "grade": "estimated"},
    "about": "It itches.",
    "variables": [
        {
            "id": "itch", "name": "itch", "unit": "{score}", "start": [5, 1], "bounds": [0, 10],
            "relaxation_days": 5, "noise": 0.5, "target": [0, 2],
        },
        {
            "id": "warmth", "name": "warmth", "unit": "Cel", "start": [37, 0.2], "bounds": [34, 42],
            "relaxation_days": 2, "noise": 0.1, "pulls": [{"of": "itch", "by": 0.1, "beyond": 5}],
        },
    ],
    "responses": [
        {"to": "class.square", "of": "itch", "effect": -3, "onset_days": 4, "source": "book", "grade": "recalled"},
        {"to": "drug.two", "of": "itch", "effect": -5, "half_dose": {"value": 300, "unit": "mg"}, "onset_days": 4},
    ],
    "events": [
        {
            "id": "flare", "name": "a flare", "per_year": 1, "rises": [{"of": "itch", "by": 0.2, "beyond": 5}],
            "under": [{"to": "class.square", "factor": 0.5}], "does": [{"of": "itch", "add": 3}],
            "brings": [{"finding": "finding.itch", "p": 0.9}], "truth": "condition.gamma", "care": "visit",
            "days": 7, "complaint": ["it itches again"],
        },
    ],
    "readings": [
        {"of": "warmth", "finding": "finding.temperature", "sd": 0.1},
        {"of": "itch", "analyte": "analyte.marker", "form": "exponential", "slope": 0.3},
    ],
    "signs": [{"of": "itch", "finding": "finding.itch", "half_at": 4, "scale": 1}],
    "opening": ["it itches"],
    "review": ["the beta check"],
    "examples": [
        {
            "kind": "right", "why": "It helps.",
            "regimens": [{"drug": "drug.two", "dose": {"value": 300, "unit": "mg"}, "route": "oral", "per_day": 2}],
        },
    ],
}  # fmt: skip


def edited(path: str, value: Any) -> Content:
    """The course with one value changed: `variables.0.unit`."""
    course = deepcopy(COURSE)
    *way, last = path.split(".")
    at: Any = course
    for step in way:
        at = at[int(step) if step.isdigit() else step]
    at[int(last) if last.isdigit() else last] = value
    return course


def checked(content: Content, written: Write, *courses: Content) -> Report:
    """The report on the small base with these courses."""
    return check(written({**content, "courses": list(courses)}), oracle=False)


def about_courses(report: Report) -> list[str]:
    return [line for line in report.errors if "course." in line]


def test_a_sound_course_has_no_errors_and_is_found_by_its_condition(content: Content, written: Write) -> None:
    report = checked(content, written, COURSE)
    assert about_courses(report) == []
    assert report.counts["courses"] == 1
    assert report.grades["CourseResponse"] == {"estimated": 0.5, "recalled": 0.5}
    base = load_from(written({**content, "courses": [COURSE]}))
    assert list(base.courses) == ["condition.beta"]
    again = load_from(written({**content, "courses": [COURSE]}))
    assert again.cache.startswith("read")
    assert again.courses["condition.beta"] == base.courses["condition.beta"]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("id", "curse.beta", "curse.beta: id: begin it with course."),
        ("condition", "condition.gamma", "condition: condition.gamma is no inferred condition"),
        ("variables.0.start", [50, 1], "variables.0 (itch): give the lower bound first, and a start between"),
        ("variables.0.unit", "itches", "variables.0 (itch): 'itches' does not convert"),
        ("variables.0.target", [3, 1], "variables.0 (itch): give a target with an end, in order"),
        ("variables.0.target", [None, None], "variables.0 (itch): give a target with an end, in order"),
        ("variables.0.id", "age", "variables: age is the patient's age"),
        ("variables.1.id", "itch", "variables: itch stands twice"),
        ("variables.1.pulls.0.of", "mood", "variables.1 (warmth).pulls.0: mood is no variable"),
        ("variables.1.pulls.0.of", "warmth", "pulls itself"),
        ("responses.0.to", "drug.snake_oil", "responses.0 (drug.snake_oil): drug.snake_oil is no drug or class"),
        ("responses.0.of", "mood", "mood is no variable"),
        ("responses.0.effect", 0, "has no effect"),
        ("responses.0.half_dose", {"value": 3, "unit": "mg"}, "half_dose is for one drug"),
        ("responses.1.half_dose", {"value": 3, "unit": "{puff}"}, "half_dose does not compare with max_daily g"),
        ("responses.1.to", "class.square", "acts twice on the level of itch"),
        ("events.0.rises.0.of", "mood", "events.0 (flare).rises.0: mood is no variable"),
        ("events.0.under.0.to", "class.none", "class.none is no drug or class"),
        ("events.0.does.0.of", "mood", "mood is no variable"),
        ("events.0.brings.0.finding", "finding.none", "finding.none is no finding"),
        ("events.0.brings.0.finding", "finding.temperature", "is not answered by yes or no"),
        ("events.0.truth", "condition.none", "condition.none is no condition"),
        ("events.0.per_year", 200, "happens 200 times a year"),
        ("readings.0.finding", "finding.itch", "finding.itch is no measured finding"),
        ("readings.0.of", "itch", "is measured in Cel, itch in {score}: give slope and plus"),
        ("readings.1.analyte", "analyte.none", "analyte.none is no analyte"),
        ("readings.1.plus", 40, "outside plausible"),
        ("readings.1.form", "power", "a power needs itch above 0"),
        ("signs.0.finding", "finding.temperature", "is not answered by yes or no: make it a reading"),
        ("signs.0.scale", 0, "give a scale other than 0"),
        ("readings", [], "readings, signs: warmth shows in nothing"),
        ("examples.0.regimens.0.drug", "drug.none", "drug.none is no drug"),
        ("examples.0.regimens.0.dose.value", 3000, "is above the drug's max_daily: that is not right"),
        ("examples.0.regimens.0.dose.unit", "{puff}", "its dose does not compare with g"),
        ("examples.0.kind", "wrong", "examples: show a right treatment"),
        ("responses.0.source", "nobody", "source nobody stands in no sources"),
        ("responses.0.grade", "measured", "is measured, but book was not opened"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_fix(
    content: Content, written: Write, path: str, value: Any, said: str
) -> None:
    errors = about_courses(checked(content, written, edited(path, value)))
    assert any(said in line for line in errors), errors


def test_a_condition_has_one_course(content: Content, written: Write) -> None:
    errors = about_courses(checked(content, written, COURSE, {**COURSE, "id": "course.other"}))
    assert errors == ["rest.yaml: course.other: condition: has a course already, course.beta: keep one"]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("variables.0.relaxation_days", 0, "variables.0.relaxation_days"),
        ("variables.0.noise", -1, "variables.0.noise"),
        ("variables.0.id", "Itch", "variables.0.id"),
        ("variables", [], "variables"),
        ("responses.0.onset_days", 0, "responses.0.onset_days"),
        ("responses.0.half_at", 0, "responses.0.half_at"),
        ("responses.0.on", "mood", "responses.0.on"),
        ("events.0.per_year", 0, "events.0.per_year"),
        ("events.0.complaint", [], "complaint: whoever comes says why"),
        ("events.0.under.0.factor", -1, "events.0.under.0.factor"),
        ("readings.0.analyte", "analyte.marker", "analyte or finding: exactly one"),
        ("readings.0.home", {"every_days": 7, "complaint": "hot"}, "above, below or rise: say when"),
        ("signs.0.most", 1.0, "signs.0.most"),
        ("opening", [], "opening"),
        ("colour", "red", "colour"),
    ],
)
def test_what_makes_no_sense_is_refused(
    content: Content, written: Write, path: str, value: Any, said: str
) -> None:
    with pytest.raises(KnowledgeInvalidError, match=r"course\.beta") as refused:
        load_from(written({**content, "courses": [edited(path, value)]}))
    assert said in str(refused.value)


def test_a_course_may_be_estimated_and_a_dose_still_may_not(content: Content, written: Write) -> None:
    content["drugs"][0]["default"] = {"source": "clinician_estimate", "grade": "estimated"}
    errors = checked(content, written, COURSE).errors
    assert any("drug.one" in line and "may not be estimated" in line for line in errors)
    assert not any("course.beta" in line for line in errors)


def test_a_reading_is_linear_exponential_or_a_power() -> None:
    def reading(**more: Any) -> CourseReading:
        return CourseReading.model_validate({"of": "x", "analyte": "analyte.marker", **more})

    assert reading(slope=2, plus=1).at(3) == 7
    assert reading(form="exponential", plus=0).at(0) == 1
    assert reading(form="power", slope=2).at(3) == pytest.approx(9)
    assert reading(form="exponential", slope=1e6).at(1e6) > 1e300
    with pytest.raises(ValidationError, match="analyte or finding"):
        reading(finding="finding.temperature")


# --- those that ship ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load()


def test_each_shipped_course_is_of_a_chronic_condition_and_can_be_shown_right_and_wrong(
    base: KnowledgeBase,
) -> None:
    assert len(base.courses) >= 7
    for condition, course in base.courses.items():
        assert base.conditions[condition].chronic
        assert course.id == condition.replace("condition.", "course.")
        assert {e.kind for e in course.examples} == {"right", "wrong"}
        assert any(v.target for v in course.variables)
        assert sum(e.care != "none" for e in course.events) >= 2


def test_what_the_courses_rest_on_is_named(base: KnowledgeBase) -> None:
    for course in base.courses.values():
        named = _sources(course)
        assert named, course.id
        assert all(base.sources[s].year for s in named)


def _sources(course: Course) -> set[str]:
    items = [*course.variables, *course.responses, *course.events, *course.readings]
    items += [f for e in course.events for f in e.under]
    return {item.source for item in items if item.source is not None}
