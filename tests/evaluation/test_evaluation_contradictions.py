"""`wardround eval contradictions`: three memories, the same patients; what each door was given is told as it is."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from evaluation_house import clinic

from wardround.care import naming_of
from wardround.clinical import Concept, Fact, FactSource, Patient
from wardround.evaluation.contradictions import (
    ARMS,
    FAULTS,
    ContradictionsConfig,
    examine_contradictions,
)
from wardround.evaluation.overwriting import overwriting_memory
from wardround.harness import ConfigurationError


@cache
def report() -> dict[str, Any]:
    """Two patients, six visits."""
    return asyncio.run(examine_contradictions(clinic(), ContradictionsConfig(patients=2)))


def test_every_visit_of_every_arm_is_told_with_its_figures() -> None:
    json.dumps(report())
    assert (report()["n"], report()["unscored"]) == (2, 0)
    assert {"task", "seconds", "ci95"} <= report().keys()
    for arm in ARMS:
        visits = report()["arms"][arm]["by_visit"]
        assert [v["visit"] for v in visits] == [1, 2, 3, 4, 5, 6]
        for visit in visits:
            assert visit["n"] == 2
            assert {"score", "recalled_right", "ci95", *FAULTS} <= visit.keys()
            assert set(visit["ci95"]) == {"score", "recalled_right"}


def test_ours_loses_nothing_and_brings_nothing_back() -> None:
    ours = report()["arms"]["ours"]
    assert [ours[fault] for fault in ("lost", "resurrected", "leaked")] == [0, 0, 0]
    assert ours["recalled_right"] >= 0.95


def test_without_memory_what_is_true_is_lost() -> None:
    none = report()["arms"]["none"]
    assert none["lost"] >= 12
    assert none["resurrected"] == 0


def test_a_memory_that_overwrites_loses_the_allergy_and_brings_back_what_was_corrected() -> None:
    over = report()["arms"]["overwriting"]
    assert over["lost"] >= 2
    assert over["resurrected"] >= 8
    assert any("allergy that is true" in what for what in over["wrong"])
    assert any("corrected" in what for what in over["wrong"])
    assert over["leaked"] == 0


def test_the_differences_are_paired() -> None:
    paired = report()["paired"]
    assert set(paired) == {"ours less none", "ours less overwriting"}
    assert all(one["recalled_right"] > 0 for one in paired.values())


@pytest.mark.parametrize(
    ("config", "names"),
    [({"patients": 0}, "--patients"), ({"visits": 1}, "--visits"), ({"visits": 99}, "--visits"), ({"split": "x"}, "--split")],
)  # fmt: skip
def test_what_cannot_be_played_is_refused_by_name(config: dict[str, Any], names: str) -> None:
    with pytest.raises(ConfigurationError, match=names):
        ContradictionsConfig(**config)


# --- the memory to compare with ------------------------------------------------------------------------------------


def fact(number: int, text: str, status: Any = "active", kind: Any = "allergy") -> Fact:
    """What somebody said."""
    when = datetime(2026, 1, number, tzinfo=UTC)
    return Fact(
        f"fact-{number}",
        "p",
        kind,
        Concept(text),
        status,
        "reported",
        when,
        FactSource("document", str(number)),
    )


def test_the_newest_word_on_a_thing_is_all_that_is_kept() -> None:
    memory = overwriting_memory(naming_of(clinic()))
    memory.write([fact(1, "Penicillin"), fact(2, "Latex")], patient_id="p")
    memory.write([fact(3, "penicillin", "refuted")], patient_id="p")
    assert [(f.id, f.status) for f in memory.facts(patient_id="p")] == [
        ("fact-2", "active"),
        ("fact-3", "refuted"),
    ]
    assert memory.conflicts(patient_id="p", on=datetime(2026, 2, 1, tzinfo=UTC).date()) == ()


def test_reading_a_source_again_writes_it_again() -> None:
    memory = overwriting_memory(naming_of(clinic()))
    for one in (fact(1, "Penicillin"), fact(3, "Penicillin", "refuted"), fact(1, "Penicillin")):
        memory.write([one], patient_id="p")
    assert [f.id for f in memory.facts(patient_id="p")] == ["fact-1"]


def test_it_keeps_patients_apart_and_knows_who_they_are() -> None:
    memory = overwriting_memory(naming_of(clinic()))
    memory.know(Patient("p", "Pat", None, "female"))
    memory.write([fact(1, "Penicillin")], patient_id="p")
    assert memory.facts(patient_id="q") == ()
    assert memory.patients() == ("p",)
    who = memory.patient(patient_id="p")
    assert who is not None
    assert who.name == "Pat"
