"""Contradictions: none is passed over in silence, and no allergy is struck off the record without a physician.

Until one is settled the safer account holds: an allergy that is denied still forbids what it forbids.
"""

from __future__ import annotations

from functools import partial

from wardround.care.arguments import Close, Prescribe, Settle
from wardround.care.chart import Chart
from wardround.care.constraints.formulary import Formulary, prescribing
from wardround.care.constraints.rule import About, Rule, Word, ask, deny, judging, obliging, short
from wardround.care.constraints.stopping import abrupt_harm
from wardround.care.disputes import Dispute
from wardround.harness import Action
from wardround.knowledge import Drug

MAY_WAIT = ("emergency", "admitted", "handed_over")
"""Nobody in danger waits for a contradiction, and who takes over a visit takes over what is open in it."""
RAISED_BY_RULE = "nobody settled it before the end of the visit: for a physician to decide"


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about contradictions, and about drugs that did harm before."""
    nice = "NICE CG183 Drug allergy: diagnosis and management"
    gmc = "GMC Good practice in prescribing and managing medicines and devices (2021)"
    return (
        judging(
            About(
                "care.conflict.unknown",
                "minor",
                "House policy",
                "Only a contradiction that is there can be settled",
            ),
            "deny",
            "settle",
            _unknown,
        ),
        judging(
            About(
                "care.conflict.approval",
                "critical",
                f"{nice}; house policy",
                "A physician approves that a denial wins over an allergy, or over what the record confirms",
            ),
            "approval",
            "settle",
            partial(_approval, book),
        ),
        obliging(
            About(
                "care.conflict.before_the_end",
                "major",
                "NICE NG5 Medicines optimisation; house policy",
                "What is contradictory is settled or raised before a visit ends",
            ),
            "settle",
            _obliged,
        ),
        judging(
            About(
                "care.conflict.open",
                "major",
                "NICE NG5 Medicines optimisation; house policy",
                "No visit ends over an open contradiction",
            ),
            "deny",
            "close",
            _open,
        ),
        prescribing(
            book,
            About(
                "care.drug.harmed_before",
                "major",
                f"{gmc}; NICE NG5 Medicines optimisation",
                "A drug that did harm before, or its like, is given only with a physician's approval",
            ),
            "approval",
            _harmed_before,
        ),
    )


def _unknown(chart: Chart, wants: Settle) -> Word | None:
    found = _dispute(chart, wants.conflict)
    if found is None:
        named = ", ".join(d.id for d in chart.open_disputes) or "none"
        return deny(f"{short(wants.conflict)} is no contradiction of this visit; open: {named}")
    if found.decision is not None:
        return deny(f"{found.id} was decided in this visit ({found.decision}, event {found.settled})")
    return None


def _approval(book: Formulary, chart: Chart, wants: Settle) -> Word | None:
    found = _dispute(chart, wants.conflict)
    if found is None or wants.decision != "second" or found.why != "denied":
        return None
    about = f"{short(found.words, 500)}; reason given: {short(wants.reason, 250)}"
    if found.kind == "allergy" or found.severe:
        return ask(f"an allergy would no longer be counted: {about}", "critical")
    if found.kind == "drug":
        harms = (abrupt_harm(book, chart, slug) for slug in found.slugs)
        harm = next((h for h in harms if h is not None), None)
        return (
            ask(f"it does harm when it ends at once ({harm}), and is said to have: {about}") if harm else None
        )
    return ask(f"what the record confirms would be struck off: {about}") if _is_confirmed(found) else None


def _is_confirmed(found: Dispute) -> bool:
    return found.first.source.kind == "fhir" and found.first.certainty == "confirmed"


def _obliged(chart: Chart) -> Action | None:
    """Once everything else stands that a visit needs before somebody goes home, what is open is settled or raised."""
    ready = chart.differential and chart.safety_net and chart.follow_up
    if not chart.disputes or chart.red_flags or not ready:
        return None
    found = next(iter(chart.open_disputes), None)
    if found is None:
        return None
    return Action("settle", {"conflict": found.id, "decision": "raise", "reason": RAISED_BY_RULE})


def _open(chart: Chart, close: Close) -> Word | None:
    if close.disposition in MAY_WAIT or not chart.open_disputes:
        return None
    first = chart.open_disputes[0]
    return deny(
        f"{first.id} is open: {short(first.words, 600)}. Use `settle` first, or raise it with `settle`"
    )


def _harmed_before(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    for one in chart.harmed:
        if one.drug == drug.id:
            return ask(
                f"{drug.name} did harm before: {short(one.text, 300)} (event {one.event}) {book.cite(drug)}"
            )
    for one in chart.harmed:
        known = book.drugs.get(one.drug)
        if known is not None and known.classes[0] == drug.classes[0]:
            shared = book.named(drug.classes[0])
            return ask(
                f"{known.name}, of the same class ({shared}), did harm before: {short(one.text, 300)} "
                f"(event {one.event}) {book.cite(known)}"
            )
    return None


def _dispute(chart: Chart, conflict: str) -> Dispute | None:
    return next((d for d in chart.disputes if d.id == conflict), None)
