"""`wardround simulate`: cases, played visits and courses, as one object each, and errors in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_house import ok, run

from wardround.clinical import read_bundle
from wardround.harness import load_lines
from wardround.simulation import case_from_json


def test_a_case_is_printed_whole_and_reads_back() -> None:
    told = ok("simulate", "case", "--seed", 3, "--json").json
    assert told.pop("record") is None
    case = case_from_json(told)
    assert case.id == "train-000003"
    assert ok("simulate", "case", "--index", 3, "--json").json["name"] == case.name
    assert case.name in ok("simulate", "case", "--seed", 3).out


def test_a_condition_is_named_by_id_or_by_name_and_a_tier_is_kept_to() -> None:
    for said in ("condition.asthma", "Asthma"):
        assert ok("simulate", "case", "--condition", said, "--json").json["truth"] == "condition.asthma"
    assert ok("simulate", "case", "--tier", "easy", "--json").json["tier"] == "easy"


def test_the_record_is_a_bundle_that_the_importer_takes(tmp_path: Path) -> None:
    path = tmp_path / "new" / "record.json"
    told = ok("simulate", "case", "--condition", "condition.type_2_diabetes", "--record", path, "--json").json
    assert told["record"] == str(path.resolve())
    assert read_bundle(path).patient.name == told["name"]


def test_a_played_case_leaves_its_log_and_its_page(tmp_path: Path) -> None:
    told = ok("simulate", "play", "--seed", 3, "--out", tmp_path, "--json").json
    assert 0 < told["total"] <= 1
    assert told["score"]["total"] == told["total"]
    (log,) = told["logs"]
    assert load_lines(Path(log).read_bytes())
    page = Path(told["page"]).read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "✓" in page
    assert "planner" in page
    ran = ok("simulate", "play", "--seed", 3, "--out", tmp_path)
    assert "process" in ran.out


def test_held_out_phrasings_and_other_policies_play_the_same_case(tmp_path: Path) -> None:
    one = ok("simulate", "play", "--seed", 3, "--out", tmp_path, "--policy", "oracle", "--json").json
    two = ok(
        "simulate", "play", "--seed", 3, "--out", tmp_path, "--patient-phrasing", "held-out", "--json"
    ).json
    assert one["truth"] == two["truth"]
    assert one["page"] != two["page"]


def test_several_visits_are_played_on_one_page(tmp_path: Path) -> None:
    told = ok("simulate", "play", "--visits", 2, "--out", tmp_path, "--json").json
    assert (told["visits"], len(told["logs"])) == (2, 2)
    assert told["score"]["over_visits"].keys() >= {"recall", "trends"}
    page = Path(told["page"]).read_text("utf-8")
    assert "Visit 2" in page
    assert "<svg" in page
    assert "over visits" in ok("simulate", "play", "--visits", 2, "--out", tmp_path).out


def test_a_course_goes_day_by_day_and_treatment_changes_it() -> None:
    told = {
        how: ok("simulate", "course", "hypertension", "--treatment", how, "--days", 200, "--json").json
        for how in ("none", "right", "wrong")
    }
    names = [v["id"] for v in told["none"]["variables"]]
    for report in told.values():
        assert report["start"] == told["none"]["start"], "the same patient under every treatment"
        assert report["values"].keys() == set(names)
        assert all(len(values) == 200 for values in report["values"].values())
        assert all(1 <= h["day"] <= 200 for h in report["happenings"])
    assert told["right"]["drugs"]
    assert not told["none"]["drugs"]
    (first, *_) = names
    assert told["right"]["values"][first][-1] < told["none"]["values"][first][-1]
    assert "day by day" in ok("simulate", "course", "hypertension", "--days", 30).out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("case", "--condition", "condition.nothing"), "condition"),
        (("case", "--condition", "condition.gout"), "condition"),
        (("case", "--tier", "absurd"), "--tier"),
        (("play", "--visits", "0"), "--visits"),
        (("play", "--policy", "guess"), "--policy"),
        (("play", "--patient-phrasing", "loud"), "--patient-phrasing"),
        (("play", "--condition", "common cold", "--visits", "2"), "course"),
        (("course", "common cold"), "course"),
        (("course", "asthma", "--treatment", "magic"), "--treatment"),
    ],
)
def test_what_makes_no_sense_is_one_line(words: tuple[str, ...], named: str, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path)) if words[0] == "play" else ()
    ran = run("simulate", *words, *out, "--json")
    assert ran.code == 1, ran.out
    assert named in ran.error
    assert ran.json["error"] == ran.error


def test_a_record_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    assert "--record" in run("simulate", "case", "--record", tmp_path / "file" / "r.json").error


def test_help_names_the_three() -> None:
    out = ok("simulate", "--help").out
    assert all(name in out for name in ("case", "play", "course"))
