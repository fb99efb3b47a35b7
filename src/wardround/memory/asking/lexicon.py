"""Which words of a question name something: what is in this patient's record, under all its names, and what else is known.

Names are compared as runs of letters and digits, so that punctuation and case do not matter; the longest name wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import cast

from wardround.memory.asking.entries import Entries, Entry, concepts, normalised, tokens
from wardround.memory.asking.other_names import other_names
from wardround.memory.asking.question import Kind, Thing
from wardround.memory.doses import is_ingredient
from wardround.memory.errors import NotUnderstood
from wardround.memory.word_lists import listed

Words = tuple[str, ...]
KINDS: tuple[Kind, ...] = ("result", "problem", "drug", "procedure", "immunization", "allergy", "visit")
_TOKEN = re.compile(r"[^\W_]+")
_TAG_AFTER = re.compile(
    r" ?\((?:disorder|procedure|finding|situation|regime/therapy|observable entity)\)", re.I
)
_METHOD = re.compile(r" \[| (?:in|of|by|from) ", re.I)
_SPOKEN = {"weigh": "weight", "weighed": "weight", "tall": "height"}
"""Verbs and adjectives that ask for a measurement: how much did she weigh."""
_SEVERAL = {
    ("blood", "pressure"): ("systolic blood pressure", "diastolic blood pressure"),
    ("bp",): ("systolic blood pressure", "diastolic blood pressure"),
}
"""Names of what is measured as two things."""
_TOO_PLAIN = frozenset(
    listed("""procedure visit encounter problem drug allergy vaccine result test measurement plan value day date year age finding
    disorder condition report summary examination acute chronic history""")
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name something, and what they mean for each kind that has it. `rivals`: names they may mean as well."""

    words: str
    things: dict[Kind, Thing]
    rivals: tuple[str, ...] = ()

    def of(self, kind: Kind) -> Thing:
        """What is meant, as something of a kind; where nothing of the kind is called so, the words themselves."""
        if self.rivals:
            raise NotUnderstood(f"'{self.words}' may mean {' or '.join(self.rivals)}. Say which.")
        return self.things.get(kind) or Thing(kind, words=self.words)


@dataclass(frozen=True, slots=True)
class _Named:
    things: dict[Kind, Thing] = field(default_factory=dict)
    rivals: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True)
class Lexicon:
    """All names by which one patient's entries go."""

    entries: Entries

    @cached_property
    def _names(self) -> dict[Words, _Named]:
        names: dict[Words, _Named] = {}
        for kind in KINDS:
            for entry in self.entries.all(kind):
                for name in (normalised(entry.text), *sorted(entry.said)):
                    _enter(names, name, Thing(kind, words=name))
            for name in other_names().get(kind, {}):
                _enter(names, name, Thing(kind, words=name))
        for ingredient in sorted({i for e in self.entries.all("drug") for i in _ingredients(e.text)}):
            _enter(names, ingredient, Thing("drug", words=ingredient))
        self._enter_short_results(names)
        for spoken, plain in _SPOKEN.items():
            names.setdefault((spoken,), _Named({"result": Thing("result", words=plain)}))
        for several, rivals in _SEVERAL.items():
            thing = Thing("result", words=" ".join(several))
            names.setdefault(several, _Named({"result": thing}, dict.fromkeys(rivals)))
        return names

    def _enter_short_results(self, names: dict[Words, _Named]) -> None:
        """Results without their method, where that leaves one: `bilirubin` of `Bilirubin.total [Mass/volume] in Serum`."""
        short: dict[str, list[Entry]] = {}
        for together in concepts(self.entries.all("result")):
            for name in sorted({one for entry in together for one in _short_names(entry.text)}):
                short.setdefault(name, []).append(together[-1])
        for name, found in short.items():
            if tokens(name) in names:
                continue
            named = _Named()
            for entry in found:
                code = min(entry.codes, default=None)
                named.things["result"] = Thing("result", code, None if code else entry.text)
            if len(found) > 1:
                named.rivals.update(dict.fromkeys(sorted(entry.text for entry in found)))
            names[tokens(name)] = named

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._names), default=0)

    def mentions(self, text: str) -> Iterator[tuple[int, int, Mention]]:
        """Where the text names something, from left to right; at each place the longest name."""
        found = list(_TOKEN.finditer(text))
        words = [one[0].lower() for one in found]
        at = 0
        while at < len(found):
            width = next(
                (w for w in range(self._longest, 0, -1) if tuple(words[at : at + w]) in self._names), 0
            )
            width = min(width, len(found) - at)
            if not width:
                at += 1
                continue
            start, end = found[at].start(), found[at + width - 1].end()
            named = self._names[tuple(words[at : at + width])]
            end = _closed(text, start, end)
            yield start, end, Mention(text[start:end], named.things, tuple(named.rivals))
            at += width

    def _named_from(self, words: list[str]) -> tuple[int, _Named | None]:
        """The longest name with which words begin, or its plural, and how many words it takes."""
        for width in range(len(words), 0, -1):
            name = tuple(words[:width])
            single = (*name[:-1], name[-1].removesuffix("s"))
            for one in (name, single) if len(name[-1]) > 4 else (name,):
                if one in self._names:
                    return width, self._names[one]
        return 0, None

    def elsewhere(self, words: str) -> Mention:
        """What words mean that are no name in the record: by the knowledge base's names, else by being part of a name."""
        things: dict[Kind, Thing] = {}
        for kind in KINDS:
            plain = Thing(kind, words=words)
            if self.entries.meant(plain):
                things[kind] = plain
            elif (thing := self._by_knowledge(kind, words)) is not None:
                things[kind] = thing
        return Mention(words, things)

    def known_kinds(self, words: str) -> list[Kind]:
        """The kinds of thing that words name, in the record or by the knowledge base."""
        here = self.elsewhere(words).things
        return [kind for kind in KINDS if kind in here or _slugs(kind, words)]

    def _by_knowledge(self, kind: Kind, words: str) -> Thing | None:
        wanted = _slugs(kind, words)
        if not wanted:
            return None
        found = [
            one for one in concepts(self.entries.all(kind)) if not wanted.isdisjoint(_slugs_of(kind, one[-1]))
        ]
        if len(found) > 1:
            names = " or ".join(sorted(one[-1].text for one in found))
            raise NotUnderstood(f"'{words}' may mean {names}. Say which.")
        if not found:
            return None
        code = min(found[0][-1].codes, default=None)
        return Thing(kind, code, None if code else found[0][-1].text)


def _enter(names: dict[Words, _Named], name: str, thing: Thing) -> None:
    key = tokens(name)
    if key and not (len(key) == 1 and (key[0] in _TOO_PLAIN or len(key[0]) < 2)):
        names.setdefault(key, _Named()).things.setdefault(thing.kind, thing)


def _closed(text: str, start: int, end: int) -> int:
    """The end of a name with the bracket that closes within it, and a tag after it."""
    inside = text[start:end]
    for opening, closing in (("(", ")"), ("[", "]"), ("{", "}")):
        if inside.count(opening) > inside.count(closing) and text[end : end + 1] == closing:
            end += 1
    tag = _TAG_AFTER.match(text, end)
    return tag.end() if tag else end


def _ingredients(text: str) -> Iterator[str]:
    """Every run of words within an ingredient's name: `metoprolol succinate`, `metoprolol`; not dose and form."""
    run: list[str] = []
    for word in (*tokens(text), "mg"):
        if is_ingredient(word):
            run.append(word)
            continue
        for at in range(len(run)):
            names = (" ".join(run[at:end]) for end in range(at + 1, len(run) + 1))
            yield from (name for name in names if len(name) > 3)
        run = []


def _short_names(text: str) -> Iterator[str]:
    """A LOINC name without property, system and method; its parts in speaking order."""
    plain = normalised(text)
    short = _METHOD.split(plain, maxsplit=1)[0].strip()
    bare = re.sub(r"\s*\[[^\]]*\]", "", plain).strip()
    yield from sorted({short, bare} - {plain})
    first, dot, second = short.partition(".")
    if dot and " " not in second:
        yield from (f"{second} {first}", first)
    if short.startswith("estimated "):
        yield short.removeprefix("estimated ")


_NAMESPACES: dict[Kind, tuple[str, ...]] = {
    "result": ("analyte", "test", "finding"),
    "problem": ("condition", "finding"),
    "drug": ("drug",),
    "allergy": ("allergy",),
}


@lru_cache(maxsize=4096)
def _slugs(kind: Kind, words: str) -> frozenset[str]:
    """Our own ids of what words name, a class of drugs as all its members."""
    from wardround.knowledge import load

    base = load()
    wanted = _NAMESPACES.get(kind)
    if wanted is None:
        return frozenset()
    slugs = {base.slug_for(None, None, words, (space,)) for space in wanted} - {None}
    if kind == "drug":
        plural = words.removesuffix("s")
        for name in (words, plural):
            group = base.slug_for(None, None, name, ("class",))
            if group is not None:
                slugs.update(base.members(group))
    return frozenset(cast(set[str], slugs))


def _slugs_of(kind: Kind, entry: Entry) -> frozenset[str]:
    """Our own ids of what a record names."""
    from wardround.knowledge import load

    base = load()
    wanted = _NAMESPACES[kind]
    coded = {base.slug_for(system, code, entry.text, wanted) for system, code in entry.codes or {("", "")}}
    return frozenset(one for one in coded if one is not None)
