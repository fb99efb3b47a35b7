"""How a patient calls a drug: by its name, by what it is for (`the water tablet`), or only half of it.

A name is never another drug's: what is said means the drug, its class, or nothing.
"""

from __future__ import annotations

from functools import lru_cache

from wardround.care import Understanding
from wardround.simulation.standardised.bank import DrugNames, bank
from wardround.simulation.standardised.beliefs import Held, share_of


@lru_cache(maxsize=4096)
def said_name(understanding: Understanding, held: Held, seed: int) -> str:
    """What this patient calls it; the same at every visit."""
    known = bank().drug_names
    slug = held.id or _drug_in(understanding, held.text)
    if slug is None:
        return held.text
    draw = share_of(seed, "drug", held.text)
    if draw < known.by_class:
        lay = _by_class(understanding, slug, known)
        if lay:
            return f"my {lay[int(share_of(seed, 'class', held.text) * len(lay))]}"
    elif draw < known.by_class + known.garbled:
        return _garbled(understanding, slug, held.text, share_of(seed, "garble", held.text), known)
    return held.text


def _drug_in(understanding: Understanding, text: str) -> str | None:
    found = understanding.base.drug_by_name(text)
    return found.id if found else None


def _by_class(understanding: Understanding, slug: str, known: DrugNames) -> tuple[str, ...]:
    """Lay names of its classes that say no more than the class."""
    base = understanding.base
    names = (n for c in base.classes_of(slug) for n in base.classes[c].synonyms if known.lay_ending.search(n))
    return tuple(
        n for n in names if all(m.kind == "drug_class" for m in understanding.reader.read(f"I take my {n}."))
    )


def _garbled(understanding: Understanding, slug: str, text: str, draw: float, known: DrugNames) -> str:
    name = understanding.base.drugs[slug].name.split()[0]
    if len(name) < 6:
        return text
    garble = known.garbles[int(draw * len(known.garbles))].format(start=name[: max(3, len(name) // 2)])
    heard = {m.id for m in understanding.reader.read(f"I take {garble}.") if m.kind == "drug"}
    return garble if heard <= {slug} else text
