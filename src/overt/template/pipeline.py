"""One photograph, or the frames of one capture, to one template.

    bytes -> decode -> detect -> one face (others blanked) -> look again -> align
          -> embed, mirror too -> take the centre away -> unit vector

Rules:
* A refusal is a `CaptureRefusal` leaf; there is no half result.
* Nothing is computed from a bystander: the others are blanked before the second look and the embedding.
* What is only said about a photograph (its quality, signs of a screen or a print) is found on a second thread while the
  first one embeds: it takes nearly as long, and a person is waiting.
* Nothing is kept between calls: no photo, no vector, no cache.
* The clock is handed in and only ever measures.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from overt.capture.decode import decode
from overt.capture.face import DetectedFace
from overt.capture.one_face import choose, mask_others
from overt.capture.photo import Photo
from overt.errors import FaceNotEncodable
from overt.quality.assess import assess_all
from overt.quality.assessment import Assessment
from overt.quality.lids import LidFinder
from overt.quality.presentation.look import Look, look
from overt.template.align import align
from overt.template.centre import centred
from overt.template.contract import TemplateContract
from overt.template.fusion import fuse
from overt.template.looks import look_again
from overt.template.made import MadeTemplate
from overt.template.ports import FaceDetector, FaceEmbedder
from overt.template.template import Template, Vector, unit

Clock = Callable[[], float]
"""Seconds from any start; only differences count."""

_beside = ThreadPoolExecutor(thread_name_prefix="overt-quality")
"""Of the process; its threads start as they are first needed."""


@dataclass(frozen=True, slots=True)
class TemplatePipeline:
    """Makes templates under one contract. Safe to call from several threads when its ports are.

    `centre`: what the contract's file of that name holds; None when it names none. `lids`: for the quality measure of
    open eyes alone; without it that measure is not assessed, and no template differs.
    """

    detector: FaceDetector
    embedder: FaceEmbedder
    contract: TemplateContract
    clock: Clock
    centre: Vector | None = None
    lids: LidFinder | None = None

    def make(self, photo: bytes) -> MadeTemplate:
        """A template from a file's bytes.

        Raises:
            CaptureRefusal: one of its leaves: unreadable or too large, no face, several, too small, not encodable.
        """
        return self._made(photo, looked_over=False)

    def make_burst(self, frames: Sequence[bytes]) -> MadeTemplate:
        """One template from the frames of a capture, as `fusion.py` has it; a photograph is a burst of one.

        Raises:
            SeveralFaces, SeveralPeopleInBurst: in any frame, or between two.
            CaptureRefusal: no frame can be used; why the first one cannot.
        """
        return fuse(frames, lambda frame: self._made(frame, looked_over=True))

    def faces(self, photo: Photo) -> tuple[DetectedFace, ...]:
        """Every face of a photo, for evaluation sets in which the person is known to be, say, the central one."""
        return self.detector.detect(photo.pixels, self.contract.detection.longest_side)

    def template_of(self, photo: Photo, face: DetectedFace) -> Template:
        """The template of a face that the caller chose; `make` is for photographs of people.

        Raises:
            FaceNotEncodable: nothing usable came out.
        """
        template, _ = self._embed(photo, look_again(self.detector, photo, face, self.contract.looks))
        return template

    def _made(self, photo: bytes, *, looked_over: bool) -> MadeTemplate:
        """`looked_over`: for signs of a screen or a print, too."""
        started = self.clock()
        decoded = decode(photo)
        at_decoded = self.clock()
        chosen = choose(self.faces(decoded))
        masked = mask_others(decoded, chosen)
        face = look_again(self.detector, masked, chosen.face, self.contract.looks)
        at_detected = self.clock()
        remarks = _beside.submit(self._remarks, masked, face, looked_over)
        template, length = self._embed(masked, face)
        at_embedded = self.clock()
        moments = {
            "decode": at_decoded - started,
            "detect": at_detected - at_decoded,
            "embed": at_embedded - at_detected,
        }
        timings = MappingProxyType({name: seconds * 1000 for name, seconds in moments.items()})
        quality, seen = remarks.result()
        return MadeTemplate(template, masked, face, quality, timings, length, seen)

    def _remarks(
        self, photo: Photo, face: DetectedFace, looked_over: bool
    ) -> tuple[tuple[Assessment, ...], Look | None]:
        return assess_all(photo, face, self.lids), look(photo, face) if looked_over else None

    def _embed(self, photo: Photo, face: DetectedFace) -> tuple[Template, float]:
        """The template, and how long its embedding was; of two the mean."""
        aligned = align(photo.pixels, face.landmarks, self.contract.input.side)
        seen = [aligned] if self.contract.mirror == "none" else [aligned, np.ascontiguousarray(aligned[:, ::-1])]
        embedded = [self._embedded(each) for each in seen]
        vector = sum((unit(each) for each in embedded[1:]), start=unit(embedded[0]))
        length = float(np.mean([np.linalg.norm(each) for each in embedded]))
        return Template(centred(unit(vector), self.centre), self.contract.digest), length

    def _embedded(self, aligned: NDArray[np.uint8]) -> NDArray[np.float32]:
        vector = self.embedder.embed(aligned)
        if vector.shape != (self.contract.dimension,):
            raise FaceNotEncodable()
        return vector
