"""What can be wrong with a course, its treatment or its days; the message names the field and the fix."""

from __future__ import annotations


class CourseError(ValueError):
    """A course that cannot be played as asked."""
