"""Shorthand: a visit in a few hundred tokens. What stands in it, what cannot, and that a lesson is the very conversation."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from care_visits import ANNA, Played, Saying, clinic, maria, play
from hypothesis import given
from hypothesis import strategies as st

from wardround.care import ShorthandRenderer, SolePlanner
from wardround.care.shorthand import ShortCall, lesson, short_names, spelled, vocabulary
from wardround.care.shorthand.telling import ago, cleaned, number
from wardround.clinical import WARDROUND, Coding, Concept, Fact, FactSource, PartialDate, Quantity
from wardround.harness import ConfigurationError, Decided, Decision, LanguageModelPolicy, Situation
from wardround.models import Completion, Message, ScriptedModel, ToolCall, ToolSpec

MARIA, RECORD = maria()
BURNS = "it burns when I pee"


@cache
def visit(complaint: str = BURNS) -> Played:
    """A visit that the planner played alone."""
    return asyncio.run(play(complaint, policy=SolePlanner(clinic().projection)))


def said(messages: tuple[Message, ...], role: str) -> list[str]:
    """The texts of one role."""
    return [m.content for m in messages if m.role == role]


def calls(messages: tuple[Message, ...]) -> list[tuple[str, dict[str, Any]]]:
    """What the assistant called."""
    return [(c.name, orjson.loads(c.arguments)) for m in messages for c in m.tool_calls]


# --- names and words --------------------------------------------------------------------------------------


def test_every_condition_has_one_short_name_and_every_name_one_condition() -> None:
    names, base = short_names(clinic().base), clinic().base
    assert names.code.keys() == {*base.conditions, *base.alternatives}
    assert {names.slug[code] for code in names.code.values()} == names.code.keys()
    for slug, code in names.code.items():
        entry = base.conditions.get(slug) or base.alternatives[slug]
        assert code.rstrip("ab") == entry.icd10[0].code


def test_conditions_that_share_a_code_differ_by_a_letter() -> None:
    names = short_names(clinic().base)
    assert sorted(code for code in names.slug if code.startswith("E83.5")) == ["E83.5a", "E83.5b"]


def test_short_names_are_spelled_in_few_characters() -> None:
    assert set("".join(short_names(clinic().base).slug)) == set(spelled(clinic().base))
    assert len(spelled(clinic().base)) < 40


def test_the_vocabulary_is_stable_holds_every_id_and_no_condition() -> None:
    words, base = vocabulary(clinic().base), clinic().base
    assert words == vocabulary(clinic().base)
    assert len(words) == len(set(words))
    assert {*base.findings, *base.drugs, *base.tests, *base.red_flags, *base.analytes} <= {*words}
    assert not {*base.conditions, *base.alternatives} & {*words}
    assert {c.id for c in clinic().constraints} <= {*words}


def test_every_call_of_a_visit_is_made_of_the_vocabulary() -> None:
    words = sorted(vocabulary(clinic().base), key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, words)))
    for name, arguments in calls(lesson(clinic(), visit().events)):
        written = f'{{"name":"{name}","arguments":{orjson.dumps(arguments).decode()}}}'
        left = known.sub("", written)
        assert re.fullmatch(r"[A-Z0-9.ab ]*|physician|hospital|[a-z ]+", left), (written, left)


# --- what stands in it ------------------------------------------------------------------------------------


def test_a_visit_begins_with_who_and_the_words_and_what_they_were_understood_to_mean() -> None:
    system, door = lesson(clinic(), visit().events)[:2]
    assert (system.role, system.content) == ("system", "attending short")
    assert (door.role, door.content) == (
        "user",
        "42 f v1 «it burns when i pee» +finding.dysuria",
    )


def test_answers_measurements_and_results_stand_by_their_ids() -> None:
    told = " ".join(said(lesson(clinic(), visit().events), "tool"))
    assert re.search(r"[+-]finding\.\w+", told)
    assert re.search(r"=finding\.temperature 3\d(\.\d)?\b", told)
    assert re.search(r"\b(positive|negative)\b|=analyte\.", told)


def test_memory_stands_in_it_short() -> None:
    played = asyncio.run(
        play("my knee hurts", patient=MARIA, record=RECORD, policy=SolePlanner(clinic().projection))
    )
    door = lesson(clinic(), played.events)[1].content
    assert "allergy allergy.penicillins" in door
    assert "drug drug.metformin" in door
    assert "problem E11" in door
    assert "known allergies drugs" in door
    assert len(door) < 1_200


def test_of_earlier_values_the_newest_that_is_not_usual_is_told() -> None:
    def result(slug: str, value: float, unit: str, day: str) -> Fact:
        text = clinic().base.named(slug)
        return Fact(
            f"r-{slug}-{day}", ANNA.id, "result", Concept(text, (Coding(WARDROUND, slug, text),)), "active", "confirmed",
            datetime(2026, 10, 1, tzinfo=UTC), FactSource("fhir", f"Observation/{slug}-{day}"), PartialDate.parse(day),
            value=Quantity(value, unit),
        )  # fmt: skip

    record = (
        result("analyte.hba1c", 70.0, "mmol/mol", "2026-08-22"),
        result("analyte.hba1c", 90.0, "mmol/mol", "2025-08-22"),
        result("analyte.sodium", 140.0, "mmol/L", "2026-08-22"),
        result("analyte.egfr", 95.0, "mL/min/{1.73m2}", "2026-08-22"),
    )
    played = asyncio.run(
        play(BURNS, record=record, policy=SolePlanner(clinic().projection), says=Saying("No."))
    )
    door = lesson(clinic(), played.events)[1].content
    assert "=analyte.hba1c 70 high 3m" in door
    assert "90" not in door
    assert "=analyte.egfr 95 3m" in door
    assert "sodium" not in door


def test_a_refusal_names_its_rule() -> None:
    script = [
        ToolCall("1", "close", '{"disposition":"home"}'),
        ToolCall("2", "escalate", '{"red_flag":"red_flag.thunderclap_headache"}'),
    ]
    model = ScriptedModel(script)
    policy = LanguageModelPolicy(model, ShorthandRenderer(clinic()))
    asyncio.run(play(BURNS, policy=policy))
    assert model.requests[1].messages[-1].content.startswith("no care.")


def test_what_could_not_be_read_is_told_and_nothing_breaks() -> None:
    model = ScriptedModel(["I would rather talk.", ToolCall("1", "ask", '{"about":"finding.fever"}')])
    asyncio.run(play(BURNS, policy=LanguageModelPolicy(model, ShorthandRenderer(clinic()))))
    assert model.requests[1].messages[-2:] == (
        Message("assistant", "I would rather talk."),
        Message("user", "unread"),
    )


@given(st.text(max_size=300))
def test_words_from_outside_hold_no_mark_of_ours(text: str) -> None:
    told = cleaned(text)
    assert len(told) <= 200
    assert not set('«»+=<>|{}"\n_') & set(told)


@pytest.mark.parametrize(
    "word", ["finding.cough", "drug.amoxicillin", "red_flag.sepsis", "care.red_flag.escalate"]
)
@pytest.mark.parametrize("around", ["{}", "I have {} today", "+{}", "x{}y", "A.{}"])
def test_an_id_in_a_patient_s_words_is_none(word: str, around: str) -> None:
    assert not [w for w in vocabulary(clinic().base) if "." in w and w in cleaned(around.format(word))]


@pytest.mark.parametrize(
    ("value", "short"),
    [
        (38.44, "38.4"),
        (120.0, "120"),
        (219.4, "219"),
        (0.123, "0.12"),
        (7.0, "7"),
        (-1.25, "-1.2"),
        (0.0, "0"),
    ],
)
def test_numbers_are_as_short_as_they_can_be_told(value: float, short: str) -> None:
    assert number(value) == short


@pytest.mark.parametrize(
    ("day", "short"),
    [
        ("2026-11-20", "2d"),
        ("2026-10-20", "4w"),
        ("2026-01", "10m"),
        ("2010", "16y"),
        ("", ""),
        ("2026-12-01", "-9d"),
    ],
)
def test_how_long_ago_is_told_in_one_unit(day: str, short: str) -> None:
    assert ago(date(2026, 11, 22), day) == short


# --- thinking ---------------------------------------------------------------------------------------------


def thoughts(think: Any) -> dict[str, set[int]]:
    """How many conditions were thought of before each tool."""
    found: dict[str, set[int]] = {}
    for message in lesson(clinic(), visit().events, think):
        for call in message.tool_calls:
            found.setdefault(call.name, set()).add(len(message.thought.split()) // 2)
    return found


def test_how_much_is_thought() -> None:
    assert set().union(*thoughts("none").values()) == {0}
    short, long = thoughts("short"), thoughts("long")
    assert short["ask"] == {0}
    assert short["differential"] == short["diagnose"] == {1}
    assert long["ask"] == long["differential"] == {3}
    assert long["advise"] == short["advise"] == {0}


def test_thoughts_are_short_names_with_tenths() -> None:
    every = [m.thought for m in lesson(clinic(), visit().events, "long") if m.thought]
    assert all(re.fullmatch(r"([A-Z]\d\d(\.\d)?[ab]? \d ?){1,3}", thought) for thought in every)


def test_a_style_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="long, short, none"):
        ShorthandRenderer(clinic(), "much")  # type: ignore[arg-type]


# --- lessons ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("complaint", [BURNS, "chest pain radiating to my left arm and I'm sweating"])
def test_a_lesson_is_the_very_conversation_of_a_model_that_writes_the_same(complaint: str) -> None:
    taught = lesson(clinic(), visit(complaint).events)
    turns = [m for m in taught if m.role == "assistant"]
    script = [Completion(tool_calls=m.tool_calls, thought=m.thought, finish="tool_calls") for m in turns]
    model = ScriptedModel(script)
    policy = LanguageModelPolicy(model, ShorthandRenderer(clinic()))
    played = asyncio.run(play(complaint, policy=policy))
    assert [(a.tool, a.arguments, a.because) for a in played.actions] == [
        (a.tool, a.arguments, a.because) for a in visit(complaint).actions
    ]
    assert (*model.requests[-1].messages, turns[-1]) == taught
    assert lesson(clinic(), played.events) == taught


def test_a_lesson_ends_with_what_the_agent_said_last() -> None:
    last = lesson(clinic(), visit().events)[-1]
    assert (last.role, last.tool_calls[0].name) == ("assistant", "close")


def test_calls_and_answers_take_turns() -> None:
    roles = [m.role for m in lesson(clinic(), visit().events)]
    assert roles[:3] == ["system", "user", "assistant"]
    assert roles[2:] == ["assistant", "tool"] * ((len(roles) - 3) // 2) + ["assistant"]


def test_a_visit_with_specialists_is_no_lesson() -> None:
    played = asyncio.run(play(BURNS))
    with pytest.raises(ValueError, match="hand_over has no short form"):
        lesson(clinic(), played.events)


def test_a_log_without_its_header_is_no_lesson() -> None:
    with pytest.raises(ValueError, match="header"):
        lesson(clinic(), visit().events[1:])


def test_only_what_is_permitted_and_means_something_is_offered() -> None:
    offered: list[tuple[tuple[ToolSpec, ...], Situation]] = []
    renderer = ShorthandRenderer(clinic())

    class Looking(SolePlanner):
        async def decide(self, situation: Situation) -> Decision:
            offered.append((renderer.tools(situation), situation))
            return await super().decide(situation)

    asyncio.run(play(BURNS, policy=Looking(clinic().projection)))
    assert all({s.name for s in specs} <= situation.mask.tools for specs, situation in offered)
    first, last = ({s.name for s in specs} for specs in (offered[0][0], offered[-1][0]))
    assert not {"settle", "prescribe", "follow_up", "stop"} & first
    assert {"prescribe", "follow_up"} <= last
    assert not {"consult", "hand_over", "report", "remember"} & (first | last)


def test_a_question_that_was_refused_because_it_was_answered_is_offered_no_more() -> None:
    askable: list[set[str]] = []
    asked: list[str] = []
    renderer = ShorthandRenderer(clinic())

    class Insisting(SolePlanner):
        """Asks its second question twice."""

        async def decide(self, situation: Situation) -> Decision:
            schemas: list[Any] = [s.parameters for s in renderer.tools(situation) if s.name == "ask"]
            askable.append({about for one in schemas for about in one["properties"]["about"]["enum"]})
            step = await super().decide(situation)
            about = step.action.arguments.get("about") if step.action and step.action.tool == "ask" else None
            asked.append(asked[-1] if len(asked) == 2 else str(about))
            return (
                renderer.expand(situation, ShortCall("ask", {"about": asked[-1]}))
                if len(asked) == 3
                else step
            )

    asyncio.run(play(BURNS, policy=Insisting(clinic().projection)))
    again = asked[1]
    assert asked[2] == again
    assert all(again in offered for offered in askable[:3]), "what was not refused yet is offered"
    assert all(again not in offered for offered in askable[3:] if offered)
    assert askable[3] == askable[2] - {again}


def test_the_log_pins_the_renderer() -> None:
    policy = LanguageModelPolicy(ScriptedModel([]), ShorthandRenderer(clinic()))
    assert policy.versions["renderer"] == "shorthand-1"
    assert not [e for e in visit().events if isinstance(e.body, Decided) and e.body.call is not None]


def test_the_page_s_example_runs() -> None:
    page = Path(__file__).parents[2] / "docs" / "shorthand.md"
    (block,) = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
    scope: dict[str, Any] = {}
    exec(compile(block, page.name, "exec"), scope)  # our own page, with assertions of its own
    assert scope["conversation"][0].content == "attending short"


def test_the_page_names_every_terse_tool() -> None:
    page = (Path(__file__).parents[2] / "docs" / "shorthand.md").read_text(encoding="utf-8")
    for name in clinic().tools:
        terse = name not in ("consult", "hand_over", "report", "remember", "calculate", "calculators")
        assert (f"`{name}`" in page) == terse
