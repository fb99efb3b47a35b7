"""What can go wrong with searching."""

from __future__ import annotations


class SearchError(Exception):
    """Nothing can be searched so. The message names what is wrong and the fix."""
