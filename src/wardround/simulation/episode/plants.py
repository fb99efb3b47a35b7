"""Contradictions, stale facts and corrections, planted in one patient's care: what comes in, what is said, what is true.

Of every patient the same seven: a true allergy that is denied without a reason; a wrong entry that is corrected; a drug
that was stopped elsewhere; an old value beside a newer one; a problem that is over; a result that is retracted; a
statement that is repeated. Before the fifth visit the first, wrong source is imported once more, as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from wardround.clinical import (
    WARDROUND,
    Coding,
    Concept,
    Fact,
    FactSource,
    PartialDate,
    Quantity,
    fact_id,
    read_bundle,
)
from wardround.harness import Patient as PatientPort
from wardround.harness import Question
from wardround.knowledge import KnowledgeBase
from wardround.simulation.background import KnownAllergy, KnownDrug, KnownProblem, PastResult
from wardround.simulation.case import Case
from wardround.simulation.record_of_case import record_of

What = Literal["denied", "wrong", "stopped", "value", "over", "retracted", "repeated"]
TELLS: Final[Mapping[What, int]] = {"denied": 2, "stopped": 2, "wrong": 3, "repeated": 4}
"""The visit at which the patient brings it up; at the next one, where nobody asked anything at that."""
COMES: Final[Mapping[What, int]] = {"value": 3, "retracted": 3, "over": 4}
"""The visit before which it comes in."""
ERROR_COMES, IMPORTED_AGAIN = 2, 5
OLD_DAYS: Final = 1_000
_TRUE = (
    ("penicillin", "allergy.penicillins"),
    ("macrolides", "allergy.macrolides"),
    ("tetracyclines", "allergy.tetracyclines"),
)
_WRONG = (("drug.trimethoprim", "allergy.trimethoprim"), ("drug.nitrofurantoin", "allergy.nitrofurantoin"))
_TAKEN = ("drug.cetirizine", "drug.famotidine", "drug.omeprazole")
_OVER = ("condition.psoriasis", "condition.gout", "condition.hypothyroidism")
_VALUE, _ERROR = "analyte.vitamin_b12", "analyte.ferritin"
_OLD, _NEW, _MISTAKEN = 120.0, 410.0, 3.0


@dataclass(frozen=True, slots=True)
class Plants:
    """What was planted. `person` has the allergy that is true; `recorded` is what the wrong source says of the person."""

    base: KnowledgeBase
    person: Case
    recorded: Case
    allergy: str
    group: str
    wrong: str
    wrong_group: str
    drug: str
    condition: str

    @property
    def value(self) -> tuple[str, float]:
        """The analyte, and what it truly was when it was measured last."""
        return _VALUE, _NEW

    @property
    def mistaken(self) -> tuple[str, float]:
        """The analyte, and the value that was somebody else's."""
        return _ERROR, _MISTAKEN

    def incoming(self, number: int, on: date) -> Iterator[Fact]:
        """What comes into memory before a visit, beside the person's own record."""
        if number in (1, IMPORTED_AGAIN):
            yield from self._import(self.recorded, on)
        error = _result(self.base, self.person.id, _ERROR, _MISTAKEN, self.person.on, "laboratory 1")
        if number in (ERROR_COMES, IMPORTED_AGAIN):
            yield error
        if number == COMES["retracted"]:
            yield _retraction(error, on)
        if number == COMES["value"]:
            yield _result(self.base, self.person.id, _VALUE, _NEW, on - timedelta(days=3), "laboratory 2")
        if number == COMES["over"]:
            yield from self._import(self._without_the_problem(), on)

    def lines(self) -> dict[What, str]:
        """What the patient says of each, unasked."""
        drug, wrong = self.base.named(self.drug), self.base.named(self.wrong)
        return {
            "denied": f"By the way, I'm not allergic to {self.allergy}.",
            "stopped": f"I don't take {drug} any more, the hospital stopped it last month.",
            "wrong": f"I'm not allergic to {wrong}, that was a mistake in the record.",
            "repeated": f"I told you before that I am allergic to {self.allergy}.",
        }

    def reply(self, question: str) -> str | None:
        """What the patient says, being asked about one of them; None where it is about something else."""
        asked = question.lower()
        if "record" not in asked:
            return None
        if self.base.named(self.wrong).lower() in asked:
            return "No, that was a mistake in the record."
        if self.base.named(self.drug).lower() in asked:
            return "No, the hospital stopped it last month."
        return "No." if self.allergy in asked else None

    def _import(self, case: Case, on: date) -> tuple[Fact, ...]:
        received = datetime.combine(on, time(0), UTC)
        return tuple(read_bundle(record_of(self.base, case), received=received).facts)

    def _without_the_problem(self) -> Case:
        """The same record, with the problem over, and with nothing else in it that could be taken for new."""
        problems = tuple(
            replace(p, active=False) if p.condition == self.condition else p
            for p in self.recorded.known_problems
        )
        return replace(
            self.recorded, known_problems=problems, known_allergies=(), known_drugs=(), past_results=(),
            past_visits=(),
        )  # fmt: skip


def planted(base: KnowledgeBase, person: Case) -> Plants:
    """Plant the seven in somebody, with what the person does not have already."""
    groups = {group for a in person.known_allergies for group in a.groups}
    taken, ill = {d.drug for d in person.known_drugs}, {p.condition for p in person.known_problems}
    allergy, group = next(one for one in _TRUE if one[1] not in groups or one == _TRUE[-1])
    wrong, wrong_group = next(one for one in _WRONG if one[1] not in groups or one == _WRONG[-1])
    drug = next((d for d in _TAKEN if d not in taken), _TAKEN[-1])
    condition = next((c for c in _OVER if c not in ill | {person.truth}), _OVER[-1])
    since = person.on - timedelta(days=OLD_DAYS)
    true = KnownAllergy(allergy.capitalize(), (group,), None, True, "anaphylaxis", since)
    person = replace(
        person,
        known_allergies=(*person.known_allergies, true),
        allergies=(*person.allergies, allergy),
    )
    mistake = KnownAllergy(base.named(wrong), base.drugs[wrong].cross_reactivity, wrong, False, "rash", since)
    old = KnownDrug(drug, base.named(drug), 10.0, "mg", "oral", 1.0, False, person.truth, since)
    recorded = replace(
        person,
        known_allergies=(*person.known_allergies, mistake),
        known_drugs=(*person.known_drugs, old),
        known_problems=(*person.known_problems, KnownProblem(condition, base.named(condition), since)),
        past_results=(*person.past_results, PastResult(_VALUE, _OLD, since)),
    )
    return Plants(base, person, recorded, allergy, group, wrong, wrong_group, drug, condition)


@dataclass
class Telling:
    """Who brings things up: over the visits of one patient. `told` is at which visit each was said."""

    plants: Plants
    told: dict[What, int] = field(default_factory=dict)

    def due(self, visit: int) -> list[str]:
        """What is said at this visit, once."""
        lines = self.plants.lines()
        now = [what for what, first in TELLS.items() if first <= visit and what not in self.told]
        self.told.update(dict.fromkeys(now, visit))
        return [lines[what] for what in now]


@dataclass
class Volunteering:
    """Another patient, who adds at the first question what is to be brought up, and stands by it."""

    patient: PatientPort
    telling: Telling
    visit: int
    said: bool = False

    async def reply(self, question: Question) -> str:
        """The patient's words, and what is added to them."""
        stands = self.telling.plants.reply(question.text)
        words = stands if stands is not None else await self.patient.reply(question)
        if self.said:
            return words
        self.said = True
        return " ".join([words, *self.telling.due(self.visit)])


def _result(
    base: KnowledgeBase, patient_id: str, analyte: str, value: float, day: date, reference: str
) -> Fact:
    name, valid = base.named(analyte), PartialDate.of(day)
    source, concept = FactSource("document", reference), Concept(name, (Coding(WARDROUND, analyte, name),))
    quantity = Quantity(value, base.analytes[analyte].unit)
    return Fact(
        id=fact_id(
            patient_id=patient_id, source=source, kind="result", concept=concept, status="active",
            certainty="confirmed", valid_from=valid, value=quantity,
        ),
        patient_id=patient_id,
        kind="result",
        concept=concept,
        status="active",
        certainty="confirmed",
        recorded=datetime.combine(day, time(12), UTC),
        source=source,
        valid_from=valid,
        value=quantity,
    )  # fmt: skip


def _retraction(error: Fact, on: date) -> Fact:
    """The laboratory says that a result was another patient's."""
    return replace(
        error,
        id=f"{error.id}-retracted",
        status="entered-in-error",
        recorded=datetime.combine(on, time(0), UTC),
        source=FactSource("document", "laboratory 1, corrected"),
        detail="retracted: it was another patient's",
        supersedes=error.id,
    )
