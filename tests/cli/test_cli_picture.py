"""The picture in the README is drawn from a real visit, by a script that runs."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from cli_house import environment

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "make_visit_svg.py"
PICTURE = ROOT / "docs" / "visit.svg"


def said(path: Path) -> str:
    """The words in a picture."""
    texts = [element.text or "" for element in ET.parse(path).iter("{http://www.w3.org/2000/svg}text")]
    return re.sub(r"\s+", " ", " ".join(texts))


def test_the_picture_can_be_drawn_again(tmp_path: Path) -> None:
    drawn = tmp_path / "visit.svg"
    ran = subprocess.run(
        [sys.executable, str(SCRIPT), str(drawn)],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert 20_000 < drawn.stat().st_size < 200_000
    for part in (
        "Maria Keller",
        "stopped",
        "waits for a physician",
        "signed by",
        "more questions",
        "Assessment",
    ):
        assert part in said(drawn), part


def test_the_shipped_picture_is_such_a_one() -> None:
    assert PICTURE.stat().st_size < 200_000
    words = said(PICTURE)
    for part in (
        "Maria Keller",
        "Penicillin (anaphylaxis, severe, 2019)",
        "stopped",
        "waits for a physician",
        "signed by",
    ):
        assert part in words, part
    assert "/tmp/" not in words
