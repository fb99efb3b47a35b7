"""The knowledge base's words compiled for matching: a trie of phrases and cues, pairs of symptom and site, word tables.

Built once per version of the base and shared; reading adds to the word table alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wardround.language import cues, tokens
from wardround.language.examples import Examples, examples_of, questions_of
from wardround.language.phrases import (
    BODY,
    DIRECTIONS,
    DISABLED,
    MOTIONS,
    POSITIONS,
    SYMPTOMS,
    Pair,
    Phrase,
    names_of,
    pair_of,
    phrase_of,
    variants,
)
from wardround.language.spelling import SCORES, Speller
from wardround.language.units import TIME_WORDS
from wardround.language.words import NUMBER_WORDS, SUBJECT_KEYS, TOLERATED_KEYS, VAGUE, fold, key, keys

if TYPE_CHECKING:
    from wardround.knowledge import KnowledgeBase

MOST_WORDS: Final = 50_000
"""Word forms remembered; beyond it the table starts afresh."""
Node = dict[str, Any]
END: Final = ""
"""The key under which a trie node keeps its entry."""
OF_FAMILY: Final = "~"
"""Before an id: meant only where the mention is about a relative."""


@dataclass(slots=True)
class Entry:
    """What a phrase means: ids, or a cue.

    `led` ids want a lead (a, on, in) and their own word, `capital` ids capitals, `exact` ids these very words.
    """

    ids: tuple[str, ...] = ()
    led: tuple[tuple[str, str, str], ...] = ()
    capital: tuple[str, ...] = ()
    exact: tuple[tuple[str, str], ...] = ()
    cue: str | None = None
    verbal: frozenset[str] = frozenset()
    """Ids, or the cue, whose every phrase here negates a verb (`not hungry`), so that a bare `no` is none of it."""


@dataclass(frozen=True, slots=True)
class Site:
    """What a symptom at a site means where all of `rest` is near."""

    rest: frozenset[str]
    ids: tuple[str, ...]


@dataclass(slots=True)
class Lexicon:
    """Everything that reading needs of one version of the base."""

    version: str
    trie: Node = field(repr=False)
    pairs: dict[tuple[str, str], tuple[Site, ...]] = field(repr=False)
    parents: dict[str, str] = field(repr=False)
    measured: dict[str, str] = field(repr=False)
    """Measured findings and analytes, each with its unit."""
    plausible: dict[str, tuple[float, float]] = field(repr=False)
    answered: dict[str, str] = field(repr=False)
    """How each finding is answered: yes_no, quantity, duration and so on."""
    topics: dict[str, frozenset[str]] = field(repr=False)
    """The keys that a parent finding's own phrases are made of."""
    family: dict[str, tuple[str, ...]] = field(repr=False)
    """From an id said of a relative to the patient's own family finding."""
    speller: Speller = field(repr=False)
    words: dict[str, tuple[tokens.Part, ...]] = field(repr=False)
    joined: dict[str, str] = field(repr=False)
    """Two words of the lexicon written as one."""
    keys: frozenset[str] = field(repr=False)
    examples: dict[str, Examples] = field(default_factory=dict, repr=False)
    """How the base itself answers about each finding."""
    asked: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Its own questions."""
    scores: dict[str, float] = field(default_factory=dict, repr=False)
    """Words mended so far, with how sure that was."""

    @classmethod
    def build(cls, base: KnowledgeBase) -> Lexicon:
        """The lexicon of a base; the same object for the same version."""
        if (built := _BUILT.get(base.version)) is None:
            built = _Builder(base).lexicon()
            built.examples = examples_of(base, built.words, built.learn)
            built.asked = questions_of(base, built.words, built.learn)
            while len(_BUILT) >= 4:
                _BUILT.pop(next(iter(_BUILT)))
            _BUILT[base.version] = built
        return built

    def learn(self, word: str) -> tuple[tokens.Part, ...]:
        """The parts of a word that the table lacks; mended where it must be a typo."""
        if len(word) > tokens.LONGEST_WORD:
            return ()
        if len(self.words) >= MOST_WORDS:
            self.words.clear()
            self.words.update(_marks())
        self.words[word] = parts = self._parts(word)
        return parts

    def _parts(self, word: str) -> tuple[tokens.Part, ...]:
        if word[0].isdigit():
            return ((word, tokens.NUMBER),)
        made = keys(word)
        flag = 0
        if len(made) == 1 and made[0] not in self.keys and made[0] not in SUBJECT_KEYS:
            meant = (
                (self.joined[fold(word)], SCORES[1])
                if fold(word) in self.joined
                else self.speller.mend(fold(word))
            )
            if meant is not None:
                made = tuple(k for w in meant[0].split() for k in keys(w))
                self.scores[word] = meant[1]
                flag = tokens.MENDED
        written = fold(word).partition("'")[0]
        return tuple((k, flag | _flags(k, written)) for k in made)


_HAVING: Final = frozenset((key("have"), key("get")))
_LEADING: Final = _HAVING | {key("take"), key("use"), key("on")}
_BUILT: Final[dict[str, Lexicon]] = {}
_TIME_KEYS: Final = frozenset(key(w) for w in TIME_WORDS)
_CHILD_KEYS: Final = frozenset(key(w) for w in cues.CHILDREN)
_NUMBER_KEYS: Final = frozenset(key(w) for w in (*NUMBER_WORDS, *VAGUE))


def _flags(k: str, written: str) -> int:
    flag = 0
    for bit, members, word in (
        (tokens.TOLERATED, TOLERATED_KEYS, k), (tokens.SUBJECT, SUBJECT_KEYS, k), (tokens.NUMBER, _NUMBER_KEYS, k),
        (tokens.SYMPTOM, SYMPTOMS, k), (tokens.SYMPTOM, MOTIONS, k), (tokens.SYMPTOM, DISABLED, k), (tokens.BODY, BODY, k),
        (tokens.TIME, _TIME_KEYS, k), (tokens.ALLERGY, cues.ALLERGY_WORDS, written),
        (tokens.NO, cues.NO_WORDS, written), (tokens.PAST_VERB, cues.PAST_VERBS, written),
        (tokens.RELATIVE, cues.RELATIVES, written), (tokens.CHILD, _CHILD_KEYS, k),
    ):  # fmt: skip
        if word in members:
            flag |= bit
    return flag


def _marks() -> dict[str, tuple[tokens.Part, ...]]:
    breaks = {mark: ((mark, tokens.BREAK),) for mark in ".!?;,:()\n…"}
    signs = {mark: ((mark, tokens.SIGN),) for mark in "/%°<>≤≥=-"}
    return {**breaks, **signs, "–": (("-", tokens.SIGN),)}


class _Builder:
    """Collects phrases, then compiles them; explicit phrases win over derived ones."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.trie: Node = {}
        self.phrases: list[Phrase] = []
        seen: set[tuple[str, tuple[str, ...], tuple[str, ...]]] = set()
        measured = {f.id for f in base.content.findings if f.kind == "measurement"}
        for slug, names in names_of(base):
            for name in names:
                phrase = phrase_of(name, slug, slug in measured)
                if phrase is None:
                    continue
                same = (slug, phrase.keys, phrase.words if phrase.exact else ())
                if same not in seen:
                    seen.add(same)
                    self.phrases.append(phrase)

    def lexicon(self) -> Lexicon:
        family = self._family()
        for phrase in self.phrases:
            self._add(phrase)
        self._share()
        explicit = {id(node) for node in _nodes(self.trie) if END in node}
        for phrase in self.phrases:
            for variant in variants(phrase):
                self._add(variant, spare=explicit)
        for cue, texts in cues.PHRASES.items():
            for text in texts:
                self._add_cue(text, cue)
        content = self.base.content
        drugs = {w for p in self.phrases if p.id.startswith("drug.") for w in p.words}
        words = {w for p in self.phrases for w in p.words if not w.isdigit()}
        cue_keys = {k for texts in cues.PHRASES.values() for t in texts for w in t.split() for k in keys(w)}
        known = (
            {k for p in self.phrases for k in p.keys} | cue_keys | _TIME_KEYS | _NUMBER_KEYS | TOLERATED_KEYS
        )
        analytes = [a for t in content.tests for a in t.analytes]
        return Lexicon(
            version=self.base.version,
            trie=self.trie,
            pairs=self._pairs(),
            parents={f.id: f.parent for f in content.findings if f.parent},
            measured={f.id: f.unit or "" for f in content.findings if f.kind == "measurement"}
            | {a.id: a.unit for a in analytes},
            plausible={f.id: f.plausible for f in content.findings if f.plausible}
            | {a.id: a.plausible for a in analytes},
            answered={f.id: f.answer for f in content.findings},
            topics=self._topics(),
            family=family,
            speller=Speller(words, drugs),
            words=_marks(),
            joined={"".join(p.words): " ".join(p.words) for p in self.phrases if len(p.words) == 2},
            keys=frozenset(known | BODY | SYMPTOMS | MOTIONS | DIRECTIONS | POSITIONS),
        )

    def _add(self, phrase: Phrase, spare: set[int] | None = None) -> None:
        node = self.trie
        for k in phrase.keys:
            node = node.setdefault(k, {})
        if spare is not None and id(node) in spare:
            return
        entry: Entry = node.setdefault(END, Entry())
        if not phrase.is_verbal:
            entry.verbal -= {phrase.id}
        elif phrase.id not in entry.ids:
            entry.verbal |= {phrase.id}
        if phrase.capitals:
            entry.capital = _with(entry.capital, phrase.id)
        elif phrase.lead:
            entry.led = (*entry.led, (phrase.lead, phrase.words[-1], phrase.id))
        elif phrase.exact:
            entry.exact = (*entry.exact, (" ".join(phrase.words).replace("n't", " not"), phrase.id))
        else:
            entry.ids = _with(entry.ids, phrase.id)

    def _add_cue(self, text: str, cue: str) -> None:
        parts = [
            k
            for w in text.replace("-", " ").split()
            for k in keys(w)
            if cue == "self" or k not in SUBJECT_KEYS
        ]
        if not parts:
            return
        node = self.trie
        for k in parts:
            node = node.setdefault(k, {})
        entry: Entry = node.setdefault(END, Entry())
        if entry.cue is None:
            entry.cue = cue
            entry.verbal |= {cue} if cue == "nothing" and text.startswith("not ") else set()

    def _pairs(self) -> dict[tuple[str, str], tuple[Site, ...]]:
        found: dict[tuple[str, str], dict[frozenset[str], tuple[str, ...]]] = defaultdict(dict)
        for phrase in self.phrases:
            pair: Pair | None = pair_of(phrase)
            if pair is not None and not phrase.id.startswith(
                ("drug.", "test.", "analyte.", "allergy.", "class.")
            ):
                by_rest = found[pair.symptom, pair.site]
                by_rest[pair.rest] = _with(by_rest.get(pair.rest, ()), pair.id)
        return {
            k: tuple(
                Site(rest, ids)
                for rest, ids in sorted(v.items(), key=lambda kv: (-len(kv[0]), sorted(kv[0])))
            )
            for k, v in found.items()
        }

    def _topics(self) -> dict[str, frozenset[str]]:
        parents = {f.parent for f in self.base.content.findings if f.parent}
        counts: dict[str, dict[str, int]] = {p: defaultdict(int) for p in parents}
        for phrase in self.phrases:
            if phrase.id in counts:
                for k in set(phrase.keys) - TOLERATED_KEYS - MOTIONS - DIRECTIONS:
                    counts[phrase.id][k] += 1
        return {p: frozenset(c) for p, c in counts.items()}

    def _share(self) -> None:
        """`had a stroke` means what `stroke` means as well."""
        for phrase in self.phrases:
            if len(phrase.keys) > 1 and phrase.keys[0] in _LEADING:
                whole, rest = self._entry(phrase.keys), self._entry(phrase.keys[1:])
                if whole is not None and rest is not None:
                    for slug in (*rest.ids, *(slug for _, _, slug in rest.led)):
                        whole.ids = _with(whole.ids, slug)

    def _entry(self, keys_: tuple[str, ...]) -> Entry | None:
        node: Node | None = self.trie
        for k in keys_:
            node = node.get(k) if node is not None else None
        return node.get(END) if node is not None else None

    def _family(self) -> dict[str, tuple[str, ...]]:
        """`diabetes in my family` has `diabetes` at its core: whatever means that, said of a relative, means this.

        Such phrases leave the trie: relative and core are read apart.
        """
        relatives = {k for t in cues.PHRASES["family"] for w in t.split() for k in keys(w)}
        idle = relatives | TOLERATED_KEYS | {"history", "run"}
        cores: dict[tuple[str, ...], tuple[str, ...]] = {}
        whole: list[Phrase] = []
        for phrase in self.phrases:
            core = tuple(k for k in phrase.keys if k not in idle)
            if not phrase.id.startswith("finding.family_") or not core or not relatives & set(phrase.keys):
                whole.append(phrase)
            else:
                cores[core] = _with(cores.get(core, ()), phrase.id)
        found: dict[str, tuple[str, ...]] = {}
        for phrase in whole:
            if phrase.id.startswith("finding.family_"):
                continue
            plain = tuple(k for k in phrase.keys if k not in _HAVING)
            for own in cores.get(phrase.keys, cores.get(plain, ())):
                found[phrase.id] = _with(found.get(phrase.id, ()), own)
        self.phrases = whole + [
            Phrase(core, OF_FAMILY + own, core) for core, owns in cores.items() for own in owns
        ]
        return found


def _with(ids: tuple[str, ...], new: str) -> tuple[str, ...]:
    return ids if new in ids else (*ids, new)


def _nodes(node: Node) -> list[Node]:
    out, waiting = [], [node]
    while waiting:
        here = waiting.pop()
        out.append(here)
        waiting.extend(child for k, child in here.items() if k != END)
    return out
