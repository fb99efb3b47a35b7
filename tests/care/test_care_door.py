"""The door of a visit: agents read what fits their budget and their role, rules know the whole, recall names its sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from care_visits import ANNA, DAY, Played, Saying, clinic, play, policy_called, ward

from wardround.care import Chart, MemoryService, Request, Ward, prose_renderer
from wardround.clinical import (
    WARDROUND,
    Coding,
    Concept,
    Fact,
    FactKind,
    FactSource,
    PartialDate,
    Quantity,
)
from wardround.harness import Answering, Event, LanguageModelPolicy, Observed, Ports, Returned
from wardround.harness.views import sees
from wardround.models import ScriptedModel, ToolCall

RECORDED = datetime(2026, 3, 1, tzinfo=UTC)


def fact(name: str, kind: FactKind, slug: str, text: str, *, since: str = "2020", **more: Any) -> Fact:
    """Something that an earlier visit learnt."""
    defaults = {"status": "active", "certainty": "confirmed", "recorded": RECORDED}
    source = FactSource("event", "7", "anna-0")
    return Fact(
        id=name,
        patient_id="anna",
        kind=kind,
        concept=Concept(text, (Coding(WARDROUND, slug, text),) if slug else ()),
        source=source,
        valid_from=PartialDate.parse(since),
        **{**defaults, **more},
    )


RECORD = (
    fact("lithium", "drug", "drug.lithium", "lithium", detail="400 mg at night; for bipolar disorder"),
    fact("bipolar", "problem", "condition.bipolar_disorder", "Bipolar disorder"),
    fact("penicillin", "allergy", "drug.amoxicillin", "amoxicillin", detail="medication severe: anaphylaxis"),
    fact("potassium", "result", "analyte.potassium", "potassium", value=Quantity(4.1, "mmol/L")),
    fact("will", "directive", "", "no ventilation"),
    *[fact(f"v{n}", "summary", "", f"20{n}-01-02: came with “a sore knee”. Ended: home.", since=f"20{n}-01-02") for n in range(15, 21)],
)  # fmt: skip


def read_by(events: list[Event], agent: str) -> list[dict[str, Any]]:
    """What an agent is shown at the door."""
    return [e.body.content for e in events if isinstance(e.body, Observed) and sees(agent, e)]


def shown(events: list[Event], agent: str, kind: str = "fact") -> dict[str, dict[str, Any]]:
    """The facts among it, by id."""
    return {c["fact"]["id"]: c["fact"] for c in read_by(events, agent) if c["kind"] == kind}


async def visit(complaint: str = "I have a cough", **more: Any) -> Played:
    return await play(complaint, record=RECORD, says=Saying(), **more)


async def door(
    complaint: str = "I have a cough", record: Sequence[Fact] = RECORD, tokens: int | None = None
) -> tuple[list[Event], Chart]:
    """What a visit begins with."""
    at, ports = ward(), Ports(Saying(), Answering("reject"))
    request = Request(ANNA, complaint, DAY, record, memory_tokens=tokens)
    opened = await at.open(request, policy_called("planner"), ports)
    return await at.events(opened.log.encounter), opened.state.domain


async def test_a_drug_is_seen_by_everybody_and_its_reason_by_nobody_in_a_visit_about_something_else() -> None:
    events, _ = await door()
    for agent in ("attending", "pharmacist", "history"):
        assert shown(events, agent)["lithium"]["detail"] == "400 mg at night [withheld]"
        assert "bipolar" not in shown(events, agent)
        assert "bipolar" not in str(read_by(events, agent)).lower()


async def test_what_is_withheld_is_counted_at_the_door() -> None:
    (note,) = (c for c in read_by((await door())[0], "attending") if c["kind"] == "withheld")
    assert note["counts"] == {"mental_health": 2}
    assert "ask with a purpose" in note["text"]


async def test_rules_know_what_agents_do_not_read() -> None:
    _, chart = await door()
    assert "condition.bipolar_disorder" in chart.evidence.known_conditions
    assert [d.drug for d in chart.drugs] == ["drug.lithium"]


async def test_a_visit_about_it_shows_it_to_whom_it_concerns() -> None:
    events, _ = await door("my mood is going up and down")
    assert "bipolar" in shown(events, "attending")
    assert "for bipolar disorder" in shown(events, "attending")["lithium"]["detail"]
    assert "bipolar" not in shown(events, "investigations")
    assert shown(events, "investigations", "recalled")["lithium"]["detail"] == "400 mg at night [withheld]"


async def test_a_contradiction_about_what_is_withheld_reaches_only_whom_it_concerns() -> None:
    denied = fact("denied", "problem", "condition.bipolar_disorder", "Bipolar disorder", status="refuted")
    events, _ = await door("my mood is going up and down", record=(*RECORD, denied))
    about = {
        agent: [c["conflict"]["words"] for c in read_by(events, agent) if c["kind"] == "conflict"]
        for agent in ("attending", "investigations")
    }
    assert len(about["attending"]) == 1
    assert about["investigations"] == []
    assert "bipolar" not in str(read_by(events, "investigations")).lower()


async def test_directives_and_older_visits_are_there() -> None:
    events, _ = await door()
    assert "will" in shown(events, "attending")
    assert {"v20", "v19", "v18"} <= set(shown(events, "attending"))
    earlier = [c["text"] for c in read_by(events, "attending") if c["kind"] == "earlier"]
    assert [line.split(":")[0] for line in earlier] == [f"anna-0, 20{n}-01-02" for n in (17, 16, 15)]


async def test_a_narrow_budget_names_what_was_left_out_and_keeps_the_rules_whole() -> None:
    events, chart = await door(tokens=62)
    assert list(shown(events, "attending")) == ["penicillin"]
    (note,) = (c for c in read_by(events, "attending") if c["kind"] == "left_out")
    assert {"drugs", "directives"} <= {part["section"] for part in note["parts"]}
    assert "1 drugs" in note["text"]
    assert [a.text for a in chart.allergies] == ["amoxicillin"]
    assert [d.drug for d in chart.drugs] == ["drug.lithium"]


async def test_who_is_new_begins_as_ever() -> None:
    events, _ = await door(record=())
    kinds = [c["kind"] for c in read_by(events, "attending")]
    assert kinds == ["known", "complaint"]


# --- a language model -------------------------------------------------------------------------------------------------


def model(*lines: str) -> ScriptedModel:
    """Recalls as told, then ends."""
    script = iter(lines)

    def answer(_: object) -> ToolCall:
        line = next(script, None)
        closing = '{"disposition": "handed_over", "reason": "enough"}'
        return ToolCall("c", "close", closing) if line is None else ToolCall("c", "recall", line)

    return ScriptedModel(answer)


def reading(said: ScriptedModel, tokens: int | None = None) -> LanguageModelPolicy:
    return LanguageModelPolicy(said, prose_renderer(clinic().base), memory_tokens=tokens)


async def test_the_models_own_tokenizer_counts_what_it_reads_of_memory() -> None:
    for budget in (120, 250, 2_000):
        said = model()
        await visit(policy=reading(said, budget))
        lines = [
            m.content
            for m in said.requests[0].messages
            if "emory" in m.content or "earlier visit" in m.content
        ]
        assert lines
        assert sum(said.count_tokens(line) for line in lines) <= budget


async def test_a_model_reads_that_there_is_more_and_can_ask_for_it_with_a_purpose() -> None:
    said = model(
        '{"topic": "mental health, bipolar"}',
        '{"topic": "bipolar disorder", "purpose": "before I give steroids"}',
    )
    at = ward()
    played = await visit(policy=reading(said), at=at)
    read = "\n".join(m.content for m in said.requests[0].messages)
    assert "withheld; ask with a purpose" in read
    first, second = (
        e.body.output for e in played.events if isinstance(e.body, Returned) and e.body.tool == "recall"
    )
    assert "bipolar" not in {f["id"] for f in first["facts"]}
    assert "withheld" in first
    assert "bipolar" in {f["id"] for f in second["facts"]}
    (line,) = at.memory.audit(patient_id="anna")
    assert (line.role, line.reason) == ("attending", "before I give steroids")
    asked = [a.arguments for a in played.actions if a.tool == "recall"]
    assert asked[1]["purpose"] == "before I give steroids"


async def test_what_was_recalled_names_its_events_so_that_decisions_rest_on_them() -> None:
    played = await visit(policy=reading(model('{"topic": "potassium"}')))
    (returned,) = (e for e in played.events if isinstance(e.body, Returned) and e.body.tool == "recall")
    assert ("anna-0", "7") in {(ref.encounter, ref.event) for ref in returned.causes}


# --- the service ------------------------------------------------------------------------------------------------------


def service(at: Ward) -> MemoryService:
    at.memory.write(RECORD, patient_id="anna")
    return MemoryService(clinic(), at.memory, "anna", DAY)


@pytest.mark.parametrize(
    ("request_", "found"),
    [
        ({"topic": "mood stabiliser"}, ["lithium"]),
        ({"topic": "visits", "when": "in 2016"}, ["v16"]),
        ({"topic": "volcanoes", "kind": "allergy"}, []),
        ({"topic": "allergies", "kind": "allergy"}, ["penicillin"]),
        ({"topic": "anna-0", "kind": "result"}, ["potassium"]),
    ],
)
async def test_the_service_understands_classes_times_kinds_and_visits(
    request_: dict[str, str], found: list[str]
) -> None:
    answer = await service(ward()).call({"patient_id": "anna", **request_}, "key")
    assert [f["id"] for f in answer["facts"]] == found


async def test_a_date_that_was_not_understood_is_said() -> None:
    answer = await service(ward()).call({"patient_id": "anna", "topic": "potassium since 3/4/2015"}, "key")
    assert "2015-04-03" in answer["note"]


async def test_a_visit_that_withholds_is_reproduced_from_its_log() -> None:
    assert (await visit()).replayed().result == "reproduced"
