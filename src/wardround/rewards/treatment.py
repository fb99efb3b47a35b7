"""The plan: treatment that fits this very person, the place where the patient belongs, words, safety net, next look."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from wardround.care import Chart, Prescription
from wardround.clinical import Quantity, UnitError, convert
from wardround.harness import JSON
from wardround.knowledge import Regimen, Treatment
from wardround.rewards.rubric import Item, Verdict
from wardround.rewards.truth import Truth, sent_on
from wardround.simulation import objections

DOSE_FACTOR: Final = 1.25
"""A daily dose may differ so much from the base's line, or lie within the drug's own range."""
INTERVAL_FACTOR: Final = 2.0
"""A next look may be so much sooner or later than the base's."""
IN_COMMON: Final = 2
"""Words of some length that advice shares with what the base says of the illness, so that it is about it."""
_LONG: Final = re.compile(r"[a-z]{5,}")
_SEEK: Final = re.compile(
    r"\b(?:call|phone|ring|ambulance|emergency|999|112|911|a&e|hospital|come back|seek|see a doctor|get help|at once)\b",
    re.I,
)
"""What a safety net tells people to do."""

TREATS = Item("plan.treats", "plan", "treatment", "a drug that treats this and suits the patient", 5)
FIRST = Item("plan.first_line", "plan", "treatment", "the first line for this patient", 3)
DOSED = Item("plan.dose", "plan", "treatment", "it is given in the right dose", 3)
HARM = Item("plan.harm", "plan", "treatment", "a drug that harms this patient", -8, critical=True)
NEEDLESS = Item("plan.needless", "plan", "treatment", "a drug for nothing that the patient has", -4)
OVERDOSE = Item("plan.overdose", "plan", "treatment", "a dose outside what the base gives", -5)
ADVISED = Item("plan.advice", "plan", "words", "what it is and what helps, in words about it", 3)
NET = Item("plan.safety_net", "plan", "words", "when to seek help at once, and where", 4)
TOLD = Item("plan.told", "plan", "words", "what to do now, since it is an emergency", 4)
PLACE = Item("plan.place", "plan", "place", "the patient goes where this belongs", 5)
LEFT = Item("plan.left", "plan", "place", "sent home with an emergency", -10, critical=True)
TOO_FAR = Item("plan.too_far", "plan", "place", "sent to hospital with what belongs at home", -3)
NEXT = Item("plan.follow_up", "plan", "follow-up", "a next look, neither too soon nor too late", 3)
WATCHED = Item("plan.monitoring", "plan", "follow-up", "what is to be watched is ordered or planned", 2)


def plan(truth: Truth, chart: Chart) -> tuple[Verdict, ...]:
    """Verdicts on the plan, with what it must not hold."""
    wanted = _emergency(truth, chart) if truth.emergency else _ordinary(truth, chart)
    return (*wanted, *_unwanted(truth, chart))


def _emergency(truth: Truth, chart: Chart) -> Iterator[Verdict]:
    yield Verdict(PLACE, sent_on(chart), _of(chart.referrals))
    told = bool(chart.escalations or chart.safety_net or chart.advice)
    yield Verdict(TOLD, told, tuple(s.event for s in (*chart.escalations, *chart.safety_net)))


def _ordinary(truth: Truth, chart: Chart) -> Iterator[Verdict]:
    yield from _drugs(truth, chart)
    yield Verdict(PLACE, _in_place(truth, chart), _of(chart.referrals))
    said = _about_it(truth, chart)
    if truth.belongs == "home" or truth.lines("non_drug"):
        yield Verdict(ADVISED, bool(said), said)
    net = tuple(s.event for s in chart.safety_net if _SEEK.search(s.text))
    yield Verdict(NET, bool(net), net)
    if truth.belongs == "home":
        yield from _next_look(truth, chart)


# --- drugs ------------------------------------------------------------------------------------------------


def _drugs(truth: Truth, chart: Chart) -> Iterator[Verdict]:
    lines = demanded_lines(truth)
    if not lines:
        return
    best = lines[0].line
    given = {p.drug: p for p in chart.prescriptions}
    fitting = [t for t in lines if t.regimen is not None and t.regimen.drug in given]
    events = tuple(given[t.regimen.drug].event for t in fitting if t.regimen is not None)
    yield Verdict(TREATS, bool(fitting), events)
    yield Verdict(FIRST, any(t.line == best for t in fitting), events)
    right = [t for t in fitting if t.regimen and right_dose(truth, t.regimen, given[t.regimen.drug].proposal)]
    yield Verdict(DOSED, bool(right), events)


def demanded_lines(truth: Truth) -> tuple[Treatment, ...]:
    """Drug lines of which one is wanted, the best first: none where such a drug is taken already, nor second-line drugs
    where the first line is none."""
    lines = tuple(t for t in truth.drug_lines() if t.line in ("first", "second"))
    plain = any(
        t.line == "first" for kind in ("non_drug", "referral", "admission") for t in truth.lines(kind)
    )
    if not lines or treated(truth) or (lines[0].line == "second" and plain):
        return ()
    return lines


def treated(truth: Truth) -> bool:
    """Whether the patient takes a drug of one of the lines already, or one of its kind."""
    taken = {k.drug for k in truth.case.known_drugs if k.drug in truth.base.drugs}
    kinds = {truth.base.drugs[drug].classes[0] for drug in taken}
    drugs = (t.regimen.drug for t in truth.lines("drug") if t.regimen is not None)
    return any(drug in taken or truth.base.drugs[drug].classes[0] in kinds for drug in drugs)


def right_dose(truth: Truth, regimen: Regimen, given: JSON) -> bool:
    """Whether the daily amount is the line's, or within what the base gives for the drug."""
    daily = _daily(given, regimen.dose.unit)
    if daily is None:
        return False
    wanted = regimen.dose.value * regimen.per_day
    return wanted / DOSE_FACTOR <= daily <= wanted * DOSE_FACTOR or _in_range(truth, given)


def _daily(given: JSON, unit: str) -> float | None:
    try:
        return convert(Quantity(float(given["dose"]), str(given["unit"])), unit).value * float(
            given["per_day"]
        )
    except UnitError:
        return None


def _in_range(truth: Truth, given: JSON) -> bool:
    if truth.case.age is None or truth.case.age < 12.0:
        return False
    for dose in truth.base.drugs[given["drug"]].doses:
        daily = _daily(given, dose.unit) if dose.route == given["route"] else None
        if daily is not None and dose.low * dose.per_day[0] <= daily <= dose.high * dose.per_day[1]:
            return True
    return False


def _unwanted(truth: Truth, chart: Chart) -> Iterator[Verdict]:
    harmful = [p for p in chart.prescriptions if harms(truth, p)]
    yield Verdict(HARM, bool(harmful), tuple(p.event for p in harmful))
    needless = [p for p in chart.prescriptions if not called_for(truth, p)]
    yield Verdict(NEEDLESS, bool(needless), tuple(p.event for p in needless))
    wrong = [p for p in chart.prescriptions if not _dose_known(truth, p)]
    yield Verdict(OVERDOSE, bool(wrong), tuple(p.event for p in wrong))
    home = chart.disposition == "home" and not sent_on(chart)
    yield Verdict(LEFT, truth.emergency and home)
    far = chart.disposition in ("emergency", "admitted") or any(
        r["urgency"] == "emergency" for r in chart.referrals
    )
    allowed = truth.belongs in ("emergency", "hospital") or bool(chart.red_flags)
    yield Verdict(TOO_FAR, far and not allowed, _of(chart.referrals))


def harms(truth: Truth, written: Prescription) -> bool:
    """Whether something forbids a drug to this person. Going on with what is taken is no harm in itself."""
    given, taker = written.proposal, truth.taker
    if taker is None or written.drug not in truth.base.drugs:
        return False
    amount = {"value": given["dose"], "unit": given["unit"]}
    regimen = Regimen.model_validate(
        {"drug": written.drug, "dose": amount, "route": given["route"], "per_day": given["per_day"]}
    )
    others = [k for k in truth.case.known_drugs if k.drug != written.drug]
    return bool(objections(truth.base, taker, regimen, others))


def called_for(truth: Truth, written: Prescription) -> bool:
    """Whether a drug is in some line of what the patient has, whatever the line."""
    has = (
        *truth.case.active,
        truth.condition.id,
        *(p.condition for p in truth.case.known_problems if p.active),
    )
    if any(k.drug == written.drug for k in truth.case.known_drugs):
        return True
    return any(
        line.regimen is not None and line.regimen.drug == written.drug
        for condition in has
        if condition in truth.base.conditions
        for line in truth.base.conditions[condition].management
    )


def _dose_known(truth: Truth, written: Prescription) -> bool:
    lines = _regimens(truth, written.drug)
    return any(right_dose(truth, r, written.proposal) for r in lines) or _in_range(truth, written.proposal)


def _regimens(truth: Truth, drug: str) -> Iterator[Regimen]:
    for condition in truth.base.conditions.values():
        for line in condition.management:
            if line.regimen is not None and line.regimen.drug == drug and truth.concerns(line.who):
                yield line.regimen


# --- place, words, next look ------------------------------------------------------------------------------


def _in_place(truth: Truth, chart: Chart) -> bool:
    if truth.belongs == "hospital":
        return chart.disposition in ("admitted", "emergency") or any(_hospital(r) for r in chart.referrals)
    if truth.belongs == "specialist":
        return bool(chart.referrals) or chart.disposition in ("referred", "admitted")
    if truth.flags:
        return chart.disposition in ("home", "referred", "handed_over", "admitted")
    return chart.disposition == "home" or (chart.disposition == "referred" and bool(truth.lines("referral")))


def _hospital(referral: JSON) -> bool:
    return "hospital" in referral["to"].lower() or referral["urgency"] in ("emergency", "urgent")


def _about_it(truth: Truth, chart: Chart) -> tuple[str, ...]:
    """Advice that shares words with what the base says of the illness."""
    condition = truth.condition
    own = _words((condition.explain, condition.lay_name, *(t.patient_text for t in condition.management)))
    return tuple(s.event for s in chart.advice if len(_words((s.text,)) & own) >= IN_COMMON)


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in _LONG.findall(text.lower()))


def _next_look(truth: Truth, chart: Chart) -> Iterator[Verdict]:
    look = chart.follow_up
    wanted = truth.condition.follow_up_days
    fits = look is not None and wanted / INTERVAL_FACTOR <= look["days"] <= wanted * INTERVAL_FACTOR
    yield Verdict(NEXT, fits, (chart.follow_up_event,) if look is not None else ())
    watched = truth.condition.monitoring
    if watched:
        ordered = {order.test for order in chart.orders}
        purpose = _words((look["purpose"],)) if look is not None else frozenset()
        own = _words(m.what for m in watched) | _words((truth.condition.name, truth.condition.lay_name))
        met = bool(purpose & own) or any(m.test in ordered for m in watched)
        yield Verdict(WATCHED, met, (chart.follow_up_event,) if look is not None else ())


def _of(referrals: Iterable[JSON]) -> tuple[str, ...]:
    return tuple(r["event"] for r in referrals)
