"""What the room of simulated patients shows to the others."""

from __future__ import annotations

import wardround.simulation


def test_the_door_is_what_it_says() -> None:
    assert sorted(wardround.simulation.__all__) == [
        "AgentClinicCase", "AgentClinicError", "AgentClinicExamination", "AgentClinicLaboratory",
        "AgentClinicPatient", "Beliefs", "Case", "CaseError", "Consultation", "Coverage", "Exchange", "Figures",
        "HELDOUT_CONDITIONS", "Heard", "Interview", "KnownAllergy", "KnownDrug", "KnownProblem", "Obstetric",
        "PHRASINGS", "PastResult", "PastVisit", "PhraseBankError", "Phrasing", "REVIEWER", "Said", "ScriptError",
        "ScriptedPatient", "SimulatedExamination", "SimulatedLaboratory", "SimulatedPatient", "Social",
        "SplitError", "SplitName", "StandardisedPatient", "Taker", "Telling", "Tier", "TierError",
        "Utterance", "by_reading", "case_at_the_door", "case_from_json", "case_to_json", "consult", "coverage",
        "diagnosis_in_base", "difficulty", "dosage_in_words", "draw_case", "generate", "given_up",
        "heldout_conditions", "interview", "manner_of", "manners", "mode_of", "objections",
        "of_utterances", "play", "questions_for", "read_agentclinic", "record_of", "services_for",
        "tier_of", "validate_case",
    ]  # fmt: skip
    assert all(hasattr(wardround.simulation, name) for name in wardround.simulation.__all__)
