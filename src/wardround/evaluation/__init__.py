"""Examinations: a policy on cases that it never learnt from, with intervals, and the page on which a visit can be read."""

from wardround.evaluation.agentclinic import (
    AgentClinicConfig,
    AgentClinicResults,
    consult_agentclinic,
    examine_agentclinic,
)
from wardround.evaluation.cases import lasting
from wardround.evaluation.episodes import PlayedEpisode, play_episode
from wardround.evaluation.intervals import intervals, means
from wardround.evaluation.keeping import file_name, keep, write_whole
from wardround.evaluation.osce import Osce, OsceConfig, examine
from wardround.evaluation.page import episode_page, visit_page
from wardround.evaluation.policies import PolicyFor, policy_for
from wardround.evaluation.results import Result
from wardround.evaluation.surroundings import surroundings

__all__ = [
    "AgentClinicConfig",
    "AgentClinicResults",
    "Osce",
    "OsceConfig",
    "PlayedEpisode",
    "PolicyFor",
    "Result",
    "consult_agentclinic",
    "episode_page",
    "examine",
    "examine_agentclinic",
    "file_name",
    "intervals",
    "keep",
    "lasting",
    "means",
    "play_episode",
    "policy_for",
    "surroundings",
    "visit_page",
    "write_whole",
]
