"""Inputs of calculators out of free text: read with their words and place, or withheld with the reason."""

from __future__ import annotations

from wardround.calculators.from_note.fitting import Fit, read_note
from wardround.calculators.from_note.reading import Doubt, Reading
from wardround.calculators.from_note.text import MAX_CHARACTERS

__all__ = ["MAX_CHARACTERS", "Doubt", "Fit", "Reading", "read_note"]
