"""Episodes of care: one patient with a course of disease, visit after visit, and life in between."""

from wardround.simulation.episode.between import Between, Door
from wardround.simulation.episode.episode import Episode, PlayedVisit, Trajectory
from wardround.simulation.episode.habits import HABITS, Habits, habits_of
from wardround.simulation.episode.medication import Medication, Span
from wardround.simulation.episode.patients import diagnosed, undiagnosed, with_courses
from wardround.simulation.episode.plants import COMES, TELLS, Plants, Telling, Volunteering, planted
from wardround.simulation.episode.playing import EpisodeOfCare

__all__ = [
    "COMES",
    "HABITS",
    "TELLS",
    "Between",
    "Door",
    "Episode",
    "EpisodeOfCare",
    "Habits",
    "Medication",
    "Plants",
    "PlayedVisit",
    "Span",
    "Telling",
    "Trajectory",
    "Volunteering",
    "diagnosed",
    "habits_of",
    "planted",
    "undiagnosed",
    "with_courses",
]
