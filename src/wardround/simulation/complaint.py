"""The opening words: which of the present symptoms the patient names, and how, so that `language` reads just those.

Sentences come from the base's answers and lay words. Each is kept only if it is read as its finding and nothing
else; findings of which no sentence is, are never what a patient opens with.
"""

# ruff: noqa: N806 (dimension suffixes)
from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping

import numpy as np

from wardround.knowledge import KnowledgeBase
from wardround.language import Lexicon, Reader
from wardround.simulation.expectations import Floats, layout
from wardround.simulation.world import Drawn

MOST = 3
"""Findings that an opening names at most."""
SHY = 0.25
"""Weight of what people rather do not open with."""
UNEXPLAINED = 0.02
"""Weight of a symptom that the truth does not cause."""
_YES = re.compile(r"^(?:yes|yeah|yep|well|oh)\b[,.]?\s*", re.I)
_SOMEBODY = re.compile(r"\b(?:she|her|hers|he|him|his|they|them|baby|child|toddler)\b", re.I)
_FORGET = re.compile(
    r"\b(?:too|also|since|last|yesterday|week|month|year|years|months|weeks|days|today)\b", re.I
)
_WHOLE = re.compile(r"(?:I|I've|I'm|I'd|My|It|It's|There|There's|The|Everything|Every)\b")
"""What begins a whole sentence; findings that have none are named in a few words."""
_DOING = re.compile(
    r"(?:can't|cannot|have to|haven't|keep|lost|lose|need|feel|woke|wake|snore|get|struggle|see|hear)\b", re.I
)
_BEING = re.compile(
    r"(?:tired|worn|short of|out of|off|exhausted|breathless|unsteady|shattered|drained|depressed)\b", re.I
)
_GOING_ON = re.compile(
    r"(?!(?:nothing|something|everything|morning|ringing|swelling|bleeding|burning|dragging|aching|hacking|staring|racing|throbbing|sneezing fits)\b)\w+ing\b",
    re.I,
)
_MINE = re.compile(
    r"(?:bladder|legs?|feet|ankles|hands?|fingers|face|eyes?|ears?|hair|skin|mouth|stomach|tummy|belly|chest|head|heart|"
    r"knees?|hips?|shoulders?|back|neck|throat|nose|toes?|joints|muscles|scrotum|calf|calves|memory|voice|periods?|"
    r"urine|wee|pee|poo|breath|gums|tongue|lips|jaw|arms?|bowels) (?:is|are|hurts?|gets?|aches?|feels?|never|doesn't|"
    r"don't|goes|keeps?|looks?|won't|has|have|throbs?|burns?|itch(?:es)?|swells?|races?|stings?)\b",
    re.I,
)
_THING = re.compile(
    r"(?:pain|blood|discharge|fever|heartburn|diarrhoea|constipation|slime|mucus|earache|toothache|backache|"
    r"(?:a |an )?(?:\w+ )?(?:headaches?|rash|lumps?|spots|ulcers|stools|periods|wee|pee|urine|ankles|legs|lips|face|eyes|skin|"
    r"nose|throat|tongue|glands?|joints|fingers|hands|scrotum|cough))(?: (?:in|on|under|from|at|when|round|down|behind) .+)?\.",
    re.I,
)
_I = re.compile(r"I\b")
_MANNER = re.compile(r"finding\.(?:symptoms?|worse)_")
"""Findings of how something began or goes on, which mean nothing alone."""
_LEADS = (
    "",
    "",
    "Doctor, it's this: ",
    "I've come about this: ",
    "It's like this. ",
    "Here is why I've come: ",
)


@functools.lru_cache(maxsize=4)
def _reader(base: KnowledgeBase) -> Reader:
    return Reader(Lexicon.build(base))


@functools.lru_cache(maxsize=8192)
def openers(base: KnowledgeBase, finding: str) -> tuple[str, ...]:
    """Ways of naming a finding that are read as it, its parents, and nothing else. A patient of any age may say them."""
    entry = base.findings[finding]
    own = {finding, *_parents(base, finding)}
    tried = [_sentence(text) for text in (*entry.answers.yes, *entry.lay)]
    framed = [whole for text in tried for whole in _in_a_sentence(text)]
    read = [t for t in dict.fromkeys((*framed, *tried)) if _fits(t) and _read(base, t) in (own, {finding})]
    return tuple(text for text in read if _WHOLE.match(text)) or tuple(read)


def _in_a_sentence(text: str) -> Iterable[str]:
    """The same as a whole sentence, where English lets a rule say how: `Hair falling out` stays as it is."""
    rest = f"{text[:1].lower()}{text[1:]}"
    if _WHOLE.match(text):
        return
    for pattern, lead in ((_DOING, "I"), (_BEING, "I'm"), (_GOING_ON, "I've been"), (_MINE, "My")):
        if pattern.match(text):
            yield f"{lead} {rest}"
            return
    if _THING.fullmatch(text):
        yield f"I've got {_with_article(rest)}"


def _with_article(text: str) -> str:
    return (
        f"a {text}"
        if re.match(r"(?:lump|rash|fever|headache|cough|runny nose|stuffy nose|blocked nose)\b", text)
        else text
    )


def _sentence(text: str) -> str:
    said = _YES.sub("", text).strip().rstrip(".!")
    return f"{said[:1].upper()}{said[1:]}."


def _fits(text: str) -> bool:
    return not (_SOMEBODY.search(text) or _FORGET.search(text)) and "{" not in text


def _read(base: KnowledgeBase, text: str) -> set[str] | None:
    """The findings that a text says are there; None where it says anything else."""
    found = set()
    for m in _reader(base).read(text):
        if m.kind == "finding" and m.id is not None:
            if m.negated or m.uncertain or m.past or m.about != "patient" or m.value is not None:
                return None
            found.add(m.id)
        elif m.kind in ("drug", "drug_class", "allergen", "condition"):
            return None
    return found


def _parents(base: KnowledgeBase, slug: str) -> Iterable[str]:
    parent = base.findings[slug].parent
    while parent is not None:
        yield parent
        parent = base.findings[parent].parent


def choose_presenting(base: KnowledgeBase, drawn: Drawn, rng: np.random.Generator) -> tuple[str, ...]:
    """One to three present symptoms that have words, mostly what the truth does. Empty where there is none."""
    weight_B = weights(base, drawn)
    caused_B = drawn.by_truth_B > 0
    chosen: list[str] = []
    wanted = 1 + int(rng.integers(MOST))
    binaries = layout(base).binaries
    while len(chosen) < wanted and (total := float(weight_B.sum())) > 0.0:
        if chosen and not weight_B[caused_B].any():
            break
        place = int(np.searchsorted(np.cumsum(weight_B), rng.random() * total, side="right"))
        place = min(place, len(binaries) - 1)
        weight_B[place] = 0.0
        slug = binaries[place]
        if openers(base, slug):
            chosen.append(slug)
    return tuple(chosen)


def weights(base: KnowledgeBase, drawn: Drawn) -> Floats:
    """(B) how readily each present symptom is named."""
    at = layout(base)
    weight_B = np.where(drawn.explained_B & (drawn.by_truth_B > 0), drawn.by_truth_B, UNEXPLAINED)
    weight_B = np.where(at.complaint_B & drawn.present_B, weight_B, 0.0)
    weight_B *= _openness(base)
    return weight_B


@functools.lru_cache(maxsize=8)
def _openness(base: KnowledgeBase) -> Floats:
    """(B) less for what is private, nothing for what belongs to something else or says only how it is."""
    found = []
    for slug in layout(base).binaries:
        finding = base.findings.get(slug)
        if finding is None or finding.parent is not None or _MANNER.match(slug):
            found.append(0.0)
        else:
            found.append(SHY if finding.sensitivity is not None else 1.0)
    return np.array(found)


def opening(
    base: KnowledgeBase, presenting: tuple[str, ...], onset: Mapping[str, int], rng: np.random.Generator
) -> str:
    """The words."""
    said = []
    for slug in presenting:
        ways = openers(base, slug)
        said.append(ways[int(rng.integers(len(ways)))])
    lead = _LEADS[int(rng.integers(len(_LEADS)))]
    text = f"{lead}{' '.join(said)}"
    if lead.endswith(": ") and not _I.match(said[0]):
        text = f"{lead}{said[0][0].lower()}{text[len(lead) + 1 :]}"
    began = onset.get(presenting[0], 0) if presenting else 0
    return f"{text} {_since(began)}" if rng.random() < 0.5 else text


def _since(days: int) -> str:
    if days <= 0:
        return "It started today."
    if days == 1:
        return "It started yesterday."
    if days < 14:
        return f"It started {days} days ago."
    if days < 60:
        return f"It started {round(days / 7)} weeks ago."
    if days < 700:
        return f"It started {round(days / 30)} months ago."
    return "It started years ago."
