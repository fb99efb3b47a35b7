"""R_fact: the equations against cases worked by hand, clusters that a difference that matters keeps apart."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.evidence import Claim, Judged, Kind, Verdict
from wardround.rewards import alike, clustered, gate, r_fact, rewarded

GOOD, BAD, OPEN = Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNCERTAIN


def said(text: str, verdict: Verdict = GOOD, kind: Kind = Kind.GENERAL) -> Judged:
    return Judged(Claim(text, kind, 0, len(text)), verdict, "passage", "as the test says")


def test_the_loss_is_the_share_of_saliency_that_is_wrong() -> None:
    """A wrong dose (3), a right generality (1), an unsure diagnosis (2): (3 + 2) / (3 + 1 + 2)."""
    judged = [
        said("Take 500 mg of paracetamol.", BAD, Kind.DOSE),
        said("Colds are caused by viruses."),
        said("The patient has asthma.", OPEN, Kind.DIAGNOSIS),
    ]
    assert r_fact(clustered(judged)) == pytest.approx(-5 / 6)


def test_saying_it_again_neither_costs_nor_earns() -> None:
    wrong, right = said("Aspirin cures colds.", BAD), said("Colds are caused by viruses.")
    once, often = [wrong, right], [wrong, *[right] * 9]
    assert r_fact(clustered(often)) == r_fact(clustered(once)) == pytest.approx(-0.5)
    assert [len(c.members) for c in clustered(often)] == [1, 9]


def test_a_wrong_claim_is_not_hidden_by_a_right_one_that_says_the_same() -> None:
    (cluster,) = clustered([said("Colds heal by themselves."), said("Colds heal by themselves.", BAD)])
    assert cluster.wrong
    assert cluster.representative.verdict is BAD


def test_nothing_asserted_loses_nothing() -> None:
    assert r_fact(()) == 0.0
    assert rewarded(0.8, []) == 0.8


def test_unscored_stays_unscored() -> None:
    assert rewarded(None, [said("Aspirin cures colds.", BAD)]) is None


def test_the_gate_opens_where_the_task_is_learnt() -> None:
    """kappa 10, 0.75 to 0.95: half open at 0.85; at 0.95 sigmoid(10 * 0.1 / 0.2) = sigmoid(5)."""
    assert gate(0.85) == pytest.approx(0.5)
    assert gate(0.95) == pytest.approx(1 / (1 + math.exp(-5)))
    assert gate(0.75) == pytest.approx(1 / (1 + math.exp(5)))
    assert gate(0.0) < 1e-15
    with pytest.raises(ValueError, match="tau_max"):
        gate(0.5, tau_min=0.9, tau_max=0.9)


def test_the_reward_worked_by_hand() -> None:
    """R_task 0.95, one of two equal claims wrong: 0.95 - 0.993307 / 2."""
    judged = [said("Aspirin cures colds.", BAD), said("Colds are caused by viruses.")]
    assert rewarded(0.95, judged) == pytest.approx(0.95 - 0.5 * 0.9933071, abs=1e-6)
    assert rewarded(0.2, judged) == pytest.approx(0.2, abs=1e-9)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Take 500 mg of paracetamol four times a day.", "Take 50 mg of paracetamol four times a day."),
        ("Take 500 mg of paracetamol.", "Take 500 g of paracetamol."),
        ("Take paracetamol with food every day.", "Do not take paracetamol with food every day."),
        ("Take paracetamol with food every day.", "Take ibuprofen with food every day."),
        ("Raise the dose of metformin each week.", "Lower the dose of metformin each week."),
        ("Aspirin is safe for most of them.", "Aspirin is safe for most of them in pregnancy."),
    ],
)
def test_what_matters_keeps_claims_apart(first: str, second: str) -> None:
    assert not alike(first, second)
    assert not alike(second, first)


def test_one_meaning_in_other_forms_is_one_claim() -> None:
    assert alike("Colds are caused by viruses.", "A cold is caused by a virus.")
    assert alike("Rest and drink plenty of water.", "Rest, and drink plenty of water!")


VERDICTS = st.sampled_from(list(Verdict))
CLAIMS = st.lists(st.builds(said, st.text(min_size=1), VERDICTS, st.sampled_from(list(Kind))), max_size=12)


@given(CLAIMS, st.floats(0, 1))
def test_it_stays_within_its_bounds(judged: list[Judged], task: float) -> None:
    clusters = clustered(judged)
    assert -1 <= r_fact(clusters) <= 0
    assert sum(len(c.members) for c in clusters) == len(judged)
    reward = rewarded(task, judged)
    assert reward is not None
    assert task - 1 <= reward <= task
    if all(one.verdict is GOOD for one in judged):
        assert reward == task
