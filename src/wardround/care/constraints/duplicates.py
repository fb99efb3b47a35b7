"""Duplicates: the same drug twice, two of one therapeutic class, and more opioid than a short course."""

from __future__ import annotations

from wardround.care.arguments import Prescribe
from wardround.care.chart import Chart
from wardround.care.constraints.formulary import Formulary, prescribing
from wardround.care.constraints.rule import About, Rule, Word, ask, deny
from wardround.knowledge import Drug

MARKERS = frozenset(
    (
        "class.qt_prolonging",
        "class.qt_prolonging_other",
        "class.serotonergic",
        "class.cyp3a4_strong_inhibitor",
        "class.cyp3a4_moderate_inhibitor",
        "class.cyp3a4_strong_inducer",
        "class.cyp1a2_inhibitor",
        "class.analgesic_simple",
        "class.antigout",
        "class.antineoplastic",
        "class.diuretic",
        "class.mood_stabiliser",
        "class.sympathomimetic",
        "class.antimetabolite",
    )
)
"""Classes that say how a drug behaves, or hold drugs that are rightly given together, such as a loop diuretic with
spironolactone or allopurinol with colchicine. Two of one of these are no duplicate."""
OPIOID_DAYS = 7


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about having too much of the same."""
    stopp = "STOPP/START version 2 (Age and Ageing 2015); NICE NG5 Medicines optimisation"
    return (
        prescribing(
            book,
            About(
                "care.duplicate.drug",
                "major",
                stopp,
                "No second prescription of a drug that is taken already",
            ),
            "deny or approval",
            _same_drug,
        ),
        prescribing(
            book,
            About(
                "care.duplicate.class", "major", stopp, "Two drugs of one class are a physician's decision"
            ),
            "approval",
            _same_class,
        ),
        prescribing(
            book,
            About(
                "care.opioid.quantity",
                "major",
                "CDC Guideline for Prescribing Opioids for Chronic Pain (2016)",
                "An opioid for more than seven days, or beside another, is a physician's decision",
            ),
            "approval",
            _opioid,
        ),
    )


def _same_drug(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    for other in book.taken(chart):
        if other.drug != drug.id:
            continue
        if order.days == 1 and order.per_day <= 1:
            return ask(f"one dose of {drug.name} comes on top of what is {other.when}")
        return deny(f"{drug.name} is {other.when}: change that one, do not add a second")
    return None


def _same_class(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    own = book.classes[drug.id]
    for other in book.taken(chart):
        if other.drug == drug.id:
            continue
        shared = next((c for c in own if c not in MARKERS and c in book.classes[other.drug]), None)
        if shared is not None:
            name = book.drugs[other.drug].name
            return ask(f"{drug.name} and {name} ({other.when}) are both of the class {book.named(shared)}")
    return None


def _opioid(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    if "class.opioid" not in book.classes[drug.id]:
        return None
    others = [t for t in book.taken(chart) if "class.opioid" in book.classes[t.drug]]
    if others:
        return ask(f"{drug.name} beside another opioid: {book.drugs[others[0].drug].name} ({others[0].when})")
    if order.days is None or order.days > OPIOID_DAYS:
        for_days = f"for {order.days} days" if order.days else "without an end"
        return ask(f"{drug.name} {for_days}: beyond {OPIOID_DAYS} days is rarely needed in acute pain")
    return None
