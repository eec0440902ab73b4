"""The drawings of an evaluation: DET, CMC, score densities, FNIR by gallery size.

Rules:
* Shares that errors are compared by stand on normal-deviate axes (DET, ISO/IEC 19795-1) or start at 0; a cut axis says
  so by its ticks. Every estimate has its interval, as a band or a line.
* A zero has no place on a normal-deviate axis: such points lie at its end.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from markupsafe import Markup

from overt.evaluation.densities import Densities
from overt.evaluation.figures import Curve, Rate
from overt.evaluation.report.numbers import full, key_percent, percent, threshold, whole
from overt.evaluation.report.svg import (
    Axis,
    Frame,
    drawing,
    line,
    logarithmic,
    normal_deviate,
    text,
)

_SHARES = (
    0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8,
    0.9, 0.95, 0.98, 0.99, 0.995, 0.999,
)  # fmt: skip
_NICE = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
_UNBOUNDED = 0.5
"""An error that may be as high as this is not bounded in a way that a drawing has to show."""
_BELOW = 3
_APART_ACROSS, _APART_UP = 0.13, 0.09
"""How far apart two texts of an axis are at least, as shares of it."""


def det(curve: Curve, marks: Mapping[str, Rate], error: str, given: str) -> Markup:
    """Errors of one kind against those of the other.

    The one never rises with the other. So a bound from above holds for every point to its right, and one from below for
    every point to its left.

    Args:
        marks: by the share on the x axis; rates of the error on the y axis.
        error, given: what the axes are, such as "FNIR" and "FPIR".
    """
    rows = zip(curve.x, curve.y, curve.low or curve.y, curve.high or curve.y, strict=True)
    drawn = [row for row in rows if _SHARES[0] <= row[0] <= 0.4 and row[1] <= 0.6]
    x, y, low, high = zip(*drawn, strict=True) if drawn else ((0.01,), (0.01,), (0.01,), (0.01,))
    high = tuple(accumulate(high, min))
    low = tuple(accumulate(low[::-1], max))[::-1]
    frame = Frame(
        _deviates(f"{given} (false positives)", [*x, *map(float, marks)], _APART_ACROSS),
        _deviates(
            f"{error} (misses)", [*y, *(each.estimate for each in marks.values()), *_bounding(low, high)], _APART_UP
        ),
    )
    parts = [
        frame.grid(),
        frame.band(x, low, high, "band one"),
        frame.polyline(zip(x, y, strict=True), "curve one"),
        *(frame.whisker(float(key), rate.estimate, rate.low, rate.high, "one") for key, rate in marks.items()),
    ]
    said = "; ".join(f"at {given} {key_percent(key)}, {error} {full(rate)}" for key, rate in marks.items())
    return drawing(frame.drawn_height, f"{error} falls as {given} rises: {said}.", parts)


def _bounding(*ends: Sequence[float]) -> list[float]:
    """The ends of intervals that say something; one that reaches beyond `_UNBOUNDED` runs off the drawing."""
    return [value for side in ends for value in side if value <= _UNBOUNDED]


def _deviates(title: str, values: Sequence[float], apart: float) -> Axis:
    """A normal-deviate axis around values, from one tick to another; shares of 0 and 1 lie at its ends.

    A share of 0 is some ticks below the others, so that it does not seem to be the lowest tick's.
    """
    inside = [value for value in values if 0 < value < 1] or [0.01]
    first = max((at for at, tick in enumerate(_SHARES) if tick <= min(inside)), default=0)
    first = max(0, first - _BELOW) if min(values, default=1) <= 0 else first
    last = min((at for at, tick in enumerate(_SHARES) if tick >= max(inside)), default=len(_SHARES) - 1)
    low, high = _SHARES[max(0, first - (first == last))], _SHARES[min(len(_SHARES) - 1, last + (first == last))]
    bare = Axis(title, low, high, (), normal_deviate)
    ticks = [(tick, f"{100 * tick:g} %") for tick in _SHARES if low <= tick <= high]
    return Axis(title, low, high, _spaced(bare, ticks, apart), normal_deviate)


def _spaced(axis: Axis, ticks: Sequence[tuple[float, str]], apart: float) -> tuple[tuple[float, str], ...]:
    """The ticks that leave each other room, round ones (1, 10, 0.1 ...) first, in their order."""
    kept: list[tuple[float, str]] = []
    for tick in sorted(ticks, key=lambda each: (not _is_round(each[0]), each[0])):
        if all(abs(axis.place(tick[0]) - axis.place(other[0])) >= apart for other in kept):
            kept.append(tick)
    return tuple(sorted(kept))


def _is_round(value: float) -> bool:
    return f"{value:e}".startswith("1.000000")


def cmc(curve: Curve) -> Markup:
    """The share of mated probes whose own reference is within a rank.

    A bound from below at a rank holds for every later one, since the share never falls; so the band does not either.
    """
    low = tuple(accumulate(curve.low or curve.y, max))
    high = curve.high or curve.y
    step = next((each for each in _NICE if (1 - low[0]) / each <= 5), _NICE[-1])
    floor = max(0.0, 1 - step * math.ceil((1 - low[0]) / step))
    floor = floor if floor < 1 else 0.99
    last = max(curve.x[-1], 2.0)
    ranks = tuple((float(rank), str(rank)) for rank in (1, 2, 3, 6, 10, 15, 20) if rank <= last)
    frame = Frame(Axis("rank", 1, last, ranks), Axis("own reference within rank", floor, 1.0, _even(floor, 1.0, step)))
    shown = [row for row in zip(curve.x, curve.y, low, high, strict=True) if row[0] in (1, 6)]
    parts = [
        frame.grid(),
        frame.band(curve.x, low, high, "band one"),
        frame.polyline(zip(curve.x, curve.y, strict=True), "curve one"),
        *(frame.whisker(*row, "one") for row in shown),
    ]
    said = "; ".join(f"within rank {x:g}, {percent(y)} [{percent(a)} to {percent(b)}]" for x, y, a, b in shown)
    return drawing(frame.drawn_height, f"Share of probes whose own reference is near the top: {said}.", parts)


def spread(curves: Densities, thresholds: Mapping[str, float], title: str = "score (cosine)") -> Markup:
    """How scores are spread, with the thresholds of target FPIRs; `title` says what a score is."""
    series = ((curves.strangers, "two"), (curves.nearest, "three"), (curves.mated, "one"))
    there = [(curve, kind) for curve, kind in series if curve.x]
    low = min(curve.x[0] for curve, _ in there)
    high = max(curve.x[-1] for curve, _ in there)
    step = _step(high - low)
    ends = step * math.floor(low / step), step * math.ceil(high / step)
    most = max(max(curve.y) for curve, _ in there) * 1.12
    frame = Frame(Axis(title, *ends, _even(*ends, step, share=False)), Axis("density", 0, most, ()))
    parts = [frame.grid()]
    for curve, kind in there:
        parts.append(frame.band(curve.x, [0.0] * len(curve.x), curve.y, f"band {kind}"))
        parts.append(frame.polyline(zip(curve.x, curve.y, strict=True), f"curve {kind}"))
    for at, (key, score) in enumerate(sorted(thresholds.items(), key=lambda each: each[1])):
        top = frame.top + 6 + 15 * at  # each begins below the texts to its left
        (x, bottom) = frame.at(score, 0)
        parts.append(line((x, top), (x, bottom), "threshold"))
        parts.append(text((x + 5, top + 9), f"FPIR {key_percent(key)}", "note"))
    said = ", ".join(f"{threshold(score)} for FPIR {key_percent(key)}" for key, score in thresholds.items())
    return drawing(
        frame.drawn_height,
        f"Scores of probes with their own reference lie higher than those with strangers; thresholds: {said}.",
        parts,
    )


def by_size(curve: Curve, fpir: str) -> Markup:
    """FNIR where the gallery is smaller."""
    most = max((*curve.y, *_bounding(curve.high)))
    step = next((each for each in _NICE if most / each <= 6), _NICE[-1])
    top = step * max(1, math.ceil(most / step))
    bare = Axis("references in the gallery", curve.x[0] / 1.15, curve.x[-1] * 1.15, (), logarithmic)
    ticks = sorted((size, whole(size)) for size in curve.x)
    frame = Frame(
        replace(bare, ticks=_from_the_end(bare, ticks, _APART_ACROSS)),
        Axis(f"FNIR at FPIR {key_percent(fpir)}", 0, top, _even(0, top, step)),
    )
    rows = list(zip(curve.x, curve.y, curve.low or curve.y, curve.high or curve.y, strict=True))
    parts = [
        frame.grid(),
        frame.polyline(zip(curve.x, curve.y, strict=True), "curve one"),
        *(frame.whisker(*row, "one") for row in rows),
    ]
    said = "; ".join(f"{whole(x)} references, {percent(y)} [{percent(a)} to {percent(b)}]" for x, y, a, b in rows)
    return drawing(frame.drawn_height, f"FNIR by gallery size: {said}.", parts)


def _from_the_end(axis: Axis, ticks: Sequence[tuple[float, str]], apart: float) -> tuple[tuple[float, str], ...]:
    """The last tick, and before it those that leave room."""
    kept: list[tuple[float, str]] = []
    for tick in reversed(ticks):
        if not kept or axis.place(kept[-1][0]) - axis.place(tick[0]) >= apart:
            kept.append(tick)
    return tuple(reversed(kept))


def _even(low: float, high: float, step: float, share: bool = True) -> tuple[tuple[float, str], ...]:
    """Ticks from end to end."""
    values = [round(low + step * at, 6) for at in range(round((high - low) / step) + 1)]
    decimals = max(0, -math.floor(math.log10(step)))
    return tuple((value, f"{100 * value:g} %" if share else f"{value:.{decimals}f}") for value in values)


def _step(span: float) -> float:
    """An even step, 1, 2 or 5 of a power of ten, of which some span holds at most nine."""
    power = 10.0 ** math.floor(math.log10(span or 1.0) - 1)
    return next(power * times for times in (1, 2, 5, 10, 20) if span / (power * times) <= 9)
