"""Over visits: what was said before is recalled, trends are acted on, adverse effects caught, nobody over-treated.

Each is a share in [0, 1] of the occasions that there were; None where there was none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wardround.care import Chart, Clinic
from wardround.harness import JSON
from wardround.knowledge import KnowledgeBase
from wardround.rewards.performance import Performance, performance
from wardround.rewards.score import VisitScore, score_performance
from wardround.rewards.treatment import called_for, harms
from wardround.rewards.truth import truth_of
from wardround.simulation.episode import Episode, PlayedVisit

OVER_VISITS: Final = ("recall", "trends", "adverse_effects", "over_treatment")
VISITS, OVER = 0.7, 0.3
"""Shares of the visits' own mean and of what is seen over visits."""
SOONER: Final = 0.5
"""An interval of so much of the usual one is a reaction."""
LASTING: Final = ("history",)
"""Kinds of findings that a later visit need not ask again."""
PASSING: Final = frozenset(("finding.pregnancy", "finding.breastfeeding", "finding.recent_cold"))
"""Histories that do not last."""
RETOLD: Final = ("allergies", "problems")
"""Topics that do not change from visit to visit; drugs do."""


@dataclass(frozen=True, slots=True)
class EpisodeScore:
    """`over_visits` by name, None where there was no occasion. `total` is the visits' mean, and theirs."""

    total: float | None
    visits: tuple[VisitScore, ...]
    over_visits: Mapping[str, float | None]

    def as_json(self) -> JSON:
        """Everything, in plain JSON."""
        return {
            "total": self.total,
            "over_visits": dict(self.over_visits),
            "visits": [visit.as_json() for visit in self.visits],
        }


def score_episode(clinic: Clinic, episode: Episode) -> EpisodeScore:
    """Score every visit against its case of the day, and what can only be seen over them."""
    done = tuple(performance(clinic, visit.events) for visit in episode.visits)
    scores = tuple(
        score_performance(clinic, visit.case, one, leaving_out=_no_occasion(visit))
        for visit, one in zip(episode.visits, done, strict=True)
    )
    over = {
        "recall": _share(recalled(clinic.base, done)),
        "trends": _share(reacted(clinic.base, episode, done)),
        "adverse_effects": _share(caught(clinic.base, episode, done)),
        "over_treatment": _share(moderate(clinic.base, episode, done)),
    }
    return EpisodeScore(_total(scores, over), scores, over)


def _no_occasion(visit: PlayedVisit) -> tuple[str, ...]:
    """Who comes because a drug does harm does not come about the illness: its history and its tests are not demanded."""
    cause = visit.door.cause
    return ("inquiry", "tests", "diagnosis") if cause is not None and cause.kind == "adverse" else ()


def _share(occasions: Iterator[bool]) -> float | None:
    seen = list(occasions)
    return sum(seen) / len(seen) if seen else None


def _total(scores: Sequence[VisitScore], over: Mapping[str, float | None]) -> float | None:
    totals = [s.total for s in scores if s.total is not None]
    beyond = [share for share in over.values() if share is not None]
    if not totals:
        return None
    mean = sum(totals) / len(totals)
    return VISITS * mean + OVER * sum(beyond) / len(beyond) if beyond else mean


# --- recall -----------------------------------------------------------------------------------------------


def recalled(base: KnowledgeBase, done: Sequence[Performance]) -> Iterator[bool]:
    """For everything lasting that an earlier visit learnt: known at the door (kept), or asked again, or gone (lost)."""
    learnt: set[str] = set()
    for one in done:
        for what in sorted(learnt):
            yield _known_at(one.door, what) and what not in one.asked_about
        learnt |= _learnt(base, one.chart)


def _learnt(base: KnowledgeBase, chart: Chart) -> set[str]:
    """Topics that something is known of, and histories that are present, asked or on record."""
    topics = {topic for topic in RETOLD if _holds(chart, topic)}
    lasting = {
        slug
        for slug, value in chart.evidence.findings.items()
        if value is True and slug not in PASSING and base.findings[slug].kind in LASTING
    }
    return topics | lasting


def _holds(chart: Chart, topic: str) -> bool:
    return bool(chart.allergies) if topic == "allergies" else bool(chart.problems)


def _known_at(door: Chart, what: str) -> bool:
    if what == "allergies":
        return door.allergies_known
    if what == "problems":
        return bool(door.problems or door.evidence.known_conditions)
    return door.evidence.findings.get(what) is not None


# --- trends -----------------------------------------------------------------------------------------------


def reacted(base: KnowledgeBase, episode: Episode, done: Sequence[Performance]) -> Iterator[bool]:
    """For every known illness that was out of its target on the day of a visit: whether anything was done about it."""
    known = {p.condition for p in episode.person.known_problems if p.active}
    for visit, one in zip(episode.visits, done, strict=True):
        for condition, trajectory in episode.trajectories.items():
            day = min(visit.day, len(trajectory.values_DV) - 1)
            astray = [n for n in trajectory.targets if trajectory.in_range(n, day) is False]
            if condition in known and astray:
                yield _reaction(base, condition, one.chart)
        if one.chart.diagnosis is not None:
            known.add(one.chart.diagnosis)


def _reaction(base: KnowledgeBase, condition: str, chart: Chart) -> bool:
    """A drug of the illness prescribed or stopped, one of its tests ordered, a referral, an alarm; or an earlier look."""
    entry = base.conditions[condition]
    drugs = {t.regimen.drug for t in entry.management if t.regimen is not None}
    tests = {m.test for m in entry.monitoring} | {e.test or base.test_of(str(e.analyte)) for e in entry.tests}
    touched = {p.drug for p in chart.prescriptions} | {ended.drug for ended in chart.stopped}
    changed = not drugs.isdisjoint(touched) or any(o.test in tests for o in chart.orders)
    if changed or chart.referrals or chart.escalations:
        return True
    look = chart.follow_up
    return look is not None and look["days"] <= entry.follow_up_days * SOONER


# --- adverse effects --------------------------------------------------------------------------------------


def caught(base: KnowledgeBase, episode: Episode, done: Sequence[Performance]) -> Iterator[bool]:
    """For every unwanted effect that shows on the day of a visit: whether its drug was changed, replaced, or named to
    the patient or to somebody referred to. One that nobody could see or ask about is no occasion."""
    for visit, one in zip(episode.visits, done, strict=True):
        for effect in visit.adverse:
            cause = visit.door.cause
            complained = cause is not None and cause.kind == "adverse" and cause.drug == effect.drug
            if not complained and visit.case.findings.get(str(effect.finding)) is not True:
                continue
            name = base.named(effect.drug) if effect.drug in base else effect.drug
            acted = _changed(base, one.chart, effect.drug) or any(
                name.lower() in text.lower() or effect.effect.lower() in text.lower()
                for text in _said(one.chart)
            )
            yield acted


def _changed(base: KnowledgeBase, chart: Chart, drug: str) -> bool:
    """Stopped; or a new prescription of the drug (its dose), or of another for what the same drug treats."""
    if any(ended.drug == drug for ended in chart.stopped):
        return True
    if drug not in base.drugs:
        return False
    for written in chart.prescriptions:
        lines = base.conditions.get(str(written.proposal.get("indication")))
        treats = (
            {t.regimen.drug for t in lines.management if t.regimen is not None}
            if lines is not None
            else set()
        )
        if written.drug == drug or drug in treats:
            return True
    return False


def _said(chart: Chart) -> Iterator[str]:
    for statement in (*chart.advice, *chart.safety_net, *chart.escalations):
        yield statement.text
    for referral in chart.referrals:
        yield str(referral["reason"])
    if chart.follow_up is not None:
        yield str(chart.follow_up["purpose"])


# --- over-treatment ---------------------------------------------------------------------------------------


def moderate(base: KnowledgeBase, episode: Episode, done: Sequence[Performance]) -> Iterator[bool]:
    """For every prescription: that it was for something the patient has, harms nobody, and was not added to a
    treatment that holds every value in its target."""
    for visit, one in zip(episode.visits, done, strict=True):
        truth = truth_of(base, visit.case)
        for written in one.chart.prescriptions:
            steady = _steady(episode, visit, str(written.proposal.get("indication")), written.drug)
            yield called_for(truth, written) and not harms(truth, written) and not steady


def _steady(episode: Episode, visit: PlayedVisit, condition: str, drug: str) -> bool:
    """Whether the illness is on treatment with other drugs, none of them doing harm, and is in all its targets."""
    trajectory = episode.trajectories.get(condition)
    if trajectory is None or not trajectory.targets or visit.adverse:
        return False
    on = {s.taking.drug for s in episode.medication.on(visit.day) if s.indication == condition}
    day = min(visit.day, len(trajectory.values_DV) - 1)
    return (
        bool(on) and drug not in on and all(trajectory.in_range(n, day) is True for n in trajectory.targets)
    )
