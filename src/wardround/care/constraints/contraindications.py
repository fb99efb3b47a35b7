"""Contraindications: what the patient has, is or was found to have that speaks against a drug; and the narrow drugs."""

from __future__ import annotations

from collections.abc import Mapping

from wardround.care.arguments import Prescribe
from wardround.care.chart import Chart
from wardround.care.constraints.formulary import Formulary, prescribing
from wardround.care.constraints.rule import About, Rule, Word, ask, deny
from wardround.knowledge import Contraindication, Drug, Who

SAID: Mapping[str, str] = {
    "condition.asthma": "finding.asthma_history",
    "condition.copd": "finding.copd_history",
    "condition.hypertension": "finding.hypertension_history",
    "condition.epilepsy": "finding.epilepsy_history",
    "condition.chronic_kidney_disease": "finding.kidney_disease_history",
    "condition.depression": "finding.depression_history",
    "condition.type_2_diabetes": "finding.diabetes_history",
}
"""Lasting conditions that a patient's own word establishes well enough to hold a drug back."""
TAKEN: Mapping[str, str] = {
    "finding.anticoagulant_use": "class.anticoagulant",
    "finding.hormonal_contraception": "class.combined_hormonal_contraceptive",
}
"""Findings that a current drug answers, whether or not anybody asked."""


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about contraindications."""
    return (
        prescribing(
            book,
            About(
                "care.contraindication.absolute",
                "critical",
                "BNF",
                "No drug against an absolute contraindication",
            ),
            "deny",
            _absolute,
            "condition",
        ),
        prescribing(
            book,
            About(
                "care.contraindication.relative",
                "major",
                "BNF",
                "A relative contraindication is weighed by a physician",
            ),
            "approval",
            _relative,
            "condition",
        ),
        prescribing(
            book,
            About(
                "care.drug.narrow",
                "major",
                "BNF; house policy",
                "A drug of narrow therapeutic index is a physician's decision, with its monitoring",
            ),
            "approval",
            _narrow,
        ),
    )


def holds_against(book: Formulary, chart: Chart, against: Contraindication) -> str | None:
    """What of the patient meets a contraindication, in words; None where it is not known to be met."""
    evidence = chart.evidence
    met: str | None = None
    if against.condition is not None:
        if not _has(chart, against.condition):
            return None
        met = book.named(against.condition)
    if against.finding is not None:
        if not _found(book, chart, against.finding):
            return None
        met = book.named(against.finding)
    if against.egfr_below is not None:
        if chart.egfr is None or chart.egfr >= against.egfr_below:
            return None
        met = f"eGFR {chart.egfr:g}, below {against.egfr_below:g}"
    if against.who is not None:
        if not _known_to_be(against.who, chart.age, evidence.sex, evidence.pregnant):
            return None
        met = met or _in_words(against.who)
    return met


def _has(chart: Chart, condition: str) -> bool:
    evidence = chart.evidence
    if condition in evidence.known_conditions or condition == chart.diagnosis:
        return True
    said = SAID.get(condition)
    return said is not None and evidence.findings.get(said) is True


def _found(book: Formulary, chart: Chart, finding: str) -> bool:
    if chart.evidence.findings.get(finding) is True:
        return True
    drug_class = TAKEN.get(finding)
    return drug_class is not None and any(
        d.drug is not None and drug_class in book.classes.get(d.drug, ()) for d in chart.drugs
    )


def _known_to_be(who: Who, age: float | None, sex: str, pregnant: bool | None) -> bool:
    """Whether the patient is known to be of this band: what is unknown does not contraindicate."""
    if who.age != (0.0, 130.0) and (age is None or not who.age[0] <= age < who.age[1]):
        return False
    if who.sex != "any" and who.sex != sex:
        return False
    return who.pregnant is None or who.pregnant == pregnant


def _in_words(who: Who) -> str:
    parts = ["pregnant" if who.pregnant else "not pregnant"] if who.pregnant is not None else []
    parts += [who.sex] if who.sex != "any" else []
    if who.age[1] < 130:
        parts.append(f"{who.age[0]:g} to {who.age[1]:g} years old")
    elif who.age[0] > 0:
        parts.append(f"{who.age[0]:g} years or older")
    return ", ".join(parts) or "everyone"


def _first(book: Formulary, chart: Chart, drug: Drug, severity: str) -> str | None:
    for against in drug.contraindications:
        if against.severity != severity:
            continue
        met = holds_against(book, chart, against)
        if met is not None:
            return f"{drug.name} with {met}: {against.reason} {book.cite(drug, against)}"
    return None


def _absolute(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    reason = _first(book, chart, drug, "absolute")
    return deny(reason) if reason else None


def _relative(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    reason = _first(book, chart, drug, "relative")
    return ask(reason) if reason else None


def _narrow(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    if not drug.narrow_therapeutic_index:
        return None
    watch = (
        "; ".join(f"{m.what} after {m.after_days} days" for m in drug.monitoring) or "no schedule is known"
    )
    return ask(f"{drug.name} has a narrow therapeutic index. Monitor: {watch} {book.cite(drug)}")
