"""A visit with a language model behind it: any model, under the same rules."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from cli_house import BURNING, HEART, decisions, ok, run, sample, visit, written
from loopback_chat import chatting

from wardround.models.openai_compatible import OpenAICompatibleModel

AMOXICILLIN = {
    "dose": 500,
    "unit": "mg",
    "route": "oral",
    "per_day": 3,
    "days": 7,
    "indication": "condition.lower_urinary_tract_infection",
}


def endpoint(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    monkeypatch.setenv("OPENAI_API_KEY", "no-key")


@pytest.mark.parametrize("drug", ["drug.amoxicillin", "Amoxicillin", "amoxicillin"])
def test_amoxicillin_after_an_anaphylaxis_to_penicillin_is_denied_by_id(
    store: Path, monkeypatch: pytest.MonkeyPatch, drug: str
) -> None:
    def wants(turn: int, offered: set[str]) -> tuple[str, dict[str, Any]]:
        if turn == 0:
            return "prescribe", {"drug": drug, **AMOXICILLIN}
        return "hand_over", {"to": "physician", "reason": "I am not sure."}

    with chatting(wants) as chat:
        endpoint(monkeypatch, chat.url)
        told = visit(
            store,
            "--complaint",
            BURNING,
            "--patient",
            "simulated",
            "--reviewer",
            "approve",
            "--policy",
            "openai:test",
        )
    (verdict,) = [v for v in told["verdicts"] if v["constraint"] == "care.allergy.direct"]
    assert (verdict["outcome"], verdict["severity"]) == ("deny", "critical")
    assert "Penicillin" in verdict["reason"]
    assert told["status"] == "finished"
    assert not [o for o in told["orders"] if o["kind"] == "prescription"]
    logged = [json.loads(line) for line in Path(told["log"]).read_text().splitlines()]
    denials = [
        v["constraint"]
        for e in logged
        if e["kind"] == "decided"
        for v in (e["body"]["ruling"] or {"verdicts": ()})["verdicts"]
    ]
    assert "care.allergy.direct" in denials
    assert ok("replay", told["log"], "--verify", "--json").json["result"] == "reproduced"


def test_on_the_terminal_the_denial_is_a_box_of_its_own(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wants(turn: int, offered: set[str]) -> tuple[str, dict[str, Any]]:
        return (
            ("prescribe", {"drug": "Amoxicillin", **AMOXICILLIN})
            if turn == 0
            else ("hand_over", {"to": "physician", "reason": "?"})
        )

    with chatting(wants) as chat:
        endpoint(monkeypatch, chat.url)
        shown = ok("visit", "--store", store, "--complaint", BURNING, "--policy", "openai:test").out
    assert "✗ stopped: No drug to which the patient is allergic" in shown
    assert "Amoxicillin 500 mg by mouth" in shown
    assert "drug.amoxicillin" not in shown


def test_a_model_that_wants_something_else_is_overruled_the_third_time(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wants(turn: int, offered: set[str]) -> tuple[str, dict[str, Any]]:
        if turn < 2:
            return "ask", {"question": "And how is your mother?"}
        return "hand_over", {"to": "physician", "reason": "I was overruled."}

    with chatting(wants) as chat:
        endpoint(monkeypatch, chat.url)
        told = visit(
            store,
            "--complaint",
            HEART,
            "--patient",
            "simulated",
            "--reviewer",
            "approve",
            "--policy",
            "openai:test",
        )
    assert chat.offered[0] == chat.offered[1] == {"escalate"}
    first, second, third, *_ = decisions(told["log"])
    assert [(d["by"], d["action"]["tool"]) for d in (first, second)] == [("attending", "ask")] * 2
    assert (third["by"], third["action"]["tool"]) == ("constraint", "escalate")
    assert told["status"] == "finished"
    assert [o for o in told["orders"] if o["kind"] == "escalation"]


def test_an_endpoint_that_is_not_there_ends_in_a_hand_over(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(seconds: float) -> None:
        await asyncio.sleep(0)

    assert OpenAICompatibleModel.__init__.__kwdefaults__ is not None
    monkeypatch.setitem(OpenAICompatibleModel.__init__.__kwdefaults__, "sleep", at_once)
    endpoint(monkeypatch, "http://127.0.0.1:9/v1")
    told = visit(store, "--complaint", "a cough", "--patient", "simulated", "--policy", "openai:test")
    assert (told["status"], told["disposition"]) == ("finished", "handed_over")
    assert "handed over to physician" in told["reason"]
    logged = [json.loads(line) for line in Path(told["log"]).read_text().splitlines()]
    failures = [e["body"] for e in logged if e["kind"] == "failed"]
    assert len(failures) >= 3
    assert {f["boundary"] for f in failures} == {"model"}
    assert "no-key" not in Path(told["log"]).read_text()


@pytest.mark.parametrize(
    "answer", [("operate", {}), ("prescribe", {"drug": ["a"] * 5000}), ("ask", {"question": "x" * 200_000})]
)
def test_a_model_that_talks_nonsense_is_data(
    store: Path, monkeypatch: pytest.MonkeyPatch, answer: tuple[str, dict[str, Any]]
) -> None:
    with chatting(lambda turn, offered: answer) as chat:
        endpoint(monkeypatch, chat.url)
        ran = ok(
            "visit",
            "--store",
            store,
            "--complaint",
            "a cough",
            "--patient",
            "simulated",
            "--policy",
            "openai:test",
            "--json",
        )
    assert ran.json["status"] == "finished"
    assert not ran.json["orders"]


def test_without_a_key_for_the_official_endpoint_nothing_is_opened(store: Path) -> None:
    ran = run("visit", "--store", store, "--policy", "openai:gpt", "--complaint", "a cough", "--json")
    assert ran.code == 1
    assert "OPENAI_API_KEY" in ran.error


def test_a_record_written_for_this_test_is_denied_as_well(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "b.json", sample())

    def wants(turn: int, offered: set[str]) -> tuple[str, dict[str, Any]]:
        return (
            ("prescribe", {"drug": "Amoxicillin", **AMOXICILLIN})
            if turn == 0
            else ("hand_over", {"to": "physician", "reason": "?"})
        )

    with chatting(wants) as chat:
        endpoint(monkeypatch, chat.url)
        told = visit(
            store,
            "--record",
            path,
            "--complaint",
            BURNING,
            "--patient",
            "simulated",
            "--policy",
            "openai:test",
        )
    assert "care.allergy.direct" in {v["constraint"] for v in told["verdicts"] if v["outcome"] == "deny"}
