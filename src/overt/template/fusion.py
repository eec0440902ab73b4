"""The frames of one capture to one template.

Rules:
* Several near faces in any frame refuse the whole burst: nobody can say which person was meant, and no better frame
  talks that away. A frame that cannot be used otherwise is left out; when none is left, the first frame's refusal
  stands.
* All usable frames must show one person: the officer looks at one of them, and it must not be somebody else who was
  searched for.
* Every usable frame counts, by the square of its embedding's length (`MadeTemplate.length`): the weighted mean of the
  unit vectors, brought to unit length. So a frame that shows little of the face counts little, and the least blurred
  one is not lost. A burst of one frame is that frame's template, to the last bit. So fused templates stay under the
  same contract. Why these weights: docs/accuracy.md.
* Every usable frame was looked over for a screen or a print (`quality.presentation`), which refuses nothing.
* Frames are taken one after another. Only the best photograph so far, the vectors and three numbers a frame outlive
  their turn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from types import MappingProxyType

import numpy as np

from overt.errors import CaptureRefusal, NoFace, SeveralFaces, SeveralPeopleInBurst
from overt.quality.order import Rank, rank
from overt.quality.presentation.look import Look, sign_of
from overt.template.made import MadeTemplate
from overt.template.template import Template, Vector, unit

STRANGERS_BELOW = 0.35


def fuse(frames: Sequence[bytes], make: Callable[[bytes], MadeTemplate]) -> MadeTemplate:
    """One template from the frames of a burst.

    Args:
        frames: one file each, in the order taken; at least one.
        make: from one file to its template, looked over for a screen or a print.

    Returns:
        The fused template with the photo, the face and the measures of the best frame.

    Raises:
        SeveralFaces: in any frame.
        SeveralPeopleInBurst: two usable frames show strangers.
        CaptureRefusal: no frame can be used; why the first one cannot.
    """
    seen = _Seen()
    for frame in frames:
        try:
            seen.add(make(frame))
        except SeveralFaces:
            raise
        except CaptureRefusal as refusal:
            # Anew: one that was raised holds on, by its traceback, to the picture that it was raised over.
            seen.first_refusal = seen.first_refusal or type(refusal)(refusal.detail)
    if seen.best is None:
        raise seen.first_refusal or NoFace()
    return replace(
        seen.best,
        template=seen.template(seen.best),
        timings_ms=MappingProxyType(seen.times),
        presentation=sign_of(seen.looks),
    )


@dataclass(slots=True)
class _Seen:
    """What is remembered of the frames so far: one photograph at most."""

    best: MadeTemplate | None = None
    best_rank: Rank = (0, 0.0)
    looks: list[Look] = field(default_factory=list)
    vectors: list[Vector] = field(default_factory=list)
    lengths: list[float] = field(default_factory=list)
    first_refusal: CaptureRefusal | None = None
    times: dict[str, float] = field(default_factory=dict)

    def add(self, made: MadeTemplate) -> None:
        standing = rank(made.quality)
        self.vectors.append(made.template.vector)
        self.lengths.append(made.length)
        self.looks += [] if made.look is None else [made.look]
        self.times = {name: self.times.get(name, 0.0) + spent for name, spent in made.timings_ms.items()}
        if self.best is None or standing > self.best_rank:
            self.best, self.best_rank = made, standing

    def template(self, best: MadeTemplate) -> Template:
        if any(float(one @ other) < STRANGERS_BELOW for one, other in combinations(self.vectors, 2)):
            raise SeveralPeopleInBurst()
        if len(self.vectors) == 1:
            return best.template
        weights = np.square(np.array(self.lengths) / max(self.lengths)).astype(np.float32)
        return Template(unit(weights @ np.stack(self.vectors)), best.template.contract)
