"""Architecture rule 4: fifty checks on real photographs, then a grep of every file that could have kept a probe.

The checks go through the desks, over HTTP to a served instance, and through the command line; some end in a refusal,
one meets a ledger that cannot be written. What is looked for is in `simulators.traces`: the file, its pixels, the
aligned crop, the vectors and the digests, each in many encodings. Then the same grep has to find all of them where they
were put on purpose.

Every run makes its own probes, so a file of another run is never taken for a trace of this one.
"""

import contextlib
import os
import resource
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psycopg
import pytest
from sqlalchemy import text

from overt.capture.decode import decode
from overt.cli.demo.photographs import empty_street, montage
from overt.encounter.search_desk import Answered
from overt.errors import CaptureRefusal, LedgerUnavailable, NoFace, SeveralFaces, UnreadableImage
from overt.models.shipped import load_shipped_pipeline
from overt.store.creation import create, demonstration_text
from overt.store.embedded import EmbeddedPostgres
from overt.store.embedded.place import remembered
from overt.store.instance import Instance, open_instance
from overt.template.align import align
from overt.template.pipeline import MadeTemplate, TemplatePipeline
from simulators.commands import EXAMPLES, ROOT, overt
from simulators.force import OFFICER, Clock, Force, open_folder
from simulators.phone import Phone, served
from simulators.real_photographs import demonstration_gallery, retaken
from simulators.traces import (
    Grep,
    Trace,
    digest_traces,
    file_traces,
    picture_traces,
    pixel_traces,
    small_traces,
    vector_traces,
)

pytestmark = pytest.mark.slow

DESKS, HTTP, COMMANDS = 32, 9, 4
CHECKS = 50
LARGEST_FILE = 500_000
"""No file of the serving process may grow beyond this; the photographs sent to it are larger, so it cannot spool."""
KINDS = ("JPEG", "PNG", "WEBP")


@dataclass
class Seen:
    """Every probe that was used, what was sent beside it, and what the models made of it. In memory only."""

    pipeline: TemplatePipeline
    probes: dict[str, bytes] = field(default_factory=dict)
    signatures: dict[str, bytes] = field(default_factory=dict)
    made: dict[bytes, MadeTemplate] = field(default_factory=dict)

    def traces(self, label: str) -> list[Trace]:
        """All that could have been kept of one probe."""
        photo = self.probes[label]
        traces = [*file_traces("file", photo), *digest_traces(photo)]
        if label in self.signatures:
            # By a known key over a photograph's digest: enough to tell later whether a photograph was this one.
            traces += small_traces("signature", self.signatures[label])
        with contextlib.suppress(CaptureRefusal):
            traces += pixel_traces("decoded", decode(photo).pixels)
            traces += self._of_template(self.made.get(photo) or self.pipeline.make(photo))
        return traces

    def _of_template(self, made: MadeTemplate) -> Iterator[Trace]:
        crop = align(made.photo.pixels, made.face.landmarks, self.pipeline.contract.input.side)
        yield from pixel_traces("crop", crop)
        yield from picture_traces("crop", crop)
        yield from picture_traces("photo", made.photo.pixels)
        yield from vector_traces("template", made.template.vector)
        for name, view in (("plain", crop), ("mirrored", np.ascontiguousarray(crop[:, ::-1]))):
            yield from vector_traces(f"{name} embedding", self.pipeline.embedder.embed(view))


class Recording:
    """The shipped pipeline, remembering what it made."""

    def __init__(self, seen: Seen) -> None:
        self._seen, self.contract = seen, seen.pipeline.contract

    def make(self, photo: bytes) -> MadeTemplate:
        made = self._seen.made[photo] = self._seen.pipeline.make(photo)
        return made


@dataclass
class Done:
    """The instance after the checks."""

    force: Force
    seen: Seen
    since: float
    callers: Path
    scores: tuple[float, float]

    @property
    def folder(self) -> Path:
        return self.force.instance.place.folder


@pytest.fixture(scope="module")
def done(photographs: dict[str, bytes]) -> Iterator[Done]:
    """Fifty checks, nothing searched yet."""
    seen = Seen(load_shipped_pipeline())
    with (
        open_folder() as folder,
        tempfile.TemporaryDirectory(prefix="overt-callers-own-") as own,
        real_force(folder / "force", seen) as force,
    ):
        gallery = demonstration_gallery(Path(own) / "gallery", photographs, force.clock().date())
        assert force.instance.importer().run(gallery, lambda done, total: None).imported == 4
        since, generator, labels = time.time() - 1, np.random.default_rng(), list(photographs)
        made = [retaken(photographs[labels[n % 10]], generator, KINDS[n % 3]) for n in range(DESKS + COMMANDS)]
        for number, photo in enumerate(made[:DESKS]):
            force.reveal(capture(force, seen, f"desk {number}", photo).encounter)
        refused_at_desks(force, seen, photographs, generator)
        over_http(force, seen, [retaken(photographs[n], generator, "PNG", 1000) for n in labels if n[-1] != "3"][:HTTP])
        scores = by_command(force, seen, made[DESKS:], Path(own))
        yield Done(force, seen, since, Path(own), scores)


@contextlib.contextmanager
def real_force(folder: Path, seen: Seen) -> Iterator[Force]:
    clock = Clock()
    create(folder, demonstration_text(clock().date(), None), clock)
    with open_instance(folder, clock) as instance:
        yield Force(instance, clock, Recording(seen))  # type: ignore[arg-type]  # real templates, recorded


# --- fifty checks --------------------------------------------------------------------------------------------------


def capture(force: Force, seen: Seen, label: str, photo: bytes) -> Answered:
    encounter = force.noticed()
    nonce, signature = force.signed(encounter, photo)
    seen.probes[label], seen.signatures[label] = photo, signature
    return force.desks.search.capture(encounter, OFFICER, photo, nonce, signature)


def refused_at_desks(
    force: Force, seen: Seen, photographs: Mapping[str, bytes], generator: np.random.Generator
) -> None:
    two = montage(photographs["person-3-other"], photographs["person-4-other"])
    whole = retaken(photographs["person-1-other"], generator)
    with pytest.raises(NoFace):
        capture(force, seen, "no face", retaken(empty_street(), generator))
    with pytest.raises(SeveralFaces):
        capture(force, seen, "two faces", retaken(two, generator))
    with pytest.raises(UnreadableImage):
        capture(force, seen, "truncated", whole[: len(whole) // 2])
    ledger = force.instance.place.ledger
    with pytest.raises(LedgerUnavailable), pytest.MonkeyPatch.context() as patch:
        patch.setattr(force.instance.ledger.files, "write_tiles", _disk_full)
        capture(force, seen, "no ledger", retaken(photographs["person-1-third"], generator))
    assert ledger.is_dir()


def _disk_full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def over_http(force: Force, seen: Seen, photos: list[bytes]) -> None:
    """To a served instance that cannot write a file as large as the photographs, and must not dump its memory."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))

    folder = force.instance.place.folder
    with served(folder, limited) as service:
        limits = Path(f"/proc/{service.process.pid}/limits")
        if limits.exists():
            (core,) = (line for line in limits.read_text().splitlines() if line.startswith("Max core file size"))
            assert core.split()[4:6] == ["0", "0"], core
        phone = Phone(folder, service.address)
        for number, photo in enumerate(photos):
            assert len(photo) > LARGEST_FILE
            seen.probes[f"http {number}"] = photo
            phone.found(photo)
        seen.probes["http truncated"] = photos[0][: LARGEST_FILE + 1]
        assert phone.capture(phone.open(), seen.probes["http truncated"]).json()["code"] == "unreadable_image"
        phone.client.close()


def by_command(force: Force, seen: Seen, photos: list[bytes], own: Path) -> tuple[float, float]:
    """Through `overt check`; returns the score of one probe there and at the desks."""
    scores: list[float] = []
    for number, photo in enumerate(photos):
        file = own / f"{number}.photo"
        file.write_bytes(photo)
        seen.probes[f"command {number}"] = photo
        document = overt(force.instance.place.folder, "check", file, "--encounter", EXAMPLES / "street-stop.toml").json
        assert document["result"] in {"candidates", "no_candidate"}
        scores += [one["score"] for one in document["candidates"][:1]]
        if scores and scores[-1:] and len(scores) == 1:
            answered = capture(force, seen, "same as by command", photo)
            scores.append(force.reveal(answered.encounter).candidates[0].score)
    return scores[0], scores[1]
