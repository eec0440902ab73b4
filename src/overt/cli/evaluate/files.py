"""The files of an evaluation on disk.

Rules:
* A file is written beside its place and moved there whole.
* Identifiers are drawn at random here, once a run, and lead nowhere.
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import IO

import numpy as np

from overt.errors import UsageError
from overt.evaluation.evaluate import Evaluated
from overt.evaluation.report.card import card
from overt.evaluation.report.document import document, written
from overt.evaluation.report.page import page
from overt.evaluation.report.scores import identifiers, write_draws, write_images, write_scores


def made_ready(folder: Path) -> None:
    """Make the folder, and see that a file can be written there, before minutes of work.

    Raises:
        UsageError: it cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tried = folder / f".{secrets.token_hex(8)}"
        tried.touch()
        tried.unlink()
    except OSError as error:
        raise UsageError("The output folder cannot be written to.") from error


def write_all(folder: Path, evaluated: Evaluated, scores: bool) -> None:
    """Write the report.

    Raises:
        UsageError: the folder cannot be written to.
    """
    evaluation = evaluated.evaluation
    try:
        _write(folder / "report.json", lambda file: file.write(written(document(evaluation))))
        _write(folder / "report.html", lambda file: file.write(page(evaluation).encode()))
        _write(folder / "card.md", lambda file: file.write(card(evaluation).encode()))
        if scores:
            _write_scores(folder, evaluated, np.random.default_rng(secrets.randbits(128)))
    except OSError as error:
        raise UsageError("The output folder cannot be written to.") from error


def _write_scores(folder: Path, evaluated: Evaluated, random: np.random.Generator) -> None:
    sample, draws, score = evaluated.sample, evaluated.draws, evaluated.score
    names = identifiers(len(sample.person), random)
    listed = write_images(sample, names, random)
    enrolled = write_draws(draws, evaluated.draws_of_all, names)
    _write(folder / "images.csv", lambda file: file.write(listed.encode()))
    _write(folder / "draws.csv", lambda file: file.write(enrolled.encode()))
    _write(folder / "scores.parquet", lambda file: write_scores(file, sample, draws, names, score))


def _write(place: Path, write: Callable[[IO[bytes]], object]) -> None:
    beside = place.with_name(place.name + ".part")
    with beside.open("wb") as file:
        write(file)
    beside.replace(place)
