"""Views of one patient's record: pure functions over statements, whose answers are plain values that any JSON holds."""

from wardround.memory.views.entries import Entry
from wardround.memory.views.history import History, ProblemHistory, history_view
from wardround.memory.views.measured import Measured
from wardround.memory.views.record import RecordView, record_view
from wardround.memory.views.responses import Course, Response, responses
from wardround.memory.views.trends import Apart, Point, Trend, trends

__all__ = [
    "Apart",
    "Course",
    "Entry",
    "History",
    "Measured",
    "Point",
    "ProblemHistory",
    "RecordView",
    "Response",
    "Trend",
    "history_view",
    "record_view",
    "responses",
    "trends",
]
