"""Taking the history: red flags first, then the question of highest expected information, then what a prescriber needs."""

from __future__ import annotations

from wardround.care.planner.seeing import Seen, Sight, decided, differential_of, in_words
from wardround.care.tools import TOPICS
from wardround.harness import Decision, Situation
from wardround.knowledge import possible_red_flags, question_values

MAX_QUESTIONS = 14
WORTH_ASKING = 0.015
"""Bits below which a question is not worth the patient's time."""
MAX_RED_FLAG_QUESTIONS = 5


def take_history(sight: Sight, situation: Situation, home: str) -> Decision:
    """The next question; when there is none worth asking, back to `home` (or a report, in a consult)."""
    seen = sight.of(situation)
    if situation.mask.obligation:
        return Decision(situation.mask.obligation[1], "A red flag is open: it comes before anything else.")
    if "ask" in situation.mask.tools and "ask" not in seen.failed:
        question = _red_flag_question(sight, seen) or _best_question(sight, seen) or _needed(seen)
        if question is not None:
            return question
    said = in_words(sight.projection, differential_of(sight.projection, seen.chart))
    if "report" in situation.mask.tools and situation.view.branch:
        return decided("report", said, findings=said, recommend=[], concerns=[])
    return decided("hand_over", said, to=home, reason=f"The history is taken. {said}")


def _asked(seen: Seen) -> int:
    return sum(1 for about in seen.chart.asked if about.startswith("finding."))


def _askable(seen: Seen, finding: str) -> bool:
    return ("ask", finding) not in seen.refused and finding not in seen.chart.asked


def _red_flag_question(sight: Sight, seen: Seen) -> Decision | None:
    """Settle red flags that one more answer would complete."""
    base, chart = sight.projection.base, seen.chart
    if _asked(seen) >= MAX_RED_FLAG_QUESTIONS:
        return None
    for possible in possible_red_flags(base, chart.evidence):
        if possible.missing > 1:
            break
        for slug in possible.ask:
            finding = base.findings.get(slug)
            if finding is None or finding.examined or not _askable(seen, slug):
                continue
            if finding.parent and chart.evidence.findings.get(finding.parent) is not True:
                continue
            thought = f"This would settle a red flag: {possible.flag.name}."
            return decided("ask", thought, _because(seen, slug), question=finding.ask, about=slug)
    return None


def _best_question(sight: Sight, seen: Seen) -> Decision | None:
    base, chart = sight.projection.base, seen.chart
    if _asked(seen) >= MAX_QUESTIONS:
        return None
    belief = differential_of(sight.projection, chart)
    for value in question_values(base, chart.evidence, belief):
        if value.bits < WORTH_ASKING:
            return None
        if not _askable(seen, value.id):
            continue
        finding = base.findings[value.id]
        thought = f"{in_words(sight.projection, belief)} Asking about {finding.name} tells most ({value.bits:.2f} bits)."
        return decided("ask", thought, _because(seen, value.id), question=finding.ask, about=value.id)
    return None


def _because(seen: Seen, finding: str) -> tuple[str, ...]:
    """The parent's answer, where the question follows from one."""
    parent = finding.rpartition(".")[0]
    return (seen.chart.heard[parent],) if parent in seen.chart.heard else ()


def _needed(seen: Seen) -> Decision | None:
    """What whoever prescribes must know."""
    chart = seen.chart
    topics = [("drugs", chart.drugs_known), ("allergies", chart.allergies_known)]
    for topic, known in topics:
        if not known and topic not in chart.asked and ("ask", topic) not in seen.refused:
            return decided("ask", f"Nobody may prescribe before {topic} are known.", question=TOPICS[topic], about=topic)
    fertile = chart.evidence.sex == "female" and chart.age is not None and 12 <= chart.age < 51
    if fertile and chart.evidence.pregnant is None and _askable(seen, "finding.pregnancy"):
        return decided("ask", "A pregnancy would change tests and drugs.", about="finding.pregnancy")
    return None
