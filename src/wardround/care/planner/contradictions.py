"""Contradictions, as the planner deals with them: one plain question where it helps, then the safer account, or a physician."""

from __future__ import annotations

from wardround.care.constraints.stopping import abrupt_harm
from wardround.care.disputes import Dispute
from wardround.care.planner.seeing import Seen, Sight, decided
from wardround.care.planner.taken import formulary_of
from wardround.harness import Decision, Situation

MOST_QUESTIONS = 2
"""So many contradictions are asked about in one visit; the others are decided as they stand."""


def question_about(sight: Sight, seen: Seen) -> Decision | None:
    """Ask about the gravest open contradiction that a patient can clear up and has not been asked about yet."""
    asked = {question for question, _ in seen.chart.transcript}
    questions = [(d, clarifying(sight, d)) for d in seen.chart.open_disputes]
    if sum(1 for question in asked if question.startswith(RECORD_SAYS)) >= MOST_QUESTIONS:
        return None
    for dispute, question in questions:
        if question is not None and question not in asked and not dispute.explained:
            thought = f"Two accounts contradict each other, so I ask once: {dispute.words}"[:2000]
            return decided("ask", thought, _rests_on(dispute), question=question)
    return None


def _rests_on(dispute: Dispute) -> tuple[str, ...]:
    return tuple(e for e in (*dispute.events[:1], dispute.event) if e)


RECORD_SAYS = "The record says that"


def clarifying(sight: Sight, dispute: Dispute) -> str | None:
    """The question, in plain words; None where a patient cannot tell (a value, a date)."""
    if dispute.why != "denied":
        return None
    name = dispute.first.concept.text[:120]
    return {
        "allergy": f"{RECORD_SAYS} you are allergic to {_bare(name)}. Is that right?",
        "drug": f"{RECORD_SAYS} you take {_short(sight, dispute) or name}. Do you still take it?",
        "problem": f"{RECORD_SAYS} you have had {name}. Is that right?",
        "finding": f"{RECORD_SAYS} this applies to you: {name}. Is that right?",
    }.get(dispute.kind)


def settle_what_is_open(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    """Decide the first open contradiction; what was refused or cannot be decided here goes to the physician."""
    if "settle" not in situation.mask.tools or "settle" in seen.failed:
        return None
    for dispute in seen.chart.open_disputes:
        decision, reason = what_holds(sight, seen, dispute)
        if ("settle", f"{dispute.id} raise") not in seen.refused:
            return settling(dispute, decision, reason)
    return None


def settling(dispute: Dispute, decision: str, reason: str) -> Decision:
    """A decision on a contradiction."""
    return decided(
        "settle", f"{reason} {dispute.words}"[:2000], _rests_on(dispute),
        conflict=dispute.id, decision=decision, reason=reason[:2000],
    )  # fmt: skip


def what_holds(sight: Sight, seen: Seen, dispute: Dispute) -> tuple[str, str]:
    """Which account holds, and why; what was not approved is raised."""
    decision, reason = _decision(sight, seen, dispute)
    if ("settle", f"{dispute.id} {decision}") in seen.refused:
        return "raise", f"It was not approved: {reason}"
    return decision, reason


def _decision(sight: Sight, seen: Seen, dispute: Dispute) -> tuple[str, str]:
    """Which account holds, and why. Doubt never strikes an allergy off: that is for somebody who can test it."""
    if dispute.why == "onset":
        return "first", "The record's date was written down at the time; the patient's is from memory."
    if dispute.why != "denied":
        return "raise", "Two sources give different values: somebody has to look at both."
    if _confirmed(sight, seen, dispute):
        return "first", "Asked plainly, the patient confirmed what is on record."
    if dispute.kind == "drug":
        return _about_a_drug(sight, seen, dispute)
    if dispute.explained and dispute.here:
        return "second", "The patient says why the record is wrong."
    if dispute.kind == "finding":
        return "second", "It stood on the patient's word alone, and the patient takes it back."
    return (
        "raise",
        "The record and the patient contradict each other, and only a physician can tell who is right.",
    )


def _about_a_drug(sight: Sight, seen: Seen, dispute: Dispute) -> tuple[str, str]:
    book = formulary_of(sight.projection.base)
    by_name = dispute.second.concept.text.casefold() == dispute.first.concept.text.casefold()
    harmful = any(abrupt_harm(book, seen.chart, slug) for slug in dispute.slugs)
    if harmful and not dispute.explained:
        return (
            "raise",
            "It does harm when it ends at once: a physician must know that it is said to have ended.",
        )
    if dispute.explained or (by_name and dispute.second.detail):
        return "second", "The patient says plainly that it is no longer taken."
    return "raise", "What is on record is denied in general: a physician should go through the medicines."


def _confirmed(sight: Sight, seen: Seen, dispute: Dispute) -> bool:
    """Whether the answer to the plain question was no denial, and was not doubtful."""
    question = clarifying(sight, dispute)
    answers = [answer for asked, answer in seen.chart.transcript if asked == question]
    return any(_says_yes(answer, dispute) for answer in answers)


def _says_yes(answer: str, dispute: Dispute) -> bool:
    said = answer.casefold()
    yes = said.lstrip(" ,.").startswith(("yes", "yeah", "yep", "that's right", "correct"))
    named = _bare(dispute.first.concept.text).casefold() in said
    no = any(word in said.split() for word in ("no", "not", "never", "don't", "no,", "no.", "stopped"))
    return (yes or named) and not no


def _bare(name: str) -> str:
    """An allergy's name without the word allergy: what it is to."""
    said = name.removeprefix("Allergy to ").removeprefix("allergy to ")
    return said.removesuffix(" allergy").removesuffix(" Allergy")


def _short(sight: Sight, dispute: Dispute) -> str | None:
    base = sight.projection.base
    return next((base.named(s) for s in dispute.slugs if s in base), None)
