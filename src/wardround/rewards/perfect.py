"""The oracle: an examinee that knows the truth and the checklist, through the same harness and rules as everybody.

What it cannot reach is the rubric's fault, or the rules'; it gets no favours from the verifiers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wardround.care import TOPICS, VITALS, Chart, Clinic, Planner
from wardround.harness import Action, Called, Decided, Decision, Situation
from wardround.rewards.checklist import items_of
from wardround.rewards.safety import ORDER
from wardround.rewards.treatment import demanded_lines
from wardround.rewards.truth import Truth, dangers_beside, sent_on, truth_of
from wardround.simulation import Case

MOST_EXAMINED: Final = 20
NET: Final = "If it gets worse or you are worried, call the emergency number or come back at once."
HELPS: Final = "This is {name}: {explain}"
BLAMED: Final = "{effect} may come from {drug}. Do not stop it on your own: we will look at it."
SURE: Final = 0.9


class OraclePolicy:
    """One visit's perfect examinee. Make one for each case; `skip` leaves out steps by their id, for tests."""

    name = "oracle"

    def __init__(self, clinic: Clinic, case: Case, *, skip: frozenset[str] = frozenset()) -> None:
        self._skip = skip
        self._known = truth_of(clinic.base, case)
        self._planner = Planner(clinic.projection)

    async def decide(self, situation: Situation) -> Decision:
        """What is obliged; else the first step of the perfect visit that was not tried yet."""
        if situation.mask.obligation:
            return Decision(situation.mask.obligation[1], "A red flag is open.")
        chart = self._planner.sight.of(situation).chart
        tried = {
            key_of(event.body.action)
            for event in situation.view.items
            if isinstance(event.body, Decided) and event.body.action is not None
        }
        for action in _Steps(self._known.knowing(chart.red_flags), chart).all():
            key = key_of(action)
            if key not in tried and key not in self._skip and action.tool in situation.mask.tools:
                return Decision(action, "as it should be done")
        end = Action("close", {"disposition": "handed_over", "reason": "Nothing is left to do."})
        return Decision(end, "the end")

    def read(self, situation: Situation, call: Called) -> Decision:
        """Makes no model calls."""
        return Decision(None, problem="this policy makes no model calls")


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps of a perfect visit as the chart stands, in their order, those that were done among them."""

    truth: Truth
    chart: Chart

    def all(self) -> Iterator[Action]:
        """Every step."""
        truth = self.truth
        if not self._found():
            yield from self._questions()
            yield from self._examination()
            yield from self._tests()
            yield from self._alarms()
        if not truth.emergency:
            yield from self._side_effects()
        yield self._differential()
        yield Action("diagnose", {"condition": truth.condition.id, "certainty": "probable"})
        yield from self._emergency() if truth.emergency else self._ordinary()
        yield Action("close", {"disposition": self._disposition(), "reason": "The visit is done."})

    def _found(self) -> bool:
        """Whether an alarm was raised, no less urgent than any that there is to find: then there is no time to ask on."""
        raised = [self.truth.base.red_flags[f] for f in self.chart.addressed]
        worst = min((ORDER[flag.act_within] for flag in self.truth.urgent), default=None)
        return any(worst is not None and ORDER[flag.act_within] <= worst for flag in raised)

    # --- finding out --------------------------------------------------------------------------------------

    def _questions(self) -> Iterator[Action]:
        """The checklist, critical items first, parents before children."""
        chart = self.chart
        known = chart.evidence.findings
        items = sorted(items_of(self.truth), key=lambda i: (not i.critical, -i.weight, len(i.about)))
        for item in items:
            about = item.about
            if about in TOPICS:
                told = bool(chart.problems or chart.evidence.known_conditions)
                known_topics = {
                    "allergies": chart.allergies_known,
                    "drugs": chart.drugs_known,
                    "problems": told,
                }
                settled = known_topics.get(about, False)
            else:
                settled = about in known
            if not settled:
                yield Action("ask", {"about": about})

    def _examination(self) -> Iterator[Action]:
        base, truth = self.truth.base, self.truth
        named = [
            s for flag in truth.flags for s in (*flag.all, *flag.any, *(limit.of for limit in flag.limits))
        ]
        named += [m.finding for m in truth.condition.findings]
        signs = [s for s in named if s in base.findings and base.findings[s].examined]
        wanted = list(dict.fromkeys((*(v for v in VITALS if v in base.findings), *signs)))
        for start in range(0, len(wanted), MOST_EXAMINED):
            yield Action("examine", {"findings": wanted[start : start + MOST_EXAMINED]})

    def _tests(self) -> Iterator[Action]:
        if self.truth.known_without_tests:
            return
        for test in self.truth.essential:
            yield Action("order_test", {"test": test, "reason": "essential for the diagnosis"})

    def _alarms(self) -> Iterator[Action]:
        """Flags that the chart does not show although they hold: what was said was not understood."""
        for flag in self.truth.flags:
            if flag.id not in self.chart.addressed:
                reason = f"{flag.name}: {flag.do}"[:2000]
                yield Action("escalate", {"red_flag": flag.id, "urgency": flag.act_within, "reason": reason})

    def _side_effects(self) -> Iterator[Action]:
        """What a drug that is taken does and no illness explains is asked for, and its drug is named to the patient."""
        base, case = self.truth.base, self.truth.case
        explained = {
            m.finding for c in case.active if c in base.conditions for m in base.conditions[c].findings
        }
        for taken in case.known_drugs:
            for effect in base.drugs[taken.drug].adverse if taken.drug in base.drugs else ():
                finding = effect.finding
                if finding is None or case.findings.get(finding) is not True or finding in explained:
                    continue
                if not base.findings[finding].examined and finding not in self.chart.evidence.findings:
                    yield Action("ask", {"about": finding})
                text = BLAMED.format(effect=effect.effect, drug=base.drugs[taken.drug].name)
                yield Action("advise", {"text": text})

    # --- concluding ---------------------------------------------------------------------------------------

    def _differential(self) -> Action:
        truth = self.truth
        considered = list(dict.fromkeys((*dangers_beside(truth), *truth.condition.must_not_miss)))
        considered = [c for c in considered if c in truth.base][:40]
        ranked = [{"condition": truth.condition.id, "probability": SURE}]
        return Action("differential", {"ranked": ranked, "considered": considered})

    def _emergency(self) -> Iterator[Action]:
        flags = self.truth.urgent
        text = flags[0].patient_text if flags else self.truth.condition.safety_net
        yield Action("advise", {"text": text[:2000], "safety_net": True})
        why = flags[0].do if flags else f"{self.truth.condition.name}: an emergency"
        yield Action("refer", {"to": "emergency department", "urgency": "emergency", "reason": why[:2000]})

    def _ordinary(self) -> Iterator[Action]:
        truth, condition, chart = self.truth, self.truth.condition, self.chart
        if not chart.prescriptions:
            yield from self._prescriptions()
        helps = [t.patient_text for t in truth.lines("non_drug") if t.line == "first"]
        said = " ".join((HELPS.format(name=condition.lay_name, explain=condition.explain), *helps))
        yield Action("advise", {"text": said[:2000]})
        yield Action("advise", {"text": condition.safety_net[:2000], "safety_net": True})
        if not chart.safety_net:
            yield Action("advise", {"text": NET, "safety_net": True})
        for kind, to in (("admission", "hospital"), ("referral", condition.specialty)):
            line = next((t for t in truth.lines(kind) if t.line == "first"), None)
            if line is not None:
                urgency = condition.urgency if kind == "referral" else "urgent"
                yield Action("refer", {"to": to, "urgency": urgency, "reason": line.text[:2000]})
        what = "; ".join(m.what for m in condition.monitoring) or f"How is the {condition.lay_name}?"
        yield Action("follow_up", {"days": min(condition.follow_up_days, 730), "purpose": what[:2000]})

    def _prescriptions(self) -> Iterator[Action]:
        """The best line, and the next one where a rule refuses it."""
        for line in demanded_lines(self.truth):
            regimen = line.regimen
            if regimen is not None:
                yield Action(
                    "prescribe",
                    {
                        "drug": regimen.drug,
                        "dose": regimen.dose.value,
                        "unit": regimen.dose.unit,
                        "route": regimen.route,
                        "per_day": regimen.per_day,
                        "days": regimen.days,
                        "as_needed": regimen.as_needed,
                        "indication": self.truth.condition.id,
                        "instructions": line.patient_text[:1000],
                    },
                )

    def _disposition(self) -> str:
        if self.truth.belongs == "emergency":
            return "emergency"
        if self.truth.belongs == "hospital":
            return "admitted"
        return "referred" if sent_on(self.chart, soon=True) else "home"


def key_of(action: Action) -> str:
    """What makes two steps the same."""
    given = action.arguments
    if action.tool == "examine":
        return f"examine:{given['findings'][0]}"
    if action.tool == "advise":
        return f"advise:{given['text'][:60]}"
    about = next(
        (given[k] for k in ("about", "test", "drug", "to", "red_flag", "disposition") if given.get(k)), ""
    )
    return f"{action.tool}:{about}"
