"""The chart: what is known of the patient in this encounter, folded from the log. It is the harness's domain state here.

Frozen; the next event gives the next chart. Everything that a constraint, an agent or the note says about the
patient is read from here, and everything here came in as an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from wardround.care.citing import Cited
from wardround.care.disputes import Dispute, of_this_visit, open_ones
from wardround.clinical import Fact
from wardround.harness import JSON
from wardround.knowledge import Evidence, KnowledgeBase, possible_in

VITALS = (
    "finding.temperature",
    "finding.heart_rate",
    "finding.respiratory_rate",
    "finding.systolic_bp",
    "finding.diastolic_bp",
    "finding.oxygen_saturation",
)
"""What is measured at every visit."""
Disposition = Literal["home", "referred", "admitted", "emergency", "handed_over"]


@dataclass(frozen=True, slots=True)
class Allergy:
    """An allergy on record or reported. `groups` are the base's cross-reactivity groups; empty where none matches."""

    text: str
    groups: tuple[str, ...]
    drug: str | None
    severe: bool
    event: str


@dataclass(frozen=True, slots=True)
class CurrentDrug:
    """A drug that the patient takes. `drug` is None where the base does not know it."""

    text: str
    drug: str | None
    event: str


@dataclass(frozen=True, slots=True)
class Order:
    """A test that was ordered; `result` None while it is pending."""

    test: str
    event: str
    result: JSON | None = None


@dataclass(frozen=True, slots=True)
class Prescription:
    """A prescription that was carried out. `proposal` is the prescribe tool's arguments, as approved."""

    drug: str
    proposal: JSON
    event: str
    approved_by: str | None = None
    review_note: str = ""
    cites: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Stopped:
    """A drug that was stopped, by the base's id or by its words. `proposal` is the stop tool's arguments, as approved;
    `taken` and `written` what it ended: entries of the drug list, and prescriptions of this visit."""

    drug: str
    proposal: JSON
    event: str
    taken: tuple[CurrentDrug, ...] = ()
    written: tuple[Prescription, ...] = ()
    approved_by: str | None = None
    review_note: str = ""
    cites: tuple[Cited, ...] = ()

    @property
    def taper_days(self) -> int | None:
        """Over how many days the dose is lowered to nothing; None where it ended at once."""
        days: int | None = self.proposal.get("taper_days")
        return days


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of a differential."""

    condition: str
    probability: float


@dataclass(frozen=True, slots=True)
class Statement:
    """Something said, planned or noted in this encounter, with the event that holds it, and what it cites."""

    text: str
    event: str
    cites: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Harmed:
    """What a drug did that it should not have, as an earlier visit established it."""

    drug: str
    text: str
    event: str


@dataclass(frozen=True)  # without slots, so that `but` can copy it
class Chart:
    """`evidence` holds findings, values and known conditions in the knowledge base's terms; `heard` which event each
    came from. `presenting` are the findings and conditions that the complaint names. `*_known` say whether allergies and current drugs were asked for or are on record, which an empty
    list does not. `addressed` are red flags that were escalated."""

    patient_id: str
    name: str
    date: str
    complaint: str = ""
    presenting: frozenset[str] = frozenset()
    evidence: Evidence = field(default_factory=Evidence)
    heard: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    transcript: tuple[tuple[str, str], ...] = ()
    """What was asked, and what the patient said."""
    allergies: tuple[Allergy, ...] = ()
    allergies_known: bool = False
    drugs: tuple[CurrentDrug, ...] = ()
    drugs_known: bool = False
    problems: tuple[Statement, ...] = ()
    summaries: tuple[Statement, ...] = ()
    recalled: Mapping[str, JSON] = field(default_factory=dict)
    not_for_all: frozenset[str] = frozenset()
    """Events at the door that not every agent has read: what rests on them names them to nobody."""
    accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facts of memory that say the same as a recalled one, by its id, where there are several."""
    harmed: tuple[Harmed, ...] = ()
    """Drugs that did harm before."""
    denials: tuple[Fact, ...] = ()
    """What the patient said is not so, of what memory holds; no allergies at all."""
    disputes: tuple[Dispute, ...] = ()
    """Contradictions, settled ones too."""
    weight: float | None = None
    egfr: float | None = None
    egfr_basis: str = ""
    """What an eGFR from the record rests on: its day, and whether it was computed. Empty for one of this visit."""
    egfr_old: bool = False
    """A low value of more than a year ago: it still forbids, and it reassures nobody."""
    breastfeeding: bool | None = None
    red_flags: tuple[str, ...] = ()
    addressed: tuple[str, ...] = ()
    escalations: tuple[Statement, ...] = ()
    orders: tuple[Order, ...] = ()
    prescriptions: tuple[Prescription, ...] = ()
    stopped: tuple[Stopped, ...] = ()
    """What was stopped in this visit; it stands in `drugs` and `prescriptions` no more."""
    signature: JSON | None = None
    differential: tuple[Ranked, ...] = ()
    considered: frozenset[str] = frozenset()
    diagnosis: str | None = None
    diagnosis_event: str = ""
    advice: tuple[Statement, ...] = ()
    safety_net: tuple[Statement, ...] = ()
    referrals: tuple[JSON, ...] = ()
    follow_up: JSON | None = None
    follow_up_event: str = ""
    notes: tuple[JSON, ...] = ()
    passages: Mapping[str, JSON] = field(default_factory=dict)
    """Every passage that was retrieved in this visit, by its id, each with the `event` that holds it: all that may be cited."""
    looked_up: frozenset[str] = frozenset()
    """Ids of what was looked up."""
    disposition: Disposition | None = None
    closed: str | None = None

    @property
    def open_red_flags(self) -> tuple[str, ...]:
        """Red flags that fired and that nobody has acted on yet."""
        return tuple(flag for flag in self.red_flags if flag not in self.addressed)

    @property
    def concerns(self) -> frozenset[str]:
        """Ids of what this visit is about: what the complaint names, and what is thought of."""
        thought = {self.diagnosis or "", *(r.condition for r in self.differential[:3])}
        return self.presenting | thought

    @property
    def open_disputes(self) -> tuple[Dispute, ...]:
        """Contradictions about this visit's matters that nobody has settled or raised, what can harm first."""
        if not self.disputes:
            return ()
        concerns = self.concerns
        return tuple(d for d in open_ones(self.disputes) if of_this_visit(d, concerns))

    @property
    def age(self) -> float | None:
        """Age in years, or None."""
        return self.evidence.age


def is_called(drug: CurrentDrug, name: str) -> bool:
    """Whether an entry of the drug list is what an id, or words, name."""
    return drug.drug == name or drug.text.casefold() == name.strip().casefold()


def not_to_be_missed(base: KnowledgeBase, chart: Chart, condition: str) -> tuple[str, ...]:
    """What must be weighed beside a condition in this very patient: no prostatitis in a woman."""
    known = chart.evidence
    return tuple(
        m
        for m in base.conditions[condition].must_not_miss
        if m != condition and possible_in(base, m, known.age, known.sex, known.pregnant)
    )


def share(p: float) -> str:
    """A probability as a clinician says it: never certain, never impossible."""
    return ">99%" if p > 0.99 else "<1%" if p < 0.01 else f"{p:.0%}"
