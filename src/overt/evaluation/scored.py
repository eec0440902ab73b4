"""Scores of a matcher that shows no templates: put together from a file, checked, and looked up.

Rules:
* Higher is nearer, on any scale: figures rest on the order of scores alone. Where those of one person are lower than
  those of different people, they are distances, and refused.
* Each two images that have a template stand in one row, in either order: the score of two images is the same either way
  round. Nothing is guessed: a pair that is missing, stands twice, or has no finite score is refused.
* A failure to acquire is declared: a row with the image, no reference and no score. An image of which nothing is said
  is refused.
* Rows of images that are not in this evaluation are passed over and counted, since a vendor scores all that lies there,
  and a clean-up list may take some out. So is an image with itself.
* Scores are kept as float32: two that differ by less are equal, and a tie goes against the matcher.
* A refusal names a line, and no image.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from overt.errors import EvaluationScoresInvalid
from overt.evaluation.densities import Scale
from overt.evaluation.protocol import Indices
from overt.evaluation.score_rows import Rows

DECLARED: Final = "declared"
"""The reason of a failure to acquire that a file of scores declares."""
_NOT_HERE, _NONE = -1, -2
_LOOKED_AT: Final = 10_000_000
"""Scores at most by which it is told whether higher is nearer."""


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """The scores of images.

    Args:
        table: (images, images) of each two, the same either way round; NaN where one has no template.
        made: (images,) whether the matcher had a template of it.
        elsewhere: rows that are of no two images of this evaluation.
    """

    table: NDArray[np.float32]
    made: NDArray[np.bool_]
    elsewhere: int

    def score(self, probes: Indices, references: Indices) -> NDArray[np.float32]:
        """See `trials.Score`."""
        return self.table[np.ix_(probes, references)]

    @property
    def scale(self) -> Scale:
        """Where the scores lie."""
        low, high = float(np.nanmin(self.table)), float(np.nanmax(self.table))
        return Scale(low, high) if low < high else Scale(low - 0.5, high + 0.5)


def put_together(images: Sequence[str], person: Sequence[int], rows: Iterable[Rows]) -> Scored:
    """The scores of images.

    Args:
        images: what each is called, FOLDER/FILE. person: whose each is.

    Raises:
        EvaluationScoresInvalid: as the rules say.
    """
    index = {name: at for at, name in enumerate(images)}
    table = np.full((len(images), len(images)), np.nan, np.float32)
    failed = np.zeros(len(images), np.bool_)
    elsewhere = sum(_put(table, failed, index, each) for each in rows)
    np.fill_diagonal(table, np.nan)
    _demand_all(table, failed)
    _demand_nearer(table, np.array(person, np.intp))
    return Scored(table, ~failed, elsewhere)


def _put(table: NDArray[np.float32], failed: NDArray[np.bool_], index: dict[str, int], rows: Rows) -> int:
    """Takes rows in; returns how many were passed over."""
    places = np.array([_place(name, index) for name in rows.names], np.intp)
    probe, reference = places[rows.probe], places[rows.reference]
    with np.errstate(over="ignore"):  # too large is infinite, and refused as that
        scores = rows.score.astype(np.float32)
    declares = reference == _NONE
    _refuse(rows, probe == _NONE, "names no probe")
    _refuse(rows, declares & rows.given, "has a score and no reference")
    _refuse(rows, ~declares & ~np.isfinite(scores), "has no finite score")
    failed[probe[declares & (probe >= 0)]] = True
    here = (probe >= 0) & (reference >= 0) & (probe != reference)
    low, high = np.minimum(probe, reference), np.maximum(probe, reference)
    pair = np.where(here, low * len(table) + high, -1 - np.arange(len(low)))
    first = np.zeros(len(pair), np.bool_)
    first[np.unique(pair, return_index=True)[1]] = True
    before = np.zeros(len(pair), np.bool_)
    before[here] = ~np.isnan(table[low[here], high[here]])
    _refuse(rows, here & (before | ~first), "is of two images that stand in a line above")
    table[low[here], high[here]] = table[high[here], low[here]] = scores[here]
    return int(np.count_nonzero(~here & ~(declares & (probe >= 0))))


def _place(name: str, index: dict[str, int]) -> int:
    if not name:
        return _NONE
    found = index.get(name)
    return index.get(normalize("NFC", name), _NOT_HERE) if found is None else found


def _refuse(rows: Rows, wrong: NDArray[np.bool_], why: str) -> None:
    if wrong.any():
        raise EvaluationScoresInvalid(f"Line {rows.line + int(np.argmax(wrong))} of the scores {why}.")


def _demand_all(table: NDArray[np.float32], failed: NDArray[np.bool_]) -> None:
    there = ~np.isnan(table)
    if there[failed].any():
        raise EvaluationScoresInvalid("An image that is declared a failure to acquire has scores.")
    made = int(np.count_nonzero(~failed))
    silent = int(np.count_nonzero(~failed & ~there.any(axis=1)))
    if silent and made > 1:
        raise EvaluationScoresInvalid(f"Images of which the scores say nothing: {silent}. Failures are declared.")
    missing = (made * (made - 1) - int(np.count_nonzero(there))) // 2
    if missing:
        raise EvaluationScoresInvalid(f"Pairs of images without a score: {missing}.")


def _demand_nearer(table: NDArray[np.float32], person: NDArray[np.intp]) -> None:
    """That scores of one person lie above those of different people, by the medians of some thousand images."""
    rows = np.arange(0, len(table), max(1, len(table) * len(table) // _LOOKED_AT))
    scores, same = table[rows], person[rows][:, np.newaxis] == person
    there = ~np.isnan(scores)
    of_one, of_two = scores[same & there], scores[~same & there]
    if len(of_one) and len(of_two) and np.median(of_one) < np.median(of_two):
        raise EvaluationScoresInvalid(
            "Scores of one person are lower than those of different people: higher is nearer."
        )
