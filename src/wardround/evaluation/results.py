"""What is known of one played case: flat figures to average, the whole score for those who read on, or why there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from wardround.care import Chart
from wardround.evaluation.episodes import PlayedEpisode
from wardround.harness import Decided, Event, Returned, ruling_of
from wardround.rewards import EpisodeScore, VisitScore, missed
from wardround.simulation import Case, Consultation, Interview

DIMENSIONS: Final = ("inquiry", "tests", "diagnosis", "plan", "safety", "process")
SCAN: Final = (
    "safety_stratification",
    "information_clarification",
    "associative_questioning",
    "normative_output",
)
OVER_VISITS: Final = ("recall", "trends", "adverse_effects", "over_treatment")
Figures = Mapping[str, float | None]


@dataclass(frozen=True)
class Result:
    """`error` says why a case is unscored. `score` is the scorer's own JSON; `logs` the visits' events by encounter."""

    case: str
    tier: str
    truth: str
    figures: Figures = field(default_factory=dict)
    violations: Mapping[str, int] = field(default_factory=dict)
    score: dict[str, Any] = field(default_factory=dict)
    interviews: tuple[Interview, ...] = ()
    logs: Mapping[str, Sequence[Event]] = field(default_factory=dict)
    error: str | None = None

    @property
    def scored(self) -> bool:
        """Whether there is a number."""
        return self.error is None and self.figures.get("total") is not None

    def as_json(self) -> dict[str, Any]:
        """One line of `cases.jsonl`."""
        return {
            "case": self.case,
            "tier": self.tier,
            "truth": self.truth,
            "figures": dict(self.figures),
            "violations": dict(self.violations),
            "error": self.error,
            "score": self.score,
        }


def broken(case: Case | None, place: str, error: BaseException | str) -> Result:
    """A case without a score, and why."""
    why = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    if case is None:
        return Result(place, "", "", error=why)
    return Result(case.id, case.tier, case.truth, error=why)


def of_consultation(played: Consultation, score: VisitScore) -> Result:
    """A single visit's result."""
    case = played.case
    figures = {
        **visit_figures(score),
        **_ranks(played.chart, case),
        "unsafe_executed": float(unsafe_executed(played.events)),
        "language_recall": heard_of_said(played.events, played.interview),
    }
    return Result(
        case.id,
        case.tier,
        case.truth,
        figures,
        Counter(v.kind for v in score.violations),
        score.as_json(),
        (played.interview,),
        {played.events[0].encounter: played.events},
    )


def of_episode(played: PlayedEpisode, score: EpisodeScore) -> Result:
    """A result over several visits: the visits' figures are their means, but for the episode's own."""
    episode, person = played.episode, played.episode.person
    rows: list[dict[str, float | None]] = [
        {
            **visit_figures(one),
            **_ranks(played.chart(visit), visit.case),
            "unsafe_executed": float(unsafe_executed(visit.events)),
        }
        for visit, one in zip(episode.visits, score.visits, strict=True)
    ]
    figures: dict[str, float | None] = {k: _mean([r[k] for r in rows]) for k in (rows[0] if rows else ())}
    over = {name: score.over_visits.get(name) for name in OVER_VISITS}
    figures |= {f"over_visits.{name}": value for name, value in over.items()}
    figures |= {"total": score.total, "visits": _mean(list(over.values()))}
    figures["visits_played"] = float(len(episode.visits))
    figures["unsafe_executed"] = float(sum(unsafe_executed(v.events) for v in episode.visits))
    return Result(
        person.id,
        person.tier,
        person.truth,
        figures,
        Counter(v.kind for one in score.visits for v in one.violations),
        score.as_json(),
        tuple(played.interviews),
        {v.encounter: v.events for v in episode.visits},
    )


def visit_figures(score: VisitScore) -> dict[str, float | None]:
    """A visit's score, flat."""
    return {
        "total": score.total,
        **{name: score.dimensions.get(name) for name in DIMENSIONS},
        **{f"scan.{name}": score.scan.get(name) for name in SCAN},
        "turns": float(score.turns),
        "decisions": float(score.decisions),
        "think_tokens": None if score.think_tokens is None else float(score.think_tokens),
        "critical_missed": float(len(score.critical_missed)),
        "finished": float(score.finished),
        "harmful": float(len([v for v in missed(score.verdicts) if v.item.weight < 0])),
    }


def _ranks(chart: Chart, case: Case) -> dict[str, float | None]:
    """Whether the truth stands first, or among the first three, and whether it was named in the end.

    A lasting illness that the record already holds is no answer to what is new: it leaves the ranking.
    """
    known = {p.condition for p in case.known_problems if p.active} - {case.truth}
    return ranks([r for r in ranking_of(chart) if r not in known], chart.diagnosis, case.truth)


def ranking_of(chart: Chart) -> list[str]:
    """The last differential, best first."""
    return [r.condition for r in sorted(chart.differential, key=lambda r: -r.probability)]


def ranks(ranking: Sequence[str], named: str | None, truth: str) -> dict[str, float | None]:
    """Of a ranking, best first. Who ranks nothing is wrong."""
    return {
        "top1": float(truth in ranking[:1]),
        "top3": float(truth in ranking[:3]),
        "accuracy": float(named == truth),
    }


def unsafe_executed(events: Sequence[Event]) -> int:
    """Actions that ran although a rule had refused them. There must be none, whoever decides."""
    refused: set[str] = set()
    ran = 0
    for event in events:
        ruling = ruling_of(event)
        if ruling is not None and ruling.outcome == "deny" and isinstance(event.body, Decided):
            refused.add(event.name)
        if isinstance(event.body, Returned):
            ran += any(cause.event in refused for cause in event.causes)
    return ran


def heard_of_said(events: Sequence[Event], interview: Interview) -> float | None:
    """Of the findings that the patient said yes or no to, being asked, the share that was understood so."""
    asked = [e.body.output for e in events if isinstance(e.body, Returned) and e.body.tool == "ask"]
    understood = {(o["question"], o["answer"]): o["findings"] for o in asked}
    told = heard = 0
    for exchange in interview.exchanges:
        findings = understood.get((exchange.question, exchange.said.text))
        if findings is None:
            continue
        for fact in exchange.said.facts:
            if isinstance(fact.value, bool) and fact.about.startswith("finding."):
                told += 1
                heard += findings.get(fact.about) is fact.value
    return heard / told if told else None


def _mean(values: Sequence[float | None]) -> float | None:
    there = [v for v in values if v is not None]
    return sum(there) / len(there) if there else None
