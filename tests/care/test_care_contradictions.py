"""What the patient denies of what memory holds: seen at once, settled or raised before the end, remembered, replayable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from care_visits import DAY, Played, clinic, maria, play, ward

from wardround.care import Chart, prose_renderer, soap_note
from wardround.care.consolidation import facts_of
from wardround.clinical import Fact
from wardround.harness import (
    Answering,
    LanguageModelPolicy,
    Observed,
    Question,
    Returned,
    Review,
    ReviewRequest,
    fold_all,
)
from wardround.memory import Memory
from wardround.models import ScriptedModel, ToolCall

MARIA, RECORD = maria()
LATER = DAY + timedelta(days=30)
DENIES = "No. By the way, I'm not allergic to penicillin."
TESTED = "No. I'm not allergic to penicillin, the allergy clinic tested me and took it off."
STOPPED = "No. I don't take atorvastatin any more, the hospital stopped it last month."


@dataclass
class Says:
    """A patient who brings something up at the first question, and answers `known` words in questions."""

    first: str
    known: Mapping[str, str] = field(default_factory=dict)
    said: bool = False

    async def reply(self, question: Question) -> str:
        """`No.` to everything else."""
        found = next((a for word, a in self.known.items() if word in question.text.lower()), None)
        if found is not None:
            return found
        if self.said:
            return "No."
        self.said = True
        return self.first


@dataclass
class Rejecting:
    """A physician who signs everything but decisions about contradictions."""

    asked: list[ReviewRequest] = field(default_factory=list)

    async def review(self, request: ReviewRequest) -> Review | None:
        """Their word."""
        self.asked.append(request)
        return Review("reject" if request.action.tool == "settle" else "approve", "physician", "Dr Osei")


async def visit(first: str, known: Mapping[str, str] | None = None, **more: Any) -> Played:
    """Maria comes with a cough."""
    says: Any = Says(first, known or {})
    return await play("I have a cough", patient=MARIA, record=RECORD, says=says, **more)


def decisions(played: Played) -> list[tuple[str, str]]:
    """What was decided of which kind of thing."""
    kinds = {d.id: d.kind for d in played.chart.disputes}
    return [
        (kinds[str(a.arguments["conflict"])], str(a.arguments["decision"]))
        for a in played.actions
        if a.tool == "settle"
    ]


def conflicts_in(played: Played, on: date = LATER) -> list[tuple[str, bool]]:
    """What memory finds open afterwards: its kind, and whether it was raised."""
    return [(c.kind, c.raised) for c in played.ward.memory.conflicts(patient_id=MARIA.id, on=on)]


def of_kind(facts: Sequence[Fact], kind: str, status: str = "active") -> list[Fact]:
    return [f for f in facts if f.kind == kind and f.status == status]


def allergic_to_penicillin(chart: Chart) -> bool:
    return any("allergy.penicillins" in a.groups for a in chart.allergies)


# --- an allergy that is denied -------------------------------------------------------------------------------------


async def test_a_denial_is_seen_at_once_asked_about_once_and_raised() -> None:
    played = await visit(DENIES)
    asked = [str(a.arguments.get("question")) for a in played.actions if a.tool == "ask"]
    assert sum("The record says that you are allergic to Penicillin" in q for q in asked) == 1
    assert decisions(played) == [("allergy", "raise")]
    assert allergic_to_penicillin(played.chart)
    assert conflicts_in(played) == [("allergy", True)]


async def test_it_is_settled_for_the_record_where_the_patient_confirms_it() -> None:
    played = await visit(DENIES, {"the record says": "Yes, that's right, I had forgotten."})
    assert decisions(played) == [("allergy", "first")]
    assert conflicts_in(played) == []
    assert [a.concept.text for a in played.ward.memory.brief(patient_id=MARIA.id, on=LATER).allergies]


async def test_a_denial_with_a_reason_wins_when_a_physician_approves() -> None:
    played = await visit(TESTED)
    assert decisions(played) == [("allergy", "second")]
    (dispute,) = played.chart.disputes
    assert dispute.approved_by == "Dr Osei"
    assert not allergic_to_penicillin(played.chart)
    assert conflicts_in(played) == []
    assert not played.ward.memory.brief(patient_id=MARIA.id, on=LATER).allergies


async def test_it_is_raised_where_the_physician_does_not_approve() -> None:
    doctor = Rejecting()
    played = await visit(TESTED, reviewer=doctor)
    assert decisions(played) == [("allergy", "second"), ("allergy", "raise")]
    assert "an allergy would no longer be counted" in " ".join(doctor.asked[0].reasons)
    assert allergic_to_penicillin(played.chart)
    assert conflicts_in(played) == [("allergy", True)]


async def test_an_allergy_that_was_struck_off_does_not_come_back_with_the_same_record() -> None:
    first = await visit(TESTED)
    again = await play(
        "I have a cough", patient=MARIA, record=RECORD, at=first.ward, on=LATER, says=Says("No.")
    )
    assert not allergic_to_penicillin(again.chart)
    assert again.chart.disputes == ()


async def test_a_raised_one_waits_at_the_next_door_and_holds_nothing_up() -> None:
    first = await visit(DENIES)
    again = await play("I have a cough", patient=MARIA, at=first.ward, on=LATER, says=Says("No."))
    (dispute,) = again.chart.disputes
    assert (dispute.raised_before, dispute.open) == (True, False)
    assert decisions(again) == []
    assert allergic_to_penicillin(again.chart)


async def test_no_allergies_at_all_contradicts_the_record_too() -> None:
    played = await visit("No. I don't have any allergies.")
    assert [d.kind for d in played.chart.disputes] == ["allergy"]
    none = next(f for f in played.chart.denials if not f.concept.codings)
    assert (none.concept.text, none.status) == ("no known allergies", "active")
    assert allergic_to_penicillin(played.chart)


# --- drugs, illnesses ----------------------------------------------------------------------------------------------


async def test_a_drug_that_was_stopped_elsewhere_is_taken_off_the_list() -> None:
    played = await visit(STOPPED)
    assert decisions(played) == [("drug", "second")]
    denial = next(f for f in of_kind(played.chart.denials, "drug", "refuted"))
    assert denial.valid_to is not None
    assert denial.valid_to.iso() == "2026-10"
    current = {f.concept.text for f in played.ward.memory.brief(patient_id=MARIA.id, on=LATER).drugs}
    assert "Atorvastatin" not in current
    assert "Metformin" in current


async def test_no_medicines_at_all_is_for_a_physician_to_go_through() -> None:
    played = await visit("No. I don't take any medicines.", {"the record says": "I'm not sure."})
    assert set(decisions(played)) == {("drug", "raise")}
    assert len(decisions(played)) == len(
        {f.concept.text for f in played.ward.memory.brief(patient_id=MARIA.id, on=LATER).drugs}
    )


async def test_an_illness_that_is_denied_stays_known_until_somebody_decides() -> None:
    played = await visit("No. I never had diabetes.")
    assert decisions(played) == [("problem", "raise")]
    assert "condition.type_2_diabetes" in played.chart.evidence.known_conditions
    assert played.chart.evidence.findings["finding.diabetes_history"] is True


async def test_an_illness_struck_off_with_approval_counts_no_more() -> None:
    played = await visit("No. I never had diabetes, that was a mistake in the record.")
    assert decisions(played) == [("problem", "second")]
    assert "condition.type_2_diabetes" not in played.chart.evidence.known_conditions
    assert played.chart.evidence.findings["finding.diabetes_history"] is False


async def test_what_was_told_in_the_same_visit_is_corrected_by_the_last_word() -> None:
    says: Any = Says(
        "No. I am allergic to penicillin.",
        {"which medicines": "Sorry, not penicillin, it was aspirin that I am allergic to. I take nothing."},
    )
    played = await play("it burns when I pee", says=says)
    assert [a.text for a in played.chart.allergies if "allergy.penicillins" in a.groups] == []
    assert played.chart.disputes == ()
    kept = {f.concept.text for f in of_kind(facts_of(clinic(), played.events), "allergy")}
    assert "penicillins" not in kept


# --- what is written -----------------------------------------------------------------------------------------------


async def test_a_denial_names_the_characters_that_say_it() -> None:
    played = await visit(DENIES)
    denial = next(f for f in facts_of(clinic(), played.events) if f.status == "refuted")
    event = next(e for e in played.events if e.name == denial.source.reference)
    assert isinstance(event.body, Returned)
    assert denial.source.span is not None
    start, end = denial.source.span
    assert (
        event.body.output["answer"][start:end]
        == denial.source.quote
        == "By the way, I'm not allergic to penicillin"
    )


@pytest.mark.parametrize("first", [DENIES, TESTED, STOPPED, "No. I never had diabetes."])
async def test_consolidation_is_pure_and_writing_again_changes_nothing(first: str) -> None:
    played = await visit(first)
    facts = facts_of(clinic(), played.events)
    assert facts == facts_of(clinic(), played.events)
    assert len({f.id for f in facts}) == len(facts)
    before = played.ward.memory.facts(patient_id=MARIA.id, superseded=True)
    await played.ward.remember(played.outcome.encounter)
    assert played.ward.memory.facts(patient_id=MARIA.id, superseded=True) == before


@pytest.mark.parametrize("first", [DENIES, TESTED, STOPPED])
async def test_the_visit_is_reproduced_from_its_log(first: str) -> None:
    played = await visit(first)
    assert fold_all(played.events, clinic().projection).domain == played.chart
    assert played.replayed().result == "reproduced"


async def test_a_repeated_denial_is_one_fact() -> None:
    played = await visit(DENIES, {"cough": DENIES, "the record says": "No, I am not allergic to penicillin."})
    assert len([f for f in played.chart.denials if f.kind == "allergy"]) == 1


async def test_what_is_not_denied_leaves_no_trace() -> None:
    played = await visit("No.")
    assert played.chart.denials == ()
    assert played.chart.disputes == ()
    assert not any(f.status == "refuted" or f.kind == "settlement" for f in facts_of(clinic(), played.events))


# --- the end, the note, the words ----------------------------------------------------------------------------------


async def test_a_model_cannot_close_over_an_open_contradiction() -> None:
    lines = iter(
        [
            ToolCall("a", "ask", '{"question": "How are you?"}'),
            ToolCall("b", "close", '{"disposition": "referred", "reason": "enough"}'),
        ]
    )

    def script(_: object) -> ToolCall:
        return next(lines, ToolCall("c", "close", '{"disposition": "handed_over", "reason": "enough"}'))

    model = ScriptedModel(script)
    played = await visit(DENIES, policy=LanguageModelPolicy(model, prose_renderer(clinic().base)))
    said = "\n".join(m.content for r in model.requests for m in r.messages)
    conflict = played.chart.disputes[0].id
    assert f"This contradicts memory, {conflict}" in said
    assert f"care.conflict.open: {conflict} is open" in said
    assert played.chart.disposition == "handed_over"


async def test_the_note_says_what_contradicts_and_where_it_stands() -> None:
    note = soap_note(clinic().base, (await visit(DENIES)).chart)
    line = next(line for line in note.splitlines() if line.startswith("- Contradiction: Penicillin"))
    assert "for the physician to decide; until then the safer account holds" in line


async def test_conflicts_that_memory_knows_come_in_as_observations_with_their_causes() -> None:
    first = await visit(DENIES, policy="ask-all")
    again = await play("I have a cough", patient=MARIA, at=first.ward, on=LATER, says=Says("No."))
    found = [e for e in again.events if isinstance(e.body, Observed) and e.body.content["kind"] == "conflict"]
    assert not any(a.tool == "settle" for a in first.actions)
    assert len(found) == 1
    assert {ref.encounter for ref in found[0].causes} == {first.outcome.encounter}
    assert again.chart.disputes[0].decision is not None


async def test_another_memory_from_the_same_log_says_the_same() -> None:
    played = await visit(TESTED)
    rebuilt = Memory()
    rebuilt.write(RECORD, patient_id=MARIA.id)
    rebuilt.write(facts_of(clinic(), played.events), patient_id=MARIA.id)
    for memory in (rebuilt, played.ward.memory):
        assert memory.conflicts(patient_id=MARIA.id, on=LATER) == ()
        assert memory.brief(patient_id=MARIA.id, on=LATER).allergies == ()


async def test_another_patients_words_settle_nothing_here() -> None:
    at = ward()
    await visit(DENIES, at=at)
    other = await play("I have a cough", at=at, reviewer=Answering("approve", "Dr Osei"))
    assert other.chart.disputes == ()


async def test_another_beginning_than_the_records_is_settled_at_the_next_visit_for_what_was_written_down() -> (
    None
):
    first = await visit("No. I have had high blood pressure since 2019.")
    told = next(
        f for f in facts_of(clinic(), first.events) if f.kind == "problem" and f.detail.startswith("since")
    )
    assert str(told.valid_from) == "2019"
    again = await play("I have a cough", patient=MARIA, at=first.ward, on=LATER, says=Says("No."))
    (dispute,) = again.chart.disputes
    assert (dispute.why, dispute.kind) == ("onset", "problem")
    if dispute.decision is not None:
        assert dispute.decision == "first"
    assert "condition.hypertension" in again.chart.evidence.known_conditions
