"""How a clinician's note means what it mentions: present, denied, in doubt, or somebody else's.

A denial reaches along a list to the end of its clause; `but`, `however`, a new verb of finding end it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from wardround.calculators.from_note.text import Note, last

Meaning = Literal["present", "absent", "uncertain", "other"]

_DENY: Final = re.compile(
    r"\b(?:no|not|nor|none|never|without|den(?:y|ies|ied|ying)|negative|absen(?:t|ce)|lack(?:s|ed|ing)?|neither|free (?:of|from)|rul(?:ed|ing) out"
    r"|excluded|void of|unremarkable for|doesn't|didn't|hasn't|isn't|don't|wasn't|hadn't|unlikely|nil|devoid of|fail(?:ed|s) to|nonexistent"
    r"|rather than|instead of|away from|alleviat\w+|rules? out|exclud(?:e|es|ing))\b",
    re.IGNORECASE,
)
_NO_DENIAL: Final = re.compile(
    r"\b(?:no (?:longer|change|improvement|further|other|additional|new|more)|not (?:only|improv\w+|responding|respond|controlled|well|adherent|taking|compliant|take"
    r"|on)|without (?:improvement|relief|success|treatment|residual|complications?)|no (?:relief|response)|not (?:yet|sure|certain|clear))\b",
    re.IGNORECASE,
)
_TURN: Final = re.compile(
    r";|\b(?:but|however|although|though|except|whereas|while|yet|besides|apart from|other than|aside from|despite|until|because|presents?|presented|presenting"
    r"|reports|reported|complain\w*|admitted|revealed|showed|demonstrated|found to|diagnosed|developed|underwent|he has|she has|he had|she had"
    r"|has a (?:known )?history|had a (?:known )?history|(?<!not )(?:history is significant|positive for|notable for|significant for|remarkable for)|moreover|he is|she is"
    r"|due to|secondary to|he was|she was)\b|,\s(?:and\s)?(?:he|she|his|her|the|there|with) ",
    re.IGNORECASE,
)
_DENY_BEHIND: Final = re.compile(
    r"^(?:\s?\([^()]{0,30}\))?[\s,]*(?:\w+\s){0,3}?(?:(?:was|were|is|are|appears?|appeared|remains?|remained|has been|have been|had been|seems? to be|appears? to be|came back|tested)\s(?:also\s|all\s)?(?:not\b|absent|negative|denied"
    r"|ruled out|excluded|unremarkable|unlikely|normal|free|undisturbed|intact)|(?:seems? to be )?absent\b|negative\b|: ?(?:no|negative|absent|none|denied)\b|- ?negative|ruled out|denied(?=\s*(?:[.,;)]|$)))",
    re.IGNORECASE,
)
_DOUBT: Final = re.compile(
    r"\b(?:suspect(?:ed|ing)?|suspicio\w+|possib(?:le|ly|ility)|probabl[ey]|presum\w+|question of|rule out|r/o|concern(?:s|ed|ing)? (?:for|of|about)|risk (?:of|for|factors? for)|prevent\w*"
    r"|prophyla\w+|differential|evaluat\w+ for|screen\w* for|work-?up for|at risk|if|whether|may|might|could|versus|vs|potential|should|to exclude|consider\w*|mimic\w*"
    r"|chance of|susceptib\w+|likelihood|tested for|test for|prone to|avoid\w*|complication\w* (?:of|such as|including))\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_DOUBT_BEHIND: Final = re.compile(r"^\s?(?:was|is|were|are)?\s?(?:suspected|considered|possible|likely\?|risk|prophylaxis|prevention|clinic|unit|scale|score|alert|questionable|in the differential)\b", re.IGNORECASE)  # fmt: skip
_LIST_DENIED: Final = re.compile(
    r"\b(?:are|were|is|was)\s(?:all\s|both\s|also\s)?(?:negative|absent|denied)\b", re.IGNORECASE
)
_ITEMS: Final = re.compile(r"[\w\s,/()-]*")
_VERB: Final = re.compile(
    r"\b(?:has|have|had|is|was|were|are|with|of|report\w*|includ\w+|history|show\w*|reveal\w*|demonstrat\w+|positive|elevated|takes?|on)\b",
    re.IGNORECASE,
)
_REACH: Final = 220
_TAIL: Final = 70


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of the note at `start:end` and how they are meant."""

    start: int
    end: int
    meaning: Meaning


def mentions(note: Note, pattern: re.Pattern[str], *, family: bool = False) -> Iterator[Mention]:
    """Every mention of what the pattern finds; with `family`, other people's count as the patient's."""
    for found in pattern.finditer(note.text):
        if not family and note.person(found.start()) == "other":
            yield Mention(found.start(), found.end(), "other")
            continue
        yield Mention(found.start(), found.end(), _meant(note, found.start(), found.end()))


def _meant(note: Note, start: int, end: int) -> Meaning:
    sentence = note.sentence_at(start)
    before = note.text[max(sentence.start, start - _REACH) : start]
    behind = note.text[end : min(sentence.end, end + _TAIL)]
    if _DENY.search(note.text, start, end):
        return "absent"
    deny = last(_DENY, before)
    if deny is not None and not _NO_DENIAL.match(before, deny.start()):
        turn = last(_TURN, before)
        if (
            turn is None
            or turn.start() < deny.start()
            or (turn.end() >= deny.start() and turn.start() <= deny.start())
        ):
            return "absent"
    if _DENY_BEHIND.match(behind):
        return "absent"
    if _denied_as_list(before, note.text[end : min(sentence.end, end + 160)]):
        return "absent"
    if _DOUBT.search(before[-90:]) or _DOUBT_BEHIND.match(behind):
        return "uncertain"
    return "present"


def _denied_as_list(before: str, behind: str) -> bool:
    """`Prothrombin 20210A, lupus anticoagulant and factor V Leiden are negative`: every item, as the clause has no other verb."""
    if _VERB.search(re.split(r"[;:]|,\s(?=and\s)", before)[-1]):
        return False
    found = _LIST_DENIED.search(behind)
    if found is None:
        return False
    between = behind[: found.start()]
    return _ITEMS.fullmatch(between) is not None and not _VERB.search(between)
