"""Vectors drawn like templates of faces: for benchmarks of search, and never for a calibration.

    python benchmarks/like_faces.py

People are drawn around some dozens of looks, each person's images around the person. Where strangers score high follows
the shipped calibration's everybody (docs/calibration.md), which was fitted on real faces: with isotropic vectors no
stranger would come near, and any search would look easy. The command prints both.

* Strangers: Gaussian, with axes whose variances fall as on real templates (the leading 64 of 128 hold two thirds),
  and a shared part for everybody of one look.
* Images of one person: the cosine of each with the person's own vector is the root of 0.4 to 0.7, so two images of a
  person are 0.4 to 0.7 apart on average.
* Probes: half of images of people who are enrolled, by another image; half of people who are not.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

LOOKS: Final = 50
SHARED: Final = 0.25
FALL: Final = 90.0 / 128.0
IMAGES: Final = 2
WITHIN: Final = (0.4, 0.7)
_AT_ONCE: Final = 100_000
_COMPARED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """References, by person, and probes; the first of the probes are of the people `shown`, who are enrolled."""

    references: Vectors
    people: NDArray[np.int64]
    probes: Vectors
    shown: NDArray[np.int64]


class People:
    """An endless crowd of one seed and dimension."""

    def __init__(self, seed: int, dimension: int = 128) -> None:
        self._random = np.random.default_rng(seed)
        fall = np.exp(-np.arange(dimension) / (FALL * dimension))
        self._spread = np.sqrt(fall / fall.sum()).astype(np.float32)
        self._looks = self._gaussian(LOOKS)

    def draw(self, references: int, probes: int = 0) -> Drawn:
        """`IMAGES` images of each person, in order of people, and probes of half as many of them as there are."""
        parts = list(self.parts(references, probes // 2))
        strangers = self.strangers(probes - sum(len(part.shown) for part in parts))
        return Drawn(
            np.concatenate([part.references for part in parts]),
            np.concatenate([part.people for part in parts]),
            np.concatenate([*(part.probes for part in parts), strangers]),
            np.concatenate([part.shown for part in parts]),
        )

    def parts(self, references: int, probes: int = 0) -> Iterator[Drawn]:
        """The same bit by bit, for galleries that do not fit in memory; each with the probes of its own people."""
        count = -(-references // IMAGES)
        shown = np.sort(self._random.choice(count, min(probes, count), replace=False))
        for start in range(0, count, _AT_ONCE):
            stop = min(count, start + _AT_ONCE)
            centres = self._persons(stop - start)
            people = np.repeat(np.arange(start, stop), IMAGES)[: references - start * IMAGES]
            kept = self._images(centres[people - start])
            those = shown[(shown >= start) & (shown < stop)]
            yield Drawn(kept, people, self._images(centres[those - start]), those)

    def strangers(self, count: int) -> Vectors:
        """One image each of people who are not enrolled."""
        return self._images(self._persons(count))

    def _persons(self, count: int) -> Vectors:
        looks = self._looks[self._random.integers(0, LOOKS, count)]
        return _unit(np.sqrt(1 - SHARED) * self._gaussian(count) + np.sqrt(SHARED) * looks)

    def _images(self, centres: Vectors) -> Vectors:
        own = np.sqrt(self._random.uniform(*WITHIN, (len(centres), 1))).astype(np.float32)
        return _unit(own * centres + np.sqrt(1 - own**2) * _unit(self._gaussian(len(centres))))

    def _gaussian(self, count: int) -> Vectors:
        return self._random.standard_normal((count, len(self._spread)), np.float32) * self._spread


def threshold_for(references: Vectors, strangers: Vectors, expected: float) -> float:
    """The score that strangers reach `expected` times a search on average, interpolated between their highest ones."""
    highest = Highest(strangers, expected)
    highest.see(references)
    return highest.threshold


class Highest:
    """The highest scores of strangers with a gallery that is seen part by part; see `threshold_for`."""

    def __init__(self, strangers: Vectors, expected: float) -> None:
        self._strangers, self._place = strangers, expected * len(strangers)
        self._kept = int(np.ceil(self._place)) + 1
        self._ranked: Vectors = np.empty(0, np.float32)

    def see(self, references: Vectors) -> None:
        """Take these into account, too."""
        for start in range(0, len(references), _COMPARED):
            scores = references[start : start + _COMPARED] @ self._strangers.T
            least = self._ranked[-1] if len(self._ranked) == self._kept else -np.inf
            ranked = np.sort(np.concatenate([self._ranked, scores[scores > least]]))
            self._ranked = ranked[::-1][: self._kept]

    @property
    def threshold(self) -> float:
        """For what was seen so far."""
        return float(np.interp(self._place, np.arange(1, len(self._ranked) + 1), self._ranked))


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def main() -> int:
    """Print how often strangers reach what the calibration says that they reach."""
    drawn = People(1).draw(40_000)
    rows, people = drawn.references, drawn.people
    said = {0.324: 3.7e-4, 0.416: 1e-5, 0.516: 1e-7}
    reached = dict.fromkeys(said, 0)
    own: list[float] = []
    for start in range(0, len(rows), 2000):
        scores = rows[start : start + 2000] @ rows.T
        same = people[start : start + 2000, None] == people
        own += scores[same & (np.arange(len(rows)) > np.arange(start, start + len(scores))[:, None])].tolist()
        for score in said:
            reached[score] += int(np.count_nonzero((scores >= score) & ~same))
    pairs = len(rows) * (len(rows) - IMAGES)
    print("score   strangers reach it: drawn   as calibrated")
    for score, share in said.items():
        print(f"{score:.3f}   {reached[score] / pairs:25.1e}   {share:13.1e}")
    print(f"two images of one person: {np.percentile(own, 5):.2f} to {np.percentile(own, 95):.2f} (5 to 95 %)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
