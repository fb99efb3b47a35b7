"""The grammars that a log names, made again from the log: what was permitted, in the renderer's terms, in the model's style."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wardround.care import Clinic
from wardround.harness import Decided, Event, LanguageModelPolicy, revisit
from wardround.training.errors import TrainingError

if TYPE_CHECKING:
    from wardround.models import Grammar, LocalModel, ToolSpec


def grammars_of(
    events: Sequence[Event], clinic: Clinic, policy: LanguageModelPolicy, model: LocalModel
) -> dict[str, Grammar]:
    """By id, every grammar that a call of this log was held to. Raises TrainingError where one comes out otherwise."""
    found: dict[str, Grammar] = {}
    for event, situation in revisit(events, clinic.team(lambda _: policy), clinic.projection):
        body = event.body
        name = body.call.grammar if isinstance(body, Decided) and body.call is not None else None
        if name is not None and name not in found:
            found[name] = _made(event, name, policy.renderer.tools(situation), model)
    return found


def _made(event: Event, name: str, tools: tuple[ToolSpec, ...], model: LocalModel) -> Grammar:
    """The grammar of that id: of these tools, whether the prompt ended inside a thought or not."""
    from wardround.models import call_grammar

    styles = [style for opened in (False, True) if (style := model.style(opened=opened)) is not None]
    made = [call_grammar(tools, must_call=True, style=style) for style in styles]
    grammar = next((one for one in made if one.id == name), None)
    if grammar is None:
        now = made[0].id if made else "none"
        raise TrainingError(
            f"event {event.name} of {event.encounter}: its grammar was {name}, and is {now} now.",
            fix="Give the clinic, renderer and tokenizer that played this log.",
        )
    return grammar
