"""Points counted one criterion after another, with the line that shows how."""

from __future__ import annotations

from dataclasses import dataclass, field

from wardround.calculators.calculator import Answer


@dataclass(slots=True)
class Tally:
    """A sum of points. Criteria that give none are not shown, so that the line says what made the score."""

    total: float = 0
    shown: list[str] = field(default_factory=list)

    def add(self, points: float, why: str) -> None:
        """Count points for a reason; none for 0."""
        if points:
            self.total += points
            self.shown.append(f"{why} {points:+g}")

    def met(self, criterion: bool, points: float, why: str) -> None:
        """Count the points where the criterion is met."""
        self.add(points if criterion else 0, why)

    def answer(self, meaning: str | None = None, *, warnings: tuple[str, ...] = ()) -> Answer:
        """The sum as an answer: whole where it is whole."""
        value = int(self.total) if self.total == int(self.total) else self.total
        return Answer(value, f"{', '.join(self.shown) or 'no criterion met'} = {value:g}", warnings, meaning)


def at_least(value: float, steps: tuple[tuple[float, float], ...], otherwise: float = 0) -> float:
    """The points of the first step (from the highest limit down) that the value reaches."""
    return next((points for limit, points in steps if value >= limit), otherwise)


def below(value: float, steps: tuple[tuple[float, float], ...], otherwise: float = 0) -> float:
    """The points of the first step (from the lowest limit up) that the value stays under."""
    return next((points for limit, points in steps if value < limit), otherwise)
