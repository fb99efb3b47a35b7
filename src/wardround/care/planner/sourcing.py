"""The planner's sources: before it advises, plans or prescribes it looks up what that is about, and then cites what it found.

One search for all that is planned, and none in an emergency that leaves minutes. What the search gave is compared with
each sentence; only a passage that holds the sentence's words (or whose words the sentence holds) is cited for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from wardround.care.chart import Chart
from wardround.care.citing import WORDS, asserts_medicine, sentences, words_of
from wardround.care.dose_words import order_in_words
from wardround.care.entries import management_passage, order_sentence
from wardround.care.evidence_arguments import MOST_CITATIONS
from wardround.care.planner.seeing import Seen, Sight, decided, in_emergency
from wardround.care.planner.treatment import candidates
from wardround.harness import JSON, Action, Decision, Situation
from wardround.knowledge import KnowledgeBase

LOOKED_UP_FOR = frozenset(WORDS) - {"report"}
"""Actions that are looked up before."""
MOST_DRUGS = 1
SHORTEST = 12
"""Words of a passage shorter than this, in characters, are found in too many sentences to support one."""
ENDS = ("", ".", ";")
"""What may follow a sentence that stands in a passage: after a colon or a comma it goes on."""
MOST_FOR_ONE = 2
"""So many passages are cited for one sentence."""


def with_sources(sight: Sight, seen: Seen, situation: Situation, step: Decision) -> Decision:
    """The step itself with its citations; or, before it, the search for what it is about."""
    action = step.action
    if action is None:
        return step
    base, chart = sight.projection.base, seen.chart
    if _to_be_looked_up(action) and not in_emergency(sight, seen):
        every = dict.fromkeys(topics(base, chart, action))
        missing = tuple(topic for topic in every if topic not in chart.looked_up)
        tried = {"search_evidence"} & (seen.failed | {tool for tool, _ in seen.refused})
        if missing and not tried and "search_evidence" in situation.mask.tools:
            return search_for(base, chart, missing)
    return cited(base, chart, step, action) if action.tool in WORDS else step


def search_for(base: KnowledgeBase, chart: Chart, about: Sequence[str]) -> Decision:
    """The search for what is planned."""
    names = [base.named(t) for t in about]
    return decided(
        "search_evidence",
        f"What is known about {', '.join(names)}, before I plan.",
        _rests_on(chart),
        question=f"treatment and advice: {', '.join(names)}"[:500],
        about=list(about),
    )


def _to_be_looked_up(action: Action) -> bool:
    return action.tool in LOOKED_UP_FOR or action.arguments.get("agents") == ["pharmacist"]


def _rests_on(chart: Chart) -> tuple[str, ...]:
    return (chart.diagnosis_event,) if chart.diagnosis_event else ()


def topics(base: KnowledgeBase, chart: Chart, action: Action | None = None) -> Iterator[str]:
    """What an action, or any plan, is about: the diagnosis (or what is likeliest), its drugs, the drug that it names."""
    condition = chart.diagnosis or (chart.differential[0].condition if chart.differential else None)
    if condition in base.conditions:
        yield str(condition)
    if not chart.looked_up:
        drugs = [t.regimen.drug for t in candidates(base, chart) if t.regimen is not None]
        yield from list(dict.fromkeys(drugs))[:MOST_DRUGS]
    drug = action.arguments.get("drug") if action is not None else None
    if drug in base.drugs:
        yield str(drug)


# --- what supports a sentence -----------------------------------------------------------------------------


def cited(base: KnowledgeBase, chart: Chart, step: Decision, action: Action) -> Decision:
    """The step with what it rests on, among what was retrieved."""
    citations = tuple(_citations(base, chart, action))[:MOST_CITATIONS]
    if not citations:
        return step
    events = (chart.passages[str(one["passage"])]["event"] for one in citations)
    because = tuple(dict.fromkeys((*action.because, *events)))
    return Decision(
        Action(action.tool, {**action.arguments, "citations": list(citations)}, because), step.thought
    )


def _citations(base: KnowledgeBase, chart: Chart, action: Action) -> Iterator[JSON]:
    passages = list(chart.passages.values())
    if action.tool == "prescribe":
        yield from _for_the_order(base, chart, action)
    for said in words_of(action.tool, action.arguments):
        for start, end in sentences(said):
            if not asserts_medicine(said[start:end]):
                continue
            for part in _parts(passages, said[start:end]):
                for passage, quote in _supporting(passages, part):
                    yield {"passage": passage, "quote": quote, "supports": part}


def _parts(passages: Sequence[JSON], sentence: str) -> Iterator[str]:
    """The sentence; or, where no one passage holds all of it, the parts of a list between semicolons."""
    whole = any(_stands(str(p["text"]), sentence) is not None for p in passages)
    yield from (sentence,) if whole or ";" not in sentence else map(str.strip, sentence.split(";"))


def _for_the_order(base: KnowledgeBase, chart: Chart, action: Action) -> Iterator[JSON]:
    """The line of management that the order repeats: what it rests on as a whole."""
    wants = action.arguments
    for n, line in enumerate(base.conditions[wants["indication"]].management):
        regimen = line.regimen
        if regimen is None or line.patient_text[:1000] != wants["instructions"]:
            continue
        same = (regimen.drug, regimen.dose.value, regimen.dose.unit, regimen.per_day, regimen.days)
        name = management_passage(wants["indication"], n)
        if (
            same == tuple(wants[k] for k in ("drug", "dose", "unit", "per_day", "days"))
            and name in chart.passages
        ):
            yield {"passage": name, "quote": order_sentence(base.named(wants["drug"]), order_in_words(wants))}
            return


def _supporting(passages: Sequence[JSON], sentence: str) -> list[tuple[str, str]]:
    """Passages with the words that support a sentence: those that hold it, else those that it holds; at most a few."""
    standing = [p for p in passages if not p.get("retracted")]
    for words_in in (_stands, _within):
        found = [(str(p["id"]), w) for p in standing if (w := words_in(str(p["text"]), sentence)) is not None]
        if found:
            return found[:MOST_FOR_ONE]
    return []


@lru_cache(maxsize=65_536)
def _stands(passage: str, sentence: str) -> str | None:
    """The sentence as it stands in the passage, to its end; None where it does not, or goes on there."""
    said = sentence.rstrip(".;")
    at = passage.find(said)
    if at < 0 or len(said) < SHORTEST or passage[at + len(said) :][:1] not in ENDS:
        return None
    return passage[at : at + len(said)]


@lru_cache(maxsize=65_536)
def _within(passage: str, sentence: str) -> str | None:
    """A sentence of the passage that stands in this one; None where there is none."""
    for start, end in sentences(passage):
        words = passage[start:end].rstrip(".;")
        if len(words) >= SHORTEST and words in sentence:
            return words
    return None
