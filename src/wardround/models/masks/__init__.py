"""Action masks: tools and schemas as grammars, outside which nothing can be sampled, with an end before the limit.

Needs llguidance, from the extra [agents]; making grammars needs nothing.
"""

from wardround.models.masks.grammars import Grammar, call_grammar, grammar_of, schema_grammar
from wardround.models.masks.masking import Masking, Masks, as_bool, bitsets
from wardround.models.masks.styles import CallStyle, Mark, style_of

__all__ = [
    "CallStyle",
    "Grammar",
    "Mark",
    "Masking",
    "Masks",
    "as_bool",
    "bitsets",
    "call_grammar",
    "grammar_of",
    "schema_grammar",
    "style_of",
]
