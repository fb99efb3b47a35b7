"""Finds the phrases of the lexicon in a tokenised text: the longest at each place, then symptoms at sites in any order.

Linear in the tokens: a phrase is at most some words long and tolerates few words between its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wardround.language.lexicon import END, Entry, Lexicon, Node, Site
from wardround.language.phrases import BODY, DIRECTIONS, DISABLED, KINDS_OF, MOTIONS, POSITIONS, SYMPTOMS
from wardround.language.tokens import BODY as BODY_FLAG
from wardround.language.tokens import NUMBER, PATTERN, SYMPTOM, TOLERATED, WEAK_BREAKS, Tokens
from wardround.language.words import fold, key, keyed

MOST_BETWEEN: Final = 4
"""Tolerated words in a row between two words of a phrase."""
_HOW: Final = keyed("sudden suddenly")
"""Say how it began, and may stand between a site and its symptom: `my chest suddenly hurts`."""
_LIGHT: Final = keyed("have get feel")
_NO: Final = ("no", "nope", "nah")
_COMPOUND: Final = SYMPTOMS | keyed("loss change problem issue")
_CANNOT: Final = keyed("cannot not difficult stop")
MOST_STEPS: Final = 64
"""Ways tried to read on from one token: tolerated words can be part of a phrase or stand between."""
_PLACES: Final = keyed("side front top middle bottom centre center")
WINDOW: Final = 8
"""How far from its site a symptom may stand, in tokens."""
_LEADS: Final = {
    "a": re.compile(
        r"\b(?:a|an|the|my|his|her|their|this|another|bad|nasty|heavy|caught|same|head|have|had|has|got)\W+(?:\w+\W+)?$"
    ),
    "article": re.compile(r"\b(?:a|an|the|my|his|her|this|another|bad|nasty|heavy|same|head)\W+(?:\w+\W+)?$"),
    "on": re.compile(
        r"\b(?:on|take|takes|taking|took|use|using|started|having|given)\W+(?:(?:my|the|some)\W+)?$"
    ),
    "in": re.compile(r"\bin\W+(?:(?:a|an|the|my)\W+)?$"),
}


@dataclass(slots=True)
class Hit:
    """Tokens first..last mean these ids, or are this cue."""

    first: int
    last: int
    ids: tuple[str, ...]
    cue: str | None = None
    implicit: bool = False
    """Found as a symptom at a site, not as a phrase."""
    owned: int | None = None
    """The token that says `cannot`, which is then no negation."""


def hits(text: Tokens, lexicon: Lexicon) -> list[Hit]:
    """All phrases and cues in the order of the text, none overlapping another of its kind."""
    out = _phrases(text, lexicon.trie)
    if text.union & BODY_FLAG and text.union & SYMPTOM:
        paired = _paired(text, lexicon, out)
        if paired:
            owned = {hit.owned for hit in paired}
            out = [hit for hit in out if hit.ids or hit.first not in owned]
            out.extend(paired)
            out.sort(key=lambda h: (h.first, h.last))
    return out


def _phrases(text: Tokens, trie: Node) -> list[Hit]:
    keys, n = text.keys, len(text.keys)
    out: list[Hit] = []
    i = 0
    while i < n:
        node = trie.get(keys[i])
        if node is None:
            i += 1
            continue
        last, entry, ids = _longest(text, node, i)
        if entry is None:
            i += 1
            continue
        if ids and keys[i] in _LIGHT and (later := _inside(text, trie, i, last)) is not None:
            i = later
            continue
        out.append(Hit(i, last, ids, entry.cue if not ids else None))
        i = last + 1
    return out


def _inside(text: Tokens, trie: Node, first: int, last: int) -> int | None:
    """Where a phrase starts within one that a light verb begins, and goes on after it: `have [cold hands and feet]`."""
    for i in range(first + 1, last + 1):
        if text.keys[i] in _CANNOT:
            return None
        node = trie.get(text.keys[i])
        if node is not None:
            end, _, ids = _longest(text, node, i)
            if ids and end > last:
                return i
    return None


def _longest(text: Tokens, node: Node, i: int) -> tuple[int, Entry | None, tuple[str, ...]]:
    """The longest phrase that starts at token i, whose first key led to this node."""
    best: tuple[int, Entry | None, tuple[str, ...]] = (i, None, ())
    keys, flags, breaks, n = text.keys, text.flags, text.breaks, len(text.keys)
    negated = keys[i] == "not" and text.word(i).lower() in _NO
    waiting = [(node, i, i + 1, 0)]
    steps = 0
    while waiting and steps < MOST_STEPS:
        node, end, j, between = waiting.pop()
        steps += 1
        if between == 0 and END in node and (best[1] is None or end > best[0]):
            entry = node[END]
            ids = _meant(text, entry, i, end)
            if negated and entry.verbal:
                ids = tuple(slug for slug in ids if slug not in entry.verbal)
            if ids or (entry.cue is not None and not _is_no_cue(text, entry, i, end)):
                best = (end, entry, ids)
        if j >= n:
            continue
        if (
            breaks
            and (mark := breaks.get(j)) is not None
            and (mark not in WEAK_BREAKS or (negated and end == i))
        ):
            continue
        if (
            flags[j] & TOLERATED or (keys[j] == keys[end] and not flags[j] & NUMBER)
        ) and between < MOST_BETWEEN:
            waiting.append((node, end, j + 1, between + 1))
        following = node.get(keys[j])
        if following is not None:
            waiting.append((following, j, j + 1, 0))
    return best


def _is_no_cue(text: Tokens, entry: Entry, first: int, last: int) -> bool:
    """Whether this only looks like the `not bad`, `not gone` that leave things as they are.

    So it does in `no bad headaches`, `I don't have bad headaches`, `it doesn't go down my arm`.
    """
    if entry.cue not in entry.verbal:
        return False
    goes_on = last + 1 < len(text.keys) and last + 1 not in text.breaks
    return (
        text.word(first).lower() in _NO
        or key("have") in text.keys[first + 1 : last]
        or (
            text.keys[last] == key("bad") and "any" in text.text[text.ends[first] : text.starts[last]].lower()
        )
        or (goes_on and text.keys[last] == key("go") and text.keys[last + 1] in DIRECTIONS)
    )


def _meant(text: Tokens, entry: Entry, first: int, last: int) -> tuple[str, ...]:
    ids, keys_ = entry.ids, text.keys
    if entry.capital and text.word(first).isupper():
        ids = (*ids, *entry.capital)
    if entry.led:
        before = text.text[max(0, text.starts[last] - 24) : text.starts[last]].lower()
        word = fold(text.word(last))
        for lead, noun, slug in entry.led:
            if noun == word and slug not in ids and _LEADS[lead].search(before):
                ids = (*ids, slug)
    if entry.exact:
        around = text.text[max(0, text.starts[first] - 32) : text.ends[last] + 24]
        said = f" {' '.join(PATTERN.findall(fold(around)))} ".replace("n't", " not")
        ids = tuple(slug for words, slug in entry.exact if f" {words} " in said) or ids
    if (
        ids
        and last + 1 < len(keys_)
        and keys_[last + 1] in _COMPOUND
        and last + 1 not in text.breaks
        and "not" in keys_[first:last]
    ):
        return ()  # `no period pain` is no missed period
    if ids and keys_[last] in _PLACES and _is_place_of(text, last):
        return ()
    return ids


def _is_place_of(text: Tokens, last: int) -> bool:
    """`pain in the side` of the head is not pain in the side."""
    following = range(last + 1, min(last + 3, len(text.keys)))
    site = next((k for k in following if text.flags[k] & BODY_FLAG and text.keys[k] in BODY), None)
    if site is None or text.crosses(last, site):
        return False
    return re.search(r"\bof\b", text.text[text.ends[last] : text.starts[site]]) is not None


def _paired(text: Tokens, lexicon: Lexicon, found: list[Hit]) -> list[Hit]:
    """Symptoms and sites that no phrase has taken, with no other mention and no `but` between them."""
    keys, flags = text.keys, text.flags
    taken = {
        k
        for hit in found
        if (hit.ids or hit.cue == "contrast") and not (hit.first == hit.last and keys[hit.first] in _HOW)
        for k in range(hit.first, hit.last + 1)
    }
    symptoms = {k for k in range(len(keys)) if flags[k] & SYMPTOM and k not in taken}
    out: list[Hit] = []
    for site in range(len(keys)):
        if not flags[site] & BODY_FLAG or keys[site] not in BODY or site in taken:
            continue
        for symptom in (k for d in range(1, WINDOW + 1) for k in (site - d, site + d) if k in symptoms):
            first, last = min(symptom, site), max(symptom, site)
            if text.crosses(first, last) or any(k in taken for k in range(first, last)):
                continue
            hit = _pair(text, lexicon, symptom, site)
            if hit is not None and not any(k in taken for k in range(hit.first, hit.last + 1)):
                out.append(hit)
                break
    return out


def _pair(text: Tokens, lexicon: Lexicon, symptom: int, site: int) -> Hit | None:
    keys = text.keys
    k, first, last = keys[symptom], min(symptom, site), max(symptom, site)
    if k in DISABLED and (cannot := _cannot(text, symptom)) is not None:
        return _disabled(text, lexicon, k, cannot, symptom, site)
    moving = k in MOTIONS
    if moving and not (
        site > symptom and any(d in DIRECTIONS for d in keys[symptom + 1 : min(symptom + 3, site)])
    ):
        return None
    if not moving and k not in SYMPTOMS:
        return None
    near = {
        key: p
        for p, key in enumerate(keys[max(0, first - 3) : last + 4], max(0, first - 3))
        if key in POSITIONS
    }
    if "1" not in near and (sided := near.get("left", near.get("right"))) is not None:
        near["1"] = sided
    for place in (keys[site], *KINDS_OF.get(keys[site], ())):
        for option in lexicon.pairs.get(("go" if moving else k, place), ()):
            if all(r in near for r in option.rest):
                return _hit(option, near, first, last)
    return None


def _cannot(text: Tokens, verb: int) -> int | None:
    """The token before a verb that takes it away: can't move, not moving, stopped moving; but not `no, I can move`."""
    for k in range(verb - 1, max(-1, verb - 4), -1):
        if text.keys[k] in _CANNOT:
            return None if text.word(k).lower() in _NO else k
    return None


def _disabled(text: Tokens, lexicon: Lexicon, verb: str, cannot: int, at: int, site: int) -> Hit | None:
    """`I can't move my arm` is weakness of the arm, `can't feel my legs` numbness."""
    lost = DISABLED[verb]
    if any(text.keys[k] in SYMPTOMS for k in range(min(at, site) + 1, max(at, site))):
        return None
    for place in (text.keys[site], *KINDS_OF.get(text.keys[site], ())):
        options = lexicon.pairs.get((lost, place), ())
        ids = next((option.ids for option in options if not option.rest), ())
        if not ids and lost == key("numb") and END in lexicon.trie.get(lost, {}):
            ids = lexicon.trie[lost][END].ids
        if ids:
            return Hit(min(cannot, site), max(at, site), ids, None, implicit=True, owned=cannot)
    return None


def _hit(option: Site, near: dict[str, int], first: int, last: int) -> Hit:
    spots = [near[r] for r in option.rest]
    return Hit(min([first, *spots]), max([last, *spots]), option.ids, None, implicit=True)
