"""The attending's plan of a visit: history, examination, consults, differential, treatment, follow-up; emergencies first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wardround.care.chart import VITALS, Chart
from wardround.care.planner.complaint import explains, understood
from wardround.care.planner.contradictions import settle_what_is_open
from wardround.care.planner.dangers import (
    meant,
    not_worked_up,
    place_for,
    raised,
    sent_at_least,
    urgency_of,
)
from wardround.care.planner.seeing import (
    SURE_ENOUGH,
    Seen,
    Sight,
    alarm,
    decided,
    differential_of,
    in_emergency,
    in_words,
    leading,
)
from wardround.care.planner.steps import (
    EMERGENCIES,
    MADE,
    NOT_UNDERSTOOD,
    OUTSIDE,
    danger_beside,
    diagnosis,
    differential,
    ended,
    explanation,
    next_look,
    not_enough,
    prescription,
    ranking,
    safety_net,
    sent_by_flag,
    sent_by_line,
    sent_to_be_looked_at,
    sent_unsure,
    told_by_flag,
    told_unsure,
)
from wardround.care.planner.taken import is_about_what_is_taken, look_at_what_is_taken, sent_for_a_drug
from wardround.care.planner.treatment import candidates, covering, treated
from wardround.harness import Decision, Situation
from wardround.knowledge import Condition, Posterior

SURE_ENOUGH_UNASKED = 0.6
"""The same where the complaint itself named nothing that the base knows."""
MAX_DRUG_LINES = 3

Step = Callable[[Sight, Seen, Situation], Decision | None]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Who does what of a visit: how things are found out, and how drugs are looked at before one is prescribed."""

    find_out: Step
    look_at_drugs: Step


def attend(sight: Sight, situation: Situation, shared: Arrangement | None = None) -> Decision:
    """The attending's next step; with specialists, where nothing else is arranged."""
    seen, shared = sight.of(situation), shared or WITH_SPECIALISTS
    raised = alarm(sight, seen, situation)
    if raised is not None:
        return raised
    if in_emergency(sight, seen):
        return _in_an_emergency(sight, seen, situation)
    return (
        _send_on_alarm(sight, seen, situation)
        or shared.find_out(sight, seen, situation)
        or settle_what_is_open(sight, seen, situation)
        or look_at_what_is_taken(sight, seen, situation)
        or _conclude(sight, seen, situation)
        or _end_after_alarm(sight, seen)
        or _treat(sight, seen, situation, shared.look_at_drugs)
        or sent_for_a_drug(sight, seen, situation)
        or ended(seen, "referred" if seen.chart.referrals else "home", MADE)
    )


def _in_an_emergency(sight: Sight, seen: Seen, situation: Situation) -> Decision:
    """After the alarm: note the differential, tell the patient what to do, arrange transfer, end."""
    base, chart = sight.projection.base, seen.chart
    flag = raised(base, chart)[0]
    if not chart.differential:
        return differential(sight, seen, ranking(sight, seen))
    if not told(chart, flag.patient_text) and ("advise", "") not in seen.refused:
        return told_by_flag(flag)
    if not sent_at_least(chart, "emergency") and _may_refer(seen, situation):
        return sent_by_flag(seen, flag, "emergency department", "emergency")
    return ended(seen, "emergency", f"Transferred at once: {flag.name}.")


def _send_on_alarm(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    """After an alarm that leaves hours: where the patient goes, and what they must know, before anything else."""
    chart, base = seen.chart, sight.projection.base
    flags = raised(base, chart)
    if not flags:
        return None
    urgency = urgency_of(sight.projection, chart)
    if _may_refer(seen, situation) and not sent_at_least(chart, urgency):
        return sent_by_flag(seen, flags[0], place_for(sight.projection, chart), urgency)
    untold = [each for each in flags if not told(chart, each.patient_text)]
    if untold and ("advise", "") not in seen.refused:
        return told_by_flag(untold[0])
    return None


def _end_after_alarm(sight: Sight, seen: Seen) -> Decision | None:
    """Whom an alarm was raised for is sent on, and gets no treatment for something trivial."""
    flags = raised(sight.projection.base, seen.chart)
    if not flags:
        return None
    where = "emergency" if sent_at_least(seen.chart, "emergency") else "referred"
    if not seen.chart.referrals:
        where = "handed_over"
    return ended(seen, where, f"Sent on because of a red flag: {flags[0].name}.")


def told(chart: Chart, text: str) -> bool:
    """Whether the patient was told this as what to come back for."""
    return any(said.text == text for said in chart.safety_net)


def _refused(seen: Seen, tool: str) -> bool:
    return any(name == tool for name, _ in seen.refused)


def _may_refer(seen: Seen, situation: Situation) -> bool:
    return "refer" in situation.mask.tools and not _refused(seen, "refer")


def examine(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    """Vital signs before conclusions, once."""
    missing = missing_vitals(sight, seen)
    if "examine" in situation.mask.tools and missing and not {"examine"} & (seen.done | seen.failed):
        return decided("examine", "Vital signs before conclusions.", findings=missing)
    return None


def missing_vitals(sight: Sight, seen: Seen) -> list[str]:
    """Vital signs that nobody has measured in this visit."""
    return [v for v in VITALS if v in sight.projection.base.findings and v not in seen.chart.heard]


def _find_out(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    mask, chart = situation.mask.tools, seen.chart
    if "hand_over" in mask and "history" not in seen.visited:
        return decided("hand_over", "First the history.", to="history", reason="Please take the history.")
    examined = examine(sight, seen, situation)
    if examined is not None:
        return examined
    if "consult" in mask and "investigations" not in seen.consulted:
        question = in_words(sight.projection, differential_of(sight.projection, chart))
        return decided(
            "consult",
            "Which tests are worth it, and what must not be missed?",
            agents=["investigations", "safety_officer"],
            question=f"{question} Which tests, and which dangers?",
        )
    return None


def _conclude(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    chart, base = seen.chart, sight.projection.base
    belief = differential_of(sight.projection, chart)
    if not chart.differential:
        return differential(sight, seen, ranking(sight, seen))
    best, p = leading(sight.projection, chart, belief)
    clear = understood(base, chart)
    unsure = p < (SURE_ENOUGH if clear else SURE_ENOUGH_UNASKED) or not explains(base, chart, best)
    if chart.addressed and (unsure or best not in meant(base, chart)):
        return None
    unsure = unsure or bool(danger_beside(sight, belief, best) or not_worked_up(sight.projection, seen))
    if not chart.diagnosis and unsure and not chart.addressed:
        return _hand_over_unsure(sight, seen, situation, belief)
    if not chart.diagnosis and ("diagnose", best) not in seen.refused:
        sure = p > 0.6 and clear and chart.age is not None
        certainty = "probable" if sure else "possible"  # what confirms is for a physician to say
        thought = f"{in_words(sight.projection, belief)} I settle on {base.named(best)}."
        return diagnosis(seen, best, certainty, thought)
    return None


def _hand_over_unsure(sight: Sight, seen: Seen, situation: Situation, belief: Posterior) -> Decision:
    thought = not_enough(sight, belief)
    if not seen.chart.safety_net and ("advise", "") not in seen.refused:
        unread = EMERGENCIES not in seen.chart.passages and "read_passage" not in seen.done | seen.failed
        if unread and "read_passage" in situation.mask.tools:
            return decided("read_passage", "What anybody must know who is sent on.", passage=EMERGENCIES)
        return told_unsure(thought)
    if not seen.chart.referrals and not _refused(seen, "refer"):
        return sent_unsure(sight, seen, belief, thought)
    return ended(seen, "handed_over", OUTSIDE)


def _treat(sight: Sight, seen: Seen, situation: Situation, look_at_drugs: Step) -> Decision | None:
    base, chart, mask = sight.projection.base, seen.chart, situation.mask.tools
    condition = base.conditions.get(chart.diagnosis or "")
    if condition is None:
        return None
    if condition.urgency == "emergency" and not chart.referrals:
        sent = _sent_on(sight, seen, condition)
        if sent is not None:
            return sent
    if not understood(base, chart):
        return _looked_at(seen, condition)
    taken = treated(base, chart)
    looked = look_at_drugs(sight, seen, situation) if candidates(base, chart) and not taken else None
    if looked is not None:
        return looked
    drug = _next_drug(sight, seen) if "prescribe" in mask and not taken else None
    if drug is not None:
        return drug
    sent = _sent_on(sight, seen, condition)
    if sent is not None:
        return sent
    return _tell(sight, seen, condition)


def _tell(sight: Sight, seen: Seen, condition: Condition) -> Decision | None:
    """What the patient hears of it, when they come again, and the end of a visit after which they are sent on."""
    chart = seen.chart
    explained = any(not is_about_what_is_taken(s.text) for s in chart.advice)
    if not explained and ("advise", "") not in seen.refused:
        return explanation(sight, seen, condition)
    if not chart.safety_net and ("advise", "") not in seen.refused:
        return safety_net(condition)
    if chart.follow_up is None and ("follow_up", "") not in seen.refused:
        return next_look(condition)
    if chart.referrals:
        where = "admitted" if any(r["to"] == "hospital" for r in chart.referrals) else "referred"
        return ended(seen, where, MADE)
    return None


def _ask_pharmacist(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    """The pharmacist looks before anything is prescribed."""
    if "consult" not in situation.mask.tools or "pharmacist" in seen.consulted:
        return None
    name = sight.projection.base.named(str(seen.chart.diagnosis))
    question = f"What speaks for and against the drugs for {name} here?"
    return decided(
        "consult", "The pharmacist looks before I prescribe.", agents=["pharmacist"], question=question
    )


def _looked_at(seen: Seen, condition: Condition) -> Decision:
    """What rests on an answer alone, because the complaint was not understood: nothing is prescribed, a physician looks."""
    if not seen.chart.safety_net and ("advise", "") not in seen.refused:
        return safety_net(condition)
    if not seen.chart.referrals and not _refused(seen, "refer"):
        return sent_to_be_looked_at(seen, condition)
    return ended(seen, "handed_over", NOT_UNDERSTOOD)


def _sent_on(sight: Sight, seen: Seen, condition: Condition) -> Decision | None:
    """Admission or referral where that is the first line; once."""
    if seen.chart.referrals or _refused(seen, "refer"):
        return None
    return sent_by_line(sight, seen, condition)


def _next_drug(sight: Sight, seen: Seen) -> Decision | None:
    """One drug a visit: the first line that fits; a later line only where a first one was refused."""
    base, chart = sight.projection.base, seen.chart
    lines = [t for t in candidates(base, chart) if t.regimen is not None]
    refused = {t.regimen.drug for t in lines if t.regimen and ("prescribe", t.regimen.drug) in seen.refused}
    if chart.prescriptions or len(refused) >= MAX_DRUG_LINES:
        return None
    for line in lines:
        regimen = line.regimen
        if regimen is None or regimen.drug in refused or covering(base, chart, regimen.drug):
            continue
        return None if line.line != "first" and not refused else prescription(seen, line)
    return None


WITH_SPECIALISTS = Arrangement(_find_out, _ask_pharmacist)
"""History, tests, safety and drugs are each somebody's own."""
