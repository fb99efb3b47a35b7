"""The clinic: where the machine and the medicine meet. Agents, constraints, the planner, notes, memory's wiring."""

from wardround.care.archive import RecordArchive
from wardround.care.baselines import baseline_policy
from wardround.care.chart import VITALS, Chart, Prescription
from wardround.care.clinic import PHYSICIAN, ROLE_TOOLS, Clinic
from wardround.care.erasing import Erased, erase_facts, erase_patient
from wardround.care.export import visit_bundle
from wardround.care.extraction import Extraction, Page, Refused, extract_document, extract_with_model
from wardround.care.keeping import (
    AnotherPersonError,
    ErasedError,
    Incoming,
    note_down,
    retract,
    settle,
    take_in,
)
from wardround.care.note import dose_in_words, patient_instructions, soap_note
from wardround.care.older import drop_old, take_over
from wardround.care.planner import Planner
from wardround.care.planner.seeing import differential_of
from wardround.care.prose import prose_renderer
from wardround.care.rebuilding import Rebuilt, rebuild
from wardround.care.remaking import remake
from wardround.care.remembering import naming_of
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
    "AnotherPersonError",
    "Chart",
    "Clinic",
    "DeceasedError",
    "Erased",
    "ErasedError",
    "Extraction",
    "Incoming",
    "MemoryService",
    "OrderBook",
    "Page",
    "Planner",
    "Prescription",
    "Rebuilt",
    "RecordArchive",
    "Refused",
    "Request",
    "Understanding",
    "Ward",
    "answer",
    "baseline_policy",
    "differential_of",
    "dose_in_words",
    "drop_old",
    "erase_facts",
    "erase_patient",
    "extract_document",
    "extract_with_model",
    "naming_of",
    "note_down",
    "patient_instructions",
    "prose_renderer",
    "rebuild",
    "remake",
    "retract",
    "settle",
    "soap_note",
    "take_in",
    "take_over",
    "visit_bundle",
    "waiting",
]
