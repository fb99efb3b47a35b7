"""What an entry of the knowledge base may say: one pydantic model per kind of entity, strict, extra keys refused.

Every value carries a grade and a source. Entities state both once (`default`); an item inside
an entity may override them. The YAML files under `data/` are instances of `KnowledgeFile`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z]+(\.[a-z0-9_]+)+$")]
Probability = Annotated[float, Field(gt=0.0, lt=1.0)]
Grade = Literal["measured", "reviewed", "recalled", "estimated"]
Urgency = Literal["emergency", "urgent", "soon", "routine"]
Sensitivity = Literal["mental_health", "sexual_health", "hiv", "genetics", "substance_use"]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, defer_build=True)


class Provenance(Entry):
    """Where a value comes from: `source` is an id of sources.yaml."""

    source: str
    grade: Grade


class Graded(Entry):
    """An item that may override its entity's default provenance."""

    source: str | None = None
    grade: Grade | None = None


class Source(Entry):
    """A body of work; `status` is `opened` (read while writing) or `known` (named from knowledge, not opened).

    `section` only where it was opened.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]
    body: str
    title: str
    year: int | None = None
    url: str | None = None
    section: str | None = None
    status: Literal["opened", "known"]

    @model_validator(mode="after")
    def _section_only_if_opened(self) -> Source:
        if self.section and self.status != "opened":
            raise ValueError("section: give it only for a source that was opened")
        return self


class Code(Entry):
    """A code with the list's own display, verbatim."""

    code: str
    display: str


class Who(Entry):
    """Whom a value is for. Ages in years, inclusive of the lower bound, exclusive of the upper."""

    age: tuple[float, float] = (0.0, 130.0)
    sex: Literal["any", "female", "male"] = "any"
    pregnant: bool | None = None


class Amount(Entry):
    value: Annotated[float, Field(gt=0)]
    unit: str


# --- findings ---------------------------------------------------------------------------------------------


class Background(Graded):
    """P(present) in somebody consulting primary care for another reason."""

    p: Probability
    who: Who = Who()


class Answers(Entry):
    """How a lay person answers the question: at least two ways each. `{value}` in `yes` where the answer is a value."""

    yes: tuple[str, ...]
    no: tuple[str, ...]
    unsure: tuple[str, ...] = ()


class Finding(Entry):
    """A symptom, sign, history, exposure or bedside measurement.

    A child (`parent`) is asked and sampled only where its parent is present. `quantity` findings have a
    `unit` (UCUM) and a `normal` (mean, sd) in adults; conditions shift them.
    `examined` findings are seen or measured by the clinician, not asked of the patient.
    """

    id: Slug
    name: str
    kind: Literal["symptom", "sign", "history", "exposure", "measurement"]
    parent: Slug | None = None
    answer: Literal["yes_no", "choice", "quantity", "duration", "date"] = "yes_no"
    choices: tuple[str, ...] = ()
    unit: str | None = None
    normal: tuple[float, float] | None = None
    plausible: tuple[float, float] | None = None
    examined: bool = False
    ask: str
    lay: tuple[str, ...]
    clinical: tuple[str, ...] = ()
    answers: Answers
    background: tuple[Background, ...] = ()
    sensitivity: Sensitivity | None = None
    snomed: Code | None = None
    loinc: Code | None = None
    default: Provenance


# --- tests ------------------------------------------------------------------------------------------------


class Reference(Graded):
    low: float | None = None
    high: float | None = None
    who: Who = Who()


class Critical(Graded):
    below: float | None = None
    above: float | None = None


class Analyte(Entry):
    """One measured quantity. `typical` is (mean, sd) in the healthy; `log` where it is log-normal (then of ln value)."""

    id: Slug
    name: str
    unit: str
    typical: tuple[float, float]
    log: bool = False
    reference: tuple[Reference, ...]
    critical: Critical | None = None
    plausible: tuple[float, float]
    loinc: Code | None = None
    synonyms: tuple[str, ...] = ()


class Contraindication(Graded):
    """One of `condition`, `finding`, an eGFR limit, or `who`; `absolute` denies, `relative` asks for approval.

    Other drugs are interactions.
    """

    condition: Slug | None = None
    finding: Slug | None = None
    egfr_below: float | None = None
    who: Who | None = None
    severity: Literal["absolute", "relative"]
    reason: str


class Test(Entry):
    """A laboratory test (with analytes) or an investigation with a positive or negative result."""

    id: Slug
    name: str
    kind: Literal["laboratory", "imaging", "physiology", "questionnaire", "procedure"]
    specimen: str | None = None
    analytes: tuple[Analyte, ...] = ()
    positive: str | None = None
    negative: str | None = None
    p_background: Probability | None = None
    cost: Annotated[int, Field(ge=1, le=5)]
    risk: Literal["none", "radiation", "contrast", "invasive"] = "none"
    turnaround_minutes: int
    contraindications: tuple[Contraindication, ...] = ()
    synonyms: tuple[str, ...] = ()
    loinc: Code | None = None
    snomed: Code | None = None
    default: Provenance

    @model_validator(mode="after")
    def _one_kind_of_result(self) -> Test:
        if bool(self.analytes) == bool(self.positive):
            raise ValueError("analytes or positive/negative: a test has either analytes or a positive text")
        if self.positive and (self.negative is None or self.p_background is None):
            raise ValueError("negative, p_background: needed beside positive")
        return self


# --- conditions -------------------------------------------------------------------------------------------


class Prevalence(Graded):
    """P(this condition is active in somebody who consults primary care with a new problem), by band."""

    p: Probability
    who: Who = Who()


class Risk(Graded):
    """Odds ratio given a history or exposure finding, or another condition on the record."""

    finding: Slug | None = None
    condition: Slug | None = None
    odds: Annotated[float, Field(gt=0)]


class Manifestation(Graded):
    """P(finding | condition), given its parent where it has one. For quantities: `mean`, `sd` in the finding's unit."""

    finding: Slug
    p: Probability | None = None
    mean: float | None = None
    sd: float | None = None
    who: Who = Who()

    @model_validator(mode="after")
    def _p_or_mean(self) -> Manifestation:
        if (self.p is None) == (self.mean is None):
            raise ValueError("p or mean: exactly one of them")
        return self


class TestEffect(Graded):
    """Effect on an analyte (`shift` in typical sds, `spread` as a factor on the sd) or P(positive) of a test."""

    test: Slug | None = None
    analyte: Slug | None = None
    p: Probability | None = None
    shift: float | None = None
    spread: Annotated[float, Field(gt=0)] = 1.0
    essential: bool = False


class Regimen(Entry):
    """One way to give a drug. `days` None means until reviewed; a single dose has `per_day` 1 and `days` 1."""

    drug: Slug
    dose: Amount
    route: str
    per_day: Annotated[float, Field(gt=0)]
    days: int | None = None
    as_needed: bool = False


class Treatment(Graded):
    """A line of management. `kind` drug carries a regimen; the others carry text alone."""

    line: Literal["first", "second", "third"]
    kind: Literal["drug", "non_drug", "referral", "admission"]
    regimen: Regimen | None = None
    text: str
    who: Who = Who()
    if_allergic_to: Slug | None = None
    patient_text: str

    @model_validator(mode="after")
    def _regimen_iff_drug(self) -> Treatment:
        if (self.kind == "drug") != (self.regimen is not None):
            raise ValueError("regimen: needed for kind drug, and only there")
        return self


class Monitoring(Graded):
    what: str
    test: Slug | None = None
    after_days: Annotated[int, Field(gt=0)]


class Discriminator(Graded):
    finding: Slug
    against: Slug
    why: str


class Condition(Entry):
    id: Slug
    name: str
    lay_name: str
    synonyms: tuple[str, ...] = ()
    icd10: Annotated[tuple[Code, ...], Field(min_length=1)]
    snomed: tuple[Code, ...] = ()
    specialty: str
    urgency: Urgency
    chronic: bool
    default: Provenance
    prevalence: Annotated[tuple[Prevalence, ...], Field(min_length=1)]
    risks: tuple[Risk, ...] = ()
    findings: Annotated[tuple[Manifestation, ...], Field(min_length=5)]
    tests: tuple[TestEffect, ...] = ()
    must_not_miss: Annotated[tuple[Slug, ...], Field(min_length=1)]
    discriminating: tuple[Discriminator, ...]
    management: Annotated[tuple[Treatment, ...], Field(min_length=1)]
    monitoring: tuple[Monitoring, ...]
    follow_up_days: Annotated[int, Field(gt=0)]
    safety_net: str
    complications: tuple[str, ...] = ()
    explain: str


class Alternative(Entry):
    """A condition that the base names (as must-not-miss, contraindication or complication) but does not infer.

    `who`: whom it can concern at all.
    """

    id: Slug
    name: str
    who: Who = Who()
    icd10: tuple[Code, ...]
    synonyms: tuple[str, ...] = ()
    snomed: tuple[Code, ...] = ()
    why: str
    default: Provenance


# --- drugs ------------------------------------------------------------------------------------------------


class DrugClass(Entry):
    id: Slug
    name: str
    synonyms: tuple[str, ...] = ()
    parent: Slug | None = None


class AdultDose(Graded):
    """A dose range per intake; `per_day` intakes. `indication` is a condition id or words."""

    indication: str
    route: str
    low: float
    high: float
    unit: str
    per_day: tuple[float, float]


class PaediatricDose(Graded):
    """Dose by weight: mg/kg/day in `divided` intakes, capped; `min_age_months` below which it is not for general use."""

    mg_per_kg_day: tuple[float, float]
    divided: int
    max_daily_mg: float
    min_age_months: float = 0
    note: str | None = None


class Renal(Graded):
    """What to do where eGFR (mL/min/1.73m2) is below the limit. `max_daily` in the unit of the drug's `max_daily`."""

    egfr_below: float
    action: Literal["avoid", "reduce", "caution"]
    max_daily: float | None = None
    note: str


class Reproductive(Graded):
    advice: Literal["compatible", "caution", "avoid", "contraindicated"]
    note: str


class Adverse(Graded):
    """`finding` where the base has one; `p` over a usual course; onset in days after start."""

    effect: str
    finding: Slug | None = None
    p: Probability
    onset_days: tuple[float, float]


class Drug(Entry):
    id: Slug
    name: str
    synonyms: tuple[str, ...] = ()
    rxnorm: Code | None = None
    classes: Annotated[tuple[Slug, ...], Field(min_length=1)]
    routes: Annotated[tuple[str, ...], Field(min_length=1)]
    forms: tuple[str, ...] = ()
    doses: Annotated[tuple[AdultDose, ...], Field(min_length=1)]
    max_daily: Amount
    paediatric: PaediatricDose | None = None
    min_age: float = 0.0
    renal: tuple[Renal, ...] = ()
    hepatic: str | None = None
    pregnancy: Reproductive
    lactation: Reproductive
    contraindications: tuple[Contraindication, ...] = ()
    cross_reactivity: tuple[Slug, ...] = ()
    adverse: tuple[Adverse, ...] = ()
    monitoring: tuple[Monitoring, ...] = ()
    narrow_therapeutic_index: bool = False
    default: Provenance


class CrossReactivity(Graded):
    """Allergy to one group bears on another. `allergens` are the words under which records and people name the group."""

    id: Slug
    name: str
    allergens: tuple[str, ...]
    snomed: tuple[Code, ...] = ()
    related: tuple[tuple[Slug, Literal["avoid", "caution"]], ...] = ()
    note: str


class Interaction(Graded):
    """Between two drugs or classes (class level first)."""

    id: Slug
    between: tuple[Slug, Slug]
    severity: Literal["contraindicated", "major", "moderate"]
    mechanism: str
    effect: str
    action: str
    exceptions: tuple[Slug, ...] = ()
    high_priority: bool = False
    source: str
    grade: Grade


# --- red flags --------------------------------------------------------------------------------------------


class Limit(Entry):
    """A measured finding or analyte beyond a limit, in its own unit."""

    of: Slug
    below: float | None = None
    above: float | None = None


class RedFlag(Graded):
    """Fires where all of `all`, at least `at_least` of `any`, none of `none`, and any of `limits` (if given) hold."""

    id: Slug
    name: str
    all: tuple[Slug, ...] = ()
    any: tuple[Slug, ...] = ()
    at_least: int = 0
    none: tuple[Slug, ...] = ()
    limits: tuple[Limit, ...] = ()
    who: Who = Who()
    means: Annotated[tuple[Slug, ...], Field(min_length=1)]
    act_within: Literal["minutes", "hours", "day"]
    do: str
    patient_text: str
    source: str
    grade: Grade

    @model_validator(mode="after")
    def _has_a_pattern(self) -> RedFlag:
        if not (self.all or self.any or self.limits):
            raise ValueError("all, any or limits: a red flag needs a pattern")
        if self.any and self.at_least < 1:
            raise ValueError("at_least: needed where any is given")
        return self


class KnowledgeFile(Entry):
    """What any one YAML file may hold."""

    sources: tuple[Source, ...] = ()
    findings: tuple[Finding, ...] = ()
    tests: tuple[Test, ...] = ()
    conditions: tuple[Condition, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    classes: tuple[DrugClass, ...] = ()
    drugs: tuple[Drug, ...] = ()
    cross_reactivity: tuple[CrossReactivity, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()
