"""The table of who comes: every section names its source and grade, bands leave no age out, children are children."""

from __future__ import annotations

from itertools import pairwise

import pytest
from generated_cases import base

from wardround.simulation.expectations import layout
from wardround.simulation.population import population
from wardround.simulation.results import creatinine_for, filtration, in_agreement
from wardround.simulation.vital_signs import healthy_filtration, normals


def test_every_section_names_its_source_and_grade() -> None:
    for name, section in population():
        assert section.source.body, name
        assert section.grade in ("recalled", "estimated"), name


@pytest.mark.parametrize("section", ["consulting", "living", "work"])
def test_bands_follow_one_another(section: str) -> None:
    bands = getattr(population(), section).bands
    assert all(one.age[1] == other.age[0] for one, other in pairwise(bands))


def test_shares_of_who_comes_sum_to_one() -> None:
    assert sum(band.share for band in population().consulting.bands) == pytest.approx(1.0)


def test_allergies_are_of_groups_that_the_base_holds() -> None:
    assert {item.group for item in population().allergies.items} <= set(base().cross_reactivity)


def test_hearts_slow_and_pressures_rise_with_age() -> None:
    at = layout(base()).quantity_at
    means = [normals(base(), age, True)[0] for age in (0.1, 1.5, 5.0, 11.0, 40.0)]
    hearts = [mean[at["finding.heart_rate"]] for mean in means]
    pressures = [mean[at["finding.systolic_bp"]] for mean in means]
    assert hearts == sorted(hearts, reverse=True)
    assert pressures == sorted(pressures)


@pytest.mark.parametrize(
    ("egfr", "age", "sex"), [(95.0, 30.0, "female"), (22.0, 71.0, "male"), (110.0, 6.0, "male")]
)
def test_a_creatinine_gives_the_filtration_that_it_was_made_for(egfr: float, age: float, sex: str) -> None:
    assert filtration(creatinine_for(egfr, age, sex), age, sex) == pytest.approx(egfr, rel=0.01)  # type: ignore[arg-type]


def test_a_raised_creatinine_alone_lowers_the_filtration_and_scatter_does_not() -> None:
    drawn = {"analyte.creatinine": 240.0, "analyte.egfr": 92.0}
    made = in_agreement(base(), drawn, 50.0, "male")
    assert made["analyte.egfr"] < 45
    assert made["analyte.creatinine"] > 150
    plain = in_agreement(base(), {"analyte.creatinine": 90.0, "analyte.egfr": 92.0}, 50.0, "male")
    assert plain["analyte.egfr"] == pytest.approx(92.0, rel=0.02)


def test_kidneys_age() -> None:
    ages = (20.0, 50.0, 80.0)
    values = [healthy_filtration(population(), age) for age in ages]
    assert values == sorted(values, reverse=True)
