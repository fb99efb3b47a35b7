"""The note of a visit (SOAP), and the patient's instructions: both exported from the log, neither ever written by hand.

In the note a bracket means an event, and a number in round ones a source; in the instructions a bracket means a source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from wardround.care.chart import Chart, CurrentDrug, Prescription, Stopped, share
from wardround.care.citing import Cited, Sources
from wardround.care.disputes import Dispute
from wardround.care.dose_words import one_line, order_in_words
from wardround.knowledge import KnowledgeBase, possible_in

UNIT_WORDS = {"mm[Hg]": "mmHg", "Cel": "°C", "{score}": "of 10"}
"""Units as a reader writes them: a bracket in the note means an event."""
URGENCY_WORDS = {
    "emergency": "now, at once",
    "urgent": "today",
    "soon": "in the next days",
    "routine": "at the next appointment",
}
_URGENCIES = tuple(URGENCY_WORDS)
_SOONEST = ("minutes", "hours", "day")


Say = Callable[[str, Sequence[Cited]], str]
"""How words with their citations are put: as they are, or with the numbers of their sources."""
SOURCE_MARK = ("(source ", ")")
_LIKE_A_SOURCE = re.compile(r"\((?=source \d)", re.IGNORECASE)


def soap_note(base: KnowledgeBase, chart: Chart) -> str:
    """Subjective, objective, assessment, plan, as Markdown. Events stand in brackets: where each statement comes from."""
    write = _Note(base, chart)
    head = f"# {plain(chart.name)}, {chart.date}\n\nComplaint: {plain(chart.complaint)}\n"
    parts = [
        ("Subjective", write.subjective()),
        ("Objective", write.objective()),
        ("Assessment", write.assessment()),
        ("Plan", write.plan()),
    ]
    return head + "".join(
        f"\n## {title}\n\n" + "".join(f"- {line}\n" for line in lines) for title, lines in parts
    )


def plain(text: object) -> str:
    """Words from outside on one line, without the brackets that mean an event, so that they cannot pass for the note."""
    return _LIKE_A_SOURCE.sub("( ", one_line(text))


def patient_instructions(base: KnowledgeBase, chart: Chart) -> str:
    """What the patient takes home, in plain words: after an alarm first of all what was raised and where to go."""
    return "\n".join(_instructions(base, chart, lambda text, _: text))


def instructions_with_sources(base: KnowledgeBase, chart: Chart) -> str:
    """The same with the number of its sources behind each sentence, the list of them, and what no source was given for."""
    sources = Sources(chart.passages, clean=plain)
    return "\n".join([*_instructions(base, chart, sources.said), *sources.lines()])


def _instructions(base: KnowledgeBase, chart: Chart, say: Say) -> list[str]:
    alarm = _after_an_alarm(base, chart)
    told = {s.text: s.cites for s in chart.safety_net}
    lines = [say(line, told.get(line, ())) for line in alarm]
    lines += [
        say(s.text, s.cites) for s in chart.advice if not alarm or _goes_with_the_alarm(base, chart, s.text)
    ]
    for written in chart.prescriptions:
        order = f"{base.named(written.drug)}: {dose_in_words(written)}."
        instructed = str(written.proposal.get("instructions") or "")
        own = [c for c in written.cites if c.of is not None]
        lines.append(f"{say(order, _of_all(written.cites))} {say(instructed, own)}".strip())
    lines += [say(stop_in_words(base, ended), _of_all(ended.cites)) for ended in chart.stopped]
    lines += [
        f"When to get help: {say(s.text, s.cites)}" for s in chart.safety_net if s.text not in set(alarm)
    ]
    if chart.follow_up:
        lines.append(f"Next visit in {chart.follow_up['days']} days.")
    return lines


def _of_all(cites: tuple[Cited, ...]) -> list[Cited]:
    """The citations of what was done as a whole, not of one of its sentences."""
    return [c for c in cites if c.of is None]


def _after_an_alarm(base: KnowledgeBase, chart: Chart) -> list[str]:
    """What was escalated, the most urgent first, and where the patient is sent now; nothing where nobody was alarmed."""
    if not chart.escalations and not chart.red_flags:
        return []
    flags = sorted((base.red_flags[f] for f in chart.red_flags), key=lambda f: _SOONEST.index(f.act_within))
    lines = [flag.patient_text for flag in flags] or ["What was found today needs a doctor urgently."]
    sent = sorted(chart.referrals, key=lambda r: _URGENCIES.index(r["urgency"]))
    lines += [f"You are being sent to the {plain(r['to'])} {URGENCY_WORDS[r['urgency']]}." for r in sent]
    return list(dict.fromkeys(lines))


def _goes_with_the_alarm(base: KnowledgeBase, chart: Chart, said: str) -> bool:
    """Whether an advice may stand beside an alarm: what explains something else away may not."""
    meant = {c for f in chart.red_flags for c in base.red_flags[f].means}
    if chart.diagnosis and chart.diagnosis not in meant:
        return False
    return not any(entry.explain in said for c, entry in base.conditions.items() if c not in meant)


def stop_in_words(base: KnowledgeBase, ended: Stopped) -> str:
    """What the patient does about a drug that was stopped."""
    name, days = _name_of(base, ended), ended.taper_days
    how = plain(str(ended.proposal.get("taper") or ""))
    if days:
        return f"{name}: lower it step by step and stop after {days} days. {how}".strip()
    return f"{name}: stop taking it. Do not take it again unless a doctor tells you to. {how}".strip()


def _name_of(base: KnowledgeBase, ended: Stopped) -> str:
    if ended.drug in base.drugs:
        return base.named(ended.drug)
    return plain(ended.taken[0].text if ended.taken else ended.drug)


def dose_in_words(written: Prescription) -> str:
    """`500 mg by mouth, 3 times a day, for 7 days`."""
    return order_in_words(written.proposal)


def how_settled(dispute: Dispute) -> str:
    """Where a contradiction stands, for a reader of the note."""
    if dispute.decision is None:
        return "raised before, still open" if dispute.raised_before else "open: the safer account holds"
    words = {
        "first": "the first account holds",
        "second": "the second account holds",
        "both": "both are right",
        "raise": "for the physician to decide; until then the safer account holds",
    }[dispute.decision]
    signed = f"; approved by {plain(dispute.approved_by)}" if dispute.approved_by else ""
    return f"{words}{signed}: {plain(dispute.reason).rstrip('.')} [{dispute.settled}]"


def base_name(base: KnowledgeBase, slug: str) -> str:
    """The name of an id; the id where the base does not know it."""
    return base.named(slug) if slug in base else plain(slug)


class _Note:
    def __init__(self, base: KnowledgeBase, chart: Chart) -> None:
        self._base, self._chart = base, chart
        self._sources = Sources(chart.passages, SOURCE_MARK, plain)

    def subjective(self) -> list[str]:
        """What was said, and what memory holds."""
        chart, evidence = self._chart, self._chart.evidence
        asked = {
            f: e
            for f, e in chart.heard.items()
            if f in self._base.findings and not self._base.findings[f].examined
        }
        present = [
            f"{self._base.named(f)} [{e}]" for f, e in asked.items() if evidence.findings.get(f) is True
        ]
        absent = [
            f"{self._base.named(f)} [{e}]" for f, e in asked.items() if evidence.findings.get(f) is False
        ]
        unsure = [f"{self._base.named(f)} [{e}]" for f, e in asked.items() if f in evidence.unsure]
        lines = ["age unknown: what depends on age could not be judged"] if chart.age is None else []
        lines.append(f"Present: {', '.join(present) or 'nothing that the knowledge base names'}")
        lines += [f"Absent: {', '.join(absent)}"] if absent else []
        lines += [f"Not known: {', '.join(unsure)}"] if unsure else []
        lines.append(
            f"Allergies: {self._listed([(a.text, a.event) for a in chart.allergies], chart.allergies_known)}"
        )
        lines.append(
            f"Current drugs: {self._listed([(d.text, d.event) for d in self._came_with()], chart.drugs_known)}"
        )
        if chart.problems:
            lines.append(f"Problems: {self._listed([(p.text, p.event) for p in chart.problems], True)}")
        lines += [
            f"Did harm before: {base_name(self._base, h.drug)} ({plain(h.text)}) [{h.event}]"
            for h in chart.harmed
        ]
        lines += [f"Contradiction: {plain(d.words)} [{d.event}]: {how_settled(d)}" for d in chart.disputes]
        lines += [f"Last visit: {plain(s.text)} [{s.event}]" for s in chart.summaries[:1]]
        return lines

    def _came_with(self) -> list[CurrentDrug]:
        """What was taken at the door, with what was stopped since."""
        return [*self._chart.drugs, *(d for ended in self._chart.stopped for d in ended.taken)]

    def _listed(self, items: list[tuple[str, str]], known: bool) -> str:
        if items:
            return ", ".join(f"{plain(text)} [{event}]" for text, event in items)
        return "none known" if known else "not asked"

    def objective(self) -> list[str]:
        """What was examined and measured."""
        chart, base, lines = self._chart, self._base, []
        for slug, event in chart.heard.items():
            finding = base.findings.get(slug)
            if finding is None or not finding.examined:
                continue
            value = chart.evidence.findings.get(slug)
            if isinstance(value, bool):
                lines.append(f"{finding.name}: {'present' if value else 'absent'} [{event}]")
            elif value is not None:
                lines.append(
                    f"{finding.name}: {value:g} {UNIT_WORDS.get(finding.unit or '', finding.unit or '')} [{event}]"
                )
        for order in chart.orders:
            text = plain(order.result["text"]) if order.result else "pending"
            lines.append(f"{base.named(order.test)}: {text} [{order.event}]")
        return lines or ["Not examined."]

    def assessment(self) -> list[str]:
        """Red flags, differential, working diagnosis, and what is not known."""
        chart, base = self._chart, self._base
        lines = [f"Red flag: {base.red_flags[f].name}" for f in chart.red_flags]
        ranked = [f"{base.named(r.condition)} {share(r.probability)}" for r in chart.differential]
        if ranked:
            lines.append(f"Differential: {', '.join(ranked)}")
        who = chart.evidence
        weighed = sorted(
            c
            for c in chart.considered - {r.condition for r in chart.differential}
            if possible_in(base, c, who.age, who.sex, who.pregnant)
        )
        if weighed:
            lines.append(f"Weighed and not to be missed: {', '.join(base.named(c) for c in weighed)}")
        if chart.diagnosis:
            known = base.conditions.get(chart.diagnosis) or base.alternatives[chart.diagnosis]
            code = f" ({known.icd10[0].code})" if known.icd10 else ""
            lines.append(f"Working diagnosis: {known.name}{code} [{chart.diagnosis_event}]")
        else:
            lines.append("No working diagnosis.")
        return lines

    def plan(self) -> list[str]:
        """What was ordered, said and arranged."""
        chart, base, say = self._chart, self._base, self._sources.said
        lines = [f"Escalated: {say(s.text, s.cites)} [{s.event}]" for s in chart.escalations]
        for written in chart.prescriptions:
            grade = base.provenance(base.drugs[written.drug]).grade
            unreviewed = "" if grade in ("measured", "reviewed") else "; unreviewed entry"
            signed = f"; signed by {plain(written.approved_by)}" if written.approved_by else ""
            said = plain(written.review_note).rstrip(".")
            signed += f": {said}" if said else ""
            order = f"{base.named(written.drug)}: {dose_in_words(written)}{self._sources.mark(_of_all(written.cites))}"
            lines.append(f"{order} [{written.event}]{signed}{unreviewed}")
        for ended in chart.stopped:
            days, how = ended.taper_days, plain(str(ended.proposal.get("taper") or ""))
            over = f" over {days} days" if days else ""
            over += f" ({how})" if how else ""
            signed = f"; signed by {plain(ended.approved_by)}" if ended.approved_by else ""
            said = plain(ended.review_note).rstrip(".")
            signed += f": {said}" if said else ""
            because = say(ended.proposal["reason"], ended.cites)
            lines.append(f"Stopped{over}: {_name_of(base, ended)}. {because} [{ended.event}]{signed}")
        lines += [
            f"Referred to {plain(r['to'])} ({r['urgency']}): {say(r['reason'], r.get('cites', ()))} [{r['event']}]"
            for r in chart.referrals
        ]
        lines += [f"Advice: {say(s.text, s.cites)} [{s.event}]" for s in chart.advice]
        lines += [f"Safety net: {say(s.text, s.cites)} [{s.event}]" for s in chart.safety_net]
        if chart.follow_up:
            purpose = say(chart.follow_up["purpose"], chart.follow_up.get("cites", ()))
            lines.append(f"Follow-up in {chart.follow_up['days']} days: {purpose} [{chart.follow_up_event}]")
        lines += [f"To remember: {plain(n['noted'])} [{n['event']}]" for n in chart.notes if "noted" in n]
        lines.append(f"Ended: {chart.disposition or 'not closed'}. {plain(chart.closed or '')}".strip())
        lines += self._sources.lines()
        return lines
