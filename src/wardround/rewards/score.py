"""One visit's score: every dimension apart, then one weighted mean over those that could be scored. Pure and deterministic."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wardround.care import Clinic
from wardround.harness import JSON, Event
from wardround.rewards.diagnosis import diagnosis
from wardround.rewards.inquiry import inquiry, rightly_alarmed
from wardround.rewards.performance import Performance, performance
from wardround.rewards.rubric import Verdict, gained, missed, r_task
from wardround.rewards.safety import safety
from wardround.rewards.scan import scan
from wardround.rewards.steps import Violation, process, violations
from wardround.rewards.tests_ordered import choice_of_tests
from wardround.rewards.treatment import plan
from wardround.rewards.truth import truth_of
from wardround.simulation import Case

WEIGHTS: Final[Mapping[str, float]] = {
    "inquiry": 0.20,
    "tests": 0.15,
    "diagnosis": 0.25,
    "plan": 0.20,
    "safety": 0.15,
    "process": 0.05,
}
DIMENSIONS: Final = tuple(WEIGHTS)


@dataclass(frozen=True, slots=True)
class VisitScore:
    """`dimensions` and `scan` are in [0, 1]; None is unscored, which is not zero. `unscored` counts what could not be
    told: items and dimensions. `critical_missed` are the ids of critical items that went wrong."""

    total: float | None
    r_task: float | None
    """M3's reward of all verdicts together."""
    dimensions: Mapping[str, float | None]
    scan: Mapping[str, float | None]
    verdicts: tuple[Verdict, ...]
    violations: tuple[Violation, ...]
    turns: int
    decisions: int
    think_tokens: int | None
    unscored: int
    critical_missed: tuple[str, ...]
    finished: bool
    diagnosis: str | None
    disposition: str | None

    def as_json(self) -> JSON:
        """Everything, in plain JSON."""
        return {
            "total": self.total,
            "r_task": self.r_task,
            "dimensions": dict(self.dimensions),
            "scan": dict(self.scan),
            "verdicts": [_verdict(v) for v in self.verdicts],
            "violations": [
                {"event": v.event, "kind": v.kind, "gamma": v.gamma, "text": v.text} for v in self.violations
            ],
            "turns": self.turns,
            "decisions": self.decisions,
            "think_tokens": self.think_tokens,
            "unscored": self.unscored,
            "critical_missed": list(self.critical_missed),
            "finished": self.finished,
            "diagnosis": self.diagnosis,
            "disposition": self.disposition,
        }


def _verdict(verdict: Verdict) -> JSON:
    item = verdict.item
    return {
        "id": item.id,
        "dimension": item.dimension,
        "section": item.section,
        "text": item.text,
        "weight": item.weight,
        "critical": item.critical,
        "met": verdict.met,
        "events": list(verdict.events),
    }


def score_visit(
    clinic: Clinic, case: Case, events: Sequence[Event], *, memory_known: Collection[str] = ()
) -> VisitScore:
    """Score a visit's log against its case. `memory_known` are findings and topics that memory had at the door beside
    what stands on the log: they count as known, unless the policy asks. Raises LogError for what is no log, ValueError
    for a case of another base."""
    return score_performance(clinic, case, performance(clinic, events), memory_known=memory_known)


def score_performance(
    clinic: Clinic,
    case: Case,
    done: Performance,
    *,
    memory_known: Collection[str] = (),
    leaving_out: Collection[str] = (),
) -> VisitScore:
    """The same, of a log that was read. `leaving_out` are dimensions that this visit gave no occasion for."""
    truth = truth_of(clinic.base, case).knowing(done.chart.red_flags)
    asked = inquiry(truth, done, memory_known)
    safe = safety(truth, done)
    planned = plan(truth, done.chart)
    wrong = violations(clinic, truth, done)
    verdicts = (*asked, *planned, *safe)
    dimensions = {
        "inquiry": gained(asked),
        "tests": choice_of_tests(truth, done.chart, alarmed=rightly_alarmed(truth, done)),
        "diagnosis": diagnosis(truth, done.chart).score,
        "plan": gained(planned),
        "safety": gained(safe),
        "process": process(done, wrong),
    }
    dimensions = {name: None if name in leaving_out else score for name, score in dimensions.items()}
    unscored = sum(v.met is None for v in verdicts) + sum(d is None for d in dimensions.values())
    return VisitScore(
        total=weighted(dimensions),
        r_task=r_task(verdicts),
        dimensions=dimensions,
        scan=scan(done, verdicts, wrong),
        verdicts=verdicts,
        violations=wrong,
        turns=len(done.turns),
        decisions=done.decisions,
        think_tokens=done.think_tokens,
        unscored=unscored,
        critical_missed=tuple(v.item.id for v in missed(verdicts)),
        finished=done.finished,
        diagnosis=done.chart.diagnosis,
        disposition=done.chart.disposition,
    )


def weighted(dimensions: Mapping[str, float | None]) -> float | None:
    """The weighted mean of the dimensions that have a score."""
    there = [(WEIGHTS[name], score) for name, score in dimensions.items() if score is not None]
    return sum(w * score for w, score in there) / sum(w for w, _ in there) if there else None
