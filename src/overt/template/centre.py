"""What is taken from an embedding before its direction counts.

Embeddings of different people do not spread evenly around nought: they lie to one side, and people of a group that the
embedder saw less often lie together further out, so that strangers among them score higher. Taking one fixed vector
away moves nought to among them. Nothing about the person is asked or guessed: from everybody the same vector is taken.

How the shipped one was made, and what it does for whom: docs/accuracy.md.
"""

import io

import numpy as np

from overt.errors import FaceNotEncodable
from overt.template.template import Vector, unit

LONGEST = 0.9
"""A vector nearly as long as an embedding would leave little but noise."""


def read_centre(content: bytes, dimension: int) -> Vector:
    """A centre from its file: NumPy's format, (dimension,) float32, for embeddings of length 1.

    Raises:
        ValueError: not that, or longer than `LONGEST`.
    """
    try:
        vector = np.load(io.BytesIO(content), allow_pickle=False)
    except EOFError as error:
        raise ValueError("a centre's file is not empty") from error
    if not isinstance(vector, np.ndarray) or vector.dtype != np.float32 or vector.shape != (dimension,):
        raise ValueError(f"a centre is {dimension} numbers of float32")
    if not np.isfinite(vector).all() or float(np.linalg.norm(vector)) > LONGEST:
        raise ValueError("a centre is finite and shorter than an embedding")
    vector.flags.writeable = False
    return vector


def centred(vector: Vector, centre: Vector | None) -> Vector:
    """An embedding of length 1, with the centre taken from it, brought to length 1 again.

    Raises:
        FaceNotEncodable: nothing is left.
    """
    if centre is None:
        return vector
    left = vector - centre
    if float(np.linalg.norm(left)) < 1e-3:
        raise FaceNotEncodable()
    return unit(left)
