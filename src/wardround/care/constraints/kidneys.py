"""Kidneys: no drug below its eGFR limit, smaller doses where they are due, and no guessing in those at risk."""

from __future__ import annotations

from wardround.care.arguments import Prescribe
from wardround.care.chart import Chart
from wardround.care.constraints.formulary import Formulary, prescribing
from wardround.care.constraints.rule import About, Rule, Word, ask, deny
from wardround.knowledge import Drug, Renal

OLD = 65
"""From this age on an eGFR is wanted before drugs that the kidneys clear."""


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about kidney function."""
    source = "BNF"
    return (
        prescribing(
            book,
            About(
                "care.renal.avoid",
                "critical",
                source,
                "No drug below the eGFR under which it is to be avoided",
            ),
            "deny",
            _avoid,
            "kidney",
        ),
        prescribing(
            book,
            About("care.renal.reduce", "major", source, "No more than the reduced maximum at a low eGFR"),
            "deny or approval",
            _reduce,
            "kidney",
        ),
        prescribing(
            book,
            About("care.renal.caution", "minor", source, "Caution at a low eGFR is a physician's decision"),
            "approval",
            _caution,
            "kidney",
        ),
        prescribing(
            book,
            About(
                "care.renal.unknown",
                "major",
                f"{source}; NICE NG203 Chronic kidney disease; house policy",
                "Unknown kidney function in the old or in kidney disease, before a drug that depends on it",
            ),
            "approval",
            _unknown,
        ),
    )


def _applying(chart: Chart, drug: Drug, action: str) -> list[Renal]:
    """The drug's lines of this kind that hold at the patient's eGFR, the lowest limit first."""
    egfr = chart.egfr
    if egfr is None or not drug.renal:
        return []
    held = [line for line in drug.renal if line.action == action and egfr < line.egfr_below]
    return sorted(held, key=lambda line: line.egfr_below)


def _at(chart: Chart, drug: Drug, line: Renal) -> str:
    basis = f", {chart.egfr_basis}" if chart.egfr_basis else ""
    return f"{drug.name} at an eGFR of {chart.egfr:g}{basis} (limit {line.egfr_below:g}): {line.note}"


def avoided_at(book: Formulary, chart: Chart, drug: Drug) -> str | None:
    """Why a drug is to be avoided at the patient's eGFR; None where it is not, or where that is unknown."""
    held = _applying(chart, drug, "avoid")
    return f"{_at(chart, drug, held[0])} {book.cite(drug, held[0])}" if held else None


def _avoid(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    reason = avoided_at(book, chart, drug)
    return deny(reason) if reason else None


def _reduce(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    held = _applying(chart, drug, "reduce")
    if not held:
        return None
    limits = [(line.max_daily, line) for line in held if line.max_daily is not None]
    if not limits:
        return ask(f"{_at(chart, drug, held[0])} No figure is known. {book.cite(drug, held[0])}")
    limit, line = min(limits, key=lambda pair: pair[0])
    amount = book.amount(drug, order)
    if amount is None or amount * order.per_day <= limit * (1 + 1e-9):
        return None
    return deny(
        f"{_at(chart, drug, line)} At most {limit:g} {drug.max_daily.unit} a day, "
        f"proposed {amount * order.per_day:g}. {book.cite(drug, line)}"
    )


def _caution(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    held = _applying(chart, drug, "caution")
    return ask(f"{_at(chart, drug, held[0])} {book.cite(drug, held[0])}") if held else None


def _unknown(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    if (chart.egfr is not None and not chart.egfr_old) or not drug.renal:
        return None
    evidence, age = chart.evidence, chart.age
    if (
        "condition.chronic_kidney_disease" in evidence.known_conditions
        or evidence.findings.get("finding.kidney_disease_history") is True
    ):
        why = "kidney disease is known"
    elif chart.egfr is not None:
        why = f"the last one on record was {chart.egfr:g}, {chart.egfr_basis}"
    elif age is None:
        why = "the age is unknown"
    elif age >= OLD:
        why = f"the patient is {age:.0f}"
    else:
        return None
    return ask(
        f"the eGFR of today is unknown and {why}: {drug.name} depends on it (limit {drug.renal[0].egfr_below:g}). "
        f"test.electrolytes gives it. {book.cite(drug, drug.renal[0])}"
    )
