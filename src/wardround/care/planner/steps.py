"""The attending's steps as decisions: what each one says, from what is seen. When each is due, `attending` decides."""

from __future__ import annotations

from collections.abc import Sequence

from wardround.care.chart import not_to_be_missed
from wardround.care.planner.complaint import understood
from wardround.care.planner.dangers import dangers, meant, not_worked_up, raised
from wardround.care.planner.seeing import (
    Seen,
    Sight,
    decided,
    differential_of,
    in_emergency,
    in_words,
    leading,
)
from wardround.care.planner.treatment import candidates, treated
from wardround.harness import Decision
from wardround.knowledge import Condition, Posterior, RedFlag, Treatment

TOO_DANGEROUS = 0.1
"""An emergency that remains this likely beside the working diagnosis is for a physician to exclude."""
EMERGENCIES = "guidance.emergencies.when_to_call#0"
UNSURE = (
    "I am not sure what causes this, so a doctor will look at it. Chest pain, trouble breathing, fainting or sudden "
    "confusion are emergencies: call the emergency number at once."
)
"""What a patient is told who is handed to a physician; the second sentence is the passage above."""
MADE = "The plan is made and understood."
NOT_UNDERSTOOD = "The complaint was not understood: handed to a physician."
OUTSIDE = "Outside what the planner can conclude: handed to a physician."
MOST_RANKED = 10
Ranking = Sequence[tuple[str, float]]


def heard(seen: Seen) -> tuple[str, ...]:
    """The events that hold what was found present: what a conclusion rests on."""
    present = [
        e for f, e in seen.chart.heard.items() if seen.chart.evidence.findings.get(f) not in (False, None)
    ]
    return tuple(dict.fromkeys(present))[:12]


def danger_beside(sight: Sight, belief: Posterior, best: str) -> str | None:
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


# --- concluding -------------------------------------------------------------------------------------------


def ranking(sight: Sight, seen: Seen) -> list[tuple[str, float]]:
    """The differential as the planner believes it, most likely first, with what the raised flags can mean."""
    base, chart = sight.projection.base, seen.chart
    belief = differential_of(sight.projection, chart)
    first = leading(sight.projection, chart, belief)
    top = sorted({**dict(belief.top(5)), first[0]: first[1]}.items(), key=lambda one: -one[1])
    flagged = meant(base, chart)
    top = [(c, p) for c, p in top if p > 0.001] or top[:1]
    also = [(c, p) for c, p in belief.ranked if c in flagged and p > 0.0 and c not in dict(top)]
    return [*top, *also][:MOST_RANKED]


def differential(sight: Sight, seen: Seen, ranked: Ranking) -> Decision:
    """This ranking, with the dangers weighed beside it and what is not known."""
    base, chart = sight.projection.base, seen.chart
    belief = differential_of(sight.projection, chart)
    first, _ = leading(sight.projection, chart, belief)
    named = [c for c in dict.fromkeys((first, *(c for c, _ in ranked[:3]))) if c in base.conditions]
    weighed = {m for c in named for m in not_to_be_missed(base, chart, c)}
    first_of_all = sorted(meant(base, chart) | {*dangers(sight.projection, chart)})
    danger = [*first_of_all, *sorted(weighed - {*first_of_all})]
    unknown = [base.named(f) for f in sorted(chart.evidence.unsure)][:6]
    return decided(
        "differential",
        in_words(sight.projection, belief, 5),
        heard(seen),
        ranked=[{"condition": c, "probability": round(p, 4)} for c, p in ranked],
        considered=danger[:40],
        unknown=f"Not known: {', '.join(unknown)}" if unknown else "",
    )


def diagnosis(seen: Seen, condition: str, certainty: str, thought: str) -> Decision:
    """The working diagnosis."""
    return decided("diagnose", thought, heard(seen), condition=condition, certainty=certainty)


# --- treating ---------------------------------------------------------------------------------------------


def prescription(seen: Seen, line: Treatment) -> Decision | None:
    """What this line of management gives, for the working diagnosis; None where it gives no drug."""
    regimen = line.regimen
    if regimen is None:
        return None
    return decided(
        "prescribe",
        line.text,
        (seen.chart.diagnosis_event,) if seen.chart.diagnosis_event else (),
        drug=regimen.drug,
        dose=regimen.dose.value,
        unit=regimen.dose.unit,
        route=regimen.route,
        per_day=regimen.per_day,
        days=regimen.days,
        as_needed=regimen.as_needed,
        indication=seen.chart.diagnosis,
        instructions=line.patient_text[:1000],
    )


def explanation(sight: Sight, seen: Seen, condition: Condition) -> Decision:
    """What it is, what helps beside drugs, and what goes on as before."""
    base, chart = sight.projection.base, seen.chart
    taken = treated(base, chart)
    lines = [t.patient_text for t in candidates(base, chart, "non_drug") if t.line == "first"]
    lines += [f"Go on with {' and '.join(base.named(d) for d in taken)} as before."] if taken else []
    return decided("advise", "In plain words.", text=" ".join([condition.explain, *lines])[:2000])


def safety_net(condition: Condition) -> Decision:
    """When to come back at once."""
    return decided("advise", "When to come back at once.", text=condition.safety_net, safety_net=True)


def told_by_flag(flag: RedFlag) -> Decision:
    """What a red flag has the patient do now."""
    return decided("advise", "The patient must know what to do now.", text=flag.patient_text, safety_net=True)


def told_unsure(thought: str) -> Decision:
    """What a patient hears who is handed to a physician."""
    return decided("advise", thought, text=UNSURE, safety_net=True)


def next_look(condition: Condition) -> Decision:
    """The next visit, and what it is for."""
    purpose = "; ".join(m.what for m in condition.monitoring)[:2000] or f"How is the {condition.lay_name}?"
    return decided("follow_up", "The next look.", days=condition.follow_up_days, purpose=purpose)


# --- sending on -------------------------------------------------------------------------------------------


def sent_by_flag(seen: Seen, flag: RedFlag, to: str, urgency: str) -> Decision:
    """Sent on because of a red flag."""
    when = "" if urgency == "emergency" else "To be seen the same day. "
    reason = f"{when}{flag.name}: {flag.do}"[:2000]
    return decided("refer", flag.do, heard(seen), to=to, urgency=urgency, reason=reason)


def sent_unsure(sight: Sight, seen: Seen, belief: Posterior, thought: str) -> Decision:
    """To a physician, because what is known is not enough to go on."""
    danger, named = danger_beside(sight, belief, ""), sight.projection.base.named
    missing = ", ".join(named(t) for t in not_worked_up(sight.projection, seen))
    urgency = "emergency" if danger else "urgent" if missing else "soon"
    reason = f"Needed and not available here: {missing}. {thought}" if missing else thought
    reason = f"{named(danger)} is not excluded. {reason}" if danger else reason
    return decided("refer", thought, to="physician", urgency=urgency, reason=reason)


def not_enough(sight: Sight, belief: Posterior) -> str:
    """Why a physician should see this."""
    return f"{in_words(sight.projection, belief)} That is not enough to go on: a physician should see this."


def sent_to_be_looked_at(seen: Seen, condition: Condition) -> Decision:
    """To a physician, because a diagnosis rests on answers alone."""
    reason = f"The complaint was not understood; {condition.name} is possible from the answers alone."
    because = (seen.chart.diagnosis_event,)
    return decided("refer", reason, because, to="physician", urgency="soon", reason=reason)


def sent_by_line(sight: Sight, seen: Seen, condition: Condition) -> Decision | None:
    """Admission or referral where that is the first line."""
    for kind in ("admission", "referral"):
        for line in candidates(sight.projection.base, seen.chart, kind):
            if line.line == "first":
                to = "hospital" if kind == "admission" else condition.specialty
                because = (seen.chart.diagnosis_event,)
                return decided(
                    "refer", line.text, because, to=to, urgency=condition.urgency, reason=line.text
                )
    return None


# --- ending -----------------------------------------------------------------------------------------------


def why_ended(sight: Sight, seen: Seen, disposition: str) -> str:
    """Why a visit ends so."""
    base, chart = sight.projection.base, seen.chart
    flags = raised(base, chart)
    if flags and in_emergency(sight, seen):
        return f"Transferred at once: {flags[0].name}."
    if flags:
        return f"Sent on because of a red flag: {flags[0].name}."
    if disposition != "handed_over":
        return MADE
    return (
        MADE
        if understood(base, chart) and chart.diagnosis
        else NOT_UNDERSTOOD
        if chart.diagnosis
        else OUTSIDE
    )


def ended(seen: Seen, disposition: str, reason: str) -> Decision:
    """End the visit; where that was refused, hand over rather than argue."""
    if ("close", disposition) in seen.refused:
        return decided(
            "close", "It was refused: a physician takes over.", disposition="handed_over", reason=reason
        )
    return decided("close", reason, disposition=disposition, reason=reason)
