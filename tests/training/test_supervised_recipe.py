"""The supervised recipe learns from messages and from logs, in full and as LoRA, and says what it cannot use."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tiny_hugging_face import save_tiny

from recipes import supervised
from wardround.training.conversations import asked_and_said
from wardround.training.errors import MissingExtra, TrainingError

FINDINGS = ("cough", "fever", "rash", "pain")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = save_tiny(tmp_path_factory.mktemp("model") / "tiny")
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "talks.jsonl"
    lines = [
        {
            "messages": [
                {"role": "user", "content": f"{one}?"},
                {
                    "role": "assistant",
                    "content": "",
                    "tool_calls": [{"function": {"name": "ask", "arguments": {"about": one}}}],
                },
                {"role": "tool", "content": "yes"},
                {"role": "assistant", "content": one},
            ]
        }
        for one in FINDINGS * 3
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def learnt(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, object]:
    torch.set_num_threads(1)
    supervised.main([*map(str, words), "--json"])
    report: dict[str, object] = json.loads(capsys.readouterr().out)
    return report


@pytest.mark.parametrize(("lora", "rate"), [(0, 3e-3), (4, 2e-2)])
def test_the_loss_falls_in_full_and_with_lora(
    model: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lora: int, rate: float
) -> None:
    out = tmp_path / "new"
    settings = ("--model", model, "--data", data, "--out", out, "--lora", lora)
    report = learnt(capsys, *settings, "--steps", 12, "--rate", rate, "--tokens", 600, "--held-out", 0.2)
    before, after = report["loss_before"], report["loss_after"]
    assert isinstance(before, float)
    assert isinstance(after, float)
    assert after < 0.8 * before
    assert (report["lessons"], report["held_out"], report["steps"]) == (10, 2, 12)
    old, new = load_file(model / "model.safetensors"), load_file(out / "model.safetensors")
    assert old.keys() == new.keys()  # LoRA's matrices were merged: any runtime loads it
    assert all(weight.dtype == torch.bfloat16 for weight in new.values())
    assert (out / "README.md").is_file()


def test_a_run_that_was_done_is_not_done_again(
    model: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = ("--model", model, "--data", data, "--out", tmp_path / "new", "--steps", 2, "--held-out", 0)
    first = learnt(capsys, *settings)
    assert learnt(capsys, *settings)["loss_before"] == first["loss_before"]
    assert "step" not in learnt(capsys, *settings)  # it stood at its last step


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{", "line 1"),
        ("[]", "messages"),
        ('{"messages": []}', "messages"),
        ('{"messages": [{"role": "doctor", "content": ""}]}', r"messages\[0\].role"),
        ('{"messages": [{"role": "user", "content": 3}]}', "content"),
        ('{"messages": [{"role": "user", "content": "x"}]}', "assistant's"),
        ('{"messages": [{"role": "user", "content": "x"}], "tools": 3}', "tools"),
        ('{"encounter": "e", "hash": "h"}', "log"),
    ],
)
def test_data_that_cannot_be_learnt_from_is_named_and_nothing_is_written(
    model: Path, tmp_path: Path, line: str, named: str
) -> None:
    (tmp_path / "bad.jsonl").write_text(f"{line}\n", encoding="utf-8")
    words = ["--model", model, "--data", tmp_path / "bad.jsonl", "--out", tmp_path / "new"]
    with pytest.raises(SystemExit, match=named):
        supervised.main([*map(str, words)])
    assert not (tmp_path / "new").exists()


def test_a_folder_without_a_model_is_named(tmp_path: Path, data: Path) -> None:
    words = ["--model", tmp_path, "--data", data, "--out", tmp_path / "new"]
    with pytest.raises(SystemExit, match="no folder with a Hugging Face model"):
        supervised.main([*map(str, words)])


def test_what_stands_in_the_way_is_not_overwritten(model: Path, data: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "thesis.txt").write_text("mine", encoding="utf-8")
    words = ["--model", model, "--data", data, "--out", tmp_path / "new", "--steps", 1]
    with pytest.raises(SystemExit, match="no model's folder"):
        supervised.main([*map(str, words)])
    assert (tmp_path / "new" / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_a_missing_extra_is_named(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wardround.training.adapting import open_folder, with_lora

    opened, _ = open_folder(model)
    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(MissingExtra, match=r"wardround\[rl\]"):
        with_lora(opened, rank=2, seed=0)


def test_a_rank_below_one_is_named(model: Path) -> None:
    from wardround.training.adapting import open_folder, with_lora

    with pytest.raises(TrainingError, match="rank"):
        with_lora(open_folder(model)[0], rank=0, seed=0)


def test_a_log_without_calls_gives_no_conversation() -> None:
    assert list(asked_and_said([])) == []
