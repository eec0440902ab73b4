"""Rates of degraded probes, their table and drawing, for `robustness.py`. Not a benchmark."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.exact import clopper_pearson
from overt.evaluation.figures import Rate
from overt.evaluation.protocol import Indices
from overt.evaluation.report import dots
from robustness_probes import Probes
from robustness_quality import advised
from robustness_sample import Ground

CSS = Path(dots.__file__).with_name("report.css")

COLUMNS = (
    "degradation",
    "strength",
    "FTA",
    "FNIR at FPIR 10 %",
    "FNIR at FPIR 1 %",
    "same, found faces only",
    "non-mated with a candidate, threshold of FPIR 10 %",
    "of FPIR 1 %",
    "retake advised",
)


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """One kind and strength.

    Args:
        rows, missed: (n,) images of the mated probes, and whether each is missed, by FPIR of undegraded ones.
        fnir, found: of all, and of those with a template; fpir: of non-mated ones; all by FPIR of undegraded ones.
        fta: of mated and non-mated ones together; reasons: why, counted.
        advised: of those with a template, the share that is asked for a retake.
    """

    kind: str
    strength: str
    rows: Indices
    mated: Probes
    missed: dict[str, NDArray[np.bool_]]
    fnir: dict[str, Rate]
    found: dict[str, Rate]
    fpir: dict[str, Rate]
    fta: Rate
    reasons: dict[str, int]
    advised: Rate


def rate(yes: NDArray[np.bool_]) -> Rate:
    """One probe a person, so each counts for itself: the exact interval (Clopper and Pearson)."""
    if not len(yes):
        return Rate(0, 0, 0.0, 0.0, 1.0)
    return Rate(len(yes), int(yes.sum()), float(yes.mean()), *clopper_pearson(float(yes.sum()), len(yes)))


def tried(here: Ground, kind: str, strength: str, rows: Indices, mated: Probes, other: Probes) -> Tried:
    """Rates of one kind and strength; `rows` whose the mated ones are, one a person."""
    own, top = here.met(rows, mated.vectors)
    _, seen = here.met(here.non_mated, other.vectors)
    missed = {key: ~((own > top) & (own >= at)) for key, at in here.thresholds.items()}
    reasons = np.concatenate([mated.reasons, other.reasons])
    return Tried(
        kind=kind,
        strength=strength,
        rows=rows,
        mated=mated,
        missed=missed,
        fnir={key: rate(each) for key, each in missed.items()},
        found={key: rate(each[mated.made]) for key, each in missed.items()},
        fpir={key: rate(seen >= at) for key, at in here.thresholds.items()},
        fta=rate(reasons != ""),
        reasons={str(reason): int(np.sum(reasons == reason)) for reason in np.unique(reasons[reasons != ""])},
        advised=rate(advised(mated.raw[mated.made]).any(axis=1)),
    )


def table(all_tried: Iterable[Tried]) -> Iterator[str]:
    """Markdown."""
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "|---" * len(COLUMNS) + "|"
    last = ""
    for one in all_tried:
        cells = [
            one.fta,
            one.fnir["0.1"],
            one.fnir["0.01"],
            one.found["0.01"],
            one.fpir["0.1"],
            one.fpir["0.01"],
            one.advised,
        ]
        yield "| " + " | ".join(["" if one.kind == last else one.kind, one.strength, *map(cell, cells)]) + " |"
        last = one.kind


def cell(one: Rate) -> str:
    if not one.n:
        return "none"
    return f"{100 * one.estimate:.1f} [{100 * one.low:.1f} - {100 * one.high:.1f}]"


def drawing(all_tried: Iterable[Tried]) -> str:
    """FNIR at FPIR 1 % by degradation, as a file of its own."""
    rows = [(f"{one.kind} {one.strength.removesuffix(' of the face')}", one.fnir["0.01"]) for one in all_tried]
    plain = rows.pop(0)[1]
    svg = str(dots.dots("FNIR at FPIR 1 %", rows, plain))
    rules = [line for line in CSS.read_text().splitlines() if line.startswith("svg ")]
    light = CSS.read_text().split("}", 1)[0] + "}"
    style = f"<style>{light} {' '.join(rules)} svg {{ background: white; font-family: sans-serif; }}</style>"
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace(">", f">{style}", 1)


def as_json(one: Tried) -> dict[str, object]:
    def spelt(each: Rate) -> dict[str, float]:
        return {"n": each.n, "k": each.k, "estimate": each.estimate, "low": each.low, "high": each.high}

    by = {name: {key: spelt(each) for key, each in getattr(one, name).items()} for name in ("fnir", "found", "fpir")}
    single = {"fta": spelt(one.fta), "advised": spelt(one.advised), "reasons": one.reasons}
    return {"kind": one.kind, "strength": one.strength, **by, **single}
