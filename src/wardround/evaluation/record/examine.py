"""Memory examined on records: each bundle read twice, by the oracle and by the importer, and every question asked twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from time import perf_counter
from typing import Any, Final, Literal

import numpy as np

from wardround.clinical import RecordError, read_bundle
from wardround.evaluation.record.asked import is_right
from wardround.evaluation.record.oracle import RawRecord
from wardround.evaluation.record.questions import Put, questions
from wardround.evaluation.record.reading import bundle_files, raw_json
from wardround.evaluation.surroundings import surroundings
from wardround.harness import ConfigurationError
from wardround.memory import Memory, Question, RememberingError

Way = Literal["structure", "english", "english_heldout"]
COUNTED: Final[tuple[Way, ...]] = ("structure", "english")
"""The ways that `n` and `accuracy` are over. Held-out English is asked on top, and only its share is reported: a list of
its misses, or their kinds, would be worked on, and it would be held out no longer."""
RESAMPLES: Final = 2_000
DIGITS: Final = 5
QUESTIONS: Final = 100
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class RecordConfig:
    """`questions` a patient, each asked by structure and in English; `limit` takes the first bundles."""

    data: Path
    questions: int = QUESTIONS
    limit: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """One question asked one way, what came back, and whether it is right."""

    patient: str
    way: Way
    put: Put
    english: str
    got: dict[str, Any]
    right: bool

    def as_json(self) -> dict[str, Any]:
        """As a miss is listed."""
        return {
            "patient": self.patient,
            "kind": self.put.kind,
            "asked": self.way,
            "english": self.english,
            "structure": self.put.asked.as_json(),
            "expected": self.put.expected.as_json(),
            "got": self.got,
        }


@dataclass(frozen=True)
class RecordResults:
    """The report, and every reply."""

    report: dict[str, Any]
    replies: tuple[Reply, ...]


def examine_record(config: RecordConfig, told: Told | None = None) -> RecordResults:
    """Ask memory about every bundle. Raises ConfigurationError where there is no bundle to be found."""
    began = perf_counter()
    try:
        files = bundle_files(config.data)[: config.limit]
    except (ValueError, OSError) as error:
        raise ConfigurationError(
            f"--data: {error}.", fix="Give a FHIR bundle, or a folder of them."
        ) from error
    replies: list[Reply] = []
    broken: list[dict[str, str]] = []
    for done, path in enumerate(files, 1):
        try:
            replies.extend(_examined(path, config))
        except (ValueError, RecordError, RememberingError) as error:
            broken.append({"case": path.name, "error": str(error)})
        except Exception as error:  # noqa: BLE001 - a bundle that breaks is data, told with its reason
            broken.append({"case": path.name, "error": f"{type(error).__name__}: {error}"})
        if told is not None:
            told(done, len(files))
    report = {
        "task": "record",
        **_figures(replies, config.seed),
        "bundles": len(files),
        "unscored": len(broken),
        "broken": broken,
        "seconds": round(perf_counter() - began, 2),
        "config": {**asdict(config), "data": str(config.data)},
        "seed": config.seed,
        **surroundings(),
    }
    return RecordResults(report, tuple(replies))


def _examined(path: Path, config: RecordConfig) -> list[Reply]:
    raw: RawRecord | Exception
    try:
        raw = RawRecord.of(raw_json(path))
    except Exception as error:  # noqa: BLE001 - the importer's own words on the bundle are better, where it has any
        raw = error
    received = datetime.now(UTC) if isinstance(raw, Exception) else datetime.combine(raw.today, time(12), UTC)
    imported = read_bundle(path, received=received)
    if isinstance(raw, Exception):
        raise raw
    memory = Memory()
    try:
        memory.know(imported.patient)
        memory.write(imported.facts, patient_id=imported.patient.id)
        return list(asked_of(memory, raw, imported.patient.id, questions(raw, config.questions, config.seed)))
    finally:
        memory.close()


def asked_of(memory: Memory, raw: RawRecord, patient_id: str, puts: Sequence[Put]) -> Iterable[Reply]:
    """Ask memory each question in each way."""
    for put in puts:
        ways: list[tuple[Way, str]] = [("structure", put.english), ("english", put.english)]
        if put.held_out is not None:
            ways.append(("english_heldout", put.held_out))
        for way, english in ways:
            got = _got(memory, raw, patient_id, put if way == "structure" else english)
            right = "error" not in got and is_right(put.expected, got, put.asked.ask)
            yield Reply(patient_id, way, put, english, got, right)


def _got(memory: Memory, raw: RawRecord, patient_id: str, put: Put | str) -> dict[str, Any]:
    try:
        question = put if isinstance(put, str) else Question.from_json(put.asked.as_json())
        answer = memory.ask(question, patient_id=patient_id, on=raw.today)
    except Exception as error:  # noqa: BLE001 - the boundary to memory: a refusal or a crash is a miss, and is told
        return {
            "error": str(error) if isinstance(error, RememberingError) else f"{type(error).__name__}: {error}"
        }
    value = list(answer.value) if isinstance(answer.value, tuple) else answer.value
    return {"value": value, "unit": answer.unit, "when": answer.when}


def _figures(replies: Sequence[Reply], seed: int) -> dict[str, Any]:
    counted = [r for r in replies if r.way in COUNTED]
    kinds = sorted({r.put.kind for r in counted})
    rows = {
        "accuracy": counted,
        "by_structure": _asked(replies, "structure"),
        "english": _asked(replies, "english"),
        "english_heldout": _asked(replies, "english_heldout"),
    }
    return {
        "n": len(counted),
        **{name: _accuracy(some) for name, some in rows.items()},
        **{f"n_{name}": len(some) for name, some in rows.items() if name != "accuracy"},
        "ci95": {name: _interval(some, seed) for name, some in rows.items()},
        "patients": len({r.patient for r in counted}),
        "kinds": len(kinds),
        "by_kind": {kind: _kind([r for r in replies if r.put.kind == kind]) for kind in kinds},
        "misses": [r.as_json() for r in counted if not r.right],
    }


def _asked(replies: Sequence[Reply], way: Way) -> list[Reply]:
    return [r for r in replies if r.way == way]


def _kind(replies: Sequence[Reply]) -> dict[str, Any]:
    counted = [r for r in replies if r.way in COUNTED]
    return {"n": len(counted), "accuracy": _accuracy(counted)}


def _accuracy(replies: Sequence[Reply]) -> float | None:
    return round(sum(r.right for r in replies) / len(replies), DIGITS) if replies else None


def _interval(replies: Sequence[Reply], seed: int) -> tuple[float, float] | None:
    """The 95 % bootstrap interval of the share that is right; patients are drawn whole."""
    patients: defaultdict[str, list[bool]] = defaultdict(list)
    for reply in replies:
        patients[reply.patient].append(reply.right)
    if len(patients) < 2:
        return None
    right_P = np.array([sum(own) for own in patients.values()])  # noqa: N806 (dimension suffixes)
    asked_P = np.array([len(own) for own in patients.values()])  # noqa: N806
    count = len(patients)
    times_RP = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=RESAMPLES)  # noqa: N806
    low, high = np.percentile((times_RP @ right_P) / (times_RP @ asked_P), [2.5, 97.5])
    return round(float(low), DIGITS), round(float(high), DIGITS)
