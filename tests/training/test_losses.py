"""The loss moves probability where the advantage points, trusts no token too far, and leaves out what two programs disagree on."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from wardround.training import sapo  # noqa: E402 - torch first, or the module is skipped


def grown(advantage: float, apart: float = 0.0, budget: int = 1) -> tuple[float, float]:
    """(gradient of the log-probability, loss) of one token that sampler and learner see `apart`."""
    now = torch.tensor([-1.0], requires_grad=True)
    step = sapo([now], [torch.tensor([-1.0 - apart])], [advantage], budget=budget)
    torch.autograd.backward(step.loss)
    return float(now.grad[0]) if now.grad is not None else 0.0, float(step.loss.detach())


def test_on_policy_the_gradient_is_that_of_the_policy_gradient() -> None:
    for advantage in (1.5, -0.5):
        gradient, _ = grown(advantage)
        assert gradient == pytest.approx(-advantage)


def test_the_sum_is_over_a_constant_budget_and_not_over_a_sequence() -> None:
    long = torch.full((6,), -1.0, requires_grad=True)
    torch.autograd.backward(sapo([long], [torch.full((6,), -1.0)], [1.0], budget=12).loss)
    assert long.grad is not None
    assert long.grad.tolist() == pytest.approx([-1 / 12] * 6)


def test_a_sequence_that_sampler_and_learner_disagree_on_is_left_out_and_told() -> None:
    now = torch.tensor([-1.0], requires_grad=True)
    step = sapo([now], [torch.tensor([-3.0])], [1.0], budget=1)
    assert (step.left_out, float(step.loss)) == (1, 0.0)
    assert step.max_difference == pytest.approx(2.0)


def test_a_small_mismatch_is_weighted_and_its_weight_is_cut() -> None:
    assert grown(1.0, apart=0.1)[0] == pytest.approx(-1.1051709, rel=1e-4)
    two = torch.tensor([-1.0, -1.0], requires_grad=True)
    step = sapo([two], [torch.tensor([-3.0, 1.0])], [1.0], budget=1)
    torch.autograd.backward(step.loss)
    assert step.left_out == 0
    assert two.grad is not None
    assert two.grad.tolist() == pytest.approx([-3.0, -0.1353353], rel=1e-4)


def test_no_tokens_are_no_loss_and_no_budget_is_an_error() -> None:
    assert float(sapo([], [], [], budget=1).loss) == 0.0
    with pytest.raises(ValueError, match="budget"):
        sapo([], [], [], budget=0)
