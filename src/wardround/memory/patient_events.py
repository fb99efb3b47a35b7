"""Events that a patient's record holds and that words name by what they are: the operation, the pregnancy, the last visit."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from wardround.clinical import Fact
from wardround.memory.calendar_words import Span, days_of
from wardround.memory.doses import DoseChange, dose_changes, ingredients
from wardround.memory.timeline import standing_on

_SURGERY = re.compile(
    r"(?:ectomy|otomy|ostomy|plasty|pexy|rrhaphy|scopic surg)\b|\b(?:surg\w*|operation|operative|bypass|graft\w*|resection|ligation|ablation|amputation"
    r"|transplant\w*|implant\w*|replacement|c(?:a)?esarean|excision|repair|fixation|extraction|coronary intervention|stent\w*|manipulation of joint"
    r"|insertion of .*(?:defibrillator|pacemaker|stent)|reduction of fracture|dilation and curettage)\b",
    re.I,
)
_INPATIENT = re.compile(r"\b(?:admission|inpatient|hospitali[sz]ation|hospital stay)\b", re.I)
_SETTING = re.compile(r"\bsetting (?:IMP|ACUTE|NONAC|inpatient)", re.I)
_PREGNANCY = re.compile(r"\bpregnan", re.I)
_WHOSE = r"(?:(?:the|her|his|their|my|an?|this|that|she|he|they|i|patient|was|were|had|has|got|been|being|having|under(?:going|went)?) )*"
_ORDER = r"(?P<order>(?:very )?(?:first|last|latest|most recent|previous|next) )?"


@dataclass(frozen=True)
class PatientEvents:
    """The events of one patient's facts, known by a day."""

    facts: Sequence[Fact]
    on: date

    @cached_property
    def begun(self) -> list[Fact]:
        """What stands and has begun by today, in order of time."""
        known = (f for f in standing_on(self.facts, self.on) if f.status != "refuted" and f.valid_from)
        return sorted((f for f in known if _first(f) <= self.on), key=_start)

    def usual(self, text: str, place: int) -> tuple[Span, int] | None:
        """The event that the words from here on mean, and where they end. `text` is in lower case."""
        for pattern, choose in _USUAL:
            found = pattern.match(text, place)
            if found and not text.startswith(" ‹", found.end()) and (span := choose(self, found)):
                return span, found.end()
        return None

    def latest(self, chosen: Callable[[Fact], bool], order: str | None = None) -> Fact | None:
        """The latest fact that is so, or the first where that is said."""
        found = [fact for fact in self.begun if chosen(fact)]
        if not found:
            return None
        return found[0 if order and "first" in order else -1]

    def changed_dose(self, drug: str | None, raised: bool | None) -> Fact | None:
        """The fact that brought the latest change of dose, of a drug by its words or of any."""
        wanted = set(ingredients(drug)) if drug else set()
        meant = {name for name in self._courses if wanted <= set(name)}
        changes = [c for c in self.dose_changes_of(meant) if raised is None or c.raised == raised]
        return max((change.fact for change in changes), key=_start, default=None)

    def dose_changes_of(self, held: Collection[tuple[str, ...]]) -> list[DoseChange]:
        """Every change of dose of the drugs that hold these ingredients, drug by drug in order of time."""
        return [
            change for name, found in self._courses.items() if name in held for change in dose_changes(found)
        ]

    @cached_property
    def _courses(self) -> dict[tuple[str, ...], list[Fact]]:
        """The facts of each drug, by what it holds."""
        courses: dict[tuple[str, ...], list[Fact]] = {}
        for fact in self.begun:
            if fact.kind == "drug":
                courses.setdefault(ingredients(fact.concept.text), []).append(fact)
        return courses


def _first(fact: Fact) -> date:
    assert fact.valid_from is not None
    return days_of(fact.valid_from)[0]


def _start(fact: Fact) -> tuple[object, ...]:
    assert fact.valid_from is not None
    return fact.valid_from.earliest(), fact.recorded


def _day_of(fact: Fact | None) -> Span | None:
    if fact is None or fact.valid_from is None:
        return None
    first, last = days_of(fact.valid_from)
    return Span(first, last, because=fact.id)


def _course_of(fact: Fact | None, on: date) -> Span | None:
    """From its start to its end; until today where it has not ended."""
    if fact is None or fact.valid_from is None:
        return None
    end = days_of(fact.valid_to)[1] if fact.valid_to else on
    return Span(_first(fact), max(end, _first(fact)), because=fact.id)


def _discharge(fact: Fact | None) -> Span | None:
    if fact is None or fact.valid_to is None:
        return None
    first, last = days_of(fact.valid_to)
    return Span(first, last, because=fact.id)


def _is_operation(fact: Fact) -> bool:
    return fact.kind == "procedure" and bool(_SURGERY.search(fact.concept.text))


def _is_stay(fact: Fact) -> bool:
    said = _INPATIENT.search(fact.concept.text) or _SETTING.search(fact.detail)
    return fact.kind == "summary" and bool(said)


def _is_pregnancy(fact: Fact) -> bool:
    return fact.kind == "problem" and bool(_PREGNANCY.search(fact.concept.text))


def _kind(*kinds: str) -> Callable[[Fact], bool]:
    return lambda fact: fact.kind in kinds


_Choice = Callable[[PatientEvents, "re.Match[str]"], Span | None]
_CHANGED = r"(?:was |were |had been |has been |got |being )?(?:(?P<up>raised|increased|put up|upped|doubled|went up|rise|increase)|(?P<down>lowered|reduced|decreased|halved|cut|put down|went down|reduction)|(?P<any>changed|adjusted|altered|change))"


def _dose(events: PatientEvents, found: re.Match[str]) -> Span | None:
    said = found.groupdict()
    raised = None if said["any"] else bool(said["up"])
    drug = said.get("drug") or said.get("drug2")
    return _day_of(events.changed_dose(drug, raised))


_USUAL: tuple[tuple[re.Pattern[str], _Choice], ...] = tuple(
    (re.compile(rf"{pattern}(?!\w)"), choose)
    for pattern, choose in (
        (
            rf"{_WHOSE}{_ORDER}(?:operations?|surgery|operated(?: on)?)",
            lambda e, f: _day_of(e.latest(_is_operation, f["order"])),
        ),
        (
            rf"{_WHOSE}{_ORDER}procedure(?! [a-z])",
            lambda e, f: _day_of(e.latest(_kind("procedure"), f["order"])),
        ),
        (
            rf"{_WHOSE}{_ORDER}(?:in (?:the )?hospital|hospital stay|hospital admission|admission(?: to hospital)?|hospitali[sz]ation|(?:was )?hospitali[sz]ed|admitted(?: to hospital)?)",
            lambda e, f: _course_of(e.latest(_is_stay, f["order"]), e.on),
        ),
        (
            rf"{_WHOSE}{_ORDER}(?:discharged?(?: from hospital)?|left hospital)",
            lambda e, f: _discharge(e.latest(_is_stay, f["order"])),
        ),
        (
            rf"{_WHOSE}{_ORDER}(?:pregnancy|pregnant)",
            lambda e, f: _course_of(e.latest(_is_pregnancy, f["order"]), e.on),
        ),
        (
            rf"{_WHOSE}{_ORDER}(?:visit|appointment|consultation|check-?up|encounter)(?! (?:for|of|with|to|about|regarding|because|called|named|as)(?!\w))",
            lambda e, f: _day_of(e.latest(_kind("summary"), f["order"])),
        ),
        (
            rf"{_WHOSE}{_ORDER}(?:vaccination|jab|immuni[sz]ation|vaccine)",
            lambda e, f: _day_of(e.latest(_kind("immunization"), f["order"])),
        ),
        (rf"{_WHOSE}{_ORDER}diagnosis(?! of)", lambda e, f: _day_of(e.latest(_kind("problem"), f["order"]))),
        (
            rf"{_WHOSE}{_ORDER}(?:(?P<drug2>[a-z]+) )?(?:dose|dosage)(?: of (?:the |her |his )?(?P<drug>[a-z]+(?: [a-z]+)??))? {_CHANGED}",
            _dose,
        ),
        (rf"{_WHOSE}(?P<drug>[a-z]+) {_CHANGED}", _dose),
        (
            rf"{_WHOSE}{_CHANGED}(?: (?:of|in|to))?(?: (?:the|her|his))?(?: (?P<drug>[a-z]+))? (?:dose|dosage)",
            _dose,
        ),
        (rf"{_WHOSE}{_CHANGED} (?:of|in) (?:the |her |his )?(?:dose|dosage)(?: of (?P<drug>[a-z]+))?", _dose),
    )
)
