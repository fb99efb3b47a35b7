"""What an entry of the knowledge base may say: one pydantic model per kind of entity, strict, extra keys refused.

Every value carries a grade and a source. Entities state both once (`default`); an item inside
an entity may override them. The YAML files under `data/` are instances of `KnowledgeFile` (schema_file);
passages of guidance are in schema_guidance.
"""

from __future__ import annotations

import math
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


class Normal(Graded):
    """What is usual of a measured finding in the healthy of some age or sex, where it is not what it is in adults."""

    mean: float
    sd: Annotated[float, Field(gt=0)]
    who: Who


class Answers(Entry):
    """How a lay person answers the question: at least two ways each. `{value}` in `yes` where the answer is a value."""

    yes: tuple[str, ...]
    no: tuple[str, ...]
    unsure: tuple[str, ...] = ()


class Finding(Entry):
    """A symptom, sign, history, exposure or bedside measurement.

    A child (`parent`) is asked and sampled only where its parent is present. `quantity` findings have a
    `unit` (UCUM) and a `normal` (mean, sd) in adults, and `normal_in` children; conditions shift them. A mean that
    a condition gives for adults is scaled to a child's own normal.
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
    normal_in: tuple[Normal, ...] = ()
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
    """A line of management. `kind` drug carries a regimen; the others carry text alone.

    `specialist`: only a specialist, or a hospital, starts it, whoever goes on with it.
    """

    line: Literal["first", "second", "third"]
    kind: Literal["drug", "non_drug", "referral", "admission"]
    regimen: Regimen | None = None
    text: str
    who: Who = Who()
    if_allergic_to: Slug | None = None
    patient_text: str
    specialist: bool = False

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
    """A condition that the base infers.

    `told`: where `explain` and `safety_net` come from; None: our own words, never quoted.
    """

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
    told: Provenance | None = None
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


# --- courses of disease -----------------------------------------------------------------------------------

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Sink = Literal["level", "drift"]
"""What something acts on: where a variable settles (in its unit), or how fast that place moves (per year)."""
AGE = "age"
"""The one name that every course knows without a variable of it: the patient's age in years."""


class CoursePull(Graded):
    """What another variable does to this one: `by` for each unit of `of` beyond `beyond`, on the given side of it."""

    of: Name
    by: float
    beyond: float
    side: Literal["both", "above", "below"] = "both"
    on: Sink = "level"


class CourseVariable(Graded):
    """A hidden quantity of a disease, followed from day to day in its unit.

    It settles at a set point that begins at `start` (mean, sd) and moves by `drift` a `per` untreated; it goes there
    within `relaxation_days` (to 63 %) and wanders about it by `noise` (sd). `target` is where treatment wants it.
    """

    id: Name
    name: str
    unit: str
    start: tuple[float, Annotated[float, Field(ge=0)]]
    bounds: tuple[float, float]
    drift: float = 0.0
    per: Literal["day", "year"] = "year"
    relaxation_days: Annotated[float, Field(gt=0)]
    noise: Annotated[float, Field(ge=0)]
    target: tuple[float | None, float | None] | None = None
    pulls: tuple[CoursePull, ...] = ()


class CourseResponse(Graded):
    """What a drug, or every drug of a class, does to a variable; of several that fit a drug the most specific holds.

    `effect` is the greatest one. Half of it is had from `half_dose` a day (of one drug), else from `half_at` of the
    drug's usual daily dose. It is had to 63 % after `onset_days`, and lost as fast, or within `offset_days`. An
    effect that `vanishes_at` a set point shrinks towards it in proportion, and grows beyond the start.
    """

    to: Slug
    of: Name
    effect: float
    on: Sink = "level"
    half_dose: Amount | None = None
    half_at: Annotated[float, Field(gt=0)] = 0.5
    onset_days: Annotated[float, Field(gt=0)]
    offset_days: Annotated[float, Field(gt=0)] | None = None
    vanishes_at: float | None = None


class CourseRise(Graded):
    """The natural logarithm of a hazard rises by `by` for each unit of `of` (a variable, or `age`) beyond `beyond`."""

    of: Name
    by: float
    beyond: float


class CourseFactor(Graded):
    """A hazard is so many times as great under a drug, or a class, in its usual daily dose; a greater dose adds less."""

    to: Slug
    factor: Annotated[float, Field(gt=0)]


class CourseRebound(Graded):
    """So many times as great for some days after the drug was stopped at once."""

    to: Slug
    factor: Annotated[float, Field(gt=1)]
    days: Annotated[int, Field(gt=0)]


class CourseJump(Entry):
    """What an event adds to a variable: it passes, or `stays`."""

    of: Name
    add: float
    stays: bool = False


class CourseBrought(Entry):
    """P(finding) while an event lasts."""

    finding: Slug
    p: Probability


class CourseEvent(Graded):
    """Something that happens: `per_year` where every `rises` is at its reference, log-linear beyond.

    `only_under` a drug it happens to nobody else, in proportion to the dose. `truth` is what it is, where that is
    not the disease itself. `care` is what the patient does: tells of it at the next visit, asks for one, comes as an
    emergency, or is admitted and seen afterwards; they say `complaint` then. `ends` ends the course.
    """

    id: Name
    name: str
    per_year: Annotated[float, Field(gt=0)]
    rises: tuple[CourseRise, ...] = ()
    under: tuple[CourseFactor, ...] = ()
    only_under: Slug | None = None
    rebound: CourseRebound | None = None
    does: tuple[CourseJump, ...] = ()
    brings: tuple[CourseBrought, ...] = ()
    truth: Slug | None = None
    care: Literal["none", "visit", "emergency", "admission"]
    days: Annotated[int, Field(gt=0)]
    again_after_days: Annotated[int, Field(ge=0)] = 0
    complaint: tuple[str, ...] = ()
    ends: bool = False

    @model_validator(mode="after")
    def _says_why_they_come(self) -> CourseEvent:
        if self.care != "none" and not self.complaint:
            raise ValueError("complaint: whoever comes says why; give at least one")
        return self


class CourseHome(Entry):
    """Measured at home every so many days. Beyond a limit, or after a `rise` since the last time, the patient calls and
    says `complaint` ({value} stands for the value)."""

    every_days: Annotated[int, Field(gt=0)]
    above: float | None = None
    below: float | None = None
    rise: Annotated[float, Field(gt=0)] | None = None
    complaint: str

    @model_validator(mode="after")
    def _has_a_limit(self) -> CourseHome:
        if self.above is None and self.below is None and self.rise is None:
            raise ValueError("above, below or rise: say when the patient calls")
        return self


class CourseReading(Graded):
    """How a variable shows in an analyte or a measured finding: `linear` plus + slope x, `exponential` exp of that,
    `power` exp(plus + slope ln x); measured with an error of `sd` (of the logarithm in the last two)."""

    of: Name
    analyte: Slug | None = None
    finding: Slug | None = None
    form: Literal["linear", "exponential", "power"] = "linear"
    slope: float = 1.0
    plus: float = 0.0
    sd: Annotated[float, Field(ge=0)] = 0.0
    home: CourseHome | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> CourseReading:
        if (self.analyte is None) == (self.finding is None):
            raise ValueError("analyte or finding: exactly one of them")
        return self

    def at(self, x: float) -> float:
        """What is measured, but for its error, where the variable is x."""
        if self.form == "linear":
            return self.plus + self.slope * x
        exponent = self.plus + self.slope * (math.log(x) if self.form == "power" else x)
        return math.exp(min(exponent, 700.0))


class CourseSign(Graded):
    """P(finding) = `most` / (1 + exp(-(x - half_at) / scale)); a negative scale where less is worse."""

    of: Name
    finding: Slug
    half_at: float
    scale: float
    most: Probability = 0.9


class CourseExample(Entry):
    """A treatment to show the course with: right (as guidelines have it) or wrong, and why."""

    kind: Literal["right", "wrong"]
    regimens: Annotated[tuple[Regimen, ...], Field(min_length=1)]
    why: str


class Course(Entry):
    """How a chronic condition goes on from its diagnosis, untreated and treated: a small state-space model.

    `opening` is what brings the undiagnosed, `review` what the diagnosed say who come as agreed. `about` explains
    the model in plain words.
    """

    id: Slug
    condition: Slug
    default: Provenance
    about: str
    variables: Annotated[tuple[CourseVariable, ...], Field(min_length=1)]
    responses: Annotated[tuple[CourseResponse, ...], Field(min_length=1)]
    events: tuple[CourseEvent, ...] = ()
    readings: tuple[CourseReading, ...] = ()
    signs: tuple[CourseSign, ...] = ()
    opening: Annotated[tuple[str, ...], Field(min_length=1)]
    review: Annotated[tuple[str, ...], Field(min_length=1)]
    examples: Annotated[tuple[CourseExample, ...], Field(min_length=1)]
