"""A patient's life between visits: diseases go on under what is really taken; now and then something opens a visit.

Days count from the first visit. Everything is decided by the seed; visits leave their mark only by what they order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardround.harness import JSON, seed_of
from wardround.knowledge import CourseEvent, CourseReading, KnowledgeBase
from wardround.simulation.case import Case
from wardround.simulation.complaint import openers
from wardround.simulation.courses import CourseModel, CourseState, Happening, model_of, read
from wardround.simulation.episode.between import Between, Door, most_urgent
from wardround.simulation.episode.habits import Habits
from wardround.simulation.episode.medication import Medication
from wardround.simulation.episode.waiting import Awaited
from wardround.simulation.results import as_measured, as_reported
from wardround.simulation.splits import heldout_conditions

PATIENCE: Final = 3
"""Days after a visit before which nobody comes again, but for an emergency."""
UNPLANNED: Final = (28, 365)
"""Where nobody planned anything, people come after twice the usual interval, within these days."""
AGAIN: Final = (14, 35)
"""Days until a missed appointment is made up for."""
QUITS: Final = 1 / 60
"""A day's probability of stopping a drug that does harm, for somebody who never calls."""
PUT_OFF: Final = 0.75
"""Of the usual adherence is left to a drug that does harm."""
A_COURSE: Final = 14
"""A prescription for no more days than this was meant to end: nobody calls for more of it."""
LONGEST: Final = 1_500
"""Days after which nobody is waited for."""


@dataclass
class Living:
    """One course of this patient, on its way. `shift` is the course's day on the day of the first visit."""

    model: CourseModel
    state: CourseState
    rng: np.random.Generator
    shift: int
    path: list[tuple[float, ...]] = field(default_factory=list)
    measured: dict[str, float] = field(default_factory=dict)

    @property
    def condition(self) -> str:
        """What it is the course of."""
        return self.model.course.condition

    def values_DV(self) -> NDArray[np.float64]:  # noqa: N802 (dimension suffix)
        """The variables by day, the first visit's first."""
        return np.array(self.path, dtype=np.float64).reshape(len(self.path), len(self.model.names))


@dataclass
class Life:
    """One patient's. Ask `next_door` for the next visit; tell it with `after_visit` what came of it."""

    base: KnowledgeBase
    habits: Habits
    courses: list[Living]
    medication: Medication
    rng: np.random.Generator
    known: set[str]
    """Illnesses that the patient knows of by name."""
    day: int = 0
    last_visit: int = 0
    appointment: int | None = None
    between: list[Between] = field(default_factory=list)
    awaited: list[Awaited] = field(default_factory=list)
    quit: set[str] = field(default_factory=set)
    _waiting: list[Between] = field(default_factory=list)
    _missed: int = 0

    def next_door(self) -> Door | None:
        """Live on until the patient comes; None where the first course is over, or nothing leads here any more."""
        for _ in range(LONGEST):
            if self.courses[0].state.over and not self._waiting:
                return None
            self._one_day()
            door = self._door()
            if door is not None:
                return door
        return None

    def after_visit(
        self, orders: Iterable[JSON], awaited: Iterable[Awaited], known: Iterable[str] = ()
    ) -> None:
        """What a visit ordered (prescriptions and stops from tomorrow on, the next appointment), the results to come,
        and the illnesses that the patient was told of."""
        self.known |= set(known)
        booked = list(orders)
        self.medication = self.medication.booked(self.base, booked, self.day)
        self.quit -= {str(o["drug"]) for o in booked if o["kind"] == "prescription"}
        planned = [int(o["days"]) for o in booked if o["kind"] == "follow_up"]
        usual = 2 * self.base.conditions[self.courses[0].condition].follow_up_days
        self.appointment = self.day + (
            max(planned[-1], 1) if planned else min(max(usual, UNPLANNED[0]), UNPLANNED[1])
        )
        self.last_visit, self._missed, self._waiting = self.day, 0, []
        self.awaited += awaited

    def taken(self) -> tuple[str, ...]:
        """The drugs that are really taken today."""
        drugs = (s.taking.drug for s in self.medication.on(self.day))
        return tuple(dict.fromkeys(d for d in drugs if d not in self.quit))

    def adherence(self) -> Mapping[str, float]:
        """How much of each drug is taken today."""
        harmful = {a.drug for a in self.courses[0].state.adverse}
        usual = self.habits.adherence
        return {d: usual * (PUT_OFF if d in harmful else 1.0) for d in self.taken()}

    # --- one day ------------------------------------------------------------------------------------------

    def _one_day(self) -> None:
        self.day += 1
        self._run_out()
        taken = frozenset(self.taken())
        treatment = tuple(s.taking for s in self.medication.on(self.day) if s.taking.drug in taken)
        adherence = self.adherence()
        for place, living in enumerate(self.courses):
            state, happened, values_DV = living.model.trace(  # noqa: N806
                living.state, 1, treatment, adherence, rng=living.rng, adverse=place == 0
            )
            was_over, living.state = living.state.over, state
            living.path.append(tuple(values_DV[0].tolist()))
            for one in happened:
                self._happens(living, one)
            if state.over and not was_over:
                self._note(Between(self.day, "over", "over", living.condition))
            self._measure_at_home(living)
        self._bear(self.courses[0])
        self._worry()
        self._results()

    def _note(self, one: Between) -> None:
        self.between.append(one)
        if one.opens_on is not None:
            self._waiting.append(one)

    def _happens(self, living: Living, one: Happening) -> None:
        if one.kind == "adverse":
            self._adverse(living, one)
            return
        event = next(e for e in living.model.course.events if e.id == one.what)
        words = self._one_of(self._unnamed(living.condition, event.complaint)) if event.complaint else ""
        self._note(
            Between(
                self.day,
                "admission" if event.care == "admission" else "event",
                event.id,
                living.condition,
                words,
                truth=event.truth,
                urgent=event.care == "emergency",
                opens_on=self._comes(event),
            )
        )

    def _one_of(self, words: Sequence[str]) -> str:
        return words[int(self.rng.integers(len(words)))]

    def _unnamed(self, condition: str, words: tuple[str, ...]) -> tuple[str, ...]:
        """Nobody names an illness that nobody told them of."""
        if condition in self.known:
            return words
        entry = self.base.conditions[condition]
        names = [n.lower() for n in (entry.name, entry.lay_name, *entry.synonyms)]
        return tuple(w for w in words if not any(n in w.lower() for n in names)) or words

    def _why(self, living: Living) -> str:
        """What the patient says who comes as agreed: for the check of what they have, else with what troubled them first."""
        course = living.model.course
        return self._one_of(course.review if living.condition in self.known else course.opening)

    def _comes(self, event: CourseEvent) -> int | None:
        """The emergency today, the rest tomorrow, the admitted when they are out again."""
        later = {"emergency": 0, "visit": 1, "admission": event.days}.get(event.care)
        return None if later is None else self.day + later

    def _adverse(self, living: Living, one: Happening) -> None:
        """Those who call say what they have and since when; the others bear it, or stop by themselves."""
        had = ((a.drug, a.effect, a.finding) for a in living.state.adverse)
        finding = next((f for drug, effect, f in had if (drug, effect) == (one.drug, one.what)), None)
        said = openers(self.base, finding) if finding is not None else ()
        calls = bool(said) and float(self.rng.random()) < self.habits.calls
        name = self.base.named(str(one.drug))
        words = f"{self._one_of(said)} It began after I started {name}." if said else ""
        opens = self.day + 1 + int(self.rng.integers(4)) if calls else None
        self._note(
            Between(
                self.day, "adverse", finding or one.what, living.condition, words, one.drug, opens_on=opens
            )
        )

    def _bear(self, living: Living) -> None:
        for effect in living.state.adverse:
            if effect.drug not in self.quit and float(self.rng.random()) < QUITS * (1.0 - self.habits.calls):
                self.quit.add(effect.drug)
                self._note(Between(self.day, "stopped", effect.effect, living.condition, drug=effect.drug))

    def _run_out(self) -> None:
        """Drugs that ended yesterday; what was for the illness itself is missed."""
        lasting = {living.condition: living for living in self.courses}
        for span in self.medication.spans:
            living = lasting.get(span.indication)
            still = any(s.taking.drug == span.taking.drug for s in self.medication.on(self.day))
            meant_to_end = span.until is not None and span.until - span.since <= A_COURSE
            if span.until == self.day and living is not None and not still and not meant_to_end:
                calls = float(self.rng.random()) < max(self.habits.calls, 0.3)
                name = self.base.named(span.taking.drug)
                words = f"{self._why(living)}. My {name} has run out."
                opens = self.day + 1 if calls else None
                drug = span.taking.drug
                self._note(Between(self.day, "ran_out", drug, living.condition, words, drug, opens_on=opens))

    def _worry(self) -> None:
        if float(self.rng.random()) < self.habits.worries / 365.25:
            living = self.courses[0]
            words = f"{self._why(living)}. I worry about it."
            opens = self.day + 2 if float(self.rng.random()) < 0.3 else None
            self._note(Between(self.day, "message", "worry", living.condition, words, opens_on=opens))

    def _measure_at_home(self, living: Living) -> None:
        if living.state.over:
            return
        values = living.model.values(living.state)
        for reading in living.model.course.readings:
            home = reading.home
            if home is None or self.day % home.every_days or float(self.rng.random()) >= self.habits.measures:
                continue
            error = float(self.rng.standard_normal())
            value = self._written(reading, read(living.model, reading, values[reading.of], error))
            what = str(reading.analyte or reading.finding)
            before = living.measured.get(what)
            living.measured[what] = value
            beyond = (home.above is not None and value > home.above) or (
                home.below is not None and value < home.below
            )
            if home.rise is not None and before is not None:
                beyond = beyond or value - before > home.rise
            words = home.complaint.replace("{value}", f"{value:g}") if beyond else ""
            opens = self.day + 1 if beyond else None
            unit = self._unit(reading)
            self._note(
                Between(
                    self.day, "reading", what, living.condition, words, value=value, unit=unit, opens_on=opens
                )
            )

    def _unit(self, reading: CourseReading) -> str:
        if reading.analyte is not None:
            return self.base.analytes[reading.analyte].unit
        return self.base.findings[str(reading.finding)].unit or ""

    def _written(self, reading: CourseReading, value: float) -> float:
        if reading.analyte is not None:
            return as_reported(self.base, reading.analyte, value)
        return as_measured(self.base, str(reading.finding), value)

    def _results(self) -> None:
        """What the laboratory still owed; a critical value brings the patient back."""
        for one in [a for a in self.awaited if a.due <= self.day]:
            self.awaited.remove(one)
            living = self.courses[0]
            for what, value, unit in one.values:
                critical = self._critical(what, value)
                opens = self.day if critical else None
                words = f"{self._why(living)}. They called me about my blood test." if critical else ""
                self._note(
                    Between(
                        self.day, "result", what, living.condition, words, value=value, unit=unit,
                        urgent=critical, opens_on=opens,
                    )
                )  # fmt: skip

    def _critical(self, what: str, value: float) -> bool:
        entry = self.base.analytes.get(what)
        limits = entry.critical if entry is not None else None
        if limits is None:
            return False
        low, high = limits.below, limits.above
        return (low is not None and value < low) or (high is not None and value > high)

    # --- who comes ----------------------------------------------------------------------------------------

    def _door(self) -> Door | None:
        ready = [
            b
            for b in self._waiting
            if (b.opens_on or 0) <= self.day and (b.urgent or self.day - self.last_visit >= PATIENCE)
        ]
        cause = most_urgent(ready)
        if cause is not None:
            return Door(self.day, cause.words, "unplanned", cause)
        if self.appointment is None or self.day < self.appointment or self.courses[0].state.over:
            return None
        living = self.courses[0]
        if self._missed < 2 and float(self.rng.random()) < self.habits.misses:
            self._missed += 1
            self.appointment = self.day + int(self.rng.integers(*AGAIN))
            self._note(Between(self.day, "missed", "appointment", living.condition))
            return None
        return Door(self.day, self._why(living), "planned")


def begin_life(
    base: KnowledgeBase, person: Case, conditions: tuple[str, ...], habits: Habits, seed: int, known: bool
) -> Life:
    """A life on the day of the first visit. What was `known` before has been lived with for a year, treated as on
    record. Held-out conditions befall nobody outside their own split."""
    medication = Medication.on_record(person.known_drugs, person.on)
    treatment = tuple(s.taking for s in medication.on(0))
    courses = []
    spared = frozenset[str]() if person.split == "heldout-conditions" else heldout_conditions(base)
    for place, condition in enumerate(conditions):
        model = model_of(base, condition, spared)
        rng = np.random.default_rng(seed_of(person.seed, seed, condition, "course"))
        state = model.begin(rng, person.age or 50.0, _own(model, person))
        passes = any(event.ends for event in model.course.events)
        lived = 0 if passes or not (known or place) else 365
        state, _ = model.advance(state, lived, treatment, habits.adherence, rng=rng, adverse=False)
        courses.append(Living(model, state, rng, lived, [state.values]))
    rng = np.random.default_rng(seed_of(person.seed, seed, "life"))
    named = {p.condition for p in person.known_problems if p.active}
    return Life(base, habits, courses, medication, rng, named)


def _own(model: CourseModel, person: Case) -> dict[str, float]:
    """What is the person's own and not the illness's: weight, kidneys, wherever treatment has no target for it."""
    untargeted = {v.id for v in model.course.variables if v.target is None}
    found = {}
    for reading in model.course.readings:
        plain = (reading.form, reading.slope, reading.plus) == ("linear", 1.0, 0.0)
        value = (
            person.analytes.get(reading.analyte)
            if reading.analyte is not None
            else person.findings.get(str(reading.finding))
        )
        if plain and reading.of in untargeted and value is not None and math.isfinite(value):
            found[reading.of] = float(value)
    return found
