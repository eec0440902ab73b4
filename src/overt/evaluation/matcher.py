"""What makes the templates of an evaluation, and the rule of the central face.

Rules:
* A matcher says what made its templates (a contract's digest) and answers for every image: a template, or why there is
  none. It raises nothing for an image, however bad: a failure to acquire (FTA, ISO/IEC 19795-1) is an answer.
* An image of an evaluation shows the person that its folder names. With several faces it is the one nearest to the
  middle of the image; the others are blanked as in a check.
* Templates are unit vectors; the score of two is their cosine.
"""

from dataclasses import dataclass
from math import hypot
from typing import Protocol

from overt.capture.decode import decode
from overt.capture.face import DetectedFace
from overt.capture.one_face import Chosen, mask_others
from overt.capture.photo import Photo
from overt.errors import CaptureRefusal, NoFace
from overt.identifiers import Digest
from overt.template.pipeline import TemplatePipeline
from overt.template.template import Vector


@dataclass(frozen=True, slots=True)
class NoTemplate:
    """A failure to acquire; `reason` is the code of the refusal."""

    reason: str


Answer = Vector | NoTemplate
"""(dimension,) float32 of length 1, or why there is none."""


class Matcher(Protocol):
    """Makes templates of images, one at a time."""

    @property
    def contract(self) -> Digest:
        """What makes the templates; those of two digests never meet."""
        ...

    def template(self, image: bytes) -> Answer:
        """The template of the person in an image file's bytes."""
        ...


@dataclass(frozen=True, slots=True)
class PipelineMatcher:
    """A `Matcher` out of a template pipeline."""

    pipeline: TemplatePipeline

    @property
    def contract(self) -> Digest:
        """The pipeline's contract."""
        return self.pipeline.contract.digest

    def template(self, image: bytes) -> Answer:
        """The template of the central face."""
        try:
            photo = decode(image)
            chosen = central(self.pipeline.faces(photo), photo)
            return self.pipeline.template_of(mask_others(photo, chosen), chosen.face).vector
        except CaptureRefusal as refusal:
            return NoTemplate(refusal.code)


def central(faces: tuple[DetectedFace, ...], photo: Photo) -> Chosen:
    """The face nearest to the middle of a photo, and the others.

    Raises:
        NoFace: there is none.
    """
    if not faces:
        raise NoFace()
    nearest = min(faces, key=lambda face: _off_centre(face, photo))
    return Chosen(nearest, tuple(face for face in faces if face is not nearest))


def _off_centre(face: DetectedFace, photo: Photo) -> float:
    box = face.box
    return hypot(box.x + box.width / 2 - photo.width / 2, box.y + box.height / 2 - photo.height / 2)
