import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from overt.errors import KeyDamaged, KeyFilesUnsafe, KeyMissing, KeysExist
from overt.store.keys import KeyFolder
from overt.store.keys import key_files as module
from overt.store.keys.key_files import DEMO_DEVICE, LEDGER, MASTER, POLICY

LOADERS: dict[str, Callable[[KeyFolder], object]] = {
    LEDGER: KeyFolder.ledger,
    MASTER: KeyFolder.master,
    POLICY: KeyFolder.policy,
    DEMO_DEVICE: KeyFolder.demo_device,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def keys(folder: Path, tmp_path: Path) -> KeyFolder:
    made = KeyFolder(folder, tmp_path / "instance")
    made.create_all(demonstration=True)
    return made


def test_each_key_is_a_private_file_of_its_own(keys: KeyFolder, folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(LOADERS)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert len({path.read_text().split()[3] for path in folder.iterdir()}) == 4
    assert len(list(folder.parent.iterdir())) == 1, "nothing is left beside it"


def test_the_keys_are_made_from_the_drawn_bytes_and_stay_the_same(folder: Path, tmp_path: Path) -> None:
    drawn = iter([b"L" * 32, b"M" * 32, b"P" * 32, b"\xff" * 32, b"D" * 32])
    keys = KeyFolder(folder, tmp_path / "instance")
    keys.create_all(demonstration=True, draw=lambda count: next(drawn))
    assert keys.ledger().private_bytes_raw() == b"L" * 32
    assert keys.master() == b"M" * 32
    assert keys.policy().private_bytes_raw() == b"P" * 32
    device = keys.demo_device()
    assert device.curve.name == "secp256r1"
    assert device.private_numbers().private_value == int.from_bytes(b"D" * 32), "a scalar beyond the order is redrawn"


def test_only_a_demonstration_has_a_device_key(folder: Path, tmp_path: Path) -> None:
    keys = KeyFolder(folder, tmp_path / "instance")
    keys.create_all(demonstration=False)
    with pytest.raises(KeyMissing):
        keys.demo_device()
    assert keys.master()


def test_keys_are_never_overwritten(keys: KeyFolder, folder: Path) -> None:
    before = keys.master()
    with pytest.raises(KeysExist):
        keys.create_all(demonstration=True)
    assert keys.master() == before
    assert len(list(folder.parent.iterdir())) == 1


def test_an_empty_folder_is_used_and_a_file_in_its_place_is_not(folder: Path, tmp_path: Path) -> None:
    keys = KeyFolder(folder, tmp_path / "instance")
    folder.write_text("")
    with pytest.raises(KeysExist):
        keys.create_all(demonstration=False)
    folder.unlink()
    folder.mkdir()
    keys.create_all(demonstration=False)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_failure_half_way_leaves_no_keys(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    def full(path: Path, data: bytes) -> None:
        written.append(path.name)
        if len(written) == 3:
            raise OSError(28, "no space left")
        path.write_bytes(data)

    monkeypatch.setattr(module, "create_private", full)
    with pytest.raises(OSError, match="no space"):
        KeyFolder(folder, tmp_path / "instance").create_all(demonstration=False)
    assert len(written) == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("keys_at", "instance_at"), [("i/keys", "i"), ("i", "i"), ("k", "k/i"), ("i/../i/k", "i")])
def test_keys_and_instance_never_lie_inside_each_other(tmp_path: Path, keys_at: str, instance_at: str) -> None:
    with pytest.raises(KeyFilesUnsafe, match="inside each other"):
        KeyFolder(tmp_path / keys_at, tmp_path / instance_at)


def test_a_link_into_the_instance_is_seen_through(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "instance")
    with pytest.raises(KeyFilesUnsafe):
        KeyFolder(tmp_path / "link" / "keys", tmp_path / "instance")
    KeyFolder(tmp_path / "instance-keys", tmp_path / "instance")


@pytest.mark.parametrize("name", sorted(LOADERS))
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_may_touch_is_refused(keys: KeyFolder, folder: Path, name: str, mode: int) -> None:
    (folder / name).chmod(mode)
    with pytest.raises(KeyFilesUnsafe):
        LOADERS[name](keys)
    assert stat.S_IMODE((folder / name).stat().st_mode) == mode, "it is not repaired in silence"


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o770])
def test_a_folder_that_others_may_enter_is_refused(keys: KeyFolder, folder: Path, mode: int) -> None:
    folder.chmod(mode)
    with pytest.raises(KeyFilesUnsafe):
        keys.master()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("what", ["", MASTER])
def test_somebody_elses_file_or_folder_is_refused(keys: KeyFolder, folder: Path, what: str) -> None:
    os.chown(folder / what, 65534, 65534)
    with pytest.raises(KeyFilesUnsafe, match="another account"):
        keys.master()


def test_links_and_other_things_in_place_of_a_key_are_refused(keys: KeyFolder, folder: Path) -> None:
    (folder / MASTER).rename(folder / "real")
    (folder / MASTER).symlink_to(folder / "real")
    with pytest.raises(KeyFilesUnsafe):
        keys.master()
    (folder / MASTER).unlink()
    os.mkfifo(folder / MASTER, 0o600)
    with pytest.raises(KeyFilesUnsafe):
        keys.master()
    folder.rename(folder.parent / "real-keys")
    folder.symlink_to(folder.parent / "real-keys")
    with pytest.raises(KeyFilesUnsafe):
        keys.ledger()


def test_missing_keys_are_named_without_telling_their_content(keys: KeyFolder, folder: Path, tmp_path: Path) -> None:
    (folder / POLICY).unlink()
    with pytest.raises(KeyMissing, match="policy"):
        keys.policy()
    with pytest.raises(KeyMissing):
        KeyFolder(tmp_path / "nowhere", tmp_path / "instance").master()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"overt-key 1 master",
        b"overt-key 2 master " + b"0" * 64,
        b"overt-key 1 master " + b"0" * 62,
        b"overt-key 1 master " + b"g" * 64,
        b"overt-key 1 ledger " + b"0" * 64,
        b"\xff" * 100,
        b"overt-key 1 master " + b"0" * 64 + b" " * 400,
    ],
)
def test_a_key_that_does_not_have_its_form_is_refused(keys: KeyFolder, folder: Path, text: bytes) -> None:
    (folder / MASTER).write_bytes(text)
    with pytest.raises(KeyDamaged) as caught:
        keys.master()
    assert "000000" not in str(caught.value)


@pytest.mark.parametrize("scalar", ["0" * 64, "f" * 64])
def test_a_device_key_that_is_no_key_of_the_curve_is_refused(keys: KeyFolder, folder: Path, scalar: str) -> None:
    (folder / DEMO_DEVICE).write_text(f"overt-key 1 {DEMO_DEVICE} {scalar}\n")
    with pytest.raises(KeyDamaged):
        keys.demo_device()


def test_no_key_shows_in_a_repr(keys: KeyFolder) -> None:
    assert keys.master().hex() not in repr(keys)
