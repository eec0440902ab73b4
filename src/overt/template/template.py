"""A face as numbers, bound to the contract that made it.

Rules:
* A vector that is not finite or not of unit length never becomes a `Template`.
* It never changes and is never printed: a log line or a traceback shows the contract only.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from overt.errors import FaceNotEncodable
from overt.identifiers import Digest

Vector = NDArray[np.float32]

UNIT_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """One face template.

    Args:
        vector: float32, shape (dimension,), length 1 within `UNIT_TOLERANCE`; copied when writable.
        contract: digest of the `TemplateContract` that made it.

    Raises:
        FaceNotEncodable: the vector is of another type or shape, not finite, or not of unit length.
    """

    vector: Vector = field(repr=False)
    contract: Digest

    def __post_init__(self) -> None:
        vector = self.vector
        if vector.dtype != np.float32 or vector.ndim != 1 or not np.isfinite(vector).all():
            raise FaceNotEncodable()
        if abs(float(np.linalg.norm(vector.astype(np.float64))) - 1.0) > UNIT_TOLERANCE:
            raise FaceNotEncodable()
        if vector.flags.writeable:
            vector = vector.copy()
            vector.flags.writeable = False
            object.__setattr__(self, "vector", vector)

    @property
    def dimension(self) -> int:
        """Length of the vector."""
        return int(self.vector.shape[0])


def unit(vector: Vector) -> Vector:
    """The vector scaled to length 1.

    Raises:
        FaceNotEncodable: it is not finite, or has no length.
    """
    length = float(np.linalg.norm(vector.astype(np.float64)))
    if not np.isfinite(length) or length < 1e-12:
        raise FaceNotEncodable()
    return (vector / length).astype(np.float32)
