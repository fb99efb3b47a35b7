"""Reads free text into coded mentions: `Reader(lexicon).read(text, expecting)`.

Pure and memoised by text and what was asked. Any string is read without error in time linear in its length;
of more than MAX_CHARACTERS the rest is not read.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from wardround.clinical.mention import Mention, MentionKind
from wardround.clinical.quantities import Quantity
from wardround.language.amounts import Amount, amounts
from wardround.language.answers import Answer, answer_in
from wardround.language.context import Meaning, meanings
from wardround.language.examples import Example, example_in
from wardround.language.intake import intakes
from wardround.language.lexicon import OF_FAMILY, Lexicon
from wardround.language.matching import Hit, hits
from wardround.language.phrases import BODY, DIRECTIONS, MOTIONS
from wardround.language.tokens import ALLERGY, MENDED, WEAK_BREAKS, Tokens, tokenise
from wardround.language.values import Value, values
from wardround.language.words import keyed, listed

MAX_CHARACTERS: Final = 200_000
MEMOISED_LENGTH: Final = 2_000
_MEMORY: Final = 8_192
_KINDS: Final[dict[str, MentionKind]] = {
    "finding": "finding", "condition": "condition", "drug": "drug", "class": "drug_class", "allergy": "allergen",
    "test": "test", "analyte": "test",
}  # fmt: skip
_TAKEN: Final = ("drug.", "class.", "allergy.")
_ALLERGY_REACH: Final = 16
_ALLERGY_ENDS: Final = keyed("take use prescribe give i but")
_GOES_ON: Final = keyed("also and plus")
SICK_CONTACT: Final = "finding.sick_contact"
CATCHING: Final = listed(
    "finding.fever finding.cough finding.sore_throat finding.runny_nose finding.vomiting "
    "finding.diarrhoea condition.common_cold condition.influenza condition.covid_19 "
    "condition.tuberculosis"
)
"""Said of somebody else, these make a sick contact."""


class Reader:
    """Reads with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._remembered = functools.lru_cache(maxsize=_MEMORY)(self._read)

    def read(self, text: str, expecting: tuple[str, ...] = ()) -> tuple[Mention, ...]:
        """The mentions in the order of the text. `expecting` are the ids of what was just asked."""
        if len(text) > MEMOISED_LENGTH:
            return self._read(text[:MAX_CHARACTERS], tuple(expecting))
        return self._remembered(text, tuple(expecting))

    def _read(self, text: str, expecting: tuple[str, ...]) -> tuple[Mention, ...]:
        lexicon = self.lexicon
        tokens = tokenise(text, lexicon.words, lexicon.learn)
        if not tokens.keys and not expecting:
            return ()
        if (question := _own_question(text, tokens, lexicon)) is not None:
            return question
        found = hits(tokens, lexicon)
        found = sorted([*found, *intakes(tokens, found, lexicon)], key=lambda hit: (hit.first, hit.last))
        counted = amounts(tokens)
        meant = meanings(tokens, found, counted) if found else []
        bound = values(tokens, found, counted, lexicon, expecting) if counted else []
        named = {value.id for value in bound if value.id.startswith("analyte.")}
        out = [m for m in _coded(tokens, meant, found, lexicon, expecting) if m.id not in named]
        if counted:
            out.extend(_counted(tokens, counted, bound))
        if expecting:
            out = _by_example(tokens, out, lexicon, expecting)
            out.extend(_answers(text, out, lexicon, expecting))
        return _finished(out, lexicon)


def _own_question(text: str, tokens: Tokens, lexicon: Lexicon) -> tuple[Mention, ...] | None:
    """A question of the base's own names what it asks about, whatever else stands in it."""
    if "?" not in text or (asked := lexicon.asked.get(tuple(tokens.keys))) is None:
        return None
    return tuple(
        Mention(tokens.starts[0], tokens.ends[-1], "finding", slug, uncertain=True) for slug in asked
    )


def _by_example(
    tokens: Tokens, out: list[Mention], lexicon: Lexicon, expecting: tuple[str, ...]
) -> list[Mention]:
    """A whole answer that the base itself gives as an example for what was asked means what the example means."""
    for slug in expecting:
        example = example_in(tokens, lexicon.examples.get(slug))
        if example is not None:
            lasting = next((m.value for m in out if m.kind == "duration"), None)
            out = [m for m in out if m.id != slug]
            out.append(_exemplified(tokens, slug, example, lasting))
    return out


def _exemplified(tokens: Tokens, slug: str, example: Example, lasting: Quantity | None) -> Mention:
    negated = example == "no"
    return Mention(
        tokens.starts[0],
        tokens.ends[-1],
        "finding",
        slug,
        negated,
        example == "unsure",
        value=None if negated else lasting,
    )


def _coded(
    tokens: Tokens, meant: list[Meaning], found: list[Hit], lexicon: Lexicon, expecting: tuple[str, ...]
) -> Iterator[Mention]:
    allergies = _allergic(tokens, found, expecting)
    present = {slug for m in meant for slug in m.hit.ids}
    context = present | set(expecting)
    for meaning in meant:
        hit = meaning.hit
        score = _score(tokens, hit, lexicon) if tokens.union & MENDED else 1.0
        start, end = tokens.starts[hit.first], tokens.ends[hit.last]
        allergic = allergies is not None and _is_allergen(tokens, hit, allergies)
        for slug in _chosen(hit, meaning, allergic):
            if slug in lexicon.measured and slug.startswith("finding."):
                continue
            if slug in lexicon.parents and not _in_context(tokens, hit, slug, lexicon, context, expecting):
                continue
            kind = "allergen" if allergic and slug.startswith(_TAKEN) else _KINDS[slug.partition(".")[0]]
            mention = Mention(
                start,
                end,
                kind,
                slug,
                meaning.negated,
                meaning.uncertain,
                meaning.past,
                meaning.about,
                None,
                score,
            )
            yield from _with_consequences(mention, lexicon)


def _chosen(hit: Hit, meaning: Meaning, allergic: bool) -> Iterator[str]:
    """The ids that are meant here of all that the phrase can mean."""
    for slug in hit.ids:
        if slug.startswith(OF_FAMILY):
            if meaning.about == "family":
                yield slug[1:]
        elif (slug.startswith("allergy.") and not allergic) or (
            slug.startswith("analyte.") and any(s.startswith("test.") for s in hit.ids)
        ):
            continue
        else:
            yield slug


def _in_context(
    tokens: Tokens, hit: Hit, slug: str, lexicon: Lexicon, context: set[str], asked: tuple[str, ...]
) -> bool:
    """A child's phrase that names nothing of its parent (`goes down my arm`) needs the parent beside it."""
    parent = lexicon.parents[slug]
    if parent in context or any(lexicon.parents.get(other) == parent for other in context if other != slug):
        return True
    if slug in asked:
        return True
    topic = lexicon.topics.get(parent, frozenset())
    said = tokens.keys[hit.first : hit.last + 1]
    for n, k in enumerate(said):
        if k in topic:
            return True
        if k in MOTIONS and any(d in DIRECTIONS for d in said[n + 1 : n + 3]):
            topic = topic - BODY  # where something goes does not say what it is
    return False


def _with_consequences(mention: Mention, lexicon: Lexicon) -> Iterator[Mention]:
    slug = mention.id or ""
    if slug.startswith("finding.family_"):
        yield replace(mention, about="patient")
        return
    yield mention
    if mention.about == "family":
        for own in lexicon.family.get(slug, ()):
            yield replace(mention, kind="finding", id=own, about="patient")
    ill = mention.about != "patient" and not mention.negated and not mention.past
    if ill and slug in CATCHING and SICK_CONTACT in lexicon.answered:
        yield replace(mention, kind="finding", id=SICK_CONTACT, about="patient")


def _score(tokens: Tokens, hit: Hit, lexicon: Lexicon) -> float:
    mended = [k for k in range(hit.first, hit.last + 1) if tokens.flags[k] & MENDED]
    return min((lexicon.scores.get(tokens.word(k), 1.0) for k in mended), default=1.0)


def _allergic(tokens: Tokens, found: list[Hit], expecting: tuple[str, ...]) -> list[tuple[int, int]] | None:
    """Where allergy is spoken of, as runs of tokens; an empty list means everywhere; None, nowhere."""
    if any("allerg" in slug for slug in expecting):
        return []
    spots = (
        [(k, k) for k, flag in enumerate(tokens.flags) if flag & ALLERGY] if tokens.union & ALLERGY else []
    )
    spots.extend((hit.first, hit.last) for hit in found if hit.cue == "allergy")
    return sorted(spots) or None


def _is_allergen(tokens: Tokens, hit: Hit, spots: list[tuple[int, int]]) -> bool:
    """`allergic to A, B and C` reaches forward to the next verb; `A allergy`, `A, can't take it` a little back."""
    if not spots:
        return True
    at = bisect_left(spots, (hit.first, 0))
    for first, last in spots[max(0, at - 2) : at + 2]:
        if hit.first > last:
            if hit.first - last <= _ALLERGY_REACH and not _new_subject(tokens, last, hit.first):
                between = tokens.keys[last + 1 : hit.first]
                if not any(k in _ALLERGY_ENDS for k in between):
                    return True
        elif 0 < first - hit.last <= 3 and not tokens.crosses(hit.last, first):
            return True
    return False


def _new_subject(tokens: Tokens, last: int, first: int) -> bool:
    """Whether a sentence ends between two tokens, unless the next one goes on with `also`, `and` or `plus`."""
    marks = [k for k in range(last + 1, first + 1) if tokens.breaks.get(k, ",") not in WEAK_BREAKS]
    return any(tokens.keys[k] not in _GOES_ON for k in marks)


def _counted(tokens: Tokens, counted: list[Amount], bound: list[Value]) -> Iterator[Mention]:
    used = {id(value.amount) for value in bound}
    for value in bound:
        kind = _KINDS[value.id.partition(".")[0]]
        yield Mention(
            tokens.starts[value.first], tokens.ends[value.last], kind, value.id, value=value.quantity
        )
    for amount in counted:
        start, end = tokens.starts[amount.first], tokens.ends[amount.last]
        if amount.kind == "duration":
            yield Mention(start, end, "duration", None, value=amount.quantity)
        elif amount.kind == "onset":
            yield Mention(start, end, "onset", None, value=amount.quantity)
        elif id(amount) not in used and not amount.bare and amount.quantity and amount.quantity.unit != "deg":
            yield Mention(start, end, "quantity", None, value=amount.quantity)


def _answers(text: str, out: list[Mention], lexicon: Lexicon, expecting: tuple[str, ...]) -> list[Mention]:
    """What was asked and the text does not name, as far as the text answers it."""
    named = {m.id for m in out if m.id is not None and m.about == "patient"}
    for slug in tuple(named):
        named.update(_ancestors(slug, lexicon))
    asked = [
        slug for slug in dict.fromkeys(expecting) if slug in lexicon.answered and slug not in lexicon.measured
    ]
    above = {p for slug in asked for p in _ancestors(slug, lexicon)}
    asked = [slug for slug in asked if slug not in above]
    open_ = [slug for slug in asked if slug not in named]
    if not open_:
        return []
    lasting = next((m.value for m in out if m.kind == "duration"), None)
    answer = answer_in(text)
    if answer is None or (answer.open and _goes_on(out, answer)):
        return _by_duration(out, open_, lasting)
    if any(not m.negated and m.start <= answer.start and answer.end <= m.end for m in out):
        return []  # the no of `no appetite`
    if not answer.negated and len(open_) < len(asked):
        return []
    if answer.negated and len(asked) > 1 and (denied := _denied_alone(text, out, answer)):
        open_ = [slug for slug in open_ if not denied.isdisjoint(_ancestors(slug, lexicon))]
    unclear = not answer.negated and len(open_) > 1 and not answer.every
    return [_answered(answer, slug, unclear, lasting) for slug in open_]


def _denied_alone(text: str, out: list[Mention], answer: Answer) -> set[str | None]:
    """`No fever`, `fever: no`: said of what it names, not of all that was asked."""
    return {
        m.id
        for m in out
        if m.negated
        and (
            (m.start <= answer.start and answer.end <= m.end)
            or (m.start >= answer.end and text[answer.end : m.start].isspace())
            or (m.end <= answer.start and re.fullmatch(r"[\w\s'’-]{0,40}[:?]\s*", text[m.end : answer.start]))
        )
    }


def _goes_on(out: list[Mention], answer: Answer) -> bool:
    """`I have a cough`, when fever was asked for, is no yes."""
    return any(m.kind == "finding" and m.about == "patient" and m.end > answer.end for m in out)


def _ancestors(slug: str, lexicon: Lexicon) -> Iterator[str]:
    while (parent := lexicon.parents.get(slug)) is not None:
        yield parent
        slug = parent


def _answered(answer: Answer, slug: str, unclear: bool, lasting: Quantity | None) -> Mention:
    return Mention(
        answer.start,
        answer.end,
        "finding",
        slug,
        answer.negated,
        answer.uncertain or unclear,
        answer.past,
        value=None if answer.negated else lasting,
    )


def _by_duration(out: list[Mention], asked: list[str], lasting: Quantity | None) -> list[Mention]:
    """`For three days` says yes to the one thing that was asked."""
    spans = [m for m in out if m.kind in ("duration", "onset")]
    if len(asked) != 1 or not spans or any(m.id is not None for m in out):
        return []
    return [Mention(spans[0].start, spans[0].end, "finding", asked[0], value=lasting)]


def _finished(out: list[Mention], lexicon: Lexicon) -> tuple[Mention, ...]:
    """With the parents that children imply, in order, nothing twice."""
    affirmed = {(m.id, m.about) for m in out if not m.negated}
    implied: list[Mention] = []
    for mention in out:
        child = mention
        while not child.negated and (parent := lexicon.parents.get(child.id or "")) is not None:
            child = replace(child, id=parent, value=None)
            if (parent, child.about) not in affirmed:
                affirmed.add((parent, child.about))
                implied.append(child)
    if len(out) + len(implied) < 2:
        return tuple(out)
    unique = {(m.start, m.end, m.kind, m.id, m.about): m for m in reversed([*out, *implied])}
    return tuple(sorted(unique.values(), key=lambda m: (m.start, m.end, m.kind, m.id or "")))
