"""How much one request may ask for, and how many may wait."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServingLimits:
    """Bytes of a body and of the schemas in it, turns, tools, stops, tokens of one answer, requests at once, ids kept of
    past conversations.
    """

    body: int = 4_194_304
    schemas: int = 131_072
    messages: int = 4_096
    tools: int = 256
    stops: int = 16
    tokens: int = 32_768
    requests: int = 1_024
    past_tokens: int = 8_000_000
