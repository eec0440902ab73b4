"""Whether a template of a person, out of all their references, is worth having beside one of each reference.

    python benchmarks/references.py --data ../shared/data/lfw --cache ~/overt-templates

The variant of the protocol in which every image of an enrolled person but one is a reference (`ALL_IMAGES`), the
default contract's templates, six ways on the same draws, paired:

* `each reference`: the score of a person is the highest of their references'. What a search does.
* `mean`: the score of the mean of their references' templates; `by agreement`, `by quality`: of a weighted mean, each
  reference by its mean score with the person's others, or by its sharpness and pieces of advice.
* `best of both`: the higher of `each reference` and `mean`; `by quality, best of both`: of the weighted one.

Printed: FNIR at FPIR 10 % and 1 %, its ratio to `each reference`, FPIR of women over that of men, all with 95 %
intervals (bootstrap over people); FNIR of women and of men; and, at the thresholds that `each reference` has, FPIR of
each way: how far the scores of strangers rise. docs/accuracy.md has the figures and what follows from them.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from accuracy import SEED, SHARES, centre_of, figures
from accuracy_contracts import GENDER, embedded
from accuracy_trials import changed
from overt.capture.decode import decode
from overt.evaluation.bootstrap import RESAMPLES, drawn_people
from overt.evaluation.folder import read_people
from overt.evaluation.lists import read_cleanup, read_labels
from overt.evaluation.matcher import central
from overt.evaluation.open_set import open_set
from overt.evaluation.protocol import ALL_IMAGES, Indices, drawn
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Score, Scores, Trials, run
from overt.models.manifest import fast_manifest
from overt.models.shipped import load_pipeline
from overt.quality.assess import assess_all
from overt.quality.assessment import Measure

BASE = "each reference"
Weigh = Callable[[Indices, NDArray[np.float32]], NDArray[np.float64]]
"""(r,) images of one person and their (r, dimension) templates in, (r,) weights out."""


def main() -> int:
    """Run and print."""
    given = arguments()
    looks = embedded(given.data, "looks", given)
    sample = changed(looks, centre_of(looks, np.ones(len(looks.people), np.bool_)))
    draws = drawn(sample.person, ALL_IMAGES, np.random.default_rng(SEED))
    weights = drawn_people(len(sample.people), RESAMPLES, np.random.default_rng(SEED))
    quality = qualities(given.data, sample)
    ways = {
        BASE: scored(sample, None, images=True),
        "mean": scored(sample, alike, images=False),
        "by agreement": scored(sample, agreement, images=False),
        "by quality": scored(sample, lambda own, _: quality[own], images=False),
        "best of both": scored(sample, alike, images=True),
        "by quality, best of both": scored(sample, lambda own, _: quality[own], images=True),
    }
    trials = {name: run(sample, draws, score) for name, score in ways.items()}
    result = {
        name: figures(one, trials[BASE], sample, weights) | beside(one, trials[BASE], sample)
        for name, one in trials.items()
    }
    sys.stdout.write(json.dumps(result, indent=2) + "\n") if given.json else show(result, trials[BASE])
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/lfw"), help="one folder a person")
    parser.add_argument("--cache", type=Path, required=True, help="where templates are kept, outside the project")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def qualities(folder: Path, sample: Sample) -> NDArray[np.float64]:
    """(images,) sharpness from 0 to 1, halved by each piece of advice; 1 for the only image of a person."""
    lists = [read_cleanup(file.name, file.read_bytes()) for file in folder.glob("cleanup.csv")]
    people = read_people(folder, read_labels((folder / "labels.csv").read_bytes()), lists, [GENDER])
    if people.people != sample.people:
        raise SystemExit("The folder is not the one that the templates are of.")
    pipeline = load_pipeline(fast_manifest())
    several = np.flatnonzero(sample.made & (np.bincount(sample.person)[sample.person] > 1))
    found = np.ones(len(sample.person))
    for image in track(several, "Quality", console=Console(stderr=True), transient=True):
        photo = decode(people.images[image].read_bytes())
        assessed = assess_all(photo, central(pipeline.faces(photo), photo).face)
        sharp = next((one.value for one in assessed if one.measure is Measure.SHARPNESS), None)
        found[image] = max(0.05, sharp / 100 if isinstance(sharp, int) else 0) / 2 ** sum(
            one.advice is not None for one in assessed
        )
    return found


def alike(own: Indices, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    del vectors
    return np.ones(len(own))


def agreement(own: Indices, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """How near each is to the person's others; two agree alike."""
    if len(own) < 3:
        return np.ones(len(own))
    among = vectors @ vectors.T
    return np.asarray(((among.sum(1) - 1) / (len(own) - 1)).clip(0.05), np.float64)


def scored(sample: Sample, weigh: Weigh | None, *, images: bool) -> Score:
    """A reference's own score (`images`), that of its person's mean (`weigh`), or the higher of the two."""

    def score(probes: Indices, references: Indices) -> Scores:
        seen = sample.vectors[probes]
        found = [seen @ sample.vectors[references].T] if images else []
        if weigh is not None:
            means, whose = person_templates(sample, references, weigh)
            found.append((seen @ means.T)[:, whose])
        highest: Scores = np.max(found, axis=0)
        return highest

    return score


def person_templates(sample: Sample, references: Indices, weigh: Weigh) -> tuple[NDArray[np.float32], Indices]:
    """(people, dimension) means at length 1, and (references,) whose each reference is."""
    people, whose = np.unique(sample.person[references], return_inverse=True)
    sums = np.zeros((len(people), sample.vectors.shape[1]))
    order = np.argsort(whose, kind="stable")
    for own in np.split(order, np.flatnonzero(np.diff(whose[order])) + 1):
        vectors = sample.vectors[references[own]]
        sums[whose[own[0]]] = weigh(references[own], vectors) @ vectors
    return (sums / np.linalg.norm(sums, axis=1, keepdims=True)).astype(np.float32), whose


def beside(one: Trials, base: Trials, sample: Sample) -> dict[str, Any]:
    """FNIR by gender at one's own thresholds, and FPIR at the thresholds of `base`."""
    gender = np.array(sample.labels[GENDER])[one.person]
    found: dict[str, Any] = {"fnir_by_gender": {}, "fpir_at_base": {}}
    for key, at in SHARES.items():
        threshold, before = open_set(one).order.threshold(at), open_set(base).order.threshold(at)
        missed = (one.own <= one.other) | (one.own < threshold)
        found["fnir_by_gender"][key] = {who: float(missed[one.mated & (gender == who)].mean()) for who in ("F", "M")}
        found["fpir_at_base"][key] = float((one.other[~one.mated] >= before).mean())
    return found


def show(result: dict[str, Any], base: Trials) -> None:
    """The same for people to read."""
    console = Console(width=180)
    counts = f"{np.count_nonzero(base.mated)} mated and {np.count_nonzero(~base.mated)} non-mated probes in all"
    console.print(f"{base.references.mean():.0f} references of {base.enrolled.mean():.0f} people a draw; {counts}")
    for key, at in SHARES.items():
        table = Table(title=f"FPIR {at:.0%}. [95 %], bootstrap over people.")
        for column in ("score", "FNIR", f"to {BASE}", "women to men", "FNIR women / men", f"FPIR as {BASE}'s"):
            table.add_column(column)
        for name, one in result.items():
            by = one["fnir_by_gender"][key]
            table.add_row(
                name,
                shown(one["fnir"][key], 4),
                shown(one["to_plain"][key], 2),
                shown(one["women_to_men"][key], 2),
                f"{by['F']:.4f} / {by['M']:.4f}",
                f"{one['fpir_at_base'][key]:.4f}",
            )
        console.print(table)


def shown(interval: list[float], digits: int) -> str:
    estimate, low, high = (f"{each:.{digits}f}" for each in interval)
    return f"{estimate} [{low} - {high}]"


if __name__ == "__main__":
    sys.exit(main())
