"""What fusing the frames of a burst does to scores, compared with one frame, on simulated bursts of real portraits.

    python benchmarks/burst.py --data ../shared/data/frll

Each portrait is photographed five times by the simulator in an unsteady hand (`overt.evaluation.recapture`): small
shifts and turns, and every frame with its own blur and noise. References are the portraits themselves; a mated
comparison is with the *other* portrait of the person, so that no picture meets itself.

Printed for the first frame, the best by `quality.order`, the best three together, all five, and all
five by the square of their embeddings' lengths (what a check does, `template/fusion.py`):

* mated scores, non-mated scores, and how often each passes a threshold;
* the difference and the ratio to the first frame, with 95 % intervals from a bootstrap over people;
* how often frames of one person would be taken for two people's, and two people's frames for one's.

Strangers who score higher after fusion would make the calibration optimistic; docs/calibration.md has the figures. Some
ten minutes on one core.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from overt.errors import CaptureRefusal
from overt.evaluation.rates import group_rate
from overt.evaluation.recapture.camera import any_camera
from overt.evaluation.recapture.staging import any_person, burst
from overt.models.shipped import load_shipped_pipeline
from overt.quality.order import rank
from overt.template.made import MadeTemplate
from overt.template.pipeline import TemplatePipeline
from portraits import Face, frll

Vectors = NDArray[np.float32]
SEED = 20261124
FRAMES, FUSED = 5, 3
DRAWS = 1000
THRESHOLDS = (0.4, 0.476, 0.524, 0.591)
TAIL = (0.2, 0.25, 0.3, 0.35)
APART = (0.3, 0.35, 0.4, 0.45, 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """The usable frames of one burst, as taken: their templates, and which is better."""

    person: str
    portrait: str
    vectors: Vectors
    order: tuple[int, ...]
    lengths: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Mated (one a probe) and non-mated (probes x references, NaN for one's own), with whose probe each is."""

    people: tuple[str, ...]
    mated: NDArray[np.float64]
    others: NDArray[np.float64]


WAYS: dict[str, Callable[[Probe], Vectors]] = {
    "first frame": lambda probe: probe.vectors[:1],
    "best frame": lambda probe: probe.vectors[list(probe.order[:1])],
    f"best {FUSED} fused": lambda probe: probe.vectors[list(probe.order[:FUSED])],
    f"all {FRAMES} fused": lambda probe: probe.vectors,
    "as a check does": lambda probe: (probe.vectors * probe.lengths[:, np.newaxis] ** 2).astype(np.float32),
}
BASE = "first frame"


def main() -> int:
    """Run the benchmark."""
    given = arguments()
    pipeline = load_shipped_pipeline()
    faces = list(frll(given.data, pipeline))[: given.portraits]
    references = {(face.person, face.name): pipeline.make(face.content).template.vector for face in faces}
    random = np.random.default_rng(SEED)
    probes = [
        probe(face, pipeline, random) for face in track(faces, "Bursts", console=Console(stderr=True), transient=True)
    ]
    scores = {name: compared(probes, references, way) for name, way in WAYS.items()}
    result = {
        "portraits": len(faces),
        "people": len({face.person for face in faces}),
        "ways": {name: summary(one, scores[BASE], random) for name, one in scores.items()},
        "frames_of_one_person": together(probes),
    }
    if given.json:
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
    else:
        show(result)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/frll"))
    parser.add_argument("--portraits", type=int, help="only the first so many, for a quick look")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def probe(face: Face, pipeline: TemplatePipeline, random: np.random.Generator) -> Probe:
    """A burst of one portrait, in a hand that is unsteady enough for some frames to be blurred."""
    camera = replace(any_camera(random), unsteady=1.0)
    made: list[MadeTemplate] = []
    for frame in burst(any_person(random), face.portrait, random, FRAMES, camera):
        try:
            made.append(pipeline.make(frame))
        except CaptureRefusal:
            continue
    order = sorted(range(len(made)), key=lambda each: rank(made[each].quality), reverse=True)
    lengths = np.array([each.length for each in made])
    return Probe(face.person, face.name, np.stack([each.template.vector for each in made]), tuple(order), lengths)


def compared(
    probes: Sequence[Probe], references: dict[tuple[str, str], Vectors], way: Callable[[Probe], Vectors]
) -> Scores:
    """Every probe with every portrait but those of its own picture."""
    names = list(references)
    gallery = np.stack(list(references.values())).astype(np.float64)
    mated, others = [], []
    for one in probes:
        mean = way(one).astype(np.float64).sum(0)
        scores = gallery @ (mean / np.linalg.norm(mean))
        own = np.array([person == one.person for person, _ in names])
        mated.append(scores[own & np.array([name != one.portrait for _, name in names])].mean())
        others.append(np.where(own, np.nan, scores))
    return Scores(tuple(one.person for one in probes), np.array(mated), np.stack(others))


def summary(scores: Scores, base: Scores, random: np.random.Generator) -> dict[str, object]:
    """What is printed of one way; differences and ratios to the first frame with intervals over people."""
    return {
        "mated_mean": round(float(np.nanmean(scores.mated)), 4),
        "mated_gain": interval(scores, base, lambda one: float(np.nanmean(one.mated)), random),
        "mated_low_5_percent": round(float(np.nanquantile(scores.mated, 0.05)), 4),
        "mated_passing": {str(at): passing(scores, at) for at in THRESHOLDS},
        "non_mated_mean": round(float(np.nanmean(scores.others)), 4),
        "non_mated_rise": interval(scores, base, lambda one: float(np.nanmean(one.others)), random),
        "non_mated_spread": round(float(np.nanstd(scores.others)), 4),
        "non_mated_spread_ratio": interval(scores, base, lambda one: float(np.nanstd(one.others)), random, ratio=True),
        "non_mated_share": {
            str(at): {
                "share": float(f"{share_above(scores, at):.3g}"),
                "ratio": interval(scores, base, lambda one, at=at: share_above(one, at), random, ratio=True),
            }
            for at in TAIL
        },
    }


def share_above(scores: Scores, at: float) -> float:
    known = ~np.isnan(scores.others)
    return float((scores.others[known] >= at).mean())


def passing(scores: Scores, at: float) -> str:
    return str(group_rate(str(at), zip(scores.people, (bool(each >= at) for each in scores.mated), strict=True)))


def interval(
    scores: Scores,
    base: Scores,
    figure: Callable[[Scores], float],
    random: np.random.Generator,
    *,
    ratio: bool = False,
) -> list[float] | None:
    """[estimate, low, high] of a difference or a ratio to `base`; probes are drawn anew by person, in both alike."""

    def between(one: Scores, other: Scores) -> float:
        high, low = figure(one), figure(other)
        if not ratio:
            return high - low
        return high / low if low else float("nan")

    people = sorted(set(scores.people))
    rows = {person: [i for i, each in enumerate(scores.people) if each == person] for person in people}
    drawn = []
    for _ in range(DRAWS):
        some = [row for person in random.choice(people, len(people)) for row in rows[person]]
        drawn.append(between(taken(scores, some), taken(base, some)))
    if np.isnan(drawn).all():
        return None
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return [round(float(each), 4) for each in (between(scores, base), low, high)]


def taken(scores: Scores, rows: list[int]) -> Scores:
    return Scores(tuple(scores.people[row] for row in rows), scores.mated[rows], scores.others[rows])


def together(probes: Sequence[Probe]) -> dict[str, object]:
    """At which cosine frames of one burst fall apart, and frames of two people would pass for one's."""
    same = [(one.person, float(min(a @ b for a, b in combinations(one.vectors, 2)))) for one in probes]
    different = [
        (one.person, float(one.vectors[0] @ other.vectors[0]))
        for one, other in combinations(probes, 2)
        if one.person != other.person
    ]
    return {
        "least_cosine": round(min(cosine for _, cosine in same), 3),
        "refused_though_one_person": {
            str(at): str(group_rate("", ((who, cosine < at) for who, cosine in same))) for at in APART
        },
        "passed_though_two_people": {
            str(at): str(group_rate("", ((who, cosine >= at) for who, cosine in different))) for at in APART
        },
    }


def show(result: dict[str, Any]) -> None:
    """The same for people to read."""
    console = Console()
    ways = result["ways"]
    table = Table(title=f"{result['portraits']} bursts of {FRAMES} frames, {result['people']} people")
    for name in ("", *ways):
        table.add_column(name)
    for key in ("mated_mean", "mated_low_5_percent", "non_mated_mean", "non_mated_spread"):
        table.add_row(key.replace("_", " "), *(f"{way[key]:.4f}" for way in ways.values()))
    for key in ("mated_gain", "non_mated_rise", "non_mated_spread_ratio"):
        table.add_row(key.replace("_", " "), *(shown(way[key]) for way in ways.values()))
    for at in TAIL:
        shares = [way["non_mated_share"][str(at)] for way in ways.values()]
        table.add_row(f"strangers at {at} or above", *(f"{each['share']:.4g}" for each in shares))
        table.add_row("  ratio", *(shown(each["ratio"]) for each in shares))
    for at in THRESHOLDS:
        table.add_row(f"mated at {at} or above", *(way["mated_passing"][str(at)] for way in ways.values()))
    console.print(table)
    one = result["frames_of_one_person"]
    console.print(f"Least cosine between two frames of one burst: {one['least_cosine']}")
    for at in APART:
        refused, passed = one["refused_though_one_person"][str(at)], one["passed_though_two_people"][str(at)]
        console.print(f"apart below {at}: one person refused {refused}; two people passed {passed}", highlight=False)


def shown(interval: Sequence[float] | None) -> str:
    return "-" if interval is None else f"{interval[0]:.3f} [{interval[1]:.3f}, {interval[2]:.3f}]"


if __name__ == "__main__":
    sys.exit(main())
