"""Allergies: no drug to which the patient is allergic, care with related ones, and none before anybody asked."""

from __future__ import annotations

from wardround.care.arguments import Prescribe
from wardround.care.chart import Allergy, Chart
from wardround.care.constraints.formulary import Formulary, prescribing
from wardround.care.constraints.rule import About, Rule, Word, ask, deny, forbidding, short
from wardround.knowledge import Drug

NOT_MEDICINES = ("food", "environment")


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about allergies."""
    nice = "NICE CG183 Drug allergy: diagnosis and management"
    return (
        forbidding(
            About("care.allergy.first", "critical", nice, "No prescription before allergies are known"),
            "prescribe",
            _unknown,
        ),
        prescribing(
            book,
            About(
                "care.allergy.direct", "critical", f"{nice}; BNF", "No drug to which the patient is allergic"
            ),
            "deny",
            _direct,
        ),
        prescribing(
            book,
            About(
                "care.allergy.cross_reactive",
                "critical",
                "BNF",
                "A related drug may cross-react with an allergy",
            ),
            "deny or approval",
            _cross_reactive,
        ),
        prescribing(
            book,
            About(
                "care.allergy.unclassified",
                "major",
                f"{nice}; house policy",
                "An allergy that the knowledge base cannot place is for a physician to judge",
            ),
            "approval",
            _unclassified,
        ),
    )


def _unknown(chart: Chart) -> str | None:
    if chart.allergies_known:
        return None
    return "allergies are not known: ask about them first (about: allergies)"


def _is_to(book: Formulary, allergy: Allergy, drug: Drug) -> str | None:
    """What of the drug the patient is allergic to, or None."""
    keys = book.keys(allergy)
    if not keys:
        return None
    if drug.id in keys:
        return drug.id
    for group in drug.cross_reactivity:
        if group in keys:
            return group
    return next((c for c in book.classes[drug.id] if c in keys), None)


def _direct(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    for allergy in chart.allergies:
        shared = _is_to(book, allergy, drug)
        if shared is not None:
            grave = "a severe allergy" if allergy.severe else "an allergy"
            through = "" if shared == drug.id else f" through {book.named(shared)}"
            return deny(
                f"{grave} to {short(allergy.text)} is known (event {allergy.event}) and bears on "
                f"{drug.name}{through} {book.cite(drug)}"
            )
    return None


def _cross_reactive(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    if not drug.cross_reactivity:
        return None
    worst: Word | None = None
    for allergy in chart.allergies:
        if _is_to(book, allergy, drug) is not None:
            continue
        word = _related(book, allergy, drug)
        if word is not None and word.outcome == "deny":
            return word
        worst = worst or word
    return worst


def _related(book: Formulary, allergy: Allergy, drug: Drug) -> Word | None:
    found: Word | None = None
    for key in book.keys(allergy):
        group = book.base.cross_reactivity.get(key)
        for other, level in group.related if group else ():
            if group is None or other not in drug.cross_reactivity:
                continue
            grave = "severe allergy" if allergy.severe else "allergy"
            reason = (
                f"{grave} to {short(allergy.text)} (event {allergy.event}): {drug.name} is of the related group "
                f"{book.named(other)}, {level}. {group.note} {book.cite(group)}"
            )
            if level == "avoid" and allergy.severe:
                return deny(reason)
            found = ask(reason)
    return found


def _unclassified(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    worst: Word | None = None
    for allergy in chart.allergies:
        if book.keys(allergy):
            continue
        fact = chart.recalled.get(allergy.event)
        if fact is not None and fact.get("category") in NOT_MEDICINES:
            continue
        known = f"to {short(allergy.text)} is known (event {allergy.event})"
        if allergy.severe:
            return ask(
                f"a severe allergy {known}, and nobody has yet said which drugs it forbids: find out to what it was "
                f"before {drug.name} is given",
                "critical",
            )
        worst = worst or ask(
            f"an allergy {known}, which the knowledge base cannot place: does it bear on {drug.name}?"
        )
    return worst
