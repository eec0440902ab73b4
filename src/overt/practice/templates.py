"""From a photograph to the template of a scenario: the real pipeline looks, and then its template is thrown away.

Rules:
* Detection, the one-face rules, quality and what makes a photograph unusable are the real ones: so are the refusals.
* The template that comes out is the same for every photograph, and was made from none. The only comparison that was
  made is the pipeline's own, between the frames of one burst.
* It is of a contract that no gallery has: a real index refuses it.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from overt.encounter.ports import Templates
from overt.template.contract import TemplateContract
from overt.template.made import MadeTemplate
from overt.template.template import Template, Vector

_LONGEST_NAME = 64


class PracticeTemplates:
    """Fills `Templates`.

    Args:
        real: the force's pipeline.
    """

    def __init__(self, real: Templates) -> None:
        self._real = real

    @cached_property
    def contract(self) -> TemplateContract:
        """The pipeline's contract under another name, and so with another digest."""
        return replace(self._real.contract, id=f"practice.{self._real.contract.id}"[:_LONGEST_NAME])

    def make_burst(self, frames: Sequence[bytes]) -> MadeTemplate:
        """What is said of the frames, with the scenario's template.

        Raises:
            CaptureRefusal: as in a real check.
        """
        made = self._real.make_burst(frames)
        return replace(made, template=Template(probe_vector(self.contract.dimension), self.contract.digest))


def probe_vector(dimension: int) -> Vector:
    """The one template of practice: a unit vector, shape (dimension,)."""
    vector = np.zeros(dimension, dtype=np.float32)
    vector[0] = 1.0
    return vector


def vector_scoring(score: float, place: int, dimension: int) -> Vector:
    """A unit vector whose cosine with `probe_vector` is `score`.

    Args:
        place: 1 to `dimension - 1`; vectors of different places differ.
    """
    vector = score * probe_vector(dimension)
    vector[place] = np.sqrt(1.0 - score**2)
    return vector.astype(np.float32)
