"""Shorthand is read back: what was shortened is whole again, what is offered can be read, and nothing that is written breaks it."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import orjson
import pytest
from care_visits import ANNA, DAY, Saying, clinic, maria, play
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wardround.care import ShorthandRenderer, SolePlanner
from wardround.care.shorthand import ShortCall, short_names
from wardround.clinical import WARDROUND, Coding, Concept, Fact, FactSource, PartialDate
from wardround.harness import (
    Action,
    Called,
    Decision,
    Question,
    Review,
    ReviewRequest,
    Situation,
    seed_of,
)
from wardround.models import Message

MARIA, RECORD = maria()


def called(tool: str, arguments: str, thought: str = "J18 4") -> Called:
    """A call as a model writes it."""
    call = {"id": "call_1", "name": tool, "arguments": arguments}
    return Called(
        "mini", None, False, (), "", (call,), thought, "tool_calls", None, None, None, None, None, None
    )


@dataclass
class Watched:
    """Plays as the planner does alone, and looks at every step through the renderer."""

    renderer: ShorthandRenderer = field(default_factory=lambda: ShorthandRenderer(clinic()))
    differing: list[tuple[Action | None, Decision]] = field(default_factory=list)
    unoffered: list[str] = field(default_factory=list)
    said: list[tuple[Message, ...]] = field(default_factory=list)
    situations: list[Situation] = field(default_factory=list)
    name: str = "watched"
    tools: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.planner = SolePlanner(clinic().projection)

    async def decide(self, situation: Situation) -> Decision:
        """The planner's step."""
        step = await self.planner.decide(situation)
        self.situations.append(situation)
        self.said.append(self.renderer.messages(situation))
        short = self.renderer.shorten(situation, step)
        assert short is not None, step
        self.tools.add(short.tool)
        if short.tool not in {spec.name for spec in self.renderer.tools(situation)}:
            self.unoffered.append(short.tool)
        again = self.renderer.read(situation, called(short.tool, orjson.dumps(short.arguments).decode()))
        if again.action != step.action:
            self.differing.append((step.action, again))
        return step

    def read(self, situation: Situation, call: Called) -> Decision:
        """Nobody asks a model."""
        return Decision(None, problem="no model calls")


@dataclass
class Says:
    """A patient who brings something up at the first question, and then says no, but for what is known."""

    first: str
    known: Mapping[str, str] = field(default_factory=dict)
    said: bool = False

    async def reply(self, question: Question) -> str:
        """One answer."""
        found = next((a for word, a in self.known.items() if word in question.text.lower()), None)
        if found is not None or self.said:
            return found or "No."
        self.said = True
        return self.first


@dataclass
class Rejecting:
    """A physician who signs nothing of one kind."""

    tool: str

    async def review(self, request: ReviewRequest) -> Review | None:
        """Their word."""
        word = "reject" if request.action.tool == self.tool else "approve"
        return Review(word, "physician", "Dr Osei")  # type: ignore[arg-type]


def taken(slug: str, *, days: int) -> Fact:
    """A drug that was prescribed here so many days ago."""
    text, since = clinic().base.named(slug), (DAY - timedelta(days=days)).isoformat()
    return Fact(
        f"fact-{slug}", ANNA.id, "drug", Concept(text, (Coding(WARDROUND, slug, text),)), "active", "confirmed",
        datetime(2026, 10, 1, tzinfo=UTC), FactSource("event", "12", "anna-0"), PartialDate.parse(since),
    )  # fmt: skip


VISITS: dict[str, dict[str, Any]] = {
    "a cough": {"complaint": "I have had a cough and a fever for three days"},
    "burning when passing water": {"complaint": "it burns when I pee", "seed": 3},
    "an emergency": {"complaint": "chest pain radiating to my left arm and I'm sweating"},
    "nothing understood": {"complaint": "xyzzy plugh", "says": Saying("I am not sure.")},
    "a record": {"complaint": "my knee hurts", "patient": MARIA, "record": RECORD},
    "an allergy denied": {
        "complaint": "I have a cough", "patient": MARIA, "record": RECORD,
        "says": Says("No. By the way, I'm not allergic to penicillin."),
    },
    "a drug ended": {
        "complaint": "I have a cough", "patient": MARIA, "record": RECORD,
        "says": Says("No. I don't take atorvastatin any more, the hospital stopped it last month."),
        "reviewer": Rejecting("settle"),
    },
    "a drug that may bring it": {
        "complaint": "I have heartburn", "record": (taken("drug.ibuprofen", days=6),), "says": Saying("No."),
    },
    "a drug that must not be": {
        "complaint": "I have a cough and I am 20 weeks pregnant", "says": Saying("No.", {"pregnan": "Yes, I am."}),
        "record": (taken("drug.ramipril", days=200),), "reviewer": Rejecting("stop"),
    },
    "no prescription signed": {"complaint": "it burns when I pee", "reviewer": Rejecting("prescribe")},
}  # fmt: skip


@cache
def watched(name: str) -> Watched:
    """A visit, watched; played once."""
    how, policy = dict(VISITS[name]), Watched()
    asyncio.run(play(how.pop("complaint"), policy=policy, **how))
    return policy


@pytest.mark.parametrize("visit", VISITS)
def test_what_was_shortened_is_whole_again(visit: str) -> None:
    assert watched(visit).differing == []
    assert watched(visit).unoffered == []


@pytest.mark.parametrize("visit", VISITS)
def test_a_turn_adds_messages_and_changes_none(visit: str) -> None:
    said = watched(visit).said
    assert all(after[: len(before)] == before for before, after in pairwise(said))


def test_every_tool_that_the_planner_uses_alone_was_shortened() -> None:
    used = set().union(*(watched(name).tools for name in VISITS))
    assert used >= {
        "ask", "examine", "order_test", "check_prescription", "search_evidence", "read_passage", "settle", "differential",
        "diagnose", "prescribe", "stop", "advise", "refer", "follow_up", "escalate", "close",
    }  # fmt: skip


def any_value(schema: Mapping[str, Any], draw: random.Random) -> Any:
    """Something that a schema allows."""
    if "enum" in schema:
        return draw.choice(schema["enum"])
    if schema.get("type") == "array":
        return [any_value(schema["items"], draw) for _ in range(draw.randint(schema["minItems"], 4))]
    return f"{draw.choice(sorted(short_names(clinic().base).slug))} {draw.randint(1, 99)}"


def any_arguments(parameters: Mapping[str, Any], draw: random.Random) -> dict[str, Any]:
    """Arguments that a schema allows; what is optional, sometimes."""
    return {
        name: any_value(schema, draw)
        for name, schema in parameters["properties"].items()
        if name in parameters["required"] or draw.random() < 0.5
    }


@pytest.mark.parametrize("visit", ["a record", "an allergy denied", "an emergency", "nothing understood"])
def test_whatever_is_offered_can_be_read_and_is_what_the_tool_takes(visit: str) -> None:
    policy, draw = watched(visit), random.Random(seed_of(visit))
    for situation in policy.situations[::3]:
        for spec in policy.renderer.tools(situation):
            arguments = any_arguments(spec.parameters, draw)
            step = policy.renderer.read(situation, called(spec.name, orjson.dumps(arguments).decode()))
            assert step.action is not None, (spec.name, arguments, step.problem)
            read = clinic().tools[step.action.tool].read(step.action.arguments)
            assert not isinstance(read, str), (spec.name, arguments, read)
            assert all(situation.view.seen(name) for name in step.action.because)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
TOOLS = (*clinic().tools, "", "nothing", "close\x00", "__init__")
FIELDS = ("about", "findings", "test", "topic", "drug", "conflict", "decision", "ranked", "condition", "certainty",
          "say", "to", "urgency", "red_flag", "disposition", "because", "patient_id")  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    tool=st.sampled_from(TOOLS),
    arguments=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=3),
    place=st.floats(0, 1, exclude_max=True),
)
@example(tool="settle", arguments={"conflict": 10**30, "decision": "first"}, place=0.9)
def test_nothing_that_is_written_breaks_it(tool: str, arguments: dict[str, Any], place: float) -> None:
    policy = watched("an allergy denied")
    situation = policy.situations[int(place * len(policy.situations))]
    step = policy.renderer.read(situation, called(tool, json.dumps(arguments)))
    assert (step.action is None) != (step.problem is None)
    assert step.thought == "J18 4"


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("ask", "{", "valid JSON"),
        ("ask", "[]", "no JSON object"),
        ("ask", '{"about":"finding.nonsense"}', "about: 'finding.nonsense'"),
        ("ask", "{}", "about: None"),
        ("diagnose", '{"condition":"Q00.7","certainty":"probable"}', "condition: 'Q00.7'"),
        ("diagnose", '{"condition":"J18"}', "certainty: None"),
        ("differential", '{"ranked":["J18 400"]}', "ranked: 'J18 400'"),
        ("differential", '{"ranked":["J18 ²"]}', "ranked: 'J18 ²'"),
        ("differential", '{"ranked":[]}', "1 to 10"),
        ("settle", '{"conflict":true,"decision":"first"}', "conflict: True"),
        ("prescribe", '{"drug":"drug.paracetamol"}', "no working diagnosis"),
        ("consult", '{"agents":["pharmacist"]}', "no tool 'consult'"),
        ("close", '{"disposition":"nowhere"}', "disposition: 'nowhere'"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_field(tool: str, arguments: str, told: str) -> None:
    policy = watched("a cough")
    step = policy.renderer.read(policy.situations[0], called(tool, arguments))
    assert step.action is None
    assert told in str(step.problem)


def test_a_condition_that_is_named_twice_counts_where_it_first_stands() -> None:
    policy = watched("a cough")
    asked = ShortCall("differential", {"ranked": ["J20 40", "J18 30", "J20 10"]})
    action = policy.renderer.expand(policy.situations[0], asked).action
    assert action is not None
    assert [(r["condition"], r["probability"]) for r in action.arguments["ranked"]] == [
        ("condition.acute_bronchitis", 0.4), ("condition.community_acquired_pneumonia", 0.3),
    ]  # fmt: skip


def test_a_drug_without_a_line_gets_its_usual_dose_and_the_rules_decide() -> None:
    policy = watched("burning when passing water")
    last = policy.situations[-1]
    action = policy.renderer.expand(last, ShortCall("prescribe", {"drug": "drug.metformin"})).action
    assert action is not None
    assert action.arguments["drug"] == "drug.metformin"
    assert action.arguments["dose"] > 0


def test_what_the_patient_hears_is_the_base_s_own() -> None:
    policy, base = watched("burning when passing water"), clinic().base
    last = policy.situations[-1]
    said = policy.renderer.expand(last, ShortCall("advise", {"say": "safety_net"})).action
    assert said is not None
    assert said.arguments["text"] in {c.safety_net for c in base.conditions.values()}
