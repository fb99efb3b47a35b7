"""A finished visit or episode as one HTML page: the conversation, the rulings, the score, the checklist ticked.

It holds everything that it needs and asks the network for nothing. Whatever comes from outside is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from wardround.care import Clinic, soap_note
from wardround.evaluation.course_chart import course_chart
from wardround.evaluation.episodes import PlayedEpisode
from wardround.evaluation.results import DIMENSIONS, SCAN
from wardround.evaluation.telling import lines_of
from wardround.harness import Event, Opened, fold_all
from wardround.rewards import EpisodeScore, Verdict, VisitScore
from wardround.simulation import Case, Consultation
from wardround.simulation.episode import Between, Episode

_CRITERIA: Final = "default-src 'none'; style-src 'unsafe-inline'"


def visit_page(played: Consultation, score: VisitScore) -> str:
    """The page of a single visit."""
    visit = _visit(played.clinic, 1, "", played.case, played.events, score)
    return _render(played.clinic, played.case, played.events, [visit], score.total)


def episode_page(played: PlayedEpisode, score: EpisodeScore) -> str:
    """The page of several visits, with what happened between them and how the illness went."""
    episode, clinic = played.episode, played.clinic
    visits = [
        _visit(
            clinic, visit.number, visit.door.kind, visit.case, visit.events, one, episode.since_last(visit)
        )
        for visit, one in zip(episode.visits, score.visits, strict=True)
    ]
    over = [(_words(name), value) for name, value in score.over_visits.items()]
    return _render(
        clinic,
        episode.person,
        episode.visits[0].events if episode.visits else (),
        visits,
        score.total,
        over,
        _charts(clinic, episode),
    )


def _render(
    clinic: Clinic,
    case: Case,
    events: Sequence[Event],
    visits: Sequence[Mapping[str, Any]],
    total: float | None,
    over: Sequence[tuple[str, float | None]] = (),
    charts: Sequence[Mapping[str, Any]] = (),
) -> str:
    header = events[0].body if events else None
    policy = (
        header.versions.get("policy") or header.versions.get("model", "")
        if isinstance(header, Opened)
        else ""
    )
    return (
        _environment()
        .get_template("episode.html.jinja")
        .render(
            security=_CRITERIA,
            case=case,
            age=f"{case.age:.0f} years" if case.age is not None else "age unknown",
            truth=clinic.base.named(case.truth),
            active=[clinic.base.named(c) for c in case.active if c != case.truth and c in clinic.base],
            policy=policy,
            visits=visits,
            total=total,
            over=over,
            charts=charts,
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("wardround.evaluation", "templates"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["score"] = lambda value: "unscored" if value is None else f"{value:.2f}"
    return environment


def _visit(
    clinic: Clinic,
    number: int,
    door: str,
    case: Case,
    events: Sequence[Event],
    score: VisitScore,
    between: Sequence[Between] = (),
) -> dict[str, Any]:
    chart = fold_all(list(events), clinic.projection).domain
    lines = lines_of(clinic.base, events)
    named = clinic.base.named(chart.diagnosis) if chart.diagnosis else "none"
    return {
        "number": number,
        "door": door,
        "on": case.on.isoformat(),
        "complaint": chart.complaint,
        "truth": clinic.base.named(case.truth),
        "diagnosis": named,
        "right": chart.diagnosis == case.truth,
        "disposition": _words(chart.disposition or "none"),
        "known": [line for line in lines if line.kind == "memory" and line.at_the_door],
        "lines": [line for line in lines if not line.at_the_door],
        "note": soap_note(clinic.base, chart),
        "score": score,
        "dimensions": [(_words(d), score.dimensions.get(d)) for d in DIMENSIONS],
        "scan": [(_words(d), score.scan.get(d)) for d in SCAN],
        "sections": _sections(score.verdicts),
        "between": [_between(clinic, one) for one in between],
    }


def _sections(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Verdicts by dimension and section, in their own order. `good` is whether it went as it should."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for verdict in verdicts:
        item = verdict.item
        good = None if verdict.met is None else verdict.met == (item.weight > 0)
        found.setdefault((item.dimension, item.section), []).append(
            {
                "text": item.text,
                "weight": item.weight,
                "critical": item.critical,
                "met": verdict.met,
                "good": good,
                "events": [e for e in verdict.events if e],
            }
        )
    return [{"dimension": d, "section": s, "items": items} for (d, s), items in found.items()]


def _between(clinic: Clinic, one: Between) -> dict[str, Any]:
    name = clinic.base.named(one.what) if one.what in clinic.base else _words(one.what)
    value = f" {one.value:g} {one.unit}".rstrip() if one.value is not None else ""
    return {"day": one.day, "kind": _words(one.kind), "text": f"{name}{value}", "words": one.words}


def _charts(clinic: Clinic, episode: Episode) -> list[dict[str, Any]]:
    days = [visit.day for visit in episode.visits]
    return [
        {
            "name": clinic.base.named(condition),
            "drawn": [
                course_chart(_words(name), course.of(name), course.targets.get(name), days)
                for name in course.names
            ],
        }
        for condition, course in episode.trajectories.items()
        if len(course.values_DV)
    ]


def _words(name: str) -> str:
    return name.replace("_", " ")
