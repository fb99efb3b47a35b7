"""Drugs that a specialist starts: marked in the base, asked about by a rule, and never the planner's own idea."""

from __future__ import annotations

import re

import pytest
from constraint_cases import Case, base, chart, check, rx

from wardround.care.chart import Ranked
from wardround.care.planner.treatment import candidates
from wardround.knowledge import Stratum
from wardround.simulation.medicines import regimens

RULE = "care.indication.specialist"
ARTHRITIS, EPILEPSY = "condition.rheumatoid_arthritis", "condition.epilepsy"
CASES = (
    Case(
        RULE, "methotrexate for arthritis", "approval", chart(),
        rx("methotrexate", 7.5, per_day=1 / 7, indication=ARTHRITIS), ("to be started by a specialist", "Rheumatoid"),
    ),
    Case(RULE, "lamotrigine for epilepsy", "approval", chart(), rx("lamotrigine", 25, indication=EPILEPSY), ("specialist",)),
    Case(RULE, "naproxen for arthritis", None, chart(), rx("naproxen", 250, indication=ARTHRITIS)),
    Case(RULE, "buccal midazolam for a long fit", None, chart(), rx("midazolam", 10, route="buccal", indication=EPILEPSY)),
    Case(
        RULE, "hydrocortisone in a crisis, which another line gives at once", None, chart(),
        rx("hydrocortisone", 100, route="intramuscular", indication="condition.adrenal_insufficiency"),
    ),
    Case(RULE, "for what the base has no line", None, chart(), rx("methotrexate", 7.5, indication="condition.gout")),
)  # fmt: skip
SAYS_SO = re.compile(
    r"\b(?:[Ss]tarted by (?:the specialist|obstetrics)|[Bb]y (?:or with )?(?:the |a |HIV )?"
    r"(?:specialists?\b|rheumatology|endocrinology|tuberculosis team|diabetes team)|\(specialist\)|^Specialist,|^Oncology,)"
)
"""Words that leave no doubt who starts it."""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_specialists(case: Case) -> None:
    check(case)


def test_every_drug_line_that_says_a_specialist_starts_it_is_marked() -> None:
    unmarked = [
        (condition.id, line.text)
        for condition in base().conditions.values()
        for line in condition.management
        if line.kind == "drug" and not line.specialist and SAYS_SO.search(line.text)
    ]
    assert unmarked == []


def test_only_drug_lines_are_marked() -> None:
    marked = [t for c in base().conditions.values() for t in c.management if t.specialist]
    assert marked
    assert {line.kind for line in marked} == {"drug"}


def test_the_planner_never_thinks_of_them() -> None:
    for condition in base().conditions.values():
        for age in (0.5, 8.0, 30.0, 70.0):
            who = chart(age=age, sex="female", pregnant=False, differential=(Ranked(condition.id, 0.9),))
            assert not any(line.specialist for line in candidates(base(), who))


def test_a_record_still_holds_what_a_specialist_started() -> None:
    person = Stratum(45.0, "female", False)
    taken = {r.drug for r in regimens(base(), EPILEPSY, person)}
    assert "drug.levetiracetam" in taken
    taken = {r.drug for r in regimens(base(), ARTHRITIS, person)}
    assert "drug.methotrexate" in taken
