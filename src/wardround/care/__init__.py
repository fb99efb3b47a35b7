"""The clinic: where the machine and the medicine meet. Agents, constraints, the planner, notes, memory's wiring."""

from wardround.care.archive import RecordArchive
from wardround.care.baselines import baseline_policy
from wardround.care.chart import VITALS, Chart, Prescription
from wardround.care.citing import Cited, asserts_medicine, sentences
from wardround.care.clinic import PHYSICIAN, ROLE_TOOLS, Clinic
from wardround.care.consolidation import facts_of
from wardround.care.deciders import DECIDERS, RENDERERS, asks_a_model, policy_named, renderer_for, tokens_for
from wardround.care.dose_words import order_in_words
from wardround.care.entries import entry_passages, order_sentence
from wardround.care.erasing import Erased, erase_facts, erase_patient
from wardround.care.evidence_tools import EvidenceService, passage_of
from wardround.care.export import visit_bundle
from wardround.care.extraction import Extraction, Page, Refused, extract_document, extract_with_model
from wardround.care.facts_on_chart import HISTORY
from wardround.care.keeping import (
    AnotherPersonError,
    ErasedError,
    Incoming,
    note_down,
    retract,
    settle,
    take_in,
)
from wardround.care.letters import letters
from wardround.care.note import dose_in_words, instructions_with_sources, patient_instructions, soap_note
from wardround.care.older import drop_old, take_over
from wardround.care.planner import Planner
from wardround.care.planner.alone import SolePlanner
from wardround.care.planner.seeing import differential_of
from wardround.care.prose import prose_renderer
from wardround.care.rebuilding import Rebuilt, rebuild
from wardround.care.remaking import remake
from wardround.care.remembering import naming_of
from wardround.care.reviewing import answer, waiting
from wardround.care.services import MemoryService, OrderBook
from wardround.care.shorthand import (
    ShorthandRenderer,
    Thinking,
    believed,
    lesson,
    short_names,
    spelled,
    vocabulary,
)
from wardround.care.straying import Straying, astray_in
from wardround.care.tools import TOPICS
from wardround.care.understanding import Understanding
from wardround.care.visit import DeceasedError, Request, Ward

__all__ = [
    "DECIDERS",
    "HISTORY",
    "PHYSICIAN",
    "RENDERERS",
    "ROLE_TOOLS",
    "TOPICS",
    "VITALS",
    "AnotherPersonError",
    "Chart",
    "Cited",
    "Clinic",
    "DeceasedError",
    "Erased",
    "ErasedError",
    "EvidenceService",
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
    "ShorthandRenderer",
    "SolePlanner",
    "Straying",
    "Thinking",
    "Understanding",
    "Ward",
    "answer",
    "asks_a_model",
    "asserts_medicine",
    "astray_in",
    "baseline_policy",
    "believed",
    "differential_of",
    "dose_in_words",
    "drop_old",
    "entry_passages",
    "erase_facts",
    "erase_patient",
    "extract_document",
    "extract_with_model",
    "facts_of",
    "instructions_with_sources",
    "lesson",
    "letters",
    "naming_of",
    "note_down",
    "order_in_words",
    "order_sentence",
    "passage_of",
    "patient_instructions",
    "policy_named",
    "prose_renderer",
    "rebuild",
    "remake",
    "renderer_for",
    "retract",
    "sentences",
    "settle",
    "short_names",
    "soap_note",
    "spelled",
    "take_in",
    "take_over",
    "tokens_for",
    "visit_bundle",
    "vocabulary",
    "waiting",
]
