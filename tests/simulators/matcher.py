"""A matcher without a model, and folders of people without faces: an image's text says whose it is.

An image file holds `PERSON SOMETHING`; its template lies near a direction that belongs to PERSON. A file that begins
with `none` has no template. Each call leaves a line in `log`, where one is given, from whichever process it came.
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from overt.evaluation.matcher import Answer, NoTemplate
from overt.identifiers import Digest

CONTRACT = Digest("sha256:" + "5" * 64)
DIMENSION = 16


@dataclass(frozen=True)
class SimulatedMatcher:
    """A `Matcher`.

    Args:
        spread: how far images of one person lie apart.
        seconds: that one template takes.
        turned: whether the code behind the contract has changed.
    """

    contract: Digest = CONTRACT
    spread: float = 0.1
    seconds: float = 0.0
    log: Path | None = None
    turned: bool = False

    def template(self, image: bytes) -> Answer:
        """See `Matcher.template`."""
        time.sleep(self.seconds)
        if self.log is not None:
            with self.log.open("a") as lines:
                lines.write(hashlib.sha256(image).hexdigest() + "\n")
        if image.startswith(b"none"):
            return NoTemplate("no_face")
        vector = direction(image.split()[0]) + self.spread * direction(image)
        vector = (vector if not self.turned else vector[::-1]).astype(np.float32)
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


def direction(text: bytes) -> np.ndarray:
    """A unit vector that belongs to a text."""
    seed = int.from_bytes(hashlib.sha256(text).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(DIMENSION)
    return np.asarray(vector / np.linalg.norm(vector))


@dataclass(frozen=True)
class Making:
    """A factory of simulated matchers that goes to a worker process."""

    matcher: SimulatedMatcher = SimulatedMatcher()

    def __call__(self) -> SimulatedMatcher:
        return self.matcher


def write_people(folder: Path, images: Mapping[str, int]) -> Path:
    """A folder of people with so many images each."""
    for person, count in images.items():
        (folder / person).mkdir(parents=True)
        for number in range(count):
            (folder / person / f"{number}.jpg").write_bytes(f"{person} {number}".encode())
    return folder
