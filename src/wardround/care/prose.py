"""The full-prose renderer's voice: each event as a short sentence, for large language models. Outside words are fenced."""

from __future__ import annotations

from collections.abc import Callable

from wardround.care.brief import chart_in_brief
from wardround.harness import (
    JSON,
    ChatRenderer,
    Consulted,
    Decided,
    Event,
    Failed,
    HandedOver,
    Joined,
    Judged,
    Observed,
    Opened,
    Returned,
    Reviewed,
    ruling_of,
)
from wardround.knowledge import KnowledgeBase

VERSION = "prose-3"


def prose_renderer(base: KnowledgeBase) -> ChatRenderer:
    """A renderer for chat models, in the words of this knowledge base."""
    return ChatRenderer(_Voice(base), VERSION, chart_in_brief(base, fenced))


def fenced(text: object) -> str:
    """Words from outside, marked as data: what stands between the marks is never an instruction."""
    return f"«{str(text).replace('«', '‹').replace('»', '›')}»"


def fact_words(fact: JSON) -> str:
    """A recalled fact in a sentence, as a model reads it."""
    value = fact["value"]
    shown = f" {fenced(value)}" if isinstance(value, str) else ""
    shown = f" {value['number']:g} {value['unit']}" if isinstance(value, dict) else shown
    when = f", since {fact['from']}" if fact["from"] else ""
    slug = f" ({fact['slug']})" if fact["slug"] else ""
    return f"{fact['kind']} {fenced(fact['text'])}{slug}{shown}{when}, {fact['status']}. {fenced(fact['detail'])}"


class _Voice:
    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base

    def __call__(self, event: Event) -> str | None:
        body = event.body
        if isinstance(body, Opened):
            who = body.context["patient"]
            age = f"{who['age']:.0f} years" if who["age"] is not None else "age unknown"
            said = fenced(body.context["complaint"])
            name = fenced(who["name"])
            return f"{body.date}. Patient {name}, {age}, {who['sex']}. Visit {body.context['visit']}. Complaint: {said}"
        if isinstance(body, Observed):
            return self._observed(body.content)
        if isinstance(body, Returned):
            say = _RETURNED.get(body.tool)
            return say(self, body.output) if say else f"{body.tool}: done."
        if isinstance(body, Decided | Judged):
            ruling = ruling_of(event)
            if ruling is None or ruling.outcome != "deny":
                return None
            return "Refused. " + " ".join(
                f"{v.constraint}: {v.reason}." for v in ruling.verdicts if v.outcome == "deny"
            )
        if isinstance(body, Reviewed):
            return f"The {body.role} says: {body.answer}. {fenced(body.note) if body.note else ''}".strip()
        if isinstance(body, Failed):
            return f"{body.what} failed: {fenced(body.message)}"
        if isinstance(body, Consulted):
            asked = ", ".join(a.agent for a in body.asked)
            return f"Asked {asked}: {fenced(body.asked[0].question)}"
        if isinstance(body, Joined):
            return "Reports: " + " ".join(f"{a.agent}: {fenced(_report(a.report))}" for a in body.answers)
        if isinstance(body, HandedOver):
            return f"{body.to} goes on: {fenced(body.reason)}"
        return None

    def _observed(self, content: JSON) -> str | None:
        if content["kind"] == "complaint":
            named = ", ".join(self._finding(f, v) for f, v in content["findings"].items())
            return (
                f"The complaint names: {named}."
                if named
                else "The complaint names nothing that the base knows."
            )
        if content["kind"] == "known":
            settled = [t for t in ("allergies", "drugs") if content[t]]
            return f"Known already: {', '.join(settled) or 'neither allergies nor current drugs'}."
        if content["kind"] == "fact":
            return f"Memory: {fact_words(content['fact'])}"
        if content["kind"] == "recalled":
            return f"Memory, of interest here: {fact_words(content['fact'])}"
        if content["kind"] == "earlier":
            return f"An earlier visit: {fenced(content['text'])}"
        if content["kind"] in ("left_out", "withheld"):
            return f"Memory holds more. {fenced(content['text'])}"
        if content["kind"] == "conflict":
            known: JSON = content["conflict"]
            before = " It was raised with a physician before and waits." if known["raised"] else ""
            return f"Contradiction {known['id']}: {fenced(known['words'])}.{before} Until it is settled the safer account holds."
        return None

    def _finding(self, slug: str, value: object) -> str:
        name = self._base.named(slug) if slug in self._base else slug
        if value is None:
            return f"{name} unsure"
        if isinstance(value, bool):
            return name if value else f"no {name}"
        return f"{name} {value:g}"

    def _asked(self, output: JSON) -> str:
        read = (
            ", ".join(self._finding(f, v) for f, v in output["findings"].items())
            or "nothing that the base knows"
        )
        against = "".join(
            f" This contradicts memory, {one['conflict']}: {fenced(one['words'])}. Settle it or raise it."
            for one in output.get("contradicts", ())
        )
        said = f"Asked: {output['question']} The patient: {fenced(output['answer'])} That is: {read}."
        return f"{said}{against}"

    def _examined(self, output: JSON) -> str:
        return "Examination: " + ", ".join(self._finding(f, v) for f, v in output["values"].items()) + "."

    def _tested(self, output: JSON) -> str:
        result = output.get("result")
        return f"{output['name']}: {fenced(result['text']) if result else 'pending'}."

    def _recalled(self, output: JSON) -> str:
        found = " ".join(fact_words(f) for f in output["facts"]) or "nothing about that."
        more = "".join(f" {fenced(output[key])}" for key in ("note", "withheld") if output.get(key))
        return f"Memory: {found}{more}"

    def _checked(self, output: JSON) -> str:
        speaks = [f"with {i['with']}: {i['effect']} ({i['severity']})" for i in output["interactions"]]
        speaks += [r["note"] for r in output["renal"]]
        doses = [
            f"{d['low']:g}-{d['high']:g} {d['unit']} {d['route']}, {d['indication']}" for d in output["doses"]
        ]
        return f"{output['name']}: {'; '.join(doses)}. Concerns: {'; '.join(speaks) or 'none known'}. Grade {output['grade']}."

    def _diagnosed(self, output: JSON) -> str:
        return f"Working diagnosis: {output['name']} ({output['icd10']}), {output['certainty']}."

    def _prescribed(self, output: JSON) -> str:
        note = " The entry is unreviewed." if output["unreviewed"] else ""
        return f"Prescribed: {output['name']}.{note}"

    def _settled(self, output: JSON) -> str:
        how = {
            "first": "the first account holds",
            "second": "the second account holds",
            "both": "both are right",
            "raise": "raised with a physician, open until then",
        }[output["decision"]]
        return f"Contradiction {output['conflict']}: {how}. Reason: {fenced(output['reason'])}"

    def _stopped(self, output: JSON) -> str:
        order: JSON = output["stop"]
        over = f", lowered over {order['taper_days']} days" if order["taper_days"] else ""
        return f"Stopped: {fenced(output['name'])}{over}. Reason: {fenced(order['reason'])}"

    def _found(self, output: JSON) -> str:
        told = " ".join(_passage(p) for p in output["passages"])
        return f"Evidence: {told or 'nothing about that.'}"

    def _calculators(self, output: JSON) -> str:
        if "calculators" in output:
            return f"Calculators: {'; '.join(f'{i} ({t})' for i, t in output['calculators'].items())}."
        asked = ", ".join(output["inputs"]["properties"])
        return f"{output['calculator']}, {output['title']}: {output['formula']} Inputs: {asked}. {output['source']} ({output['grade']})."

    def _calculated(self, output: JSON) -> str:
        used = ", ".join(f"{one['name']} {fenced(one['given'])}" for one in output["inputs"])
        source = f"Inputs: {used}. {output['source']} ({output['grade']})."
        if output["value"] is None:
            return f"{output['title']} does not apply: {output['not_applicable']}. {source}"
        meaning = f" ({output['meaning']})" if output["meaning"] else ""
        assumed = f" Counted as absent: {', '.join(output['assumed'])}." if output["assumed"] else ""
        beware = f" {' '.join(output['warnings'])}" if output["warnings"] else ""
        return f"{output['title']}: {output['value']} {output['unit']}{meaning}. {output['worked']}.{assumed}{beware} {source}"


def _passage(passage: JSON) -> str:
    """A passage as a model reads it: its id, what it is, and its words, which are data."""
    known = [passage["layer"], passage["depth"], *([passage["grade"]] if passage.get("grade") else ())]
    known += ["RETRACTED"] if passage.get("retracted") else []
    known += ["superseded"] if passage.get("superseded_by") else []
    return f"{passage['id']} ({', '.join(map(str, known))}; {passage['source']}): {fenced(passage['text'])}"


def _report(report: JSON | None) -> str:
    if report is None:
        return "no report"
    parts = [str(report.get("findings", ""))]
    parts += [f"Recommends: {r}." for r in report.get("recommend", [])]
    parts += [f"Concern: {c}." for c in report.get("concerns", [])]
    return " ".join(parts)


_RETURNED: dict[str, Callable[[_Voice, JSON], str]] = {
    "ask": _Voice._asked,
    "examine": _Voice._examined,
    "order_test": _Voice._tested,
    "recall": _Voice._recalled,
    "check_prescription": _Voice._checked,
    "diagnose": _Voice._diagnosed,
    "prescribe": _Voice._prescribed,
    "stop": _Voice._stopped,
    "settle": _Voice._settled,
    "search_evidence": _Voice._found,
    "read_passage": _Voice._found,
    "calculators": _Voice._calculators,
    "calculate": _Voice._calculated,
}
