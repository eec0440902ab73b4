"""What an evaluation is about: images of people, their templates, and what is known of the people.

Rules:
* Names of people are there to tell images apart and for labels; nothing writes them (`report` uses random identifiers).
* An image without a template is a failure to acquire (FTA, ISO/IEC 19795-1) and stays as a row: it counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Images in rows, people by index.

    Args:
        vectors: (images, dimension) float32, unit rows; a row of zeros where there is no template.
        made: (images,) whether there is a template.
        person: (images,) whose image it is, an index into `people`, never falling.
        people: names, one a person; each has an image at least.
        labels: by column, one value a person; empty where unknown.
    """

    vectors: NDArray[np.float32]
    made: NDArray[np.bool_]
    person: NDArray[np.intp]
    people: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        images = len(self.person)
        if self.vectors.shape[0] != images or self.made.shape != (images,):
            raise ValueError("vectors, templates made and people differ in length")
        if images == 0 or not np.array_equal(np.unique(self.person), np.arange(len(self.people))):
            raise ValueError("each person has an image, and each image a person")
        if np.any(np.diff(self.person) < 0):
            raise ValueError("images are in the order of their people")
        if any(len(values) != len(self.people) for values in self.labels.values()):
            raise ValueError("a label has one value a person")
