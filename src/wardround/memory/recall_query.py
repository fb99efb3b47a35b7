"""What a question to memory means: kinds, entries of the knowledge base, a window of time, an order, and its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from wardround.clinical import FactKind
from wardround.memory.vocabulary import Vocabulary, singular, words

KIND_WORDS: Final[dict[str, FactKind]] = {
    **dict.fromkeys(("allergy", "allergic", "intolerance", "过敏"), "allergy"),
    **dict.fromkeys(
        ("medicine", "medication", "drug", "tablet", "pill", "prescription", "prescribed", "meds", "take", "took", "taken",
         "taking", "药", "用药", "药物"),
        "drug",
    ),
    **dict.fromkeys(("problem", "illness", "disease", "diagnosis", "diagnose", "condition", "diagnosed", "病史", "诊断"), "problem"),
    **dict.fromkeys(("test", "result", "laboratory", "lab", "value", "measurement", "化验", "检查"), "result"),
    **dict.fromkeys(("symptom", "complaint", "症状"), "finding"),
    **dict.fromkeys(("operation", "surgery", "procedure", "手术"), "procedure"),
    **dict.fromkeys(("vaccination", "vaccine", "immunization", "immunisation", "jab", "疫苗"), "immunization"),
    **dict.fromkeys(("visit", "appointment", "summary", "note", "就诊"), "summary"),
    **dict.fromkeys(("plan", "referral", "随访"), "plan"),
    **dict.fromkeys(("directive", "resuscitation"), "directive"),
}  # fmt: skip
"""Words that mean a kind of fact."""
_STOP: Final = (
    "a about all an and any anything are as at be been by can could did do does ever for from get gets give given got "
    "had has have he her hers him his how i in is it its last latest many me mine most much my name newest no of on or "
    "our patient recent recently record she show since so tell that the their them then there these they this those to "
    "tell us use used was we were what when where which who why will with you your know known "
    "earliest first oldest current currently now please list find look up before after during until between"
)
STOP: Final = frozenset(_STOP.split())
"""Words that say nothing about what is wanted."""
_BESIDE: Final = "active known present ongoing existing documented recorded medical health complete full entire every display exist"
_BESIDE_KIND: Final = frozenset(_BESIDE.split())
"""Words that say nothing more beside a kind ("her active problems"); elsewhere they may be part of a name."""
_CJK_STOP: Final = re.compile(
    "什么|哪些|哪种|目前|现在|所有|全部|患者|病人|有没有|是否|[的有吗呢了她他和及是在吃服过]"
)
"""Chinese that says nothing about what is wanted, where it is all that is left beside a kind."""
_NEWEST = re.compile(r"\b(?:last|latest|newest|most recent(?:ly)?|recent(?:ly)?)\b|最近|最新|上次", re.I)
_OLDEST = re.compile(r"\b(?:first|earliest|oldest)\b|最早|第一次", re.I)
_NAME = re.compile(r"\d|/")
"""An id, a code, a visit or a resource has a figure or a stroke in it."""
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CJK_KINDS: Final = sorted(filter(CJK.match, KIND_WORDS), key=len, reverse=True)
Order = Literal["newest", "oldest"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question, understood. `entries` are the base's; `terms` its words that say what is wanted, in the singular;
    `names` what may be an id or a code; `alone`: it names kinds and nothing else ("which allergies?")."""

    text: str
    entries: frozenset[str] = frozenset()
    kinds: frozenset[FactKind] = frozenset()
    terms: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    order: Order | None = None

    @property
    def alone(self) -> bool:
        """Whether it names kinds of fact and nothing else."""
        return bool(self.kinds) and not self.terms and not self.entries

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for in particular."""
        return not (self.kinds or self.terms or self.entries)


def understood(text: str, vocabulary: Vocabulary) -> Wanted:
    """What a question means, without its words of time (see `time_words`)."""
    named = frozenset(vocabulary.entries_in(text)) | frozenset(
        w for w in re.findall(r"[a-z]+(?:\.[a-z0-9_]+)+", text) if w in vocabulary.base
    )
    said = tuple(map(_single, words(text)))
    kinds = frozenset(KIND_WORDS[word] for word in said if word in KIND_WORDS)
    kinds |= {kind for word, kind in KIND_WORDS.items() if CJK.match(word) and word in text}
    terms = tuple(dict.fromkeys(_terms(text, bool(kinds))))
    names = frozenset(w for w in (w.strip(".,;:!?()\"'") for w in text.split()) if _NAME.search(w))
    order: Order | None = "newest" if _NEWEST.search(text) else "oldest" if _OLDEST.search(text) else None
    return Wanted(text, named, kinds, terms, names, order)


def _single(word: str) -> str:
    """In the singular; a diagnosis and a virus are one."""
    return word if word.endswith(("is", "us")) else singular(word)


def _terms(text: str, of_kinds: bool) -> Iterator[str]:
    """The words that say what is wanted: neither a kind, nor empty."""
    for whole in words(text):
        if CJK.match(whole):
            yield from _without_kinds(whole)
            continue
        word = _single(whole)
        if whole in STOP or word in STOP or word in KIND_WORDS or len(word) < 2:
            continue
        if not (of_kinds and whole in _BESIDE_KIND):
            yield word


def _without_kinds(run: str) -> list[str]:
    """A run of Chinese without the words for kinds; nothing where nothing else is asked."""
    for word in _CJK_KINDS:
        run = run.replace(word, " ")
    return run.split() if _CJK_STOP.sub("", run).strip() else []


@lru_cache(maxsize=65_536)
def name_words(name: str) -> frozenset[str]:
    """The words of a name that say something, in the singular."""
    return frozenset(w for w in map(_single, words(name)) if w not in STOP and len(w) > 1)


def overlap(terms: tuple[str, ...], names: tuple[str, ...]) -> tuple[float, str]:
    """How well the best of some names answers the terms, 0 to 1, and which it is: the share of the terms that it
    holds, times the share of it that is asked for (square-rooted: a long name is still a name)."""
    best, which = 0.0, ""
    wanted = frozenset(terms)
    if not wanted:
        return best, which
    for name in names:
        own = name_words(name)
        if shared := len(own & wanted):
            score = shared / len(wanted) * (shared / len(own)) ** 0.5
            if score > best:
                best, which = score, name
    return best, which
