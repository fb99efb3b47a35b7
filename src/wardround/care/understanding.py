"""What the patient's words mean: findings, allergies and drugs, read by `language` the same way in every mode."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from wardround.care.denials import denied_in, may_deny
from wardround.clinical import Mention
from wardround.harness import JSON
from wardround.knowledge import KnowledgeBase
from wardround.language import Reader

SEVERE_WORDS = (
    "anaphyl",
    "collapse",
    "couldn't breathe",
    "could not breathe",
    "throat",
    "hospital",
    "adrenaline",
    "epinephrine",
)

PAST_TOPICS = ("allergies", "problems")
"""Asked about the past: a throat that swelled then is not swelling now."""
NOW = re.compile(r"\b(now|today|at the moment|this morning|just)\b", re.I)


@dataclass(frozen=True)
class Understanding:
    """Reads words with the knowledge base's lexicon."""

    base: KnowledgeBase
    reader: Reader

    def of_complaint(self, text: str) -> JSON:
        """What brings the patient: the findings in it."""
        mentions = self.reader.read(text)
        return {
            "kind": "complaint",
            "text": text,
            "findings": self._findings(mentions),
            "mentions": _listed(mentions),
        }

    def of_answer(self, question: str, about: str | None, answer: str) -> JSON:
        """An answer: what it says of what was asked, and of anything else."""
        expecting = self._expected(question, about)
        mentions = self.reader.read(answer, expecting)
        findings = self._findings(mentions)
        if about in PAST_TOPICS and not NOW.search(answer):
            findings = {f: value for f, value in findings.items() if self.base.findings[f].kind == "history"}
        if about in self.base.findings:
            findings.setdefault(str(about), self._denied_with_parent(str(about), findings))
        return {
            "question": question,
            "about": about,
            "answer": answer,
            "findings": findings,
            "mentions": _listed(mentions),
            "allergies": self._allergies(mentions, answer)
            if about == "allergies"
            else self._said_allergies(mentions, answer),
            "drugs": self._drugs(mentions, answer) if about == "drugs" else [],
            "denied": self._denials(question, about, answer, mentions),
        }

    def _denials(
        self, question: str, about: str | None, answer: str, mentions: tuple[Mention, ...]
    ) -> list[JSON]:
        """What the answer denies of what somebody may have on record."""
        if not may_deny(self.base, about, answer, mentions):
            return []
        found = denied_in(self.base, question, about, answer, self.reader.read(question), mentions)
        for entry in found:
            if entry["kind"] == "allergy":  # who denies an allergy to a class denies it to the class's group
                groups = [g for s in entry["slugs"] if s.startswith("class.") for g in self.groups_of(s)]
                entry["slugs"] = sorted({*entry["slugs"], *groups})
        return found

    def _denied_with_parent(self, finding: str, findings: JSON) -> bool | None:
        """False where what the finding belongs to was denied: no rash is no rash on the palms; else None."""
        parent = self.base.findings[finding].parent
        while parent is not None:
            if findings.get(parent) is False:
                return False
            parent = self.base.findings[parent].parent
        return None

    def _expected(self, question: str, about: str | None) -> tuple[str, ...]:
        if about in self.base.findings:
            return (str(about),)
        if about:
            return ()
        return tuple(m.id for m in self.reader.read(question) if m.kind == "finding" and m.id is not None)[:4]

    def _findings(self, mentions: Iterable[Mention]) -> JSON:
        """Present, absent, measured, or None where the patient is unsure. Others' symptoms and old ones are left out."""
        found: JSON = {}
        for m in mentions:
            if m.kind != "finding" or m.id is None or m.id not in self.base.findings or m.about != "patient":
                continue
            finding = self.base.findings[m.id]
            if m.past and finding.kind not in ("history", "exposure"):
                continue
            if finding.answer == "quantity":
                value = self._measured(m)
                if value is not None:
                    found[m.id] = value
            elif m.uncertain and not m.negated:
                found.setdefault(m.id, None)
            elif found.get(m.id) is not True:
                found[m.id] = not m.negated
        return found

    def _measured(self, m: Mention) -> float | None:
        """The value in the finding's own unit, if it is plausible; else None: a misheard number is no number."""
        from wardround.clinical import UnitError, convert

        finding = self.base.findings[str(m.id)]
        if m.value is None or finding.unit is None:
            return None
        try:
            value = convert(m.value, finding.unit).value
        except UnitError:
            return None
        low, high = finding.plausible or (float("-inf"), float("inf"))
        return value if low <= value <= high else None

    def _allergies(self, mentions: Iterable[Mention], answer: str) -> list[JSON]:
        """Allergies named in an answer to the question about them."""
        severe = any(word in answer.lower() for word in SEVERE_WORDS)
        found: list[JSON] = []
        for m in mentions:
            if (
                m.kind in ("drug", "drug_class", "allergen")
                and m.id
                and not m.negated
                and m.about == "patient"
            ):
                groups = self.groups_of(m.id)
                drug = m.id if m.id.startswith("drug.") else None
                text = self.base.named(m.id)
                if not any(f["text"] == text for f in found):
                    said = {"text": text, "groups": groups, "drug": drug, "severe": severe}
                    found.append({**said, "start": m.start, "end": m.end})
        return found

    def _said_allergies(self, mentions: Iterable[Mention], answer: str) -> list[JSON]:
        """Allergies volunteered elsewhere: only where the word allergy itself is said."""
        said = "allerg" in answer.lower() or "anaphyl" in answer.lower()
        return self._allergies(mentions, answer) if said else []

    def groups_of(self, slug: str) -> list[str]:
        """The cross-reactivity groups that a drug, class or group belongs to."""
        if slug.startswith("allergy."):
            return [slug]
        if slug.startswith("drug."):
            return list(self.base.drugs[slug].cross_reactivity)
        members = [d for d in self.base.drugs.values() if slug in self.base.classes_of(d.id)]
        shared = (
            set(members[0].cross_reactivity).intersection(*(d.cross_reactivity for d in members))
            if members
            else set()
        )
        return sorted(shared)

    def _drugs(self, mentions: Iterable[Mention], answer: str) -> list[JSON]:
        found: dict[str, JSON] = {}
        for m in mentions:
            if m.kind == "drug" and m.id and not m.negated and m.about == "patient" and not m.past:
                said = {"text": self.base.named(m.id), "drug": m.id, "start": m.start, "end": m.end}
                found.setdefault(m.id, said)
        return list(found.values())


def _listed(mentions: Iterable[Mention]) -> list[JSON]:
    """Mentions as they stand on the log: where in the words, what, and how it is meant."""
    return [
        {
            "start": m.start,
            "end": m.end,
            "kind": m.kind,
            "id": m.id,
            "negated": m.negated,
            "uncertain": m.uncertain,
            "past": m.past,
            "about": m.about,
            "value": {"number": m.value.value, "unit": m.value.unit} if m.value else None,
            "score": m.score,
        }
        for m in mentions
    ]
