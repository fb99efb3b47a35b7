"""Every living patient of the shared bundles has a visit that finishes; the dead and the missing are refused by name."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from cli_house import run

pytestmark = pytest.mark.data
CHUNKS = 4
COMPLAINTS = (
    "I have had a cough and fever for a week",
    "My chest hurts when I walk",
    "I feel tired all the time",
    "It burns when I pee",
    "I have a terrible headache",
    "My tummy hurts",
    "my parrot is sad",
    "sore throat",
    "I can't sleep and feel low",
    "my big toe is red and swollen",
)
KEYS = {"log", "note", "differential", "orders", "verdicts", "facts_written"}


def bundles(data_dir: Path) -> list[Path]:
    found = sorted((data_dir / "synthea_r4").glob("*.gz"))
    assert len(found) == 60
    return found


def patient_of(path: Path) -> dict[str, Any] | None:
    entries = json.loads(gzip.decompress(path.read_bytes()))["entry"]
    return next((e["resource"] for e in entries if e["resource"]["resourceType"] == "Patient"), None)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_whoever_lives_is_seen_to_the_end(data_dir: Path, tmp_path: Path, chunk: int) -> None:
    refused = 0
    for k, path in list(enumerate(bundles(data_dir)))[chunk::CHUNKS]:
        complaint, store = COMPLAINTS[k % len(COMPLAINTS)], tmp_path / f"{k}.sqlite"
        words = (
            "visit",
            "--record",
            path,
            "--complaint",
            complaint,
            "--patient",
            "simulated",
            "--reviewer",
            "approve",
        )
        ran, patient = run(*words, "--store", store, "--date", "2026-06-15", "--json"), patient_of(path)
        if patient is None or {"deceasedDateTime", "deceasedBoolean"} & patient.keys():
            refused += 1
            assert ran.code == 1, path.name
            assert ran.json["kind"] in ("NoPatientError", "DeceasedError")
            named = path.name if patient is None else patient["name"][0]["family"]
            assert named in ran.error
            continue
        assert ran.code == 0, (path.name, ran.err[-500:])
        assert ran.json["status"] == "finished", path.name
        assert ran.json.keys() >= KEYS
        assert ran.json["facts_written"], path.name
        assert "## Plan" in ran.json["note"]
    assert refused < 15


def test_one_of_them_holds_nobody_and_some_have_died(data_dir: Path) -> None:
    patients = [patient_of(path) for path in bundles(data_dir)]
    assert patients.count(None) == 1
    assert any(p and {"deceasedDateTime", "deceasedBoolean"} & p.keys() for p in patients)
