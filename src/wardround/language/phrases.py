"""What the knowledge base calls its entities, as phrases with the ids that they mean, and the forms derived from them.

From `can't breathe` follows `trouble breathing`; from `pain in my big toe` follow pain and big toe in any order
within a few words. Derivation is general: no rule here knows a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wardround.language.words import (
    DROPPED,
    SUBJECT_KEYS,
    SUBJECTS,
    TOLERATED_KEYS,
    fold,
    key,
    keyed,
    keys,
    listed,
)

if TYPE_CHECKING:
    from wardround.knowledge import KnowledgeBase

_WORD: Final = re.compile(r"[^\W\d_]+\d\w*|[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_PREPOSITIONS: Final = listed("to in on at from about over around into for with when while inside across")
_LIGHT: Final = keyed("like feel get have seem look")
_CANNOT_TOO: Final = tuple((key(a), key(b)) for a, b in (("can", "not"), ("could", "not"), ("not", "able")))
_HEDGES: Final = keyed("might may could maybe think perhaps possibly")
_TRAILING: Final = keyed("much lot little bit again lately")
_PASSING: Final[tuple[tuple[str, ...], ...]] = (("pee",), ("pass", "urine"), ("pass", "water"))
_SAID_TOO: Final = tuple((a, b) for a in _PASSING for b in _PASSING if a != b)
_IDLE: Final = (
    TOLERATED_KEYS
    | _LIGHT
    | {"not", "cannot"}
    | keyed("want do be make need can anything where what how why")
)
_LONGEST: Final = 7

SYMPTOMS: Final = keyed(
    "pain swelling numb tingling weak stiff burning tight heavy red redness itching tender cramp "
    "throbbing stinging pressure lump bleeding blurred blurry rash stabbing squeezing sensitive bloated "
    "bulging"
)
MOTIONS: Final = keyed(
    "go spread move radiate radiating travel shoot extend run shooting radiation spreading"
)
DISABLED: Final = {
    key(verb): key(lost)
    for verb, lost in {"move": "weak", "lift": "weak", "raise": "weak", "feel": "numb"}.items()
}
"""What it means where a part of the body cannot be moved, lifted or felt."""
DIRECTIONS: Final = keyed("down up into to through towards toward along across")
BODY: Final = keyed(
    "head face eye ear nose mouth lip tongue tooth teeth gum jaw neck throat shoulder arm elbow wrist "
    "hand finger thumb knuckle chest breast rib ribs back spine flank abdomen groin hip leg thigh knee "
    "kneecap calf shin ankle foot heel toe joint muscle skin sinus bladder kidney heart limb body scalp "
    "eyelid gland pee temple loin vision eyesight toilet forehead bottom buttock testicle"
)
POSITIONS: Final = keyed(
    "lower upper right left big one side middle centre center front top tip pit blade bone"
)
_KINDS: Final = tuple(
    (key(a), key(b))
    for b, names in {
        "joint": "knee kneecap elbow wrist ankle finger knuckle shoulder hip thumb toe",
        "abdomen": "groin",
        "leg": "foot ankle knee shin calf thigh",
        "arm": "hand wrist elbow",
        "face": "lip eyelid tongue",
        "vision": "eyesight",
        "pee": "toilet",
    }.items()
    for a in names.split()
)
KINDS_OF: Final = {a: tuple(b for other, b in _KINDS if other == a) for a, _ in _KINDS}
"""Where a site has no finding of its own, what it is part of or a kind of."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """`keys` mean `ids`. `words` are as the base writes them.

    `lead`: only with such a word before its last (a: a, the, my, have; article: a, the, my; on: on, taking). `capitals`: only where written in capitals.
    `exact`: only in these very words.
    """

    keys: tuple[str, ...]
    id: str
    words: tuple[str, ...]
    lead: str = ""
    capitals: bool = False
    exact: bool = False

    @property
    def is_verbal(self) -> bool:
        """Whether it begins with a negated verb: `don't enjoy anything`, `not hungry`, but not `no energy`."""
        return self.keys[0] == "not" and self.words[0] not in ("no", "without", "nor")


@dataclass(frozen=True, slots=True)
class Pair:
    """A symptom at a site, in either order: `rest` must be near as well."""

    symptom: str
    site: str
    rest: frozenset[str]
    id: str
    motion: bool = False


def phrase_of(text: str, slug: str, measured: bool = False) -> Phrase | None:
    """The phrase of one name; None where nothing of it can be matched safely.

    What is measured is a mention only beside its value, so its names may be short and common.
    """
    words = _WORD.findall(text)
    last = len(words) - 1
    parts = tuple(k for n, w in enumerate(words) for k in _kept(w, n == last))
    if not parts or len(parts) > _LONGEST or all(len(p) == 1 and not p.isdigit() for p in parts):
        return None
    while len(parts) > 1 and parts[0] in _HEDGES:
        parts = parts[1:]
    said = tuple(fold(w) for w in words)
    alone = len(parts) == 1 and not measured
    capitals = alone and words[0].isupper() and 2 <= len(words[0]) <= 4 and words[0].lower() in _WORDS_TOO
    if capitals:
        return Phrase(parts, slug, said, capitals=True)
    lead = _LEADS.get(said[0], "") if alone and len(words) > 1 else ""
    if alone and not lead and len(words) == 1 and parts[0] in _AMBIGUOUS:
        if not slug.startswith("condition."):
            return None
        lead = "a"
    if alone and said[0] in _AS_WRITTEN and len(said) == 1:
        return Phrase(parts, slug, said, exact=True)
    if not lead and not measured and _is_vague(parts, said):
        return Phrase(parts, slug, said, exact=True) if len(words) > 1 else None
    if len(parts) == 2 and parts[0] in _HAVING and parts[1] in _AMBIGUOUS and said[-2] in _ARTICLES:
        lead = "article"
    return Phrase(parts, slug, said, lead)


def _is_vague(parts: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Whether too little is left of a phrase without its small words: then it counts only as it is written.

    So does what one does to oneself in -ing: `hurting myself` is an intent, `hurt myself` an accident.
    """
    content = [k for k in parts if k not in _IDLE]
    return (
        not content
        or (len(parts) == 2 and parts[0] in SYMPTOMS and parts[1] in MOTIONS)
        or (len(parts) == 2 and parts[0] in _HAVING and parts[1] in BODY)
        or (parts[0].isdigit() and len(parts) < 3)
        or (len(parts) == 1 and parts[0] in _AMBIGUOUS)
        or (len(said) == 2 and said[1] == "myself" and said[0].endswith("ing"))
    )


_HAVING: Final = keyed("have get")
_ARTICLES: Final = listed("a an the my")


_LEADS: Final = {"a": "a", "an": "a", "the": "a", "on": "on", "taking": "on", "in": "in"}
_AMBIGUOUS: Final = keyed(
    "sick hot cold down up off bad funny weird ill well blue red weak low high period run hard wet dry "
    "temp pain attack fit pill blood back tight heavy shake worse test swab culture film picture "
    "line drip level infection condition disease problem bug water patch spray one all "
    "nothing time drink rest have go lie stop sit walk when other bite sting lose gain poor change miss "
    "late heart chest head leg arm"
)
_AS_WRITTEN: Final = listed("nursing")
"""Of one stem with something else: a nurse is not nursing her baby."""
_WORDS_TOO: Final = listed(
    "low it as us is or an am pm ed had pad hit dish sad arms ms gas fit pots all aids soa sos pat pan "
    "map cap bid tid die bad be no on in at if so to he we me my do go up by of pe "
    "cat pet pop lad"
)


def _kept(word: str, last: bool) -> tuple[str, ...]:
    if (fold(word) in _PREPOSITIONS and not last) or fold(word) in SUBJECTS or fold(word) in DROPPED:
        return ()
    return tuple(k for k in keys(word) if k not in SUBJECT_KEYS)


def variants(phrase: Phrase) -> Iterator[Phrase]:
    """Other wordings with the same meaning."""
    if phrase.exact:
        return
    parts = phrase.keys
    while len(parts) > 2 and parts[0] in _LIGHT:
        parts = parts[1:]
        yield Phrase(parts, phrase.id, phrase.words)
    parts = phrase.keys
    if parts[0] == "cannot" and len(parts) > 1:
        for said in _CANNOT_TOO:
            yield Phrase((*said, *parts[1:]), phrase.id, phrase.words)
    while len(parts) > 2 and parts[-1] in _TRAILING:
        parts = parts[:-1]
        yield Phrase(parts, phrase.id, phrase.words)
    parts = phrase.keys
    if len(parts) > 1 and parts[0] in ("cannot", "difficult"):
        other = "difficult" if parts[0] == "cannot" else "cannot"
        yield Phrase((other, *parts[1:]), phrase.id, phrase.words)
        for said in _CANNOT_TOO if other == "cannot" else ():
            yield Phrase((*said, *parts[1:]), phrase.id, phrase.words)
    if len(parts) == 2 and parts[1] == "difficult":
        yield Phrase((parts[1], parts[0]), phrase.id, phrase.words)
    if (
        pair := next((n for n in range(len(parts) - 1) if parts[n : n + 2] == ("1", "side")), None)
    ) is not None:
        for side in ("left", "right"):
            yield Phrase((*parts[:pair], side, *parts[pair + 1 :]), phrase.id, phrase.words)
    for passing, instead in _SAID_TOO:
        at = next((n for n in range(len(parts)) if parts[n : n + len(passing)] == passing), None)
        if at is not None:
            yield Phrase((*parts[:at], *instead, *parts[at + len(passing) :]), phrase.id, phrase.words)
    if len(parts) == 2 and parts[1].isdigit() and len(parts[0]) > 3:
        yield Phrase(parts[:1], phrase.id, phrase.words)


def pair_of(phrase: Phrase) -> Pair | None:
    """The phrase as a symptom at a site, where it is nothing else."""
    rest = [p for p in phrase.keys if p not in _LIGHT and p not in DIRECTIONS]
    sites = [p for p in rest if p in BODY]
    if len(sites) != 1 or len(set(rest)) != len(rest):
        return None
    symptoms = [p for p in rest if p in SYMPTOMS]
    motions = [p for p in phrase.keys if p in MOTIONS]
    others = frozenset(rest) - {sites[0], *symptoms, *motions}
    if not others <= POSITIONS:
        return None
    if len(symptoms) == 1 and not motions:
        return Pair(symptoms[0], sites[0], others, phrase.id)
    if len(motions) == 1 and not symptoms and sites[0] not in (key("toilet"), key("pee")):
        return Pair("go", sites[0], others - {key("left"), key("right")}, phrase.id, motion=True)
    return None


def names_of(base: KnowledgeBase) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every entity that people name, with all its names."""
    content = base.content
    for f in content.findings:
        yield f.id, (f.name, *f.lay, *f.clinical)
    for c in content.conditions:
        yield c.id, (c.name, c.lay_name, *c.synonyms)
    for a in content.alternatives:
        yield a.id, (a.name, *a.synonyms)
    for d in content.drugs:
        yield d.id, (d.name, *d.synonyms)
    for k in content.classes:
        yield k.id, (k.name, *k.synonyms)
    for x in content.cross_reactivity:
        yield x.id, x.allergens
    for t in content.tests:
        yield t.id, (t.name, *t.synonyms)
        for y in t.analytes:
            yield y.id, (y.name, *y.synonyms)
