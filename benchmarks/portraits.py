"""Portraits of people for the benchmarks: FRLL's, with what the people reported about themselves. Not a benchmark."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from overt.capture.decode import decode
from overt.capture.face import DetectedFace
from overt.capture.photo import Photo
from overt.evaluation.recapture.portrait import Portrait, portrait_of
from overt.template.pipeline import TemplatePipeline


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


def frll(folder: Path, pipeline: TemplatePipeline, only: str = "*") -> Iterator[Face]:
    """Two portraits of each person (or of `only` one), by person."""
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as lines:
        labels = {row["face_id"]: (row["face_gender"], row["face_eth"]) for row in csv.DictReader(lines)}
    for person in sorted(path for path in folder.glob(only) if path.is_dir()):
        for file in sorted(person.glob("*.jpg")):
            yield face_of(file, person.name, pipeline, labels[person.name])


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
