"""A base small enough to reckon by hand. Tests change a copy of it, write it to a folder, and load that."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from wardround.knowledge import KnowledgeBase, load_from

Content = dict[str, Any]
GUESS = {"source": "clinician_estimate", "grade": "estimated"}
BOOK = {"source": "book", "grade": "recalled"}


def _finding(slug: str, background: float | None, **more: Any) -> dict[str, Any]:
    name = slug.removeprefix("finding.").replace(".", " ").replace("_", " ")
    return {
        "id": slug,
        "name": name,
        "kind": "symptom",
        "ask": f"Do you have {name}?",
        "lay": [name, f"my {name}"],
        "answers": {"yes": ["yes", f"I have {name}"], "no": ["no", f"no {name}"]},
        "background": [{"p": background}] if background is not None else [],
        "default": GUESS,
        **more,
    }


def _condition(slug: str, prevalence: float, findings: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "id": slug,
        "name": slug.removeprefix("condition."),
        "lay_name": f"lay {slug.removeprefix('condition.')}",
        "icd10": [{"code": "J18", "display": "Pneumonia, organism unspecified"}],
        "specialty": "general",
        "urgency": "soon",
        "chronic": False,
        "default": GUESS,
        "prevalence": [{"p": prevalence}],
        "findings": findings,
        "must_not_miss": ["condition.gamma"],
        "discriminating": [],
        "management": [
            {"line": "first", "kind": "non_drug", "text": "Rest.", "patient_text": "Rest.", **BOOK}
        ],
        "monitoring": [],
        "follow_up_days": 7,
        "safety_net": "Come back if worse.",
        "explain": "It passes.",
        **more,
    }


def _drug(slug: str, classes: list[str], **more: Any) -> dict[str, Any]:
    return {
        "id": slug,
        "name": slug.removeprefix("drug."),
        "classes": classes,
        "routes": ["oral"],
        "doses": [
            {"indication": "pain", "route": "oral", "low": 200, "high": 400, "unit": "mg", "per_day": [1, 3]}
        ],
        "max_daily": {"value": 1.2, "unit": "g"},
        "pregnancy": {"advice": "caution", "note": "Ask."},
        "lactation": {"advice": "compatible", "note": "Fine."},
        "default": BOOK,
        **more,
    }


@pytest.fixture
def content() -> Content:
    """Two conditions that share a cough; a child, a risk factor, a temperature, a scan and a blood test."""
    return deepcopy(
        {
            "sources": [
                {"id": "clinician_estimate", "body": "us", "title": "guess", "status": "known"},
                {"id": "book", "body": "them", "title": "book", "status": "known"},
                {"id": "paper", "body": "them", "title": "paper", "status": "opened", "section": "2"},
            ],
            "findings": [
                _finding("finding.cough", 0.1),
                _finding("finding.cough.wet", 0.3, parent="finding.cough"),
                _finding("finding.itch", 0.05),
                _finding("finding.ache", 0.2),
                _finding("finding.chill", 0.02),
                _finding("finding.smoker", 0.25, kind="history"),
                _finding(
                    "finding.temperature", None, kind="measurement", answer="quantity", examined=True, unit="Cel",
                    normal=[36.8, 0.4], plausible=[30, 44],
                ),
            ],
            "tests": [
                {
                    "id": "test.scan", "name": "scan", "kind": "imaging", "positive": "shadow", "negative": "clear",
                    "p_background": 0.05, "cost": 2, "turnaround_minutes": 60, "default": GUESS,
                    "loinc": {"code": "1-1", "display": "Scan"},
                },
                {
                    "id": "test.blood", "name": "blood", "kind": "laboratory", "cost": 1, "turnaround_minutes": 60,
                    "default": GUESS,
                    "analytes": [
                        {
                            "id": "analyte.marker", "name": "marker", "unit": "mg/L", "typical": [1.0, 0.8],
                            "log": True, "reference": [{"high": 10, **BOOK}], "plausible": [0.1, 600],
                        }
                    ],
                },
            ],
            "conditions": [
                _condition(
                    "condition.alpha", 0.02,
                    [
                        {"finding": "finding.cough", "p": 0.8},
                        {"finding": "finding.cough.wet", "p": 0.6},
                        {"finding": "finding.ache", "p": 0.4},
                        {"finding": "finding.chill", "p": 0.5},
                        {"finding": "finding.temperature", "mean": 38.8, "sd": 0.6},
                    ],
                    risks=[{"finding": "finding.smoker", "odds": 3.0}],
                    tests=[
                        {"test": "test.scan", "p": 0.9},
                        {"analyte": "analyte.marker", "shift": 4.0, "spread": 1.5},
                    ],
                    icd10=[{"code": "J18", "display": "Pneumonia, organism unspecified"}],
                    synonyms=["alpha disease"],
                ),
                _condition(
                    "condition.beta", 0.05,
                    [
                        {"finding": "finding.cough", "p": 0.3},
                        {"finding": "finding.itch", "p": 0.9},
                        {"finding": "finding.ache", "p": 0.1},
                        {"finding": "finding.chill", "p": 0.01},
                        {"finding": "finding.cough.wet", "p": 0.05},
                    ],
                    risks=[{"condition": "condition.gamma", "odds": 5.0}],
                    chronic=True,
                    icd10=[{"code": "L29", "display": "Pruritus"}],
                    snomed=[{"code": "77", "display": "Beta (disorder)"}],
                ),
            ],
            "alternatives": [
                {
                    "id": "condition.gamma", "name": "gamma", "why": "It kills.", "default": BOOK,
                    "icd10": [{"code": "A41", "display": "Other sepsis"}],
                }
            ],
            "classes": [
                {"id": "class.pills", "name": "pills"},
                {"id": "class.round", "name": "round pills", "parent": "class.pills"},
                {"id": "class.square", "name": "square pills"},
            ],
            "drugs": [
                _drug("drug.one", ["class.round"], synonyms=["Oneol"], cross_reactivity=["allergy.pills"],
                      rxnorm={"code": "11", "display": "one"}),
                _drug("drug.two", ["class.square"]),
                _drug("drug.one_two", ["class.round"], name="one and two", synonyms=["one / two"]),
                _drug("drug.three", ["class.square"]),
            ],
            "cross_reactivity": [
                {"id": "allergy.pills", "name": "pills", "allergens": ["pills", "Oneol"], "note": "Hives.", **BOOK}
            ],
            "interactions": [
                {
                    "id": "interaction.shapes", "between": ["class.pills", "class.square"], "severity": "moderate",
                    "mechanism": "shape", "effect": "jam", "action": "watch", "exceptions": ["drug.three"], **BOOK,
                },
                {
                    "id": "interaction.one_two", "between": ["drug.two", "drug.one"], "severity": "contraindicated",
                    "mechanism": "worse", "effect": "bang", "action": "stop", **BOOK,
                },
            ],
            "red_flags": [
                {
                    "id": "flag.hot", "name": "hot and shaking", "all": ["finding.chill"],
                    "none": ["finding.itch"], "limits": [{"of": "finding.temperature", "above": 39.5}],
                    "means": ["condition.gamma"], "act_within": "minutes", "do": "Call.", "patient_text": "Call.",
                    **BOOK,
                },
                {
                    "id": "flag.two_of_three", "name": "two of three",
                    "any": ["finding.cough", "finding.ache", "test.scan"], "at_least": 2, "who": {"age": [60, 130]},
                    "means": ["condition.alpha"], "act_within": "hours", "do": "See.", "patient_text": "Come.",
                    **BOOK,
                },
            ],
        }
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARDROUND_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Content], Path]:
    """Writes content as a folder of two files."""

    def write(content: Content) -> Path:
        folder = tmp_path / "base"
        (folder / "conditions").mkdir(parents=True, exist_ok=True)
        conditions = {"conditions": content["conditions"]}
        rest = {kind: entities for kind, entities in content.items() if kind != "conditions"}
        (folder / "conditions" / "both.yaml").write_text(yaml.safe_dump(conditions, sort_keys=False))
        (folder / "rest.yaml").write_text(yaml.safe_dump(rest, sort_keys=False))
        return folder

    return write


@pytest.fixture
def tiny(content: Content, written: Callable[[Content], Path]) -> KnowledgeBase:
    """The small base, loaded."""
    return load_from(written(content))
