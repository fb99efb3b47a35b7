"""Planted errors: sentences of the built-in guidance with one thing changed, dose, direction, drug or population.

The generator's words are its own, taken from nowhere in the verifier, so that what is found is found by what the sentence says.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from wardround.knowledge import KnowledgeBase

Change = Literal["dose", "direction", "drug", "population"]
CHANGES: Final[tuple[Change, ...]] = ("dose", "direction", "drug", "population")

_AMOUNT: Final = re.compile(
    r"(?<![\w./-])(?P<n>\d+(?:[.,]\d+)*)(?P<gap>[ \u00a0-]?)(?P<unit>mg/kg|mg|g|micrograms?|units?|ml|mL|mmol/L|mmol/mol|mL/min|mmHg|%|hours?|days?|weeks?|months?|years?|tablets?|puffs?)\b"
)
_OFTEN: Final = {
    "once daily": "four times daily", "once a day": "three times a day", "twice a day": "six times a day",
    "twice daily": "once weekly", "three times a day": "once a day", "four times a day": "twice a day", "three times daily": "once daily",
    "four times daily": "once daily", "once weekly": "once daily", "once a week": "every day", "every 12 hours": "every 4 hours",
    "every 8 hours": "every 2 hours", "every 6 hours": "every 12 hours", "at night": "three times a day", "once a month": "once a week",
}  # fmt: skip
_TURNED: Final = (
    ("is not", "is"), ("are not", "are"), ("should not", "should"), ("must not", "must"), ("does not", "does"), ("do not", "do"),
    ("cannot", "can"), ("increases", "reduces"), ("increase", "decrease"), ("increased", "reduced"), ("raises", "lowers"),
    ("raised", "lowered"), ("raise", "lower"), ("reduces", "increases"), ("reduce", "raise"), ("reduced", "doubled"), ("lowers", "raises"),
    ("lower", "higher"), ("higher", "lower"), ("below", "above"), ("above", "below"), ("under", "over"), ("over", "under"),
    ("more than", "less than"), ("less than", "more than"), ("at least", "at most"), ("at most", "at least"), ("before", "after"),
    ("after", "before"), ("stopped", "started"), ("stop", "start"), ("started", "stopped"), ("start", "stop"), ("avoided", "preferred"),
    ("avoid", "use"), ("contraindicated", "recommended"), ("recommended", "contraindicated"), ("preferred", "avoided"),
    ("offered", "withheld"), ("continued", "withdrawn"), ("improves", "worsens"), ("improve", "worsen"), ("worsens", "improves"),
    ("prevents", "provokes"), ("prevent", "provoke"), ("causes", "prevents"), ("cause", "prevent"), ("safe", "dangerous"),
    ("common", "rare"), ("commonly", "rarely"), ("rare", "common"), ("usually", "seldom"), ("often", "hardly ever"),
    ("always", "never"), ("never", "always"), ("early", "late"), ("longer", "shorter"), ("shorter", "longer"), ("with", "without"),
    ("without", "with"), ("high", "low"), ("low", "high"), ("urgent", "routine"), ("harm", "benefit"), ("falls", "rises"),
    ("rises", "falls"), ("can be", "can never be"), ("should be", "should not be"), ("is given", "is withheld"), ("needs", "does not need"),
    ("is", "is not"), ("are", "are not"),
)  # fmt: skip
_GROUPS: Final = (
    ("adults", "children"), ("children", "older adults"), ("child", "adult"), ("adult", "infant"), ("pregnancy", "old age"),
    ("pregnant women", "elderly men"), ("pregnant", "postmenopausal"), ("women", "men"), ("men", "women"), ("infants", "teenagers"),
    ("babies", "adults"), ("older people", "young people"), ("older adults", "schoolchildren"), ("the elderly", "the young"),
    ("breastfeeding", "pregnancy"), ("adolescents", "pensioners"), ("newborns", "adults"), ("young people", "older people"),
    ("people", "newborn babies"), ("patients", "toddlers"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planted:
    """A sentence of the corpus, and the same with one thing changed."""

    sentence: str
    wrong: str
    change: Change
    passage: str


def plant(
    knowledge: KnowledgeBase, sentences: Sequence[tuple[str, str]], count: int, seed: int
) -> tuple[Planted, ...]:
    """`sentences`: passage id and words. As many of each change as there can be, `count` in all, no sentence twice."""
    rng = random.Random(seed)  # noqa: S311 - chooses examples, keeps no secret
    order = list(sentences)
    rng.shuffle(order)
    make = makers(knowledge, rng)
    made: list[Planted] = []
    used: set[str] = set()
    for change in (
        "population",
        "drug",
        "direction",
        "dose",
    ):  # the scarcest first; doses make up what is lacking
        left = count - len(made) if change == "dose" else count // len(CHANGES)
        for passage, sentence in order:
            if left == 0:
                break
            wrong = None if sentence in used else make[change](sentence)
            if wrong is not None and wrong != sentence:
                used.add(sentence)
                made.append(Planted(sentence, wrong, change, passage))
                left -= 1
    return tuple(made)


def makers(knowledge: KnowledgeBase, rng: random.Random) -> dict[Change, Callable[[str], str | None]]:
    """What makes each change in a sentence; None where it has nothing to change."""
    names = _drug_names(knowledge)
    return {
        "dose": lambda s: _dose(s, rng),
        "direction": lambda s: _swapped(s, _TURNED, rng),
        "drug": lambda s: _drug(s, names, rng),
        "population": lambda s: _swapped(s, _GROUPS, rng),
    }


def _dose(sentence: str, rng: random.Random) -> str | None:
    """Another number, another unit, or another rate."""
    often = [(a, b) for a, b in _OFTEN.items() if re.search(rf"\b{a}\b", sentence)]
    found = list(_AMOUNT.finditer(sentence))
    if often and (not found or rng.random() < 0.3):
        a, b = rng.choice(often)
        return re.sub(rf"\b{a}\b", b, sentence, count=1)
    if not found:
        return None
    m = rng.choice(found)
    number = float(m["n"].replace(",", ""))
    if m["unit"] in ("mg", "micrograms", "microgram") and rng.random() < 0.25:
        other = {"mg": "micrograms", "micrograms": "mg", "microgram": "mg"}[m["unit"]]
        return f"{sentence[: m.start('unit')]}{other}{sentence[m.end('unit') :]}"
    changed = number * rng.choice((2.0, 10.0, 0.1, 0.5, 3.0, 1.5, 4.0))
    return f"{sentence[: m.start('n')]}{changed:g}{sentence[m.end('n') :]}"


def _swapped(sentence: str, pairs: Sequence[tuple[str, str]], rng: random.Random) -> str | None:
    """One of the words that turn it round; the rarer ones first, `is` and `are` where there is no other."""
    found = [
        (m, other)
        for word, other in pairs
        if word not in ("is", "are", "people", "patients")
        for m in re.finditer(rf"\b{re.escape(word)}\b", sentence, re.IGNORECASE)
    ]
    if not found:
        found = [
            (m, other)
            for word, other in pairs
            if word in ("is", "are", "people", "patients")
            for m in re.finditer(rf"\b{word}\b", sentence)
        ]
    if not found:
        return None
    m, other = rng.choice(found)
    put = other[0].upper() + other[1:] if m.group()[0].isupper() else other
    return f"{sentence[: m.start()]}{put}{sentence[m.end() :]}"


def _drug_names(knowledge: KnowledgeBase) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Name, id and classes of every drug."""
    return tuple((drug.name, drug.id, drug.classes) for drug in knowledge.drugs.values())


def _drug(sentence: str, names: Sequence[tuple[str, str, tuple[str, ...]]], rng: random.Random) -> str | None:
    """Another drug in its place, half the time one of the same class; wherever it is named."""
    there = [one for one in names if re.search(rf"\b{re.escape(one[0])}\b", sentence, re.IGNORECASE)]
    if not there:
        return None
    name, own, classes = rng.choice(there)
    kin = [n for n, i, c in names if i != own and set(c) & set(classes)]
    others = [n for n, i, _ in names if i != own]
    other = rng.choice(kin if kin and rng.random() < 0.5 else others)
    if re.search(rf"\b{re.escape(other)}\b", sentence, re.IGNORECASE):
        return None
    return re.sub(
        rf"\b{re.escape(name)}\b",
        lambda m: other[0].upper() + other[1:] if m.group()[0].isupper() else other,
        sentence,
        flags=re.IGNORECASE,
    )
