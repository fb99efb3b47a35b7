"""What a patient's words deny: an allergy, a drug that is no longer taken, an illness that never was.

A no to a symptom is an answer and no denial. Words alone decide here; whether memory holds what they deny is asked
where the chart is folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wardround.care.said_when import sentence_around
from wardround.clinical import Mention
from wardround.harness import JSON
from wardround.knowledge import KnowledgeBase

NO_ALLERGIES, NO_DRUGS = "no known allergies", "no medicines"
"""The words of a denial of a whole kind."""
_ALLERGIC = re.compile(r"\ballerg|\banaphyla|\bintoleran|\breact(?:ed|ion)\b|\bpenicillin allergy\b", re.I)
_NO_ALLERGY = re.compile(
    r"\bno (?:known |drug |medicine |food |other )*allerg|\b(?:not|never been|am not) allergic to (?:any|nothing)"
    r"|\b(?:don'?t|do not|never) (?:have|had) (?:any |an )?(?:known )?allerg|\bnkda\b|\bnot allergic[.!]",
    re.I,
)
_NO_DRUGS = re.compile(
    r"\b(?:don'?t|do not|not) (?:take|taking|use|using|on) (?:any|nothing)"
    r"|\bno (?:regular |current )?(?:medicines?|medications?|tablets|pills|drugs)\b|\btake nothing\b",
    re.I,
)
_PLAIN_NO = re.compile(
    r"^\W*(?:(?:well|oh|um+|er+|sorry|actually|honestly)\W+)*(?:no|nope|nah|none|never|nothing|not (?:that|as far as|at all)"
    r"|that(?:'s| is) (?:wrong|not right|not true|a mistake|an error)|(?:that|it)(?:'s| is|'?s been| must be) (?:a )?(?:wrong|mistake|mix-?up)"
    r"|i (?:don'?t|do not|never|am not|didn'?t|haven'?t)|i'?m not|not any ?more)\b",
    re.I,
)
_YES_AFTER = re.compile(
    r"\b(?:yes|yeah|i do(?!n'?t| not)|i am(?! not| no )|that'?s (?:right|correct)|you'?re right)\b", re.I
)
_UNSURE = re.compile(
    r"\b(?:not (?:too |really |quite )?sure|unsure|maybe|perhaps|might|i don'?t know|don'?t (?:remember|recall)|i think|possibly)\b",
    re.I,
)
_TAKING = re.compile(
    r"\b(?:tak(?:e|es|ing|en)|took|use|using|used|on|off|stop(?:ped|s)?|quit|gave up|given up|came off|prescribed)\b",
    re.I,
)
_OVER = re.compile(
    r"\b(?:any ?more|any longer|no longer|stopped|stop taking|came off|come off|taken off|took (?:me|it|that) off|off (?:it|the)"
    r"|used to|quit|gave up|given up|grown out|grew out|not since)\b",
    re.I,
)
_TAKEN_OFF = re.compile(
    r"\b(?:took (?:me|us) off|taken off|c[ao]me off|stopped)(?: taking)?(?: my| the)?\s*$", re.I
)
_ONLY_NOW = re.compile(
    r"\b(?:today|this morning|yet|yesterday|tonight|forgot|ran out|run out|missed)\b", re.I
)
_DOSE = re.compile(r"\b(?:only|once|twice|times|half|every|instead of|as much|mg|daily)\b", re.I)
_CANNOT = re.compile(
    r"\b(?:can'?t|cannot|couldn'?t|could not|mustn'?t|not allowed to) (?:take|have|tolerate)", re.I
)
_EXPLAINED = re.compile(
    r"\bmistakes?\b|\bmix(?:ed)?[- ]?up\b|\bwrong\b|\berror\b|\b(?:some(?:one|body) else|another patient)\b|\bnot mine\b"
    r"|\bmy (?:brother|sister|mother|father|son|daughter|wife|husband|mum|dad)\b|\btest(?:ed|s)?\b|\bruled out\b|\btaken off\b"
    r"|\btook (?:it|that|me) off\b|\bde-?labell?ed\b|\ballergy clinic\b"
    r"|\b(?:doctors?|hospital|surgeon|consultant|specialist|clinic|gp|cardiologist|nurse) (?:has |have |had )?"
    r"(?:stopped|said|told|took|changed|found)\b|\bstopped by\b",
    re.I,
)
_ANYTHING = re.compile(
    r"\bno|n't\b|\bnever\b|\boff\b|stop|used to|\bquit\b|gave up|given up|gr[eo]wn? out|wrong|mistake|mix(?:ed)?[- ]?up|dont\b|\bnk",
    re.I,
)
_OF_MEMORY = re.compile(r"allerg|medic|tablet|pills|nkda", re.I)
"""Words without which nothing is denied of what a record holds, where nothing of it is named."""
TOPICS = ("allergies", "drugs", "problems")


@dataclass(frozen=True, slots=True)
class _Said:
    """An utterance, what it answers, and what was read in both."""

    base: KnowledgeBase
    question: str
    about: str | None
    answer: str
    asked: Sequence[Mention]
    mentions: Sequence[Mention]


def may_deny(base: KnowledgeBase, about: str | None, answer: str, mentions: Sequence[Mention]) -> bool:
    """Whether the words may deny anything at all: what most answers fail, quickly. A no to a symptom does not."""
    asked = base.findings.get(about or "")
    if asked is not None and asked.kind != "history" and not _OF_MEMORY.search(answer):
        held = ("drug", "drug_class", "allergen", "condition")
        if not any(m.kind in held or _is_history(base, m) for m in mentions):
            return False
    return _ANYTHING.search(answer.replace("’", "'")) is not None


def denied_in(
    base: KnowledgeBase,
    question: str,
    about: str | None,
    answer: str,
    asked: Sequence[Mention],
    mentions: Sequence[Mention],
) -> list[JSON]:
    """Each denial with its kind, the ids that it can mean, where it stands, whether it is over and whether it says why.

    Without ids it denies everything of its kind. `asked` are the question's own mentions.
    """
    said = _Said(base, question, about, answer.replace("’", "'"), asked, mentions)
    found: list[JSON] = []
    for entry in (*_named(said), *_answered_no(said), *_whole_kinds(said)):
        known = {(e["kind"], slug) for e in found for slug in e["slugs"]}
        if not entry["slugs"] or not any((entry["kind"], slug) in known for slug in entry["slugs"]):
            found.append(entry)
    return found


# --- denied by name ----------------------------------------------------------------------------------------


def _named(said: _Said) -> Iterator[JSON]:
    """What the answer itself names and denies."""
    places: dict[tuple[int, int], list[Mention]] = {}
    for m in said.mentions:
        if (
            m.id
            and m.about == "patient"
            and m.kind in ("drug", "drug_class", "allergen", "condition", "finding")
        ):
            places.setdefault((m.start, m.end), []).append(m)
    for (start, end), here in places.items():
        kind = _kind_denied(said, start, end, here)
        if kind is not None:
            slugs = [str(m.id) for m in here if _is_of(said.base, kind, m)]
            if slugs:
                yield _entry(said, kind, slugs, start, end)


def _kind_denied(said: _Said, start: int, end: int, here: Sequence[Mention]) -> str | None:
    low, high = sentence_around(said.answer, start, end)
    sentence = said.answer[low:high]
    negated = any(m.negated for m in here)
    if any(m.uncertain for m in here) or _UNSURE.search(sentence) or _CANNOT.search(sentence):
        return None
    kinds: set[str] = {m.kind for m in here}
    if kinds & {"drug", "drug_class", "allergen"}:
        if negated and _is_about_allergy(said, sentence, kinds):
            return "allergy"
        return "drug" if "drug" in kinds and _not_taken(said, sentence, start - low, negated, here) else None
    lasting = "condition" in kinds or any(_is_history(said.base, m) for m in here)
    ended = _OVER.search(sentence) is not None and any(m.past for m in here)
    return "problem" if lasting and (negated or ended) and not _ONLY_NOW.search(sentence) else None


def _is_about_allergy(said: _Said, sentence: str, kinds: set[str]) -> bool:
    if "allergen" in kinds or _ALLERGIC.search(sentence):
        return True
    return said.about == "allergies" or (said.about is None and bool(_ALLERGIC.search(said.question)))


def _not_taken(said: _Said, sentence: str, at: int, negated: bool, here: Sequence[Mention]) -> bool:
    """Taken no more, or never: not today's dose forgotten, nor another dose than somebody thinks."""
    if _ONLY_NOW.search(sentence) or (negated and _DOSE.search(sentence[at:])):
        return False
    ended = negated or any(m.past for m in here) or _TAKEN_OFF.search(sentence[:at]) is not None
    over = _OVER.search(sentence) is not None and ended
    spoken = said.about == "drugs" or bool(_TAKING.search(sentence))
    return over or (negated and spoken)


def _is_history(base: KnowledgeBase, m: Mention) -> bool:
    finding = base.findings.get(str(m.id))
    return finding is not None and finding.kind == "history" and not finding.id.startswith("finding.family_")


def _is_of(base: KnowledgeBase, kind: str, m: Mention) -> bool:
    if kind == "problem":
        return m.kind == "condition" or _is_history(base, m)
    return m.kind == "drug" if kind == "drug" else m.kind in ("drug", "drug_class", "allergen")


# --- a plain no --------------------------------------------------------------------------------------------


def _answered_no(said: _Said) -> Iterator[JSON]:
    """A plain no to a question that names something of these kinds: what it named is denied."""
    found = _PLAIN_NO.match(said.answer)
    if found is None or _YES_AFTER.search(said.answer) or _UNSURE.search(said.answer):
        return
    if any(m.id and m.about == "patient" and not m.negated and not m.past for m in _of_kinds(said.mentions)):
        return
    if said.about not in (None, *TOPICS) and not _asks_history(said):
        return
    allergic = bool(_ALLERGIC.search(said.question))
    places: dict[tuple[int, int], list[Mention]] = {}
    for m in _of_kinds(said.asked):
        if m.id and m.about == "patient":
            places.setdefault((m.start, m.end), []).append(m)
    for here in places.values():
        kinds = {m.kind for m in here}
        taken = bool(kinds & {"drug", "drug_class", "allergen"})
        kind = (
            "allergy" if taken and allergic else "drug" if "drug" in kinds else None if taken else "problem"
        )
        slugs = [str(m.id) for m in here if kind and _is_of(said.base, kind, m)]
        if kind and slugs:
            yield _entry(said, kind, slugs, found.start(), _end_of_sentence(said.answer, found.end()))


def _asks_history(said: _Said) -> bool:
    finding = said.base.findings.get(said.about or "")
    return finding is not None and finding.kind == "history"


def _of_kinds(mentions: Iterable[Mention]) -> Iterator[Mention]:
    return (
        m
        for m in mentions
        if m.kind in ("drug", "drug_class", "allergen", "condition") or m.kind == "finding"
    )


def _end_of_sentence(text: str, at: int) -> int:
    return sentence_around(text, at, at)[1]


# --- whole kinds -------------------------------------------------------------------------------------------


def _whole_kinds(said: _Said) -> Iterator[JSON]:
    """No allergies at all; no medicines at all."""
    if _UNSURE.search(said.answer):
        return
    names = {m.kind for m in said.mentions if m.id and m.about == "patient" and not m.negated}
    for kind, topic, pattern, held in (
        ("allergy", "allergies", _NO_ALLERGY, {"drug", "drug_class", "allergen"}),
        ("drug", "drugs", _NO_DRUGS, {"drug"}),
    ):
        if names & held:
            continue
        found = pattern.search(said.answer)
        asks = said.about == topic and not any(m.id for m in _of_kinds(said.asked) if m.kind in held)
        if found is None and asks and not _YES_AFTER.search(said.answer):
            found = _PLAIN_NO.match(said.answer)
        if found is None or any(m.negated and m.kind in held for m in said.mentions):
            continue
        low, high = sentence_around(said.answer, found.start(), found.end())
        yield _entry(said, kind, [], low, high)


def _entry(said: _Said, kind: str, slugs: Sequence[str], start: int, end: int) -> JSON:
    low, high = sentence_around(said.answer, start, end)
    return {
        "kind": kind,
        "slugs": sorted(set(slugs)),
        "start": start,
        "end": end,
        "sentence": [low + len(said.answer[low:high]) - len(said.answer[low:high].lstrip()), high],
        "over": _OVER.search(said.answer[low:high]) is not None,
        "explained": _EXPLAINED.search(said.answer[low : _goes_on_to(said, high)]) is not None,
    }


def _goes_on_to(said: _Said, end: int) -> int:
    """The end of the next sentence where it names nothing of its own and so goes on about what was denied."""
    _, after = sentence_around(said.answer, end + 1, end + 1) if end + 1 < len(said.answer) else (0, end)
    held = ("drug", "drug_class", "allergen", "condition")
    return end if any(m.kind in held and end <= m.start < after for m in said.mentions) else after
