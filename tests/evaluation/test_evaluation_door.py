"""The doors of `evaluation` and `integrations`: what others may use, and no more. Neither opens a heavy room by itself."""

from __future__ import annotations

import subprocess
import sys

import wardround.evaluation

DOOR = [
    "AgentClinicConfig", "AgentClinicResults", "Osce", "OsceConfig", "PlayedEpisode", "PolicyFor", "Result",
    "consult_agentclinic", "episode_page", "examine", "examine_agentclinic", "file_name", "intervals", "keep",
    "lasting", "means", "play_episode", "policy_for", "surroundings", "visit_page", "write_whole",
]  # fmt: skip


def test_the_door_is_frozen() -> None:
    assert wardround.evaluation.__all__ == DOOR
    assert all(hasattr(wardround.evaluation, name) for name in DOOR)


def test_neither_torch_nor_gymnasium_is_opened() -> None:
    code = (
        "import sys, wardround.evaluation, wardround.integrations; "
        "print([m for m in ('torch', 'gymnasium', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
