"""How each mention is meant: one pass over phrases, cues and breaks in the order of the text.

A cue's scope ends with the sentence, at `but` and its kin, and after a comma or `and` that starts a new clause.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Final, Literal

from wardround.language.amounts import Amount
from wardround.language.cues import COMPANY
from wardround.language.matching import Hit
from wardround.language.tokens import CHILD, NO, PAST_VERB, RELATIVE, SUBJECT, TOLERATED, WEAK_BREAKS, Tokens
from wardround.language.words import keyed, listed

About = Literal["patient", "family", "other"]
BACKWARD: Final = 12
"""Mentions that a cue behind them (`runs in the family`) can reach."""
REACH: Final = 12
"""A negation reaches no further than this many tokens past the last thing that it negated."""
_THIRD: Final = listed("he she they his her him them")
_NEW_CLAUSE: Final = keyed("have feel get")
_NOT_OVER: Final = listed(
    "go goes going stop stops clear clears resolve resolves grow grows give gives recover quits"
)
"""Of the same stem as a cue of the past (`went away`), but not past."""
_LONG_UNITS: Final = frozenset(("wk", "mo", "a"))
_STARTS: Final = keyed("start begin since come worse worsen notice")
_QUESTION: Final = re.compile(
    r"\s*(?:(?:so|and|but|or|well|oh|um|uh|now)\W+)*(?:can|could|is|are|am|do|does|did|should|would|will|what if|have i|has)\b(?!['’]t)",
    re.IGNORECASE,
)
_PROXY: Final = re.compile(
    r"\b(?:bring\w*|brought|here (?:with|for|about)|com(?:e|ing) in (?:with|for)|calling about|came in with|it'?s)\s+"
    r"(?:with\s+)?(?:my|our|the)\s+(?:\w+\s+){0,2}(?:son|daughter|child|baby|kid|boy|girl|toddler|infant)\b",
    re.IGNORECASE,
)
_BUT_NOW: Final = re.compile(
    r"\W{0,3}(?:quite |anything |just )?(?:like th(?:is|ese)\b|(?:this|that|so|as) (?:bad|severe|intense|strong)\b)",
    re.IGNORECASE,
)
"""`Never had headaches like this before`: there is one."""
_SIMILE: Final = re.compile(
    r"\b(?:like|as if|as though)\W+(?:i(?:\W?d|\W?ve| had| have)?\W+)?(?:been|being)\W+(?:\w+\W+)?$",
    re.IGNORECASE,
)
"""`Like being hit on the head`: nobody was."""
_TOLD: Final = keyed("tell")
_BAD: Final = keyed("bad")
_NAMED_SO: Final = re.compile(
    r"\W+(?:me |us |him |her )?(?:that )?(?:(?:i|we|he|she|they) (?:had|have|has)|it (?:was|is|could be|might be)|it['’]s)\b",
    re.IGNORECASE,
)
"""After `nobody told`: what follows is what nobody said it was."""
_YEAR: Final = re.compile(r"(?:19|20)\d\d$")


@dataclass(slots=True)
class Meaning:
    """How one hit is meant."""

    hit: Hit
    negated: bool = False
    uncertain: bool = False
    past: bool = False
    about: About = "patient"


@dataclass(slots=True)
class _Pass:
    """The state while reading along."""

    text: Tokens
    proxy: bool
    out: list[Meaning] = field(default_factory=list)
    negated: bool = False
    negated_at: int = 0
    uncertain: bool = False
    uncertain_at: int = 0
    past: bool = False
    about: About = "patient"
    sentence: int = 0
    """Index in `out` of the sentence's first meaning."""
    clause: int = 0
    began: int = 0
    """The sentence's first token."""

    def recent(self, since: int, most: int = BACKWARD) -> list[Meaning]:
        """The last meanings since one of them: a cue reaches back no further."""
        return self.out[max(since, len(self.out) - most) :]


def meanings(text: Tokens, found: list[Hit], dated: list[Amount]) -> list[Meaning]:
    """The hits that mean something, each with how it is meant."""
    plain = not text.breaks and all(hit.cue is None for hit in found)
    if plain and not dated and " being " not in text.text and " been " not in text.text:
        return [Meaning(hit) for hit in found if hit.ids]
    state = _Pass(text, bool(text.union & CHILD and _PROXY.search(text.text)))
    marks = sorted(text.breaks)
    at = 0
    for n, hit in enumerate(found):
        while at < len(marks) and marks[at] <= hit.first:
            _mark(state, marks[at])
            at += 1
        if hit.ids:
            _concept(state, hit)
        else:
            following = found[n + 1] if n + 1 < len(found) else None
            _cue(state, hit, following)
    for mark in marks[at:]:
        _mark(state, mark)
    if dated:
        _date(state, dated)
    for meaning in state.out:
        if meaning.negated and _BUT_NOW.match(text.text, text.ends[meaning.hit.last]):
            meaning.negated = False
    return state.out


def _mark(state: _Pass, i: int) -> None:
    """A break before token i."""
    text = state.text
    ahead = i + 1 if i + 1 < len(text.keys) and text.flags[i] & TOLERATED and i + 1 not in text.breaks else i
    starts = i < len(text.keys) and bool((text.flags[i] | text.flags[ahead]) & SUBJECT)
    if text.breaks[i] in WEAK_BREAKS:
        if starts:
            state.negated = state.uncertain = False
            state.clause = len(state.out)
        return
    if text.breaks[i] == "?" and state.sentence < len(state.out) and i > state.began:
        asked = text.text[
            text.starts[state.began] - 8 if text.starts[state.began] >= 8 else 0 : text.ends[i - 1]
        ]
        sentence = re.split(r"[.!?;\n]", asked)[-1] if state.began else asked
        if _QUESTION.match(sentence):
            for meaning in state.out[state.sentence :]:
                meaning.uncertain = True
    state.negated = state.uncertain = state.past = False
    state.sentence = state.clause = len(state.out)
    state.began = i
    if not (i < len(text.keys) and text.word(i).lower() in _THIRD):
        state.about = "patient"


def _concept(state: _Pass, hit: Hit) -> None:
    if state.negated and hit.first - state.negated_at > REACH:
        state.negated = False
    if state.negated:
        state.negated_at = hit.last
    start = state.text.starts[hit.first]
    if not hit.implicit and _SIMILE.search(state.text.text[max(0, start - 32) : start]):
        return
    denied = state.negated or _denied_within(state.text, hit)
    state.out.append(Meaning(hit, denied, state.uncertain, state.past, state.about))


def _denied_within(text: Tokens, hit: Hit) -> bool:
    """`My tummy doesn't hurt`: a site and its symptom with the denial between them."""
    return hit.implicit and hit.owned is None and "not" in text.keys[hit.first + 1 : hit.last]


def _cue(state: _Pass, hit: Hit, following: Hit | None) -> None:
    cue = hit.cue
    if cue == "negate":
        _negate(state, hit)
    elif cue == "nothing":
        if _denies_after_all(state, hit, following):
            _negate(state, hit)
    elif cue == "negate_next":
        if following is not None and following.first == hit.last + 1:
            state.negated, state.negated_at = True, hit.last
    elif cue == "negate_back":
        for meaning in state.recent(state.clause, 1):
            meaning.negated = True
    elif cue == "doubt_denied":
        if _answers_itself(state, hit):
            state.out[-1].negated = True
            return
        state.negated, state.negated_at = True, hit.last
        state.uncertain, state.uncertain_at = True, hit.last
    elif cue == "uncertain":
        _doubt(state, hit, following)
    elif cue in ("past", "no_longer"):
        _past(state, hit, cue == "no_longer")
    elif cue == "contrast":
        state.negated = state.uncertain = state.past = False
        state.clause = len(state.out)
    elif cue in ("family", "other"):
        _somebody(state, hit, cue)
    elif cue == "told":
        state.about = "patient"
    elif cue == "self":
        if state.uncertain and hit.first > state.uncertain_at + 2:
            state.uncertain = False  # if I climb stairs / I get chest pain
        if following is None or following.cue != "uncertain" or following.first > hit.last + 1:
            state.about = "patient"
    elif cue == "and":
        after = hit.last + 1
        keys, flags = state.text.keys, state.text.flags
        if after < len(keys) and (flags[after] & SUBJECT or keys[after] in _NEW_CLAUSE):
            state.negated = state.uncertain = False
            state.clause = len(state.out)


def _denies_after_all(state: _Pass, hit: Hit, following: Hit | None) -> bool:
    """`Nobody told me that I had ...`, `I don't get bad cramps`: here the words do deny what follows."""
    text, last = state.text, hit.last
    if _TOLD & set(text.keys[hit.first : last + 1]):
        return _NAMED_SO.match(text.text, text.ends[last]) is not None
    named = following is not None and bool(following.ids) and following.first == last + 1
    return named and text.keys[last] in _BAD


def _answers_itself(state: _Pass, hit: Hit) -> bool:
    """`Fever? Not that I know`: what was just named is denied."""
    text, after = state.text, hit.last + 1
    before = text.breaks.get(hit.first)
    while after < len(text.keys) and after not in text.breaks:
        if text.keys[after] not in ("of", "about"):
            return False
        after += 1
    return before in (":", "?") and _just_named(state, hit)


def _just_named(state: _Pass, hit: Hit) -> bool:
    """Whether something was named just before: `thyroid trouble in the family? No`."""
    if not state.out or hit.first - state.out[-1].hit.last > 5:
        return False
    between = [k for k in range(state.out[-1].hit.last + 1, hit.first) if k in state.text.breaks]
    return not between or [state.text.breaks[k] for k in between] == ["?"]


def _begins_answer(state: _Pass, hit: Hit) -> bool:
    """`Fever? God, no`: a no right after a question, with a word before it at most."""
    breaks = state.text.breaks
    return any(breaks.get(k) == "?" for k in range(hit.first - 2, hit.first)) and breaks.get(hit.first) == ","


def _negate(state: _Pass, hit: Hit) -> None:
    text, after = state.text, hit.last + 1
    alone = hit.first == hit.last and bool(text.flags[hit.first] & NO)
    ends = after >= len(text.keys) or after in text.breaks
    if alone and text.word(hit.first).lower() != "not":
        before = text.breaks.get(hit.first)
        if ends and (before in (":", "?") or _begins_answer(state, hit)) and _just_named(state, hit):
            state.out[-1].negated = True
            return
        said = text.word(hit.first).lower()
        if ends or (text.flags[after] & SUBJECT and said in ("no", "nope", "nah")):
            return
    state.negated, state.negated_at = True, hit.last


def _doubt(state: _Pass, hit: Hit, following: Hit | None) -> None:
    """Doubt reaches forward; where nothing follows in the clause, it was about what came before."""
    text, after = state.text, hit.last + 1
    closes = after >= len(text.keys) or after in text.breaks
    if closes and text.word(hit.last).lower() == "afraid":
        return  # it hurts, I'm afraid
    if closes and len(state.out) > state.sentence:
        state.out[-1].uncertain = True
        if after >= len(text.keys) or text.breaks[after] not in WEAK_BREAKS or following is None:
            return
    state.uncertain, state.uncertain_at = True, hit.last


def _past(state: _Pass, hit: Hit, over: bool) -> None:
    if state.text.word(hit.first).lower() in _NOT_OVER:
        return
    for meaning in state.recent(state.sentence):
        if meaning.about == state.about or over:
            meaning.past = True
    state.past = True


def _somebody(state: _Pass, hit: Hit, cue: str) -> None:
    """A relative or another person: forward, and backward in `diabetes in my family`."""
    text, first, after = state.text, hit.first, hit.last + 1
    if state.proxy and any(text.flags[k] & CHILD for k in range(first, after)):
        return
    low = max(state.began, first - 2)  # not of the sentence before
    before = next((text.keys[k] for k in range(first - 1, low - 1, -1) if not text.flags[k] & SUBJECT), "")
    who: About = "family" if cue == "family" else "other"
    if state.about == "other" and cue == "family" and first and text.word(first - 1).endswith(("'s", "’s")):
        who = "other"
    if before in COMPANY and not (after < len(text.keys) and text.flags[after] & RELATIVE):
        return
    if before in ("in", "on") or text.keys[first] in ("in", "on", "run"):
        for meaning in state.recent(state.clause):
            meaning.about = who
    state.about = who


def _date(state: _Pass, dated: list[Amount]) -> None:
    """`had a stroke five years ago`, `in 2019`: over, unless it says that it began then."""
    text = state.text
    strong = [k for k in sorted(text.breaks) if text.breaks[k] not in WEAK_BREAKS]
    firsts = [meaning.hit.first for meaning in state.out]
    for amount in dated:
        year = _is_year(text, amount)
        if not (year or _is_long_ago(amount)):
            continue
        at = bisect_right(strong, amount.first)
        low = strong[at - 1] if at else 0
        high = strong[at] if at < len(strong) else len(text.keys)
        low, high = max(low, amount.first - 40), min(high, amount.first + 40)
        if text.keys[amount.first] == "since" or any(k in _STARTS for k in text.keys[low:high]):
            continue
        if not year and not any(text.flags[k] & PAST_VERB for k in range(low, high)):
            continue
        for meaning in state.out[bisect_left(firsts, low) : bisect_left(firsts, high)]:
            meaning.past = True


def _is_long_ago(amount: Amount) -> bool:
    return amount.kind == "onset" and amount.quantity is not None and amount.quantity.unit in _LONG_UNITS


def _is_year(text: Tokens, amount: Amount) -> bool:
    return (
        amount.kind == "value"
        and amount.first > 0
        and text.keys[amount.first - 1] == "in"
        and _YEAR.match(text.word(amount.first)) is not None
    )
