"""What a model may write, as a grammar: one call of a permitted tool, or JSON of a schema, thinking first or not at all.

A grammar is a value: made from tools, schemas and style alone, equal everywhere, named by the digest of its text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256

import orjson

from wardround.models.masks.carried import packed, unpacked
from wardround.models.masks.expressions import (
    NOTHING,
    Alt,
    Expr,
    Lit,
    Ref,
    Seq,
    Text,
    Token,
    optional,
)
from wardround.models.masks.lark import written
from wardround.models.masks.schemas import Written, arguments_of, value_of
from wardround.models.masks.styles import CallStyle, Mark
from wardround.models.protocol import ToolSpec

_CARRIED = "// wardround "


@dataclass(frozen=True, eq=False)
class Grammar:
    """`text` is what llguidance compiles; `start` and `rules` are the same as expressions.

    Without them (a grammar in Lark from outside) its end cannot be forced.
    """

    text: str
    start: Expr | None = field(default=None, repr=False)
    rules: tuple[tuple[str, Expr], ...] = field(default=(), repr=False)

    @cached_property
    def id(self) -> str:
        """The digest of what is enforced: equal across processes and machines."""
        return _digest(self.text)

    @cached_property
    def lark(self) -> str:
        """The text to send to a server: its last line, a comment, carries the expressions for ours."""
        if self.start is None:
            return self.text
        return f"{self.text}{_CARRIED}{packed(self.start, dict(self.rules))}\n"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grammar) and other.text == self.text

    def __hash__(self) -> int:
        return int(self.id, 16)


def grammar_of(lark: str) -> Grammar:
    """The grammar that `lark` is: one of ours whole again, any other as it is."""
    text, mark, word = lark.rpartition(_CARRIED)
    found = unpacked(word.strip()) if mark else None
    if found is None:
        return Grammar(lark)
    start, rules = found
    try:
        same = written(start, rules) == text
    except (TypeError, ValueError, AttributeError, RecursionError):
        same = False
    return Grammar(text, start, tuple(rules.items())) if same else Grammar(lark)


def call_grammar(tools: tuple[ToolSpec, ...], *, must_call: bool, style: CallStyle) -> Grammar:
    """One call of one of `tools`; where `must_call` is false text may stand before it, or in its place."""
    if not tools and must_call:
        raise ValueError("tools is empty, and a call must be made: give a tool, or must_call=False")
    named = sorted({tool.name: _canonical(tool.parameters) for tool in tools}.items())
    return _calls(tuple(named), must_call, style)


def schema_grammar(schema: object, *, style: CallStyle | None = None) -> Grammar:
    """JSON of `schema` ({"type": "object"} for any object). With `style` a thought may come first."""
    spaced = Written(style.item, style.key) if style is not None else Written()
    text = _canonical(schema)
    value, rules = value_of(json.loads(text), spaced, prefix=f"v{_digest(text + repr(spaced))}")
    return _grammar(Seq((_thought(style), value)) if style is not None else value, rules)


def _grammar(start: Expr, rules: Mapping[str, Expr]) -> Grammar:
    return Grammar(written(start, rules), start, tuple(rules.items()))


@lru_cache(maxsize=512)
def _calls(tools: tuple[tuple[str, str], ...], must_call: bool, style: CallStyle) -> Grammar:
    ways: list[Expr] = []
    rules: dict[str, Expr] = {}
    for name, schema in tools:
        rule, own = _tool(name, schema, style)
        ways.append(Ref(rule))
        rules.update(own)
    call = _either(ways)
    whole = Seq((_mark(style.call), call, _mark(style.end)))
    if must_call:
        return _grammar(Seq((_thought(style), whole)), rules)
    free: Expr = Text(style.marks)
    if ways and style.call.token is not None:
        free = Seq((free, optional(whole)))
    elif ways:
        led = Text(_without(style, style.call), style.call.text)
        free = Alt((free, Seq((led, call, _mark(style.end)))))
    return _grammar(Seq((_thought(style), free)), rules)


@lru_cache(maxsize=1_024)
def _tool(name: str, schema: str, style: CallStyle) -> tuple[str, dict[str, Expr]]:
    """What stands between the marks for one tool: a rule, named by the digest of its text, and the rules that it needs."""
    spaced = Written(style.item, style.key)
    value, rules = arguments_of(json.loads(schema), spaced, prefix=f"v{_digest(schema + repr(spaced))}")
    quoted = json.dumps(name.encode("utf-8", "replace").decode(), ensure_ascii=False)[1:-1]
    body = Seq((Lit(style.before + quoted + style.between), value, Lit(style.behind)))
    rule = f"c{_digest(written(body, rules))}"
    return rule, {**rules, rule: body}


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _canonical(schema: object) -> str:
    """The schema as JSON text, members in their order, for that is the order in which they are written."""
    try:
        return orjson.dumps(schema, default=_plain).decode()
    except (TypeError, ValueError, RecursionError):
        pass
    try:
        return json.dumps(schema, default=_plain, skipkeys=True)
    except (TypeError, ValueError, RecursionError):
        return "{}"


def _plain(value: object) -> object:
    """A mapping as a dict; what JSON does not know is left to the schema's reader, which loosens it."""
    return dict(value) if isinstance(value, Mapping) else None


def _either(ways: list[Expr]) -> Expr:
    return ways[0] if len(ways) == 1 else Alt(tuple(ways))


def _mark(mark: Mark) -> Expr:
    if mark.token is None:
        return Lit(mark.text + mark.after)
    return Seq((Token(mark.token), Lit(mark.after))) if mark.after else Token(mark.token)


def _without(style: CallStyle, mark: Mark) -> tuple[str, ...]:
    return tuple(text for text in style.marks if text != mark.text)


def _thought(style: CallStyle) -> Expr:
    """A thought, or none: free text between its marks. Where the prompt opened it, it is there and is closed."""
    think, say = style.think, style.say
    if think is None or say is None:
        return NOTHING
    gap = [Lit(say.after)] if say.after else []
    if say.token is None:
        rest = Seq((Text(_without(style, say), say.text), *gap))
    else:
        rest = Seq((Text(style.marks), Token(say.token), *gap))
    return rest if style.opened else optional(Seq((_mark(think), *rest.parts)))
