"""A question as what is looked for: each thing it names with its other names, every other word by itself, both spellings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wardround.evidence.searching.naming import Mention, Naming, naming
from wardround.evidence.searching.spelling import spellings
from wardround.search import Wanted, placed_words, words

if TYPE_CHECKING:
    from wardround.knowledge import KnowledgeBase

OTHER_NAME: Final = 0.8
"""What another name of the same thing counts, beside the words that were asked with."""
MEMBER: Final = 0.5
"""What a drug counts where its class was asked for."""
_MOST_FORMS: Final = 24
_MOST_MEMBERS: Final = 12
Form = tuple[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Asked:
    """`things` are what the question names, in every form; `words` are its words one by one, those of names too."""

    things: tuple[Wanted, ...]
    words: tuple[Wanted, ...]

    @property
    def all(self) -> tuple[Wanted, ...]:
        """Whatever a passage may meet."""
        return (*self.things, *self.words)


def asked(question: str, naming: Naming, mentions: Sequence[Mention]) -> Asked:
    """Everything that the question asks for."""
    placed = [word for _, _, word in placed_words(question)]
    things = [
        Wanted(tuple(_forms(tuple(placed[mention.first : mention.last]), mention, naming)))
        for mention in mentions
    ]
    by_itself = {mention.first for mention in mentions if mention.last - mention.first == 1}
    return Asked(tuple(things), tuple(_word(word) for at, word in enumerate(placed) if at not in by_itself))


def searched_for(question: str, knowledge: KnowledgeBase) -> tuple[Wanted, ...]:
    """The same, with the names of a knowledge base."""
    names = naming(knowledge)
    return asked(question, names, names.mentions(question)).all


def _word(word: str) -> Wanted:
    return Wanted((((word,), 1.0), *(((other,), 1.0) for other in spellings(word))))


def _forms(own: tuple[str, ...], mention: Mention, naming: Naming) -> Iterator[Form]:
    """The mention's own words first; each form once."""
    seen: set[tuple[str, ...]] = set()
    for form, weight in _candidates(own, mention, naming):
        for spelt in (form, *_respelt(form)):
            if spelt and spelt not in seen and len(seen) < _MOST_FORMS:
                seen.add(spelt)
                yield spelt, weight


def _candidates(own: tuple[str, ...], mention: Mention, naming: Naming) -> Iterator[Form]:
    yield own, 1.0
    for name in naming.other_names(mention.ids):
        yield _name(name), OTHER_NAME
    members = [member for one in mention.ids for member in naming.members.get(one, ())]
    for member in members[:_MOST_MEMBERS]:
        for name in naming.names.get(member, ())[:1]:
            yield _name(name), MEMBER


def _name(name: str) -> tuple[str, ...]:
    return tuple(words(name))


def _respelt(form: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """The form in the other English spelling, where that differs."""
    other = tuple(next(iter(spellings(word)), word) for word in form)
    return () if other == form else (other,)
