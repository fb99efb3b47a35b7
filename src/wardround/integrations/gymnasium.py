"""An encounter as a Gymnasium environment: one episode is one visit, played by the same harness as everywhere.

    from wardround.integrations.gymnasium import WardroundEnv     # or gymnasium.make("wardround/Visit-v0")

An action is one tool call as JSON text: `{"tool": "ask", "arguments": {"about": "finding.cough"}}`. What cannot be read
is an action too, and costs what it costs any policy. An observation is what the acting role newly sees, as text;
`info["tools"]` are the tools that it may use now, `info["agent"]` who it is. The reward is 0 until the visit is closed,
then the score's total. A visit that a budget ended is truncated. Cases are those of the train split alone.

Needs the extra `rl`: `pip install 'wardround[rl]'`.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import string
import weakref
from collections.abc import Coroutine
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, Final, TypeVar

import orjson

try:
    import gymnasium
    from gymnasium import spaces
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "gymnasium is not installed. Run: pip install 'wardround[rl]'", name="gymnasium"
    ) from error

from wardround.care import Clinic, prose_renderer
from wardround.harness import (
    Action,
    Budgets,
    Called,
    Decision,
    Exhausted,
    Situation,
    clean,
)
from wardround.knowledge import load
from wardround.rewards import VisitScore, score_visit
from wardround.simulation import Case, Consultation, Tier, consult, generate

VISIT: Final = "wardround/Visit-v0"
MOST_WRITTEN: Final = 4_000
MOST_SEEN: Final = 40_000
_CHARACTERS: Final = string.printable + "«»‹›“”‘’–—…°µμ×·±≥≤²³⁹₂éèüöäßñçæøåÉÜÖÄ£€✓✗"
_SEEN: Final = frozenset(_CHARACTERS)
T = TypeVar("T")


@dataclass
class _Waiting:
    """A policy that shows its situation, and waits for somebody to say what to do."""

    name: str = "gymnasium"
    shown: asyncio.Queue[Situation] = field(default_factory=asyncio.Queue)
    said: asyncio.Queue[Decision] = field(default_factory=asyncio.Queue)

    async def decide(self, situation: Situation) -> Decision:
        """What the environment's next action says."""
        self.shown.put_nowait(situation)
        return await self.said.get()

    def read(self, situation: Situation, call: Called) -> Decision:
        """Makes no model calls."""
        return Decision(None, problem="this policy makes no model calls")


_LOOPS: Final[dict[int, asyncio.AbstractEventLoop]] = {}


def _there(work: Coroutine[Any, Any, T]) -> T:
    """The outcome of the work, done in a thread of its own that all environments of a process share.

    So `step` works where a loop is running already.
    """
    loop = _LOOPS.get(os.getpid())
    if loop is None:
        loop = _LOOPS[os.getpid()] = asyncio.new_event_loop()
        Thread(target=loop.run_forever, name="wardround-gymnasium", daemon=True).start()
        atexit.register(_stop, loop)
    return asyncio.run_coroutine_threadsafe(work, loop).result()


def _stop(loop: asyncio.AbstractEventLoop) -> None:
    """Leave every visit that nobody closed."""
    if _LOOPS.get(os.getpid()) is loop and loop.is_running():
        asyncio.run_coroutine_threadsafe(_leave_all(), loop).result(timeout=5.0)
        loop.call_soon_threadsafe(loop.stop)


def _drop(visit: asyncio.Task[Consultation]) -> None:
    """An environment that nobody closed is gone: so is its visit."""
    loop = visit.get_loop()
    if loop.is_running():
        loop.call_soon_threadsafe(visit.cancel)


async def _leave_all() -> None:
    visits = asyncio.all_tasks() - {asyncio.current_task()}
    for visit in visits:
        visit.cancel()
    await asyncio.gather(*visits, return_exceptions=True)


@dataclass
class _Episode:
    """A visit on its way."""

    case: Case
    policy: _Waiting
    playing: asyncio.Task[Consultation]
    situation: Situation | None = None


class WardroundEnv(gymnasium.Env[str, str]):
    """One visit with a generated patient. `condition` and `tier` choose whom; `reset(seed=...)` chooses which case.

    `reset(options={"index": 7})` takes case 7 of the train split. Raises ValueError for a tier or condition that has
    no case.
    """

    metadata = {"render_modes": ["ansi"]}  # noqa: RUF012 - as Gymnasium declares it

    def __init__(
        self,
        condition: str | None = None,
        tier: Tier | None = None,
        budgets: Budgets | None = None,
        render_mode: str | None = None,
        clinic: Clinic | None = None,
    ) -> None:
        if render_mode not in (None, "ansi"):
            raise ValueError(f"render_mode: {render_mode!r} is unknown: use 'ansi' or None")
        self.condition, self.tier, self.render_mode = condition, tier, render_mode
        self.budgets = budgets or Budgets()
        self.clinic = clinic or Clinic(load())
        self.action_space = spaces.Text(MOST_WRITTEN, min_length=0, charset=_SEEN)
        self.observation_space = spaces.Text(MOST_SEEN, min_length=0, charset=_SEEN)
        self._voice = prose_renderer(self.clinic.base).voice
        self._episode: _Episode | None = None
        self._dropped: weakref.finalize[..., WardroundEnv] | None = None
        self._told: dict[str, int] = {}
        self._text: list[str] = []

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """A new visit. The same seed gives the same patient, who says the same."""
        super().reset(seed=seed)
        self.close()
        given = (options or {}).get("index")
        index = int(given) if given is not None else int(self.np_random.integers(2**31))
        case = generate(self.clinic.base, "train", index, tier=self.tier, condition=self.condition)
        self._told, self._text = {}, []
        self._episode = _there(self._open(case, index))
        self._dropped = weakref.finalize(self, _drop, self._episode.playing)
        return self._seen(), self._info(None)

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """One tool call of the role that acts now."""
        episode = self._episode
        if episode is None or episode.situation is None:
            raise gymnasium.error.ResetNeeded("the visit is over: call reset() first")
        played = _there(self._go_on(episode, read_action(action)))
        if played is None:
            return self._seen(), 0.0, False, False, self._info(None)
        score = score_visit(self.clinic, episode.case, played.events)
        truncated = any(isinstance(e.body, Exhausted) and not e.branch for e in played.events)
        text = self._shown(f"The visit is over: {played.chart.disposition or 'no disposition'}.")
        return text, score.total or 0.0, not truncated, truncated, self._info(score)

    def render(self) -> str | None:
        """Everything that was seen so far, where `render_mode` is `ansi`."""
        return "\n".join(self._text) if self.render_mode == "ansi" else None

    def close(self) -> None:
        """Leave the visit, if one is on its way."""
        episode, self._episode = self._episode, None
        if episode is not None:
            _there(_leave(episode))
        if self._dropped is not None:
            self._dropped.detach()

    # --- in the loop's own thread -----------------------------------------------------------------------------

    async def _open(self, case: Case, index: int) -> _Episode:
        policy = _Waiting()
        playing = asyncio.ensure_future(consult(self.clinic, case, policy, seed=index, budgets=self.budgets))
        episode = _Episode(case, policy, playing)
        await _next(episode)
        return episode

    async def _go_on(self, episode: _Episode, decision: Decision) -> Consultation | None:
        episode.policy.said.put_nowait(decision)
        await _next(episode)
        return episode.playing.result() if episode.situation is None else None

    # --- what is seen -----------------------------------------------------------------------------------------

    def _seen(self) -> str:
        """The new items of the acting role's view; whoever acts for the first time is told its instructions."""
        episode = self._episode
        if episode is None or episode.situation is None:
            return ""
        situation = episode.situation
        place = f"{situation.view.branch}:{situation.agent.name}"
        parts = [] if place in self._told else [situation.agent.instructions]
        items = situation.view.items.since(self._told.get(place, 0))
        self._told[place] = len(situation.view.items)
        parts += [f"[{event.name}] {said}" for event in items if (said := self._voice(event))]
        if situation.mask.obligation:
            parts.append(f"Only this is permitted: {situation.mask.obligation[1]}")
        return self._shown("\n".join(parts))

    def _shown(self, text: str) -> str:
        text = "".join(c if c in _SEEN else "?" for c in clean(text, MOST_SEEN))[:MOST_SEEN]
        self._text.append(text)
        return text

    def _info(self, score: VisitScore | None) -> dict[str, Any]:
        episode = self._episode
        situation = episode.situation if episode is not None else None
        info: dict[str, Any] = {
            "case": episode.case.id if episode is not None else "",
            "agent": situation.agent.name if situation is not None else "",
            "tools": sorted(situation.mask.tools) if situation is not None else [],
        }
        return info if score is None else {**info, "score": score.as_json()}


def read_action(text: str) -> Decision:
    """The decision that an action's text amounts to: what cannot be read is a decision with a problem."""
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return Decision(None, problem=f"the action is not valid JSON: {clean(str(error), 200)}")
    if not isinstance(given, dict) or not isinstance(given.get("tool"), str):
        return Decision(None, problem='the action is no object with a "tool"')
    arguments, because = given.get("arguments", {}), given.get("because", [])
    if not isinstance(arguments, dict) or not isinstance(because, list):
        return Decision(None, problem='"arguments" must be an object and "because" a list')
    names = tuple(clean(str(n), 40) for n in because if isinstance(n, str | int))
    return Decision(
        Action(clean(given["tool"], 80), arguments, names), clean(str(given.get("thought", "")), 2_000)
    )


async def _next(episode: _Episode) -> None:
    """Until the visit waits for a decision, or is over."""
    waiting = asyncio.ensure_future(episode.policy.shown.get())
    await asyncio.wait((waiting, episode.playing), return_when=asyncio.FIRST_COMPLETED)
    if waiting.done():
        episode.situation = waiting.result()
        return
    waiting.cancel()
    episode.situation = None
    episode.playing.result()


async def _leave(episode: _Episode) -> None:
    episode.playing.cancel()
    await asyncio.wait((episode.playing,))


if VISIT not in gymnasium.registry:
    gymnasium.register(id=VISIT, entry_point="wardround.integrations.gymnasium:WardroundEnv")
