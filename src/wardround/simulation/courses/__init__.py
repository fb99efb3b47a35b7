"""Courses of disease: chronic conditions as small state-space models that answer to treatment, day by day."""

from wardround.simulation.courses.doses import Taking, Treatment, share_of_usual, usual_daily
from wardround.simulation.courses.errors import CourseError
from wardround.simulation.courses.model import CourseModel, model_of
from wardround.simulation.courses.showing import Shown, measure, read, show
from wardround.simulation.courses.state import AdverseEffect, CourseState, Happening, Ongoing

__all__ = [
    "AdverseEffect",
    "CourseError",
    "CourseModel",
    "CourseState",
    "Happening",
    "Ongoing",
    "Shown",
    "Taking",
    "Treatment",
    "measure",
    "model_of",
    "read",
    "share_of_usual",
    "show",
    "usual_daily",
]
