"""Whether other crops of a face, or a treated dark one, make better templates: on some people of LFW, paired.

    python benchmarks/crop_trials.py --data ../shared/data/lfw --images 800

The default contract's pipeline, five ways on the same images and draws (`evaluation/protocol.py`, 24 of them, the
centre that is shipped), compared with the contract as it is:

* `two scales`: besides the usual crop one that is 8 % wider; `three scales`: and one that is 8 % narrower. The mean.
* `one look, no mirror`: what the fast contract would be without the mirror image.
* `dark`: probes with a tenth of the light, shot and read noise, JPEG 80; references as they are. `dark, brightened`:
  the aligned face of such a probe is brought to a middle grey by a gamma; `dark, denoised`: by non-local means.

Nothing of it is kept. Some seven minutes on one core for 800 images. What came of it: docs/accuracy.md.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from accuracy import SEED
from accuracy_contracts import ETHNICITY, GENDER
from accuracy_trials import changed
from overt.capture.decode import decode
from overt.capture.face import DetectedFace
from overt.capture.one_face import mask_others
from overt.capture.photo import Photo, Pixels
from overt.errors import CaptureRefusal
from overt.evaluation.bootstrap import RESAMPLES, drawn_people
from overt.evaluation.folder import People, read_people
from overt.evaluation.identification import fnir_at_fpir
from overt.evaluation.lists import read_cleanup, read_labels
from overt.evaluation.matcher import central
from overt.evaluation.open_set import open_set, resampled
from overt.evaluation.paired import fnir_ratios
from overt.evaluation.protocol import Indices, Protocol, drawn
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Score, Scores, run
from overt.models.shipped import load_shipped_pipeline
from overt.template.align import align
from overt.template.looks import look_again
from overt.template.pipeline import TemplatePipeline
from overt.template.template import Vector, unit

MOST = 4
LIGHT, SHOT, READ = 0.1, 0.0006, 0.00002
Vectors = dict[str, NDArray[np.float32]]
SHARES = ("0.1", "0.01")


def main() -> int:
    """Run and print."""
    given = arguments()
    pipeline = load_shipped_pipeline()
    people = people_of(given.data)
    images = some(people, given.images)
    found = embedded(people, images, pipeline)
    result = compared(sample_of(people, images, found["looks"]), found, pipeline.centre)
    sys.stdout.write(json.dumps(result, indent=2) + "\n") if given.json else show(result, len(images))
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/lfw"), help="one folder a person")
    parser.add_argument("--images", type=int, default=800, help="about how many, of people drawn")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def people_of(folder: Path) -> People:
    labels = read_labels((folder / "labels.csv").read_bytes())
    lists = [read_cleanup(file.name, file.read_bytes()) for file in folder.glob("cleanup.csv")]
    return read_people(folder, labels, lists, [GENDER, ETHNICITY])


def some(people: People, count: int) -> Indices:
    """Images of people drawn, two of five with several: at most `MOST` a person, about `count`, in order."""
    person = np.asarray(people.person)
    random = np.random.default_rng(SEED)
    each = np.bincount(person)
    several, single = (random.permutation(np.flatnonzero(which)) for which in (each > 1, each == 1))
    chosen = [*several[: 2 * count // 8], *single[: 3 * count // 8]]
    own = [np.flatnonzero(person == one)[:MOST] for one in random.permutation(np.array(chosen))]
    return np.sort(np.concatenate(own)[:count])


def embedded(people: People, images: Indices, pipeline: TemplatePipeline) -> Vectors:
    """Templates of each way before the centre is taken away, (images, dimension); zeros where there is none."""
    random = np.random.default_rng(SEED)
    found: dict[str, list[Vector]] = {}
    for image in track(images, "Embedding", console=Console(stderr=True), transient=True):
        photo = decode(people.images[image].read_bytes())
        for name, vector in (usual(photo, pipeline) | dark(photo, pipeline, random)).items():
            found.setdefault(name, []).append(vector)
    return {name: np.stack(vectors) for name, vectors in found.items()}


def usual(photo: Photo, pipeline: TemplatePipeline) -> dict[str, Vector]:
    chosen = central(pipeline.faces(photo), photo)
    masked, looks = mask_others(photo, chosen), pipeline.contract.looks
    face = look_again(pipeline.detector, masked, chosen.face, looks)
    one = look_again(pipeline.detector, masked, chosen.face, looks[:1])
    usual, wide, near = (embedding(align(masked.pixels, scaled(face, by)), pipeline) for by in (1.0, 1 / 1.08, 1.08))
    return {
        "looks": usual,
        "two scales": unit(usual + wide),
        "three scales": unit(usual + wide + near),
        "one look, no mirror": unit(pipeline.embedder.embed(align(masked.pixels, one.landmarks))),
    }


def scaled(face: DetectedFace, by: float) -> tuple[tuple[float, float], ...]:
    """The five points, drawn together by a factor: so the crop is nearer by it."""
    points = np.asarray(face.landmarks)
    middle = points.mean(0)
    return tuple((float(x), float(y)) for x, y in middle + (points - middle) / by)


def embedding(aligned: Pixels, pipeline: TemplatePipeline) -> Vector:
    """The contract's, without its centre."""
    mirrored = np.ascontiguousarray(aligned[:, ::-1])
    return unit(unit(pipeline.embedder.embed(aligned)) + unit(pipeline.embedder.embed(mirrored)))


def dark(photo: Photo, pipeline: TemplatePipeline, random: np.random.Generator) -> dict[str, Vector]:
    """The same face in little light, as it is and treated."""
    taken = Photo(in_the_dark(photo.pixels, random))
    treatments: Mapping[str, Callable[[Pixels], Pixels]] = {
        "dark": lambda aligned: aligned,
        "dark, brightened": brightened,
        "dark, denoised": denoised,
    }
    try:
        chosen = central(pipeline.faces(taken), taken)
    except CaptureRefusal:
        return {name: np.zeros(pipeline.contract.dimension, np.float32) for name in treatments}
    face = look_again(pipeline.detector, mask_others(taken, chosen), chosen.face, pipeline.contract.looks)
    aligned = align(taken.pixels, face.landmarks)
    return {name: embedding(treat(aligned), pipeline) for name, treat in treatments.items()}


def in_the_dark(pixels: Pixels, random: np.random.Generator) -> Pixels:
    light = (pixels / 255.0) ** 2.2 * LIGHT
    noisy = light + random.normal(0, 1, pixels.shape) * np.sqrt(light * SHOT + READ)
    eight_bits = (noisy.clip(0, 1) ** (1 / 2.2) * 255).round().astype(np.uint8)
    _, jpeg = cv2.imencode(".jpg", eight_bits[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])
    return decode(jpeg.tobytes()).pixels


def brightened(aligned: Pixels) -> Pixels:
    power = np.log(0.45) / np.log(np.clip(aligned.mean() / 255, 0.02, 0.98))
    return np.asarray((255 * (aligned / 255.0) ** power).round(), np.uint8)


def denoised(aligned: Pixels) -> Pixels:
    return np.asarray(cv2.fastNlMeansDenoisingColored(aligned, None, 4, 4, 5, 15), np.uint8)


def sample_of(people: People, images: Indices, vectors: NDArray[np.float32]) -> Sample:
    """These images as a sample of their own."""
    whose, person = np.unique(np.asarray(people.person)[images], return_inverse=True)
    labels = {name: tuple(values[one] for one in whose) for name, values in people.labels.items()}
    names = tuple(people.people[one] for one in whose)
    return Sample(vectors, np.ones(len(images), np.bool_), person, names, labels)


def compared(sample: Sample, found: Vectors, centre: Vector | None) -> dict[str, dict[str, list[float]]]:
    """FNIR of each way and its ratio, with intervals; of dark probes to `dark`, of others to `looks`."""
    away = np.zeros(sample.vectors.shape[1]) if centre is None else centre.astype(np.float64)
    ways = {name: changed(replace(sample, vectors=vectors), away) for name, vectors in found.items()}
    draws = drawn(sample.person, Protocol(draws=24), np.random.default_rng(SEED))
    weights = drawn_people(len(sample.people), RESAMPLES, np.random.default_rng(SEED))
    bare = {name for name in ways if name.startswith("dark")}
    trials = {name: run(one, draws, probed(one, ways["looks"]) if name in bare else None) for name, one in ways.items()}
    result: dict[str, dict[str, list[float]]] = {}
    for name, one in trials.items():
        table = open_set(one)
        fnir = fnir_at_fpir(table, resampled(table, weights, [0.1, 0.01, 0.001])[0][0])
        ratios = fnir_ratios(one, trials["dark" if name in bare else "looks"], weights)
        result[name] = {
            f"{what} {key}": [rates[key].estimate, rates[key].low, rates[key].high]
            for what, rates in (("fnir", fnir), ("ratio", ratios))
            for key in SHARES
        }
    return result


def probed(probes: Sample, references: Sample) -> Score:
    """Probes of one way against references of another."""

    def score(probe: Indices, reference: Indices) -> Scores:
        found: Scores = probes.vectors[probe] @ references.vectors[reference].T
        return found

    return score


def show(result: dict[str, dict[str, list[float]]], images: int) -> None:
    """The same for people to read."""
    table = Table(title=f"{images} images. [95 %], bootstrap over people; ratios to `looks`, of dark probes to `dark`.")
    for column in ("way", "FNIR, FPIR 10 %", "ratio", "FNIR, FPIR 1 %", "ratio"):
        table.add_column(column)
    for name, one in result.items():
        cells = [one[f"{what} {key}"] for key in SHARES for what in ("fnir", "ratio")]
        table.add_row(name, *("{:.4f} [{:.4f} - {:.4f}]".format(*cell) for cell in cells))
    Console(width=150).print(table)


if __name__ == "__main__":
    sys.exit(main())
