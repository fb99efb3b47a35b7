"""A machine that asserts, repeats, corrects, retracts, merges, erases, crashes and looks back, against a plain model.

Nothing may be lost, resurrected, leaked to another patient, or misdated, on any store.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from memory_facts import a_fact
from memory_kinds import KINDS, StoreKind

from wardround.clinical import Fact, FactSource
from wardround.memory import RememberingError

FIRST = date(2026, 1, 1)
PATIENTS = ("ann", "bob", "cat")
CONCEPTS = (("problem", "gout"), ("problem", "asthma"), ("allergy", "latex"), ("finding", "cough"))
SOURCE = FactSource("event", "7", "desk")
PARTS = 4
fresh = itertools.count()


@dataclass
class Model:
    """What ought to be: facts as they were written, and what was erased."""

    facts: dict[str, list[Fact]] = field(default_factory=dict)
    erased: dict[str, set[str]] = field(default_factory=dict)

    def of(self, who: str) -> list[Fact]:
        return self.facts.setdefault(who, [])

    def write(self, who: str, new: list[Fact]) -> int:
        there, gone = {f.id for f in self.of(who)}, self.erased.setdefault(who, set())
        added = []
        for fact in new:
            if fact.id not in there and fact.id not in gone:
                there.add(fact.id)
                added.append(fact)
        self.of(who).extend(added)
        return len(added)

    def standing(self, who: str, on: date) -> set[str]:
        known = [f for f in self.of(who) if f.recorded.date() <= on]
        corrected = {f.supersedes for f in known}
        return {f.id for f in known if f.id not in corrected and f.status != "entered-in-error"}


class Machine(RuleBasedStateMachine):
    """`kind` opens and reopens the store; the class is made anew for every store by `machine_of`."""

    kind: StoreKind

    @initialize()
    def begin(self) -> None:
        self.memory = self.kind.open()
        self.model = Model()
        self.day = FIRST
        self.names = iter(range(10_000))
        self.turns = itertools.cycle(PATIENTS)
        mark = next(fresh)
        self.who = {name: f"{name}-{mark}" for name in PATIENTS}

    def teardown(self) -> None:
        if hasattr(self, "memory"):
            for who in PATIENTS:
                self.has_what_was_written(who)
            self.memory.close()

    def fact(self, who: str, about: tuple[str, str], **more: Any) -> Fact:
        kind, text = about
        day = more.pop("day", self.day)
        moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC).isoformat()[:10]
        return a_fact(
            f"f{next(self.names)}", patient_id=self.who[who], kind=kind, text=text, recorded=moment, **more
        )

    def old(self, who: str, data: st.DataObject) -> Fact | None:
        there = self.model.of(who)
        return there[data.draw(st.integers(0, len(there) - 1))] if there else None

    @rule(
        who=st.sampled_from(PATIENTS),
        about=st.lists(st.sampled_from(CONCEPTS), min_size=1, max_size=4),
        late=st.integers(0, 5),
    )
    def assert_facts(self, who: str, about: list[tuple[str, str]], late: int) -> None:
        """New facts; some were learnt on an earlier day and are written only now."""
        new = [self.fact(who, one, day=self.day - timedelta(days=late)) for one in about]
        assert self.memory.write(new, patient_id=self.who[who]) == self.model.write(who, new)

    @rule(who=st.sampled_from(PATIENTS), data=st.data())
    def say_again(self, who: str, data: st.DataObject) -> None:
        """The same fact from the same source, by a caller that does not know it was written."""
        fact = self.old(who, data)
        if fact is not None:
            assert self.memory.write([fact, fact], patient_id=self.who[who]) == 0

    @rule(who=st.sampled_from(PATIENTS), data=st.data())
    def merge(self, who: str, data: st.DataObject) -> None:
        """The same statement from another source: a fact more, and no statement more."""
        fact = self.old(who, data)
        if fact is None or fact.status != "active":
            return
        again = self.fact(who, (fact.kind, fact.concept.text))
        before = {s.fact.concept.text for s in self.statements(who, fact.kind)}
        self.memory.write([again], patient_id=self.who[who])
        self.model.write(who, [again])
        after = self.statements(who, fact.kind)
        assert {s.fact.concept.text for s in after} == before | {fact.concept.text}
        assert sum(again in s.facts for s in after) == 1

    def statements(self, who: str, kind: str) -> list[Any]:
        found = self.memory.statements(patient_id=self.who[who], on=self.day)
        return [s for s in found if s.fact.kind == kind]

    @rule(
        who=st.sampled_from(PATIENTS),
        data=st.data(),
        status=st.sampled_from(["active", "resolved", "refuted"]),
    )
    def correct(self, who: str, data: st.DataObject, status: str) -> None:
        fact = self.old(who, data)
        if fact is not None:
            new = self.fact(who, (fact.kind, fact.concept.text), status=status, supersedes=fact.id)
            assert self.memory.write([new], patient_id=self.who[who]) == self.model.write(who, [new])

    @rule(who=st.sampled_from(PATIENTS), data=st.data())
    def correct_something_else(self, who: str, data: st.DataObject) -> None:
        fact = self.old(who, data)
        if fact is not None:
            fine, wrong = self.fact(who, CONCEPTS[0]), self.fact(who, ("plan", "else"), supersedes=fact.id)
            with pytest.raises(RememberingError):
                self.memory.write([fine, wrong], patient_id=self.who[who])

    @rule(who=st.sampled_from(PATIENTS), data=st.data())
    def retract(self, who: str, data: st.DataObject) -> None:
        fact = self.old(who, data)
        if fact is not None:
            moment = datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)
            error = self.memory.retract(
                fact.id, patient_id=self.who[who], why="wrong", source=SOURCE, at=moment
            )
            self.model.write(who, [error])

    @rule(who=st.sampled_from(PATIENTS), data=st.data())
    def erase_one(self, who: str, data: st.DataObject) -> None:
        """And a writer who was on the way with it comes too late."""
        fact = self.old(who, data)
        if fact is None:
            return
        done = self.memory.erase(patient_id=self.who[who], facts=[fact.id], by="court", reason="law")
        self.model.of(who).remove(fact)
        self.model.erased.setdefault(who, set()).add(fact.id)
        assert done.count == 1
        assert self.memory.write([fact], patient_id=self.who[who]) == 0

    @rule(who=st.sampled_from(PATIENTS))
    def erase_patient(self, who: str) -> None:
        gone = self.model.of(who)
        done = self.memory.erase(patient_id=self.who[who], by="court", reason="law")
        assert done.count == len(gone)
        assert self.memory.write(gone, patient_id=self.who[who]) == 0
        self.model.erased.setdefault(who, set()).update(f.id for f in gone)
        gone.clear()

    @rule(who=st.sampled_from(PATIENTS), after=st.integers(0, 4))
    def crash_while_writing(self, who: str, after: int) -> None:
        """The process dies in the middle of a transaction: none of the batch is there afterwards."""
        if self.kind.survives:
            batch = [self.fact(who, CONCEPTS[n % 4]) for n in range(4)]
            with self.kind.dying(self.memory, after):
                self.memory.write(batch, patient_id=self.who[who])
            self.memory = self.kind.reopen(self.memory)

    @rule(days=st.integers(1, 3))
    def time_goes_by(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule(who=st.sampled_from(PATIENTS), back=st.integers(0, 12))
    def look_back(self, who: str, back: int) -> None:
        """As of an earlier day: what was known then, however much was corrected since."""
        on = self.day - timedelta(days=back)
        known = self.memory.known(patient_id=self.who[who], on=on)
        assert {f.id for f in known} == self.model.standing(who, on)
        grouped = [f.id for s in self.memory.statements(patient_id=self.who[who], on=on) for f in s.facts]
        assert sorted(grouped) == sorted(f.id for f in known)

    @invariant()
    def one_patient_has_exactly_what_was_written(self) -> None:
        """Another one after every step; everybody at the end of a life."""
        if hasattr(self, "memory"):
            self.has_what_was_written(next(self.turns))

    def has_what_was_written(self, who: str) -> None:
        there = self.memory.facts(patient_id=self.who[who], superseded=True)
        assert list(there) == self.model.of(who)


@pytest.fixture
def memory_folder() -> Iterator[Path]:
    """In working memory where there is some: ten thousand steps commit often."""
    quick = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=quick if os.access(quick, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", list(KINDS))
def test_nothing_is_lost_resurrected_leaked_or_misdated(name: str, part: int, memory_folder: Path) -> None:
    """200 lives of 50 steps are 10,000 steps on every store, in parts that run side by side."""
    of_this_store = type("MachineOfStore", (Machine,), {"kind": KINDS[name](name, memory_folder)})
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        seed(part)(of_this_store),
        settings=settings(
            max_examples=200 // PARTS,
            stateful_step_count=50,
            deadline=None,
            database=None,
            suppress_health_check=checks,
        ),
    )
