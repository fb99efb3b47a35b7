"""Opening, holding, reviewing and closing visits; the order book; what the patient's words mean for the chart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from care_visits import ANNA, DAY, Played, Saying, clinic, play, policy_called, ward

from wardround.care import Chart, DeceasedError, OrderBook, Request, Ward, answer, waiting
from wardround.clinical import PartialDate
from wardround.harness import (
    JSON,
    Answering,
    EncounterSummary,
    HarnessError,
    MemoryStore,
    Ports,
    Queue,
    Service,
)
from wardround.memory import Memory

UNDERSTANDING = clinic().understanding
PORTS = Ports(Saying(), Answering("approve"))


@pytest.mark.parametrize("died", [True, PartialDate.parse("2020")])
async def test_the_dead_are_refused_by_name_and_nothing_is_written(died: PartialDate | bool) -> None:
    at = ward()
    with pytest.raises(DeceasedError, match=r"Anna Example \(anna\) has died"):
        await at.open(Request(replace(ANNA, deceased=died), "cough", DAY), policy_called("planner"), PORTS)
    assert at.memory.patient(patient_id="anna") is None
    assert await at.store.encounters() == []


async def test_an_empty_complaint_is_refused_with_the_fix() -> None:
    with pytest.raises(HarnessError, match=r"complaint: it is empty"):
        await ward().open(Request(ANNA, "  ", DAY), policy_called("planner"), PORTS)


async def test_visits_are_numbered_for_each_patient() -> None:
    at = ward()
    names = [(await play("I have a cough", at=at, says=Saying())).outcome.encounter for _ in range(2)]
    assert names == ["anna-1", "anna-2"]


async def test_what_waits_is_read_off_the_log_and_answered_on_it() -> None:
    visit = await play("it burns when I pee", reviewer=Queue())
    assert visit.outcome.status == "on-hold"
    (request,) = await waiting(clinic(), visit.ward.store)
    assert request.action.tool == "prescribe"
    await answer(
        clinic(), visit.ward.store, request, "edit", reviewer="Dr Osei", changes={"days": 5}, note="longer"
    )
    assert await waiting(clinic(), visit.ward.store) == []
    again = await play_on(visit)
    assert [(p.proposal["days"], p.approved_by) for p in again.prescriptions] == [(5, "Dr Osei")]


async def play_on(visit: Played) -> Chart:
    """Resume a visit that waited and play it to its end."""
    services: dict[str, Service] = {"orders": visit.orders}
    ports = Ports(Saying(), Answering("approve", "Dr Who"), services=services)
    resumed = await visit.ward.resume(visit.outcome.encounter, policy_called("planner"), ports)
    outcome = await visit.ward.play(resumed)
    assert outcome.status == "finished"
    return resumed.state.domain


async def test_an_edit_that_does_not_fit_is_refused_and_the_request_still_waits() -> None:
    visit = await play("it burns when I pee", reviewer=Queue())
    (request,) = await waiting(clinic(), visit.ward.store)
    with pytest.raises(HarnessError, match=r"the edit does not fit prescribe: dose"):
        await answer(clinic(), visit.ward.store, request, "edit", reviewer="Dr Osei", changes={"dose": -1})
    with pytest.raises(HarnessError, match="'maybe' is no answer"):
        await answer(clinic(), visit.ward.store, request, "maybe", reviewer="Dr Osei")
    assert len(await waiting(clinic(), visit.ward.store)) == 1


async def test_an_order_is_booked_once_however_often_it_is_asked_for() -> None:
    book, order = OrderBook(), {"patient_id": "anna", "kind": "prescription", "drug": "drug.paracetamol"}
    assert await book.call(order, "k1") == await book.call(order, "k1") == {"ok": True, "id": "k1"}
    await book.call({**order, "patient_id": "ben"}, "k2")
    assert book.orders(patient_id="anna") == [{"id": "k1", **order}]


async def test_what_was_carried_out_is_in_the_order_book_once() -> None:
    visit = await play("it burns when I pee")
    booked = [o["kind"] for o in visit.orders.orders(patient_id="anna")]
    assert sorted(booked) == ["follow_up", "prescription"]


async def test_a_signature_is_for_the_action_that_was_signed() -> None:
    """An approval of something else, such as the way home, signs no prescription."""
    visit = await play("it burns when I pee")
    projection = clinic().projection
    review = next(e for e in visit.events if e.kind == "reviewed")
    started = next(e for e in visit.events if e.kind == "started" and e.causes == (review.ref,))
    chart = projection.fold(projection.start(visit.header), review)
    signed = projection.fold(chart, started).signature
    assert signed is not None
    assert signed["approved_by"] == "Dr Osei"
    elsewhere = started._replace(causes=(visit.events[1].ref,))
    assert projection.fold(chart, elsewhere).signature is None


# --- the patient's words --------------------------------------------------------------------------------------------


def told(about: str, words: str) -> JSON:
    return UNDERSTANDING.of_answer("?", about, words)


def test_a_reaction_in_the_past_is_no_symptom_of_today() -> None:
    heard = told("allergies", "Yes, trimethoprim, my throat swelled up.")
    assert heard["findings"] == {}
    (allergy,) = heard["allergies"]
    assert (allergy["drug"], allergy["severe"]) == ("drug.trimethoprim", True)


def test_a_reaction_that_is_happening_now_is_one() -> None:
    heard = told("allergies", "Penicillin, and now my throat is swelling up")
    assert heard["findings"] == {"finding.throat_swelling": True}


@pytest.mark.parametrize("words", ["No.", "No, none.", "My sister is allergic to penicillin, I am not."])
def test_somebody_elses_allergy_is_not_the_patients(words: str) -> None:
    assert told("allergies", words)["allergies"] == []


def test_an_answer_that_says_nothing_is_unsure_and_not_no() -> None:
    assert told("finding.cough", "Quis custodiet?")["findings"] == {"finding.cough": None}


def test_current_drugs_are_listed_once() -> None:
    drugs = told("drugs", "Metformin and lisinopril, the metformin twice a day")["drugs"]
    assert [d["drug"] for d in drugs] == ["drug.metformin", "drug.lisinopril"]


def test_a_number_that_cannot_be_is_no_number() -> None:
    assert told("finding.pain_score", "Seven")["findings"] == {"finding.pain_score": 7.0}
    assert told("finding.pain_score", "200")["findings"] == {"finding.pain_score": None}


async def test_visits_of_one_patient_opened_at_once_each_get_a_number() -> None:
    class Late(MemoryStore):
        """Hears of a visit that another process opened only after it tried the same number."""

        asked = 0

        async def encounters(self, subject: str | None = None) -> list[EncounterSummary]:
            self.asked += 1
            return [] if self.asked <= 2 else await super().encounters(subject)

    at = Ward(clinic(), Late(), Memory())
    request = Request(ANNA, "I have a cough", DAY)
    opened = [(await at.open(request, policy_called("planner"), PORTS)).log.encounter for _ in range(2)]
    assert opened == ["anna-1", "anna-2"]


async def test_a_request_is_answered_once() -> None:
    visit = await play("it burns when I pee", reviewer=Queue())
    (request,) = await waiting(clinic(), visit.ward.store)
    await answer(clinic(), visit.ward.store, request, "approve", reviewer="Dr Osei")
    with pytest.raises(HarnessError, match="answered meanwhile"):
        await answer(clinic(), visit.ward.store, request, "reject", reviewer="Dr Late")
