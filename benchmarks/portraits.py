"""Portraits of people for the benchmarks: FRLL's, with what the people reported about themselves. Not a benchmark."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from overt.capture.decode import decode
from overt.capture.face import DetectedFace
from overt.capture.photo import Photo
from overt.evaluation.folder import read_people
from overt.evaluation.lists import read_labels
from overt.evaluation.recapture.portrait import Portrait, portrait_of
from overt.template.pipeline import TemplatePipeline

GROUPS = ("face_gender", "face_eth")
"""As the people reported them."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One portrait file. `groups`: self-reported gender and ethnicity, empty where there are no labels."""

    person: str
    name: str
    content: bytes = field(repr=False)
    photo: Photo = field(repr=False)
    face: DetectedFace
    groups: tuple[str, ...] = ()

    @property
    def portrait(self) -> Portrait:
        """For the simulator."""
        return portrait_of(self.photo.pixels, self.face.box)


def frll(folder: Path, pipeline: TemplatePipeline, only: str | None = None) -> Iterator[Face]:
    """Two portraits of each person (or of `only` one), by person."""
    people = read_people(folder, read_labels((folder / "labels.csv").read_bytes()), groups=GROUPS)
    for file, index in zip(people.images, people.person, strict=True):
        if only in (None, people.people[index]):
            groups = tuple(people.labels[column][index] for column in GROUPS)
            yield face_of(file, people.people[index], pipeline, groups)


def generated_files(folder: Path) -> dict[str, Path]:
    """Faces of nobody, one portrait each, by name."""
    return {
        file.stem: file for file in sorted([*folder.glob("sfhq_samples/*.jpg"), *folder.glob("openvto/*_selfie.jpg")])
    }


def face_of(file: Path, person: str, pipeline: TemplatePipeline, groups: tuple[str, ...] = ()) -> Face:
    """A portrait and its largest face."""
    content = file.read_bytes()
    photo = decode(content)
    face = max(pipeline.faces(photo), key=lambda each: each.box.width)
    return Face(person, file.stem, content, photo, face, groups)
