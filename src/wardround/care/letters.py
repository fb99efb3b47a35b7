"""The letters of a visit, exported from its log: to each place the patient is referred to, else to their own doctor.

Every sentence that asserts medicine has the number of its source behind it; the list stands at the end, with how deep
each was read, and last of all what was said without a source.
"""

from __future__ import annotations

from collections.abc import Iterator

from wardround.care.chart import Chart
from wardround.care.citing import Sources
from wardround.care.dose_words import order_in_words
from wardround.care.note import URGENCY_WORDS, base_name, plain, stop_in_words
from wardround.harness import JSON
from wardround.knowledge import KnowledgeBase

OWN_DOCTOR = "the patient's own doctor"


def letters(base: KnowledgeBase, chart: Chart) -> tuple[str, ...]:
    """One letter for each referral; one to their own doctor where nobody was referred to."""
    if not chart.referrals:
        return (_letter(base, chart, OWN_DOCTOR, None),)
    return tuple(_letter(base, chart, plain(r["to"]), r) for r in chart.referrals)


def _letter(base: KnowledgeBase, chart: Chart, to: str, referral: JSON | None) -> str:
    sources = Sources(chart.passages, clean=plain)
    age = "age unknown" if chart.age is None else f"{chart.age:.0f} years"
    about = f"About {plain(chart.name)}, {age}, {chart.evidence.sex}, seen on {chart.date}."
    parts = [
        f"To {to}",
        about,
        *_asked(referral, sources),
        *_found(base, chart),
        *_done(base, chart, sources),
    ]
    return "\n".join([*parts, *sources.lines()])


def _asked(referral: JSON | None, sources: Sources) -> Iterator[str]:
    if referral is not None:
        yield f"To be seen {URGENCY_WORDS[referral['urgency']]}. {sources.said(referral['reason'], referral.get('cites', ()))}"


def _found(base: KnowledgeBase, chart: Chart) -> Iterator[str]:
    """What the patient came with, what was found, what they take and must not have."""
    yield f"Complaint: {plain(chart.complaint)}"
    found = [base_name(base, f) for f in chart.heard if chart.evidence.findings.get(f) is True]
    yield f"Found: {', '.join(found) or 'nothing that the knowledge base names'}."
    tests = [f"{base.named(o.test)}: {plain(o.result['text'])}" for o in chart.orders if o.result]
    if tests:
        yield f"Tests: {'; '.join(tests)}."
    known = ", ".join(plain(a.text) for a in chart.allergies) or (
        "none known" if chart.allergies_known else "not asked"
    )
    taken = ", ".join(plain(d.text) for d in chart.drugs) or ("none" if chart.drugs_known else "not asked")
    yield f"Allergies: {known}. Takes: {taken}."


def _done(base: KnowledgeBase, chart: Chart, sources: Sources) -> Iterator[str]:
    """Red flags, the working diagnosis, what was ordered and said."""
    for flag in chart.red_flags:
        yield f"Red flag: {base.red_flags[flag].name}."
    if chart.diagnosis:
        yield f"Working diagnosis: {base_name(base, chart.diagnosis)}."
    for written in chart.prescriptions:
        whole = [c for c in written.cites if c.of is None]
        order = f"{base.named(written.drug)}: {order_in_words(written.proposal)}."
        yield f"Prescribed: {sources.said(order, whole)}"
    for ended in chart.stopped:
        reason = sources.said(str(ended.proposal["reason"]), ended.cites)
        yield f"Stopped: {stop_in_words(base, ended)} {reason}"
    for said in (*chart.advice, *chart.safety_net):
        yield f"Told: {sources.said(said.text, said.cites)}"
    if chart.follow_up:
        purpose = sources.said(chart.follow_up["purpose"], chart.follow_up.get("cites", ()))
        yield f"Next visit in {chart.follow_up['days']} days: {purpose}"
