"""What can go wrong with evidence. The message names the field or the file, and the fix."""

from __future__ import annotations


class EvidenceError(Exception):
    """Evidence could not be read, kept or found."""
