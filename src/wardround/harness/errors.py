"""Errors of the harness, named by the boundary that was crossed; each says what to do next.

HarnessError
├── LogError             a log that does not verify, or cannot be read
│   └── TamperedLog      names the event at which the chain breaks
├── StoreError           the store refused or lost a write
│   └── StoreConflict    somebody else appended to this encounter meanwhile
├── ToolError            a tool could not do what it was asked: data for the agent, not a crash
└── ConfigurationError   a team, tool or constraint that cannot work
"""

from __future__ import annotations


class HarnessError(Exception):
    """`fix` says what to do next."""

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(f"{message} {fix}".strip())
        self.message = message
        self.fix = fix


class LogError(HarnessError):
    """A log that does not verify, or cannot be read."""


class TamperedLog(LogError):
    """The chain breaks at `event`."""

    def __init__(self, event: str, message: str, *, fix: str = "") -> None:
        super().__init__(f"event {event}: {message}", fix=fix)
        self.event = event


class StoreError(HarnessError):
    """The store refused or lost a write."""


class StoreConflict(StoreError):
    """Somebody else appended to this encounter meanwhile."""


class ToolError(HarnessError):
    """A tool could not do what it was asked. It is recorded and shown to the agent, which may adapt."""


class ConfigurationError(HarnessError):
    """A team, tool or constraint that cannot work."""
