"""A certificate of the force: what would fail on a phone fails at the start."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding

from overt.errors import CertificateRefused
from overt.store.keys.own_certificate import covers, read_own_certificate
from simulators.certificates import ForceAuthority, Key, verifies, write_pair

NAME = "overt.force.example"
NOW = datetime.now(UTC)
FORCE = ForceAuthority()


@pytest.fixture
def key() -> Key:
    return generate_private_key(SECP256R1())


def test_it_is_read_with_those_above_it(tmp_path: Path, key: Key) -> None:
    certificate, key_file = write_pair(tmp_path, FORCE.certificate(key, NAME), key)
    with certificate.open("ab") as file:
        file.write(FORCE.root.public_bytes(Encoding.PEM))
    shown = read_own_certificate(certificate, key_file, NAME, NOW)
    assert len(shown.chain) == 2
    assert verifies(FORCE.root, shown, NAME, NOW)


def test_a_key_of_rsa_will_do(tmp_path: Path) -> None:
    key = generate_rsa(65537, 2048)
    shown = read_own_certificate(*write_pair(tmp_path, FORCE.certificate(key, NAME), key), NAME, NOW)
    assert shown.key.public_key() == key.public_key()


def test_a_link_to_the_key_is_followed(tmp_path: Path, key: Key) -> None:
    certificate, key_file = write_pair(tmp_path, FORCE.certificate(key, NAME), key)
    (tmp_path / "live.pem").symlink_to(key_file)
    assert read_own_certificate(certificate, tmp_path / "live.pem", NAME, NOW)


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        ((NAME,), True),
        (("other.example", NAME), True),
        (("Overt.Force.Example",), True),
        (("*.force.example",), True),
        (("*.overt.force.example",), False),
        (("*.example",), False),
        (("*",), False),
        (("force.example",), False),
        ((), False),
    ],
)
def test_the_name_has_to_be_covered(tmp_path: Path, key: Key, names: tuple[str, ...], wanted: bool) -> None:
    certificate = FORCE.certificate(key, *names)
    assert covers(certificate, NAME) is wanted
    files = write_pair(tmp_path, certificate, key)
    if wanted:
        assert read_own_certificate(*files, NAME, NOW)
        return
    with pytest.raises(CertificateRefused, match="not for"):
        read_own_certificate(*files, NAME, NOW)


@pytest.mark.parametrize("days", [-2, 59.5])
def test_the_day_has_to_be_inside(tmp_path: Path, key: Key, days: float) -> None:
    files = write_pair(tmp_path, FORCE.certificate(key, NAME, days=60, ago=1), key)
    with pytest.raises(CertificateRefused, match="today"):
        read_own_certificate(*files, NAME, NOW + timedelta(days=days))
    assert read_own_certificate(*files, NAME, NOW + timedelta(days=58.5))


def test_another_key_is_refused(tmp_path: Path, key: Key) -> None:
    files = write_pair(tmp_path, FORCE.certificate(key, NAME), generate_private_key(SECP256R1()))
    with pytest.raises(CertificateRefused, match="not that of the first"):
        read_own_certificate(*files, NAME, NOW)


@pytest.mark.parametrize("mode", [0o640, 0o644])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, key: Key, mode: int) -> None:
    certificate, key_file = write_pair(tmp_path, FORCE.certificate(key, NAME), key)
    key_file.chmod(mode)
    with pytest.raises(CertificateRefused, match="other accounts"):
        read_own_certificate(certificate, key_file, NAME, NOW)


def test_an_encrypted_key_is_refused_and_no_password_is_asked(tmp_path: Path, key: Key) -> None:
    files = write_pair(tmp_path, FORCE.certificate(key, NAME), key, password=b"secret")
    with pytest.raises(CertificateRefused, match="unencrypted"):
        read_own_certificate(*files, NAME, NOW)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("content", [None, b"", b"\xff\x00", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_files_that_are_none_are_refused(tmp_path: Path, key: Key, which: int, content: bytes | None) -> None:
    files = write_pair(tmp_path, FORCE.certificate(key, NAME), key)
    if content is None:
        files[which].unlink()
    else:
        files[which].write_bytes(content)
    with pytest.raises(CertificateRefused):
        read_own_certificate(*files, NAME, NOW)
