"""A policy that asks a language model: any model behind `LanguageModel`, in the words of any `Renderer`."""

from __future__ import annotations

from dataclasses import dataclass

from wardround.harness.canonical import JSON, clean
from wardround.harness.events import Called
from wardround.harness.policy import Decision, Situation
from wardround.harness.rendering import Renderer
from wardround.harness.state import Calls
from wardround.models import Completion, LanguageModel, Message, ModelContextTooLong, Request

MAX_TEXT = 65_536


@dataclass(frozen=True, slots=True)
class LanguageModelPolicy:
    """Renders the view, calls the model under the mask (only permitted tools are offered), reads its output."""

    model: LanguageModel
    renderer: Renderer
    temperature: float = 0.0
    max_tokens: int = 1_024
    memory_tokens: int | None = None
    """How many tokens of what is remembered an application may begin with; None leaves it to the application."""
    constrained: bool = True
    """Whether only what the permitted tools take can be sampled, where the model can be held to that."""

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def versions(self) -> dict[str, str]:
        """Renderer and tokenizer; an endpoint does not show its tokenizer."""
        tokenizer = getattr(self.model, "tokenizer_version", "not shown")
        return {"policy": self.name, "renderer": self.renderer.version, "tokenizer": tokenizer}

    def count_tokens(self, text: str) -> int:
        """Tokens of a text by the model's own tokenizer, or its estimate."""
        return self.model.count_tokens(text)

    async def decide(self, situation: Situation) -> Called:
        """One model call, as an event: what it added to its parent's prompt, and what came back."""
        request, condensed = self.request(situation), None
        while True:
            try:
                done = await self.model.generate(request)
            except ModelContextTooLong:
                condensed = _further(condensed, len(situation.view.items))
                if condensed is None:
                    raise
                request = self.request(situation, condensed)
            else:
                return _called(situation, request, done, condensed)

    def request(self, situation: Situation, condensed: int | None = None) -> Request:
        """What the model is asked in this situation: the same whenever the situation is. `condensed`: so many items of
        the view are told in brief, since otherwise it does not fit the model's window."""
        messages = self.renderer.messages(situation, condensed)
        return Request(
            messages=messages,
            tools=self.renderer.tools(situation),
            max_tokens=self.max_tokens,
            temperature=self.temperature,
            seed=situation.seed & 0x7FFFFFFF,
            constrained=self.constrained,
            prior_ids=situation.calls.ids if condensed is None else None,
            prior_messages=min(situation.calls.messages, len(messages)) if condensed is None else 0,
        )

    def read(self, situation: Situation, call: Called) -> Decision:
        """The decision that the call amounts to."""
        return self.renderer.read(situation, call)


def _further(condensed: int | None, items: int) -> int | None:
    """How much more of the view is told in brief: half of it, then half of what is left, in the end all; None after that."""
    if condensed == items:
        return None
    done = condensed or 0
    left = items - done
    return done + left // 2 if left > 4 else items


def _called(situation: Situation, request: Request, done: Completion, condensed: int | None) -> Called:
    calls, messages = situation.calls, request.messages
    ids, rebuilt = _added_ids(calls, done.prompt_ids)
    rebuilt = rebuilt or condensed is not None
    known = 0 if rebuilt else calls.messages
    return Called(
        model=done.model,
        parent=calls.last,
        rebuilt=rebuilt,
        added=tuple([_message(m) for m in messages[known:]]) if ids is None else (),
        text=clean(done.text, MAX_TEXT) if done.text else "",
        tool_calls=tuple(
            [
                {
                    "id": clean(c.id, 200),
                    "name": clean(c.name, 200),
                    "arguments": clean(c.arguments, MAX_TEXT),
                }
                for c in done.tool_calls[:8]
            ]
        ),
        thought=clean(done.thought, MAX_TEXT) if done.thought else "",
        finish=done.finish,
        prompt_ids=ids,
        completion_ids=done.completion_ids,
        logprobs=done.logprobs,
        think_tokens=done.think_tokens,
        prompt_tokens=done.prompt_tokens,
        completion_tokens=done.completion_tokens,
        messages=len(messages),
        grammar=done.grammar,
        limit=done.limit or request.max_tokens,
        temperature=request.temperature,
        condensed=condensed,
    )


def _message(message: Message) -> JSON:
    """A message as it stands on the log: without what is empty."""
    said: JSON = {"role": message.role}
    if message.content:
        said["content"] = message.content
    if message.tool_calls:
        said["tool_calls"] = [
            {"id": c.id, "name": c.name, "arguments": c.arguments} for c in message.tool_calls
        ]
    if message.tool_call_id:
        said["tool_call_id"] = message.tool_call_id
    if message.thought:
        said["thought"] = message.thought
    return said


def _added_ids(calls: Calls, prompt: tuple[int, ...] | None) -> tuple[tuple[int, ...] | None, bool]:
    """The ids that this prompt adds to the last call's prompt and completion; all of them where it is no extension.

    A model that showed ids and shows them no longer starts a new sequence too, of messages.
    """
    before = calls.ids
    if prompt is None:
        return None, before is not None
    if before is None or prompt[: len(before)] == before:
        return prompt[len(before or ()) :], False
    return prompt, True
