"""The door of the room: its names, and that opening it loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import wardround.training as training


def test_the_door_is_explicit() -> None:
    assert training.__all__ == [
        "WHATS",
        "Agreement",
        "Difference",
        "Encoded",
        "Learner",
        "Lesson",
        "Maker",
        "MissingExtra",
        "Mix",
        "Packing",
        "Plan",
        "Sample",
        "School",
        "Shape",
        "Supervised",
        "TrainingError",
        "agreement",
        "card",
        "conversations",
        "differences",
        "encoded",
        "encoded_by_prefixes",
        "flipped",
        "grammars_of",
        "group_relative",
        "learn",
        "mean_loss",
        "measure",
        "merged",
        "mini_tokenizer",
        "new_mini",
        "open_folder",
        "patients_lines",
        "replayed",
        "rollouts",
        "samples_of",
        "sapo",
        "save_folder",
        "train_tokenizer",
        "with_lora",
    ]
    assert all(hasattr(training, name) for name in training.__all__)


def test_opening_the_door_loads_nothing_heavy_and_no_held_out_case() -> None:
    heavy = ("torch", "transformers", "peft", "wardround.simulation.heldout", "wardround.evaluation")
    code = f"import sys, wardround.training; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
