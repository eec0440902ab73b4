"""Groups as dots on the lines of their intervals, highest first, with the rate of everybody.

Rules:
* Each row says its group, its rate and its interval in words and figures; the drawing adds only the comparison.
* The axis starts at 0. A group of which nothing was measured has a row that says so.
"""

import math
from collections.abc import Sequence

from markupsafe import Markup

from overt.evaluation.figures import Rate
from overt.evaluation.report.numbers import estimate, full, interval
from overt.evaluation.report.svg import WIDTH, Axis, Point, drawing, interval_mark, line, text

_ROW = 42.0
_LEFT, _RIGHT = 10.0, WIDTH - 10.0
_LONGEST = 24
_STEPS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)


def dots(what: str, groups: Sequence[tuple[str, Rate]], everybody: Rate | None) -> Markup:
    """A drawing of one rate by group.

    Args:
        what: the rate, such as "FPIR".
        groups: label and rate.
        everybody: the rate that the line across shows.
    """
    ordered = sorted(groups, key=lambda each: (-each[1].estimate if each[1].n else 1.0, each[0]))
    axis = _axis([rate.high for _, rate in ordered if rate.n] + ([everybody.estimate] if everybody else []))
    bottom = _ROW * len(ordered) + 4
    parts = [text((_x(axis, value), bottom + 15), label, "tick middle") for value, label in axis.ticks]
    for number, (label, rate) in enumerate(ordered):
        top = _ROW * number
        parts += [line(*_across(axis, value, top), "grid") for value, _ in axis.ticks]
        parts += [line(*_across(axis, everybody.estimate, top), "threshold")] if everybody else []
        parts += _row(top, axis, label, rate)
    said = "; ".join(f"{label}, {full(rate)}" for label, rate in ordered)
    overall = f" Everybody: {full(everybody)}." if everybody else ""
    return drawing(bottom + 22, f"{what} by group, highest first: {said}.{overall}", parts)


def _axis(values: Sequence[float]) -> Axis:
    most = max([*values, 0.0005])
    step = next((each for each in _STEPS if most / each <= 5), 0.2)
    high = step * math.ceil(most / step - 1e-9)
    count = round(high / step)
    ticks = tuple((step * at, f"{100 * step * at:g} %") for at in range(count + 1))
    return Axis("", 0, high, ticks)


def _x(axis: Axis, value: float) -> float:
    return _LEFT + 12 + (_RIGHT - _LEFT - 24) * axis.place(value)


def _across(axis: Axis, value: float, top: float) -> tuple[Point, Point]:
    """From above to below the interval of a row, and not through its text."""
    at = _x(axis, value)
    return (at, top + 20), (at, top + _ROW)


def _row(top: float, axis: Axis, label: str, rate: Rate) -> list[str]:
    short = label if len(label) <= _LONGEST else label[: _LONGEST - 3] + "..."
    said = f"{estimate(rate)} [{interval(rate)}]" if rate.n else "not measured"
    parts = [text((_LEFT, top + 14), short, "label"), text((_RIGHT, top + 14), said, "value end")]
    if rate.n:
        low, middle, high = ((_x(axis, value), top + 30) for value in (rate.low, rate.estimate, rate.high))
        parts.append(interval_mark(low, middle, high, "one"))
    return parts
