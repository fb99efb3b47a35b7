"""What can go wrong with memory."""

from __future__ import annotations


class RememberingError(Exception):
    """Memory refused to write or read. The message names the fact and the fix."""


class NotUnderstood(RememberingError):
    """A question's words were not understood. The message names which, and what would be; nothing is guessed."""
