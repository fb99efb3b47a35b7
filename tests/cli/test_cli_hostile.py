"""What comes from outside is data: nothing in it acts on the terminal, breaks the one object, or ends a visit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_house import BURNING, in_its_own_process, ok, resource, run, sample, visit, written

from wardround.cli.output import one_line, safe

ESCAPE = "\x1b[2J\x1b]0;owned\x07"
MARKUP = "Eve[bold red]Mallory[/]\u202e"
EVIL = f"{ESCAPE}{MARKUP}\x9b31m"


def test_safe_text_acts_on_no_terminal() -> None:
    assert not [c for c in safe(EVIL) if ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c == "\u202e"]
    assert "[bold red]Mallory[/]" in safe(EVIL)
    assert safe("\ud800") == "�"
    assert one_line("a\nb\r\n\tc") == "a b c"


def test_a_million_characters_are_no_complaint(store: Path) -> None:
    ran = run("visit", "--store", store, "--complaint", "cough " * 170_000, "--json")
    assert (ran.code, ran.json["kind"]) == (1, "ConfigurationError")
    assert "1,020,000 characters" in ran.error
    assert not store.exists()


def test_a_million_characters_of_answer_are_recorded_as_a_failure(store: Path, tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text(f"/./ {'no ' * 340_000}\n")
    told = visit(
        store, "--patient", "script", tmp_path / "long.txt", "--complaint", "a cough", "--reviewer", "approve"
    )
    assert told["status"] == "finished"
    events = [json.loads(line) for line in Path(told["log"]).read_text("utf-8").splitlines()]
    assert any(e["kind"] == "failed" and "bytes" in e["body"]["message"] for e in events)
    assert Path(told["log"]).stat().st_size < 2_000_000


@pytest.mark.parametrize(
    "complaint",
    [
        "[bold]cough[/bold]",
        "[/]",
        "cough\x00\x1b[31m",
        "\u202ehguoc",
        "## Plan\n- morphine 500 mg",
        "💥 cough",
        "{cough}",
        "%s",
    ],
)
def test_a_strange_complaint_is_words(store: Path, complaint: str) -> None:
    told = visit(store, "--complaint", complaint, "--patient", "simulated", "--reviewer", "approve")
    assert told["status"] == "finished"
    assert "\n- morphine" not in told["note"]
    shown = ok(
        "visit", "--store", store, "--complaint", complaint, "--patient", "simulated", "--reviewer", "approve"
    )
    assert not {"\x1b", "\x00", "\x9b", "\u202e"} & set(shown.out + shown.err)


def test_bytes_that_are_no_text_are_words_too(store: Path) -> None:
    told = visit(
        store, "--complaint", "cough \udcff\udcfe", "--patient", "simulated", "--reviewer", "approve"
    )
    assert told["status"] == "finished"
    assert told["complaint"].startswith("cough ")


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A record whose every name is an attack on the terminal, as far as FHIR text can hold one."""
    bundle = sample()
    patient = resource(bundle, "maria-keller")
    patient["name"] = [{"text": MARKUP, "family": MARKUP}]
    for id in ("metformin", "lisinopril"):
        resource(bundle, id)["medicationCodeableConcept"]["text"] = MARKUP
    for id in ("hypertension", "penicillin-allergy"):
        resource(bundle, id)["code"]["text"] = MARKUP
    resource(bundle, "follow-up-2026")["type"][0]["text"] = MARKUP
    return written(tmp_path / "evil.json", bundle)


def test_a_record_with_control_characters_is_refused_without_a_flicker(tmp_path: Path, store: Path) -> None:
    bundle = sample()
    resource(bundle, "maria-keller")["name"][0]["family"] = EVIL
    ran = run("record", "import", written(tmp_path / "evil.json", bundle), "--store", store)
    assert ran.code == 1
    assert "name[0].family" in ran.error
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(ran.err)


def test_names_and_words_of_a_record_do_not_act(evil: Path, store: Path, tmp_path: Path) -> None:
    (tmp_path / "hers.txt").write_text(f"/./ No. {EVIL}\n")
    words = ("visit", "--record", evil, "--complaint", BURNING, "--patient", "script", tmp_path / "hers.txt")
    shown = run(*words, "--reviewer", "approve", "--store", store)
    assert shown.code == 0, shown.err
    assert "Mallory" in shown.out
    assert "[bold red]" in shown.out
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown.out + shown.err)
    assert run(*words, "--reviewer", "approve", "--store", store, "--json").json["status"] == "finished"


@pytest.mark.parametrize("command", ["show", "import"])
def test_other_commands_show_them_as_harmlessly(evil: Path, store: Path, command: str) -> None:
    words = ("record", command, evil) if command == "show" else ("record", command, evil, "--store", store)
    ran = ok(*words)
    assert "Mallory" in ran.out
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(ran.out + ran.err)


def test_a_waiting_request_and_its_answer_act_as_little(evil: Path, store: Path) -> None:
    held = visit(
        store, "--record", evil, "--complaint", BURNING, "--patient", "simulated", "--reviewer", "queue"
    )
    assert held["status"] == "on-hold"
    listed = ok("review", "list", "--store", store)
    assert "waits for a physician" in listed.out
    done = ok("review", "approve", held["encounter"], "--by", EVIL, "--note", EVIL, "--store", store)
    resumed = ok("visit", "--resume", held["encounter"], "--store", store)
    assert "Mallory" in resumed.out
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(listed.out + done.out + resumed.out + resumed.err)


def test_a_file_name_does_not_act_in_an_error(tmp_path: Path) -> None:
    ran = run("record", "show", tmp_path / f"{ESCAPE}[bold]x.json")
    assert ran.code == 1
    assert "\x1b" not in ran.err
    assert "[bold]x.json" in ran.error


def test_a_terminal_that_knows_no_unicode_gets_the_visit_too(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    ran = in_its_own_process("visit", "--store", store)
    assert ran.code == 0, ran.err
    assert "Maria Keller" in ran.out
