"""Draws one picture of a course as SVG: lines with bands by day, and how often what happens. No plotting library."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
INK, FAINT, GRID, TARGET = "#22262e", "#6a7280", "#e3e6ec", "#dff0e2"
FONT = "font-family='Helvetica, Arial, sans-serif'"
PANEL_WIDTH, PANEL_HEIGHT, GAP, LEFT, TOP = 268, 210, 62, 54, 92
LABELS_WIDTH, ROW = 150, 20


@dataclass(frozen=True)
class Arm:
    """One treatment: its name, colour and dash."""

    name: str
    colour: str
    dash: str = ""


@dataclass(frozen=True)
class Panel:
    """One variable by day: for each arm the 10th, 50th and 90th percentile of patients (3 by D)."""

    title: str
    bands: Sequence[Floats]
    target: tuple[float | None, float | None] | None
    log: bool = False


@dataclass(frozen=True)
class Bars:
    """How often each thing happens to a patient in a year, by arm (drawn for a hundred)."""

    title: str
    names: Sequence[str]
    rates: Sequence[Sequence[float]]


def picture(
    title: str, arms: Sequence[Arm], panels: Sequence[Panel], bars: Bars | None, unit: str, per: float
) -> str:
    """The whole picture. Days are written in `unit`, of which one has `per` days."""
    columns = len(panels)
    width = LEFT + columns * (PANEL_WIDTH + GAP) + (LABELS_WIDTH + 190 if bars else 0)
    legend, rows = _legend(arms, width)
    height = TOP + PANEL_HEIGHT + 58 + ROW * (rows - 1)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' viewBox='0 0 {width} {height}'>",
        f"<rect width='{width}' height='{height}' fill='white'/>",
        _text(LEFT, 28, title, size=17, weight="bold"),
        legend,
        f"<g transform='translate(0 {ROW * (rows - 1)})'>",
    ]
    for i, panel in enumerate(panels):
        parts.append(_panel(panel, arms, LEFT + i * (PANEL_WIDTH + GAP), unit, per))
    if bars is not None:
        parts.append(_bars(bars, arms, LEFT + columns * (PANEL_WIDTH + GAP) + LABELS_WIDTH - 14))
    return "\n".join([*parts, "</g>", "</svg>\n"])


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: int = 12,
    anchor: str = "start",
    colour: str = INK,
    weight: str = "normal",
) -> str:
    style = f"{FONT} font-size='{size}' fill='{colour}' text-anchor='{anchor}' font-weight='{weight}'"
    return f"<text x='{x:.1f}' y='{y:.1f}' {style}>{escape(text)}</text>"


def _legend(arms: Sequence[Arm], width: float) -> tuple[str, int]:
    """The arms, in as many rows as they need."""
    parts, x, row = [], float(LEFT), 0
    for arm in arms:
        wide = 54 + 6.6 * len(arm.name)
        if x > LEFT and x + wide > width:
            x, row = float(LEFT), row + 1
        y = 48 + ROW * row
        parts += [_line([(x, y), (x + 24, y)], arm, 3), _text(x + 30, y + 4, arm.name, size=12)]
        x += wide
    return "".join(parts), row + 1


def _line(points: Sequence[tuple[float, float]], arm: Arm, width: float) -> str:
    at = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = f" stroke-dasharray='{arm.dash}'" if arm.dash else ""
    return f"<polyline points='{at}' fill='none' stroke='{arm.colour}' stroke-width='{width}' stroke-linejoin='round'{dash}/>"


def _panel(panel: Panel, arms: Sequence[Arm], left: float, unit: str, per: float) -> str:
    days = int(panel.bands[0].shape[1])
    low, high, ticks = _scale(panel)
    scale: Callable[[float], float] = math.log if panel.log else float

    def x_of(day: float) -> float:
        return left + PANEL_WIDTH * day / max(days - 1, 1)

    def y_of(value: float) -> float:
        share = (scale(value) - scale(low)) / (scale(high) - scale(low))
        return TOP + PANEL_HEIGHT * (1 - min(max(share, 0.0), 1.0))

    parts = [_text(left, TOP - 14, panel.title, size=13, weight="bold")]
    if panel.target is not None:
        bottom, top = (y_of(low if panel.target[0] is None else panel.target[0]),
                       y_of(high if panel.target[1] is None else panel.target[1]))  # fmt: skip
        parts.append(
            f"<rect x='{left}' y='{top:.1f}' width='{PANEL_WIDTH}' height='{max(bottom - top, 0):.1f}' fill='{TARGET}'/>"
        )
    for tick in ticks:
        y = y_of(tick)
        parts.append(
            f"<line x1='{left}' x2='{left + PANEL_WIDTH}' y1='{y:.1f}' y2='{y:.1f}' stroke='{GRID}'/>"
        )
        parts.append(_text(left - 7, y + 4, f"{tick:g}", size=11, anchor="end", colour=FAINT))
    step = next(s for s in (1, 2, 3, 6, 12, 24, 60) if s * 6 >= (days - 1) / per)
    mark = 0.0
    while mark * per <= days - 1:
        x = x_of(mark * per)
        parts.append(_text(x, TOP + PANEL_HEIGHT + 18, f"{mark:g}", size=11, anchor="middle", colour=FAINT))
        mark += step
    parts.append(
        _text(left + PANEL_WIDTH / 2, TOP + PANEL_HEIGHT + 38, unit, size=11, anchor="middle", colour=FAINT)
    )
    marks = range(0, days, max(days // 120, 1))
    for arm, (p10, _, p90) in zip(arms, panel.bands, strict=True):
        there = [(x_of(d), y_of(float(p90[d]))) for d in marks]
        back = [(x_of(d), y_of(float(p10[d]))) for d in reversed(marks)]
        at = " ".join(f"{x:.1f},{y:.1f}" for x, y in (*there, *back))
        parts.append(f"<polygon points='{at}' fill='{arm.colour}' fill-opacity='0.12'/>")
    for arm, (_, p50, _) in zip(arms, panel.bands, strict=True):
        parts.append(_line([(x_of(d), y_of(float(p50[d]))) for d in marks], arm, 2.2))
    parts.append(
        f"<rect x='{left}' y='{TOP}' width='{PANEL_WIDTH}' height='{PANEL_HEIGHT}' fill='none' stroke='{GRID}'/>"
    )
    return "\n".join(parts)


def _scale(panel: Panel) -> tuple[float, float, list[float]]:
    """From the least to the most that is drawn, with round ticks."""
    everything = np.concatenate([band.ravel() for band in panel.bands])
    ends = [float(everything.min()), float(everything.max())]
    ends += [x for x in panel.target or () if x is not None and ends[0] * 0.5 <= x <= ends[1] * 1.5]
    low, high = min(ends), max(ends)
    if panel.log:
        low, high = low * 0.85, high * 1.15
        ticks = [m * 10.0**e for e in range(-4, 6) for m in (1, 2, 5)]
        inside = [t for t in ticks if low <= t <= high]
        return low, high, inside[:: max(len(inside) // 7 + 1, 1)] if len(inside) > 7 else inside
    step = _nice((high - low) / 5 or 1.0)
    low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    return low, high, [round(low + i * step, 6) for i in range(round((high - low) / step) + 1)]


def _nice(rough: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(max(rough, 1e-9)))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)


def _bars(bars: Bars, arms: Sequence[Arm], left: float) -> str:
    most = max((rate for row in bars.rates for rate in row), default=0.0) or 1.0
    parts = [_text(left - LABELS_WIDTH + 20, TOP - 14, bars.title, size=13, weight="bold")]
    row = PANEL_HEIGHT / max(len(bars.names), 1)
    thick = min(row * 0.8 / len(arms), 13.0)
    for i, (name, rates) in enumerate(zip(bars.names, bars.rates, strict=True)):
        top = TOP + i * row + (row - thick * len(arms)) / 2
        lines = _wrapped(name)
        for j, part in enumerate(lines):
            y = TOP + i * row + row / 2 + 4 + 13 * (j - (len(lines) - 1) / 2)
            parts.append(_text(left - 8, y, part, size=11, anchor="end"))
        for j, (arm, rate) in enumerate(zip(arms, rates, strict=True)):
            length = 120 * rate / most
            y = top + j * thick
            parts.append(
                f"<rect x='{left}' y='{y:.1f}' width='{max(length, 0.6):.1f}' height='{thick - 1.5:.1f}' fill='{arm.colour}'/>"
            )
            parts.append(_text(left + length + 5, y + thick - 2.5, _rate(rate), size=9, colour=FAINT))
    parts.append(
        _text(
            left + 60,
            TOP + PANEL_HEIGHT + 38,
            "per 100 patients and year",
            size=11,
            anchor="middle",
            colour=FAINT,
        )
    )
    return "\n".join(parts)


def _rate(rate: float) -> str:
    return f"{100 * rate:.0f}" if rate == 0 or rate >= 0.02 else f"{100 * rate:.1f}"


def _wrapped(name: str, most: int = 24) -> list[str]:
    """A name in lines that fit."""
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:3]
