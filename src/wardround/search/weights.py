"""What each way of finding counts. Round figures, chosen on five LoCoMo conversations by leaving one out; nothing else is learnt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Weights:
    """Each part is between 0 and 1 before it is weighed."""

    words: float
    """BM25, as a share of what the question's words could give at most."""
    meaning: float = 0.0
    """How near the text's words come to the question's, word by word."""
    whole: float = 0.0
    """How near the text as a whole comes to the question as a whole."""
    speaker: float = 0.0
    """That the one speaker whom the question names says it."""
    day: float = 0.0
    """That it was said on a day that the question names, or soon after."""
    when: float = 0.0
    """That it speaks of a time, where the question asks when."""


FUSED: Final = Weights(words=0.25, meaning=0.5, whole=0.25, speaker=0.07, day=0.13, when=0.06)
"""With an embedder."""
BY_WORDS: Final = Weights(words=1.0, speaker=0.14, day=0.26, when=0.12)
"""Without one."""
