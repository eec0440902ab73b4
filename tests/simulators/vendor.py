"""A vendor whose matcher shows no templates: it gives a file of scores on a scale of its own, and its failures."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet

from overt.evaluation.folder import People, subjects
from overt.evaluation.matcher import Answer, NoTemplate
from simulators.evaluations import simulated_people
from simulators.matcher import SimulatedMatcher

Row = tuple[str, str, str]


def rows_of(people: People, answers: Sequence[Answer]) -> list[Row]:
    """Probe, reference and score of each two images; an image alone where there is no template.

    A score is a cosine, moved to 0 to 10,000 without changing the order of any two.
    """
    names = subjects(people)
    rows = [(name, "", "") for name, answer in zip(names, answers, strict=True) if isinstance(answer, NoTemplate)]
    made = [at for at, answer in enumerate(answers) if not isinstance(answer, NoTemplate)]
    vectors = np.array([answers[at] for at in made], np.float32)
    scores = vectors @ vectors.T
    for number, (one, other) in enumerate(combinations(range(len(made)), 2)):
        both = (one, other) if number % 2 else (other, one)  # in either order
        rows.append((*(names[made[at]] for at in both), f"{10_000 / (1 + np.exp(-4.0 * scores[one, other])):.9f}"))
    return rows


def write_csv(place: Path, rows: Sequence[Row]) -> Path:
    """The rows as text."""
    with place.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("probe", "reference", "score"), *rows])
    return place


def write_parquet(place: Path, rows: Sequence[Row]) -> Path:
    """The rows as Parquet, with nothing where there is nothing."""
    probe, reference, score = zip(*rows, strict=True)
    columns = {
        "probe": pyarrow.array(probe),
        "reference": pyarrow.array([each or None for each in reference]).dictionary_encode(),
        "score": pyarrow.array([float(each) if each else None for each in score], pyarrow.float64()),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), place, row_group_size=500)
    return place


def simulated_vendor() -> tuple[People, list[Answer], list[Row]]:
    """Simulated people, templates of their images, and the rows of a vendor who has the same and does not show them."""
    people, images = simulated_people()
    named = zip(people.person, people.images, strict=True)
    people = replace(people, images=tuple(Path(people.people[who]) / image.name for who, image in named))
    answers = [SimulatedMatcher(spread=0.6).template(image) for image in images]
    return people, answers, rows_of(people, answers)
