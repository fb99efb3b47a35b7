"""Taking the history: red flags first, then the question of highest expected information, then what a prescriber needs."""

from __future__ import annotations

from wardround.care.planner.complaint import explains, understood
from wardround.care.planner.contradictions import question_about
from wardround.care.planner.seeing import (
    Seen,
    Sight,
    alarm,
    decided,
    differential_of,
    in_emergency,
    in_words,
    leading,
)
from wardround.care.tools import TOPICS
from wardround.harness import Decision, Situation
from wardround.knowledge import possible_red_flags, question_values

MAX_QUESTIONS = 14
PAIN_SCORE = "finding.pain_score"
WORTH_ASKING = 0.015
"""Bits below which a question is not worth the patient's time."""
MAX_RED_FLAG_QUESTIONS = 6
"""So many questions go to red flags that leave hours; those that leave minutes are always settled."""
MOST_QUESTIONS = 24


def take_history(sight: Sight, situation: Situation, home: str) -> Decision:
    """The next question; when there is none worth asking, back to `home` (or a report, in a consult)."""
    seen = sight.of(situation)
    raised = alarm(sight, seen, situation)
    if raised is not None:
        return raised
    question = next_question(sight, seen, situation)
    if question is not None:
        return question
    said = in_words(sight.projection, differential_of(sight.projection, seen.chart))
    if "report" in situation.mask.tools and situation.view.branch:
        return decided("report", said, findings=said, recommend=[], concerns=[])
    return decided("hand_over", said, to=home, reason=f"The history is taken. {said}")


def next_question(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    """What to ask now; None where nothing is worth asking, or nobody may be asked."""
    if "ask" not in situation.mask.tools or "ask" in seen.failed or in_emergency(sight, seen):
        return None
    return (
        _open_question(sight, seen)
        or _red_flag_question(sight, seen)
        or question_about(sight, seen)
        or _best_question(sight, seen)
        or _needed(sight, seen)
        or _what_else(sight, seen)
    )


def question_on(sight: Sight, seen: Seen, about: str, thought: str) -> Decision:
    """The question about a finding or a topic, in the base's words, and what it follows from."""
    finding = sight.projection.base.findings.get(about)
    if finding is not None:
        return decided("ask", thought, _because(seen, about), question=finding.ask, about=about)
    words = TOPICS[about] if about != "open" else _open_words(sight, seen)
    return decided("ask", thought, question=words, about=about)


def _open_words(sight: Sight, seen: Seen) -> str:
    lost = not understood(sight.projection.base, seen.chart)
    doubt = "I am not sure that I understand." if lost else "I have not found what explains this."
    return f"{doubt} Can you tell me more about what troubles you?"


def _asked(seen: Seen) -> int:
    return sum(1 for about in seen.chart.asked if about.startswith("finding."))


def _askable(seen: Seen, finding: str) -> bool:
    return ("ask", finding) not in seen.refused and finding not in seen.chart.asked


def _open_question(sight: Sight, seen: Seen) -> Decision | None:
    """Where the complaint names nothing that the base knows, the patient says more before anything is guessed."""
    if understood(sight.projection.base, seen.chart) or not _askable(seen, "open"):
        return None
    return question_on(sight, seen, "open", "The complaint names nothing that I know.")


def _what_else(sight: Sight, seen: Seen) -> Decision | None:
    """Where nothing accounts for the complaint, the patient is asked once more, in their own words."""
    chart = seen.chart
    best, _ = leading(sight.projection, chart, differential_of(sight.projection, chart))
    if explains(sight.projection.base, chart, best) or not _askable(seen, "open"):
        return None
    return question_on(sight, seen, "open", "Nothing that I think of explains the complaint.")


def _red_flag_question(sight: Sight, seen: Seen) -> Decision | None:
    """Settle red flags that one more answer would complete."""
    base, chart = sight.projection.base, seen.chart
    asked = _asked(seen)
    if asked >= MOST_QUESTIONS:
        return None
    for possible in possible_red_flags(base, chart.evidence):
        if possible.missing > 1:
            break
        if possible.flag.act_within != "minutes" and asked >= MAX_RED_FLAG_QUESTIONS:
            continue
        for slug in possible.ask:
            finding = base.findings.get(slug)
            if finding is None or finding.examined or not _askable(seen, slug):
                continue
            if finding.parent and chart.evidence.findings.get(finding.parent) is not True:
                continue
            thought = f"This would settle a red flag: {possible.flag.name}."
            return question_on(sight, seen, slug, thought)
    return None


def _best_question(sight: Sight, seen: Seen) -> Decision | None:
    base, chart = sight.projection.base, seen.chart
    if _asked(seen) >= MAX_QUESTIONS:
        return None
    belief = differential_of(sight.projection, chart)
    for value in question_values(base, chart.evidence, belief):
        if value.bits < WORTH_ASKING:
            return None
        if not _askable(seen, value.id) or (value.id == PAIN_SCORE and not _in_pain(seen)):
            continue
        finding = base.findings[value.id]
        thought = f"{in_words(sight.projection, belief)} Asking about {finding.name} tells most ({value.bits:.2f} bits)."
        return question_on(sight, seen, value.id, thought)
    return None


def _in_pain(seen: Seen) -> bool:
    """Nobody is asked how bad a pain is that was never mentioned."""
    return any(
        value is True and ("pain" in f or "ache" in f) for f, value in seen.chart.evidence.findings.items()
    )


def _because(seen: Seen, finding: str) -> tuple[str, ...]:
    """The parent's answer, where the question follows from one."""
    parent = finding.rpartition(".")[0]
    return (seen.chart.heard[parent],) if parent in seen.chart.heard else ()


def _needed(sight: Sight, seen: Seen) -> Decision | None:
    """What whoever prescribes must know."""
    chart = seen.chart
    topics = [("drugs", chart.drugs_known), ("allergies", chart.allergies_known)]
    for topic, known in topics:
        if not known and topic not in chart.asked and ("ask", topic) not in seen.refused:
            return question_on(sight, seen, topic, f"Nobody may prescribe before {topic} are known.")
    fertile = chart.evidence.sex == "female" and chart.age is not None and 12 <= chart.age < 51
    if fertile and chart.evidence.pregnant is None and _askable(seen, "finding.pregnancy"):
        return question_on(sight, seen, "finding.pregnancy", "A pregnancy would change tests and drugs.")
    return None
