"""Scores of visits and episodes: rubrics with signed weights, verifiers of steps, tests, diagnosis, plan and safety.

Everything is a pure function of a log and a case. Unscored is None, never zero.
"""

from wardround.rewards.checklist import checklist
from wardround.rewards.fact import Cluster, clustered, gate, r_fact, rewarded
from wardround.rewards.meaning import alike
from wardround.rewards.perfect import OraclePolicy
from wardround.rewards.performance import Performance, performance
from wardround.rewards.rubric import Item, Verdict, gained, missed, r_task
from wardround.rewards.score import DIMENSIONS, WEIGHTS, VisitScore, score_visit
from wardround.rewards.steps import Violation
from wardround.rewards.visits import OVER_VISITS, EpisodeScore, score_episode

__all__ = [
    "DIMENSIONS",
    "OVER_VISITS",
    "WEIGHTS",
    "Cluster",
    "EpisodeScore",
    "Item",
    "OraclePolicy",
    "Performance",
    "Verdict",
    "Violation",
    "VisitScore",
    "alike",
    "checklist",
    "clustered",
    "gained",
    "gate",
    "missed",
    "performance",
    "r_fact",
    "r_task",
    "rewarded",
    "score_episode",
    "score_visit",
]
