"""Leads the teacher astray now and then, so that lessons hold what a learner gets into and a teacher never would.

Noise goes into the demonstrator's steps, and what he does next is learnt (DART, Laskey et al. 2017); the step itself is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from wardround.care.clinic import Clinic
from wardround.care.planner.alone import AFTER_THE_HISTORY
from wardround.care.planner.seeing import Seen, Sight, differential_of
from wardround.care.planner.treatment import candidates
from wardround.care.shorthand import ShortCall, ShorthandRenderer
from wardround.care.shorthand.expanding import Unreadable
from wardround.care.shorthand.lessons import BY_RULE
from wardround.harness import Called, Decided, Decision, Event, Policy, Situation, seed_of

ASTRAY: Final = "astray"
"""What is thought before such a step: that is how it is told from the teacher's."""
LIKELY: Final = 8
"""Questions that lead astray are about the likeliest so many conditions."""
TRIES: Final = 4
Stray = Callable[[Seen, np.random.Generator], ShortCall | None]


@dataclass(frozen=True)
class Straying:
    """The teacher, but for about `often` of the steps. The same view and seed give the same step.

    With `questions` the history is nobody's: so many questions about what is likely, then the vital signs, and on from there.
    """

    clinic: Clinic
    teacher: Policy
    seed: int
    often: float
    questions: int = 0
    name: str = "straying"

    @cached_property
    def _sight(self) -> Sight:
        return Sight(self.clinic.projection)

    @cached_property
    def _renderer(self) -> ShorthandRenderer:
        return ShorthandRenderer(self.clinic)

    async def decide(self, situation: Situation) -> Decision | Called:
        """The teacher's step, or one that is nobody's."""
        rng = np.random.default_rng(seed_of(ASTRAY, self.seed, len(situation.view.items)))
        seen = self._sight.of(situation)
        if self.questions and not AFTER_THE_HISTORY & (seen.done | seen.failed):
            calls = self._hurried(seen, rng)
        else:
            calls = self._strays(seen, rng) if rng.random() < self.often else iter(())
        for call in calls:
            if call.tool not in situation.mask.tools:
                continue
            try:
                return self._renderer.expand(situation, call)._replace(thought=ASTRAY)
            except Unreadable:
                continue
        return await self.teacher.decide(situation)

    def read(self, situation: Situation, call: Called) -> Decision:
        """No model is asked."""
        return self.teacher.read(situation, call)

    def _hurried(self, seen: Seen, rng: np.random.Generator) -> Iterator[ShortCall]:
        """A question that was not asked yet, while there are some left; then the vital signs."""
        known = {*seen.chart.asked, *seen.chart.evidence.findings, *seen.chart.evidence.unsure}
        drawn = (self._beside_the_point(seen, rng) for _ in range(TRIES))
        if len(seen.chart.asked) < self.questions:
            yield from (call for call in drawn if call is not None and call.arguments["about"] not in known)
        yield ShortCall("examine", {})

    def _strays(self, seen: Seen, rng: np.random.Generator) -> Iterator[ShortCall]:
        """What might be done instead, one of each kind, in a random order."""
        kinds: tuple[Stray, ...] = (
            (self._asked_before, self._beside_the_point)
            if not AFTER_THE_HISTORY & (seen.done | seen.failed)
            else (self._asked_before, self._another_test, self._another_drug)
        )
        for at in rng.permutation(len(kinds)):
            call = kinds[at](seen, rng)
            if call is not None:
                yield call

    def _asked_before(self, seen: Seen, rng: np.random.Generator) -> ShortCall | None:
        """A question whose answer is known."""
        known = [f for f in (*seen.chart.asked, *seen.chart.evidence.findings) if f in self._askable]
        return ShortCall("ask", {"about": known[int(rng.integers(len(known)))]}) if known else None

    def _beside_the_point(self, seen: Seen, rng: np.random.Generator) -> ShortCall | None:
        """A question about something that one of the likelier conditions brings."""
        base = self.clinic.base
        top = differential_of(self.clinic.projection, seen.chart).top(LIKELY)
        condition, _ = top[int(rng.integers(len(top)))]
        brought = [m.finding for m in base.conditions[condition].findings if m.finding in self._askable]
        return ShortCall("ask", {"about": brought[int(rng.integers(len(brought)))]}) if brought else None

    def _another_test(self, seen: Seen, rng: np.random.Generator) -> ShortCall | None:
        """Any test; half the time one that was done."""
        tests = sorted(self.clinic.base.tests)
        if seen.last is not None and seen.last.tool == "order_test" and rng.random() < 0.5:
            return ShortCall("order_test", {"test": str(seen.last.arguments["test"])})
        return ShortCall("order_test", {"test": tests[int(rng.integers(len(tests)))]})

    def _another_drug(self, seen: Seen, rng: np.random.Generator) -> ShortCall | None:
        """A line of the diagnosis, checked or not."""
        lines = [t.regimen.drug for t in candidates(self.clinic.base, seen.chart) if t.regimen is not None]
        if seen.chart.diagnosis is None or not lines:
            return None
        return ShortCall("prescribe", {"drug": lines[int(rng.integers(len(lines)))]})

    @cached_property
    def _askable(self) -> frozenset[str]:
        return frozenset(self._renderer.short.askable)


def astray_in(events: Sequence[Event]) -> frozenset[int]:
    """Which of the agent's turns were not the teacher's, counted from 0."""
    decided = [e.body for e in events if e.by != BY_RULE and isinstance(e.body, Decided)]
    return frozenset(at for at, body in enumerate(decided) if body.thought == ASTRAY)
