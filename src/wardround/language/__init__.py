"""Free text to coded mentions, from the knowledge base's own words."""

from wardround.language.lexicon import Lexicon
from wardround.language.reader import MAX_CHARACTERS, Reader
from wardround.language.spelling import common_words

__all__ = ["MAX_CHARACTERS", "Lexicon", "Reader", "common_words"]
