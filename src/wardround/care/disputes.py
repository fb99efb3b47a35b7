"""Contradictions on the chart: what the patient denies of what memory holds, and what was contradictory at the door.

Pure: from what came in as events alone, under memory's own rules, so that a conflict has the same name here and there.
Until somebody settles it the account that memory calls the first one holds: an allergy that is denied is an allergy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Literal

from wardround.care.denials import NO_ALLERGIES, NO_DRUGS
from wardround.care.said_when import moment_for
from wardround.clinical import (
    WARDROUND,
    Coding,
    Concept,
    Fact,
    FactKind,
    FactSource,
    FactStatus,
    PartialDate,
)
from wardround.harness import JSON, canonical, digest
from wardround.memory import Conflict, conflicts, fact_from_json, fact_to_json

Decided = Literal["first", "second", "both", "raise"]


@dataclass(frozen=True, slots=True)
class Dispute:
    """One contradiction. `first_ids` and `second_ids` are all facts that say the same as each side; `events` those of
    this visit in which the first side was recalled. `here`: it came up in this visit; `explained`: whoever denies it says
    why. `decision` is None while it is open."""

    id: str
    why: str
    words: str
    first: Fact
    second: Fact
    first_ids: tuple[str, ...]
    second_ids: tuple[str, ...]
    slugs: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    event: str = ""
    severe: bool = False
    here: bool = False
    explained: bool = False
    raised_before: bool = False
    decision: Decided | None = None
    reason: str = ""
    settled: str = ""
    """The event that settled it."""
    approved_by: str | None = None

    @property
    def kind(self) -> str:
        """The kind of fact that it is about."""
        return self.first.kind

    @property
    def grave(self) -> bool:
        """Whether the wrong choice can harm: allergies and drugs, and problems that are allergies."""
        return self.first.kind in ("allergy", "drug") or self.severe

    @property
    def open(self) -> bool:
        """Whether nobody has settled it or handed it to a physician."""
        return self.decision is None and not self.raised_before

    def as_conflict(self) -> Conflict:
        """As memory has it."""
        return Conflict(self.id, self.why, self.first, self.second)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the patient's words change: facts of denials, new disputes, and events whose account was taken back."""

    denials: tuple[Fact, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    taken_back: tuple[tuple[str, str], ...] = ()
    """(kind, id) of what was told earlier in this visit and is corrected now."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a denial is held against: who, when, what was recalled by event, and facts that say the same by id."""

    patient_id: str
    on: date
    recalled: Mapping[str, JSON]
    accounts: Mapping[str, tuple[str, ...]]
    histories: Mapping[str, str]
    """The finding that a condition on the record answers."""


def heard_denials(known: Known, output: JSON, encounter: str, event: str) -> Heard:
    """What an answer's denials are, held against what was recalled. Nothing where it denies nothing."""
    denials: dict[str, Fact] = {}
    disputes: dict[str, Dispute] = {}
    taken_back: list[tuple[str, str]] = []
    answer = str(output.get("answer", ""))
    for entry in output.get("denied", ()):
        held = [(e, view) for e, view in known.recalled.items() if _denies(known, entry, view)]
        taken_back += [(entry["kind"], slug) for slug in entry["slugs"]] if not held else []
        if entry["slugs"]:
            groups = [sorted(held, key=lambda one: _weight(entry, one[1]))] if held else []
        else:
            groups = _by_words(held)
        for group in groups:
            first = _fact_of(known, group[0][1])
            denial = _denial(known, entry, group[0][1], answer, encounter, event)
            found = conflicts((first, denial), known.on)
            if not found:
                continue
            denials[denial.id] = denial
            made = _dispute(known, entry, found[0], group, event)
            disputes[made.id] = _joined(disputes[made.id], made) if made.id in disputes else made
        if not entry["slugs"] and entry["kind"] == "allergy":
            none = _denial(known, entry, {}, answer, encounter, event)
            denials[none.id] = none
    return Heard(tuple(denials.values()), tuple(disputes.values()), tuple(taken_back))


def _denies(known: Known, entry: JSON, view: JSON) -> bool:
    """Whether a denial is of what was recalled."""
    if view["status"] != "active":
        return False
    kind, slugs = entry["kind"], entry["slugs"]
    allergic = view["kind"] == "allergy" or bool(view.get("allergic"))
    if kind == "allergy":
        return allergic and (not slugs or not {view["slug"], *view["groups"]}.isdisjoint(slugs))
    if kind == "drug":
        return view["kind"] == "drug" and (not slugs or view["slug"] in slugs)
    if view["kind"] == "problem" and not allergic:
        return view["slug"] in slugs or known.histories.get(str(view["slug"])) in slugs
    return view["kind"] == "finding" and view["slug"] in slugs and is_lasting(view)


def is_lasting(view: JSON) -> bool:
    """Whether a recalled finding is one that does not pass: a history."""
    return view["value"] is True and view["to"] is None


def _weight(entry: JSON, view: JSON) -> tuple[bool, bool]:
    return (view["kind"] != entry["kind"], not view["severe"])


def _by_words(held: Sequence[tuple[str, JSON]]) -> list[list[tuple[str, JSON]]]:
    groups: dict[str, list[tuple[str, JSON]]] = {}
    for event, view in held:
        groups.setdefault(words_of(view).casefold(), []).append((event, view))
    return list(groups.values())


def words_of(view: JSON) -> str:
    """The concept's own words: an allergy is shown under the name of its code where the record gives no words."""
    return str(view.get("words") or view["text"])


def _fact_of(known: Known, view: JSON) -> Fact:
    """A recalled fact as memory has it, as far as its view tells."""
    source = view["source"]
    return Fact(
        id=view["id"],
        patient_id=known.patient_id,
        kind=view["kind"],
        concept=_concept(view),
        status=view["status"],
        certainty=view["certainty"],
        recorded=datetime.fromisoformat(view["recorded"]),
        source=FactSource(source["kind"], source["reference"], source["encounter"]),
        valid_from=PartialDate.parse(view["from"]) if view["from"] else None,
        valid_to=PartialDate.parse(view["to"]) if view["to"] else None,
        detail=view["detail"],
    )


def _concept(view: JSON) -> Concept:
    words = words_of(view)
    return Concept(words, (Coding(WARDROUND, view["slug"], words),) if view["slug"] else ())


def _denial(known: Known, entry: JSON, view: JSON, answer: str, encounter: str, event: str) -> Fact:
    """The fact that says no. Of everything of a kind it says so in words, as records do."""
    start, end = entry["sentence"]
    if entry["slugs"]:
        kind, concept, status = view["kind"], _concept(view), "refuted"
    else:
        allergies = entry["kind"] == "allergy"
        kind, concept = entry["kind"], Concept(NO_ALLERGIES if allergies else NO_DRUGS)
        status = "active" if allergies else "refuted"
    moment = moment_for(answer, entry["start"], entry["end"], known.on) if entry["over"] else None
    said = [known.patient_id, encounter, event, kind, "denied", concept.text]
    return Fact(
        id=f"visit-{digest(canonical(said))[:20]}",
        patient_id=known.patient_id,
        kind=_kind(kind),
        concept=concept,
        status=_status(status),
        certainty="reported",
        recorded=datetime.combine(known.on, time(12), UTC),
        source=FactSource("event", event, encounter, (start, end), answer[start:end]),
        valid_to=moment.at if moment is not None and not moment.since else None,
        detail="no longer" if entry["over"] else "",
    )


def _kind(kind: str) -> FactKind:
    return kind  # type: ignore[return-value]


def _status(status: str) -> FactStatus:
    return status  # type: ignore[return-value]


def _dispute(
    known: Known, entry: JSON, found: Conflict, group: Sequence[tuple[str, JSON]], event: str
) -> Dispute:
    return Dispute(
        id=found.id,
        why=found.why,
        words=found.words(),
        first=found.first,
        second=found.second,
        first_ids=_all_ids(known, (view["id"] for _, view in group)),
        second_ids=(found.second.id,),
        slugs=tuple(dict.fromkeys(str(v["slug"]) for _, v in group if v["slug"])),
        events=tuple(e for e, _ in group),
        event=event,
        severe=any(v["severe"] or v.get("allergic") for _, v in group),
        here=True,
        explained=bool(entry["explained"]),
    )


def _all_ids(known: Known, ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(same for one in ids for same in (one, *known.accounts.get(one, ()))))


def _joined(one: Dispute, other: Dispute) -> Dispute:
    """The same contradiction said again, or recalled twice."""
    return replace(
        one,
        first_ids=tuple(dict.fromkeys((*one.first_ids, *other.first_ids))),
        second_ids=tuple(dict.fromkeys((*one.second_ids, *other.second_ids))),
        slugs=tuple(dict.fromkeys((*one.slugs, *other.slugs))),
        events=tuple(dict.fromkeys((*one.events, *other.events))),
        severe=one.severe or other.severe,
        here=one.here or other.here,
        explained=one.explained or other.explained,
    )


def with_disputes(before: tuple[Dispute, ...], new: Iterable[Dispute]) -> tuple[Dispute, ...]:
    """Those before, and the new ones: what comes up again is the same, and stays settled where it was in this visit."""
    kept = {d.id: d for d in before}
    for one in new:
        kept[one.id] = _joined(kept[one.id], one) if one.id in kept else one
    return tuple(kept.values())


def settled(before: tuple[Dispute, ...], output: JSON, event: str, signed: str | None) -> tuple[Dispute, ...]:
    """After a decision."""
    return tuple(
        replace(d, decision=output["decision"], reason=output["reason"], settled=event, approved_by=signed)
        if d.id == output["conflict"]
        else d
        for d in before
    )


# --- at the door -------------------------------------------------------------------------------------------


def dispute_to_json(
    conflict: Conflict, same: Mapping[str, tuple[str, ...]], slug: str | None, severe: bool
) -> JSON:
    """A conflict that memory found, as it comes in at the door."""
    return {
        "id": conflict.id,
        "why": conflict.why,
        "words": conflict.words(),
        "kind": conflict.kind,
        "grave": conflict.grave,
        "raised": conflict.raised,
        "severe": severe,
        "slug": slug,
        "first": fact_to_json(conflict.first),
        "second": fact_to_json(conflict.second),
        "first_ids": list(same.get(conflict.first.id, (conflict.first.id,))),
        "second_ids": list(same.get(conflict.second.id, (conflict.second.id,))),
    }


def dispute_from_json(data: JSON, recalled: Mapping[str, JSON], event: str) -> Dispute:
    """What came in at the door; it rests on those facts that were recalled before it."""
    first_ids = tuple(data["first_ids"])
    slug = data["slug"]
    return Dispute(
        id=data["id"],
        why=data["why"],
        words=data["words"],
        first=fact_from_json(data["first"]),
        second=fact_from_json(data["second"]),
        first_ids=first_ids,
        second_ids=tuple(data["second_ids"]),
        slugs=(slug,) if slug else (),
        events=tuple(e for e, view in recalled.items() if view["id"] in first_ids),
        event=event,
        severe=data["severe"],
        raised_before=data["raised"],
    )


def of_this_visit(dispute: Dispute, concerns: frozenset[str]) -> bool:
    """Whether it matters now: what can harm, what came up here, and what the visit is about (ids)."""
    return dispute.grave or dispute.here or not concerns.isdisjoint(dispute.slugs)


def open_ones(disputes: Iterable[Dispute]) -> Iterator[Dispute]:
    """Those that nobody has settled or raised, what can harm first."""
    return iter(sorted((d for d in disputes if d.open), key=lambda d: not d.grave))
