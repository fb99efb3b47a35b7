"""What patients say in a course is understood: each opening, review and complaint names something that we know."""

from __future__ import annotations

import pytest
from simulated_cases import clinic

from wardround.knowledge import load

UNDERSTANDING = clinic().understanding
SAID = [
    (course.condition, kind, words)
    for course in load().courses.values()
    for kind, group in (
        ("opening", course.opening),
        ("review", course.review),
        *((event.id, event.complaint) for event in course.events),
        *(("home", (r.home.complaint.replace("{value}", "96"),)) for r in course.readings if r.home),
    )
    for words in group
]


@pytest.mark.parametrize(("condition", "kind", "words"), SAID)
def test_it_is_understood(condition: str, kind: str, words: str) -> None:
    read = UNDERSTANDING.of_complaint(words)
    named = [f for f, value in read["findings"].items() if value is not False]
    named += [m["id"] for m in read["mentions"] if m["kind"] == "condition" and not m["negated"]]
    assert named, f"{condition} {kind}: nothing in it is understood"


@pytest.mark.parametrize("course", load().courses.values(), ids=lambda c: c.id)
def test_reviews_name_the_illness_and_openings_what_the_course_shows(course: object) -> None:
    from wardround.knowledge import Course
    from wardround.simulation.links import histories

    assert isinstance(course, Course)
    own = {course.condition, *(f for f, h in histories(load()).items() if course.condition in h.conditions)}
    shows = {s.finding for s in course.signs} | {r.finding for r in course.readings} | own
    if course.condition == "condition.pregnancy":
        own, shows = own | {"finding.pregnancy"}, shows | {"finding.pregnancy", "finding.missed_period"}
    brought = {m.finding for m in load().conditions[course.condition].findings}
    for words in course.review:
        read = UNDERSTANDING.of_complaint(words)
        assert own & {*read["findings"], *(m["id"] for m in read["mentions"])}, words
    for words in course.opening:
        read = UNDERSTANDING.of_complaint(words)
        assert (shows | brought) & {*read["findings"], *(m["id"] for m in read["mentions"])}, words
