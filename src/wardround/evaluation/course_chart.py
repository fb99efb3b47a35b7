"""A course of disease as an inline SVG: one line per variable, the range that treatment wants, and the visits. Text is escaped."""

# ruff: noqa: N803 (dimension suffixes)
from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

WIDTH: Final = 720
HEIGHT: Final = 110
LEFT: Final = 130
MOST_POINTS: Final = 400


def course_chart(
    name: str,
    values_D: NDArray[np.float64],
    target: tuple[float | None, float | None] | None,
    visits: Sequence[int],
) -> Markup:
    """One variable by day. `visits` are the days of the visits."""
    low, high = _span(values_D, target)
    days = max(len(values_D) - 1, 1)

    def x(day: float) -> str:
        return f"{LEFT + (WIDTH - LEFT - 10) * day / days:.1f}"

    def y(value: float) -> float:
        return 10 + (HEIGHT - 30) * (high - min(max(value, low), high)) / (high - low)

    places = np.unique(np.linspace(0, len(values_D) - 1, min(MOST_POINTS, len(values_D))).round().astype(int))
    points = " ".join(f"{x(int(d))},{y(float(values_D[d])):.1f}" for d in places)
    parts = [_band(target, low, high, y), *(_visit(x(day), n) for n, day in enumerate(visits, 1))]
    parts += [
        Markup('<polyline class="line" points="{}"/>').format(points),
        Markup('<text x="4" y="24" class="name">{}</text>').format(name),
        Markup('<text x="{}" y="16" class="tick">{}</text>').format(LEFT - 6, f"{high:.4g}"),
        Markup('<text x="{}" y="{}" class="tick">{}</text>').format(LEFT - 6, HEIGHT - 20, f"{low:.4g}"),
        Markup('<text x="{}" y="{}" class="tick">{} days</text>').format(WIDTH - 10, HEIGHT - 5, days),
    ]
    label = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{} by day">').format(WIDTH, HEIGHT, name)
    return label + Markup("").join(parts) + Markup("</svg>")


def _span(
    values_D: NDArray[np.float64], target: tuple[float | None, float | None] | None
) -> tuple[float, float]:
    shown = [float(values_D.min()), float(values_D.max()), *(t for t in target or () if t is not None)]
    low, high = min(shown), max(shown)
    room = (high - low) * 0.08 or 1.0
    return low - room, high + room


def _band(target: tuple[float | None, float | None] | None, low: float, high: float, y: object) -> Markup:
    if target is None or not callable(y):
        return Markup("")
    bottom, top = y(low if target[0] is None else target[0]), y(high if target[1] is None else target[1])
    return Markup('<rect class="band" x="{}" y="{:.1f}" width="{}" height="{:.1f}"/>').format(
        LEFT, top, WIDTH - LEFT - 10, max(bottom - top, 0.5)
    )


def _visit(x: str, number: int) -> Markup:
    return Markup(
        '<line class="visit" x1="{0}" x2="{0}" y1="10" y2="{1}"/><text x="{0}" y="{2}" class="n">{3}</text>'
    ).format(x, HEIGHT - 20, HEIGHT - 5, escape(str(number)))
