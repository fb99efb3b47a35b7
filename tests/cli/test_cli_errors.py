"""What goes wrong is said in one line that ends in the next step, and as one JSON object; nothing is left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_house import BURNING, resource, run, sample, visit, written

BROKEN: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    "no such record": (
        ("visit", "--record", "no.json", "--complaint", "a cough"),
        "RecordError",
        "no.json",
        "Check the path",
    ),
    "a folder as record": (("visit", "--record", ".", "--complaint", "a cough"), "RecordError", "", "path"),
    "unknown policy": (
        ("visit", "--policy", "guess"),
        "ConfigurationError",
        "'guess'",
        "openai:MODEL or hf:PATH.",
    ),
    "unknown reviewer": (
        ("visit", "--reviewer", "boss"),
        "ConfigurationError",
        "'boss'",
        "approve, deny or queue.",
    ),
    "unknown patient": (("visit", "--patient", "dog"), "ConfigurationError", "'dog'", "or script FILE."),
    "script without a file": (
        ("visit", "--patient", "script"),
        "ConfigurationError",
        "missing",
        "script FILE`.",
    ),
    "script that is not there": (
        ("visit", "--patient", "script", "no.txt"),
        "ScriptError",
        "no.txt",
        "text file.",
    ),
    "a word too many": (("visit", "loose.txt"), "ConfigurationError", "'loose.txt'", "takes one."),
    "empty complaint": (("visit", "--complaint", "  "), "ConfigurationError", "--complaint", '"a cough".'),
    "empty id": (("visit", "--encounter", ""), "ConfigurationError", "--encounter", "one line."),
    "a model that is not there": (("visit", "--policy", "hf:/no/model"), "ModelError", "/no/model", "."),
    "unknown visit": (("visit", "--resume", "nobody-9"), "ConfigurationError", "there is no store", "used."),
    "unknown option": (("visit", "--colour"), "UsageError", "--colour", "--help`."),
    "unknown command": (("operate",), "UsageError", "operate", "--help`."),
    "no negative seed": (("visit", "--seed", "-1"), "UsageError", "--seed", "--help`."),
    "no number": (("visit", "--seed", "x"), "UsageError", "--seed", "--help`."),
    "no store to review": (("review", "list"), "ConfigurationError", "there is no store", "used."),
    "no log": (("replay", "no.jsonl"), "LogError", "no.jsonl", "as `log`."),
    "no record to import": (("record", "import", "no.json"), "RecordError", "no.json", "Check the path"),
    "no record to show": (("record", "show", "no.json"), "RecordError", "no.json", "Check the path"),
    "nothing to export": (
        ("record", "export", "nobody-9"),
        "ConfigurationError",
        "there is no store",
        "used.",
    ),
    "no such entry": (
        ("knowledge", "show", "drug.unobtainium"),
        "ConfigurationError",
        "unobtainium",
        "drug.metformin.",
    ),
    "no such folder": (
        ("knowledge", "check", "--codes", "no"),
        "ConfigurationError",
        "--codes",
        "code lists.",
    ),
}


@pytest.mark.parametrize("case", BROKEN, ids=lambda name: name.replace(" ", "-"))
def test_an_error_is_one_line_and_one_object(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, kind, names, step = BROKEN[case]
    monkeypatch.chdir(tmp_path)
    ran = run(*words, "--json")
    assert ran.code == (2 if kind == "UsageError" else 1)
    assert ran.error.endswith(step)
    assert names in ran.error
    assert ran.json["error"] == ran.error
    assert kind in (ran.json["kind"], "ModelError", "RecordError")
    plain = run(*words)
    assert (plain.code, plain.out) == (ran.code, "")
    assert plain.error == ran.error


def test_a_bundle_without_a_patient_is_refused_by_file_name(tmp_path: Path, store: Path) -> None:
    bundle = sample()
    bundle["entry"] = [e for e in bundle["entry"] if e["resource"]["resourceType"] != "Patient"]
    path = written(tmp_path / "nobody.json", bundle)
    ran = run("visit", "--record", path, "--complaint", "a cough", "--store", store, "--json")
    assert ran.code == 1
    assert "nobody.json" in ran.error
    assert not store.exists()


def test_the_dead_are_refused_by_name(tmp_path: Path, store: Path) -> None:
    bundle = sample()
    resource(bundle, "maria-keller")["deceasedDateTime"] = "2026-10-01"
    path = written(tmp_path / "late.json", bundle)
    ran = run(
        "visit",
        "--record",
        path,
        "--complaint",
        "a cough",
        "--patient",
        "simulated",
        "--store",
        store,
        "--json",
    )
    assert (ran.code, ran.json["kind"]) == (1, "DeceasedError")
    assert "Maria Keller" in ran.error
    assert run("record", "export", "maria-keller-1", "--store", store).code == 1


@pytest.mark.parametrize("line", ["/half an answer", "/(/ an answer"])
def test_a_bad_script_line_is_named(tmp_path: Path, store: Path, line: str) -> None:
    script = tmp_path / "hers.txt"
    script.write_text(f"# fine\nYes.\n{line}\n")
    ran = run("visit", "--patient", "script", script, "--store", store, "--json")
    assert (ran.code, ran.json["kind"]) == (1, "ScriptError")
    assert "hers.txt, line 3" in ran.error
    assert not store.exists()


@pytest.mark.parametrize("line", ["prescribe approve", "/x/ perhaps", "/(/ approve"])
def test_a_bad_line_of_the_scripted_physician_is_named(tmp_path: Path, store: Path, line: str) -> None:
    script = tmp_path / "theirs.txt"
    script.write_text(f"{line}\n")
    ran = run("visit", "--reviewer", f"script:{script}", "--store", store, "--json")
    assert (ran.code, ran.json["kind"]) == (1, "ScriptError")
    assert "theirs.txt, line 1" in ran.error


@pytest.mark.parametrize(
    ("case", "names"),
    [
        ("{", "cannot be read"),
        ('{"findings": {}}', "truth"),
        ('{"truth": "condition.nothing"}', "truth"),
        ('{"truth": "condition.asthma", "findings": {"finding.nothing": true}}', "finding.nothing"),
        ('{"truth": "condition.asthma", "weight": 1}', "weight"),
    ],
)
def test_a_bad_case_beside_a_script_is_named(tmp_path: Path, store: Path, case: str, names: str) -> None:
    (tmp_path / "hers.script.txt").write_text("/./ No.\n")
    (tmp_path / "hers.case.json").write_text(case)
    ran = run(
        "visit",
        "--patient",
        "script",
        tmp_path / "hers.script.txt",
        "--complaint",
        "a cough",
        "--store",
        store,
    )
    assert ran.code == 1
    assert "hers.case.json" in ran.error
    assert names in ran.error


@pytest.mark.parametrize("command", [("visit",), ("record", "import", "FILE")])
def test_a_store_that_cannot_be_is_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("no folder")
    path = written(tmp_path / "b.json", sample())
    words = [path if word == "FILE" else word for word in command]
    ran = run(*words, "--store", tmp_path / "file" / "deep" / "w.sqlite", "--json")
    assert (ran.code, ran.json["kind"]) == (1, "StoreError")
    assert ran.error.endswith("Give --store a writable path.")


def test_a_store_that_is_no_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "w.sqlite").write_text("this is no SQLite file, however long it is " * 40)
    ran = run("visit", "--store", tmp_path / "w.sqlite", "--json")
    assert (ran.code, ran.json["kind"]) == (1, "StoreError")
    assert "w.sqlite" in ran.error


def test_a_log_that_cannot_be_exported_is_named_and_the_visit_kept(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("no folder")
    ran = run("visit", "--store", tmp_path / "w.sqlite", "--json")
    assert (ran.code, ran.json["kind"]) == (1, "StoreError")
    (tmp_path / "logs").unlink()
    again = run("visit", "--resume", "maria-keller-1", "--store", tmp_path / "w.sqlite", "--json")
    assert (again.code, again.json["status"]) == (0, "finished")


def test_resuming_what_was_never_begun_names_the_store(store: Path) -> None:
    visit(store)
    ran = run("visit", "--resume", "nobody-9", "--store", store, "--json")
    assert (ran.code, ran.json["kind"]) == (1, "ConfigurationError")
    assert "'nobody-9'" in ran.error
    assert str(store) in ran.error


def test_a_resume_with_an_unknown_word_writes_nothing(store: Path) -> None:
    held = visit(store, "--reviewer", "queue")
    ran = run("visit", "--resume", held["encounter"], "--store", store, "--patient", "dog", "--json")
    assert (ran.code, ran.json["kind"]) == (1, "ConfigurationError")
    assert Path(held["log"]).read_bytes() == Path(visit_again(store, held["encounter"])["log"]).read_bytes()


def visit_again(store: Path, encounter: str) -> dict[str, str]:
    return dict(run("visit", "--resume", encounter, "--store", store, "--json").json)


def test_a_broken_bundle_names_the_path_in_it_and_leaves_nothing(tmp_path: Path, store: Path) -> None:
    bundle = sample()
    resource(bundle, "metformin")["medicationCodeableConcept"] = "metformin"
    path = written(tmp_path / "broken.json", bundle)
    ran = run("visit", "--record", path, "--complaint", BURNING, "--store", store, "--json")
    assert ran.code == 1
    assert "broken.json" in ran.error
    assert "entry[" in ran.error
    assert not store.exists()


def test_a_defect_keeps_its_traceback_and_is_still_one_object(
    monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    from wardround.cli import visiting

    def broken(*_: object) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(visiting, "_complaint", broken)
    ran = run("visit", "--store", store, "--json")
    assert (ran.code, ran.json["kind"]) == (3, "ZeroDivisionError")
    assert "Traceback" in ran.err
    assert "defect of wardround" in ran.json["error"]


def test_a_missing_package_is_named_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    from wardround.cli import visiting

    def missing(*_: object) -> None:
        raise ModuleNotFoundError("No module named 'orjson'", name="orjson")

    monkeypatch.setattr(visiting, "_complaint", missing)
    ran = run("visit", "--store", store, "--json")
    assert ran.code == 1
    assert ran.error == "orjson is not installed. `wardround doctor` says how to get it."


def test_an_interrupted_command_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    from wardround.cli import visiting

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(visiting, "_complaint", interrupted)
    ran = run("visit", "--store", store, "--json")
    assert (ran.code, json.loads(ran.out)["kind"]) == (130, "Interrupted")
    assert "--resume ID" in ran.error


@pytest.mark.parametrize("words", [(), ("review",), ("record",), ("memory",), ("knowledge",)])
def test_a_command_without_words_shows_its_help(words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert ran.code == 0
    assert "Usage:" in ran.out
