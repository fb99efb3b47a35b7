"""A question taken apart: population, intervention, comparison, outcome (Richardson 1995), from names and rules.

What stands where no rule reaches is left out; a part may be empty. A claim is taken apart like a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wardround.evidence.documents import Layer
from wardround.evidence.searching.naming import Mention
from wardround.evidence.searching.needs import PREFERRED, Need, need_of
from wardround.evidence.searching.populations import groups_in, populations

_COMPARES: Final = re.compile(
    r"\b(?:versus|vs\.?|compared (?:to|with)|rather than|instead of|better than|worse than|than|or)\s",
    re.IGNORECASE,
)
_AIMS: Final = re.compile(
    r"\b(?:(?:reduc|decreas|increas|improv|prevent|lower|rais|caus|promot|inhibit|worsen|delay|induc|affect|predict|protect)"
    r"(?:es?|ed|ing|s)?(?: against)?|risk of|effects? on|associated with|leads? to|results? in|for preventing)\b",
    re.IGNORECASE,
)
_OUTCOMES: Final = re.compile(
    r"\b(?:(?:all-cause |cardiovascular )?mortality|death|survival|hospitali[sz]ations?|re-?admissions?|quality of life|relapses?|"
    r"remission|recurrences?|bleeding|fractures?|weight loss|weight gain|pain relief|side effects?|adverse events?|"
    r"progression|complications?|length of stay|response rates?|symptoms?)\b",
    re.IGNORECASE,
)
_GIVEN: Final = re.compile(
    r"\b(?:surgery|resection|transplant\w*|vaccin\w*|screening|exercise|diet\w*|supplement\w*|physiotherapy|counselling|"
    r"chemotherapy|radiotherapy|immunotherapy|psychotherapy|acupuncture|training|education|stent\w*|dialysis|transfusions?)\b",
    re.IGNORECASE,
)
_AMONG: Final = re.compile(
    r"\b(?:in|among|with|for|of)\s+((?:[\w-]+\s+){0,3}?(?:patients|adults|women|men|children|infants|people|smokers|"
    r"mice|rats|individuals|newborns|neonates|adolescents)(?:\s+(?:with|aged|over|under)\s+(?:[\w-]+\s?){1,4})?)",
    re.IGNORECASE,
)
_TREATMENTS: Final = frozenset({"drug", "class", "test"})
_STATES: Final = frozenset({"condition", "finding", "analyte", "term"})


@dataclass(frozen=True, slots=True)
class Part:
    """Words of the question, and the ids that they may mean."""

    text: str
    start: int
    ids: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        """Behind its last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Pico:
    """`groups` are the kinds of people that are asked about, in one vocabulary."""

    population: tuple[Part, ...]
    intervention: tuple[Part, ...]
    comparison: tuple[Part, ...]
    outcome: tuple[Part, ...]
    need: Need
    groups: frozenset[str]

    def parts(self) -> dict[str, tuple[Part, ...]]:
        """The four parts by name."""
        return {
            "population": self.population,
            "intervention": self.intervention,
            "comparison": self.comparison,
            "outcome": self.outcome,
        }

    def layers_preferred(self) -> tuple[Layer, ...]:
        """The layers that answer such a question, the best first."""
        wanted = PREFERRED[self.need]
        return tuple(sorted(wanted, key=lambda layer: -wanted[layer]))


def taken_apart(question: str, mentions: Sequence[Mention]) -> Pico:
    """The question's parts, each in the order of its words."""
    aims = _AIMS.search(question)
    compares = _COMPARES.search(question)
    parts: dict[str, list[Part]] = {
        name: [] for name in ("population", "intervention", "comparison", "outcome")
    }
    whom = [_widened(question, span, mentions) for span in groups_in(question)]
    for start, end in whom:
        ids = (one for m in mentions if start <= m.start < end for one in m.ids)
        parts["population"].append(Part(question[start:end], start, tuple(dict.fromkeys(ids))))
    for mention in mentions:
        role = _role(mention, question, aims, compares)
        if role is not None and not any(start <= mention.start < end for start, end in whom):
            parts[role].append(Part(mention.text, mention.start, mention.ids))
    for role, part in _by_rule(question, compares):
        if not any(
            part.start < other.end and other.start < part.end for have in parts.values() for other in have
        ):
            parts[role].append(part)
    kinds = {one.partition(".")[0] for mention in mentions for one in mention.ids}
    drug, state = bool(kinds & {"drug", "class"}), "condition" in kinds
    ordered = {name: tuple(sorted(found, key=lambda part: part.start)) for name, found in parts.items()}
    return Pico(**ordered, need=need_of(question, drug=drug, condition=state), groups=populations(question))


def _role(
    mention: Mention, question: str, aims: re.Match[str] | None, compares: re.Match[str] | None
) -> str | None:
    """What is given is intervention or comparison; a state behind an aim is an outcome, else whom it is about."""
    kinds = {one.partition(".")[0] for one in mention.ids}
    behind_aim = aims is not None and mention.start >= aims.end() - 1
    if kinds & {"drug", "class"}:
        return (
            "comparison" if compares is not None and mention.start >= compares.end() - 1 else "intervention"
        )
    if kinds & {"condition", "term"}:
        return "outcome" if behind_aim and not _whom(question, mention.start) else "population"
    if kinds & {"analyte", "finding"}:
        return "outcome"
    if kinds & _TREATMENTS:
        return "intervention"
    return None


def _widened(question: str, span: tuple[int, int], mentions: Sequence[Mention]) -> tuple[int, int]:
    """A group with what is said of it behind (`men over 65 with diabetes`), where nothing known is named there."""
    for match in _AMONG.finditer(question):
        start, end = match.start(1), match.start(1) + len(match[1].rstrip())
        apart = any(start <= m.start < end and not span[0] <= m.start < span[1] for m in mentions)
        if start < span[1] and span[0] < end and not apart:
            return min(start, span[0]), max(end, span[1])
    return span


def _whom(question: str, start: int) -> bool:
    """Whether the words before say that this is who is treated: `in`, `among`, `with`, `patients with`."""
    return (
        re.search(
            r"\b(?:in|among|with|having|who have|of patients with)\s+(?:\w+\s+){0,2}$", question[:start]
        )
        is not None
    )


def _by_rule(question: str, compares: re.Match[str] | None) -> Iterator[tuple[str, Part]]:
    for match in _OUTCOMES.finditer(question):
        yield "outcome", Part(match.group(), match.start())
    for match in _GIVEN.finditer(question):
        behind = compares is not None and match.start() >= compares.end() - 1
        yield "comparison" if behind else "intervention", Part(match.group(), match.start())
    for match in _AMONG.finditer(question):
        said = match[1].rstrip()
        yield "population", Part(said, match.start(1))
