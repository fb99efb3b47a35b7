"""Model calls on the log: what each one added, so that its whole prompt can be put together again; spans; no second call."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field
from typing import Any

from bank import Branch, Customer, Script, bodies, calls, do, everything, model_of, script, spoken, tool_call

from wardround.harness import (
    JSON,
    Called,
    ChatRenderer,
    Decided,
    Decision,
    Event,
    LanguageModelPolicy,
    MemoryStore,
    Situation,
    Span,
    annotate,
    generic_voice,
)
from wardround.models import Completion, Message, Request, ScriptedModel, ToolCall

TALK = (
    tool_call("ask", text="Well?"),
    "no call",
    tool_call("note", text="x", because=["0"]),
    tool_call("rob"),
    tool_call("consult", agents=["fraud"], question="?"),
    tool_call("identify"),
    tool_call("hand_over", to="supervisor", reason="x"),
    tool_call("close", reason="well"),
)


def calls_of(events: list[Event], agent: str) -> list[Event]:
    """This agent's calls, in order."""
    return [e for e in events if isinstance(e.body, Decided) and e.body.call and e.body.agent == agent]


def called_by(events: list[Event], agent: str) -> list[Called]:
    """The bodies of this agent's calls, in order."""
    return calls(calls_of(events, agent))


def chain(events: list[Event], call: Event) -> list[Called]:
    """A call's bodies from the beginning of its sequence on."""
    by_name = {e.name: e for e in events}
    found: list[Called] = []
    at: Event | None = call
    while at is not None and isinstance(at.body, Decided) and at.body.call:
        made = at.body.call
        found.insert(0, made)
        at = by_name[made.parent] if made.parent and not made.rebuilt else None
    return found


def plain(message: Message) -> JSON:
    """A message as it stands on the log."""
    said = {k: v for k, v in asdict(message).items() if v}
    if message.tool_calls:
        said["tool_calls"] = [asdict(c) for c in message.tool_calls]
    return said


def two_models() -> tuple[ScriptedModel, ScriptedModel, Branch]:
    """A teller who hands over to a supervisor and back, both models, with a consult in between."""
    teller = model_of(*TALK)
    supervisor = model_of(tool_call("ask", text="And?"), tool_call("hand_over", to="teller", reason="x"))
    return (
        teller,
        supervisor,
        Branch({"teller": spoken(model=teller), "supervisor": spoken(model=supervisor)}),
    )


# --- messages ---------------------------------------------------------------------------------------------


async def test_added_messages_along_the_parents_are_the_whole_prompt() -> None:
    """Between what one call added and what the next one added stands the answer to the first."""
    teller, supervisor, bank = two_models()
    _, events = await bank.play()
    for name, model in (("teller", teller), ("supervisor", supervisor)):
        mine = calls_of(events, name)
        assert len(mine) == len(model.requests) >= 2
        for call, request in zip(mine, model.requests, strict=True):
            at = 0
            for depth, body in enumerate(chain(events, call)):
                if depth:
                    assert request.messages[at].role == "assistant"
                    at += 1
                assert [plain(m) for m in request.messages[at : at + len(body.added)]] == list(body.added)
                at += len(body.added)
            assert at == len(request.messages)


async def test_a_prompt_is_not_stored_twice() -> None:
    teller, _, bank = two_models()
    _, events = await bank.play()
    stored = sum(len(c.added) for c in called_by(events, "teller"))
    assert stored == len(teller.requests[-1].messages) - (len(teller.requests) - 1)


async def test_each_calls_parent_is_the_agents_last_call_on_the_line() -> None:
    _, _, bank = two_models()
    _, events = await bank.play()
    for name in ("teller", "supervisor"):
        mine = calls_of(events, name)
        assert [c.parent for c in called_by(events, name)] == [None, *[c.name for c in mine[:-1]]]


async def test_a_consulted_model_starts_a_new_sequence_each_time() -> None:
    ask = do("consult", agents=["fraud"], question="?")
    model = model_of(tool_call("note", text="x"))
    _, events = await Branch({"teller": script(ask, ask), "fraud": spoken(model=model)}).play()
    mine = calls_of(events, "fraud")
    assert [c.parent for c in called_by(events, "fraud")] == [None, mine[0].name, None, mine[2].name]
    assert len({c.branch for c in mine}) == 2
    assert model.requests[2].messages[0].role == "system"


async def test_a_turn_adds_messages_and_changes_none() -> None:
    """Also what a renderer that has seen nothing before says of every view."""
    teller, supervisor, bank = two_models()
    await bank.play()
    for model in (teller, supervisor):
        for before, after in zip(model.requests, model.requests[1:], strict=False):
            assert after.messages[: len(before.messages)] == before.messages
            assert after.messages[len(before.messages)].role == "assistant"


@dataclass
class Comparing:
    """A model's policy that renders every view a second time, afresh."""

    inner: LanguageModelPolicy
    name: str = "comparing"
    compared: int = 0

    async def decide(self, situation: Situation) -> Called:
        """As the inner one."""
        fresh = ChatRenderer(generic_voice)
        again = fresh.messages(situation)
        assert again == self.inner.renderer.messages(situation) == fresh.messages(situation)
        assert fresh.tools(situation) == self.inner.renderer.tools(situation)
        self.compared += 1
        return await self.inner.decide(situation)

    def read(self, situation: Situation, call: Called) -> Decision:
        """As the inner one."""
        return self.inner.read(situation, call)


async def test_the_renderers_memory_is_a_cache_and_nothing_more() -> None:
    policy = Comparing(spoken(*TALK))
    await Branch({"teller": policy, "supervisor": script(do("hand_over", to="teller", reason="x"))}).play()
    assert policy.compared == len(TALK)


async def test_one_renderer_serves_many_encounters_at_once() -> None:
    model = model_of(*TALK)
    policy = spoken(model=model)
    banks = [Branch({"teller": policy}, customer=Customer(Well=f"I am {n}")) for n in range(5)]
    await asyncio.gather(
        *(b.play(encounter=f"visit-{n}", subject=f"number-{n}") for n, b in enumerate(banks))
    )
    for request in model.requests:
        text = str(request.messages)
        assert sum(f"number-{n}" in text for n in range(5)) == 1


async def test_every_call_of_a_tool_is_answered_before_anything_else_is_said() -> None:
    """What chat formats demand: an assistant's call, then one message that answers it by its id."""
    teller, supervisor, bank = two_models()
    await bank.play()
    for model in (teller, supervisor):
        for request in model.requests:
            open_call: str | None = None
            for message in request.messages:
                assert (message.role == "tool") == (open_call is not None)
                assert message.tool_call_id == open_call
                open_call = message.tool_calls[0].id if message.tool_calls else None
            assert open_call is None


# --- tokens -----------------------------------------------------------------------------------------------


@dataclass
class TokenModel:
    """Shows token ids: the words of all messages, and of its answers, numbered as they come."""

    lines: tuple[ToolCall | str, ...]
    shows: Any = lambda turn: True
    forgets: Any = lambda turn: False
    name: str = "tokens"
    prompts: list[tuple[int, ...] | None] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def ids(self, text: str) -> tuple[int, ...]:
        """Ids of words."""
        return tuple(self.numbers.setdefault(word, len(self.numbers)) for word in text.split())

    async def generate(self, request: Request, on_text: Any = None) -> Completion:
        """The next line. Append-only, but for turns at which it forgets how it began."""
        turn = sum(m.role == "assistant" for m in request.messages)
        line = self.lines[turn] if turn < len(self.lines) else tool_call("close", reason="done")
        words = "" if not self.forgets(turn) else f"again {turn} "
        prompt = self._with_answers(request, words)
        answer = self.ids(f"answer-{turn} of-mine")
        self.prompts.append(prompt if self.shows(turn) else None)
        call = (line,) if isinstance(line, ToolCall) else ()
        return Completion(
            "" if call else str(line),
            call,
            prompt_ids=self.prompts[-1],
            completion_ids=answer if self.shows(turn) else None,
            logprobs=(-0.5,) * len(answer) if self.shows(turn) else None,
            prompt_tokens=len(prompt),
            completion_tokens=len(answer),
        )

    def _with_answers(self, request: Request, words: str) -> tuple[int, ...]:
        said, turn = words, 0
        for message in request.messages:
            if message.role == "assistant":
                said += f" answer-{turn} of-mine"
                turn += 1
            else:
                said += f" {message.role} {message.content}"
        return self.ids(said)

    def count_tokens(self, text: str) -> int:
        """Words."""
        return len(text.split())

    async def close(self) -> None:
        """Nothing to let go of."""


def whole_prompt(events: list[Event], call: Event) -> tuple[int, ...]:
    """The ids put together along the parents."""
    *before, last = chain(events, call)
    ids: tuple[int, ...] = ()
    for body in before:
        ids += (body.prompt_ids or ()) + (body.completion_ids or ())
    return ids + (last.prompt_ids or ())


async def test_added_ids_along_the_parents_are_the_whole_prompt() -> None:
    model = TokenModel(TALK)
    _, events = await Branch({"teller": LanguageModelPolicy(model, ChatRenderer(generic_voice))}).play()
    mine = calls_of(events, "teller")
    assert [whole_prompt(events, c) for c in mine] == model.prompts
    assert [c.rebuilt for c in called_by(events, "teller")] == [False] * len(mine)
    assert [c.added for c in called_by(events, "teller")] == [()] * len(mine)
    assert sum(len(c.prompt_ids or ()) for c in called_by(events, "teller")) < len(model.prompts[-1] or ())


async def test_a_prompt_that_is_no_extension_starts_a_new_sequence_and_says_so() -> None:
    model = TokenModel(TALK, forgets=lambda turn: turn in (2, 3))
    _, events = await Branch({"teller": LanguageModelPolicy(model, ChatRenderer(generic_voice))}).play()
    mine = calls_of(events, "teller")
    assert [c.rebuilt for c in called_by(events, "teller")][:6] == [False, False, True, True, True, False]
    assert [whole_prompt(events, c) for c in mine] == model.prompts
    assert [c.parent for c in called_by(events, "teller")] == [None, *[c.name for c in mine[:-1]]]


async def test_a_model_that_shows_ids_only_sometimes_is_still_put_together() -> None:
    model = TokenModel(TALK, shows=lambda turn: turn not in (2, 3))
    seen: list[Request] = []
    answer = model.generate

    async def keep(request: Request, on_text: Any = None) -> Completion:
        seen.append(request)
        return await answer(request, on_text)

    model.generate = keep  # type: ignore[method-assign]
    _, events = await Branch({"teller": LanguageModelPolicy(model, ChatRenderer(generic_voice))}).play()
    for call, request, prompt in zip(calls_of(events, "teller"), seen, model.prompts, strict=True):
        if prompt is not None:
            assert whole_prompt(events, call) == prompt
        else:
            first, *later = chain(events, call)
            assert first.rebuilt
            assert list(first.added) == [plain(m) for m in request.messages[: len(first.added)]]
            rest = request.messages[len(first.added) :]
            assert [m for b in later for m in b.added] == [plain(m) for m in rest if m.role != "assistant"]


# --- spans ------------------------------------------------------------------------------------------------


@dataclass
class Thinking:
    """A policy whose calls show thought and answer as ids."""

    script: Script
    ids: tuple[int, ...] | None = (1, 2, 3, 4, 5)
    think: int | None = 2
    name: str = "thinking"

    async def decide(self, situation: Situation) -> Called:
        """A call that stands for the script's decision."""
        decision = await self.script.decide(situation)
        action = decision.action
        written = ({"id": "c", "name": action.tool, "arguments": action.arguments},) if action else ()
        return Called(
            "m",
            situation.calls.last,
            False,
            (),
            "",
            written,
            "",
            "stop",
            (9,),
            self.ids,
            None,
            self.think,
            1,
            5,
        )

    def read(self, situation: Situation, call: Called) -> Decision:
        """What was written."""
        if not call.tool_calls:
            return Decision(None, problem="garbled")
        written = call.tool_calls[0]
        return Decision(do(written["name"], **written["arguments"]))


async def test_spans_say_which_tokens_did_what() -> None:
    bank = Branch(
        {
            "teller": Thinking(
                script(
                    do("identify"), do("rob"), Decision(None), do("consult", agents=["fraud"], question="?")
                )
            ),
            "fraud": Thinking(script(do("report", risk=0.1)), think=None),
        }
    )
    _, events = await bank.play()
    spans = annotate(events)
    decided = {e.name for e in events if isinstance(e.body, Decided) and e.body.call}
    assert [(s.agent, s.kind, s.start, s.end) for s in spans] == [
        ("teller", "think", 0, 2),
        ("teller", "lookup", 2, 5),
        ("teller", "think", 0, 2),
        ("teller", "think", 0, 2),
        ("teller", "think", 0, 2),
        ("teller", "relay", 2, 5),
        ("fraud", "relay", 0, 5),
        ("teller", "think", 0, 2),
        ("teller", "plan", 2, 5),
    ]
    for span in spans:
        assert span.call == span.event
        assert span.call in decided
    assert spans[0] == Span(spans[0].call, "teller", "think", 0, 2, spans[0].call)


async def test_no_two_spans_of_a_call_overlap_and_none_reaches_outside() -> None:
    bank = everything()
    bank.policies = {**bank.policies, "clerk": Thinking(bank.policies["clerk"])}  # type: ignore[arg-type]
    _, events = await bank.play()
    ends: dict[str, int] = {}
    for span in annotate(events):
        assert ends.get(span.call, 0) <= span.start < span.end <= 5
        ends[span.call] = span.end
    assert ends


async def test_a_model_that_shows_no_ids_has_no_spans() -> None:
    _, events = await Branch({"teller": Thinking(script(do("identify")), ids=None)}).play()
    assert annotate(events) == ()
    _, events = await Branch({"teller": spoken(tool_call("identify"))}).play()
    assert annotate(events) == ()


async def test_what_a_rule_did_is_nobodys_tokens() -> None:
    refusing = Thinking(script(do("note", text="no"), do("note", text="no")))
    _, events = await Branch({"teller": refusing}).play({"cash": 20_000})
    by_rule = next(e for e in events if e.by == "constraint")
    assert isinstance(by_rule.body, Decided)
    assert by_rule.body.call is None
    assert "risk" not in {s.kind for s in annotate(events)}


# --- what a call costs ------------------------------------------------------------------------------------


async def test_a_crash_after_a_decision_costs_no_second_call() -> None:
    _, events = await Branch({"teller": spoken(*TALK)}).play()
    for at, event in enumerate(events):
        if not calls([event]) or event.branch:
            continue
        store, model = MemoryStore(), model_of(*TALK)
        await store.append(events[: at + 1])
        bank = Branch({"teller": spoken(model=model)}, store=store)
        await (await bank.resume()).run()
        assert len(model.requests) == len(calls(events[at + 1 :]))
        assert [e.kind for e in await store.read("visit-1")] == [e.kind for e in events]


async def test_the_same_decision_has_the_same_seed_and_another_one_another() -> None:
    model, again = model_of(*TALK), model_of(*TALK)
    await Branch({"teller": spoken(model=model)}).play()
    await Branch({"teller": spoken(model=again)}).play()
    seeds = [r.seed for r in model.requests]
    assert seeds == [r.seed for r in again.requests]
    assert len(set(seeds)) == len(seeds)


async def test_a_decision_holds_its_call_and_names_its_view_and_its_mask() -> None:
    _, events = await Branch({"teller": spoken(*TALK)}).play()
    decided = [d for d in bodies(events, Decided) if d.agent == "teller"]
    assert all(d.call is not None and len(d.view) == len(d.mask) == 64 for d in decided)
    assert [d.call.parent for d in decided] == [None, *[e.name for e in calls_of(events, "teller")[:-1]]]


async def test_thoughts_are_kept_apart_and_read_again() -> None:
    model = model_of(Completion(thought="I wonder.", tool_calls=(tool_call("identify"),)))
    _, events = await Branch({"teller": spoken(model=model)}).play()
    assert bodies(events, Decided)[0].thought == "I wonder."
    (said,) = [m for m in model.requests[1].messages if m.role == "assistant"]
    assert said.thought == "I wonder."
