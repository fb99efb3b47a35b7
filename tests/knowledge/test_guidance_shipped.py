"""The guidance that ships: as broad as was promised, for everybody, and what the page about it says."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from wardround.knowledge import KnowledgeBase, load, pathways
from wardround.knowledge.checks.draft import Draft
from wardround.knowledge.checks.guidance import unguided

PAGE = Path(__file__).parents[2] / "docs" / "guidance.md"
DIAGNOSIS = {"diagnosis", "safety"}
MANAGEMENT = {"treatment", "monitoring", "prevention", "advice", "safety"}


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load()


def test_nothing_is_without_guidance(base: KnowledgeBase) -> None:
    assert unguided(Draft(base.content)) == {"conditions": [], "drugs": []}


def test_every_condition_is_told_apart_and_treated(base: KnowledgeBase) -> None:
    asks: dict[str, Counter[str]] = {}
    for passage in base.guidance.values():
        for slug in passage.about:
            asks.setdefault(slug, Counter())[passage.asks] += 1
    for slug in base.conditions:
        assert DIAGNOSIS & set(asks[slug]), f"{slug}: no passage on diagnosis or red flags"
        assert MANAGEMENT & set(asks[slug]), f"{slug}: no passage on management or follow-up"
        assert sum(asks[slug].values()) >= 2


def test_it_is_broad(base: KnowledgeBase) -> None:
    passages = base.guidance.values()
    assert len(passages) >= 400
    layers = Counter(p.layer for p in passages)
    assert set(layers) == {"primary", "review", "guideline", "practice", "public", "regulatory"}
    assert min(layers.values()) >= 20
    assert {"adults", "children", "pregnancy", "older", "all"} <= {p.population for p in passages}
    assert {"UK", "US", "Europe", "international"} <= {p.jurisdiction for p in passages}
    assert len(pathways(base)) >= 40


def test_the_page_says_what_is_there(base: KnowledgeBase) -> None:
    text = PAGE.read_text()
    grades = Counter(p.grade for p in base.guidance.values())
    layers = Counter(p.layer for p in base.guidance.values())
    said = {
        m[1]: int(m[2].replace(",", "")) for m in re.finditer(r"^\| ([\w ]+) \| ([\d,]+)", text, re.MULTILINE)
    }
    assert said["passages"] == len(base.guidance)
    assert said["with a rule"] == len(pathways(base))
    assert {g: said[g] for g in grades} == dict(grades)
    assert {layer: said[layer] for layer in layers} == dict(layers)
