"""A police force in a test: an instance, people in its gallery, and an officer who does whole checks."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from overt.access import Shutter, capture_message
from overt.encounter import Encounter, simulated_comparison
from overt.encounter.reveal_desk import Revealed
from overt.encounter.search_desk import Answered
from overt.identifiers import EncounterId, OfficerId
from overt.store.creation import create, demo_device_id, demonstration_text
from overt.store.desks import Desks, desks_of
from overt.store.embedded import EmbeddedPostgres
from overt.store.gallery.importing import ImportReport
from overt.store.instance import Instance, open_instance
from overt.store.place import Place
from simulators.camera import SimulatedTemplates, photograph

OFFICER = OfficerId("demo-officer")
STREET: Mapping[str, Any] = {
    "officer": "demo-officer",
    "ground": "identity-doubted",
    "details": "given-doubted",
    "power": "common-law-crime",
    "offence": "theft",
    "tried_first": ["asked-again"],
    "place": "street",
    "area": "demo-centre",
    "age": "adult",
    "without_this": "would-arrest",
}


class Clock:
    """A clock that tests set."""

    def __init__(self, start: datetime | None = None) -> None:
        self.moment = start or datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that the server's own user can pass through, removed with any database in it."""
    folder = Path(tempfile.mkdtemp(prefix="overt-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        for cluster in folder.glob("*/postgres"):
            EmbeddedPostgres(cluster).destroy()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Force:
    """An opened instance with simulated templates."""

    instance: Instance
    clock: Clock
    templates: SimulatedTemplates = field(default_factory=SimulatedTemplates)

    def __post_init__(self) -> None:
        self.instance.__dict__["pipeline"] = self.templates

    @cached_property
    def desks(self) -> Desks:
        """The use cases of a check."""
        return desks_of(self.instance)

    def enrol(self, *people: int, shots: int = 1, **labels: str) -> ImportReport:
        """Import people by number; `labels` override manifest columns."""
        with tempfile.TemporaryDirectory() as folder:
            write_manifest(Path(folder), people, shots, self.clock().date(), labels)
            return self.instance.importer().run(Path(folder), lambda done, total: None)

    def noticed(self, actor: OfficerId = OFFICER, **fields: Any) -> EncounterId:
        """Open a check and give notice."""
        opened = self.desks.check.open({**STREET, **fields}, actor)
        self.desks.check.notice(opened.id, actor, "given")
        return opened.id

    def signed(
        self, encounter: EncounterId, *frames: bytes, actor: OfficerId = OFFICER, shutter: Shutter = Shutter.GUIDED
    ) -> tuple[bytes, bytes, Shutter]:
        """A nonce, the device's signature over the frames, and how the shutter was opened: the end of `capture`."""
        nonce = self.desks.check.nonce(encounter, actor, demo_device_id(self.instance.about.id))
        return nonce.value, self.sign(nonce.value, encounter, *frames, shutter=shutter), shutter

    def sign(self, nonce: bytes, encounter: EncounterId, *frames: bytes, shutter: Shutter = Shutter.GUIDED) -> bytes:
        digests = [hashlib.sha256(frame).digest() for frame in frames]
        message = capture_message(nonce, encounter, shutter, digests)
        r, s = decode_dss_signature(self.instance.key_folder.demo_device().sign(message, ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def capture(
        self, encounter: EncounterId, *frames: bytes, actor: OfficerId = OFFICER, shutter: Shutter = Shutter.GUIDED
    ) -> Answered:
        """Take a photograph, or a burst."""
        signed = self.signed(encounter, *frames, actor=actor, shutter=shutter)
        return self.desks.search.capture(encounter, actor, frames, *signed)

    def check(self, person: int, shot: int = 99, **fields: Any) -> Revealed:
        """A whole check up to the reveal."""
        answered = self.capture(self.noticed(**fields), photograph(person, shot))
        return self.reveal(answered.encounter)

    def reveal(self, encounter: Encounter) -> Revealed:
        comparison = simulated_comparison(self.instance.policy, encounter)
        self.desks.reveal.compare(encounter.id, OFFICER, comparison)
        return self.desks.reveal.reveal(encounter.id, OFFICER)

    def found(self, person: int, **fields: Any) -> list[str]:
        """The labels of the candidates of a check."""
        return [one.names.person for one in self.check(person, **fields).candidates if one.names]

    def stored(self, encounter: EncounterId) -> Encounter:
        """An encounter as it is stored."""
        return self.instance.book.load(encounter)

    def bodies(self) -> list[bytes]:
        """Every entry of the published ledger, in order."""
        return self.instance.ledger.published_bodies(0, self.instance.ledger.head().size)

    def deeds(self) -> list[str]:
        """Every deed of the published ledger, in order."""
        from overt.ledger.entry import parse

        return [parse(body).deed.value for body in self.bodies()]


@contextmanager
def demonstration(
    folder: Path, name: str = "force", clock: Clock | None = None, pilot_ends: date | None = None
) -> Iterator[Force]:
    """A fresh demonstration instance with simulated templates."""
    clock = clock or Clock()
    create(folder / name, demonstration_text(clock().date(), pilot_ends), clock)
    with open_instance(folder / name, clock) as instance:
        yield Force(instance, clock)


@contextmanager
def reopened(folder: Path, name: str = "force", clock: Clock | None = None) -> Iterator[Force]:
    """The same instance as another process would open it."""
    clock = clock or Clock()
    with open_instance(folder / name, clock) as instance:
        yield Force(instance, clock)


def write_manifest(
    folder: Path, people: tuple[int, ...], shots: int, today: date, labels: Mapping[str, str] | None = None
) -> None:
    """A folder to import: simulated photographs and their manifest."""
    row = {
        "captured_on": (today - timedelta(days=30)).isoformat(),
        "lawful_basis": "pace-64a",
        "outcome": "convicted",
        "review_on": (today + timedelta(days=365)).isoformat(),
        "under_18": "false",
        "source": "custody",
        **(labels or {}),
    }
    lines = [",".join(("file", "person", *row))]
    for person in people:
        for shot in range(shots):
            name = f"{person}-{shot}.sim"
            (folder / name).write_bytes(photograph(person, shot))
            lines.append(",".join((name, f"p{person}", *row.values())))
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")


def keys_of(folder: Path, name: str = "force") -> Path:
    """The folder of keys of an instance."""
    return Place((folder / name).absolute()).keys


def random_bytes(count: int) -> bytes:
    """Fresh randomness."""
    return os.urandom(count)
