"""Simulated patients: cases drawn from the base or to fit a record, and answered from, in words.

Cases that are held out for evaluation have their own door, `wardround.simulation.heldout`, which this one never opens.
"""

from wardround.simulation.agentclinic import (
    AgentClinicCase,
    AgentClinicError,
    AgentClinicExamination,
    AgentClinicLaboratory,
    AgentClinicPatient,
    Coverage,
    coverage,
    diagnosis_in_base,
    read_agentclinic,
)
from wardround.simulation.background import (
    KnownAllergy,
    KnownDrug,
    KnownProblem,
    Obstetric,
    PastResult,
    PastVisit,
    Social,
    Telling,
)
from wardround.simulation.case import Case, SplitName, Tier, draw_case
from wardround.simulation.case_json import case_from_json, case_to_json
from wardround.simulation.consulting import REVIEWER, Consultation, Heard, consult, given_up
from wardround.simulation.errors import CaseError, SplitError, TierError
from wardround.simulation.generator import generate
from wardround.simulation.medicines import Taker, objections
from wardround.simulation.patient import ScriptedPatient, ScriptError, SimulatedPatient
from wardround.simulation.playing import case_at_the_door, play, services_for
from wardround.simulation.record_of_case import dosage_in_words, record_of
from wardround.simulation.services import SimulatedExamination, SimulatedLaboratory
from wardround.simulation.splits import HELDOUT_CONDITIONS, heldout_conditions
from wardround.simulation.standardised import (
    PHRASINGS,
    Beliefs,
    PhraseBankError,
    Phrasing,
    Said,
    StandardisedPatient,
    Utterance,
    manner_of,
    manners,
    mode_of,
)
from wardround.simulation.standardised.metrics import (
    Exchange,
    Figures,
    Interview,
    by_reading,
    interview,
    of_utterances,
)
from wardround.simulation.standardised.questioning import questions_for
from wardround.simulation.tiers import difficulty, tier_of
from wardround.simulation.validation import validate_case

__all__ = [
    "HELDOUT_CONDITIONS",
    "PHRASINGS",
    "REVIEWER",
    "AgentClinicCase",
    "AgentClinicError",
    "AgentClinicExamination",
    "AgentClinicLaboratory",
    "AgentClinicPatient",
    "Beliefs",
    "Case",
    "CaseError",
    "Consultation",
    "Coverage",
    "Exchange",
    "Figures",
    "Heard",
    "Interview",
    "KnownAllergy",
    "KnownDrug",
    "KnownProblem",
    "Obstetric",
    "PastResult",
    "PastVisit",
    "PhraseBankError",
    "Phrasing",
    "Said",
    "ScriptError",
    "ScriptedPatient",
    "SimulatedExamination",
    "SimulatedLaboratory",
    "SimulatedPatient",
    "Social",
    "SplitError",
    "SplitName",
    "StandardisedPatient",
    "Taker",
    "Telling",
    "Tier",
    "TierError",
    "Utterance",
    "by_reading",
    "case_at_the_door",
    "case_from_json",
    "case_to_json",
    "consult",
    "coverage",
    "diagnosis_in_base",
    "difficulty",
    "dosage_in_words",
    "draw_case",
    "generate",
    "given_up",
    "heldout_conditions",
    "interview",
    "manner_of",
    "manners",
    "mode_of",
    "objections",
    "of_utterances",
    "play",
    "questions_for",
    "read_agentclinic",
    "record_of",
    "services_for",
    "tier_of",
    "validate_case",
]
