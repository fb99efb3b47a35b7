"""AgentClinic's published cases, played through our ports without a language model: reading, patient, services, coverage."""

from wardround.simulation.agentclinic.coverage import Coverage, coverage, diagnosis_in_base
from wardround.simulation.agentclinic.patient import AgentClinicPatient
from wardround.simulation.agentclinic.reading import AgentClinicCase, AgentClinicError, read_agentclinic
from wardround.simulation.agentclinic.services import AgentClinicExamination, AgentClinicLaboratory

__all__ = [
    "AgentClinicCase",
    "AgentClinicError",
    "AgentClinicExamination",
    "AgentClinicLaboratory",
    "AgentClinicPatient",
    "Coverage",
    "coverage",
    "diagnosis_in_base",
    "read_agentclinic",
]
