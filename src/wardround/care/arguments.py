"""What the clinic's tools take. The field descriptions are what a model reads."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from wardround.care.evidence_arguments import Citations
from wardround.harness import Arguments

Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Slug = Annotated[str, Field(min_length=3, max_length=120)]


class Ask(Arguments):
    """One question to the patient, in plain words."""

    question: Annotated[str, Field(max_length=500)] = Field(
        default="", description="the question; empty: the knowledge base's own wording for `about`"
    )
    about: str | None = Field(
        default=None,
        max_length=120,
        description="what it asks about: a finding id such as finding.cough, or allergies, drugs, problems, or open",
    )


class Examine(Arguments):
    """Measure or examine: vital signs and signs."""

    findings: list[Slug] = Field(
        min_length=1, max_length=20, description="ids of measured or examined findings"
    )


class OrderTest(Arguments):
    """Order one investigation."""

    test: Slug = Field(description="id of the test, such as test.troponin")
    reason: Text


class Recall(Arguments):
    """Look something up in this patient's own memory."""

    topic: Text = Field(
        description="what about: a drug, a class of drugs, a problem, a test, allergies, the last visit, a visit's id"
    )
    when: Annotated[str, Field(max_length=200)] = Field(
        default="",
        description="a time in words: last spring, before the operation, since the dose was raised; empty: any",
    )
    kind: (
        Literal[
            "problem",
            "allergy",
            "drug",
            "result",
            "finding",
            "procedure",
            "immunization",
            "social",
            "plan",
            "summary",
            "directive",
            "response",
        ]
        | None
    ) = Field(default=None, description="only facts of this kind; summary: earlier visits")
    past: bool = Field(default=False, description="also what was corrected, retracted or ruled out")
    purpose: Annotated[str, Field(max_length=500)] = Field(
        default="",
        description="why you need what memory withholds as sensitive; asking is recorded. Empty: do without it",
    )
    patient_id: str | None = Field(
        default=None, description="leave empty: only this patient's record can be read"
    )


class Remember(Arguments):
    """Note something for the next visits."""

    statement: Text
    kind: Literal["problem", "allergy", "finding", "social", "plan"] = "finding"


class Settle(Arguments):
    """Decide a contradiction between two accounts, or raise it with a physician. Nothing is deleted."""

    conflict: Annotated[str, Field(min_length=3, max_length=120)] = Field(
        description="id of the contradiction"
    )
    decision: Literal["first", "second", "both", "raise"] = Field(
        description="which account holds; raise: a physician decides, and until then the safer account holds"
    )
    reason: Text = Field(description="what the decision rests on")


class RankedCondition(Arguments):
    condition: Slug
    probability: float = Field(ge=0, le=1)


class Differential(Arguments):
    """The differential as it stands, most likely first, and which dangerous alternatives were considered."""

    ranked: list[RankedCondition] = Field(min_length=1, max_length=10)
    considered: list[Slug] = Field(
        default=[], max_length=40, description="must-not-miss conditions weighed, by id"
    )
    unknown: Annotated[str, Field(max_length=500)] = Field(
        default="", description="what is not known and would matter"
    )


class Diagnose(Arguments):
    """The working diagnosis."""

    condition: Slug
    certainty: Literal["confirmed", "probable", "possible"] = "probable"


class Prescribe(Arguments):
    """Propose one prescription. A physician signs it."""

    drug: Slug = Field(description="id of the drug, such as drug.amoxicillin")
    dose: float = Field(gt=0, description="amount of one intake")
    unit: str = Field(min_length=1, max_length=20, description="UCUM unit of the dose, such as mg")
    route: str = Field(min_length=1, max_length=40)
    per_day: float = Field(gt=0, le=48, description="intakes a day; 1 with days 1 for a single dose")
    days: int | None = Field(default=None, ge=1, le=730, description="for how long; empty: until reviewed")
    as_needed: bool = False
    indication: Slug = Field(description="id of the condition it is for")
    instructions: Annotated[str, Field(max_length=1_000)] = Field(
        default="", description="for the patient, in plain words"
    )
    citations: Citations = Field(default=[])


class Stop(Arguments):
    """Propose to stop a drug that the patient takes. A physician signs it."""

    drug: Slug = Field(description="id of the drug, such as drug.ibuprofen; its name where it has no id")
    reason: Text = Field(description="why, for the physician and the record")
    taper: Annotated[str, Field(max_length=500)] = Field(
        default="",
        description="how the dose is lowered, in plain words for the patient; empty: stopped at once",
    )
    taper_days: int | None = Field(
        default=None,
        ge=1,
        le=730,
        description="over how many days it is lowered to nothing; empty: stopped at once",
    )
    citations: Citations = Field(default=[])


class CheckPrescription(Arguments):
    """What the knowledge base says about a drug for this patient: doses, interactions, renal and other limits."""

    drug: Slug


class Advise(Arguments):
    """Tell the patient something in plain words; `safety_net` says when to seek help at once."""

    text: Text
    safety_net: bool = False
    citations: Citations = Field(default=[])


class Refer(Arguments):
    """Refer the patient, or arrange admission."""

    to: Annotated[str, Field(min_length=2, max_length=120)]
    urgency: Literal["emergency", "urgent", "soon", "routine"]
    reason: Text
    citations: Citations = Field(default=[])


class FollowUp(Arguments):
    """Set the next visit."""

    days: int = Field(ge=0, le=730)
    purpose: Text
    citations: Citations = Field(default=[])


class Escalate(Arguments):
    """Raise an alarm: call the physician or the emergency service now, and tell the patient what to do."""

    red_flag: str | None = Field(
        default=None, max_length=120, description="id of the red flag, where one fired"
    )
    urgency: Literal["minutes", "hours", "day"] = "minutes"
    reason: Text


class Close(Arguments):
    """End the visit."""

    disposition: Literal["home", "referred", "admitted", "emergency", "handed_over"]
    reason: Text


class Report(Arguments):
    """A consulted specialist's answer."""

    findings: Text = Field(description="the answer, in one to four sentences")
    recommend: list[Annotated[str, Field(max_length=300)]] = Field(default=[], max_length=12)
    concerns: list[Annotated[str, Field(max_length=300)]] = Field(default=[], max_length=12)
    citations: Citations = Field(default=[])
