"""What is timed: a whole check without its models, and the part of it that the gallery's changes touch.

Rules:
* Both go through the desks of the product, with a template in place of a photograph (`churn_hands.py`): the 150 ms of
  the models would hide the rest.
* `Check` is opening, notice, capture and answer, each with its durable ledger entry.
* `Search` is what the desk does between template and ledger: the index caught up with every change that is committed,
  the number of eligible references, the threshold for it, and the search. Its authority comes from an open, noticed
  encounter and is renewed before it is a minute old; no search is without one.
"""

import hashlib
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from churn_hands import photograph
from overt.access import Shutter, capture_message
from overt.authority import Authority
from overt.cli.check import read_toml
from overt.encounter.authorising import authorise_search
from overt.encounter.encounter import Encounter
from overt.encounter.search_desk import MILLION, Answered
from overt.identifiers import OfficerId
from overt.search.contract import Scored, Vector
from overt.search.gallery_backed import GallerySearch
from overt.store.creation import DEMO_OFFICER, demo_device_id
from overt.store.desks import calibration_for, desks_of
from overt.store.gallery.index import GalleryIndex
from overt.store.instance import Instance
from overt.template.template import Template

ROOT = Path(__file__).resolve().parents[1]
_OFFICER: Final = OfficerId(DEMO_OFFICER)
_RENEWED_AFTER: Final = timedelta(seconds=25)


class Counter:
    """The demonstration officer at the desks of an instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.desks = instance, desks_of(instance)
        self._fields = {
            name: value
            for name, value in read_toml(ROOT / "examples/street-stop.toml").items()
            if not isinstance(value, dict) and name != "notice"
        }
        self._device = demo_device_id(instance.about.id)
        self._key = instance.key_folder.demo_device()

    def noticed(self) -> Encounter:
        """A check that is open, and the person told."""
        opened = self.desks.check.open(self._fields, _OFFICER)
        return self.desks.check.notice(opened.id, _OFFICER, "given")

    def answered(self, vector: Vector) -> Answered:
        """A check to its durable answer."""
        encounter = self.noticed().id
        photo = photograph(vector)
        nonce = self.desks.check.nonce(encounter, _OFFICER, self._device).value
        message = capture_message(nonce, encounter, Shutter.GUIDED, [hashlib.sha256(photo).digest()])
        r, s = decode_dss_signature(self._key.sign(message, ECDSA(SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return self.desks.search.capture(encounter, _OFFICER, [photo], nonce, signature, Shutter.GUIDED)

    def authority(self) -> Authority:
        """Permission to search, for a minute."""
        encounter = self.noticed()
        contract = self.instance.pipeline.contract.digest
        desk = self.desks.check
        return authorise_search(desk.policy, encounter, desk.present(encounter.fields), contract, desk.around.now())


class Check:
    """A whole check of one probe after the other."""

    def __init__(self, counter: Counter, probes: Sequence[Vector]) -> None:
        self._counter, self._probes = counter, probes

    def __call__(self, number: int) -> None:
        self._counter.answered(self._probes[number % len(self._probes)])


class Search:
    """A search of an index under an authority; safe among threads."""

    def __init__(self, counter: Counter, probes: Sequence[Vector] = (), index: GalleryIndex | None = None) -> None:
        self._counter, self._probes = counter, probes
        self._index = index or counter.instance.index
        self._contract = counter.instance.pipeline.contract
        self._calibration = calibration_for(self._contract)
        self._renewing = threading.Lock()
        self._authority = counter.authority()

    def __call__(self, number: int) -> None:
        self.found(self._probes[number % len(self._probes)])

    def found(self, vector: Vector) -> list[Scored]:
        """All that a check would find."""
        authority, clock = self._standing(), self._counter.instance.clock
        search = GallerySearch(self._index.current())
        rules = self._counter.instance.policy.threshold
        size = search.scope_size(authority, clock())
        threshold = self._calibration.threshold(rules.target_fpir_per_million / MILLION, max(size, rules.set_for))
        return search.find(Template(vector, self._contract.digest), threshold, authority, clock())

    def _standing(self) -> Authority:
        """One that is not a minute old; one thread renews it while the others go on with the one before."""
        age = self._counter.instance.clock() - self._authority.as_of
        if age > _RENEWED_AFTER and self._renewing.acquire(blocking=age > 2 * _RENEWED_AFTER):
            try:
                if self._counter.instance.clock() - self._authority.as_of > _RENEWED_AFTER:
                    self._authority = self._counter.authority()
            finally:
                self._renewing.release()
        return self._authority
