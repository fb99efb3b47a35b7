"""Whether two programs are one: logs of the same encounters compared event by event, token by token, mask by mask.

And whether the learner sees what the sampler saw: its log-probabilities of the sampled tokens against the log's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from wardround.care import Clinic
from wardround.harness import (
    JSON,
    Decided,
    Event,
    LanguageModelPolicy,
    canonical,
    comparable,
    replay,
    revisit,
)
from wardround.training.grammars import grammars_of
from wardround.training.learner import Learner
from wardround.training.samples import Sample, samples_of

if TYPE_CHECKING:
    from wardround.models import LocalModel

What = Literal["events", "prompts", "tokens", "masks"]
WHATS: tuple[What, ...] = ("events", "prompts", "tokens", "masks")
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out otherwise: in which encounter and event, and how it reads on either side."""

    what: What
    encounter: str
    event: str
    one: str
    other: str


def differences(one: Sequence[Event], other: Sequence[Event]) -> Iterator[Difference]:
    """Between two logs of one encounter. Log-probabilities are compared as numbers, elsewhere."""
    name = one[0].encounter if one else ""
    ours, theirs = comparable(one), comparable(other)
    for place in range(max(len(ours), len(theirs))):
        here, there = (_said(log[place]) if place < len(log) else None for log in (ours, theirs))
        if here != there:
            event = str((ours if place < len(ours) else theirs)[place]["number"])
            yield Difference("events", name, event, *_apart(here, there))
    yield from _calls(one, other, name)


def _calls(one: Sequence[Event], other: Sequence[Event], name: str) -> Iterator[Difference]:
    """Call by call: what was asked, what was drawn, and under which mask."""
    for ours, theirs in zip(_decisions(one), _decisions(other), strict=False):
        event, here = ours
        there = theirs[1]
        pairs: tuple[tuple[What, object, object], ...] = (
            ("prompts", here.call and here.call.prompt_ids, there.call and there.call.prompt_ids),
            ("tokens", here.call and here.call.completion_ids, there.call and there.call.completion_ids),
            ("masks", _mask(here), _mask(there)),
        )
        for what, left, right in pairs:
            if left != right:
                yield Difference(what, name, event.name, *_apart(repr(left), repr(right)))


def _mask(body: Decided) -> tuple[str, str | None, int | None]:
    call = body.call
    return body.mask, call.grammar if call else None, call.limit if call else None


def _decisions(events: Sequence[Event]) -> list[tuple[Event, Decided]]:
    return [(event, event.body) for event in events if isinstance(event.body, Decided)]


def _said(line: JSON) -> str:
    """An event without the sampler's figures."""
    call = line["body"].get("call") if isinstance(line["body"], dict) else None
    if call:
        line = {**line, "body": {**line["body"], "call": {**call, "logprobs": None}}}
    return canonical(line).decode()


def _apart(here: str | None, there: str | None) -> tuple[str, str]:
    """Both from shortly before where they part, so that a person sees it at once."""
    if here is None or there is None:
        return (here or "(nothing)")[:_SHOWN], (there or "(nothing)")[:_SHOWN]
    same = next((n for n, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), 0)
    start = max(0, same - 40)
    return here[start : start + _SHOWN], there[start : start + _SHOWN]


def replayed(
    events: Sequence[Event], clinic: Clinic, policy: LanguageModelPolicy, model: LocalModel
) -> Iterator[Difference]:
    """Derive a log again: views, masks, verdicts, every prompt from the view, and every action from the tokens."""
    team = clinic.team(lambda _: policy)
    name = events[0].encounter
    found = replay(events, team, clinic.projection, {**clinic.versions, **policy.versions})
    if found.result != "reproduced":
        yield Difference("events", name, found.event or "", found.result, found.detail[:_SHOWN])
        return
    for event, situation in revisit(events, team, clinic.projection):
        body = event.body
        if not isinstance(body, Decided) or body.call is None:
            continue
        request = policy.request(situation)
        prompt = tuple(model.prompt_ids(request))
        before = () if body.call.rebuilt else situation.calls.ids or ()
        logged = before + (body.call.prompt_ids or ())
        if prompt != logged:
            yield Difference("prompts", name, event.name, *_apart(repr(logged), repr(prompt)))
        grammar = model.grammar(request)
        if (grammar.id if grammar else None) != body.call.grammar:
            yield Difference("masks", name, event.name, str(body.call.grammar), str(grammar and grammar.id))
        action = policy.read(situation, body.call).action
        if action != body.action:
            yield Difference("events", name, event.name, *_apart(repr(body.action), repr(action)))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Sampler against learner over so many tokens, in natural logarithms; `outside`: tokens that no mask had allowed."""

    tokens: int
    max_abs: float
    mean_abs: float
    outside: int

    def as_json(self) -> JSON:
        """As it is told."""
        return {
            "tokens": self.tokens,
            "max_abs_logprob": self.max_abs,
            "mean_abs_logprob": self.mean_abs,
            "outside_masks": self.outside,
        }


def agreement(
    logs: Sequence[Sequence[Event]],
    clinic: Clinic,
    policy: LanguageModelPolicy,
    model: LocalModel,
    *,
    batch: int = 1,
) -> Agreement:
    """The learner's log-probabilities of what these logs' sampler drew, so many sequences a forward pass."""
    import torch

    grammars: dict[str, Any] = {}
    samples: list[Sample] = []
    for events in logs:
        grammars |= grammars_of(events, clinic, policy, model)
        samples += samples_of(events)
    learner = Learner(model.network, model.masks, grammars)
    most = total = 0.0
    tokens = outside = 0
    samples.sort(key=lambda sample: len(sample.ids))
    for at in range(0, len(samples), batch):
        part = samples[at : at + batch]
        with torch.inference_mode():
            found = learner.logprobs(part)
        for sample, ours in zip(part, found, strict=True):
            theirs = torch.tensor([p for turn in sample.turns for p in turn.logprobs])
            possible = torch.isfinite(ours)
            apart = (ours.cpu()[possible] - theirs[possible]).abs()
            outside += int((~possible).sum())
            tokens += len(ours)
            total += float(apart.sum())
            most = max(most, float(apart.max()) if len(apart) else 0.0)
    return Agreement(tokens, most, total / max(1, tokens), outside)


@dataclass(frozen=True, slots=True)
class Flipped:
    """Sequences drawn in another batch size: compared up to and with the first token that differs."""

    tokens: int
    flipped: int
    encounters: int

    @property
    def share(self) -> float:
        """Flipped tokens of those compared."""
        return self.flipped / max(1, self.tokens)


def flipped(ones: Mapping[str, Sequence[Event]], others: Mapping[str, Sequence[Event]]) -> Flipped:
    """How many tokens came out otherwise where everything before them was the same."""
    tokens = parted = encounters = 0
    for name, one in ones.items():
        seen = 0
        for (_, ours), (_, theirs) in zip(_decisions(one), _decisions(others[name]), strict=False):
            here, there = (b.call.completion_ids or () if b.call else () for b in (ours, theirs))
            same = next((n for n, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), None)
            tokens += len(here) if same is None else same + 1
            if same is not None or len(here) != len(there):
                parted += 1
                seen = 1
                break
        encounters += seen
    return Flipped(tokens, parted, encounters)
