"""The harness: plays encounters. It knows events, tools, constraints, agents and ports, and no medicine."""

from wardround.harness.agents import Agent, Team
from wardround.harness.annotate import Span, annotate
from wardround.harness.canonical import JSON, canonical, clean, digest
from wardround.harness.constraints import Constraint, Judgement, Mask, judge, permitted
from wardround.harness.encounter import Encounter, Outcome
from wardround.harness.errors import (
    ConfigurationError,
    HarnessError,
    LogError,
    StoreConflict,
    StoreError,
    TamperedLog,
    ToolError,
)
from wardround.harness.events import (
    KINDS,
    MAIN,
    SCHEMA,
    UPCASTERS,
    Action,
    Answer,
    Asked,
    Body,
    Budgets,
    Called,
    Closed,
    Consulted,
    Decided,
    Event,
    EventRef,
    Exhausted,
    Failed,
    HandedOver,
    Joined,
    Judged,
    Observed,
    Opened,
    Returned,
    Reviewed,
    ReviewRequested,
    Ruling,
    Severity,
    Started,
    Verdict,
    ruling_of,
)
from wardround.harness.growing import Growing
from wardround.harness.language_model_policy import LanguageModelPolicy
from wardround.harness.log import EventLog, comparable, dump_lines, load_lines, verify
from wardround.harness.policy import Decision, Policy, Recorded, Situation, Versioned, seed_of
from wardround.harness.ports import (
    Answering,
    Clock,
    EncounterSummary,
    Patient,
    Ports,
    Question,
    Queue,
    Review,
    Reviewer,
    ReviewRequest,
    Service,
    SimulatedClock,
    Store,
    SystemClock,
)
from wardround.harness.rendering import ChatRenderer, Renderer, generic_voice
from wardround.harness.replay import Replay, replay
from wardround.harness.revisiting import revisit
from wardround.harness.state import Calls, Projection, State, begin, fold, fold_all
from wardround.harness.stores import MemoryStore, SqliteStore
from wardround.harness.tools import CONSULT, HAND_OVER, Arguments, Call, Result, Tool
from wardround.harness.views import View, project

__all__ = [
    "CONSULT", "HAND_OVER", "JSON", "KINDS", "MAIN", "SCHEMA", "UPCASTERS",
    "Action", "Agent", "Answer", "Answering", "Arguments", "Asked", "Body", "Budgets",
    "Call", "Called", "Calls", "ChatRenderer", "Clock", "Closed", "ConfigurationError", "Constraint", "Consulted",
    "Decided", "Decision", "Encounter", "EncounterSummary", "Event", "EventLog", "EventRef", "Exhausted",
    "Failed", "Growing", "HandedOver", "HarnessError", "Joined", "Judged", "Judgement", "LanguageModelPolicy",
    "LogError", "Mask", "MemoryStore", "Observed", "Opened", "Outcome", "Patient", "Policy", "Ports", "Projection",
    "Question", "Queue", "Recorded", "Renderer", "Replay", "Result", "Returned", "Review", "ReviewRequest",
    "ReviewRequested", "Reviewed", "Reviewer", "Ruling", "Service", "Severity", "SimulatedClock", "Situation", "Span",
    "SqliteStore", "Started", "State", "Store", "StoreConflict", "StoreError", "SystemClock", "TamperedLog", "Team",
    "Tool", "ToolError", "Verdict", "Versioned", "View",
    "annotate", "begin", "canonical", "clean", "comparable", "digest", "dump_lines", "fold", "fold_all",
    "generic_voice", "judge", "load_lines", "permitted", "project", "replay", "revisit", "ruling_of", "seed_of", "verify",
]  # fmt: skip
