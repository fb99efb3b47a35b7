"""Which faults of an endpoint are worth another try, and after how long: full jitter, and never before Retry-After."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from wardround.models.errors import ModelError

RETRIED = frozenset({408, 409, 429, 500, 502, 503, 504})
"""Statuses that another try may mend. All others mean the same answer again."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often and how long: `retries` further tries, waits drawn from 0 to `first` doubled each time, up to `cap`.

    An endpoint that asks for more patience than `longest` seconds is given up, and the error says when to come back.
    """

    retries: int = 4
    first: float = 0.5
    cap: float = 20.0
    longest: float = 60.0

    def wait(self, attempt: int, after: float | None, draw: random.Random) -> float:
        """Seconds before try `attempt` + 1, counted from 0."""
        jitter = draw.uniform(0.0, min(self.cap, self.first * 2.0 ** min(attempt, 30)))
        return jitter if after is None else after + min(jitter, 1.0)


class Fault(Exception):
    """One attempt failed. `error` is what the caller hears if nothing helps.

    `retry`: another try may mend it, `after` that many seconds if the server says so.
    `field`: the server takes the request without this field.
    """

    def __init__(
        self, error: ModelError, *, retry: bool = False, after: float | None = None, field: str | None = None
    ) -> None:
        super().__init__(error)
        self.error = error
        self.retry = retry
        self.after = after
        self.field = field


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that the server asks us to wait: Retry-After as seconds or as a date; None where it says nothing."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.replace(".", "", 1).isdigit() and len(text) < 12:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
