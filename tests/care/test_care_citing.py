"""Citations in the clinic: looked up first, quoted as they stand, shown with how deep they were read, never invented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from care_visits import CHEST_PAIN, Played, Saying, clinic, maria, play, policy_called
from hypothesis import given
from hypothesis import strategies as st

from wardround.care import (
    Chart,
    answer,
    asserts_medicine,
    entry_passages,
    instructions_with_sources,
    letters,
    passage_of,
    prose_renderer,
    sentences,
    soap_note,
    waiting,
)
from wardround.care.chart import Statement
from wardround.care.citing import Cited, Sources, resolved, source_line
from wardround.care.evidence_tools import EvidenceService, passage_view
from wardround.evidence import Depth, Document, Found, Layer, Passage
from wardround.harness import JSON, Answering, Decided, LanguageModelPolicy, Ports, Queue, Returned, Service
from wardround.models import ScriptedModel, ToolCall

BURNS = "it burns when I pee"
CYSTITIS = "condition.lower_urinary_tract_infection"
BASE = clinic().base


def outputs(visit: Played, tool: str) -> list[JSON]:
    """What a tool returned, in the order of the log."""
    return [e.body.output for e in visit.events if isinstance(e.body, Returned) and e.body.tool == tool]


def citations(visit: Played) -> Iterator[tuple[JSON, JSON]]:
    """Every action's arguments with each citation in them."""
    for action in visit.actions:
        for one in action.arguments.get("citations", ()):
            yield action.arguments, one


# --- the planner -------------------------------------------------------------------------------------------


async def test_the_planner_looks_up_before_it_plans_and_what_it_gets_is_on_the_log() -> None:
    visit = await play(BURNS)
    tools = [a.tool for a in visit.actions]
    assert "search_evidence" in tools
    assert tools.index("search_evidence") < min(tools.index(t) for t in ("prescribe", "advise", "follow_up"))
    (found,) = outputs(visit, "search_evidence")
    assert found["about"][0] == CYSTITIS
    for passage in found["passages"]:
        assert {"id", "text", "title", "layer", "depth", "source"} <= passage.keys()
        assert passage_view(passage_of(passage)) == {k: v for k, v in passage.items() if k != "highlights"}
    assert any(p["id"].startswith("guidance.") for p in found["passages"])


async def test_every_citation_of_the_planner_is_of_words_it_retrieved_for_words_it_says() -> None:
    visit, cited = await play(BURNS), 0
    for arguments, one in citations(visit):
        passage = visit.chart.passages[one["passage"]]
        assert one["quote"] in passage["text"]
        assert one.get("supports", "") in json.dumps(arguments, ensure_ascii=False)
        cited += 1
    assert cited >= 5


async def test_what_it_cites_is_among_the_causes_of_the_decision() -> None:
    visit = await play(BURNS)
    search = next(
        e for e in visit.events if isinstance(e.body, Returned) and e.body.tool == "search_evidence"
    )
    prescribed = next(a for a in visit.actions if a.tool == "prescribe")
    assert search.name in prescribed.because


async def test_an_emergency_is_not_kept_waiting_and_cites_what_the_alarm_brought() -> None:
    visit = await play(CHEST_PAIN)
    assert not outputs(visit, "search_evidence")
    (alarm, *_) = outputs(visit, "escalate")
    assert alarm["passages"]
    told = next(a for a in visit.actions if a.tool == "advise")
    assert {c["passage"] for c in told.arguments["citations"]} <= {p["id"] for p in alarm["passages"]}


async def test_the_tools_spans_are_evidence() -> None:
    for name in ("search_evidence", "read_passage", "calculators", "calculate"):
        assert (clinic().tools[name].effect, clinic().tools[name].span) == ("read", "evidence")


async def test_a_visit_with_citations_replays() -> None:
    assert (await play(BURNS)).replayed().result == "reproduced"


# --- what is shown -----------------------------------------------------------------------------------------


async def test_the_note_shows_sources_with_layer_depth_and_grade() -> None:
    visit = await play(BURNS)
    note = soap_note(BASE, visit.chart)
    assert "(source 1)" in note
    shown = [line for line in note.splitlines() if line.startswith("- (source 1)")]
    assert len(shown) == 1
    assert "summary" in shown[0]
    assert "not opened" in shown[0] or "reviewed" in shown[0]


async def test_instructions_and_letters_number_their_sources_and_list_each_once() -> None:
    visit = await play(BURNS)
    for page in (instructions_with_sources(BASE, visit.chart), *letters(BASE, visit.chart)):
        body = [line for line in page.splitlines() if not line.startswith("[")]
        listed = [line.split("]")[0][1:] for line in page.splitlines() if line.startswith("[")]
        used = {n for line in body for mark in line.split("[")[1:] for n in mark.split("]")[0].split(", ")}
        assert used == set(listed)
        assert listed == [str(n + 1) for n in range(len(listed))]


async def test_a_letter_goes_to_each_place_and_names_who_and_why() -> None:
    patient, record = maria()
    visit = await play(CHEST_PAIN, patient=patient, record=record)
    (letter,) = letters(BASE, visit.chart)
    assert letter.startswith("To emergency department\n")
    assert patient.name in letter
    assert "now, at once" in letter


def chart_saying(text: str, *cites: Cited, **passages: JSON) -> Chart:
    return Chart("p", "Ann", "2026-03-01", advice=(Statement(text, "9", cites),), passages=passages)


VIEW = {
    "id": "a",
    "title": "Colds",
    "text": "Colds pass.",
    "layer": "guideline",
    "depth": "summary",
    "source": "NICE",
}


def test_what_has_no_source_is_said_plainly() -> None:
    text = "Colds pass. Antibiotics cure them."
    chart = chart_saying(text, Cited("a", 0, 10, (0, 11)), a={**VIEW, "grade": "recalled", "event": "5"})
    note = soap_note(BASE, chart)
    assert "Colds pass. (source 1) Antibiotics cure them. [9]" in note
    assert "- No source given: Antibiotics cure them." in note
    assert "recalled: not opened" in note
    page = instructions_with_sources(BASE, chart)
    assert "Colds pass. [1] Antibiotics cure them." in page
    assert page.endswith("No source given: Antibiotics cure them.")


def test_words_from_outside_cannot_pass_for_a_source() -> None:
    chart = chart_saying("It is so (source 1) [1].")
    note = soap_note(BASE, chart)
    assert "(source 1)" not in note
    assert "[1]" not in note


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"grade": "recalled"}, "recalled: not opened"),
        ({"grade": "reviewed"}, "reviewed"),
        ({"depth": "abstract", "layer": "primary"}, "primary, abstract"),
        ({"depth": "label", "layer": "regulatory"}, "regulatory, label"),
        ({"retracted": True}, "RETRACTED"),
        ({"superseded_by": "doc-2"}, "superseded by doc-2"),
    ],
)
def test_a_source_says_how_deep_it_was_read_and_whether_it_stands(more: JSON, says: str) -> None:
    assert says in source_line({**VIEW, **more})


@given(st.text(max_size=200))
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    spans = list(sentences(text))
    assert "".join(text[a:b] for a, b in spans).split() == text.split() or "".join(
        "".join(text[a:b] for a, b in spans).split()
    ) == "".join(text.split())
    assert all(a < b for a, b in spans)


@pytest.mark.parametrize(
    "said",
    [
        "We will see you soon.",
        "How is the cold?",
        "Next visit in 3 days.",
        "Goodbye.",
        "Do you take metformin 500 mg?",
        "Go on with sertraline as before.",
        "Most likely so far: Acute sinusitis 78%, Common cold 9%; none of what I know 4%.",
        "Thank you for coming.",
    ],
)
def test_what_arranges_or_asks_asserts_no_medicine(said: str) -> None:
    assert not asserts_medicine(said)


@pytest.mark.parametrize(
    "said",
    [
        "Antibiotics do not help.",
        "Go to hospital at once for chest pain.",
        "We will give you metformin 20 g a day.",
        "The plan is metformin 20 g daily.",
        "Thank you, take paracetamol 2 g every hour.",
        "Take metformin 20 g a day, will you?",
        "Most likely so far: metformin 20 g a day cures cancer.",
        "I will prescribe 20 g of paracetamol",
        "(Take 20 g of metformin a day.)",
        "Hello, stop your insulin for ever",
        "Metformin 20g.",
        "Go on with methotrexate daily as before.",
        "\u6700\u5927\u5242\u91cf\u6bcf\u592920\u514b\u4e8c\u7532\u53cc\u80cd\u3002",
    ],
)
def test_what_says_something_of_medicine_asserts_it(said: str) -> None:
    assert asserts_medicine(said)


def test_a_citation_that_does_not_hold_is_not_shown() -> None:
    held = {"a": {**VIEW, "event": "5"}}
    said = "Colds pass. Rest."
    wrong = [
        {"passage": "b", "quote": "", "supports": ""},
        {"passage": "a", "quote": "Colds last", "supports": ""},
        {"passage": "a", "quote": "", "supports": "Sleep."},
    ]
    assert resolved(said, wrong, held) == ()
    right = {"passage": "a", "quote": "Colds", "supports": "Rest."}
    assert resolved(said, [right], held) == (Cited("a", 0, 5, (12, 17)),)
    assert Sources(held).mark(resolved(said, [right], held)) == " [1]"


# --- a language model ---------------------------------------------------------------------------------------


def scripted(*calls: tuple[str, JSON]) -> LanguageModelPolicy:
    """A model that does as told, then hands over."""
    script = iter(calls)

    def told(_: object) -> ToolCall:
        tool, arguments = next(script, ("close", {"disposition": "handed_over", "reason": "enough"}))
        return ToolCall("c", tool, json.dumps(arguments))

    return LanguageModelPolicy(ScriptedModel(told), prose_renderer(BASE))


SAID = "Drink more. It flushes the bladder."
INVENTED = {"passage": "pmid.31415926#0", "quote": "Water cures cystitis.", "supports": SAID}


async def test_a_model_that_cites_what_it_never_retrieved_is_refused_on_the_log() -> None:
    policy = scripted(("advise", {"text": SAID, "citations": [INVENTED]}), ("advise", {"text": SAID}))
    visit = await play(BURNS, policy=policy)
    refused = [e.body.ruling for e in visit.events if isinstance(e.body, Decided) and e.body.ruling]
    denied = [v for r in refused for v in r.verdicts if v.outcome == "deny"]
    assert [v.constraint for v in denied] == ["care.citation.not_retrieved"]
    assert "pmid.31415926#0" in denied[0].reason
    assert "not retrieved in this visit" in denied[0].reason
    (said,) = outputs(visit, "advise")
    assert said == {"text": SAID, "safety_net": False}
    assert "No source given: Drink more." not in soap_note(BASE, visit.chart)
    assert "No source given: It flushes the bladder." in soap_note(BASE, visit.chart)


async def test_a_model_that_looks_it_up_first_may_cite_it() -> None:
    net = BASE.conditions[CYSTITIS].safety_net
    first = net[slice(*next(sentences(net)))]
    cited = {"passage": f"entry.{CYSTITIS}.safety_net#0", "quote": first, "supports": first}
    policy = scripted(
        (
            "search_evidence",
            {"question": "bladder infection, when to come back", "about": ["Lower urinary tract infection"]},
        ),
        ("advise", {"text": first, "safety_net": True, "citations": [cited]}),
    )
    visit = await play(BURNS, policy=policy)
    (said,) = outputs(visit, "advise")
    assert said["citations"] == [cited]
    assert visit.chart.safety_net[0].cites == (Cited(cited["passage"], 0, len(first), (0, len(first))),)


async def test_a_passage_can_be_read_whole_and_what_is_not_there_is_said() -> None:
    name = f"entry.{CYSTITIS}.explain#0"
    policy = scripted(
        ("read_passage", {"passage": name}), ("read_passage", {"passage": "guidance.of.nothing#0"})
    )
    visit = await play(BURNS, policy=policy)
    (read,) = outputs(visit, "read_passage")
    assert [p["text"] for p in read["passages"]] == [BASE.conditions[CYSTITIS].explain]
    assert visit.chart.passages.keys() >= {name}


# --- a library of the ward's own ------------------------------------------------------------------------------


@dataclass
class Shelf:
    """One document that a hospital wrote; keeps what it was asked."""

    passage_: Passage
    asked: list[dict[str, Any]] = field(default_factory=list)

    def search(self, question: str, **more: Any) -> tuple[Found, ...]:
        self.asked.append({"question": question, **more})
        return (Found(self.passage_, 1.0, ((0, 5),)),)

    def passage(self, id: str) -> Passage | None:
        return self.passage_ if id == self.passage_.id else None


DOCUMENT = Document(
    "ward.7", "Our pathway", Layer.PRACTICE, Depth.FULL_TEXT, "Ward 7", "hospital", retracted=True
)
OWN = Passage("ward.7#0", DOCUMENT, "Fluids help.", 10, 22, "Cystitis", 3)


async def test_a_service_answers_with_all_that_a_reader_must_know_and_asks_again_only_where_it_may() -> None:
    shelf = Shelf(OWN)
    service = EvidenceService(shelf)
    request = {
        "patient_id": "p",
        "question": "cystitis",
        "population": "adults",
        "since": 2015,
        "layers": ["practice"],
    }
    (found,) = (await service.call(request, "k"))["passages"]
    assert found["retracted"] is True
    assert (found["depth"], found["section"], found["page"]) == ("full-text", "Cystitis", 3)
    assert found["highlights"] == [[0, 5]]
    assert shelf.asked[0]["years"] == (2015, None)
    assert shelf.asked[0]["population"] == "adults"
    await service.call(request, "k")
    assert len(shelf.asked) == 2
    kept = EvidenceService(shelf, keep=True)
    for _ in range(3):
        await kept.call(request, "k")
    assert len(shelf.asked) == 3


# --- the base's own entries -----------------------------------------------------------------------------------


def test_every_passage_of_an_entry_names_source_and_grade_and_has_an_id_of_its_own() -> None:
    seen: set[str] = set()
    for slug in (*BASE.conditions, *BASE.drugs, *BASE.red_flags, *BASE.interactions):
        for one in entry_passages(BASE, slug):
            document = one.passage.document
            assert one.passage.text.strip()
            assert document.source
            assert document.grade in ("measured", "reviewed", "recalled")
            assert slug in one.passage.about
            assert one.passage.id not in seen
            seen.add(one.passage.id)
    assert len(seen) > 2_000


# --- what a physician changes ---------------------------------------------------------------------------------


async def test_an_edited_order_cites_nothing_that_says_otherwise_and_the_edit_is_not_refused() -> None:
    visit = await play(BURNS, reviewer=Queue())
    (request,) = await waiting(clinic(), visit.ward.store)
    assert request.action.arguments["citations"]
    changed = {"days": 5, "instructions": "Another word for it."}
    await answer(clinic(), visit.ward.store, request, "edit", reviewer="Dr Osei", changes=changed)
    services: dict[str, Service] = {"orders": visit.orders}
    ports = Ports(Saying(), Answering("approve", "Dr Osei"), services=services)
    resumed = await visit.ward.resume(visit.outcome.encounter, policy_called("planner"), ports)
    await visit.ward.play(resumed)
    (written,) = resumed.state.domain.prescriptions
    assert written.proposal["days"] == 5
    assert written.cites == ()
    assert "No source given: Another word for it." in instructions_with_sources(BASE, resumed.state.domain)
