"""A phone over real HTTP: a served instance as a process of its own, and the steps of a check against it."""

import hashlib
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from overt.access import Shutter, capture_message
from overt.capture.burst import MEDIA_TYPE, write_burst
from overt.identifiers import EncounterId
from overt.store.keys import KeyFolder
from overt.store.place import Place
from simulators.commands import PROGRAM, overt
from simulators.force import STREET

_ADDRESS = re.compile(r"(http://\S+)/")


@dataclass
class Served:
    """A running `overt serve`."""

    process: "subprocess.Popen[str]"
    address: str


@contextmanager
def served(instance: Path, before: Callable[[], None] | None = None) -> Iterator[Served]:
    """Run `overt serve` on a free port; `before` runs in the new process. It is stopped as by Ctrl-C."""
    argv = [str(part) for part in (PROGRAM, "--instance", instance, "serve", "--port", "0")]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdout=pipe, text=True, env=dict(os.environ), preexec_fn=before) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            found = _ADDRESS.search(said)
            assert found, said
            yield Served(process, found[1])
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


@dataclass
class Phone:
    """The demonstration's phone, signed in."""

    instance: Path
    address: str
    client: httpx.Client = field(init=False)
    signature: bytes = b""

    def __post_init__(self) -> None:
        token = overt(self.instance, "session", "demo-officer", "--json").json["token"]
        self.client = httpx.Client(
            base_url=f"{self.address}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60
        )

    def open(self, **fields: Any) -> EncounterId:
        """Open a check and give notice."""
        opened = self.client.post("/encounters", json={**STREET, **fields})
        assert opened.status_code == 201, opened.text
        encounter = EncounterId(UUID(opened.json()["encounter"]))
        assert self.post(encounter, "notice", code="given").status_code == 200
        return encounter

    def post(self, encounter: EncounterId, step: str, **body: Any) -> httpx.Response:
        """One step as JSON."""
        return self.client.post(f"/encounters/{encounter}/{step}", json=body)

    def capture(self, encounter: EncounterId, photo: bytes, kind: str = "image/jpeg") -> httpx.Response:
        """Take a photograph."""
        return self._hand_in(encounter, (photo,), photo, kind, Shutter.GUIDED)

    def burst(self, encounter: EncounterId, *frames: bytes, shutter: Shutter = Shutter.GUIDED) -> httpx.Response:
        """Take several frames at one press of the shutter."""
        return self._hand_in(encounter, frames, write_burst(frames), MEDIA_TYPE, shutter)

    def _hand_in(
        self, encounter: EncounterId, frames: Sequence[bytes], body: bytes, kind: str, shutter: Shutter
    ) -> httpx.Response:
        nonce = self.post(encounter, "nonce").json()["nonce"]
        self.signature = self.sign(bytes.fromhex(nonce), encounter, shutter, frames)
        headers = {
            "Overt-Nonce": nonce,
            "Overt-Signature": self.signature.hex(),
            "Overt-Shutter": shutter.value,
            "Content-Type": kind,
        }
        return self.client.post(f"/encounters/{encounter}/capture", content=body, headers=headers)

    def sign(self, nonce: bytes, encounter: EncounterId, shutter: Shutter, frames: Sequence[bytes]) -> bytes:
        """The phone's signature over one capture."""
        place = Place(self.instance)
        key = KeyFolder(place.keys, place.folder).demo_device()
        message = capture_message(nonce, encounter, shutter, [hashlib.sha256(frame).digest() for frame in frames])
        r, s = decode_dss_signature(key.sign(message, ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def found(self, photo: bytes, **fields: Any) -> list[str]:
        """A whole check up to the reveal: the labels of the candidates."""
        encounter = self.open(**fields)
        answer = self.capture(encounter, photo)
        assert answer.status_code == 200, answer.text
        self.compare(encounter, answer.json())
        return [one["person"] for one in self.post(encounter, "reveal").json()["candidates"]]

    def compare(self, encounter: EncounterId, answer: Mapping[str, Any]) -> None:
        """An officer's judgement of each candidate."""
        answers = [
            {"candidate": handle, "features": {"nose": "similar"}, "verdict": "same", "elapsed_ms": 9000}
            for handle in answer["candidates"]
        ]
        response = self.post(encounter, "comparison", answers=answers)
        assert response.status_code == 200, response.text
