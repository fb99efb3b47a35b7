"""The clinic's tools: what its agents can do to the world, wired to the ports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wardround.care import arguments as given
from wardround.care.advice_on_drugs import what_is_known
from wardround.care.calculator_tools import CalculatorTools
from wardround.care.chart import Chart
from wardround.care.entries import interaction_passage
from wardround.care.evidence_tools import (
    EvidenceTools,
    entries_for,
    guidance_against,
    kidneys_against,
    passage_view,
)
from wardround.care.facts_on_chart import HISTORY
from wardround.care.settling_disputes import contradictions
from wardround.care.understanding import Understanding
from wardround.harness import (
    JSON,
    Arguments,
    Call,
    EventRef,
    Question,
    Result,
    Tool,
    ToolError,
)
from wardround.knowledge import KnowledgeBase

TOPICS = {
    "allergies": "Are you allergic to any medicines, or has a medicine ever given you a bad reaction?",
    "drugs": "Which medicines do you take at the moment, including ones bought without a prescription?",
    "problems": "Do you have any long-standing illnesses, or have you had any serious ones?",
    "open": "Is there anything else that you would like to tell me?",
}
"""What can be asked beside findings, and how."""

FIELD_KINDS: dict[str, tuple[str, ...]] = {
    "about": ("finding",),
    "condition": ("condition",),
    "considered": ("condition",),
    "drug": ("drug",),
    "findings": ("finding",),
    "indication": ("condition",),
    "test": ("test",),
}
"""Arguments that name an entry of the knowledge base, and of which kind."""

LOOKED_UP_KINDS = ("condition", "drug", "test", "finding")
MAX_NAMED = 64
"""A list with more names than this is no honest one: it is left as it is, and the schema refuses it."""

ToolCall = Call[Chart]


@dataclass(frozen=True)
class Toolbox:
    """Makes the tools. `understanding` turns the patient's words into findings, the same in every mode."""

    base: KnowledgeBase
    understanding: Understanding

    def tools(self) -> dict[str, Tool]:
        """Every clinical tool by name, without the ones that the harness runs itself."""
        kinds: tuple[tuple[str, type[Arguments], Any, str, Callable[..., Any]], ...] = (
            ("ask", given.Ask, "tell", "inquiry", self._ask),
            ("examine", given.Examine, "read", "inquiry", self._examine),
            ("order_test", given.OrderTest, "order", "test", self._order_test),
            ("recall", given.Recall, "read", "recall", self._recall),
            ("check_prescription", given.CheckPrescription, "read", "evidence", self._check),
            ("remember", given.Remember, "write", "remember", self._remember),
            ("settle", given.Settle, "write", "remember", self._settle),
            ("differential", given.Differential, "write", "differential", self._differential),
            ("diagnose", given.Diagnose, "write", "diagnosis", self._diagnose),
            ("prescribe", given.Prescribe, "order", "plan", self._prescribe),
            ("stop", given.Stop, "order", "plan", self._stop),
            ("advise", given.Advise, "tell", "plan", self._advise),
            ("refer", given.Refer, "order", "plan", self._refer),
            ("follow_up", given.FollowUp, "order", "plan", self._follow_up),
            ("escalate", given.Escalate, "tell", "risk", self._escalate),
        )
        own = {
            name: Tool(name, str(model.__doc__), model, effect, span, run, prepare=self._in_our_terms)
            for name, model, effect, span, run in kinds
        }
        looking_up = EvidenceTools(self.base).tools(self._about_in_our_terms)
        return {**own, **looking_up, **CalculatorTools(self.base).tools()}

    def _in_our_terms(self, arguments: JSON) -> JSON:
        """Names where ids are wanted become ids: `Amoxicillin` is `drug.amoxicillin`. What is unknown stays as it is."""
        named = arguments
        for field, value in arguments.items():
            kinds = FIELD_KINDS.get(field)
            if kinds is not None and not (isinstance(value, str) and value in self.base):
                named = {**named, field: self._id(value, kinds)}
        return named

    def _about_in_our_terms(self, arguments: JSON) -> JSON:
        """The same for what a search is about: anything that the base holds."""
        if not isinstance(arguments.get("about"), list):
            return arguments
        return {**arguments, "about": self._id(arguments["about"], LOOKED_UP_KINDS)}

    def _id(self, value: Any, kinds: tuple[str, ...]) -> Any:
        if isinstance(value, list) and len(value) <= MAX_NAMED:
            return [self._id(v, kinds) if isinstance(v, str) else v for v in value]
        if not isinstance(value, str) or value in self.base or value in TOPICS or len(value) > 120:
            return value
        return self.base.slug_for(None, None, value, kinds) or value

    # --- finding out --------------------------------------------------------------------------------------

    async def _ask(self, call: ToolCall, wants: given.Ask) -> Result:
        about, text = wants.about, wants.question.strip()
        if not text:
            text = self._wording(about)
        elif about is not None and about not in TOPICS and about not in self.base.findings:
            raise ToolError(
                f"about: {about!r} is no finding.", fix=f"Use a finding id, or one of {', '.join(TOPICS)}."
            )
        question = Question(text, call.key, call.state.domain.transcript)
        answer = await call.ports.patient.reply(question)
        heard = self.understanding.of_answer(text, about, answer)
        if not heard["denied"]:
            return Result(heard)
        against = contradictions(call.state.domain, HISTORY, heard, call.state.encounter, "").disputes
        said = [{"conflict": d.id, "words": d.words} for d in against if d.decision is None]
        return Result({**heard, "contradicts": said} if said else heard)

    def _wording(self, about: str | None) -> str:
        if about in TOPICS:
            return TOPICS[str(about)]
        finding = self.base.findings.get(about or "")
        if finding is None:
            raise ToolError(
                f"about: {about!r} is no finding.", fix="Give a question, or the id of a finding."
            )
        return finding.ask

    async def _examine(self, call: ToolCall, wants: given.Examine) -> Result:
        unknown = [
            f for f in wants.findings if f not in self.base.findings or not self.base.findings[f].examined
        ]
        if unknown:
            raise ToolError(
                f"findings: {unknown[0]!r} cannot be examined.", fix="Use ids of signs or measurements."
            )
        answer = await self._service(call, "examination", {"findings": list(wants.findings)})
        return Result({"values": answer["values"]})

    async def _order_test(self, call: ToolCall, wants: given.OrderTest) -> Result:
        test = self.base.tests.get(wants.test)
        if test is None:
            raise ToolError(
                f"test: {wants.test!r} is not in the knowledge base.", fix="Use the id of a test."
            )
        answer = await self._service(call, "laboratory", {"test": wants.test, "reason": wants.reason})
        return Result({"test": wants.test, "name": test.name, **answer})

    async def _recall(self, call: ToolCall, wants: given.Recall) -> Result:
        chart = call.state.domain
        asked = wants.model_dump(mode="json", exclude={"patient_id"})
        visit = {"role": call.agent, "complaint": chart.complaint, "about": sorted(chart.presenting)}
        answer = await self._service(call, "memory", {**asked, **visit})
        used = tuple(EventRef(*ref) for ref in answer.get("used", ()))
        more = {key: answer[key] for key in ("note", "withheld") if answer.get(key)}
        return Result({"topic": wants.topic, "facts": answer["facts"], **more}, used)

    async def _check(self, call: ToolCall, wants: given.CheckPrescription) -> Result:
        drug = self.base.drugs.get(wants.drug)
        if drug is None:
            raise ToolError(
                f"drug: {wants.drug!r} is not in the knowledge base.", fix="Use the id of a drug."
            )
        chart = call.state.domain
        known = what_is_known(self.base, chart, drug)
        passages = [
            passage_view(interaction_passage(self.base, i["id"], drug.id, i["with"]))
            for i in known["interactions"]
        ]
        passages += [*kidneys_against(self.base, chart, drug), *guidance_against(self.base, chart, drug)]
        return Result({**known, "passages": passages} if passages else known)

    # --- concluding ---------------------------------------------------------------------------------------

    async def _remember(self, call: ToolCall, wants: given.Remember) -> Result:
        return Result({"noted": wants.statement, "kind": wants.kind})

    async def _settle(self, call: ToolCall, wants: given.Settle) -> Result:
        found = next((d for d in call.state.domain.disputes if d.id == wants.conflict), None)
        if found is None:
            raise ToolError(
                f"conflict: {wants.conflict!r} is not open here.", fix="Use the id of a contradiction."
            )
        return Result({**wants.model_dump(mode="json"), "words": found.words})

    async def _differential(self, call: ToolCall, wants: given.Differential) -> Result:
        for slug in [r.condition for r in wants.ranked] + list(wants.considered):
            self._named(slug)
        return Result(wants)

    async def _diagnose(self, call: ToolCall, wants: given.Diagnose) -> Result:
        name, code = self._named(wants.condition)
        return Result(
            {"condition": wants.condition, "name": name, "icd10": code, "certainty": wants.certainty}
        )

    def _named(self, slug: str) -> tuple[str, str]:
        known = self.base.conditions.get(slug) or self.base.alternatives.get(slug)
        if known is None:
            raise ToolError(
                f"condition: {slug!r} is not in the knowledge base.", fix="Use an id, or hand over."
            )
        return known.name, known.icd10[0].code if known.icd10 else ""

    # --- acting -------------------------------------------------------------------------------------------

    async def _prescribe(self, call: ToolCall, wants: given.Prescribe) -> Result:
        ordered = _said(wants)
        await self._service(call, "orders", {"kind": "prescription", **_order(ordered)})
        drug = self.base.drugs[wants.drug]
        reviewed = self.base.provenance(drug).grade in ("measured", "reviewed")
        return Result({"prescription": ordered, "name": drug.name, "unreviewed": not reviewed})

    async def _stop(self, call: ToolCall, wants: given.Stop) -> Result:
        ordered = _said(wants)
        await self._service(call, "orders", {"kind": "stop", **_order(ordered)})
        name = self.base.named(wants.drug) if wants.drug in self.base.drugs else wants.drug
        return Result({"stop": ordered, "name": name})

    async def _advise(self, call: ToolCall, wants: given.Advise) -> Result:
        return Result(_said(wants))

    async def _refer(self, call: ToolCall, wants: given.Refer) -> Result:
        said = _said(wants)
        await self._service(call, "orders", {"kind": "referral", **_order(said)})
        return Result(said)

    async def _follow_up(self, call: ToolCall, wants: given.FollowUp) -> Result:
        said = _said(wants)
        await self._service(call, "orders", {"kind": "follow_up", **_order(said)})
        return Result(said)

    async def _escalate(self, call: ToolCall, wants: given.Escalate) -> Result:
        flag = self.base.red_flags.get(wants.red_flag or "")
        told = flag.patient_text if flag else ""
        request = {"kind": "escalation", **wants.model_dump(mode="json")}
        await self._service(call, "orders", request)
        do = flag.do if flag else ""
        said = {
            "red_flag": wants.red_flag,
            "reason": wants.reason,
            "urgency": wants.urgency,
            "do": do,
            "told": told,
        }
        return Result({**said, **self._shown_by(call.state.domain, wants)})

    def _shown_by(self, chart: Chart, wants: given.Escalate) -> JSON:
        """The base's own words about the red flag, so that they can be cited; the alarm cites them where it repeats them."""
        flag = self.base.red_flags.get(wants.red_flag or "")
        if flag is None:
            return {}
        flags = dict.fromkeys((flag.id, *chart.open_red_flags))
        passages = [view for one in flags for view in entries_for(self.base, chart, one)]
        forms = (f"{flag.name}: {flag.do}", f"{flag.name}. {flag.do}", flag.do)
        said = next((form for form in forms if form in wants.reason), None)
        cited = {"passage": passages[0]["id"], "quote": passages[0]["text"], "supports": said}
        citations = {"citations": [cited]} if said else {}
        return {"passages": passages, **citations}

    async def _service(self, call: ToolCall, name: str, request: JSON) -> JSON:
        service = call.ports.services.get(name)
        if service is None:
            raise ToolError(f"there is no {name} here.", fix="Go on without it, and say so.")
        return await service.call({"patient_id": call.state.header.subject, **request}, call.key)


def _said(wants: Arguments) -> JSON:
    """What an action said, for the log; without citations where it cites nothing."""
    said = wants.model_dump(mode="json")
    if not said["citations"]:
        del said["citations"]
    return said


def _order(said: JSON) -> JSON:
    """The order itself: what it rests on stands on the log."""
    return {name: value for name, value in said.items() if name != "citations"}
