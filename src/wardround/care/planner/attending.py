"""The attending's plan of a visit: history, examination, consults, differential, treatment, follow-up; emergencies first."""

from __future__ import annotations

from wardround.care.chart import VITALS, Chart, not_to_be_missed
from wardround.care.planner.complaint import explains, understood
from wardround.care.planner.contradictions import settle_what_is_open
from wardround.care.planner.dangers import (
    dangers,
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
from wardround.care.planner.taken import is_about_what_is_taken, look_at_what_is_taken, sent_for_a_drug
from wardround.care.planner.treatment import candidates, covering, treated
from wardround.harness import Decision, Situation
from wardround.knowledge import Condition, Posterior

SURE_ENOUGH_UNASKED = 0.6
"""The same where the complaint itself named nothing that the base knows."""
TOO_DANGEROUS = 0.1
"""An emergency that remains this likely beside the working diagnosis is for a physician to exclude."""
MAX_DRUG_LINES = 3


def attend(sight: Sight, situation: Situation) -> Decision:
    """The attending's next step."""
    seen = sight.of(situation)
    raised = alarm(sight, seen, situation)
    if raised is not None:
        return raised
    if in_emergency(sight, seen):
        return _in_an_emergency(sight, seen, situation)
    return (
        _send_on_alarm(sight, seen, situation)
        or _find_out(sight, seen, situation)
        or settle_what_is_open(sight, seen, situation)
        or look_at_what_is_taken(sight, seen, situation)
        or _conclude(sight, seen, situation)
        or _end_after_alarm(sight, seen)
        or _treat(sight, seen, situation)
        or sent_for_a_drug(sight, seen, situation)
        or _close(seen, "referred" if seen.chart.referrals else "home", "The plan is made and understood.")
    )


def _in_an_emergency(sight: Sight, seen: Seen, situation: Situation) -> Decision:
    """After the alarm: note the differential, tell the patient what to do, arrange transfer, end."""
    base, chart = sight.projection.base, seen.chart
    flag = raised(base, chart)[0]
    if not chart.differential:
        return _differential(sight, seen)
    if not _told(chart, flag.patient_text) and ("advise", "") not in seen.refused:
        return decided(
            "advise", "The patient must know what to do now.", text=flag.patient_text, safety_net=True
        )
    if (
        not sent_at_least(chart, "emergency")
        and not any(t == "refer" for t, _ in seen.refused)
        and "refer" in situation.mask.tools
    ):
        reason = f"{flag.name}: {flag.do}"[:2000]
        return decided(
            "refer", flag.do, _heard(seen), to="emergency department", urgency="emergency", reason=reason
        )
    return _close(seen, "emergency", f"Transferred at once: {flag.name}.")


def _send_on_alarm(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    """After an alarm that leaves hours: where the patient goes, and what they must know, before anything else."""
    chart, base = seen.chart, sight.projection.base
    flags = raised(base, chart)
    if not flags:
        return None
    flag, urgency = flags[0], urgency_of(sight.projection, chart)
    refused = any(t == "refer" for t, _ in seen.refused)
    if "refer" in situation.mask.tools and not refused and not sent_at_least(chart, urgency):
        to = place_for(sight.projection, chart)
        when = "" if urgency == "emergency" else "To be seen the same day. "
        reason = f"{when}{flag.name}: {flag.do}"[:2000]
        return decided("refer", flag.do, _heard(seen), to=to, urgency=urgency, reason=reason)
    untold = [each.patient_text for each in flags if not _told(chart, each.patient_text)]
    if untold and ("advise", "") not in seen.refused:
        thought = "The patient must know what to do now."
        return decided("advise", thought, text=untold[0], safety_net=True)
    return None


def _end_after_alarm(sight: Sight, seen: Seen) -> Decision | None:
    """Whom an alarm was raised for is sent on, and gets no treatment for something trivial."""
    flags = raised(sight.projection.base, seen.chart)
    if not flags:
        return None
    where = "emergency" if sent_at_least(seen.chart, "emergency") else "referred"
    if not seen.chart.referrals:
        where = "handed_over"
    return _close(seen, where, f"Sent on because of a red flag: {flags[0].name}.")


def _told(chart: Chart, text: str) -> bool:
    return any(said.text == text for said in chart.safety_net)


def _find_out(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    mask, chart = situation.mask.tools, seen.chart
    if "hand_over" in mask and "history" not in seen.visited:
        return decided("hand_over", "First the history.", to="history", reason="Please take the history.")
    missing = [v for v in VITALS if v in sight.projection.base.findings and v not in chart.heard]
    if "examine" in mask and missing and not {"examine"} & (seen.done | seen.failed):
        return decided("examine", "Vital signs before conclusions.", findings=missing)
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
        return _differential(sight, seen)
    best, p = leading(sight.projection, chart, belief)
    clear = understood(base, chart)
    unsure = p < (SURE_ENOUGH if clear else SURE_ENOUGH_UNASKED) or not explains(base, chart, best)
    if chart.addressed and (unsure or best not in meant(base, chart)):
        return None
    unsure = unsure or bool(_danger(sight, belief, best) or not_worked_up(sight.projection, seen))
    if not chart.diagnosis and unsure and not chart.addressed:
        return _hand_over_unsure(sight, seen, belief)
    if not chart.diagnosis and ("diagnose", best) not in seen.refused:
        sure = p > 0.6 and clear and chart.age is not None
        certainty = "probable" if sure else "possible"  # what confirms is for a physician to say
        thought = f"{in_words(sight.projection, belief)} I settle on {base.named(best)}."
        return decided("diagnose", thought, _heard(seen), condition=best, certainty=certainty)
    return None


def _danger(sight: Sight, belief: Posterior, best: str) -> str | None:
    """An emergency, other than the working diagnosis, that is too likely to be left at home."""
    conditions = sight.projection.base.conditions
    return next(
        (
            c
            for c, p in belief.ranked
            if c != best and p >= TOO_DANGEROUS and conditions[c].urgency == "emergency"
        ),
        None,
    )


def _differential(sight: Sight, seen: Seen) -> Decision:
    base, chart = sight.projection.base, seen.chart
    belief = differential_of(sight.projection, chart)
    first = leading(sight.projection, chart, belief)
    top = sorted({**dict(belief.top(5)), first[0]: first[1]}.items(), key=lambda one: -one[1])
    flagged = meant(base, chart)
    top = [(c, p) for c, p in top if p > 0.001] or top[:1]
    also = [(c, p) for c, p in belief.ranked if c in flagged and p > 0.0 and c not in dict(top)]
    top = [*top, *also][:10]
    weighed = {m for c in (first[0], *dict(top[:3])) for m in not_to_be_missed(base, chart, c)}
    first_of_all = sorted(flagged | {*dangers(sight.projection, chart)})
    danger = [*first_of_all, *sorted(weighed - {*first_of_all})]
    unknown = [base.named(f) for f in sorted(chart.evidence.unsure)][:6]
    return decided(
        "differential",
        in_words(sight.projection, belief, 5),
        _heard(seen),
        ranked=[{"condition": c, "probability": round(p, 4)} for c, p in top],
        considered=danger[:40],
        unknown=f"Not known: {', '.join(unknown)}" if unknown else "",
    )


def _hand_over_unsure(sight: Sight, seen: Seen, belief: Posterior) -> Decision:
    thought = (
        f"{in_words(sight.projection, belief)} That is not enough to go on: a physician should see this."
    )
    if not seen.chart.safety_net and ("advise", "") not in seen.refused:
        text = (
            "I am not sure what causes this, so a doctor will look at it. If it gets worse, if you have trouble "
            "breathing, chest pain, fainting or confusion, call the emergency number at once."
        )
        return decided("advise", thought, text=text, safety_net=True)
    if not seen.chart.referrals and not any(t == "refer" for t, _ in seen.refused):
        danger, named = _danger(sight, belief, ""), sight.projection.base.named
        missing = ", ".join(named(t) for t in not_worked_up(sight.projection, seen))
        urgency = "emergency" if danger else "urgent" if missing else "soon"
        reason = f"Needed and not available here: {missing}. {thought}" if missing else thought
        reason = f"{named(danger)} is not excluded. {reason}" if danger else reason
        return decided("refer", thought, to="physician", urgency=urgency, reason=reason)
    return _close(seen, "handed_over", "Outside what the planner can conclude: handed to a physician.")


def _treat(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
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
    if "consult" in mask and "pharmacist" not in seen.consulted and candidates(base, chart) and not taken:
        question = f"What speaks for and against the drugs for {condition.name} here?"
        return decided(
            "consult", "The pharmacist looks before I prescribe.", agents=["pharmacist"], question=question
        )
    drug = _next_drug(sight, seen) if "prescribe" in mask and not taken else None
    if drug is not None:
        return drug
    sent = _sent_on(sight, seen, condition)
    if sent is not None:
        return sent
    explained = any(not is_about_what_is_taken(s.text) for s in chart.advice)
    if not explained and ("advise", "") not in seen.refused:
        lines = [t.patient_text for t in candidates(base, chart, "non_drug") if t.line == "first"]
        lines += [f"Go on with {' and '.join(base.named(d) for d in taken)} as before."] if taken else []
        return decided("advise", "In plain words.", text=" ".join([condition.explain, *lines])[:2000])
    if not chart.safety_net and ("advise", "") not in seen.refused:
        return decided("advise", "When to come back at once.", text=condition.safety_net, safety_net=True)
    if chart.follow_up is None and ("follow_up", "") not in seen.refused:
        purpose = (
            "; ".join(m.what for m in condition.monitoring)[:2000] or f"How is the {condition.lay_name}?"
        )
        return decided("follow_up", "The next look.", days=condition.follow_up_days, purpose=purpose)
    if chart.referrals:
        where = "admitted" if any(r["to"] == "hospital" for r in chart.referrals) else "referred"
        return _close(seen, where, "The plan is made and understood.")
    return None


def _looked_at(seen: Seen, condition: Condition) -> Decision:
    """What rests on an answer alone, because the complaint was not understood: nothing is prescribed, a physician looks."""
    chart, because = seen.chart, (seen.chart.diagnosis_event,)
    if not chart.safety_net and ("advise", "") not in seen.refused:
        return decided("advise", "When to come back at once.", text=condition.safety_net, safety_net=True)
    if not chart.referrals and not any(t == "refer" for t, _ in seen.refused):
        reason = f"The complaint was not understood; {condition.name} is possible from the answers alone."
        return decided("refer", reason, because, to="physician", urgency="soon", reason=reason)
    return _close(seen, "handed_over", "The complaint was not understood: handed to a physician.")


def _sent_on(sight: Sight, seen: Seen, condition: Condition) -> Decision | None:
    """Admission or referral where that is the first line; once."""
    base, chart = sight.projection.base, seen.chart
    if chart.referrals or any(t == "refer" for t, _ in seen.refused):
        return None
    for kind in ("admission", "referral"):
        for line in candidates(base, chart, kind):
            if line.line == "first":
                to = "hospital" if kind == "admission" else condition.specialty
                because = (chart.diagnosis_event,)
                return decided(
                    "refer", line.text, because, to=to, urgency=condition.urgency, reason=line.text
                )
    return None


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
        if line.line != "first" and not refused:
            return None
        return decided(
            "prescribe",
            line.text,
            (chart.diagnosis_event,),
            drug=regimen.drug,
            dose=regimen.dose.value,
            unit=regimen.dose.unit,
            route=regimen.route,
            per_day=regimen.per_day,
            days=regimen.days,
            as_needed=regimen.as_needed,
            indication=chart.diagnosis,
            instructions=line.patient_text[:1000],
        )
    return None


def _heard(seen: Seen) -> tuple[str, ...]:
    """The events that hold what was found present: what a conclusion rests on."""
    present = [
        e for f, e in seen.chart.heard.items() if seen.chart.evidence.findings.get(f) not in (False, None)
    ]
    return tuple(dict.fromkeys(present))[:12]


def _close(seen: Seen, disposition: str, reason: str) -> Decision:
    """End the visit; where that was refused, hand over rather than argue."""
    if ("close", disposition) in seen.refused:
        return decided(
            "close", "It was refused: a physician takes over.", disposition="handed_over", reason=reason
        )
    return decided("close", reason, disposition=disposition, reason=reason)
