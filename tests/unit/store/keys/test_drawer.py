"""What holds in one drawer; what people see of all of them together is in `test_person_keys`."""

import os
import shutil
import time
import zlib
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from overt.errors import KeyDamaged
from overt.store.keys.drawer import KeyDrawer
from overt.store.keys.epochs import read_epoch_key
from overt.store.keys.records import SIZE, Wrapping

MASTER = bytes(range(32))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "persons"


@pytest.fixture
def store(folder: Path) -> KeyDrawer:
    return KeyDrawer.create(folder, MASTER)


def added(store: KeyDrawer, count: int) -> dict[UUID, bytes]:
    return store.add([uuid4() for _ in range(count)])


def test_keys_are_random_256_bits_each_and_found_again(store: KeyDrawer, folder: Path) -> None:
    made = added(store, 50)
    assert len(set(made.values())) == 50
    assert {len(key) for key in made.values()} == {32}
    again = KeyDrawer.open(folder, MASTER)
    assert again.get_many(made) == made
    assert again.ids() == frozenset(made)
    assert (len(again), again.epoch) == (50, 1)


def test_forgetting_keeps_everybody_else(store: KeyDrawer, folder: Path) -> None:
    made = added(store, 20)
    gone = list(made)[3:6]
    report = store.forget_and_rotate([*gone, uuid4()])
    assert (report.epoch, report.kept, report.destroyed) == (2, 17, 3)
    assert report.seconds > 0
    left = {who: key for who, key in made.items() if who not in gone}
    for view in (store, KeyDrawer.open(folder, MASTER)):
        assert view.get_many(made) == left
    assert sorted(path.name for path in folder.glob("epoch-*")) == ["epoch-2.key", "epoch-2.records"]
    assert store.forget_and_rotate(gone).destroyed == 0, "repeating is harmless"
    assert store.get_many(made) == left


def test_an_old_copy_of_the_records_does_not_open_with_todays_keys(store: KeyDrawer, folder: Path) -> None:
    """With yesterday's key of the epoch it would: it is the destruction of that key that does it."""
    made = added(store, 3)
    erased = next(iter(made))
    yesterday = folder.with_name("yesterday")
    shutil.copytree(folder, yesterday)
    store.forget_and_rotate([erased])

    assert KeyDrawer.open(yesterday, MASTER).get_many([erased]) == {erased: made[erased]}

    renamed = folder.with_name("renamed")
    shutil.copytree(yesterday, renamed)
    shutil.copy(folder / "epoch-2.key", renamed / "epoch-1.key")
    with pytest.raises(KeyDamaged):
        KeyDrawer.open(renamed, MASTER)

    spliced = folder.with_name("spliced")
    shutil.copytree(folder, spliced)
    header, old = (folder / "epoch-2.records").read_bytes()[:SIZE], (yesterday / "epoch-1.records").read_bytes()
    (spliced / "epoch-2.records").write_bytes(header + old[SIZE : 3 * SIZE])
    attacked = KeyDrawer.open(spliced, MASTER)
    assert erased in attacked.ids()
    with pytest.raises(KeyDamaged):
        attacked.get_many([erased])

    today = Wrapping(read_epoch_key(folder, MASTER, 2), 1)
    with pytest.raises(KeyDamaged):
        today.unwrap(old[SIZE : 2 * SIZE])
    then = Wrapping(read_epoch_key(yesterday, MASTER, 1), 1)
    assert then.unwrap(old[SIZE : 2 * SIZE]) == made[erased]


def test_the_written_form_stays_as_it_is(folder: Path) -> None:
    """Written out by hand: a change of format would make every enrolled person unreadable."""
    person, epoch = UUID(int=7), (1).to_bytes(8)
    drawn = iter([b"e" * 32, b"n" * 12, b"k" * 32, b"m" * 12])
    assert KeyDrawer.create(folder, MASTER, lambda count: next(drawn)).add([person]) == {person: b"k" * 32}
    head, bound = b"overt-person-key" + epoch + (1).to_bytes(8), b"overt-person-key" + epoch + person.bytes
    record = person.bytes + b"m" * 12 + AESGCM(b"e" * 32).encrypt(b"m" * 12, b"k" * 32, bound)
    written = head + zlib.crc32(head).to_bytes(4) + bytes(40) + record
    assert (folder / "epoch-1.records").read_bytes() == written
    wrapped = AESGCM(MASTER).encrypt(b"n" * 12, b"e" * 32, b"overt-epoch-key1" + epoch)
    assert (folder / "epoch-1.key").read_bytes() == b"overt-epoch-key1" + epoch + b"n" * 12 + wrapped
    assert (folder / "in-force").read_bytes() == b"1\n"


def test_the_old_files_are_overwritten_before_they_are_unlinked(store: KeyDrawer, folder: Path) -> None:
    added(store, 3)
    kept = folder.with_name("kept")
    kept.mkdir()
    for path in folder.glob("epoch-1.*"):
        os.link(path, kept / path.name)
    assert any((kept / "epoch-1.key").read_bytes())
    store.forget_and_rotate([])
    assert len(list(kept.iterdir())) == 2
    for path in kept.iterdir():
        assert not any(path.read_bytes()), path.name


def test_what_an_interrupted_append_left_is_written_over(store: KeyDrawer, folder: Path) -> None:
    made = added(store, 2)
    with (folder / "epoch-1.records").open("ab") as file:
        file.write(os.urandom(SIZE * 2 + 30))
    again = KeyDrawer.open(folder, MASTER)
    assert again.get_many(made) == made
    assert len(again) == 2
    more = added(again, 1)
    assert (folder / "epoch-1.records").stat().st_size == SIZE * 4
    assert KeyDrawer.open(folder, MASTER).get_many([*made, *more]) == made | more


def test_a_damaged_record_is_a_fault_and_stops_a_rotation(store: KeyDrawer, folder: Path) -> None:
    made = added(store, 3)
    path = folder / "epoch-1.records"
    data = bytearray(path.read_bytes())
    data[SIZE * 2 + 40] ^= 1
    path.write_bytes(data)
    again = KeyDrawer.open(folder, MASTER)
    first, broken, _last = made
    with pytest.raises(KeyDamaged):
        again.get_many([broken])
    with pytest.raises(KeyDamaged):
        again.forget_and_rotate([first])
    assert again.epoch == 1
    assert again.get_many([first]) == {first: made[first]}
    assert again.forget_and_rotate([broken]).kept == 2, "whoever is erased need not open"


@pytest.mark.parametrize("at", [0, 20, 30, 34, 60])
def test_a_damaged_header_is_a_fault(store: KeyDrawer, folder: Path, at: int) -> None:
    added(store, 3)
    path = folder / "epoch-1.records"
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(KeyDamaged):
        KeyDrawer.open(folder, MASTER)


def test_a_store_that_was_cut_is_a_fault(store: KeyDrawer, folder: Path) -> None:
    added(store, 3)
    os.truncate(folder / "epoch-1.records", SIZE * 3)
    with pytest.raises(KeyDamaged, match="shorter"):
        KeyDrawer.open(folder, MASTER)


def test_no_record_can_be_moved_to_another_person(store: KeyDrawer, folder: Path) -> None:
    one, two = added(store, 2)
    path = folder / "epoch-1.records"
    path.write_bytes(path.read_bytes().replace(one.bytes, b"#" * 16).replace(two.bytes, one.bytes))
    with pytest.raises(KeyDamaged):
        KeyDrawer.open(folder, MASTER).get_many([one])


@pytest.mark.slow
def test_a_hundred_thousand_keys_are_unwrapped_quickly(store: KeyDrawer, folder: Path) -> None:
    made = added(store, 100_000)
    again = KeyDrawer.open(folder, MASTER)
    alone: list[float] = []
    for _ in range(3):
        began = time.process_time()
        assert len(again.get_many(made)) == 100_000
        alone.append(time.process_time() - began)
    assert min(alone) < 1.5
    assert again.forget_and_rotate([next(iter(made))]).kept == 99_999
