import os
import shutil
import stat
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from overt.errors import KeyDamaged, KeyFilesUnsafe, KeyMissing, KeysExist, PersonKeyGone
from overt.store.keys.drawer import KeyDrawer
from overt.store.keys.epochs import read_epoch_key
from overt.store.keys.records import SIZE, Wrapping

MASTER = bytes(range(32))
WRITER = """
import sys
from pathlib import Path
from uuid import UUID
from overt.store.keys.drawer import KeyDrawer
store, first = KeyDrawer.open(Path(sys.argv[1]), bytes(range(32))), int(sys.argv[2])
for turn in range(20):
    ids = [UUID(int=first + 5 * turn + n) for n in range(5)]
    made = store.add(ids)
    assert store.get_many(ids) == made
"""


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
    assert {who: again.get(who) for who in made} == made
    assert again.ids() == frozenset(made)
    assert (len(again), again.epoch) == (50, 1)


def test_who_has_a_key_keeps_it_and_twice_in_a_batch_is_once(store: KeyDrawer) -> None:
    one, two = uuid4(), uuid4()
    first = store.add([one, one])
    second = store.add([two, one])
    assert second[one] == first[one] != second[two]
    assert len(store) == 2


def test_no_key_lies_on_the_disk_unwrapped(store: KeyDrawer, folder: Path) -> None:
    made = added(store, 5)
    store.forget_and_rotate([])
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert not any(key in everything for key in made.values())
    assert MASTER not in everything
    assert all(who.bytes in everything for who in made), "the same search finds what is there"
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_unknown_people_have_no_key(store: KeyDrawer) -> None:
    who = uuid4()
    with pytest.raises(PersonKeyGone):
        store.get(who)
    assert store.get_many([who]) == {}


def test_forgetting_keeps_everybody_else(store: KeyDrawer, folder: Path) -> None:
    made = added(store, 20)
    gone = list(made)[3:6]
    report = store.forget_and_rotate([*gone, uuid4()])
    assert (report.epoch, report.kept, report.destroyed) == (2, 17, 3)
    assert report.seconds > 0
    left = {who: key for who, key in made.items() if who not in gone}
    for view in (store, KeyDrawer.open(folder, MASTER)):
        assert view.get_many(made) == left
        with pytest.raises(PersonKeyGone):
            view.get(gone[0])
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

    assert KeyDrawer.open(yesterday, MASTER).get(erased) == made[erased]

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
        attacked.get(erased)

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


def test_another_process_sees_additions_and_erasures_at_once(store: KeyDrawer, folder: Path) -> None:
    other = KeyDrawer.open(folder, MASTER)
    made = added(store, 4)
    assert other.get_many(made) == made
    one, two, *_ = made
    store.forget_and_rotate([one])
    with pytest.raises(PersonKeyGone):
        other.get(one)
    more = added(other, 3)
    assert store.get(next(iter(more))) == next(iter(more.values()))
    assert other.get(two) == made[two]
    other.forget_and_rotate([two])
    assert store.ids() == frozenset(made) - {one, two} | frozenset(more)
    assert store.epoch == other.epoch == 3


def test_two_writers_lose_nothing(store: KeyDrawer, folder: Path) -> None:
    argv = [sys.executable, "-c", WRITER, str(folder)]
    writers = [subprocess.Popen([*argv, str(first)]) for first in (1000, 2000)]
    ahead = added(store, 1)
    for _ in range(3):
        store.forget_and_rotate([])
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert len(KeyDrawer.open(folder, MASTER)) == 201
    assert store.get_many(ahead) == ahead
    assert len(store.get_many([UUID(int=n) for first in (1000, 2000) for n in range(first, first + 100)])) == 200


def test_threads_share_one_store(store: KeyDrawer) -> None:
    made: list[dict[UUID, bytes]] = []
    threads = [threading.Thread(target=lambda: made.append(added(store, 10))) for _ in range(8)]
    for thread in threads:
        thread.start()
    store.forget_and_rotate([])
    for thread in threads:
        thread.join()
    assert len(store) == 80
    for batch in made:
        assert store.get_many(batch) == batch


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
    broken = list(made)[1]
    with pytest.raises(KeyDamaged):
        again.get(broken)
    with pytest.raises(KeyDamaged):
        again.forget_and_rotate([next(iter(made))])
    assert again.epoch == 1
    assert again.get(next(iter(made))) == next(iter(made.values()))
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


def test_another_master_key_does_not_open_it(store: KeyDrawer, folder: Path) -> None:
    with pytest.raises(KeyDamaged, match="master"):
        KeyDrawer.open(folder, bytes(32))


def test_no_record_can_be_moved_to_another_person(store: KeyDrawer, folder: Path) -> None:
    one, two = added(store, 2)
    path = folder / "epoch-1.records"
    path.write_bytes(path.read_bytes().replace(one.bytes, b"#" * 16).replace(two.bytes, one.bytes))
    with pytest.raises(KeyDamaged):
        KeyDrawer.open(folder, MASTER).get(one)


def test_a_store_is_made_once_in_a_private_folder(store: KeyDrawer, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(KeysExist):
        KeyDrawer.create(folder, MASTER)
    with pytest.raises(KeyMissing):
        KeyDrawer.open(tmp_path / "nowhere", MASTER)
    folder.chmod(0o750)
    with pytest.raises(KeyFilesUnsafe):
        KeyDrawer.open(folder, MASTER)
    (tmp_path / "wide").mkdir(mode=0o755)
    with pytest.raises(KeyFilesUnsafe):
        KeyDrawer.create(tmp_path / "wide", MASTER)
    folder.chmod(0o700)
    (folder / "epoch-1.records").chmod(0o640)
    with pytest.raises(KeyFilesUnsafe):
        KeyDrawer.open(folder, MASTER)


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
