"""One photograph, or the frames of one capture, to one template.

    bytes -> decode -> detect -> one face (others blanked) -> look again -> align -> embed, mirror too -> unit vector

Rules:
* A refusal is a `CaptureRefusal` leaf; there is no half result.
* Nothing is computed from a bystander: the others are blanked before the second look and the embedding.
* Nothing is kept between calls: no photo, no vector, no cache.
* The clock is handed in and only ever measures.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from overt.capture.decode import decode
from overt.capture.face import DetectedFace, Point
from overt.capture.one_face import choose, mask_others
from overt.capture.photo import Photo
from overt.errors import FaceNotEncodable
from overt.quality.assess import assess_all
from overt.template.align import align
from overt.template.contract import Landmarks, TemplateContract
from overt.template.fusion import fuse
from overt.template.made import MadeTemplate
from overt.template.ports import FaceDetector, FaceEmbedder
from overt.template.template import Template, unit

Clock = Callable[[], float]
"""Seconds from any start; only differences count."""

_SAME_FACE = 0.4


@dataclass(frozen=True, slots=True)
class TemplatePipeline:
    """Makes templates under one contract. Safe to call from several threads when its ports are."""

    detector: FaceDetector
    embedder: FaceEmbedder
    contract: TemplateContract
    clock: Clock

    def make(self, photo: bytes) -> MadeTemplate:
        """A template from a file's bytes.

        Raises:
            CaptureRefusal: one of its leaves: unreadable or too large, no face, several, too small, not encodable.
        """
        started = self.clock()
        decoded = decode(photo)
        at_decoded = self.clock()
        chosen = choose(self.faces(decoded))
        masked = mask_others(decoded, chosen)
        face = look_again(self.detector, masked, chosen.face, self.contract.landmarks)
        at_detected = self.clock()
        template = self._embed(masked, face)
        at_embedded = self.clock()
        moments = {
            "decode": at_decoded - started,
            "detect": at_detected - at_decoded,
            "embed": at_embedded - at_detected,
        }
        timings = MappingProxyType({name: seconds * 1000 for name, seconds in moments.items()})
        return MadeTemplate(template, masked, face, assess_all(masked, face), timings)

    def make_burst(self, frames: Sequence[bytes]) -> MadeTemplate:
        """One template from the frames of a capture, as `fusion.py` has it; a photograph is a burst of one.

        Raises:
            SeveralFaces, SeveralPeopleInBurst: in any frame, or between two.
            CaptureRefusal: no frame can be used; why the first one cannot.
        """
        return fuse(frames, self.make)

    def faces(self, photo: Photo) -> tuple[DetectedFace, ...]:
        """Every face of a photo, for evaluation sets in which the person is known to be, say, the central one."""
        return self.detector.detect(photo.pixels, self.contract.detection.longest_side)

    def template_of(self, photo: Photo, face: DetectedFace) -> Template:
        """The template of a face that the caller chose; `make` is for photographs of people.

        Raises:
            FaceNotEncodable: nothing usable came out.
        """
        return self._embed(photo, look_again(self.detector, photo, face, self.contract.landmarks))

    def _embed(self, photo: Photo, face: DetectedFace) -> Template:
        aligned = align(photo.pixels, face.landmarks, self.contract.input.side)
        vector = self._vector(aligned)
        if self.contract.mirror != "none":
            vector = vector + self._vector(np.ascontiguousarray(aligned[:, ::-1]))
        return Template(unit(vector), self.contract.digest)

    def _vector(self, aligned: NDArray[np.uint8]) -> NDArray[np.float32]:
        vector = self.embedder.embed(aligned)
        if vector.shape != (self.contract.dimension,):
            raise FaceNotEncodable()
        return unit(vector)


def look_again(detector: FaceDetector, photo: Photo, face: DetectedFace, rule: Landmarks) -> DetectedFace:
    """The face with its landmarks averaged over the first look and a second one at a crop around it.

    A detector places landmarks best on faces of a middling size, and its two looks err independently. When the second
    look does not find the same face (overlap under 0.4), the first stands.
    """
    if rule.passes == 1:
        return face
    x0, y0, crop = _square_around(photo, face, rule.crop_percent / 100)
    found = [seen.moved(x0, y0) for seen in detector.detect(crop, rule.crop_side)] if crop.size else []
    again = max(found, key=lambda seen: seen.box.overlap(face.box), default=None)
    if again is None or again.box.overlap(face.box) < _SAME_FACE:
        return face
    a, b, c, d, e = (_middle(p, q) for p, q in zip(face.landmarks, again.landmarks, strict=True))
    return DetectedFace(face.box, (a, b, c, d, e), face.score)


def _square_around(photo: Photo, face: DetectedFace, times: float) -> tuple[int, int, NDArray[np.uint8]]:
    box = face.box
    half = max(box.width, box.height) * times / 2
    middle_x, middle_y = box.x + box.width / 2, box.y + box.height / 2
    x0, x1 = (int(v) for v in np.clip([middle_x - half, middle_x + half + 1], 0, photo.width))
    y0, y1 = (int(v) for v in np.clip([middle_y - half, middle_y + half + 1], 0, photo.height))
    return x0, y0, photo.pixels[y0:y1, x0:x1]


def _middle(p: Point, q: Point) -> Point:
    return (p[0] + q[0]) / 2, (p[1] + q[1]) / 2
