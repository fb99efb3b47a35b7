"""A drug is stopped: signed, booked, off the list, remembered as ended, told, exported; and what the planner stops."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from care_visits import ANNA, DAY, Played, Saying, clinic, play, policy_called

from wardround.care import patient_instructions, prose_renderer, soap_note, visit_bundle
from wardround.care.planner.taken import UNTIL_SEEN
from wardround.clinical import (
    WARDROUND,
    Coding,
    Concept,
    Fact,
    FactSource,
    PartialDate,
    Quantity,
    read_bundle,
    validate,
)
from wardround.harness import (
    Action,
    Answering,
    Called,
    Decided,
    Decision,
    Judged,
    Returned,
    Situation,
    ruling_of,
)

WHY = "Heartburn since it was begun"
PEE = "it burns when I pee"


def fact(
    kind: str,
    slug: str,
    *,
    since: str | None = None,
    value: Any = None,
    source: FactSource | None = None,
    certainty: str = "confirmed",
) -> Fact:
    """A fact about Anna, as a record gives it."""
    text = clinic().base.named(slug)
    return Fact(
        f"fact-{slug}-{since}", ANNA.id, kind, Concept(text, (Coding(WARDROUND, slug, text),)), "active",  # type: ignore[arg-type]
        certainty, datetime(2026, 10, 1, tzinfo=UTC), source or FactSource("fhir", f"Thing/{slug}-{since}"),  # type: ignore[arg-type]
        PartialDate.parse(since) if since else None, value=value,
    )  # fmt: skip


def prescribed_here(slug: str, days_ago: int) -> Fact:
    """A prescription of an earlier visit."""
    since = (DAY - timedelta(days=days_ago)).isoformat()
    return fact("drug", slug, since=since, source=FactSource("event", "30", "anna-earlier"))


IBUPROFEN = fact("drug", "drug.ibuprofen", since="2026-09-01")


@dataclass
class Stops:
    """The planner, whose attending first of all wants to stop a drug."""

    drug: str
    more: dict[str, object] = field(default_factory=dict)
    name: str = "planner"
    tried: bool = False

    async def decide(self, situation: Situation) -> Decision | Called:
        if situation.agent.name == "attending" and "stop" in situation.mask.tools and not self.tried:
            self.tried = True
            return Decision(Action("stop", {"drug": self.drug, "reason": WHY, **self.more}), WHY)
        return await policy_called("planner").decide(situation)

    def read(self, situation: Situation, call: Called) -> Decision:
        raise AssertionError("the planner makes no model calls")


async def stopping(drug: str = "Ibuprofen", record: Sequence[Fact] = (IBUPROFEN,), **more: Any) -> Played:
    """A visit in which a drug of the record is stopped."""
    extra: dict[str, object] = {k: more.pop(k) for k in ("taper", "taper_days") if k in more}
    return await play(PEE, record=record, policy=Stops(drug, extra), says=Saying(), **more)


def booked(visit: Played, kind: str) -> list[dict[str, Any]]:
    return [o for o in visit.orders.orders(patient_id="anna") if o["kind"] == kind]


def tools_done(visit: Played) -> list[str]:
    return [e.body.tool for e in visit.events if isinstance(e.body, Returned)]


# --- one stop ------------------------------------------------------------------------------------------------


async def test_a_signed_stop_is_booked_under_the_drugs_id_and_takes_it_off_the_list() -> None:
    visit = await stopping()
    (order,) = booked(visit, "stop")
    assert (order["drug"], order["reason"], order["taper_days"]) == ("drug.ibuprofen", WHY, None)
    assert visit.chart.drugs == ()
    (ended,) = visit.chart.stopped
    assert (ended.drug, ended.approved_by) == ("drug.ibuprofen", "Dr Osei")
    assert [d.drug for d in ended.taken] == ["drug.ibuprofen"]
    assert visit.replayed().result == "reproduced"


async def test_what_is_rejected_goes_on() -> None:
    visit = await stopping(reviewer=Answering("reject", "Dr Osei"))
    assert booked(visit, "stop") == []
    assert [d.drug for d in visit.chart.drugs] == ["drug.ibuprofen"]
    assert visit.chart.stopped == ()


async def test_what_is_not_taken_is_not_stopped_and_nobody_is_asked_to_sign() -> None:
    visit = await stopping("drug.naproxen")
    assert booked(visit, "stop") == []
    rulings = [ruling_of(e) for e in visit.events if isinstance(e.body, Decided | Judged)]
    said = [v.constraint for r in rulings if r is not None and r.outcome == "deny" for v in r.verdicts]
    assert "care.stop.not_taken" in said


async def test_the_note_and_the_patient_are_told() -> None:
    visit = await stopping()
    note = soap_note(clinic().base, visit.chart)
    event = visit.chart.stopped[0].event
    assert f"- Stopped: ibuprofen. {WHY} [{event}]; signed by Dr Osei" in note
    assert "Current drugs: ibuprofen [" in note
    assert "ibuprofen: stop taking it." in patient_instructions(clinic().base, visit.chart)


async def test_a_dose_that_is_lowered_says_so_everywhere() -> None:
    record = (fact("drug", "drug.bisoprolol", since="2026-09-01"),)
    visit = await stopping("drug.bisoprolol", record, taper="Half of it for two weeks.", taper_days=28)
    assert "Stopped over 28 days (Half of it for two weeks.): bisoprolol" in soap_note(
        clinic().base, visit.chart
    )
    told = patient_instructions(clinic().base, visit.chart)
    assert "bisoprolol: lower it step by step and stop after 28 days. Half of it for two weeks." in told
    bundle = visit_bundle(clinic(), visit.events, ANNA)
    (one,) = [
        e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "MedicationStatement"
    ]
    assert (one["status"], one["effectivePeriod"]["end"]) == (
        "active",
        (DAY + timedelta(days=28)).isoformat(),
    )


async def test_an_agent_reads_what_was_stopped_with_the_outside_words_fenced() -> None:
    visit = await stopping()
    voice = prose_renderer(clinic().base)
    assert voice is not None
    from wardround.care.prose import _Voice

    event = next(e for e in visit.events if isinstance(e.body, Returned) and e.body.tool == "stop")
    assert _Voice(clinic().base)(event) == f"Stopped: «ibuprofen». Reason: «{WHY}»"


# --- memory ----------------------------------------------------------------------------------------------------


async def test_memory_keeps_the_old_fact_and_says_when_and_why_it_ended() -> None:
    visit = await stopping()
    memory = visit.ward.memory
    everything = memory.facts(patient_id="anna", kind="drug", superseded=True)
    assert IBUPROFEN in everything
    (word,) = [f for f in everything if f.supersedes == IBUPROFEN.id]
    assert word.status == "resolved"
    assert word.valid_from == IBUPROFEN.valid_from
    assert word.valid_to == PartialDate.parse(DAY.isoformat())
    assert WHY in word.detail
    assert word.source.reference == visit.chart.stopped[0].event
    assert memory.brief(patient_id="anna", on=DAY + timedelta(days=1)).drugs == ()
    assert memory.brief(patient_id="anna", on=DAY - timedelta(days=1)).drugs == (IBUPROFEN,)


async def test_the_next_visit_knows_that_nothing_is_taken_although_the_record_is_read_again() -> None:
    visit = await stopping()
    later = DAY + timedelta(days=7)
    again = await play("I have a cough", at=visit.ward, record=(IBUPROFEN,), on=later, says=Saying())
    assert again.chart.drugs == ()
    assert again.chart.drugs_known
    assert f"Stopped ibuprofen: {WHY}." in again.chart.summaries[0].text


async def test_an_earlier_account_of_the_same_drug_does_not_come_back() -> None:
    older = fact("drug", "drug.ibuprofen", since="2024-01-01")
    visit = await stopping(record=(older, IBUPROFEN))
    assert visit.ward.memory.brief(patient_id="anna", on=DAY + timedelta(days=1)).drugs == ()


async def test_what_is_prescribed_again_later_is_taken_again() -> None:
    visit = await stopping()
    memory = visit.ward.memory
    again = fact("drug", "drug.ibuprofen", since="2026-12-24", source=FactSource("event", "9", "anna-9"))
    memory.write((again,), patient_id="anna")
    assert memory.brief(patient_id="anna", on=DAY + timedelta(days=60)).drugs == (again,)


async def test_what_is_being_lowered_is_taken_until_its_last_day() -> None:
    older = fact("drug", "drug.bisoprolol", since="2024-01-01")
    record = (older, fact("drug", "drug.bisoprolol", since="2026-09-01"))
    visit = await stopping("drug.bisoprolol", record, taper_days=28)
    brief = visit.ward.memory.brief
    (left,) = brief(patient_id="anna", on=DAY + timedelta(days=27)).drugs
    assert "lowered over 28 days" in left.detail
    assert brief(patient_id="anna", on=DAY + timedelta(days=29)).drugs == ()


# --- FHIR ------------------------------------------------------------------------------------------------------


async def test_the_export_says_stopped_with_the_reason_and_is_valid() -> None:
    visit = await stopping()
    bundle = visit_bundle(clinic(), visit.events, ANNA)
    assert validate(bundle) == []
    (one,) = [
        e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "MedicationStatement"
    ]
    assert (one["status"], one["statusReason"]) == ("stopped", [{"text": WHY}])
    assert one["effectivePeriod"] == {"end": DAY.isoformat()}
    assert "signed by Dr Osei" in one["note"][0]["text"]
    (read,) = [f for f in read_bundle(bundle).facts if f.kind == "drug"]
    assert (read.status, read.concept.text) == ("resolved", "ibuprofen")
    note = next(
        e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "DocumentReference"
    )
    assert "Stopped: ibuprofen" in base64.b64decode(note["content"][0]["attachment"]["data"]).decode()


# --- the planner -------------------------------------------------------------------------------------------------


EGFR_25 = fact("result", "analyte.egfr", since="2026-11-01", value=Quantity(25, "mL/min/{1.73_m2}"))


@pytest.mark.parametrize("drug", ["drug.metformin", "drug.ibuprofen"])
async def test_what_the_kidneys_no_longer_allow_is_proposed_to_be_stopped_with_the_limit_cited(
    drug: str,
) -> None:
    visit = await play(PEE, record=(fact("drug", drug, since="2020"), EGFR_25), says=Saying())
    (order,) = booked(visit, "stop")
    assert order["drug"] == drug
    assert "25" in order["reason"]
    assert "(limit 30)" in order["reason"]
    assert visit.chart.drugs == ()


@pytest.mark.parametrize("egfr", [None, 80.0])
async def test_with_good_or_unknown_kidneys_nothing_is_stopped(egfr: float | None) -> None:
    known = [fact("drug", "drug.metformin", since="2020")]
    if egfr is not None:
        known.append(
            fact("result", "analyte.egfr", since="2026-11-01", value=Quantity(egfr, "mL/min/{1.73_m2}"))
        )
    visit = await play(PEE, record=known, says=Saying())
    assert "stop" not in tools_done(visit)


async def test_an_ace_inhibitor_is_stopped_in_pregnancy() -> None:
    known = (
        fact("drug", "drug.ramipril", since="2020"),
        fact("problem", "finding.pregnancy", since="2026-09-01"),
    )
    visit = await play(PEE, record=known, says=Saying())
    assert visit.chart.evidence.pregnant
    (order,) = booked(visit, "stop")
    assert order["drug"] == "drug.ramipril"
    assert "pregnancy" in order["reason"]


async def test_what_does_harm_when_it_ends_at_once_goes_to_a_physician_instead() -> None:
    known = (
        fact("drug", "drug.sodium_valproate", since="2020"),
        fact("problem", "finding.pregnancy", since="2026-09-01"),
    )
    visit = await play("I have a runny nose and I am sneezing", record=known, says=Saying())
    assert "stop" not in tools_done(visit)
    assert any("valproate" in s.text and s.text.endswith(UNTIL_SEEN) for s in visit.chart.advice)
    assert visit.chart.referrals


async def test_a_stop_that_was_rejected_is_not_proposed_again() -> None:
    record = (fact("drug", "drug.metformin", since="2020"), EGFR_25)
    visit = await play(PEE, record=record, says=Saying(), reviewer=Answering("reject", "Dr Osei"))
    assert [a.tool for a in visit.actions].count("stop") == 1
    assert visit.outcome.status == "finished"


DIZZY = "I feel dizzy"


@pytest.mark.parametrize(
    ("complaint", "drug", "days_ago"),
    [("I have a dry cough", "ramipril", 30), ("I have heartburn", "naproxen", 5), (DIZZY, "doxazosin", 3)],
)
async def test_an_adverse_effect_that_explains_the_complaint_is_named_and_a_stop_is_proposed(
    complaint: str, drug: str, days_ago: int
) -> None:
    visit = await play(complaint, record=(prescribed_here(f"drug.{drug}", days_ago),), says=Saying())
    assert any(drug in s.text and s.text.endswith(UNTIL_SEEN) for s in visit.chart.advice)
    (order,) = booked(visit, "stop")
    assert order["drug"] == f"drug.{drug}"
    assert "adverse effect" in order["reason"]
    thoughts = [e.body.thought for e in visit.events if isinstance(e.body, Decided) and e.body.action]
    assert any(f"can come from {drug}" in t for t in thoughts)


@pytest.mark.parametrize("since", [None, "2026-11-20"])
async def test_where_the_start_is_not_certain_it_is_named_and_not_stopped(since: str | None) -> None:
    """A record gives the last renewal, which is no start."""
    visit = await play(DIZZY, record=(fact("drug", "drug.doxazosin", since=since),), says=Saying())
    assert any("doxazosin" in s.text for s in visit.chart.advice)
    assert "stop" not in tools_done(visit)


@pytest.mark.parametrize("days_ago", [2, 400])
async def test_out_of_the_effects_time_a_drug_is_not_suspected(days_ago: int) -> None:
    visit = await play(
        "I have a dry cough", record=(prescribed_here("drug.ramipril", days_ago),), says=Saying()
    )
    assert not any("ramipril" in s.text for s in visit.chart.advice)
    assert "stop" not in tools_done(visit)


async def test_what_a_condition_explains_better_is_not_laid_to_a_drug() -> None:
    visit = await play(
        "my ankles are swollen", record=(prescribed_here("drug.amlodipine", 20),), says=Saying()
    )
    assert visit.chart.differential[0].probability > 0.5
    assert "stop" not in tools_done(visit)


async def test_what_must_not_end_at_once_is_named_and_not_stopped() -> None:
    visit = await play("I feel tired", record=(prescribed_here("drug.bisoprolol", 10),), says=Saying())
    assert any("bisoprolol" in s.text for s in visit.chart.advice)
    assert "stop" not in tools_done(visit)


async def test_a_drug_has_nothing_to_do_with_what_it_does_not_bring() -> None:
    visit = await play(PEE, record=(prescribed_here("drug.amlodipine", 20),), says=Saying())
    assert "stop" not in tools_done(visit)
    assert not any(s.text.endswith(UNTIL_SEEN) for s in visit.chart.advice)


async def test_what_was_stopped_is_not_prescribed_in_the_same_visit_nor_its_like() -> None:
    from constraint_cases import chart, taking

    from wardround.care.chart import Stopped
    from wardround.care.planner.treatment import candidates

    base = clinic().base
    who = chart(diagnosis="condition.hypertension")
    before = {t.regimen.drug for t in candidates(base, who) if t.regimen}
    ended = Stopped("drug.lisinopril", {"drug": "drug.lisinopril"}, "9", taking("lisinopril"))
    after = {
        t.regimen.drug
        for t in candidates(base, chart(diagnosis="condition.hypertension", stopped=(ended,)))
        if t.regimen
    }
    assert before - after == {"drug.ramipril"}


# --- a prescription of this very visit ---------------------------------------------------------------------------


@dataclass
class PrescribesThenStops(Stops):
    """The planner, whose attending takes back what it has just prescribed."""

    async def decide(self, situation: Situation) -> Decision | Called:
        written = policy_called("planner").sight.of(situation).chart.prescriptions  # type: ignore[attr-defined]
        if written and not self.tried and situation.agent.name == "attending":
            self.tried = True
            return Decision(Action("stop", {"drug": written[0].drug, "reason": WHY}), WHY)
        return await policy_called("planner").decide(situation)


async def test_what_was_prescribed_in_this_visit_can_be_taken_back() -> None:
    says = Saying("No.", {"burn": "Yes.", "pass urine": "Yes."})
    visit = await play(PEE, policy=PrescribesThenStops(""), says=says)
    (ended,) = visit.chart.stopped
    assert ended.drug not in {p.drug for p in visit.chart.prescriptions}
    assert [p.drug for p in ended.written] == [ended.drug]
    assert [o["kind"] for o in visit.orders.orders(patient_id="anna")][:2] == ["prescription", "stop"]
    bundle = visit_bundle(clinic(), visit.events, ANNA)
    assert validate(bundle) == []
    requests = [
        e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "MedicationRequest"
    ]
    assert [(r["status"], r["statusReason"]["text"]) for r in requests if r["status"] != "active"] == [
        ("stopped", WHY)
    ]
    kept = visit.ward.memory.brief(patient_id="anna", on=DAY + timedelta(days=1)).drugs
    assert ended.drug not in {f.concept.code(WARDROUND) for f in kept}
