"""Whose probes meet which gallery in `robustness.py`, and what each meets there. Not a benchmark.

Rules:
* One gallery of the default protocol (`evaluation/protocol.py`): undegraded references, one a person. The thresholds
  are those where 1 % and 10 % of all the draw's undegraded non-mated probes have a candidate.
* Degraded are one mated probe a person and one non-mated probe a person, drawn. Undegraded ones with quality measures
  are all mated probes of the draw.
* A probe is missed when its own person is not the first candidate above the threshold; a reference without a template
  is a miss, and so is a probe without one (FTA counted, ISO/IEC 19795-1).
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress

from overt.evaluation.cache import TemplateCache
from overt.evaluation.evaluate import sample_of
from overt.evaluation.folder import People, read_people
from overt.evaluation.lists import read_cleanup, read_labels
from overt.evaluation.making import make_templates
from overt.evaluation.open_set import open_set
from overt.evaluation.protocol import ONE_IMAGE, Draw, Indices, drawn
from overt.evaluation.sample import Sample
from overt.evaluation.trials import run
from overt.models.choice import chosen_manifest, matcher_factory

SEED = 20261124
GROUPS = ("gender", "race_kumar_majority")
SHARES = {"0.1": 0.1, "0.01": 0.01}
FIRST = 250
"""Most people who are degraded. They come first among all, so that runs of any size share what is kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What every kind of probe is tried on.

    Args:
        mated, non_mated: (p,) images that are degraded; every: (e,) all mated probes of the draw, `mated` first.
        thresholds: by FPIR.
        folder: where degraded probes' templates of this contract are kept.
    """

    people: People
    sample: Sample
    draw: Draw
    mated: Indices
    non_mated: Indices
    every: Indices
    thresholds: dict[str, float]
    folder: Path

    def images(self, rows: Indices) -> list[tuple[Path, int]]:
        """Files, each with the seed of what is done to it."""
        return [(self.people.images[row], int(row)) for row in rows]

    def met(self, rows: Indices, vectors: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n,) the score of the own reference, and the highest of another person's; minus infinity where none."""
        references = self.draw.references[self.sample.made[self.draw.references]]
        scores = (vectors @ self.sample.vectors[references].T).astype(np.float64)
        scores[~vectors.any(axis=1)] = -np.inf
        own = self.sample.person[rows][:, np.newaxis] == self.sample.person[references]
        return np.where(own, scores, -np.inf).max(axis=1), np.where(own, -np.inf, scores).max(axis=1)


def ground(given: argparse.Namespace) -> Ground:
    """Read, embed what is not kept, draw."""
    labels = read_labels((given.data / "labels.csv").read_bytes())
    lists = [read_cleanup(file.name, file.read_bytes()) for file in given.data.glob("cleanup.csv")]
    people = read_people(given.data, labels, lists, [column for column in GROUPS if column in labels.columns])
    text, manifest = chosen_manifest((), None)
    cache = TemplateCache(given.cache, manifest.contract.digest)
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("references", total=None)
        made = make_templates(
            people.images,
            matcher_factory(text, None),
            cache,
            given.processes,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    sample = sample_of(people, made.answers, manifest.contract.dimension)
    random = np.random.default_rng(given.seed)
    (draw,) = drawn(sample.person, type(ONE_IMAGE)(draws=1), random)
    mated, non_mated = one_each(sample, draw.mated, random), one_each(sample, draw.non_mated, random)
    table = open_set(run(sample, (draw,)))
    folder = given.cache / f"robustness-{manifest.contract.digest.removeprefix('sha256:')}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return Ground(
        people=people,
        sample=sample,
        draw=draw,
        mated=mated[: given.probes],
        non_mated=non_mated[: given.strangers],
        every=np.concatenate([mated[:FIRST], np.setdiff1d(draw.mated, mated[:FIRST])]),
        thresholds={key: table.threshold(share).value for key, share in SHARES.items()},
        folder=folder,
    )


def one_each(sample: Sample, images: Indices, random: np.random.Generator) -> Indices:
    """One image a person, the people in a random order."""
    order = random.permutation(images)
    _, first = np.unique(sample.person[order], return_index=True)
    return np.asarray(random.permutation(order[np.sort(first)]), np.intp)
