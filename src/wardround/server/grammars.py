"""What an answer must be, and the grammar that holds it to that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from wardround.models import Grammar, call_grammar, grammar_of, schema_grammar, style_of

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class Shape:
    """What the answer must be: of a grammar in Lark, of a JSON schema, text without any call, or free."""

    grammar: str | None = None
    schema: Mapping[str, Any] | None = None
    uncalled: bool = False
    field: str = ""
    """Which field asked for it."""

    @property
    def free(self) -> bool:
        """Whether anything will do."""
        return self.grammar is None and self.schema is None and not self.uncalled


FREE = Shape()
ANY_TEXT = "start: /(?s:.*)/\n"
"""Text without any mark."""


UNKEPT = frozenset(
    [
        "multipleOf",
        "uniqueItems",
        "not",
        "if",
        "then",
        "else",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "contains",
        "minContains",
        "maxContains",
        "propertyNames",
        "minProperties",
        "maxProperties",
        "unevaluatedItems",
        "unevaluatedProperties",
    ]
)
"""Keywords that the grammar leaves to whoever reads the answer."""
_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions"})


def unkept(schema: object) -> str | None:
    """A keyword in `schema` that the grammar does not hold an answer to; None where it holds it to all we know of."""
    todo = [schema]
    while todo:
        part = todo.pop()
        if isinstance(part, list):
            todo.extend(part)
        elif isinstance(part, Mapping):
            for key, value in part.items():
                if key in UNKEPT:
                    return str(key)
                if key in _NAMED and isinstance(value, Mapping):
                    todo.extend(value.values())
                elif key not in ("enum", "const", "default", "examples"):
                    todo.append(value)
    return None


def shaped(shape: Shape, tokenizer: PreTrainedTokenizerBase, opened: bool) -> Grammar:
    """The grammar of a shape that is not free. `opened`: the prompt ends inside a thought."""
    if shape.grammar is not None:
        return grammar_of(shape.grammar)
    style = style_of(tokenizer)
    if style is not None and style.think is not None:
        style = replace(style, opened=opened)
    if shape.schema is not None:
        return schema_grammar(shape.schema, style=style)
    return call_grammar((), must_call=False, style=style) if style is not None else Grammar(ANY_TEXT)
