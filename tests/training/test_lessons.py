"""Lessons are the planner's visits on the train split, the same for the same index, kept in shards that are never mixed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from wardround.care import Clinic
from wardround.care.shorthand import short_names, vocabulary
from wardround.knowledge import Evidence, load, posterior
from wardround.simulation import heldout_conditions
from wardround.training.errors import TrainingError
from wardround.training.interviews import patients_lines
from wardround.training.lessons import Lesson, Mix, School, findings_words
from wardround.training.making import HELD, Plan
from wardround.training.playing import case_of, lasting, met
from wardround.training.shards import Encoded, agree, read_shard, shard_path, write_shard

LINES = ("I have a cough and no fever.", "Well, hello.")
FEW = 5


@cache
def clinic() -> Clinic:
    return Clinic(load())


@cache
def school() -> School:
    return School(clinic(), 0, Mix(first=1, even=1, course=1, language=1, visits=2), LINES)


@cache
def made() -> tuple[Lesson, ...]:
    return tuple(lesson for index in range(FEW) for lesson in school().lessons(index))


def test_a_lesson_is_the_same_whenever_it_is_made() -> None:
    again = School(clinic(), 0, school().mix, LINES)
    assert again.lessons(0) == made()[: len(again.lessons(0))]
    assert School(clinic(), 1, school().mix, LINES).lessons(0) != made()[:1]


def test_visits_are_one_conversation_each_that_ends_with_the_visit() -> None:
    visits = [lesson for lesson in made() if lesson.kind != "language"]
    assert visits
    for lesson in visits:
        kind, style = lesson.kind.split("-")
        assert kind in ("first", "course")
        assert lesson.messages[0].content == f"attending {style}"
        assert lesson.messages[-1].tool_calls[0].name == "close"
        thought = any(message.thought for message in lesson.messages)
        assert thought == (style != "none")
        first = lesson.messages[1].content.split()
        assert (first[2] == "v1") == (kind == "first")


def test_a_visit_that_goes_astray_is_the_teachers_but_for_the_steps_that_are_marked() -> None:
    """What is asked twice is refused, and what the teacher asks behind it is something else."""
    mix = Mix(first=1, even=0, course=0, language=0, astray=1.0, steps_astray=0.5, astray_from=0)
    plain = replace(mix, astray=0.0)
    (led,), (alone,) = (School(clinic(), 0, one).lessons(2) for one in (mix, plain))
    said = [m for m in led.messages if m.role == "assistant"]
    assert led.astray
    assert not alone.astray
    assert max(led.astray) < len(said)
    assert len(led.astray) < len(said) / 2
    first = min(led.astray)
    before = [m.tool_calls for m in alone.messages if m.role == "assistant"][:first]
    assert [(c.name, c.arguments) for m in said[:first] for c in m.tool_calls] == [
        (c.name, c.arguments) for calls in before for c in calls
    ]
    own = [
        call.arguments
        for at, m in enumerate(said)
        for call in m.tool_calls
        if call.name == "ask" and at not in led.astray
    ]
    assert len(own) == len(set(own))
    assert led == School(clinic(), 0, mix).lessons(2)[0]


def test_a_lesson_in_conclusions_has_a_history_that_is_nobodys() -> None:
    mix = Mix(belief=0.0, conclusion=1.0, conclusion_from=0)
    (led,) = School(clinic(), 0, mix).lessons(0)
    assert led.kind.startswith("conclusion-")
    calls = [(at, m.tool_calls[0]) for at, m in enumerate(m for m in led.messages if m.role == "assistant")]
    looked = next(at for at, call in calls if call.name == "examine")
    assert {at for at, call in calls if call.name == "ask" and at < looked} <= led.astray
    assert looked in led.astray
    own = [call.name for at, call in calls if at not in led.astray]
    assert own[-1] == "close"
    assert {"differential", "diagnose", "refer", "escalate"} & set(own)


def test_lessons_before_the_first_that_may_go_astray_stay_what_they_are() -> None:
    late = replace(school().mix, astray=1.0, astray_from=2)
    never = replace(school().mix, astray=0.0)
    for index in (0, 1):
        assert School(clinic(), 0, late, LINES).lessons(index) == School(clinic(), 0, never, LINES).lessons(
            index
        )


def test_a_lesson_in_belief_says_what_the_base_holds_after_each_answer() -> None:
    (talk,) = School(clinic(), 0, Mix(belief=1.0, belief_from=0)).lessons(1)
    assert talk.kind == "belief"
    who, *_ = talk.messages[1].content.split()
    told = " ".join(m.content for m in talk.messages[1:] if m.role in ("user", "tool")).split()[3:]
    sex = {"f": "female", "m": "male"}[talk.messages[1].content.split()[1]]
    known = {word[1:]: word[0] == "+" for word in told}
    assert len(known) == len(told)
    last = talk.messages[-1]
    assert (last.role, last.content) == ("assistant", "")
    case = case_of(clinic(), 1)
    assert case.split == "train"
    names = short_names(clinic().base)
    thought = last.thought.split()
    assert thought[::2] == [names.of(c) for c in _likeliest(float(who), sex, known)]


def _likeliest(age: float, sex: str, known: dict[str, bool]) -> list[str]:
    evidence = Evidence(age, cast("Any", sex), False, known)
    return [c for c, p in posterior(clinic().base, evidence).top(3) if p > 0.0]


def test_language_lessons_code_sentences_as_the_reader_does() -> None:
    read = clinic().understanding.of_complaint(LINES[0])["findings"]
    (talk,) = School(clinic(), 0, Mix(0, 0, 0, 1), LINES).lessons(0)
    lines = [
        (said.content, coded.content)
        for said, coded in zip(talk.messages[1::2], talk.messages[2::2], strict=True)
    ]
    assert (LINES[0], findings_words(read)) in lines
    assert {"+finding.cough", "-finding.fever"} <= set(findings_words(read).split())


def test_no_held_out_condition_is_ever_a_case() -> None:
    away = heldout_conditions(clinic().base)
    assert away
    assert away.isdisjoint(met(clinic()))
    assert away.isdisjoint(lasting(clinic()))
    for index in (0, 1, HELD, HELD + 1):
        case = case_of(clinic(), index)
        assert case.split == "train"
        assert case.truth not in away
        assert away.isdisjoint(problem.condition for problem in case.known_problems)


def test_held_out_conditions_can_be_said() -> None:
    spelled = "".join(short_names(clinic().base).of(c) for c in heldout_conditions(clinic().base))
    assert spelled.isascii()
    assert heldout_conditions(clinic().base).isdisjoint(vocabulary(clinic().base))


def test_what_is_measured_by_is_never_learnt_from() -> None:
    plan = Plan(1_000, shard=300)
    assert [index for part in plan.parts for index in part] == list(range(1_000))
    assert min(plan.measured) > max(plan.parts[-1])
    with pytest.raises(TrainingError, match="lessons"):
        Plan(HELD + 1)


def lessons(seed: int) -> list[Encoded]:
    rng = np.random.default_rng(seed)
    return [
        Encoded(rng.integers(0, 99, n).astype(np.int32), rng.random(n) < 0.5, f"kind-{n}") for n in (3, 0, 7)
    ]


def test_a_shard_comes_back_as_it_was(tmp_path: Path) -> None:
    path = write_shard(shard_path(tmp_path, 3), lessons(0))
    for wrote, read in zip(lessons(0), read_shard(path), strict=True):
        assert wrote.ids_T.tolist() == read.ids_T.tolist()
        assert wrote.learnt_T.tolist() == read.learnt_T.tolist()
        assert wrote.kind == read.kind
    assert [p.name for p in tmp_path.iterdir()] == ["shard-00003.npz"]


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04", b"no archive"])
def test_a_broken_shard_is_named(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "shard-00000.npz").write_bytes(broken)
    with pytest.raises(TrainingError, match="shard-00000"):
        read_shard(tmp_path / "shard-00000.npz")


@pytest.mark.parametrize("field", ["ids_T", "learnt_T", "ends_N", "kind_N"])
def test_a_shard_whose_arrays_do_not_fit_is_named(tmp_path: Path, field: str) -> None:
    path = write_shard(tmp_path / "shard-00000.npz", lessons(0))
    with np.load(path) as kept:
        arrays = {name: kept[name] for name in kept.files}
    arrays[field] = arrays[field][:-1]
    np.savez(path, **arrays)
    with pytest.raises(TrainingError, match="fit together"):
        read_shard(path)


def test_lessons_of_two_plans_are_never_mixed(tmp_path: Path) -> None:
    agree(tmp_path, {"seed": 0, "mix": (1, 2)})
    agree(tmp_path, {"seed": 0, "mix": (1, 2)})
    with pytest.raises(TrainingError, match="seed differ"):
        agree(tmp_path, {"seed": 1, "mix": (1, 2)})


def test_patients_lines_are_read_from_each_set(tmp_path: Path) -> None:
    for name in ("osce_interviews", "primock57", "mts_dialog"):
        (tmp_path / name).mkdir()
    (tmp_path / "osce_interviews" / "A.txt").write_text("D: And?\n\nP: It hurts.\n", encoding="utf-8")
    grid = 'text = ""\n text = "I <UNSURE>cough</UNSURE>."\n'
    (tmp_path / "primock57" / "day1_patient.TextGrid").write_text(grid, encoding="utf-8")
    table = 'ID,dialogue\n0,"Doctor: Hi.\nPatient: I am  tired."\n'
    (tmp_path / "mts_dialog" / "t.csv").write_text(table, encoding="utf-8")
    assert patients_lines(tmp_path) == ("It hurts.", "I cough .", "I am tired.")


def test_a_folder_without_interviews_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="interviews"):
        patients_lines(tmp_path)


@pytest.mark.data
def test_the_shared_interviews_hold_many_lines(data_dir: Path) -> None:
    lines = patients_lines(data_dir)
    assert len(lines) > 10_000
    assert not any("<" in line for line in lines)
