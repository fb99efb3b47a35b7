"""From a short call back to the whole action: words, doses, reasons, sources, all from the base and from what was seen.

What the planner would say of such a step is what is said. Nothing here raises for what a model wrote: `Unreadable` is told
to the model, and what reads well but should not be done is for the rules to refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from wardround.care.citing import WORDS
from wardround.care.planner.attending import missing_vitals, told
from wardround.care.planner.contradictions import question_about, settling, what_holds
from wardround.care.planner.dangers import raised
from wardround.care.planner.history import question_on
from wardround.care.planner.seeing import Seen, Sight, decided, differential_of, escalation
from wardround.care.planner.sourcing import cited, search_for, topics
from wardround.care.planner.specialists import why_tested
from wardround.care.planner.steps import (
    EMERGENCIES,
    diagnosis,
    differential,
    ended,
    explanation,
    heard,
    next_look,
    not_enough,
    prescription,
    safety_net,
    sent_by_flag,
    sent_by_line,
    sent_to_be_looked_at,
    sent_unsure,
    told_by_flag,
    told_unsure,
    why_ended,
)
from wardround.care.planner.taken import UNTIL_SEEN, referral_for_a_drug, saying_about_taken, stopping
from wardround.care.planner.treatment import candidates, meant_for
from wardround.care.shorthand.calls import CONFLICT, MOST_RANKED, ShortTools
from wardround.care.tools import TOPICS
from wardround.harness import JSON, Action, Decision, Situation
from wardround.knowledge import Condition, Treatment


class Unreadable(Exception):
    """A call that amounts to no action; the message names the field and what stands there instead of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One short call, and all that it is read against."""

    tools: ShortTools
    sight: Sight
    seen: Seen
    situation: Situation
    given: JSON

    def one(self, field: str, allowed: Iterable[str], what: str) -> str:
        """A field that must be one of these."""
        value = self.given.get(field)
        if not isinstance(value, str) or value not in allowed:
            raise Unreadable(f"{field}: {_shown(value)} is no {what}")
        return value

    def diagnosed(self) -> Condition:
        """The working diagnosis, which a step like this is about."""
        known = self.tools.base.conditions.get(self.seen.chart.diagnosis or "")
        if known is None:
            raise Unreadable("there is no working diagnosis that the base knows: diagnose first")
        return known


def expanded(asked: Asked, tool: str) -> Decision:
    """The decision that a short call amounts to. Raises Unreadable."""
    expand = _WHOLE.get(tool)
    if expand is None:
        raise Unreadable(f"there is no tool {_shown(tool)} here")
    step = expand(asked)
    action = step.action
    if action is None or action.tool not in WORDS:
        return step
    return cited(asked.tools.base, asked.seen.chart, step, action)


def _shown(value: object) -> str:
    return repr(value)[:60]


# --- finding out ------------------------------------------------------------------------------------------


def _ask(asked: Asked) -> Decision:
    findings = asked.tools.base.findings
    about = asked.one("about", {*TOPICS, CONFLICT, *findings}, "finding and no topic")
    if about != CONFLICT:
        return question_on(asked.sight, asked.seen, about, "")
    return question_about(asked.sight, asked.seen) or question_on(asked.sight, asked.seen, "open", "")


def _examine(asked: Asked) -> Decision:
    named = asked.given.get("findings")
    vitals = missing_vitals(asked.sight, asked.seen) or list(asked.tools.readings[:6])
    findings = vitals if named is None else named
    if not isinstance(findings, list) or not findings:
        raise Unreadable(f"findings: {_shown(findings)} is no list of findings")
    unknown = [one for one in findings if not isinstance(one, str) or one not in asked.tools.base.findings]
    if unknown:
        raise Unreadable(f"findings: {_shown(unknown[0])} is no finding")
    return decided("examine", "", findings=list(findings))


def _order_test(asked: Asked) -> Decision:
    test = asked.one("test", asked.tools.base.tests, "test")
    return decided("order_test", "", test=test, reason=why_tested(asked.sight, asked.seen, test))


def _recall(asked: Asked) -> Decision:
    topic = asked.given.get("topic")
    if not isinstance(topic, str) or not topic.strip():
        raise Unreadable(f"topic: {_shown(topic)} is no topic")
    return decided("recall", "", topic=topic[:200])


def _check(asked: Asked) -> Decision:
    return decided("check_prescription", "", drug=asked.one("drug", asked.tools.base.drugs, "drug"))


def _search(asked: Asked) -> Decision:
    base, chart = asked.tools.base, asked.seen.chart
    about = asked.given.get("about")
    drug = asked.one("about", base.drugs, "drug") if about is not None else None
    every = tuple(dict.fromkeys((*topics(base, chart), *([drug] if drug else ()))))
    missing = tuple(topic for topic in every if topic not in chart.looked_up)
    if not every:
        raise Unreadable("there is nothing yet to look up: state the differential first, or name a drug")
    return search_for(base, chart, missing or every)


def _read_passage(asked: Asked) -> Decision:
    return decided("read_passage", "", passage=EMERGENCIES)


# --- concluding -------------------------------------------------------------------------------------------


def _settle(asked: Asked) -> Decision:
    disputes, which = asked.seen.chart.disputes, asked.given.get("conflict")
    if not isinstance(which, int) or isinstance(which, bool) or not 0 <= which < len(disputes):
        raise Unreadable(f"conflict: {_shown(which)} is no contradiction here")
    decision = asked.one("decision", _HOLDS, "decision")
    planned, reason = what_holds(asked.sight, asked.seen, disputes[which])
    return settling(disputes[which], decision, reason if decision == planned else _HOLDS[decision])


_HOLDS: Mapping[str, str] = {
    "first": "Weighed against each other, the first account is the more credible one.",
    "second": "Weighed against each other, the second account is the more credible one.",
    "both": "Both accounts can be right.",
    "raise": "Which account is right cannot be told here: a physician decides.",
}


def _differential(asked: Asked) -> Decision:
    listed = asked.given.get("ranked")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_RANKED:
        raise Unreadable(f"ranked: {_shown(listed)} is no list of 1 to {MOST_RANKED} conditions")
    ranked: dict[str, float] = {}
    for slug, share in (_ranked(asked, one) for one in listed):
        ranked.setdefault(slug, share)
    return differential(asked.sight, asked.seen, [*ranked.items()])


def _ranked(asked: Asked, said: object) -> tuple[str, float]:
    """`J18.9 42`: a condition, and its probability in hundredths. What is named twice counts where it first stands."""
    code, _, share = said.partition(" ") if isinstance(said, str) else ("", "", "")
    slug = asked.tools.names.slug.get(code)
    if slug is None:
        raise Unreadable(f"ranked: {_shown(said)} begins with no condition's code")
    if not (share.isascii() and share.isdigit() and 1 <= len(share) <= 2):
        raise Unreadable(f"ranked: {_shown(said)} ends with no hundredths, 1 to 99")
    return slug, int(share) / 100


def _diagnose(asked: Asked) -> Decision:
    code = asked.one("condition", asked.tools.names.slug, "condition's code")
    certainty = asked.one("certainty", ("confirmed", "probable", "possible"), "certainty")
    return diagnosis(asked.seen, asked.tools.names.slug[code], certainty, "")


# --- acting -----------------------------------------------------------------------------------------------


def _prescribe(asked: Asked) -> Decision:
    drug, condition = asked.one("drug", asked.tools.base.drugs, "drug"), asked.diagnosed()
    written = next((prescription(asked.seen, line) for line in _lines(asked, condition, drug)), None)
    return written or _usual_dose(asked, condition, drug)


def _lines(asked: Asked, condition: Condition, drug: str) -> list[Treatment]:
    """The lines that give this drug: those that fit this patient, then any for such patients, then any."""
    chart, every = asked.seen.chart, condition.management
    meant = [line for line in every if meant_for(line.who, chart)]
    known = (*candidates(asked.tools.base, chart), *meant, *every)
    return [line for line in known if line.regimen is not None and line.regimen.drug == drug]


def _usual_dose(asked: Asked, condition: Condition, drug: str) -> Decision:
    """A drug that the diagnosis has no line for: its smallest usual dose. Whether it may be given, the rules say."""
    doses = asked.tools.base.drugs[drug].doses
    if not doses:
        raise Unreadable(f"drug: the base has no dose of {drug} for {condition.id}")
    dose = next((d for d in doses if d.indication == condition.id), doses[0])
    return decided(
        "prescribe", "", (asked.seen.chart.diagnosis_event,),
        drug=drug, dose=dose.low, unit=dose.unit, route=dose.route, per_day=dose.per_day[0], days=None,
        as_needed=False, indication=condition.id, instructions="",
    )  # fmt: skip


def _stop(asked: Asked) -> Decision:
    drug = asked.one("drug", asked.tools.base.drugs, "drug")
    taken = next((one.event for one in asked.seen.chart.drugs if one.drug == drug), None)
    because = (taken,) if taken else ()
    unexplained = decided("stop", "", because, drug=drug, reason="Weighed again, it is not needed here.")
    return stopping(asked.sight, asked.seen, drug) or unexplained


def _advise(asked: Asked) -> Decision:
    return _SAID[asked.one("say", _SAID, "saying")](asked)


def _flag_told(asked: Asked) -> Decision:
    chart = asked.seen.chart
    flags = raised(asked.tools.base, chart)
    if not flags:
        return told_unsure("")
    return told_by_flag(next((flag for flag in flags if not told(chart, flag.patient_text)), flags[0]))


def _taken_told(asked: Asked) -> Decision:
    usual = decided("advise", "", text=f"A doctor should look at the medicines that you take. {UNTIL_SEEN}")
    return saying_about_taken(asked.sight, asked.seen) or usual


_SAID: Mapping[str, Callable[[Asked], Decision]] = {
    "explain": lambda asked: explanation(asked.sight, asked.seen, asked.diagnosed()),
    "safety_net": lambda asked: safety_net(asked.diagnosed()),
    "flag": _flag_told,
    "unsure": lambda asked: told_unsure(""),
    "taken": _taken_told,
}


def _refer(asked: Asked) -> Decision:
    to = asked.one("to", asked.tools.places, "place")
    urgency = asked.one("urgency", ("emergency", "urgent", "soon", "routine"), "urgency")
    seen, sight, base = asked.seen, asked.sight, asked.tools.base
    flags = raised(base, seen.chart)
    if flags:
        return sent_by_flag(seen, flags[0], to, urgency)
    condition = base.conditions.get(seen.chart.diagnosis or "")
    if condition is None:
        belief = differential_of(sight.projection, seen.chart)
        return _but(sent_unsure(sight, seen, belief, not_enough(sight, belief)), to, urgency)
    reasons = (
        sent_by_line(sight, seen, condition),
        referral_for_a_drug(sight, seen),
        sent_to_be_looked_at(seen, condition),
    )
    fitting = (step for step in reasons if step is not None and _goes(step, to, urgency))
    reason = f"{condition.name}: to be seen by {to}."
    return next(fitting, decided("refer", "", heard(seen), to=to, urgency=urgency, reason=reason))


def _goes(step: Decision, to: str, urgency: str) -> bool:
    action = step.action
    return action is not None and (action.arguments["to"], action.arguments["urgency"]) == (to, urgency)


def _but(step: Decision, to: str, urgency: str) -> Decision:
    action = step.action
    if action is None:
        return step
    return step._replace(
        action=Action(action.tool, {**action.arguments, "to": to, "urgency": urgency}, action.because)
    )


def _follow_up(asked: Asked) -> Decision:
    return next_look(asked.diagnosed())


def _escalate(asked: Asked) -> Decision:
    flag = asked.one("red_flag", asked.tools.base.red_flags, "red flag")
    must = asked.situation.mask.obligation
    if must is not None and must[1].tool == "escalate" and must[1].arguments.get("red_flag") == flag:
        return Decision(must[1])
    return escalation(asked.seen, asked.tools.base.red_flags[flag])


def _close(asked: Asked) -> Decision:
    endings = ("home", "referred", "admitted", "emergency", "handed_over")
    disposition = asked.one("disposition", endings, "disposition")
    return ended(asked.seen, disposition, why_ended(asked.sight, asked.seen, disposition))


_WHOLE: Mapping[str, Callable[[Asked], Decision]] = {
    "ask": _ask,
    "examine": _examine,
    "order_test": _order_test,
    "recall": _recall,
    "check_prescription": _check,
    "search_evidence": _search,
    "read_passage": _read_passage,
    "settle": _settle,
    "differential": _differential,
    "diagnose": _diagnose,
    "prescribe": _prescribe,
    "stop": _stop,
    "advise": _advise,
    "refer": _refer,
    "follow_up": _follow_up,
    "escalate": _escalate,
    "close": _close,
}
