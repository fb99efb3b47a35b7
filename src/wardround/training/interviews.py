"""What patients say in real interviews, line by line: OSCE interviews, PriMock57, MTS-Dialog (all CC BY 4.0).

The project ships none of it: a folder that holds `osce_interviews`, `primock57` or `mts_dialog` is given by whoever trains.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from wardround.training.errors import TrainingError

SETS: Final = ("osce_interviews", "primock57", "mts_dialog")
LONGEST: Final = 600
"""Characters of a line beyond which it is a monologue, and left out."""
_SPOKEN = re.compile(r"^\s*P\s*:\s*(.+)$", re.M)
_TOLD = re.compile(r"^\s*(?:Patient|Guest_[A-Za-z]+)\s*:\s*(.+)$", re.M)
_TIER = re.compile(r'^\s*text = "(.*)"\s*$', re.M)
_MARK = re.compile(r"<[^>]*>")


def patients_lines(folder: Path) -> tuple[str, ...]:
    """Every line that a patient says, in the order of the files. Raises TrainingError where there is no interview."""
    if not any((folder / name).is_dir() for name in SETS):
        raise TrainingError(
            f"interviews: {folder} holds none of {', '.join(SETS)}.", fix="Give the folder that holds them."
        )
    lines = (" ".join(_MARK.sub(" ", line).split()) for line in _lines(folder))
    return tuple(line for line in lines if line and len(line) <= LONGEST)


def _lines(folder: Path) -> Iterator[str]:
    for path in sorted((folder / "osce_interviews").glob("*.txt")):
        yield from _SPOKEN.findall(_text(path))
    for path in sorted((folder / "primock57").rglob("*_patient.TextGrid")):
        yield from _TIER.findall(_text(path))
    for path in sorted((folder / "mts_dialog").glob("*.csv")):
        for row in csv.DictReader(io.StringIO(_text(path), newline="")):
            yield from _TOLD.findall(row.get("dialogue") or "")


def _text(path: Path) -> str:
    """The file's text; bytes that are none are shown as such, since a recording of speech may hold any."""
    raw = path.read_bytes()
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    return raw.decode("utf-16" if wide else "utf-8-sig", errors="replace")
