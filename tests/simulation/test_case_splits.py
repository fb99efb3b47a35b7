"""Held-out cases stay out of learning's reach: by the door, by the imports, by the seeds, and by what is in them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from generated_cases import base, heldout_cases, train_cases

import wardround
import wardround.simulation as door
from wardround.simulation import HELDOUT_CONDITIONS, SplitError, generate, heldout_conditions, validate_case
from wardround.simulation.heldout import HELDOUT, generate_heldout, heldout_split
from wardround.simulation.splits import train_split

PACKAGE = Path(wardround.__file__).parent
ALLOWED = ("cli", "evaluation")
"""Rooms that may make held-out cases."""


def test_there_are_held_out_conditions_of_many_kinds() -> None:
    held = heldout_conditions(base())
    assert {"condition.gout", "condition.cellulitis"} <= held
    assert 0.05 <= len(held) / len(base().conditions) <= 0.2
    assert any(base().conditions[c].chronic for c in held)
    assert any(base().conditions[c].urgency == "emergency" for c in held)
    assert len({base().conditions[c].specialty for c in held}) >= 3


@pytest.mark.parametrize("name", [*HELDOUT, "heldout", "test", "", "TRAIN", "door"])
def test_the_main_door_gives_the_train_split_and_nothing_else(name: str) -> None:
    with pytest.raises(SplitError, match="split: "):
        generate(base(), name, 0)


def test_a_held_out_condition_cannot_be_asked_for_at_the_main_door() -> None:
    for condition in heldout_conditions(base()):
        with pytest.raises(door.CaseError, match="is not in split 'train'"):
            generate(base(), "train", 0, condition=condition)


def test_the_main_door_does_not_even_load_the_held_out_one() -> None:
    code = "import sys, wardround.simulation; print('wardround.simulation.heldout' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert not [name for name in door.__all__ if "heldout" in name and not name.endswith("onditions")]


def test_no_train_case_has_ever_met_a_held_out_condition() -> None:
    for case in (*train_cases(), *heldout_cases("heldout-seeds")):
        met = {case.truth, *case.active, *(p.condition for p in case.known_problems)}
        assert met.isdisjoint(HELDOUT_CONDITIONS)


def test_held_out_conditions_are_the_truth_of_their_split() -> None:
    cases = heldout_cases("heldout-conditions")
    assert {case.truth for case in cases} <= heldout_conditions(base())
    assert len({case.truth for case in cases}) > 1


@pytest.mark.parametrize("split", HELDOUT)
def test_held_out_cases_are_sound(split: str) -> None:
    for case in heldout_cases(split):
        assert case.split == split
        assert validate_case(base(), case) == []


def test_seeds_and_worlds_of_the_splits_are_disjoint() -> None:
    splits = [train_split(base()), *(heldout_split(base(), name) for name in HELDOUT)]
    seeds = [{split.seed(i) for i in range(3000)} for split in splits]
    worlds = [{split.world(i) for i in range(100)} for split in splits]
    for one in range(3):
        for other in range(one):
            assert seeds[one].isdisjoint(seeds[other])
            assert worlds[one].isdisjoint(worlds[other])
    assert train_cases()[0].findings != heldout_cases("heldout-seeds")[0].findings


def test_the_held_out_door_does_not_give_the_train_split() -> None:
    with pytest.raises(SplitError, match="'train' is not a held-out split"):
        generate_heldout(base(), "train", 0)


def imports_of(path: Path) -> set[str]:
    """Modules that a file imports, by whatever form, and those that it names in text."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
            found.add(node.value)
    return found


def reaching(root: Path) -> list[str]:
    """Files below a folder that import the held-out door, or make splits behind the main one."""
    private = (
        "wardround.simulation.heldout",
        "wardround.simulation.generator.make",
        "wardround.simulation.splits.Split",
    )
    return [
        str(path)
        for path in sorted(root.rglob("*.py"))
        if any(name == one or name.startswith(f"{one}.") for name in imports_of(path) for one in private)
    ]


def test_nothing_that_learns_imports_the_held_out_door() -> None:
    rooms = [p for p in PACKAGE.iterdir() if p.is_dir() and p.name not in (*ALLOWED, "simulation")]
    recipes = PACKAGE.parent.parent / "recipes"
    assert [file for room in (*rooms, recipes) for file in reaching(room)] == []


def test_a_recipe_that_tries_is_caught(tmp_path: Path) -> None:
    for at, text in enumerate(
        (
            "from wardround.simulation.heldout import generate_heldout",
            "from wardround.simulation import heldout",
            "import wardround.simulation.heldout as h",
            "import importlib\nimportlib.import_module('wardround.simulation.heldout')",
            "from wardround.simulation.generator import make",
        )
    ):
        (tmp_path / f"recipe_{at}.py").write_text(text)
    assert len(reaching(tmp_path)) == 5
