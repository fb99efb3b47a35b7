"""Who is examined: from a word such as `planner` or `openai:MODEL` to the policy that plays a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from wardround.care import DECIDERS, Clinic, asks_a_model, policy_named
from wardround.harness import ConfigurationError, Policy
from wardround.rewards import OraclePolicy
from wardround.simulation import Case

PolicyFor = Callable[[Case], Policy]
"""Who plays a case: the same for all, but for the oracle, who knows each one's truth."""
NAMED: Final = (*DECIDERS, "oracle")
AT_ONCE: Final = 8
"""So many visits of a model are played at once: most of their time they wait."""


def policy_for(word: str, clinic: Clinic, *, masked: bool = True) -> PolicyFor:
    """Raises ConfigurationError for an unknown word; a model's own errors for a model that cannot be opened."""
    if word == "oracle":
        return lambda case: OraclePolicy(clinic, case)
    policy = one_policy(word, clinic, masked=masked)
    return lambda _: policy


def one_policy(word: str, clinic: Clinic, *, masked: bool = True) -> Policy:
    """A policy that needs no truth. Raises ConfigurationError for an unknown word, and for `oracle`."""
    if word == "oracle":
        raise ConfigurationError(
            "--policy: the oracle needs cases whose truth is ours.", fix="Use it with `eval osce` alone."
        )
    if word not in NAMED and not asks_a_model(word):
        raise ConfigurationError(
            f"--policy: {word!r} is unknown.",
            fix=f"Use {', '.join(NAMED)}, openai:MODEL or hf:PATH.",
        )
    return policy_named(word, clinic, masked=masked)


def at_once(word: str) -> int:
    """How many visits of this policy are played at once."""
    return AT_ONCE if asks_a_model(word) else 1
