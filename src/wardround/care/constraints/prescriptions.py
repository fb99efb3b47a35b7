"""Every prescription: a known drug by a known route for something it treats, after current drugs are known, signed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial

from wardround.care.arguments import Prescribe
from wardround.care.chart import Chart
from wardround.care.constraints.formulary import Formulary, prescribing
from wardround.care.constraints.rule import About, Rule, Word, ask, deny, forbidding, judging, short
from wardround.knowledge import Alternative, Condition, Drug


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule that holds for any prescription."""
    gmc = "GMC Good practice in prescribing and managing medicines and devices (2021)"
    return (
        forbidding(
            About(
                "care.drugs.first",
                "critical",
                "NICE NG5 Medicines optimisation",
                "No prescription before current drugs are known",
            ),
            "prescribe",
            _drugs_unknown,
        ),
        judging(
            About(
                "care.prescription.sign_off",
                "major",
                f"{gmc}; house policy",
                "A physician signs every prescription",
            ),
            "approval",
            "prescribe",
            partial(_sign_off, book),
        ),
        judging(
            About(
                "care.drug.unknown",
                "critical",
                "House policy",
                "No drug that the knowledge base does not hold",
            ),
            "deny",
            "prescribe check_prescription",
            partial(_unknown, book),
        ),
        prescribing(
            book,
            About("care.drug.route", "major", "BNF", "No route by which the drug is not given"),
            "deny",
            _route,
        ),
        judging(
            About("care.indication.unknown", "minor", "House policy", "A prescription names what it is for"),
            "deny",
            "prescribe",
            partial(_indication_unknown, book),
        ),
        prescribing(
            book,
            About(
                "care.indication.none",
                "major",
                f"BNF; {gmc}",
                "A drug for what the knowledge base does not treat with it is a physician's decision",
            ),
            "approval",
            partial(_indication_none, lru_cache(maxsize=1_024)(partial(_names_of, book))),
        ),
        prescribing(
            book,
            About(
                "care.indication.specialist",
                "major",
                f"BNF; {gmc}",
                "A drug that only a specialist starts for what it is for is a physician's decision",
            ),
            "approval",
            _specialist,
        ),
    )


def _drugs_unknown(chart: Chart) -> str | None:
    if chart.drugs_known:
        return None
    return "current drugs are not known: ask about them first (about: drugs)"


def _sign_off(book: Formulary, chart: Chart, order: Prescribe) -> Word:
    drug = book.drugs.get(order.drug)
    if drug is None:
        return ask("a physician signs every prescription")
    return ask(f"a physician signs every prescription; {drug.name} {book.cite(drug)}")


def _unknown(book: Formulary, chart: Chart, order: Prescribe) -> Word | None:
    """The `drug` argument is all that is read, so that checking a drug is held to the same."""
    if order.drug in book.drugs:
        return None
    return deny(f"{short(order.drug)} is not in the knowledge base: use the id of a drug, or hand over")


def _route(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    if order.route in drug.routes:
        return None
    return deny(
        f"{drug.name} is given {' or '.join(drug.routes)}, not {short(order.route, 40)} {book.cite(drug)}"
    )


def _disease(book: Formulary, slug: str) -> Condition | Alternative | None:
    return book.base.conditions.get(slug) or book.base.alternatives.get(slug)


def _indication_unknown(book: Formulary, chart: Chart, order: Prescribe) -> Word | None:
    if _disease(book, order.indication) is not None:
        return None
    return deny(
        f"{short(order.indication)} is no condition of the knowledge base: give the id of what it is for"
    )


def _names_of(book: Formulary, slug: str) -> re.Pattern[str] | None:
    """A condition's names as they may stand in the words of a dose's indication; None where nothing has the id."""
    disease = _disease(book, slug)
    if disease is None:
        return None
    names = "|".join(map(re.escape, (disease.name, *disease.synonyms)))
    return re.compile(rf"\b(?:{names})\b", re.IGNORECASE)


def _indication_none(
    names_of: Callable[[str], re.Pattern[str] | None],
    book: Formulary,
    chart: Chart,
    drug: Drug,
    order: Prescribe,
) -> Word | None:
    if (drug.id, order.indication) in book.lines:
        return None
    names = names_of(order.indication)
    if names is None or any(
        d.indication == order.indication or names.search(d.indication) for d in drug.doses
    ):
        return None
    return ask(
        f"the knowledge base has no line of management and no dose of {drug.name} for "
        f"{book.named(order.indication)} {book.cite(drug)}"
    )


def _specialist(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    """Where every line of the condition that offers the drug is a specialist's."""
    lines = book.lines.get((drug.id, order.indication), ())
    if not lines or not all(line.specialist for line in lines):
        return None
    condition = book.base.conditions[order.indication]
    return ask(
        f"{drug.name} for {condition.name} is to be started by a specialist {book.cite(condition, lines[0])}"
    )
