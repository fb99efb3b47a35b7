"""Pregnancy and breastfeeding: not what harms the child, and ask before what might."""

from __future__ import annotations

from wardround.care.arguments import Prescribe
from wardround.care.chart import Chart
from wardround.care.constraints.formulary import Formulary, prescribing
from wardround.care.constraints.rule import About, Rule, Word, ask, deny
from wardround.knowledge import Drug

HARMFUL = ("contraindicated", "avoid")
FERTILE = (12, 51)
"""Ages, the upper one exclusive, between which a pregnancy must be asked about."""


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about pregnancy and breastfeeding."""
    source = "BNF"
    return (
        prescribing(
            book,
            About(
                "care.pregnancy.avoid", "critical", source, "No drug in pregnancy that is to be avoided in it"
            ),
            "deny",
            _pregnancy_avoid,
            "pregnancy",
        ),
        prescribing(
            book,
            About(
                "care.pregnancy.caution", "major", source, "Caution in pregnancy is a physician's decision"
            ),
            "approval",
            _pregnancy_caution,
            "pregnancy",
        ),
        prescribing(
            book,
            About(
                "care.pregnancy.unknown",
                "critical",
                f"{source}; house policy",
                "Ask about pregnancy before a drug that is to be avoided in it",
            ),
            "deny",
            _pregnancy_unknown,
        ),
        prescribing(
            book,
            About(
                "care.lactation.contraindicated",
                "critical",
                source,
                "No drug that must not reach a breastfed child",
            ),
            "deny",
            _lactation_contraindicated,
            "breastfeeding",
        ),
        prescribing(
            book,
            About(
                "care.lactation.caution",
                "major",
                source,
                "A drug to avoid or to use with caution while breastfeeding is a physician's decision",
            ),
            "approval",
            _lactation_caution,
            "breastfeeding",
        ),
    )


def may_be_pregnant(chart: Chart) -> bool:
    """Whether nobody knows, and it could be: what is unknown of age or sex excludes nothing."""
    evidence, age = chart.evidence, chart.age
    if evidence.pregnant is not None or evidence.sex == "male":
        return False
    return age is None or FERTILE[0] <= age < FERTILE[1]


def _pregnancy_avoid(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    if not chart.evidence.pregnant or drug.pregnancy.advice not in HARMFUL:
        return None
    return deny(
        f"{drug.name} is {_said(drug.pregnancy.advice)} in pregnancy: {drug.pregnancy.note} "
        f"{book.cite(drug, drug.pregnancy)}"
    )


def _pregnancy_caution(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    if not chart.evidence.pregnant or drug.pregnancy.advice != "caution":
        return None
    return ask(f"{drug.name} in pregnancy: {drug.pregnancy.note} {book.cite(drug, drug.pregnancy)}")


def _pregnancy_unknown(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    if drug.pregnancy.advice not in HARMFUL or not may_be_pregnant(chart):
        return None
    how = (
        "the patient does not know: order test.pregnancy_test first"
        if "finding.pregnancy" in chart.evidence.unsure
        else "ask first (about: finding.pregnancy)"
    )
    return deny(
        f"it is not known whether the patient is pregnant, and {drug.name} is {_said(drug.pregnancy.advice)} in "
        f"pregnancy; {how} {book.cite(drug, drug.pregnancy)}"
    )


def _lactation_contraindicated(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    if not chart.breastfeeding or drug.lactation.advice != "contraindicated":
        return None
    return deny(
        f"{drug.name} is contraindicated while breastfeeding: {drug.lactation.note} {book.cite(drug, drug.lactation)}"
    )


def _lactation_caution(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    if not chart.breastfeeding or drug.lactation.advice not in ("avoid", "caution"):
        return None
    said = "to be avoided" if drug.lactation.advice == "avoid" else "for caution"
    return ask(
        f"{drug.name} is {said} while breastfeeding: {drug.lactation.note} {book.cite(drug, drug.lactation)}"
    )


def _said(advice: str) -> str:
    return "to be avoided" if advice == "avoid" else advice
