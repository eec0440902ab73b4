"""The local root as files: made once, kept private, never repaired in silence; the server's certificate renewed."""

import os
import re
import stat
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from overt.errors import HostNameFixed, KeyDamaged, KeyFilesUnsafe, KeyMissing, LocalRootEnded
from overt.store.embedded import durable_files
from overt.store.keys import KeyFolder
from overt.store.keys.local_authority import AUTHORITY, LOCK, SERVER, LocalAuthority
from simulators.certificates import verifies

NAME = "overt.force.example"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys = KeyFolder(tmp_path / "i.keys", tmp_path / "i")
    keys.create_all(demonstration=False)
    return keys.tls


@pytest.fixture
def authority(folder: Path) -> LocalAuthority:
    return LocalAuthority.open_or_make(folder, NAME, NOW)


def test_it_is_made_once_and_found_again(folder: Path, authority: LocalAuthority) -> None:
    again = LocalAuthority.open_or_make(folder, NAME, NOW + 400 * DAY)
    assert again.root == authority.root == LocalAuthority.open(folder).root
    assert again.name == NAME
    assert again.signs_until == authority.signs_until
    shown = authority.certificate(NOW)
    assert verifies(authority.root, shown, NAME, NOW)


def test_the_files_are_private_and_nothing_else_is_left(folder: Path, authority: LocalAuthority) -> None:
    authority.certificate(NOW)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == dict.fromkeys(
        (AUTHORITY, SERVER, LOCK), 0o600
    )


def test_no_file_holds_the_key_of_the_root(folder: Path, authority: LocalAuthority) -> None:
    authority.certificate(NOW)
    written = b"".join(path.read_bytes() for path in folder.iterdir())
    pieces = re.findall(rb"-----BEGIN [A-Z ]*KEY-----.+?-----END [A-Z ]*KEY-----\n", written, re.S)
    publics = [load_pem_private_key(piece, None).public_key() for piece in pieces]
    assert len(publics) == 2, "the issuer's and the server's"
    assert authority.root.public_key() not in publics


def test_another_name_is_refused_and_told_what_to_do(folder: Path, authority: LocalAuthority) -> None:
    before = (folder / AUTHORITY).read_bytes()
    with pytest.raises(HostNameFixed, match=NAME) as caught:
        LocalAuthority.open_or_make(folder, "other.force.example", NOW)
    assert "remove" in caught.value.remedy
    assert (folder / AUTHORITY).read_bytes() == before


def test_the_server_certificate_stays_until_it_is_due(folder: Path, authority: LocalAuthority) -> None:
    first = authority.certificate(NOW)
    assert authority.certificate(NOW + 59 * DAY).chain == first.chain
    second = authority.certificate(NOW + 61 * DAY)
    assert second.certificate != first.certificate
    assert second.key.public_key() != first.key.public_key()
    assert verifies(authority.root, second, NAME, NOW + 149 * DAY)
    assert LocalAuthority.open(folder).certificate(NOW + 62 * DAY).certificate == second.certificate, "it was written"


def test_a_clock_that_was_ahead_makes_no_certificate_of_the_future(authority: LocalAuthority) -> None:
    authority.certificate(NOW + 200 * DAY)
    shown = authority.certificate(NOW)
    assert verifies(authority.root, shown, NAME, NOW)


def test_looking_makes_nothing(folder: Path, authority: LocalAuthority) -> None:
    assert authority.present() is None
    assert not (folder / SERVER).exists()
    shown = authority.certificate(NOW)
    assert (found := authority.present())
    assert found.chain == shown.chain


@pytest.mark.parametrize("days", [-1, 3652, 5000])
def test_outside_of_its_ten_years_nothing_is_signed(folder: Path, authority: LocalAuthority, days: int) -> None:
    with pytest.raises(LocalRootEnded):
        authority.certificate(NOW + days * DAY)
    assert not (folder / SERVER).exists()
    assert authority.certificate(NOW + 3651 * DAY)


def test_a_server_certificate_of_another_authority_is_replaced(folder: Path, authority: LocalAuthority) -> None:
    other = LocalAuthority.open_or_make(folder.parent / "other", NAME, NOW)
    other.certificate(NOW)
    (folder.parent / "other" / SERVER).rename(folder / SERVER)
    assert authority.present() is None
    shown = authority.certificate(NOW)
    assert verifies(authority.root, shown, NAME, NOW)


@pytest.mark.parametrize("name", [AUTHORITY, SERVER])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_files_that_others_may_touch_are_refused(folder: Path, authority: LocalAuthority, name: str, mode: int) -> None:
    authority.certificate(NOW)
    (folder / name).chmod(mode)
    with pytest.raises(KeyFilesUnsafe):
        LocalAuthority.open_or_make(folder, NAME, NOW).certificate(NOW)
    assert stat.S_IMODE((folder / name).stat().st_mode) == mode, "it is not repaired in silence"


@pytest.mark.parametrize("mode", [0o750, 0o701])
def test_a_folder_that_others_may_enter_is_refused(folder: Path, authority: LocalAuthority, mode: int) -> None:
    folder.chmod(mode)
    for use in (lambda: LocalAuthority.open(folder), lambda: LocalAuthority.open_or_make(folder, NAME, NOW)):
        with pytest.raises(KeyFilesUnsafe):
            use()


@pytest.mark.parametrize("name", [AUTHORITY, SERVER])
def test_a_link_in_place_of_a_file_is_refused(folder: Path, authority: LocalAuthority, name: str) -> None:
    authority.certificate(NOW)
    (folder / name).rename(folder.parent / name)
    (folder / name).symlink_to(folder.parent / name)
    with pytest.raises(KeyFilesUnsafe):
        LocalAuthority.open_or_make(folder, NAME, NOW).certificate(NOW)


def test_a_dangling_link_is_not_taken_for_a_first_start(folder: Path, authority: LocalAuthority) -> None:
    (folder / AUTHORITY).unlink()
    (folder / AUTHORITY).symlink_to(folder / "nowhere")
    with pytest.raises(KeyFilesUnsafe):
        LocalAuthority.open_or_make(folder, NAME, NOW)
    assert (folder / AUTHORITY).is_symlink()


def test_what_is_not_there_is_missing(folder: Path, authority: LocalAuthority) -> None:
    (folder / AUTHORITY).unlink()
    with pytest.raises(KeyMissing):
        LocalAuthority.open(folder)
    with pytest.raises(KeyMissing):
        LocalAuthority.open(folder.parent / "nowhere")


def damage(folder: Path, how: str) -> None:
    authority, server = (folder / AUTHORITY).read_bytes(), (folder / SERVER).read_bytes()
    key, _, certificates = authority.partition(b"-----BEGIN CERTIFICATE-----")
    changed = {
        "empty": b"",
        "cut": authority[:-100],
        "not ours": b"overt-key 1 master " + b"0" * 64,
        "no key": b"-----BEGIN CERTIFICATE-----" + certificates,
        "no certificate": key,
        "the server's": server,
        "another's key": server.partition(b"-----BEGIN CERTIFICATE-----")[0] + authority.removeprefix(key),
        "too long": authority + b"\n" * 20_000,
    }[how]
    (folder / AUTHORITY).write_bytes(changed)


@pytest.mark.parametrize(
    "how", ["empty", "cut", "not ours", "no key", "no certificate", "the server's", "another's key", "too long"]
)
def test_a_damaged_authority_is_never_replaced(folder: Path, authority: LocalAuthority, how: str) -> None:
    authority.certificate(NOW)
    damage(folder, how)
    before = (folder / AUTHORITY).read_bytes()
    with pytest.raises(KeyDamaged) as caught:
        LocalAuthority.open_or_make(folder, NAME, NOW)
    assert (folder / AUTHORITY).read_bytes() == before
    assert "PRIVATE" not in str(caught.value)


def test_a_damaged_server_certificate_is_refused(folder: Path, authority: LocalAuthority) -> None:
    authority.certificate(NOW)
    (folder / SERVER).write_bytes(b"-----BEGIN")
    with pytest.raises(KeyDamaged):
        authority.certificate(NOW)
    (folder / SERVER).unlink()
    assert authority.certificate(NOW), "without it, one is made"


def test_a_full_disk_leaves_no_half_of_a_root(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "no space left")

    with monkeypatch.context() as patched:
        patched.setattr(durable_files.os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            LocalAuthority.open_or_make(folder, NAME, NOW)
    assert not (folder / AUTHORITY).exists()
    assert LocalAuthority.open_or_make(folder, NAME, NOW).certificate(NOW)


def test_a_full_disk_at_renewal_leaves_the_old_certificate(
    folder: Path, authority: LocalAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = authority.certificate(NOW)

    def full(descriptor: int) -> None:
        raise OSError(28, "no space left")

    with monkeypatch.context() as patched:
        patched.setattr(durable_files.os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            authority.certificate(NOW + 61 * DAY)
    assert (found := authority.present())
    assert found.chain == first.chain
    assert authority.certificate(NOW + 61 * DAY).certificate != first.certificate


def _fingerprint(folder: Path) -> bytes:
    return LocalAuthority.open_or_make(folder, NAME, NOW).root.tbs_certificate_bytes


def test_two_first_starts_at_once_make_one_root(folder: Path) -> None:
    with get_context("spawn").Pool(4) as pool:
        roots = pool.map(_fingerprint, [folder] * 16)
    assert len(set(roots)) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_somebody_elses_file_is_refused(folder: Path, authority: LocalAuthority) -> None:
    os.chown(folder / AUTHORITY, 65534, 65534)
    with pytest.raises(KeyFilesUnsafe, match="another account"):
        LocalAuthority.open(folder)
