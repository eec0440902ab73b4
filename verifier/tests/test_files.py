"""A disk that somebody hostile has filled."""

import os
from pathlib import Path

import pytest
from verify_simulators import tree
from verify_simulators.lying_ledger import LyingLedger

from overt_verify.audit import audit
from overt_verify.errors import Code, VerificationError
from overt_verify.files import Folder, read_file
from overt_verify.keys import read_key
from overt_verify.note import VerifierKey
from overt_verify.tiles import LedgerFolder, tile_path, tile_width


def refused(root: Path, key: str) -> Code:
    with pytest.raises(VerificationError) as caught:
        audit(LedgerFolder(root), VerifierKey.parse(key))
    return caught.value.code


@pytest.mark.parametrize("number", [0, 7, 999, 1000, 70000, 1234067, 2**55 - 1])
def test_paths_as_the_standard_writes_them(number: int) -> None:
    assert tile_path(0, number) == f"tile/0/{tree.digits(number)}"


def test_the_path_of_the_standard() -> None:
    assert tile_path("entries", 1234067, 8) == "tile/entries/x001/x234/067.p/8"


def test_widths_of_the_standard() -> None:
    # "A tree of size 70,000 will be represented by 273 full level 0 tiles, one partial level 0 tile of width 112, ..."
    assert [tile_width(70_000, 0, number) for number in (272, 273, 274)] == [256, 112, 0]
    assert [tile_width(70_000, 1, number) for number in (0, 1, 2)] == [256, 17, 0]
    assert [tile_width(70_000, level, 0) for level in (2, 3)] == [1, 0]
    assert [tile_width(256, 0, 0), tile_width(256, 1, 0)] == [256, 1]


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/000", "tile/entries/001.p/44"])
def test_links_are_refused(ledger: LyingLedger, folder: Path, name: str) -> None:
    (folder / name).rename(folder / "elsewhere")
    (folder / name).symlink_to(folder / "elsewhere")
    assert refused(folder, ledger.vkey) == Code.SYMLINK_REFUSED


def test_a_link_in_the_middle_is_refused(ledger: LyingLedger, folder: Path) -> None:
    (folder / "tile").rename(folder / "real")
    (folder / "tile").symlink_to(folder / "real")
    assert refused(folder, ledger.vkey) == Code.SYMLINK_REFUSED


def test_the_folder_itself_may_be_a_link(ledger: LyingLedger, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert audit(LedgerFolder(tmp_path / "link"), VerifierKey.parse(ledger.vkey)).checkpoint.size == 300


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/000"])
def test_pipes_are_not_waited_for(ledger: LyingLedger, folder: Path, name: str) -> None:
    (folder / name).unlink()
    os.mkfifo(folder / name)
    assert refused(folder, ledger.vkey) == Code.UNREADABLE_FILE


def test_a_folder_in_the_place_of_a_file(ledger: LyingLedger, folder: Path) -> None:
    (folder / "checkpoint").unlink()
    (folder / "checkpoint").mkdir()
    assert refused(folder, ledger.vkey) == Code.UNREADABLE_FILE


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/000", "tile/entries/000"])
def test_giant_files_are_not_read(ledger: LyingLedger, folder: Path, name: str) -> None:
    with (folder / name).open("r+b") as file:
        file.truncate(1 << 40)
    assert refused(folder, ledger.vkey) == Code.FILE_TOO_LARGE


def test_no_folder_no_file(tmp_path: Path) -> None:
    for work in (
        lambda: Folder(tmp_path / "none"),
        lambda: read_file(tmp_path / "none", 9),
        lambda: Folder(Path("a\0b")),
    ):
        with pytest.raises(VerificationError) as caught:
            work()
        assert caught.value.code == Code.UNREADABLE_FILE


def test_a_key_from_a_file(ledger: LyingLedger, tmp_path: Path) -> None:
    (tmp_path / "force.vkey").write_text(ledger.vkey + "\n")
    assert read_key(str(tmp_path / "force.vkey")) == read_key(ledger.vkey) == VerifierKey.parse(ledger.vkey)


@pytest.mark.parametrize("data", [b"", b"\xff", b"a+b+c", b"x" * 5000])
def test_bad_key_files(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "key").write_bytes(data)
    with pytest.raises(VerificationError):
        read_key(str(tmp_path / "key"))
