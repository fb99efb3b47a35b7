"""Stopping: a physician signs it, for a drug that is taken, and hears where stopping at once does harm of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from wardround.care.arguments import Stop
from wardround.care.chart import Chart, is_called
from wardround.care.constraints.contraindications import holds_against
from wardround.care.constraints.formulary import Formulary
from wardround.care.constraints.kidneys import avoided_at
from wardround.care.constraints.rule import About, Rule, Word, ask, deny, forbidding, judging, short
from wardround.knowledge import Drug

ANTICOAGULANT = "class.anticoagulant"


@dataclass(frozen=True, slots=True)
class Abrupt:
    """What stopping a drug of a class at once can bring, and who says so. Recalled: nobody opened the source."""

    drug_class: str
    harm: str
    source: str


ABRUPT = (
    Abrupt("class.insulin", "without any insulin ketoacidosis follows in type 1 diabetes", "nice_ng17"),
    Abrupt(
        "class.corticosteroid",
        "after more than a few weeks the body makes too little of its own: adrenal crisis",
        "nice_ng243",
    ),
    Abrupt(
        "class.mineralocorticoid",
        "salt is lost and the circulation fails where the adrenal glands do",
        "nice_ng243",
    ),
    Abrupt("class.antiepileptic", "fits return, also one that does not end", "bnf"),
    Abrupt("class.benzodiazepine", "withdrawal, with fits and delirium at the worst", "bnf"),
    Abrupt("class.z_drug", "withdrawal, and sleep worse than before", "bnf"),
    Abrupt("class.opioid", "withdrawal after more than a few days", "bnf"),
    Abrupt("class.beta_blocker", "angina, a heart attack or a racing heart can follow", "bnf"),
    Abrupt("class.centrally_acting_antihypertensive", "the blood pressure can rebound", "bnf"),
    Abrupt("class.muscle_relaxant", "the blood pressure and the pulse can rebound", "bnf"),
    Abrupt("class.ssri", "withdrawal: dizziness, sleeplessness, anxiety; low mood can return", "nice_ng222"),
    Abrupt("class.snri", "withdrawal: dizziness, sleeplessness, anxiety; low mood can return", "nice_ng222"),
    Abrupt("class.tricyclic", "withdrawal; low mood or pain can return", "nice_ng222"),
    Abrupt("class.tetracyclic", "withdrawal; low mood can return", "nice_ng222"),
    Abrupt("class.maoi", "withdrawal, with confusion at the worst; low mood can return", "nice_ng222"),
    Abrupt("class.antipsychotic", "withdrawal, and the illness can return", "nice_cg178"),
    Abrupt("class.mood_stabiliser", "mania or depression can return", "nice_cg185"),
    Abrupt("class.dopaminergic", "stiffness and fever as in neuroleptic malignant syndrome", "nice_ng71"),
)
"""Classes whose drugs are lowered step by step, the gravest reason first. Figures stand nowhere: how fast is for the
physician to say."""
NO_REPLACEMENT = Abrupt(
    ANTICOAGULANT, "with nothing in its place a clot or a stroke can follow", "nice_ng196"
)


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about stopping a drug."""
    gmc = "GMC Good practice in prescribing and managing medicines and devices (2021)"
    return (
        forbidding(
            About(
                "care.stop.nothing",
                "minor",
                "House policy",
                "Nothing to stop where no drug is known to be taken",
            ),
            "stop",
            _nothing,
        ),
        judging(
            About(
                "care.stop.not_taken", "major", "House policy", "No stop of what the patient does not take"
            ),
            "deny",
            "stop",
            partial(_not_taken, book),
        ),
        judging(
            About("care.stop.sign_off", "major", f"{gmc}; house policy", "A physician signs every stop"),
            "approval",
            "stop",
            partial(_sign_off, book),
        ),
        judging(
            About(
                "care.stop.abrupt",
                "critical",
                "BNF; NICE NG17, NG71, NG196, NG222, NG243, CG178, CG185",
                "A drug that does harm when it ends at once is lowered, or replaced, or a physician says otherwise",
            ),
            "approval",
            "stop",
            partial(_abrupt, book),
        ),
    )


def abrupt_harm(book: Formulary, chart: Chart, drug: str) -> str | None:
    """What stopping this drug at once can bring, with its source; None where nothing is known to come of it."""
    classes = book.classes.get(drug, ())
    found = next((one for one in ABRUPT if one.drug_class in classes), None)
    if found is None and ANTICOAGULANT in classes and not _replaced(book, chart, drug):
        found = NO_REPLACEMENT
    return None if found is None else f"{found.harm} ({found.source}, recalled: unreviewed)"


def no_longer_allowed(book: Formulary, chart: Chart, drug: Drug) -> str | None:
    """Why this person must not take a drug now, by an absolute limit of the base; None where no such limit holds."""
    evidence = chart.evidence
    for against in drug.contraindications:
        met = holds_against(book, chart, against) if against.severity == "absolute" else None
        if met is not None:
            return f"{drug.name} with {met}: {against.reason} {book.cite(drug, against)}"
    if evidence.pregnant and drug.pregnancy.advice == "contraindicated":
        return f"{drug.name} in pregnancy: {drug.pregnancy.note} {book.cite(drug, drug.pregnancy)}"
    if chart.breastfeeding and drug.lactation.advice == "contraindicated":
        return f"{drug.name} while breastfeeding: {drug.lactation.note} {book.cite(drug, drug.lactation)}"
    return avoided_at(book, chart, drug)


def _nothing(chart: Chart) -> str | None:
    if chart.drugs or chart.prescriptions:
        return None
    return (
        "no drug is known to be taken" if chart.drugs_known else "current drugs are not known: ask about them"
    )


def _not_taken(book: Formulary, chart: Chart, order: Stop) -> Word | None:
    if any(is_called(d, order.drug) for d in chart.drugs):
        return None
    if any(p.drug == order.drug for p in chart.prescriptions):
        return None
    taken = ", ".join(dict.fromkeys(short(d.drug or d.text, 60) for d in chart.drugs)) or "nothing"
    return deny(
        f"{short(book.named(order.drug))} is not taken, as far as is known; taken: {short(taken, 400)}"
    )


def _sign_off(book: Formulary, chart: Chart, order: Stop) -> Word:
    over = f", lowered over {order.taper_days} days" if order.taper_days else ", at once"
    return ask(
        f"a physician signs every stop; {short(book.named(order.drug))}{over}: {short(order.reason, 400)}"
    )


def _abrupt(book: Formulary, chart: Chart, order: Stop) -> Word | None:
    if order.taper_days is not None or not any(is_called(d, order.drug) for d in chart.drugs):
        return None
    harm = abrupt_harm(book, chart, order.drug)
    if harm is None:
        return None
    return ask(f"{book.named(order.drug)} would end at once, with no days given to lower it: {harm}")


def _replaced(book: Formulary, chart: Chart, drug: str) -> bool:
    """Whether another anticoagulant is taken or was prescribed in this visit."""
    return any(
        t.drug != drug and not t.lowered and ANTICOAGULANT in book.classes[t.drug] for t in book.taken(chart)
    )
