"""R_fact: what a policy loses for what it asserts and cannot show. Pure functions over claims that were judged.

Claims are clustered by meaning, so that saying one thing five times counts once; a cluster speaks through its
representative, with a saliency; one that is Refuted or Uncertain costs its saliency's share (M3, arXiv 2602.06570,
eq. 11). The cost is gated by how well the task is done (eq. 13-14): facts are enforced once it is learnt.
The published reports give the equations; clustering, guard and saliency are ours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from wardround.evidence import Judged, Kind, Verdict
from wardround.rewards.meaning import alike

KAPPA: Final = 10.0
TAU_MIN: Final = 0.75
TAU_MAX: Final = 0.95
EPSILON: Final = 1e-8
WEIGHTS: Final[Mapping[Kind, float]] = MappingProxyType(
    {Kind.DOSE: 3.0, Kind.DIAGNOSIS: 2.0, Kind.PATIENT_FACT: 2.0, Kind.CITATION: 1.0, Kind.GENERAL: 1.0}
)
"""How much a claim of a kind matters: a wrong dose is worse than a wrong generality."""
_GRAVITY: Final = {Verdict.SUPPORTED: 0, Verdict.UNCERTAIN: 1, Verdict.REFUTED: 2}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Claims that say the same. `saliency` is `w_k`, `wrong` is `I_k`."""

    representative: Judged
    members: tuple[Judged, ...]
    saliency: float

    @property
    def wrong(self) -> bool:
        """`I_k`: 1 where the representative is Refuted or Uncertain."""
        return self.representative.verdict is not Verdict.SUPPORTED


Alike = Callable[[str, str], bool]


def clustered(
    judged: Sequence[Judged], *, same: Alike = alike, weights: Mapping[Kind, float] = WEIGHTS
) -> tuple[Cluster, ...]:
    """Claims of one meaning together, in the order in which each meaning came up.

    A claim joins the first cluster whose first claim it is alike; kinds are not mixed. The representative is the gravest
    member (the first of them), so that a thing said once wrongly is not hidden by saying it again.
    """
    groups: list[list[Judged]] = []
    for one in judged:
        home = next(
            (
                g
                for g in groups
                if g[0].claim.kind is one.claim.kind and same(g[0].claim.text, one.claim.text)
            ),
            None,
        )
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return tuple(_cluster(group, weights) for group in groups)


def _cluster(group: list[Judged], weights: Mapping[Kind, float]) -> Cluster:
    first = max(group, key=lambda one: _GRAVITY[one.verdict])
    return Cluster(first, tuple(group), weights[first.claim.kind])


def r_fact(clusters: Sequence[Cluster]) -> float:
    """`R_fact = - sum_k w_k I_k / (sum_k w_k + eps)`, in [-1, 0]; 0 where nothing was asserted (M3, eq. 11)."""
    lost = sum(c.saliency for c in clusters if c.wrong)
    return -lost / (sum(c.saliency for c in clusters) + EPSILON) if lost else 0.0


def gate(r_task: float, *, kappa: float = KAPPA, tau_min: float = TAU_MIN, tau_max: float = TAU_MAX) -> float:
    """`sigmoid(kappa (R_task - (tau_min + tau_max)/2) / (tau_max - tau_min))`: 1/2 half-way (M3, eq. 13).

    Raises ValueError where tau_max is not above tau_min.
    """
    if not tau_max > tau_min:
        raise ValueError(f"tau_max: {tau_max:g} is not above tau_min {tau_min:g}.")
    return _sigmoid(kappa * (r_task - (tau_min + tau_max) / 2) / (tau_max - tau_min))


def _sigmoid(x: float) -> float:
    """Without overflow on either side."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    return math.exp(x) / (1.0 + math.exp(x))


def rewarded(
    r_task: float | None,
    judged: Sequence[Judged],
    *,
    kappa: float = KAPPA,
    tau_min: float = TAU_MIN,
    tau_max: float = TAU_MAX,
    same: Alike = alike,
) -> float | None:
    """`R = R_task + sigmoid(kappa (R_task - (tau_min + tau_max)/2) / (tau_max - tau_min)) R_fact` (M3, eq. 14).

    None where R_task is unscored.
    """
    if r_task is None:
        return None
    enforced = gate(r_task, kappa=kappa, tau_min=tau_min, tau_max=tau_max)
    return r_task + enforced * r_fact(clustered(judged, same=same))
