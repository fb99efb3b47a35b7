"""What must not be missed: flags that were raised and what they mean, dangers behind the complaint, their tests."""

from __future__ import annotations

from dataclasses import replace

from wardround.care.chart import Chart
from wardround.care.planner.complaint import explains
from wardround.care.planner.seeing import Seen, differential_of
from wardround.care.projection import ClinicProjection
from wardround.knowledge import KnowledgeBase, RedFlag

WORTH_EXCLUDING = 0.02
"""From this belief on, an emergency that accounts for the complaint is looked for before anything is concluded."""
ECG, LEG_DOPPLER = "test.ecg", "test.leg_doppler"
HEART = "condition.acute_coronary_syndrome"
ECG_FROM_AGE = 40.0
LEGS = ("finding.leg_swelling", "finding.leg_swelling.one_sided", "finding.calf_pain")
SOONEST = {"minutes": 0, "hours": 1, "day": 2}
URGENCIES = ("routine", "soon", "urgent", "emergency")


def raised(base: KnowledgeBase, chart: Chart) -> tuple[RedFlag, ...]:
    """The red flags that were escalated, the most urgent first."""
    flags = [base.red_flags[f] for f in chart.addressed]
    return tuple(sorted(flags, key=lambda flag: SOONEST[flag.act_within]))


def meant(base: KnowledgeBase, chart: Chart) -> frozenset[str]:
    """What the escalated red flags can mean."""
    return frozenset(c for flag in raised(base, chart) for c in flag.means)


def urgency_of(projection: ClinicProjection, chart: Chart) -> str:
    """How soon somebody must see whom a flag was raised for: at once where the flag can mean an emergency."""
    base = projection.base
    possible = differential_of(projection, chart).by_id
    at_once = any(
        base.conditions[c].urgency == "emergency" and possible.get(c, 0.0) > 0.0
        for c in meant(base, chart)
        if c in base.conditions
    )
    first = raised(base, chart)[0]
    return "emergency" if at_once or first.act_within == "minutes" else "urgent"


def place_for(projection: ClinicProjection, chart: Chart) -> str:
    """Where a flag sends the patient: to hospital where it can mean an emergency, or where its own words say so."""
    words = " ".join(flag.patient_text for flag in raised(projection.base, chart))
    hospital = "emergency department" in words or "hospital" in words
    at_once = urgency_of(projection, chart) == "emergency"
    return "emergency department" if hospital or at_once else "physician"


def sent_at_least(chart: Chart, urgency: str) -> bool:
    """Whether a referral of this urgency, or a greater one, was made."""
    return any(URGENCIES.index(r["urgency"]) >= URGENCIES.index(urgency) for r in chart.referrals)


def dangers(projection: ClinicProjection, chart: Chart) -> tuple[str, ...]:
    """Emergencies that account for the complaint and are, or were before any test, likely enough to be looked for."""
    base, conditions = projection.base, projection.base.conditions
    candidates = [
        c for c, entry in conditions.items() if entry.urgency == "emergency" and explains(base, chart, c)
    ]
    if not candidates:
        return ()
    untested = replace(chart, evidence=replace(chart.evidence, tests={}, analytes={}))
    beliefs = [differential_of(projection, seen).by_id for seen in (chart, untested)]
    heart = {HEART} if _wants_ecg(chart) else set()
    return tuple(
        c for c in candidates if c in heart or max(b.get(c, 0.0) for b in beliefs) >= WORTH_EXCLUDING
    )


def tests_due(projection: ClinicProjection, chart: Chart) -> dict[str, str]:
    """The harmless tests that settle these dangers, each with why."""
    base, due = projection.base, {}
    if _wants_ecg(chart):
        due[ECG] = "pain in the chest at this age, or trouble on exertion, needs a heart tracing"
    for danger in dangers(projection, chart):
        why = f"{base.named(danger)} must not be missed"
        for effect in base.conditions[danger].tests:
            test = effect.test or base.test_of(str(effect.analyte))
            wanted = effect.essential or (test == LEG_DOPPLER and _present(chart, LEGS))
            if wanted and base.tests[test].risk == "none":
                due.setdefault(test, why)
    return {test: why for test, why in due.items() if test in base.tests}


def not_worked_up(projection: ClinicProjection, seen: Seen) -> tuple[str, ...]:
    """Tests for dangers that have no result: refused, failed, not done here, or still pending."""
    done = {order.test for order in seen.chart.orders if order.result}
    return tuple(test for test in tests_due(projection, seen.chart) if test not in done)


def _wants_ecg(chart: Chart) -> bool:
    chest = _present(chart, ("finding.chest_pain",)) or any(
        value is True and f.startswith("finding.chest_pain.") for f, value in chart.evidence.findings.items()
    )
    exertional = any(value is True and "exertion" in f for f, value in chart.evidence.findings.items())
    return exertional or (chest and (chart.age is None or chart.age >= ECG_FROM_AGE))


def _present(chart: Chart, findings: tuple[str, ...]) -> bool:
    return any(chart.evidence.findings.get(f) is True for f in findings)
