"""What comes of a photograph, or of the frames of a burst, as a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from overt.capture.face import DetectedFace
from overt.capture.photo import Photo
from overt.quality.assessment import Assessment
from overt.quality.presentation.look import Look
from overt.quality.presentation.sign import Sign
from overt.template.template import Template


@dataclass(frozen=True, slots=True, eq=False)
class MadeTemplate:
    """A template and the picture behind it.

    Args:
        photo: decoded, upright, bystanders blanked; of a burst its best frame, and so are `face` and `quality`.
        timings_ms: milliseconds of `decode`, `detect` (both looks and the blanking) and `embed` (with alignment); of a
            burst those of its usable frames together.
        length: of the embedding before it was brought to unit length, above 0; that of a face which shows little, such
            as a blurred one, is short. Compared only among the frames of a burst; of a burst the best frame's.
        look: a frame's own values of those signs; None for a file that was not looked over.
        presentation: the sign, if there is one, that a burst is photographs of a screen or a print; None for a single
            file, which is not looked at for that.
    """

    template: Template
    photo: Photo
    face: DetectedFace
    quality: tuple[Assessment, ...]
    timings_ms: Mapping[str, float]
    length: float = field(default=1.0, repr=False)
    look: Look | None = field(default=None, repr=False)
    presentation: Sign | None = None
