"""MedCalc-Bench's table as it is published (Khandekar et al. 2024), with corrected labels beside the original ones.

The entities of a row belong to its original answer; `answer` is a corrected label that was read from the note again. A
number is right within 5 %, a date on the day; `N/A` is right where a calculator declines: it does not apply, or what it
was given is beyond belief. Framingham's labels are fractions of one decimal that call themselves percent.
"""

from __future__ import annotations

import ast
import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from wardround.calculators import Calculator, calculators
from wardround.harness import ConfigurationError

TOLERANCE: Final = 0.05
COLUMNS: Final = (
    "row",
    "calculator_id",
    "patient_note",
    "relevant_entities",
    "answer",
    "original_answer",
)
DECLINED: Final = "N/A"
_FRACTIONS: Final = frozenset((46,))
"""Calculators that give percent here and whose labels are fractions."""
_LONGEST_FIELD: Final = 4_000_000
_MARKS: Final = (0xFE, 0xFF)
"""The first bytes of a file in UTF-16."""
_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_WEEKS: Final = re.compile(r"(\d{1,3})\s*weeks?")
_DAYS: Final = re.compile(r"(\d{1,3})\s*days?")

Label = float | date | str | None
"""A number, a day, `N/A`, or None where the text is none of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question. `calculator` is None where no calculator of ours has that number."""

    row: str
    number: int
    calculator: Calculator | None
    question: str
    note: str
    entities: str
    answer: Label
    original: Label
    explanation: str

    @property
    def readable(self) -> bool:
        """Is there a calculator, and a label to measure it by?"""
        return self.calculator is not None and not (self.answer is None and self.original is None)


def read_rows(path: Path, limit: int | None = None) -> list[Row]:
    """The rows of the table, the first `limit`. Raises ConfigurationError for what is no such table."""
    fix = f"Give MedCalc-Bench's CSV with the columns {', '.join(COLUMNS)}."
    ours = {one.medcalc: one for one in calculators().values() if one.medcalc is not None}
    try:
        csv.field_size_limit(_LONGEST_FIELD)
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            lacking = [name for name in COLUMNS if name not in (table.fieldnames or ())]
            if lacking:
                raise ConfigurationError(f"--data: {path} lacks the column {lacking[0]}.", fix=fix)
            rows: list[Row] = []
            for found in table:
                if limit is not None and len(rows) >= limit:
                    break
                rows.append(
                    _row({key: value or "" for key, value in found.items() if isinstance(key, str)}, ours)
                )
    except OSError as error:
        raise ConfigurationError(f"--data: {path} cannot be read: {error.strerror}.", fix=fix) from error
    except UnicodeDecodeError as error:
        raise _not_utf8(path, error) from error
    except csv.Error as error:
        raise ConfigurationError(f"--data: {path} is no CSV in UTF-8: {error}.", fix=fix) from error
    if not rows:
        raise ConfigurationError(f"--data: {path} has no rows.", fix=fix)
    return rows


def _not_utf8(path: Path, error: UnicodeDecodeError) -> ConfigurationError:
    """Which line it is, and how to save the table so that its letters are those that were meant."""
    line = _line_that_is_not_utf8(path)
    byte = error.object[error.start]
    code = "UTF-16" if byte in _MARKS else "WINDOWS-1252"
    return ConfigurationError(
        f"--data: {path} is no CSV in UTF-8: line {line} has the byte 0x{byte:02x}, as {code} has.",
        fix=f"Save it as UTF-8, as in: iconv -f {code} -t UTF-8 '{path.name}' > utf8.csv.",
    )


def _line_that_is_not_utf8(path: Path) -> int:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1


def _row(found: dict[str, str], ours: dict[int, Calculator]) -> Row:
    number = int(found["calculator_id"]) if re.fullmatch(r"\d{1,4}", found["calculator_id"].strip()) else -1
    return Row(
        found["row"],
        number,
        ours.get(number),
        found.get("question", ""),
        found["patient_note"],
        found["relevant_entities"],
        label_of(found["answer"]),
        label_of(found["original_answer"]),
        found.get("explanation_of_original_answer", ""),
    )


def label_of(text: str) -> Label:
    """What a label says: `83.07`, `09/12/2014`, `('34 weeks', '0 days')` in days, `N/A`."""
    plain = text.strip()
    if plain.upper() in ("N/A", "NA", "NOT APPLICABLE"):
        return DECLINED
    day = _DAY.fullmatch(plain)
    if day is not None:
        try:
            return date(int(day[3]), int(day[1]), int(day[2]))
        except ValueError:
            return None
    if plain.startswith("("):
        return _weeks(plain)
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _weeks(text: str) -> float | None:
    try:
        said = " ".join(str(part) for part in ast.literal_eval(text[:200]))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    weeks, days = _WEEKS.search(said), _DAYS.search(said)
    if weeks is None and days is None:
        return None
    return 7.0 * int(weeks[1] if weeks else 0) + int(days[1] if days else 0)


def within(value: object, label: Label, number: int) -> bool:
    """Is this outcome (a number, a day, `N/A`) right by the label of calculator `number`?"""
    if label is None or isinstance(label, str):
        return label is not None and value == label
    if isinstance(label, date) or isinstance(value, date):
        return value == label
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if number in _FRACTIONS:
        share = value / 100
        return (
            _near(value, label)
            or _near(share, label)
            or (round(label, 1) == label and round(share, 1) == label)
        )
    return _near(value, label)


def _near(value: float, label: float) -> bool:
    return abs(value - label) <= TOLERANCE * abs(label) + 1e-9


def right_by(value: object, row: Row) -> tuple[str, ...]:
    """Which labels the outcome agrees with: `corrected`, `original`, both or neither."""
    labels: Sequence[tuple[str, Label]] = (("corrected", row.answer), ("original", row.original))
    return tuple(name for name, label in labels if within(value, label, row.number))
