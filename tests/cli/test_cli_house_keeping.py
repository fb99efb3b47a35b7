"""`knowledge` and `doctor`, and how quickly the command line is there."""

from __future__ import annotations

import resource
import subprocess
import sys
from importlib.util import find_spec

import pytest
from cli_house import environment, ok, run

HEAVY = (
    "wardround.care",
    "wardround.knowledge",
    "wardround.clinical",
    "wardround.language",
    "numpy",
    "torch",
    "fhir.resources",
)


def test_the_knowledge_base_is_without_errors() -> None:
    told = ok("knowledge", "check", "--json").json
    assert told["errors"] in ([], ())
    assert told.keys() >= {"errors", "uncoded", "grades", "counts"}
    assert "0 errors" in ok("knowledge", "check").out


@pytest.mark.parametrize("name", ["drug.amoxicillin", "Amoxicillin"])
def test_an_entry_is_shown_whole(name: str) -> None:
    assert ok("knowledge", "show", name, "--json").json["id"] == "drug.amoxicillin"
    assert "drug.amoxicillin" in ok("knowledge", "show", name).out


def test_the_doctor_says_what_is_missing_and_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from wardround.cli import checkup

    monkeypatch.setattr(
        checkup, "find_spec", lambda name: None if name in ("torch", "peft") else find_spec(name)
    )
    told = ok("doctor", "--json").json
    assert told["missing"] == []
    assert told["extras"]["ml"]["missing"] == ["torch"]
    assert told["extras"]["ml"]["install"] == "pip install 'wardround[ml]'"
    assert told["extras"]["rl"]["install"] == "pip install 'wardround[rl]'"
    assert "pip install 'wardround[ml]'" in ok("doctor").out.replace("\n", " ")


def test_the_doctor_works_in_a_broken_house(monkeypatch: pytest.MonkeyPatch) -> None:
    from wardround.cli import checkup

    monkeypatch.setattr(checkup, "find_spec", lambda name: None if name == "numpy" else find_spec(name))
    ran = run("doctor", "--json")
    assert (ran.code, ran.json["missing"], ran.json["install"]) == (1, ["numpy"], "pip install numpy")
    assert ran.json["core"]["numpy"] is None


@pytest.mark.parametrize(
    "words", [("--help",), ("visit", "--help"), ("doctor", "--json"), ("review", "--help")]
)
def test_what_needs_no_medicine_opens_none(words: tuple[str, ...]) -> None:
    code = (
        "import sys\nsys.argv = ['wardround', *sys.argv[1:]]\nfrom wardround.cli import app\n"
        "try:\n    app()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, env=environment(), check=False
    )
    assert ran.stderr.strip() == "[]"


def test_help_is_there_at_once() -> None:
    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    fastest = 9.0
    for _ in range(3):
        before = spent()
        subprocess.run(
            [sys.executable, "-m", "wardround", "--help"], capture_output=True, env=environment(), check=True
        )
        fastest = min(fastest, spent() - before)
    assert fastest < 0.5


@pytest.mark.parametrize(
    "command", [(), ("visit",), ("replay",), ("doctor",), ("review", "edit"), ("record", "export")]
)
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    assert "Usage:" in ok(*command, "--help").out
