"""Times that count from a change of a drug's dose: since lisinopril was increased. Never from the drug's start."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from wardround.clinical import Quantity, UnitError, convert
from wardround.memory.asking.lexicon import Lexicon, Mention
from wardround.memory.asking.parts import Parts
from wardround.memory.calendar_words import days_of
from wardround.memory.doses import DoseChange, daily_dose, ingredients
from wardround.memory.errors import NotUnderstood
from wardround.memory.patient_events import PatientEvents
from wardround.memory.time_relations import Relation, When

_DAY = timedelta(days=1)
_UP = r"rais(?:e|ed|ing)|increas(?:e|ed|ing)|upped|upping|put up|went up|gone up|going up|up-?titrat(?:e|ed|ing|ion)|titrated up|escalat(?:ed|ing|ion)|stepped up|step-?up|rise|rose"
_TWICE = r"doubl(?:e|ed|ing)"
_DOWN = (
    r"lower(?:ed|ing)?|reduc(?:e|ed|ing|tion)|decreas(?:e|ed|ing)|cut(?:ting)?(?: down| back)?|put down|went down|gone down|going down|down-?titrat(?:e|ed|ing|ion)"
    r"|titrated down|taper(?:ed|ing)?|stepped down|step-?down|weaned"
)
_HALF = r"halv(?:e|ed|ing)|cut in half"
_ANY = (
    r"chang(?:e|ed|ing|es)|adjust(?:ed|ing|ment)|alter(?:ed|ing|ation)|titrat(?:ed|ing|ion)|modif(?:ied|ying)"
)
_VERB = rf"(?:(?P<twice>{_TWICE})|(?P<half>{_HALF})|(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<any>{_ANY}))(?![\w-])"
_OTHER = (
    r"stopp(?:ed|ing)|stop|discontinu(?:ed|ing|ation)|ceased|ended|withdrawn|withheld|held|paused|interrupted|resumed|restarted|restarting"
    r"|re-started|tripled|quadrupled|switched|replaced|swapped|exchanged|resolved|cured|cleared|healed|finished|completed|gone|over"
)
_BARE = r"(?:stopp?ed|discontinued|ceased|ended|finished|resolved)"
_WAS = r"(?:was|were|is|are|had been|has been|have been|been|being|got|had|has|gets)"
_RELATION = (
    r"(?<![\w‹])(?P<relation>before|prior to|ahead of|leading up to|preceding|after|following|subsequent to|in the wake of|since|from|until|till|once|upon|when"
    r"|while|by the time(?: of)?|at the (?:time|moment|point) (?:of|when|that)|(?:on )?the (?:very )?(?:day|date) (?:of|when|that|on which)"
    r"|across|around|either side of|over|during|between)"
)
_WHOSE = r"(?:the|an?|her|his|their|my|patient's|patient|last|latest|most recent|first|they|we|she|he|doctors?|i|daily|total|had)"
_DOSE = r"(?:daily )?(?:dose|dosage|dosing|strength)"
_DRUG = r"‹(?P<place>\d+)›"
_TO = r"(?: (?:up |down |back )?to (?P<to>\d+(?:\.\d+)?) ?(?P<unit>mg|mcg|g|ug|units?)(?: (?:a|per|once a|once) day| daily| od)?(?![\w/]))?"
_PHRASES = tuple(
    re.compile(text)
    for text in (
        rf"{_RELATION}(?: {_WHOSE})*(?: {_DOSE} of(?: {_WHOSE})*)? {_DRUG}(?:'s)?(?: {_DOSE})?(?P<was>(?: {_WAS})*) {_VERB}(?: in {_DOSE})?{_TO}",
        rf"{_RELATION}(?: {_WHOSE})*(?P<was>) {_VERB}(?: (?:of|in|to))?(?: {_WHOSE})*(?: {_DOSE}(?: of| in)?(?: {_WHOSE})*)? {_DRUG}(?: {_DOSE})?{_TO}",
        rf"{_RELATION}(?: {_WHOSE})* {_DOSE}(?P<was>) {_VERB}(?: (?:of|in|for|with))?(?: {_WHOSE})* {_DRUG}{_TO}",
    )
)
_SAID_OF = (
    re.compile(rf"{_DRUG}(?:'s)?(?: {_DOSE})?(?: {_WAS})* (?:up to |ever )?(?P<verb>{_VERB})"),
    re.compile(
        rf"(?P<verb>{_VERB})(?: (?:of|in))?(?: {_WHOSE})*(?: {_DOSE}(?: of| in)?(?: {_WHOSE})*)? {_DRUG}"
    ),
)
_NO_START = re.compile(
    rf"{_RELATION}(?: {_WHOSE})* {_DRUG}(?:'s)?(?: {_DOSE})?(?:(?: {_WAS})+ (?P<verb>{_OTHER}|{_VERB})|(?P<bare> {_BARE}))(?![\w-])"
)
_SIDES: dict[str, Relation] = {
    **dict.fromkeys(("before", "prior", "ahead", "leading", "preceding", "until", "till"), "before"),
    **dict.fromkeys(("after", "following", "subsequent", "in", "once", "upon"), "after"),
    **dict.fromkeys(("since", "from"), "since"),
    **dict.fromkeys(("when", "at", "on", "the"), "on"),
}
_QUESTION = re.compile(r"\b(?:how|has|have|did|does|do)\b")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which change of dose is meant."""

    raised: bool | None
    factor: float | None
    to: Quantity | None

    def fits(self, change: DoseChange) -> bool:
        if self.raised is not None and change.raised != self.raised:
            return False
        old, new = daily_dose(change.before), daily_dose(change.fact)
        if old is None or new is None:
            return False
        if self.factor is not None and not _same(new, Quantity(old.value * self.factor, old.unit)):
            return False
        return self.to is None or _same(new, self.to)


def dose_event(parts: Parts, lexicon: Lexicon, on: date) -> When | None:
    """The days that a phrase of a dose change means, its words cut out. Raises NotUnderstood where it cannot be told."""
    low = parts.low
    for pattern in _PHRASES:
        for found in pattern.finditer(low):
            mention = parts.mentions[int(found["place"])]
            bare = not found["was"] and pattern is _PHRASES[0]
            if not _is_drug(mention, lexicon) or (bare and _QUESTION.search(low[: found.start()])):
                continue
            day = _day(found, mention, lexicon, on)
            side = _SIDES.get(found["relation"].split(" ")[0])
            if side is None or (side == "on" and _asks_result(parts, found, lexicon)):
                raise NotUnderstood(
                    f"The dose was changed on {day}. Ask for the last value before it, or the first after it."
                )
            parts.cut(found.start(), found.end(), "«time»")
            return _when(side, day, found)
    _refuse_other(parts, lexicon)
    return None


def _when(side: Relation, day: date, found: re.Match[str]) -> When:
    since, until = {
        "before": (None, day - _DAY),
        "after": (day + _DAY, None),
        "since": (day, None),
        "on": (day, day),
    }[side]
    return When(side, since, until, found.start(), found.end())


def _day(found: re.Match[str], mention: Mention, lexicon: Lexicon, on: date) -> date:
    """The day of the one change that is meant."""
    said = found.groupdict()
    up, down = said["up"] or said["twice"], said["down"] or said["half"]
    factor = 2.0 if said["twice"] else 0.5 if said["half"] else None
    unit = {"mcg": "ug", "unit": "[iU]", "units": "[iU]"}.get(said["unit"] or "", said["unit"] or "")
    to = Quantity(float(said["to"]), unit) if said["to"] else None
    wanted = _Wanted(True if up else False if down else None, factor, to)
    held = {ingredients(e.text) for e in lexicon.entries.known(on).meant(mention.of("drug"))}
    changes = PatientEvents(lexicon.entries.stored, on).dose_changes_of(held)
    days = sorted({days_of(c.fact.valid_from) for c in changes if c.fact.valid_from and wanted.fits(c)})
    if not days:
        raise NotUnderstood(f"The record has no such change of the dose of {mention.words}. Give a date.")
    order = re.search(r"\b(?:(first)|(?:last|latest|most recent))\b", found[0])
    if len(days) > 1 and order is None:
        listed = ", ".join(str(first) for first, _ in days)
        raise NotUnderstood(f"The dose of {mention.words} was so changed on {listed}. Give a date.")
    first, last = days[0 if order and order[1] else -1]
    if first != last:
        raise NotUnderstood(f"The record does not say on which day the dose of {mention.words} was changed.")
    return first


def _refuse_other(parts: Parts, lexicon: Lexicon) -> None:
    """A dose that changed, or a course that ended, is not its start: refuse what would be read as that."""
    low = parts.low
    if found := _NO_START.search(low):
        raise NotUnderstood(
            f"'{(found['verb'] or found['bare']).strip()}' is not counted from. Give its date, or count from the start of "
            f"{parts.mentions[int(found['place'])].words}."
        )
    for pattern in _SAID_OF:
        for found in pattern.finditer(low):
            mention = parts.mentions[int(found["place"])]
            if _is_drug(mention, lexicon) and not low[: found.start()].rstrip().endswith(
                ("since", "after", "before")
            ):
                raise NotUnderstood(
                    f"'{found['verb']}' is said of {mention.words}. Changes of dose are not asked for in this way: "
                    "ask which drugs were prescribed, or when it was first and last prescribed."
                )


def _is_drug(mention: Mention, lexicon: Lexicon) -> bool:
    """Whether a name is a drug's, and not that of a result that the record has."""
    result = mention.things.get("result")
    if result is not None and ("drug" not in mention.things or lexicon.entries.meant(result)):
        return False
    return "drug" in (mention.things or lexicon.known_kinds(mention.words))


def _asks_result(parts: Parts, found: re.Match[str], lexicon: Lexicon) -> bool:
    others = [mention for at, mention in enumerate(parts.mentions) if at != int(found["place"])]
    return any(not _is_drug(one, lexicon) and ("result" in one.things or not one.things) for one in others)


def _same(one: Quantity, other: Quantity) -> bool:
    try:
        return abs(convert(one, other.unit).value - other.value) < 1e-9
    except UnitError:
        return False
