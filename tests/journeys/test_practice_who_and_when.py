"""Practice for whoever trains: untrained, before the pilot and after it; but in force, an officer, and on a phone."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient

from overt.access import DeviceKey, Officer, Role, Session, Shutter, capture_message, hash_token
from overt.errors import VerificationMissing
from overt.identifiers import EncounterId, OfficerId
from overt.practice.scenes import Scenario
from overt.service.app import make_app
from overt.store.creation import create, demo_device_id
from overt.store.instance import open_instance
from simulators.force import OFFICER, Clock, Force, demonstration
from simulators.production import production_policy
from simulators.trainee import HOME, Trainee, colleague_of, trainee

WAYS = [scenario.value for scenario in Scenario]
SUPERVISOR = OfficerId("demo-supervisor")


def test_whoever_is_out_of_training_trains(force: Force) -> None:
    yesterday = force.clock().date() - timedelta(days=1)
    force.instance.accounts.authorise(Officer(OFFICER, frozenset({Role.OFFICER}), yesterday))
    with trainee(force) as one:
        one.whole()
        assert "officer_training_expired" in one.elsewhere("check").answered().text


def test_after_the_pilots_end_there_is_still_practice(folder: Path) -> None:
    clock = Clock()
    with (
        demonstration(folder, clock=clock, pilot_ends=clock().date() - timedelta(days=1)) as force,
        trainee(force) as one,
    ):
        size = force.instance.ledger.head().size
        for way in WAYS:
            one.elsewhere(way).whole()
        assert force.instance.ledger.head().size == size
        assert "pilot_expired" in one.elsewhere("check").answered().text


@pytest.fixture(scope="module")
def practising(shared_force: Force) -> Iterator[Trainee]:
    with trainee(shared_force) as one:
        yield one


def test_whoever_does_no_checks_has_no_practice(shared_force: Force, practising: Trainee) -> None:
    with colleague_of(practising, SUPERVISOR) as supervisor:
        assert supervisor.phone.get("/practice").status_code == 403
        assert supervisor.post("new", same="no").status_code == 403
        nonce = supervisor.phone.post(f"{supervisor.api}/{practising.noticed()}/nonce")
        assert nonce.status_code == 403
    assert TestClient(practising.phone.app, HOME).get("/practice", follow_redirects=False).status_code == 303


def test_whoever_was_revoked_has_no_practice(practising: Trainee, shared_force: Force) -> None:
    gone = OfficerId("gone")
    shared_force.instance.accounts.authorise(Officer(gone, frozenset({Role.OFFICER}), date(2100, 1, 1)))
    with colleague_of(practising, gone) as one:
        check = one.noticed()
        shared_force.instance.accounts.revoke(gone)
        assert one.get(f"{check}/camera").url.path == "/"


class OwnPhone(Force):
    """A force that is no demonstration, with a phone of its own."""

    key: EllipticCurvePrivateKey

    def sign(self, nonce: bytes, encounter: EncounterId, *frames: bytes, shutter: Shutter = Shutter.GUIDED) -> bytes:
        message = capture_message(nonce, encounter, shutter, [hashlib.sha256(frame).digest() for frame in frames])
        r, s = decode_dss_signature(self.key.sign(message, ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@pytest.fixture
def not_activated(folder: Path) -> Iterator[OwnPhone]:
    """A force whose documents are not published and whose pilot begins next month."""
    clock = Clock()
    text = production_policy(clock().date() + timedelta(days=30))
    text = re.sub(r'digest = "sha256:\w+"', 'digest = "placeholder"', text)
    create(folder / "force", text, clock)
    with open_instance(folder / "force", clock) as instance:
        force = OwnPhone(instance, clock)
        force.key = generate_private_key(SECP256R1())
        public = force.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        instance.accounts.authorise(Officer(OFFICER, frozenset({Role.OFFICER}), date(2100, 1, 1)))
        instance.accounts.enrol_device(DeviceKey(demo_device_id(instance.about.id), public))
        yield force


def test_before_anything_is_published_there_is_practice(not_activated: OwnPhone) -> None:
    with trainee(not_activated) as one:
        size = not_activated.instance.ledger.head().size
        for way in WAYS:
            one.elsewhere(way).whole()
        assert not_activated.instance.ledger.head().size == size
        assert "not_activated" in one.elsewhere("check").answered().text


def test_practice_asks_for_the_phones_verification_and_leaves_none_for_a_real_check(force: Force) -> None:
    token, now = b"t" * 32, force.clock()
    device = demo_device_id(force.instance.about.id)
    force.instance.sessions.open(Session(hash_token(token), OFFICER, now, now, device, verified_at=now))
    app = make_app(force.instance, force.desks)
    with TestClient(app, HOME, headers={"Authorization": f"Bearer {urlsafe_b64encode(token).decode()}"}) as phone:
        one = Trainee(phone, force)
        one.opened()
        kept = force.instance.sessions.find(hash_token(token))
        assert kept is not None
        with pytest.raises(VerificationMissing):
            kept.demand_verified(force.clock())
        for way in ("practice", "check"):
            assert "verification_missing" in one.elsewhere(way).answered().text
