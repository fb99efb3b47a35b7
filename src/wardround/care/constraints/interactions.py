"""Interactions with what the patient takes and with what was prescribed in this visit.

Moderate interactions stop nothing: an alert at every one of them teaches physicians to dismiss alerts, the grave
ones too. The pharmacist reads them from `check_prescription` and reports them.
"""

from __future__ import annotations

from wardround.care.arguments import Prescribe
from wardround.care.chart import Chart
from wardround.care.constraints.formulary import Formulary, prescribing
from wardround.care.constraints.rule import About, Rule, Word, ask, deny, short
from wardround.knowledge import Drug


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about interactions, and that current drugs are known before anything is prescribed."""
    phansalkar = "Phansalkar 2012, J Am Med Inform Assoc; BNF"
    return (
        prescribing(
            book,
            About(
                "care.interaction.contraindicated",
                "critical",
                phansalkar,
                "No drug that must not be combined with another that the patient takes",
            ),
            "deny",
            _contraindicated,
            "drug",
        ),
        prescribing(
            book,
            About(
                "care.interaction.major", "major", phansalkar, "A major interaction is a physician's decision"
            ),
            "approval",
            _major,
            "drug",
        ),
        prescribing(
            book,
            About(
                "care.interaction.unchecked",
                "minor",
                "NICE NG5 Medicines optimisation; house policy",
                "A current drug that the knowledge base does not know leaves interactions unchecked",
            ),
            "approval",
            _unchecked,
        ),
    )


def _of_severity(book: Formulary, chart: Chart, drug: Drug, severity: str) -> str | None:
    """Every interaction of this severity in words, the first of each pair; None where there is none."""
    found = []
    for other in book.taken(chart):
        for item in book.interactions(drug.id, other.drug):
            if item.severity == severity:
                name = book.base.drugs[other.drug].name
                found.append(f"with {name} ({other.when}): {item.effect} {item.action} {book.cite(item)}")
                break
    return f"{drug.name} {'; '.join(found)}" if found else None


def _contraindicated(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    reason = _of_severity(book, chart, drug, "contraindicated")
    return deny(reason) if reason else None


def _major(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    reason = _of_severity(book, chart, drug, "major")
    return ask(reason) if reason else None


def _unchecked(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    unknown = [f"{short(d.text, 60)} (event {d.event})" for d in chart.drugs if d.drug not in book.drugs]
    if not unknown:
        return None
    return ask(f"interactions of {drug.name} could not be checked with {', '.join(unknown[:6])}")
