"""The door of the room, what stands behind it, and that no word of any trade does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from bank import Branch, begun, bodies, everything

import wardround.harness as door
from wardround.harness import (
    Closed,
    ConfigurationError,
    Event,
    EventRef,
    HarnessError,
    LogError,
    Question,
    Started,
    StoreConflict,
    StoreError,
    TamperedLog,
    ToolError,
)

ROOM = Path(door.__file__).parent
DOOR = """
Action Agent Answer Answering Arguments Asked Body Budgets CONSULT Call Called Calls ChatRenderer Clock Closed
ConfigurationError Constraint Consulted Decided Decision Encounter EncounterSummary Event EventLog EventRef Exhausted
Failed Growing HAND_OVER HandedOver HarnessError JSON Joined Judged Judgement KINDS LanguageModelPolicy LogError MAIN
Mask MemoryStore Observed Opened Outcome Patient Policy Ports Projection Question Queue Recorded Renderer Replay Result
Returned Review ReviewRequest ReviewRequested Reviewed Reviewer Ruling SCHEMA Service Severity SimulatedClock Situation Span
SqliteStore Started State Store StoreConflict StoreError SystemClock TamperedLog Team Tool ToolError UPCASTERS Verdict
Versioned View annotate begin canonical clean comparable digest dump_lines fold fold_all generic_voice judge load_lines
permitted project replay revisit ruling_of seed_of verify
"""


def test_the_door_is_frozen() -> None:
    """What is added here is promised; what is taken away breaks others."""
    assert sorted(door.__all__) == DOOR.split()


def test_everything_at_the_door_is_there_and_documented() -> None:
    for name in door.__all__:
        assert getattr(door, name) is not None
    functions = [
        getattr(door, n)
        for n in door.__all__
        if callable(getattr(door, n)) and hasattr(getattr(door, n), "__module__")
    ]
    assert all(f.__doc__ for f in functions if f.__module__.startswith("wardround."))


# --- it knows no trade ------------------------------------------------------------------------------------

SOURCES = sorted(ROOM.rglob("*.py"))
TRADE = re.compile(
    r"drug|clinic|diagnos|medic|physician|doctor|nurse|hospital|disease|symptom|prescri|dose|dosage|allerg|therap|"
    r"treatment|laborator|pharma|surg|icd|snomed|loinc|fhir|bleed|pain\b|fever",
    re.IGNORECASE,
)


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.name)
def test_no_word_of_a_trade_is_in_the_source(source: Path) -> None:
    """`Patient` is the port's name; it is the one word that the harness borrows. It also says that it knows no medicine."""
    text = source.read_text().replace("and no medicine.", "")
    assert TRADE.findall(text) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.name)
def test_only_models_and_plain_libraries_are_imported(source: Path) -> None:
    imported: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(str(node.module))
    rooms = {name for name in imported if name.split(".")[0] == "wardround"}
    assert {name for name in rooms if not name.startswith("wardround.harness")} <= {
        "wardround.models",
        "wardround.records",
    }
    assert {n.split(".")[0] for n in imported} <= PLAIN


PLAIN = {
    "__future__", "asyncio", "collections", "contextlib", "contextvars", "dataclasses", "datetime", "functools", "hashlib",
    "itertools", "json", "operator", "orjson", "os", "pathlib", "pydantic", "re", "sqlite3", "sys", "threading", "time",
    "types", "typing", "wardround",
}  # fmt: skip


# --- causes -----------------------------------------------------------------------------------------------


async def test_causes_name_events_that_exist_and_came_before() -> None:
    _, events = await everything().play({"weather": "rain"})
    before: dict[tuple[str, str], Event] = {}
    for event in events:
        for cause in event.causes:
            assert (cause.encounter, cause.event) in before
        before[event.ref] = event
    assert [e.kind for e in events if not e.causes] == ["opened", "observed"]


async def test_a_branch_is_caused_by_the_consult_that_opened_it() -> None:
    _, events = await everything().play()
    first = [e for e in events if e.branch and e.number == 0]
    assert [e.causes for e in first] == [(EventRef("visit-1", e.branch.rsplit(".", 1)[0]),) for e in first]


async def test_a_tools_causes_are_its_start_and_what_it_says_it_used() -> None:
    _, events = await everything().play()
    begins = [
        e
        for e in events
        if e.kind == "started" or (e.kind == "decided" and bool(getattr(e.body, "span", "")))
    ]
    tools = {e.name: tool for e, (_, tool, _) in zip(begins, begun(events), strict=True)}
    for event in events:
        if event.kind == "returned":
            start = event.causes[0].event
            assert start in tools
            assert [c.event for c in event.causes[1:]] == (["0"] if tools[start] == "identify" else [])


async def test_every_key_is_its_own() -> None:
    _, events = await everything().play()
    decisions = [decision for decision, _, _ in begun(events)]
    assert len(set(decisions)) == len(decisions)
    assert all(s.key == f"visit-1:{s.decision}" for s in bodies(events, Started))


# --- errors and small things ------------------------------------------------------------------------------


def test_errors_form_one_tree_and_say_what_to_do() -> None:
    for error in (LogError, StoreError, ToolError, ConfigurationError):
        assert issubclass(error, HarnessError)
    assert issubclass(TamperedLog, LogError)
    assert issubclass(StoreConflict, StoreError)
    broken = ToolError("it broke.", fix="Mend it.")
    assert (str(broken), broken.message, broken.fix) == ("it broke. Mend it.", "it broke.", "Mend it.")
    tampered = TamperedLog("12.0/3", "it was changed.")
    assert (tampered.event, str(tampered)) == ("12.0/3", "event 12.0/3: it was changed.")


async def test_the_person_hears_the_words_and_the_key() -> None:
    heard: list[Question] = []

    class Person:
        async def reply(self, question: Question) -> str:
            heard.append(question)
            return "Hm."

    bank = everything()
    bank.customer = Person()  # type: ignore[assignment]
    _, events = await bank.play()
    asked = [(decision, arguments) for decision, tool, arguments in begun(events) if tool == "ask"]
    assert [q.key for q in heard] == [f"visit-1:{decision}" for decision, _ in asked]
    assert [q.text for q in heard] == [arguments["text"] for _, arguments in asked]


async def test_an_empty_team_closes_like_any_other() -> None:
    outcome, events = await Branch({}).play()
    assert outcome.reason == "done"
    assert bodies(events, Closed) == [Closed("finished", "done", {"reason": "done"})]
