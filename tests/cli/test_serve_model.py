"""`wardround serve-model` as a process: it says where it listens, answers, ends cleanly, and refuses what it cannot serve."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra [ml]")
pytest.importorskip("fastapi", reason="needs the extra [serve]")

import httpx
from cli_house import process, run

sys.path.insert(0, str(Path(__file__).parents[1] / "models"))

from tiny_hugging_face import save_tiny


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = save_tiny(tmp_path_factory.mktemp("serve") / "tiny-model")
    (made / "wardround.json").write_text(json.dumps({"renderer": "shorthand-1"}))
    return made


@contextmanager
def served(*words: object) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The command with --json on a free port, once it listens, and what it said."""
    child = process("serve-model", *words, "--port", 0, "--json")
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        assert line, child.communicate()[1]
        yield child, json.loads(line)
    finally:
        child.kill()
        child.communicate()


def test_it_says_where_it_listens_asks_for_the_key_answers_and_ends_at_ctrl_c(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVE_KEY", "swordfish")
    with served(folder, "--name", "mine", "--api-key-env", "SERVE_KEY") as (child, told):
        assert (told["model"], told["renderer"], told["key"]) == ("mine", "shorthand-1", True)
        assert told["address"].startswith("http://127.0.0.1:")
        assert "swordfish" not in json.dumps(told)
        assert httpx.get(f"{told['address']}/models").status_code == 401
        asked = {"model": "mine", "messages": [{"role": "user", "content": "hello"}], "max_tokens": 4}
        with httpx.Client(headers={"Authorization": "Bearer swordfish"}, timeout=60) as client:
            models = client.get(f"{told['address']}/models")
            answer = client.post(f"{told['address']}/chat/completions", json=asked)
        assert models.json()["data"][0]["id"] == "mine"
        assert answer.json()["usage"]["completion_tokens"] == 4
        assert str(folder.parent) not in answer.text + models.text
        child.send_signal(signal.SIGINT)
        rest, errors = child.communicate(timeout=60)
        assert (child.returncode, rest) == (0, "")
        assert "Traceback" not in errors


def test_a_port_that_is_taken_is_refused_before_anything_is_loaded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = run("serve-model", "/no/model", "--port", port, "--json")
    assert (ran.code, ran.json["kind"]) == (1, "ServerError")
    assert f"--port: {port} of 127.0.0.1 is taken" in ran.error
    assert ran.error.endswith("or 0 for any free one.")


@pytest.mark.parametrize(
    ("words", "kind", "names"),
    [
        (("/no/model",), "ServerError", "/no/model is no folder"),
        ((".",), "ServerError", "config.json"),
        (("mini", "--host", "no.such.host.invalid"), "ServerError", "--host"),
        (("mini", "--api-key-env", "NOT_SET"), "ServerError", "NOT_SET"),
        (("mini", "--port", "70000"), "UsageError", "--port"),
    ],
    ids=["no-folder", "no-model", "host", "key", "port"],
)
def test_what_cannot_be_served_is_one_line_and_one_object(
    words: tuple[str, ...], kind: str, names: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("serve-model", "--port", 0, *words, "--json")
    assert ran.code == (2 if kind == "UsageError" else 1)
    assert ran.json["kind"] == kind
    assert names in ran.error


def test_a_name_that_is_no_name_is_refused(folder: Path) -> None:
    ran = run("serve-model", folder, "--port", 0, "--name", " ", "--json")
    assert (ran.code, ran.json["kind"]) == (1, "ServerError")
    assert "--name" in ran.error


def test_a_precision_that_is_none_is_refused(folder: Path) -> None:
    ran = run("serve-model", folder, "--port", 0, "--dtype", "int3", "--json")
    assert (ran.code, ran.json["kind"]) == (1, "ModelRefused")
    assert "int3" in ran.error


def test_a_broken_model_is_refused_by_what_is_wrong_with_it(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    ran = run("serve-model", tmp_path, "--port", 0, "--json")
    assert (ran.code, ran.json["kind"]) == (1, "ModelRefused")
