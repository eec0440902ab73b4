"""What is remembered of how an instance is served, and what `overt doctor` says of its certificates."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from overt.errors import CertificateRefused, HostNameFixed, HostNameMissing, HostNameRefused, KeyMissing
from overt.store.keys.local_authority import LocalAuthority
from overt.store.serving import FILE, OwnCertificate, Serving, certificates_of, choose, state_of
from simulators.certificates import ForceAuthority, write_pair
from simulators.force import Clock

NAME = "overt.force.example"
OWN = OwnCertificate(Path("/etc/overt/certificate.pem"), Path("/etc/overt/key.pem"))
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("serving", [Serving(NAME, 8443, None), Serving(NAME, 443, OWN)])
def test_what_is_remembered_is_read_again(tmp_path: Path, serving: Serving) -> None:
    assert Serving.read(tmp_path) is None
    Serving("before.example", 1, None).write(tmp_path)
    serving.write(tmp_path)
    assert Serving.read(tmp_path) == serving
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '"x"',
        "{}",
        "{" * 10_000,
        json.dumps({"format": 2, "name": NAME, "port": 1, "own": None}),
        json.dumps({"format": 1, "name": "192.0.2.1", "port": 1, "own": None}),
        json.dumps({"format": 1, "name": 5, "port": 1, "own": None}),
        json.dumps({"format": 1, "name": NAME, "port": None, "own": None}),
        json.dumps({"format": 1, "name": NAME, "port": 1}),
        json.dumps({"format": 1, "name": NAME, "port": 1, "own": "x"}),
        json.dumps({"format": 1, "name": NAME, "port": 1, "own": {"certificate": "x"}}),
    ],
)
def test_a_damaged_file_is_not_guessed_at(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(HostNameMissing, match="cannot be read"):
        Serving.read(tmp_path)


def test_the_first_time_a_name_is_needed() -> None:
    with pytest.raises(HostNameMissing):
        choose(None, None, 8443, OWN)
    with pytest.raises(HostNameRefused):
        choose(None, "192.0.2.1", None, None)
    assert choose(None, "Overt.Force.example", None, None) == Serving(NAME, 8443, None)
    assert choose(None, NAME, 0, OWN) == Serving(NAME, 0, OWN)


def test_later_what_is_not_given_is_remembered() -> None:
    known = Serving(NAME, 9000, OWN)
    assert choose(known, None, None, None) == known
    assert choose(known, NAME.upper(), None, None) == known
    assert choose(known, None, 443, None) == Serving(NAME, 443, OWN)
    other = OwnCertificate(Path("/a"), Path("/b"))
    assert choose(known, None, None, other) == Serving(NAME, 9000, other)


def test_another_name_is_refused() -> None:
    with pytest.raises(HostNameFixed, match=NAME) as caught:
        choose(Serving(NAME, 8443, None), "other.force.example", None, None)
    assert "passkey" in caught.value.remedy
    with pytest.raises(HostNameRefused):
        choose(Serving(NAME, 8443, None), "not a name", None, None)


def test_the_local_root_signs_and_renews_as_time_passes(tmp_path: Path) -> None:
    clock = Clock(NOW)
    found = certificates_of(Serving(NAME, 1, None), tmp_path / "tls", clock)
    assert found.root == LocalAuthority.open(tmp_path / "tls").root
    first = found.current().certificate
    assert found.current().certificate == first
    clock.forward(days=70)
    assert found.current().certificate != first


def test_a_certificate_of_the_force_is_read_anew_each_time(tmp_path: Path) -> None:
    force, key = ForceAuthority(), generate_private_key(SECP256R1())
    own = OwnCertificate(*write_pair(tmp_path, force.certificate(key, NAME), key))
    found = certificates_of(Serving(NAME, 1, own), tmp_path / "tls", Clock())
    assert found.root is None
    assert not (tmp_path / "tls").exists(), "no local root is made beside it"
    first = found.current().certificate
    write_pair(tmp_path, force.certificate(key, NAME, days=80), key)
    assert found.current().certificate != first


def test_doctor_says_how_a_local_root_is(tmp_path: Path) -> None:
    serving, tls = Serving(NAME, 1, None), tmp_path / "tls"
    with pytest.raises(KeyMissing):
        state_of(serving, tls, NOW)
    authority = LocalAuthority.open_or_make(tls, NAME, NOW)
    assert state_of(serving, tls, NOW) == (True, f"for {NAME}, none yet; its local root until 2036-02-29")
    authority.certificate(NOW)
    words = f"for {NAME}, until 2026-05-30, renewed when served; its local root until 2036-02-29"
    assert state_of(serving, tls, NOW + timedelta(days=200)) == (True, words)
    assert state_of(serving, tls, NOW + timedelta(days=3286)) == (True, words)
    assert state_of(serving, tls, NOW + timedelta(days=3288)) == (False, words)
    assert state_of(Serving("other.force.example", 1, None), tls, NOW) == (False, words)


def test_doctor_says_how_a_certificate_of_the_force_is(tmp_path: Path) -> None:
    key, now = generate_private_key(SECP256R1()), datetime.now(UTC)
    own = OwnCertificate(*write_pair(tmp_path, ForceAuthority().certificate(key, NAME, days=60, ago=1), key))
    serving = Serving(NAME, 1, own)
    ends = now + timedelta(days=59)
    words = f"for {NAME}, of your own, until {ends:%Y-%m-%d}"
    assert state_of(serving, tmp_path, now) == (True, words)
    assert state_of(serving, tmp_path, now + timedelta(days=44.5)) == (True, words)
    assert state_of(serving, tmp_path, now + timedelta(days=45.5)) == (False, words)
    with pytest.raises(CertificateRefused):
        state_of(serving, tmp_path, now + timedelta(days=60))
