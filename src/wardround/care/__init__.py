"""The clinic: where the machine and the medicine meet. Agents, constraints, the planner, notes, memory's wiring."""

from wardround.care.baselines import baseline_policy
from wardround.care.chart import VITALS, Chart, Prescription
from wardround.care.clinic import PHYSICIAN, ROLE_TOOLS, Clinic
from wardround.care.export import visit_bundle
from wardround.care.note import dose_in_words, patient_instructions, soap_note
from wardround.care.planner import Planner
from wardround.care.planner.seeing import differential_of
from wardround.care.prose import prose_renderer
from wardround.care.reviewing import answer, waiting
from wardround.care.services import MemoryService, OrderBook
from wardround.care.tools import TOPICS
from wardround.care.understanding import Understanding
from wardround.care.visit import DeceasedError, Request, Ward

__all__ = [
    "PHYSICIAN",
    "ROLE_TOOLS",
    "TOPICS",
    "VITALS",
    "Chart",
    "Clinic",
    "DeceasedError",
    "MemoryService",
    "OrderBook",
    "Planner",
    "Prescription",
    "Request",
    "Understanding",
    "Ward",
    "answer",
    "baseline_policy",
    "differential_of",
    "dose_in_words",
    "patient_instructions",
    "prose_renderer",
    "soap_note",
    "visit_bundle",
    "waiting",
]
