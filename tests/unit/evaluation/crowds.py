"""People with random templates, for evaluations without a face."""

from collections.abc import Mapping, Sequence

import numpy as np

from overt.evaluation.bootstrap import drawn_people
from overt.evaluation.sample import Sample

DIMENSION = 16


def crowd(
    images: Sequence[int],
    seed: int,
    spread: float = 1.0,
    missing: float = 0.0,
    labels: Mapping[str, Sequence[str]] | None = None,
    dimension: int = DIMENSION,
) -> Sample:
    """Templates around a random centre a person.

    Args:
        images: how many each person has.
        spread: of a person's templates, in units of the spread of the people.
        missing: share of images without a template.
    """
    random = np.random.default_rng(seed)
    person = np.repeat(np.arange(len(images)), images)
    vectors = random.normal(size=(len(images), dimension))[person]
    vectors += spread * random.normal(size=vectors.shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    made = random.random(len(person)) >= missing
    return Sample(
        vectors=(vectors * made[:, np.newaxis]).astype(np.float32),
        made=made,
        person=person,
        people=tuple(f"p{i}" for i in range(len(images))),
        labels={name: tuple(values) for name, values in (labels or {}).items()},
    )


def some_images(people: int, seed: int, most: int = 6) -> list[int]:
    """How many images each person has: about half have one."""
    random = np.random.default_rng(seed)
    return [int(many) if several else 1 for several, many in random.integers((0, 1), (2, most + 1), (people, 2))]


def weights_of(sample: Sample, seed: int, resamples: int = 200) -> np.ndarray:
    """Draws of its people."""
    return drawn_people(len(sample.people), resamples, np.random.default_rng(seed))
