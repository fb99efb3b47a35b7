"""What a search must not tell by what it finds: that a drug, shown to whoever treats, is for something that is withheld."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wardround.memory.sensitive_terms import DRUG_CLASSES
from wardround.memory.sensitivity import NONE, Categories, _of_entry, words_of
from wardround.memory.vocabulary import Meaning, Vocabulary, words


@dataclass(frozen=True, slots=True)
class Discretion:
    """Of one question by one reader: the categories `hidden` from them, and those of them that it is `about`."""

    vocabulary: Vocabulary
    hidden: Categories = NONE
    about: Categories = NONE
    named: Categories = NONE
    """Those of which a word of the question names an illness, a finding or a test; a class of drugs names none."""

    @classmethod
    def of(cls, query: str, hidden: Categories, vocabulary: Vocabulary) -> Discretion:
        """With what is hidden from a reader, for what they ask."""
        about = words_of(query, vocabulary) & hidden if hidden and query else NONE
        said = words(query) if about else ()
        entries = (slug for word in said for slug in vocabulary.entries_in(word))
        named = {category for slug in entries for category in _of_entry(vocabulary.base, slug)}
        return cls(vocabulary, hidden, about, about & named)

    def tells(self, name: str) -> bool:
        """Whether a name says something of what is hidden."""
        if not self.hidden:
            return False
        if words_of(name, self.vocabulary) & self.hidden:
            return True
        entries = self.vocabulary.entries_in(name)
        return any(self.hidden.intersection(_of_entry(self.vocabulary.base, slug)) for slug in entries)

    def plain(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names that say nothing of what is hidden."""
        return tuple(name for name in names if not self.tells(name))

    def tells_by_class(self, meaning: Meaning) -> bool:
        """Whether to find it by its class ("HIV medicine") would say what it is for. "Mood stabiliser" is a class: a drug
        of it is found, so that an interaction is seen."""
        return bool(self.named) and self._of(meaning, self.named)

    def tells_by_likeness(self, meaning: Meaning) -> bool:
        """Whether to find it by what the question means would say what it is for."""
        return bool(self.about) and self._of(meaning, self.about)

    def _of(self, meaning: Meaning, categories: Categories) -> bool:
        return any(not categories.isdisjoint(self._categories(slug)) for slug in meaning.wider)

    def _categories(self, slug: str) -> Iterator[str]:
        if (category := DRUG_CLASSES.get(slug)) is not None:
            yield category
        if slug.startswith("class."):
            entry = self.vocabulary.base.entity(slug)
            for name in (getattr(entry, "name", ""), *getattr(entry, "synonyms", ())):
                yield from words_of(name, self.vocabulary)
