"""A policy with planted errors: the same texts with a dose, a direction, a drug or a group of people changed.

Every sentence that can be changed is, with the same citations, and only those are kept: so a reader sees how much of what
is wrong the meter notices.
"""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from wardround.care import sentences
from wardround.evaluation.claims_planted import plant
from wardround.evaluation.written import VisitTexts, Written
from wardround.harness import JSON
from wardround.knowledge import KnowledgeBase

_TURNED = {"Present": "Absent", "Absent": "Present"}
_NUMBER = re.compile(r"(?<=: )(\d+(?:\.\d+)?)(?= )")


def planted_texts(base: KnowledgeBase, visit: VisitTexts, seed: int) -> VisitTexts:
    """The sentences that could be made wrong, wrong, text by text; what could not is left out."""
    own = {t.text[a:b] for t in visit.texts for a, b in sentences(t.text)}
    pairs = [(str(n), sentence) for n, sentence in enumerate(sorted(own))]
    wrong = {one.sentence: one.wrong for one in plant(base, pairs, len(pairs), seed)}
    changed = (_changed(text, wrong) for text in visit.texts)
    return replace(visit, texts=tuple(text for text in changed if text is not None))


def _changed(text: Written, wrong: dict[str, str]) -> Written | None:
    parts = [text.text[a:b] for a, b in sentences(text.text)]
    if not any(p in wrong for p in parts):
        return None
    cites: list[JSON] = [
        {**c, "supports": wrong.get(c["supports"], c["supports"])}
        for c in text.cites
        if not c["supports"] or c["supports"] in wrong
    ]
    return replace(text, text=" ".join(wrong[p] for p in parts if p in wrong), cites=tuple(cites))


def planted_note(base: KnowledgeBase, note: str, seed: int) -> str:
    """The note's statements turned: present for absent, another number, another diagnosis; what cannot be is left out."""
    rng = Random(seed)  # noqa: S311 - no secret depends on it
    names = sorted(c.name for c in base.conditions.values())
    lines = [(line, _turned(line, rng, names)) for line in note.splitlines()]
    return "\n".join(wrong for line, wrong in lines if wrong != line or line.startswith("#"))


def _turned(line: str, rng: Random, names: list[str]) -> str:
    for label, other in _TURNED.items():
        if line.startswith(f"- {label}: "):
            return line.replace(f"- {label}: ", f"- {other}: ", 1)
    if line.startswith("- Working diagnosis: "):
        return f"- Working diagnosis: {rng.choice(names)} {line[line.rfind('(') :]}"
    if line.startswith(("- Allergies: none known", "- Current drugs: none known")):
        return line.replace("none known", "not asked")
    return _NUMBER.sub(lambda found: f"{float(found[1]) * 1.5 + 1:g}", line, count=1)
