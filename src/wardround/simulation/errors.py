"""What can be wrong with a request for a case, or with one that is read. Each says what to do."""

from __future__ import annotations


class CaseError(ValueError):
    """A case that cannot be made or read. The message names the field and the fix."""


class SplitError(CaseError):
    """A split that this door does not give."""


class TierError(CaseError):
    """No case of the wanted tier was found."""
