"""Small parts of a drawing as SVG text: axes, lines, bands, marks. Why not a plotting library: docs/evaluation.md.

Rules:
* A drawing is a viewBox and classes; colours and sizes of type are the style sheet's (`report.css`), so that dark mode
  and zoom work. It scales with its column.
* All text is escaped. A drawing has a sentence that says what it shows, for who does not see it.
* Numbers have one decimal: the same figures give the same bytes.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from markupsafe import Markup, escape

WIDTH = 400.0
Point = tuple[float, float]
Transform = Callable[[float], float]

_NORMAL = NormalDist()


def linear(value: float) -> float:
    """The value itself."""
    return value


def logarithmic(value: float) -> float:
    """Equal ratios are equal distances; the value is above 0."""
    return math.log(value)


def normal_deviate(share: float) -> float:
    """Where a normal distribution has this share below it: the axes of a DET curve; the share is between 0 and 1."""
    return _NORMAL.inv_cdf(share)


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction of a drawing.

    Args:
        title: with its unit.
        low, high: the values at its ends; what lies beyond is drawn at the end.
        ticks: value and text, between the ends.
    """

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    transform: Transform = linear

    def place(self, value: float) -> float:
        """0 at the low end to 1 at the high one."""
        low, high = self.transform(self.low), self.transform(self.high)
        return (self.transform(min(max(value, self.low), self.high)) - low) / (high - low)


@dataclass(frozen=True, slots=True)
class Frame:
    """The area between two axes, in units of the drawing."""

    x: Axis
    y: Axis
    left: float = 66.0
    top: float = 10.0
    width: float = 322.0
    height: float = 240.0

    def at(self, x: float, y: float) -> Point:
        """Where a value lies."""
        return self.left + self.width * self.x.place(x), self.top + self.height * (1 - self.y.place(y))

    def grid(self) -> str:
        """The area, lines at the ticks, their texts and the axes' titles."""
        bottom, right = self.top + self.height, self.left + self.width
        across = (
            line((x, self.top), (x, bottom), "grid") + text((x, bottom + 17), label, "tick middle")
            for x, label in ((self.at(value, self.y.low)[0], label) for value, label in self.x.ticks)
        )
        down = (
            line((self.left, y), (right, y), "grid") + text((self.left - 6, y + 4), label, "tick end")
            for y, label in ((self.at(self.x.low, value)[1], label) for value, label in self.y.ticks)
        )
        box = (
            f'<rect class="frame" x="{self.left:.1f}" y="{self.top:.1f}" '
            f'width="{self.width:.1f}" height="{self.height:.1f}"/>'
        )
        titles = text((self.left + self.width / 2, bottom + 36), self.x.title, "axis middle") + (
            f'<g transform="translate(14 {self.top + self.height / 2:.1f}) rotate(-90)">'
            f"{text((0, 0), self.y.title, 'axis middle')}</g>"
        )
        return "".join([*across, *down, box, titles])

    @property
    def drawn_height(self) -> float:
        """Of the whole drawing."""
        return self.top + self.height + 44

    def polyline(self, points: Iterable[Point], kind: str) -> str:
        """A line through values."""
        return f'<polyline class="{kind}" points="{_points(self.at(*point) for point in points)}"/>'

    def band(self, x: Sequence[float], low: Sequence[float], high: Sequence[float], kind: str) -> str:
        """The area between two lines over the same `x`."""
        there = [self.at(*point) for point in zip(x, high, strict=True)]
        back = [self.at(*point) for point in zip(x, low, strict=True)]
        return f'<polygon class="{kind}" points="{_points([*there, *reversed(back)])}"/>'

    def whisker(self, x: float, y: float, low: float, high: float, kind: str) -> str:
        """A value and its interval, upright."""
        return interval_mark(self.at(x, low), self.at(x, y), self.at(x, high), kind)


def interval_mark(low: Point, middle: Point, high: Point, kind: str) -> str:
    """A dot on the line of its interval."""
    x, y = middle
    return f'{line(low, high, f"whisker {kind}")}<circle class="dot {kind}" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'


def drawing(height: float, says: str, parts: Iterable[str]) -> Markup:
    """A whole drawing; `says` is what it shows."""
    inside = Markup("").join(Markup(part) for part in parts)  # noqa: S704 - every part escapes its own text
    return Markup('<svg viewBox="0 0 {:g} {:g}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, round(height), says, inside
    )


def text(at: Point, content: str, kind: str) -> str:
    """A line of text."""
    return f'<text class="{kind}" x="{at[0]:.1f}" y="{at[1]:.1f}">{escape(content)}</text>'


def line(one: Point, other: Point, kind: str) -> str:
    """A straight line."""
    return f'<line class="{kind}" x1="{one[0]:.1f}" y1="{one[1]:.1f}" x2="{other[0]:.1f}" y2="{other[1]:.1f}"/>'


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
