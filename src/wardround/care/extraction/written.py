"""Facts from a document's text: its lists by their headings, its laboratory lines, its sentences; each with its span.

Headings say what a list is of. What a family has, what is denied and what is only asked is no fact of the patient's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from wardround.care.clinic import Clinic
from wardround.care.denials import NO_ALLERGIES
from wardround.care.extraction.checking import fault_of
from wardround.care.extraction.doses import dose_after
from wardround.care.extraction.found import Extraction, Found, Origin, Page, Refused, fact_from
from wardround.care.extraction.spoken import found_in, measured
from wardround.care.said_when import Moment, moments_in, sentence_around
from wardround.clinical import Fact, FactSource, Mention, PartialDate
from wardround.knowledge import KnowledgeBase

LONGEST_TEXT = 200_000
_HEADING = re.compile(
    r"^[ \t#*]*(?P<name>[A-Z][A-Za-z/&() -]{2,48}?)[ \t*]*(?P<colon>:)?(?P<rest>(?<=:).*)?$", re.MULTILINE
)
_SECTIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("family", re.compile(r"\bfamily\b", re.I)),
    ("allergies", re.compile(r"\ballerg|\bintoleranc|\badverse (?:drug )?reaction", re.I)),
    ("drugs", re.compile(r"\bmedicat|\bmedicine|\bdrugs?\b|\bprescri|\bcurrent treatment|\bdischarge meds?\b|\bmeds\b", re.I)),
    ("problems", re.compile(r"\bproblem|\bdiagnos[ei]s|\bpast (?:medical )?history|\bmedical history|\bcomorbid|\bconditions\b|\bpmhx?\b", re.I)),
    ("results", re.compile(r"\bresults?\b|\blaborator|\blabs?\b|\bbloods?\b|\binvestigations?\b|\bobservations\b|\bvital", re.I)),
    ("other", re.compile(r"\bplan\b|\bsocial|\bhistory\b|\bexamination|\bsummary|\bimpression|\bfollow|\bcomplaint|\breason|\bprocedure|\brecommend|\bdate\b|\bpatient\b|\bname\b|\baddress|\bcourse\b|\badvice|\bnotes?\b", re.I)),
)  # fmt: skip
_NOTHING = re.compile(r"^\W*(?:none|nil|no|n/a|nkd?a|not known|unknown|none known|nil known)\W*$", re.I)
_NO_ALLERGY = re.compile(
    r"\bno (?:known |drug |medicine |food |other )*allerg\w*|\bnkd?a\b|\bnil known\b|\bnone known\b|^\W*(?:none|nil)\W*$|\bdenies (?:any )?allerg\w*",
    re.I,
)
_NO_ALLERGY_IN_PROSE = re.compile(
    r"\bno (?:known |drug |medicine |food |other )+allerg\w*|\bnkd?a\b|\bdenies (?:any )?allerg\w*", re.I
)
_ITEM = re.compile(r"[^\n;•]+?(?=[\n;•]|(?<=[a-z0-9)%])\.\s+[A-Z]|\Z)")
"""A line, an item of a list on one line, or a sentence."""
_BULLET = re.compile(r"^[ \t.]*(?:[-*•–]|\d{1,2}[.)])?[ \t]*")
_OVER = re.compile(
    r"\bresolved\b|\bin remission\b|\bprevious(?:ly)?\b|\bcured\b|\bs/p\b|\bstatus post\b|\bpast\b|\binactive\b",
    re.I,
)
_DOUBT = re.compile(
    r"^\W*\?|\bpossible\b|\bprobable\b|\bsuspected\b|\bquery\b|\brule out\b|\br/o\b|\blikely\b|\bvs\b", re.I
)
_DENIED = re.compile(r"^\W*(?:no|not|denies|without|nil|never)\b|\bruled out\b|\bexcluded\b", re.I)
_STOPPED = re.compile(r"\bstopped\b|\bdiscontinued\b|\bceased\b|\bon hold\b|\bno longer\b|\bwithheld\b", re.I)
_PAREN = re.compile(r"\(([^()]{1,80})\)")
_REACTION = re.compile(
    r"\s*(?:[-–—:]|\(|causes?|gives?|reaction:?|→|with)\s*(?P<reaction>[^()\n;]{3,80})\)?", re.I
)
_SEVERE = re.compile(r"anaphyla|severe|life-threatening|angio-?oedema|angioedema|stevens", re.I)
_YEAR_ALONE = re.compile(r"(?<![\d./-])(?P<year>(?:19|20)\d\d)(?![\d/.-])")
_WHOLE_DATE = re.compile(
    r"(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>(?:19|20)\d\d)|(?P<iso>(?:19|20)\d\d-\d\d-\d\d)"
)
_OF_TEXT = re.compile(
    r"\b(?:date|dated|collected|reported|sampled|taken|seen|admitted|on)\b\W{0,4}(?:on\W{0,2})?$", re.I
)


@dataclass(frozen=True, slots=True)
class _Section:
    name: str
    start: int
    end: int


def extract_document(
    clinic: Clinic,
    text: str,
    *,
    patient_id: str,
    document: str,
    on: date,
    pages: Iterable[Page] | None = None,
) -> Extraction:
    """The facts that a document's text gives. `on` is the day on which it came; `document` is what facts name as their
    source. A text longer than 200,000 characters is read so far."""
    text = text[:LONGEST_TEXT]
    origin = Origin(
        patient_id,
        FactSource("document", document),
        datetime.combine(on, time(12), UTC),
        on,
        tuple(pages or ()),
    )
    found: list[Fact] = []
    refused: list[Refused] = []
    day = _day_of(text, on)
    for one in _without_repeats(_all(clinic, text, on, day)):
        fault = fault_of(clinic.base, clinic.understanding.reader, one, text, on, day)
        if fault is None:
            found.append(fact_from(clinic.base, one, text, origin))
        else:
            refused.append(Refused(f"{one.kind} {one.text}", fault, one.start, one.end))
    return Extraction(tuple(found), tuple(refused))


def _without_repeats(found: Iterable[Found]) -> Iterator[Found]:
    """Each statement once; the first time that it is said."""
    seen: set[object] = set()
    for one in found:
        when = one.valid_from if one.kind == "result" else None
        key = (one.kind, one.slug or one.text.casefold(), one.status, one.value, when)
        if key not in seen:
            seen.add(key)
            yield one


def _all(clinic: Clinic, text: str, on: date, day: date) -> Iterator[Found]:
    for section in _sections(text):
        if section.name == "family":
            continue
        for start, end in _items(text, section):
            yield from _of_item(clinic, text, section.name, start, end, on, day)


def _of_item(
    clinic: Clinic, text: str, section: str, start: int, end: int, on: date, day: date
) -> Iterator[Found]:
    if section == "allergies":
        yield from _allergies(clinic, text, start, end)
        return
    base = clinic.base
    mentions = [_shifted(m, start) for m in clinic.understanding.reader.read(text[start:end])]
    for m in mentions:
        value = measured(base, text, m, on) if m.value is not None and m.kind in ("test", "finding") else None
        if value is not None:
            yield _on_its_day(value, on, day)
    yield from _allergies_in_prose(base, text, mentions, start, end)
    if section == "drugs":
        yield from _drug(base, text, start, end, mentions, on)
    elif section == "problems":
        yield from _problem(base, text, start, end, mentions, on)
    else:
        yield from (f for f in found_in(base, text, mentions, on) if f.kind != "result")
        yield from _drug_line(base, text, start, end, mentions, on)


def _allergies_in_prose(
    base: KnowledgeBase, text: str, mentions: list[Mention], start: int, end: int
) -> Iterator[Found]:
    """`She is allergic to penicillin`, `no known drug allergies`."""
    none = _NO_ALLERGY_IN_PROSE.search(text, start, end)
    if none is not None:
        yield Found("allergy", NO_ALLERGIES, None, *none.span())
    places: dict[int, list[str]] = {}
    for m in mentions:
        if m.kind == "allergen" and m.about == "patient" and not (m.negated or m.uncertain):
            places.setdefault(m.start, []).append(str(m.id))
    for at, slugs in places.items():
        slug = _allergen(slugs)
        low, high = sentence_around(text, at, at)
        if slug is not None:
            said = text[low:high]
            detail = "severe" if _SEVERE.search(said) else ""
            first = low + len(said) - len(said.lstrip())
            yield Found("allergy", base.named(slug), slug, first, low + len(said.rstrip()), detail=detail)


# --- layout ------------------------------------------------------------------------------------------------


def _sections(text: str) -> Iterator[_Section]:
    """Runs of the text under the headings that were recognised; what stands before the first is `other`."""
    marks: list[tuple[int, int, str]] = []
    for m in _HEADING.finditer(text):
        name = next((n for n, pattern in _SECTIONS if pattern.search(m["name"])), None)
        opens = not text[: m.start()].strip() or text[: m.start()].endswith(("\n\n", "\n\r\n"))
        alone = len(m["name"].split()) <= 4 and (opens or m["name"].isupper())
        if name is not None and (m["colon"] or alone):
            begins = m.start("rest") if m["rest"] is not None else m.end()
            marks.append((m.start(), begins, name))
    first = marks[0][0] if marks else len(text)
    yield _Section("other", 0, first)
    for at, (_, begins, name) in enumerate(marks):
        yield _Section(name, begins, marks[at + 1][0] if at + 1 < len(marks) else len(text))


def _items(text: str, section: _Section) -> Iterator[tuple[int, int]]:
    """The lines and list items of a section, without bullets and the white space around them."""
    for m in _ITEM.finditer(text, section.start, section.end):
        bullet = _BULLET.match(m.group())
        start = m.start() + (bullet.end() if bullet else 0)
        end = m.end() - (len(m.group()) - len(m.group().rstrip()))
        if end > start:
            yield start, end


def _shifted(m: Mention, by: int) -> Mention:
    return replace(m, start=m.start + by, end=m.end + by)


def _day_of(text: str, on: date) -> date:
    """The day that a document gives as its own, near its top; else the day on which it came."""
    for m in _WHOLE_DATE.finditer(text[:1_500]):
        if _OF_TEXT.search(text[max(0, m.start() - 20) : m.start()]):
            iso = m["iso"] or f"{m['y']}-{int(m['m']):02d}-{int(m['d']):02d}"
            try:
                found = date.fromisoformat(iso)
            except ValueError:
                continue
            if found <= on:
                return found
    return on


def _on_its_day(found: Found, on: date, day: date) -> Found:
    """A result without a date of its own is of the document's day."""
    return replace(found, valid_from=PartialDate.of(day)) if found.valid_from == PartialDate.of(on) else found


# --- lists -------------------------------------------------------------------------------------------------


def _allergies(clinic: Clinic, text: str, start: int, end: int) -> Iterator[Found]:
    """Substances with their reactions; none known; what the base does not know keeps its own words."""
    for low, high in _parts(text, start, end):
        words = text[low:high]
        if _NO_ALLERGY.search(words):
            yield Found("allergy", NO_ALLERGIES, None, low, high)
            continue
        mentions = [m for m in clinic.understanding.reader.read(words, ("allergies",)) if m.id]
        named = [m for m in mentions if m.kind in ("allergen", "drug", "drug_class") and m.about == "patient"]
        if _NOTHING.match(words) or _DENIED.search(words) or (named and all(m.negated for m in named)):
            continue
        reaction = _REACTION.search(words)
        detail = reaction["reaction"].strip() if reaction else ""
        detail = f"{detail} (severe)" if _SEVERE.search(words) and "severe" not in detail.lower() else detail
        slug = _allergen(m.id for m in named if m.id)
        name = clinic.base.named(slug) if slug else _head(words)
        if name and (slug or len(name.split()) <= 5):
            yield Found("allergy", name, slug, low, high, detail=detail)


def _allergen(slugs: Iterable[str]) -> str | None:
    """The drug where one is named, else its group."""
    known = list(dict.fromkeys(slugs))
    return next((s for s in known if s.startswith("drug.")), None) or next(iter(known), None)


def _head(words: str) -> str:
    """The name that an entry begins with, without what stands in brackets or behind a dash."""
    return re.split(r"\s[-–—]\s|[(:]", words)[0].strip(" .,-–")


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """An item, at the commas that no bracket holds."""
    depth, low = 0, start
    for at in range(start, end + 1):
        here = text[at] if at < end else ","
        depth += (here == "(") - (here == ")")
        if here == "," and (depth <= 0 or at == end):
            cut = text[low:at]
            first, last = low + len(cut) - len(cut.lstrip()), low + len(cut.rstrip(" ."))
            if last > first:
                yield first, last
            low = at + 1


def _problem(
    base: KnowledgeBase, text: str, start: int, end: int, mentions: list[Mention], on: date
) -> Iterator[Found]:
    """An illness of a list, known to the base or not."""
    for low, high in _parts(text, start, end):
        words = text[low:high]
        here = [m for m in mentions if low <= m.start and m.end <= high and m.kind == "condition"]
        if _NOTHING.match(words) or _DENIED.search(words) or len(words) < 3 or len(words) > 160:
            continue
        if any(m.about != "patient" or m.negated for m in here):
            continue
        slug = next((str(m.id) for m in here if str(m.id) in base.conditions), None)
        name = _head(_YEAR_ALONE.sub("", _PAREN.sub("", words)))
        name = re.split(r"\b(?:since|diagnosed|from|in|resolved|until)\b", name)[0].strip(" ?.,-–")
        slug = slug or base.slug_for(None, None, name, ("condition",))
        if not slug and not _is_name(name):
            continue
        over = _OVER.search(words) is not None
        moment = _moment(text, low, high, on)
        yield Found(
            "problem", base.named(slug) if slug else name, slug, low, high,
            status="resolved" if over else "active",
            certainty="possible" if _DOUBT.search(words) or any(m.uncertain for m in here) else "reported",
            valid_from=moment.at if moment and not moment.until else None,
            valid_to=moment.at if moment and moment.until else None,
        )  # fmt: skip


def _is_name(name: str) -> bool:
    plain = any(c.isalpha() for c in name) and not any(c.isdigit() for c in name)
    return plain and 1 <= len(name.split()) <= 6 and not name.endswith(":")


def _moment(text: str, low: int, high: int, on: date) -> Moment | None:
    """When: as words say it, or as a year that stands alone or in brackets."""
    words = text[low:high]
    said = next(iter(moments_in(words, on)), None)
    if said is not None:
        return said
    alone = _YEAR_ALONE.search(words)
    if alone is None or int(alone["year"]) > on.year:
        return None
    return Moment(alone.start(), alone.end(), PartialDate.parse(alone["year"]))


def _drug(
    base: KnowledgeBase, text: str, start: int, end: int, mentions: list[Mention], on: date
) -> Iterator[Found]:
    """A drug of a list, known to the base or not, with its dose."""
    words = text[start:end]
    here = [m for m in mentions if m.kind == "drug" and start <= m.start and m.end <= end]
    if _NOTHING.match(words) or any(m.about != "patient" for m in here):
        return
    if not here:
        yield from _unknown_drug(text, start, end, on)
        return
    for at, m in enumerate(here):
        low, high = (start if at == 0 else m.start), here[at + 1].start if at + 1 < len(here) else end
        yield from _line(base, text, m, low, high, on)


def _line(base: KnowledgeBase, text: str, m: Mention, low: int, high: int, on: date) -> Iterator[Found]:
    words = text[low:high].rstrip(" ,.;")
    stopped = _STOPPED.search(words) is not None
    if m.negated and not stopped:
        return
    dose = None if stopped else dose_after(text, m.end, high)
    moment = next(iter(moments_in(words, on)), None)
    yield Found(
        "drug", base.named(str(m.id)), str(m.id), low, low + len(words),
        status="resolved" if stopped else "active",
        value=dose.amount if dose else None,
        valid_from=moment.at if moment and not stopped and not moment.until else None,
        valid_to=moment.at if moment and (stopped or moment.until) else None,
        detail=dose.words if dose else "stopped" if stopped else "",
    )  # fmt: skip


def _unknown_drug(text: str, start: int, end: int, on: date) -> Iterator[Found]:
    """A line with a dose names a drug, be it one that the base does not hold."""
    words = text[start:end]
    name = re.split(r"\s\d|[,(]", words)[0].strip(" .-–")
    dose = dose_after(text, start + len(name), end)
    if dose is None or dose.amount is None or not _is_name(name) or len(name.split()) > 3:
        return
    stopped = _STOPPED.search(words) is not None
    yield Found(
        "drug", name, None, start, end,
        status="resolved" if stopped else "active",
        value=None if stopped else dose.amount, detail="stopped" if stopped else dose.words,
    )  # fmt: skip


def _drug_line(
    base: KnowledgeBase, text: str, start: int, end: int, mentions: list[Mention], on: date
) -> Iterator[Found]:
    """Outside of a list a line that begins with a drug and its dose is one: `metformin 500 mg twice a day`."""
    first = next((m for m in mentions if m.kind == "drug" and m.start - start <= 2), None)
    if first is not None and not first.negated and not first.past and dose_after(text, first.end, end):
        yield from _line(base, text, first, first.start, end, on)
