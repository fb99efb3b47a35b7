"""What a learner reads of a log: token-exact sequences with what was sampled in them. Nothing is rendered or tokenized again.

Calls whose prompt extends the call before become one sequence, so that a visit costs one forward pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from wardround.harness import Decided, Event, Span, annotate
from wardround.training.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Turn:
    """What one call sampled: tokens `[start, end)` of its sequence, under which grammar, token limit and temperature.

    `decision` names the event; `logprobs` are the sampler's, one a token. `grammar` None: nothing was masked.
    """

    decision: str
    start: int
    end: int
    logprobs: tuple[float, ...]
    grammar: str | None
    limit: int | None
    temperature: float


@dataclass(frozen=True, slots=True)
class Sample:
    """One sequence of one agent's tokens, its turns in order, and its spans (in tokens of the sequence)."""

    encounter: str
    branch: str
    agent: str
    ids: tuple[int, ...]
    turns: tuple[Turn, ...]
    spans: tuple[Span, ...] = ()

    @property
    def sampled(self) -> int:
        """How many of its tokens were sampled."""
        return sum(turn.end - turn.start for turn in self.turns)


def samples_of(events: Iterable[Event]) -> tuple[Sample, ...]:
    """Every sequence of a log, in the order of its last call. Raises TrainingError for a call that shows no tokens."""
    log = list(events)
    open_ones: dict[tuple[str, str], Sample] = {}
    done: list[Sample] = []
    for event in log:
        body = event.body
        if not isinstance(body, Decided) or body.call is None:
            continue
        line = event.branch, body.agent
        before = open_ones.get(line)
        if before is not None and (body.call.rebuilt or body.call.parent is None):
            done.append(open_ones.pop(line))
            before = None
        open_ones[line] = _after(event, body, before)
    return tuple(_with_spans(sample, annotate(log)) for sample in (*done, *open_ones.values()))


def _after(event: Event, body: Decided, before: Sample | None) -> Sample:
    """The sequence with one more call."""
    call = body.call
    if call is None or call.prompt_ids is None or call.completion_ids is None or call.logprobs is None:
        raise TrainingError(
            f"event {event.name} of {event.encounter}: the call shows no tokens or no log-probabilities.",
            fix="Play it with a model that does: a local one, or one behind `wardround serve-model`.",
        )
    if len(call.logprobs) != len(call.completion_ids):
        raise TrainingError(
            f"event {event.name} of {event.encounter}: {len(call.logprobs)} log-probabilities stand beside "
            f"{len(call.completion_ids)} tokens.",
            fix="Play it again: this log cannot be learnt from.",
        )
    sample = before or Sample(event.encounter, event.branch, body.agent, (), ())
    start = len(sample.ids) + len(call.prompt_ids)
    turn = Turn(
        event.name,
        start,
        start + len(call.completion_ids),
        call.logprobs,
        call.grammar,
        call.limit,
        call.temperature or 0.0,
    )
    ids = (*sample.ids, *call.prompt_ids, *call.completion_ids)
    return replace(sample, ids=ids, turns=(*sample.turns, turn))


def _with_spans(sample: Sample, spans: Iterable[Span]) -> Sample:
    """The spans of its turns, moved to where they stand in the sequence."""
    at = {turn.decision: turn.start for turn in sample.turns}
    own = [
        replace(span, start=span.start + at[span.call], end=span.end + at[span.call])
        for span in spans
        if span.agent == sample.agent and span.call in at
    ]
    return replace(sample, spans=tuple(own))
