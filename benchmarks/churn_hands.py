"""Enrolling and erasing by the product's own code, with vectors in place of photographs.

    python benchmarks/churn_hands.py INSTANCE FOLDER [--index]

Rules:
* An enrolment is an import of a folder (`store/gallery/importing.py`): sealed rows, a ledger entry, the change feed. An
  erasure is `store/gallery/erasure.py` to its end: rows, ledger entry, keys, vacuum. Only the models are left out: a
  photograph is a file that holds its template's numbers, so an import lacks the 150 ms of processor time of each.
* As a command it is another process over the same instance, as `overt gallery` is: it reads one order a line from the
  standard input and answers each with one line once it is done, which is the acknowledgement. With `--index` it also
  keeps the search index, and so the sealed cache on disk, up to date after each.
"""

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy import select

from overt.capture.face import Box, DetectedFace
from overt.capture.photo import Photo
from overt.errors import ImportRunning, UnreadableImage
from overt.identifiers import PersonId
from overt.models.manifest import shipped_manifest
from overt.search.contract import Vector
from overt.store import schema
from overt.store.gallery.erasure import ErasureReport
from overt.store.instance import Instance, open_instance
from overt.template.contract import TemplateContract
from overt.template.made import MadeTemplate
from overt.template.template import Template

_MAGIC: Final = b"overt benchmark vector\n"
_POINT: Final = (1.0, 1.0)
_FACE: Final = DetectedFace(Box(0, 0, 38, 51), (_POINT, _POINT, _POINT, _POINT, _POINT), 1.0)
_TIMINGS: Final = MappingProxyType({"decode": 0.0, "detect": 0.0, "embed": 0.0})
_AGAIN_SECONDS: Final = 0.01


def photograph(vector: Vector) -> bytes:
    """A file that stands for a photograph with this template."""
    return _MAGIC + vector.astype("<f4").tobytes()


class Photographs:
    """The models' place: fills what the desks, the import and the index ask of a pipeline."""

    def __init__(self) -> None:
        self.contract: TemplateContract = shipped_manifest().contract

    def make(self, photo: bytes) -> MadeTemplate:
        """The template that the file holds.

        Raises:
            UnreadableImage: it holds none.
        """
        if not photo.startswith(_MAGIC):
            raise UnreadableImage
        vector = np.frombuffer(photo, "<f4", offset=len(_MAGIC)).astype(np.float32)
        grey = Photo(np.full((64, 48, 3), 128, np.uint8))
        return MadeTemplate(Template(vector, self.contract.digest), grey, _FACE, (), _TIMINGS)

    def make_burst(self, frames: Sequence[bytes]) -> MadeTemplate:
        """The first frame's."""
        return self.make(frames[0])


@contextmanager
def opened(folder: Path) -> Iterator[Instance]:
    """An instance whose photographs are vectors."""
    with open_instance(folder) as instance:
        instance.pipeline = Photographs()  # type: ignore[assignment]
        yield instance


class Hands:
    """Who changes the gallery of one instance; for one thread."""

    def __init__(self, instance: Instance, folder: Path) -> None:
        self._instance, self._folder = instance, folder
        folder.mkdir(exist_ok=True)

    def enrol(self, people: Mapping[str, Vector]) -> int:
        """Import one image of each; returns how many times another import was under way.

        Raises:
            RuntimeError: not everybody was imported.
        """
        self._write(people)
        waited = 0
        while True:
            try:
                report = self._instance.importer().run(self._folder, lambda _done, _total: None)
            except ImportRunning:
                waited += 1
                time.sleep(_AGAIN_SECONDS)
                continue
            if report.imported != len(people) or report.ledger_index is None:
                raise RuntimeError(f"an import did not take everybody: {report}")
            return waited

    def erase(self, label: str) -> ErasureReport:
        """Erase whom the force calls so."""
        return self.erase_person(self.person(label))

    def erase_person(self, person: PersonId) -> ErasureReport:
        """Erase somebody."""
        return self._instance.erasure.erase(person)

    def person(self, label: str) -> PersonId:
        """The id of whom the force calls so."""
        tag = self._instance.tagger.person(label)
        with self._instance.engine.connect() as connection:
            query = select(schema.person.c.id).where(schema.person.c.label_tag == tag)
            return PersonId(connection.execute(query).scalar_one())

    def _write(self, people: Mapping[str, Vector]) -> None:
        for old in self._folder.iterdir():
            old.unlink()
        today = self._instance.clock().date()
        row = {
            "captured_on": (today - timedelta(days=400)).isoformat(),
            "lawful_basis": "pace-64a",
            "outcome": "convicted",
            "review_on": (today + timedelta(days=365)).isoformat(),
            "under_18": "false",
            "source": "custody",
        }
        with (self._folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("file", "person", *row))
            for label, vector in people.items():
                (self._folder / f"{label}.vector").write_bytes(photograph(vector))
                writer.writerow((f"{label}.vector", label, *row.values()))


def order_of_enrolment(people: Mapping[str, Vector]) -> str:
    """One line for another process."""
    return json.dumps({"enrol": {label: vector.astype("<f4").tobytes().hex() for label, vector in people.items()}})


def obey(hands: Hands, order: Mapping[str, Any]) -> None:
    """Do what one line says: `enrol` (label to vector), `erase` (a label) or `erase_person` (an id)."""
    if "enrol" in order:
        hands.enrol({each: np.frombuffer(bytes.fromhex(text), "<f4") for each, text in order["enrol"].items()})
    elif "erase" in order:
        hands.erase(order["erase"])
    else:
        hands.erase_person(PersonId(UUID(order["erase_person"])))


def main() -> int:
    """Obey until the standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("instance", type=Path)
    parser.add_argument("folder", type=Path, help="where the folder to import from is made")
    parser.add_argument("--index", action="store_true", help="keep the search index up to date, too")
    given = parser.parse_args()
    with opened(given.instance) as instance:
        hands = Hands(instance, given.folder)
        print(json.dumps({"ready": True}), flush=True)
        for line in sys.stdin:
            start = time.perf_counter()
            obey(hands, json.loads(line))
            print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
            if given.index:
                instance.index.current()
    return 0


if __name__ == "__main__":
    sys.exit(main())
