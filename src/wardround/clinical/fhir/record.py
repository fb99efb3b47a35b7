"""What reading a bundle gives: one patient, the facts about them, and every resource as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wardround.clinical.fact import Fact
from wardround.clinical.patient import Patient


@dataclass(frozen=True, slots=True)
class Record:
    """`counts` has every entry of the bundle by resource type, and sums to the number of entries.

    `unknown` counts types that are kept but never become facts (Claim, Practitioner, ...). `withheld` counts
    single resources of the other types that made no fact, by type and reason. `duplicates` counts exact copies.
    """

    patient: Patient
    facts: tuple[Fact, ...]
    resources: tuple[dict[str, Any], ...]
    counts: Mapping[str, int]
    unknown: Mapping[str, int] = field(default_factory=dict)
    withheld: Mapping[str, int] = field(default_factory=dict)
    duplicates: Mapping[str, int] = field(default_factory=dict)
    full_urls: tuple[str | None, ...] = ()
    """The `fullUrl` of each resource, in order: references between resources may lean on them."""
    references: tuple[str, ...] = ()
    """The name of each resource, in order, as the source of a fact gives it: `Condition/123`."""
