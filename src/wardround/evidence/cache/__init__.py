"""Verdicts that were reached before, found again by the same words, or by the same meaning under a guard of structure."""

from wardround.evidence.cache.guard import differs
from wardround.evidence.cache.verdicts import Cached, Hit, VerdictCache

__all__ = ["Cached", "Hit", "VerdictCache", "differs"]
