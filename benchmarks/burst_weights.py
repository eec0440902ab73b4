"""Whether frames of a burst should count by a weight instead of alike: on bursts whose frames differ much.

    python benchmarks/burst_weights.py --data ../shared/data/lfw --people 300

A burst is one photograph of a person, four times in a poor light and an unsteady hand: each frame with its own motion
blur, noise, brightness, size, turn and JPEG quality. The reference is another photograph of the person. People with one
photograph have bursts too, as people who are not enrolled. Ways:

* `three best`: the mean of the three best frames by `quality.order`; `all`: of all. `all, by norm squared` is
  what `template/fusion.py` does.
* with `by norm`, `by norm squared`, ...: frames weigh as much as the embedding was long before it was brought to unit
  length (a short one is of a face that the embedder made little of); by pieces of advice (half for each); by sharpness;
  by the distance between the eyes. `three longest`: the three of the greatest norm, alike.

Printed: the mean mated score, and FNIR at FPIR 10 % and 1 %, each with its difference or ratio to `three best`, paired,
with 95 % intervals (bootstrap over people); FNIR by gender; and FPIR at the thresholds that `three best` has. What
came of it: docs/accuracy.md.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from accuracy import SEED
from accuracy_contracts import GENDER
from crop_trials import people_of
from overt.capture.decode import decode
from overt.capture.photo import Photo, Pixels
from overt.errors import CaptureRefusal
from overt.evaluation.bootstrap import RESAMPLES, bounds, divided, drawn_people
from overt.evaluation.folder import People
from overt.evaluation.matcher import central
from overt.models.shipped import load_shipped_pipeline
from overt.quality.assess import assess_all
from overt.quality.assessment import Measure
from overt.quality.order import rank
from overt.template.pipeline import TemplatePipeline
from overt.template.ports import FaceEmbedder

FRAMES, FUSED = 4, 3
SHARES = {"0.1": 0.1, "0.01": 0.01}
BASE = "three best"
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Burst:
    """The usable frames of one person, best first: templates, and what may weigh; `reference` where enrolled."""

    person: int
    vectors: Numbers
    norm: Numbers
    advised: Numbers
    sharp: Numbers
    eyes: Numbers
    reference: Numbers | None


class Listening:
    """An embedder that remembers how long the last embeddings were."""

    def __init__(self, embedder: FaceEmbedder) -> None:
        self._embedder = embedder
        self.norms: list[float] = []

    def embed(self, aligned: Pixels) -> NDArray[np.float32]:
        vector = self._embedder.embed(aligned)
        self.norms = [*self.norms[-1:], float(np.linalg.norm(vector))]
        return vector


Weigh = Callable[[Burst], Numbers]


def first(count: int) -> Weigh:
    return lambda burst: (np.arange(len(burst.norm)) < count).astype(np.float64)


def longest(burst: Burst) -> Numbers:
    return (np.argsort(np.argsort(-burst.norm)) < FUSED).astype(np.float64)


BY: dict[str, Weigh] = {
    "": lambda burst: np.ones(len(burst.norm)),
    ", by norm": lambda burst: burst.norm,
    ", by norm squared": lambda burst: burst.norm**2,
    ", by norm to the 4th": lambda burst: burst.norm**4,
    ", by advice": lambda burst: 0.5**burst.advised,
    ", by sharpness": lambda burst: burst.sharp.clip(1e-3),
    ", by distance of the eyes": lambda burst: burst.eyes,
}
CHOSEN: dict[str, Weigh] = {BASE: first(FUSED), "all": first(FRAMES)}
WAYS: dict[str, Weigh] = {
    f"{name}{by}": (lambda burst, chosen=chosen, weigh=weigh: chosen(burst) * weigh(burst))
    for name, chosen in CHOSEN.items()
    for by, weigh in BY.items()
} | {"three longest": longest, "best": first(1)}


def main() -> int:
    """Run and print."""
    given = arguments()
    people = people_of(given.data)
    pipeline = load_shipped_pipeline()
    listening = Listening(pipeline.embedder)
    pipeline = replace(pipeline, embedder=listening)
    bursts = list(taken(people, pipeline, listening, given.people))
    gender = np.array([people.labels[GENDER][burst.person] for burst in bursts])
    result = compared(bursts, gender)
    sys.stdout.write(json.dumps(result, indent=2) + "\n") if given.json else show(result, bursts)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/lfw"), help="one folder a person")
    parser.add_argument("--people", type=int, default=300, help="enrolled ones, and as many others")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def taken(people: People, pipeline: TemplatePipeline, listening: Listening, count: int) -> list[Burst]:
    random = np.random.default_rng(SEED)
    person = np.asarray(people.person)
    each = np.bincount(person)
    several, single = (random.permutation(np.flatnonzero(which)) for which in (each > 1, each == 1))
    chosen = [*several[:count], *single[:count]]
    found = []
    for one in track(chosen, "Bursts", console=Console(stderr=True), transient=True):
        images = random.permutation(np.flatnonzero(person == one))
        photos = [decode(people.images[image].read_bytes()) for image in images[:2]]
        burst = burst_of(int(one), photos, pipeline, listening, random)
        found += [burst] if burst else []
    return found


def burst_of(
    person: int, photos: list[Photo], pipeline: TemplatePipeline, listening: Listening, random: np.random.Generator
) -> Burst | None:
    rows: list[tuple[tuple[int, float], Numbers, list[float]]] = []
    severity = random.uniform(0.5, 1.2)
    for _ in range(FRAMES):
        photo = decode(poor(photos[0].pixels, severity, random))
        try:
            face = central(pipeline.faces(photo), photo).face
            vector = pipeline.template_of(photo, face).vector
        except CaptureRefusal:
            continue
        quality = assess_all(photo, face)
        sharp = next((one.raw for one in quality if one.measure is Measure.SHARPNESS and one.raw is not None), 0.0)
        weights = [np.mean(listening.norms), -rank(quality)[0], sharp, face.inter_eye_distance]
        rows.append((rank(quality), vector.astype(np.float64), [float(weight) for weight in weights]))
    if not rows:
        return None
    rows.sort(key=lambda row: row[0], reverse=True)
    numbers = np.array([row[2] for row in rows]).T
    reference = None
    if len(photos) > 1:
        reference = pipeline.template_of(photos[1], central(pipeline.faces(photos[1]), photos[1]).face).vector
    return Burst(person, np.stack([row[1] for row in rows]), *numbers, reference)


def poor(pixels: Pixels, severity: float, random: np.random.Generator) -> bytes:
    """One frame of it, as a JPEG's bytes."""
    height, width = pixels.shape[:2]
    shrunk = 1 - severity * random.uniform(0, 0.65)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.normal(0, 4), shrunk)
    turn[:, 2] += random.normal(0, 4, 2) - (1 - shrunk) * np.array([width, height]) / 2
    size = max(96, round(width * shrunk)), max(96, round(height * shrunk))
    frame = cv2.warpAffine(pixels, turn, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    length = 1 + round(severity * random.uniform(0, 10) * shrunk)
    blur = np.zeros((length, length), np.float32)
    blur[length // 2] = 1 / length
    spun = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), random.uniform(0, 180), 1)
    blur = cv2.warpAffine(blur, spun, (length, length))
    frame = cv2.filter2D(frame, -1, blur / max(float(blur.sum()), 1e-6))
    light = frame * (1 - severity * random.uniform(0, 0.8))
    noisy = (light + random.normal(0, 2 + severity * random.uniform(0, 18), light.shape)).clip(0, 255)
    quality = round(90 - severity * random.uniform(0, 50))
    return bytes(cv2.imencode(".jpg", noisy.astype(np.uint8)[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def compared(bursts: list[Burst], gender: NDArray[np.str_]) -> dict[str, Any]:
    """What is printed of each way."""
    gallery = np.stack([burst.reference for burst in bursts if burst.reference is not None])
    mated = np.array([burst.reference is not None for burst in bursts])
    people = drawn_people(len(bursts), RESAMPLES, np.random.default_rng(SEED))
    scores = {name: scored(bursts, gallery, mated, weigh) for name, weigh in WAYS.items()}
    own = {name: np.where(mated, one[0], 0) for name, one in scores.items()}
    misses = {
        name: [missing(*one, mated, row, at) for row in with_all(people) for at in SHARES.values()]
        for name, one in scores.items()
    }
    rates = {name: np.array(one).reshape(-1, len(SHARES)) for name, one in misses.items()}
    result: dict[str, Any] = {}
    for name, (score, other) in scores.items():
        gain = (people @ (own[name] - own[BASE])) / (people @ mated)
        entry: dict[str, Any] = {
            "mated": float(score[mated].mean()),
            "gain": [float((own[name] - own[BASE]).sum() / mated.sum()), *bounds(gain)],
        }
        for at, key in enumerate(SHARES):
            ratio = divided(rates[name][:, at], rates[BASE][:, at])
            entry[f"fnir {key}"] = [float(rates[name][0, at]), *bounds(rates[name][1:, at])]
            entry[f"ratio {key}"] = [float(ratio[0]), *bounds(ratio[1:])]
        threshold = np.quantile(other[~mated], 1 - SHARES["0.1"], method="higher")
        missed = (score <= other) | (score < threshold)
        strangers = {key: np.quantile(scores[BASE][1][~mated], 1 - at, method="higher") for key, at in SHARES.items()}
        entry["fpir_at_base"] = {key: float((other[~mated] >= at).mean()) for key, at in strangers.items()}
        entry["by_gender"] = {who: float(missed[mated & (gender == who)].mean()) for who in ("F", "M")}
        result[name] = entry
    return result


def with_all(people: Numbers) -> Numbers:
    return np.concatenate([np.ones((1, people.shape[1])), people])


def scored(bursts: list[Burst], gallery: Numbers, mated: NDArray[np.bool_], weigh: Weigh) -> tuple[Numbers, Numbers]:
    """(bursts,) own score, minus infinity where not enrolled, and the highest of the others."""
    means = np.stack([weigh(burst) @ burst.vectors for burst in bursts])
    scores = means / np.linalg.norm(means, axis=1, keepdims=True) @ gallery.T
    own = np.full(len(bursts), -np.inf)
    rows, place = np.flatnonzero(mated), np.arange(len(gallery))
    own[rows] = scores[rows, place]
    scores[rows, place] = -np.inf
    return own, scores.max(1)


def missing(own: Numbers, other: Numbers, mated: NDArray[np.bool_], weights: Numbers, share: float) -> float:
    """FNIR where that share of these non-mated probes has a candidate."""
    strangers, order = ~mated, np.argsort(-other[~mated])
    reached = np.cumsum(weights[strangers][order]) / weights[strangers].sum()
    threshold = other[strangers][order][min(np.searchsorted(reached, share, side="right"), len(order) - 1)]
    missed = (own <= other) | (own <= threshold)
    return float(weights[mated] @ missed[mated] / weights[mated].sum())


def show(result: dict[str, Any], bursts: list[Burst]) -> None:
    """The same for people to read."""
    enrolled = sum(burst.reference is not None for burst in bursts)
    table = Table(title=f"{enrolled} mated bursts, {len(bursts) - enrolled} others; gain and ratio to `{BASE}`. [95 %]")
    columns = (
        "way",
        "mated",
        "gain",
        "FNIR, FPIR 10 %",
        "ratio",
        "FNIR, 1 %",
        "ratio",
        "FNIR F / M, 10 %",
        "FPIR as base's",
    )
    for column in columns:
        table.add_column(column)
    for name, one in result.items():
        numbers = [one["gain"], *(one[f"{what} {key}"] for key in SHARES for what in ("fnir", "ratio"))]
        cells = ("{:.3f} [{:.3f} - {:.3f}]".format(*number) for number in numbers)
        by = one["by_gender"]
        table.add_row(
            name,
            f"{one['mated']:.4f}",
            *cells,
            f"{by['F']:.3f} / {by['M']:.3f}",
            " / ".join(f"{each:.3f}" for each in one["fpir_at_base"].values()),
        )
    Console(width=220).print(table)


if __name__ == "__main__":
    sys.exit(main())
