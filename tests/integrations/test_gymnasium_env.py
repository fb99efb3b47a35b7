"""The Gymnasium environment: conforms, plays the same visits as everywhere, and tells what to install where it cannot."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

pytest.importorskip("gymnasium", reason="not installed (extra `rl`): gymnasium")

import gymnasium
from gymnasium.utils.env_checker import check_env

from wardround.care import Clinic
from wardround.harness import Budgets, Decided
from wardround.integrations.gymnasium import VISIT, WardroundEnv, read_action
from wardround.knowledge import load
from wardround.rewards import OraclePolicy
from wardround.simulation import consult, generate


@cache
def clinic() -> Clinic:
    """Built once."""
    return Clinic(load())


def environment(**more: Any) -> WardroundEnv:
    """Over the shared clinic."""
    return WardroundEnv(clinic=clinic(), **more)


def said(tool: str, **arguments: object) -> str:
    """An action as an agent writes it."""
    return json.dumps({"tool": tool, "arguments": arguments})


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_it_conforms() -> None:
    check_env(environment(render_mode="ansi"), skip_render_check=False)


def test_it_is_registered() -> None:
    made = gymnasium.make(VISIT, clinic=clinic())
    first, info = made.reset(seed=3)
    assert "Complaint" in first
    assert info["tools"]
    made.close()


def test_the_same_seed_is_the_same_patient_and_another_is_another() -> None:
    one, two = environment(), environment()
    assert one.reset(seed=5)[0] == two.reset(seed=5)[0]
    assert one.step(said("ask", about="allergies"))[0] == two.step(said("ask", about="allergies"))[0]
    assert one.reset(seed=6)[0] != two.reset(seed=5)[0]


def test_a_step_shows_what_is_new_and_pays_nothing_yet() -> None:
    env = environment(render_mode="ansi")
    env.reset(seed=5)
    text, reward, terminated, truncated, info = env.step(said("ask", about="drugs"))
    assert "The patient:" in text
    assert "Complaint" not in text
    assert (reward, terminated, truncated) == (0.0, False, False)
    assert "ask" in info["tools"]
    assert text in str(env.render())


def test_a_visit_that_is_played_to_its_end_pays_the_score_that_evaluation_gives() -> None:
    case = generate(clinic().base, "train", 4)
    played = asyncio.run(consult(clinic(), case, OraclePolicy(clinic(), case), seed=4))
    script = [e.body.action for e in played.events if isinstance(e.body, Decided) and e.by != "constraint"]
    env = environment()
    env.reset(options={"index": 4})
    for action in script[:-1]:
        assert action is not None
        _, reward, terminated, truncated, _ = env.step(said(action.tool, **action.arguments))
        assert (reward, terminated, truncated) == (0.0, False, False)
    assert script[-1] is not None
    _, reward, terminated, truncated, info = env.step(said(script[-1].tool, **script[-1].arguments))
    assert (terminated, truncated) == (True, False)
    assert reward == info["score"]["total"] > 0.9
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(said("close"))


def test_a_budget_truncates() -> None:
    env = environment(budgets=Budgets(turns=2))
    env.reset(seed=5)
    *_, first, _ = env.step(said("ask", about="drugs"))
    _, reward, terminated, truncated, info = env.step(said("ask", about="allergies"))
    assert not first
    assert (terminated, truncated) == (False, True)
    assert reward == info["score"]["total"]


@pytest.mark.parametrize(
    "text",
    ["", "hello", "[]", "{}", '{"tool": 3}', '{"tool": "ask", "arguments": []}', '{"tool": "ask", "because": "x"}', "{" * 3000],
)  # fmt: skip
def test_what_cannot_be_read_is_an_action_too(text: str) -> None:
    assert read_action(text).problem
    env = environment()
    env.reset(seed=5)
    observation, reward, *_ = env.step(text)
    assert reward == 0.0
    assert env.observation_space.contains(observation)


def test_nonsense_ends_in_a_hand_over_and_not_in_a_crash() -> None:
    env = environment()
    env.reset(seed=5)
    for _ in range(10):
        _, _, terminated, truncated, info = env.step("nonsense")
        if terminated or truncated:
            break
    assert truncated
    assert info["score"]["disposition"] in (None, "handed_over")


def test_leaving_a_visit_halfway_is_no_error() -> None:
    env = environment()
    first, _ = env.reset(seed=5)
    second, _ = env.reset(seed=6)
    assert first != second, "the next patient, not the one that was left"
    env.close()
    env.close()


async def test_it_steps_where_a_loop_is_running_already() -> None:
    env = environment()
    env.reset(seed=5)
    assert env.step(said("ask", about="drugs"))[0]


def test_a_missing_gymnasium_is_named_with_its_remedy() -> None:
    code = "import sys; sys.modules['gymnasium'] = None; import wardround.integrations.gymnasium"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode
    assert "pip install 'wardround[rl]'" in done.stderr
