"""The benchmark's table: labels of every form, right by either label, declining, and what a miss tells."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from wardround.evaluation.calculators import CalculatorsConfig, examine_calculators, keep_calculators
from wardround.evaluation.medcalc import COLUMNS, DECLINED, label_of, read_rows, within
from wardround.harness import ConfigurationError, StoreError

_GAP = "{'Sodium': [140.0, 'mEq/L'], 'Chloride': [100.0, 'mEq/L'], 'Bicarbonate': [14.0, 'mmol/L']}"
_ROWS = (
    ("1", "39", _GAP, "26", "26"),
    ("2", "39", _GAP, "N/A", "26"),
    ("3", "39", _GAP, "27.4", "22"),  # over 5 %
    ("4", "63", _GAP, "4", "14"),  # the corrected convention
    ("5", "13", "{'cycle length': 28, 'Last menstrual date': '01/01/2024'}", "10/08/2024", "10/07/2024"),
    ("6", "69", "{'Current Date': '03/01/2024', 'Last menstrual date': '01/01/2024'}", "oops", "('8 weeks', '4 days')"),
    ("7", "65", _GAP[:-1] + ", 'Albumin': [17.1, 'g/dL']}", "N/A", "-2.75"),  # beyond belief
    ("8", "39", "no dictionary", "26", "26"),
    ("9", "999", _GAP, "26", "26"),  # no calculator
    ("10", "39", _GAP, "", "?"),  # no label
)  # fmt: skip


def _table(folder: Path, rows: tuple[tuple[str, ...], ...] = _ROWS) -> Path:
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row, number, entities, answer, original in rows:
            writer.writerow(
                {"row": row, "calculator_id": number, "patient_note": "A note.", "relevant_entities": entities,
                 "answer": answer, "original_answer": original}
            )  # fmt: skip
    return path


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("83.07", 83.07),
        (" -0.5 ", -0.5),
        ("09/12/2014", date(2014, 9, 12)),
        ("13/40/2014", None),
        ("('14 weeks', '1 days')", 99.0),
        ("(1 week, 5 days)", None),
        ("N/A", DECLINED),
        ("nan", None),
        ("1e999", None),
        ("", None),
    ],
)
def test_labels_of_every_form(text: str, label: object) -> None:
    assert label_of(text) == label


def test_right_means_within_five_percent_and_dates_on_the_day() -> None:
    assert within(105.0, 100.0, 39)
    assert within(-95.0, -100.0, 39)
    assert not within(105.1, 100.0, 39)
    assert not within(0.1, 0.0, 39)
    assert not within(DECLINED, 100.0, 39)
    assert within(date(2024, 1, 1), date(2024, 1, 1), 13)
    assert not within(date(2024, 1, 2), date(2024, 1, 1), 13)
    assert not within(None, None, 39)


def test_the_label_of_framingham_is_a_fraction_of_one_decimal() -> None:
    assert within(10.4, 0.1, 46)
    assert within(0.02, 0.0, 46)
    assert not within(20.4, 0.1, 46)


def test_the_figures_of_a_small_table(tmp_path: Path) -> None:
    report = examine_calculators(CalculatorsConfig(_table(tmp_path))).report
    assert (report["task"], report["entities"], report["n"], report["unscored"]) == (
        "calculators",
        "given",
        8,
        2,
    )
    assert report["accuracy"] == 0.75
    assert (report["with_corrected"], report["with_original"]) == (0.5, 0.375)
    assert report["declined"] == 2
    assert report.keys() >= {"seconds", "ci95", "by_calculator", "misses"}
    assert report["by_calculator"]["anion-gap"]["n"] == 4
    assert {one["row"]: one["why"] for one in report["unscored_rows"]} == {
        "9": "no calculator has this number",
        "10": "neither label can be read",
    }
    misses = {miss["row"]: miss for miss in report["misses"]}
    assert set(misses) == {"3", "8"}
    assert misses["3"]["worked"] == "anion gap 140 - (100 + 14) = 26 mmol/L"
    assert misses["3"]["wrong"].startswith("labels")
    assert misses["8"]["wrong"].startswith("entities")
    assert report["misses_by"] == {"labels": 1, "entities": 1}


def test_every_miss_has_the_arithmetic_of_both_and_by_how_much_the_labels_differ(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, (*COLUMNS, "explanation_of_original_answer"))
        writer.writeheader()
        for row, entities in (("1", _GAP), ("2", "{'Sodium': [140.0, 'mEq/L']}")):
            writer.writerow(
                {"row": row, "calculator_id": "39", "patient_note": "n", "relevant_entities": entities, "answer": "30",
                 "original_answer": "22", "explanation_of_original_answer": "140 - (100 + 14) = 22, so the gap is 22."}
            )  # fmt: skip
    misses = {one["row"]: one for one in examine_calculators(CalculatorsConfig(path)).report["misses"]}
    assert misses["1"]["arithmetic"] == {
        "ours": "anion gap 140 - (100 + 14) = 26 mmol/L",
        "original": "140 - (100 + 14) = 22, so the gap is 22.",
        "corrected_less_ours": 4.0,
        "original_less_ours": -4.0,
    }
    assert "arithmetic" in misses["1"]["wrong"]
    declined = misses["2"]["arithmetic"]
    assert "chloride" in declined["ours"]
    assert (declined["corrected_less_ours"], declined["original_less_ours"]) == (None, None)


def test_a_limit_takes_the_first_rows(tmp_path: Path) -> None:
    report = examine_calculators(CalculatorsConfig(_table(tmp_path), limit=2)).report
    assert (report["n"], report["accuracy"]) == (2, 1.0)


def test_results_are_kept(tmp_path: Path) -> None:
    done = examine_calculators(CalculatorsConfig(_table(tmp_path)))
    keep_calculators(tmp_path / "kept", done)
    assert json.loads((tmp_path / "kept" / "result.json").read_bytes())["n"] == 8
    cases = [json.loads(line) for line in (tmp_path / "kept" / "cases.jsonl").read_bytes().splitlines()]
    assert [case["row"] for case in cases] == [row[0] for row in _ROWS]
    with pytest.raises(StoreError, match="--out"):
        keep_calculators(tmp_path / "rows.csv" / "kept", done)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "lacks the column"),
        (b"row,calculator_id\n1,2\n", "lacks the column patient_note"),
        (",".join(COLUMNS).encode() + b"\n", "has no rows"),
        (b"\xff\xfe\x00\x01", "no CSV in UTF-8: line 1 has the byte 0xff, as UTF-16 has"),
        (b"row,caf\xe9\n", "line 1 has the byte 0xe9, as WINDOWS-1252 has"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=says):
        read_rows(path)


def test_no_file_a_folder_and_wrong_options_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(ConfigurationError, match="cannot be read"):
            read_rows(path)
    with pytest.raises(ConfigurationError, match="--entities"):
        CalculatorsConfig(tmp_path, entities="guess")
    with pytest.raises(ConfigurationError, match="--limit"):
        CalculatorsConfig(tmp_path, limit=0)


def test_a_row_with_too_many_and_too_few_fields_is_read_or_unscored(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        ",".join(COLUMNS) + '\n1,39,n,"' + _GAP.replace('"', "'") + '",26,26,more,and more\n2,39\n',
        encoding="utf-8",
    )
    report = examine_calculators(CalculatorsConfig(path)).report
    assert (report["n"], report["unscored"], report["accuracy"]) == (1, 1, 1.0)


@pytest.mark.data
def test_the_published_rows_reach_the_goal(data_dir: Path) -> None:
    table = data_dir / "medcalc" / "medcalc_dev.csv"
    if not table.is_file():
        pytest.skip(f"no {table}")
    report = examine_calculators(CalculatorsConfig(table)).report
    assert report["unscored"] == 0
    assert report["calculators"] == 55
    assert report["accuracy"] >= 0.95
