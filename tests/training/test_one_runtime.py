"""Training, evaluation and replay are one program: the same tokens, masks and probabilities, read off the log alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from wardround.care import Clinic, ShorthandRenderer, vocabulary  # noqa: E402 - torch first, or the module is skipped
from wardround.harness import Budgets, Decided, Event, LanguageModelPolicy  # noqa: E402
from wardround.knowledge import load  # noqa: E402
from wardround.models import LocalModel  # noqa: E402
from wardround.simulation import generate  # noqa: E402
from wardround.training import (  # noqa: E402
    WHATS,
    Learner,
    Shape,
    TrainingError,
    agreement,
    differences,
    flipped,
    grammars_of,
    new_mini,
    replayed,
    rollouts,
    samples_of,
    sapo,
    train_tokenizer,
)

Log = tuple[Event, ...]
SHORT = Budgets(turns=6)


@cache
def clinic() -> Clinic:
    return Clinic(load())


@cache
def model() -> LocalModel:
    """Random weights that read and write shorthand."""
    torch.set_num_threads(1)
    words = [word for word in vocabulary(clinic().base) if word.isascii()]
    tokenizer = train_tokenizer(["I have had a cough for three days.", "no, it does not hurt"] * 5, words)
    shape = Shape(hidden=32, layers=2, heads=2, kv_heads=1, head=16, inner=64)
    return LocalModel(new_mini(tokenizer, shape, seed=1), tokenizer, name="tiny", reads="shorthand-1")


def policy(**other: Any) -> LanguageModelPolicy:
    return LanguageModelPolicy(model(), ShorthandRenderer(clinic()), 1.0, 96, **other)


def played(seed: int = 0, together: int = 1, by: LanguageModelPolicy | None = None) -> list[Log]:
    """Two patients of the train split, by random weights."""
    model().forget()
    cases = [generate(clinic().base, "train", place) for place in range(2)]
    return asyncio.run(
        rollouts(clinic(), cases, by or policy(), seeds=[seed] * 2, together=together, budgets=SHORT)
    )


@cache
def logs() -> tuple[Log, ...]:
    return tuple(played())


def test_the_same_seed_gives_the_same_events_prompts_tokens_and_masks() -> None:
    for one, other in zip(logs(), played(), strict=True):
        assert list(differences(one, other)) == []


def test_another_seed_gives_other_tokens_and_the_difference_can_be_read() -> None:
    found = [d for one, other in zip(logs(), played(seed=7), strict=True) for d in differences(one, other)]
    assert {d.what for d in found} >= {"events", "tokens"}
    assert {d.what for d in found} <= set(WHATS)
    assert all(d.one != d.other and len(d.one) <= 160 and d.encounter for d in found)


def test_a_changed_mask_is_told_as_one() -> None:
    (log, *_) = logs()
    at = next(n for n, e in enumerate(log) if isinstance(e.body, Decided) and e.body.call is not None)
    body = log[at].body
    assert isinstance(body, Decided)
    assert body.call is not None
    changed = log[at]._replace(body=replace(body, call=replace(body.call, grammar="another")))
    assert "masks" in {d.what for d in differences(log, (*log[:at], changed, *log[at + 1 :]))}


def test_a_log_derives_again_to_every_prompt_mask_and_action() -> None:
    assert [d for log in logs() for d in replayed(log, clinic(), policy(), model())] == []


def test_another_renderer_is_noticed() -> None:
    long = replace(policy(), renderer=ShorthandRenderer(clinic(), "long"))
    assert "prompts" in {d.what for d in replayed(logs()[0], clinic(), long, model())}


@pytest.mark.parametrize("batch", [1, 2])
def test_the_learner_sees_what_the_sampler_saw(batch: int) -> None:
    found = agreement(logs(), clinic(), policy(), model(), batch=batch)
    assert found.tokens == sum(s.sampled for log in logs() for s in samples_of(log)) > 0
    assert found.max_abs <= 1e-4
    assert found.outside == 0


def test_without_masks_too() -> None:
    free = policy(constrained=False)
    found = agreement(played(by=free), clinic(), free, model())
    assert found.tokens > 0
    assert found.max_abs <= 1e-4


def test_with_other_weights_they_disagree() -> None:
    weight = next(iter(model().network.parameters()))
    kept = weight.detach().clone()
    try:
        with torch.no_grad():
            weight.mul_(1.5)
        assert agreement(logs(), clinic(), policy(), model()).max_abs > 1e-3
    finally:
        with torch.no_grad():
            weight.copy_(kept)


def test_nothing_is_tokenized_again_when_it_is_learnt_from() -> None:
    """The chat template changes between rollout and learning, and nothing else does."""
    grammars = {k: g for log in logs() for k, g in grammars_of(log, clinic(), policy(), model()).items()}
    learner, samples = Learner(model().network, model().masks, grammars), samples_of(logs()[0])
    with torch.inference_mode():
        before = learner.logprobs(samples)
        template = model().tokenizer.chat_template
        model().tokenizer.chat_template = "{{ 'something else' }}"
        try:
            after = Learner(model().network, model().masks, grammars).logprobs(samples_of(logs()[0]))
        finally:
            model().tokenizer.chat_template = template
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))


def test_a_grammar_that_nobody_knows_is_refused_by_name() -> None:
    learner = Learner(model().network, model().masks, {})
    with pytest.raises(TrainingError, match=r"its grammar .* is not among the learner's"):
        learner.logprobs(samples_of(logs()[0]))


def test_another_batch_size_is_compared_up_to_the_first_token_that_differs() -> None:
    ones = {str(n): log for n, log in enumerate(logs())}
    same = flipped(ones, {str(n): log for n, log in enumerate(played(together=2))})
    assert same.tokens > 0
    assert same.share <= 0.05
    other = flipped(ones, {str(n): log for n, log in enumerate(played(seed=7))})
    assert (other.flipped, other.encounters) == (2, 2)


def test_a_step_makes_what_was_rewarded_likelier() -> None:
    grammars = grammars_of(logs()[0], clinic(), policy(), model())
    learner, (sample, *_) = Learner(model().network, model().masks, grammars), samples_of(logs()[0])
    kept = {k: v.clone() for k, v in model().network.state_dict().items()}
    sampled = torch.tensor([p for turn in sample.turns for p in turn.logprobs])
    optimiser = torch.optim.SGD(model().network.parameters(), lr=0.05)
    try:
        (now,) = learner.logprobs([sample])
        torch.autograd.backward(sapo([now], [sampled], [1.0], budget=sample.sampled).loss)
        optimiser.step()
        with torch.inference_mode():
            (after,) = learner.logprobs([sample])
        assert float(after.sum()) > float(now.detach().sum())
    finally:
        model().network.load_state_dict(kept)
        optimiser.zero_grad(set_to_none=True)
