"""All drawers together; what holds for one is in `test_drawer` and `test_rotation_crashes`."""

import multiprocessing
import shutil
import stat
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from overt.errors import KeyDamaged, KeyFilesUnsafe, KeyMissing, KeysExist, PersonKeyGone
from overt.store.keys import PersonKeys
from overt.store.keys.person_keys import DRAWERS
from simulators.killed import killed_at

MASTER = bytes(range(32))
WRITER = """
import sys
from pathlib import Path
from uuid import UUID
from overt.store.keys import PersonKeys
store, first = PersonKeys.open(Path(sys.argv[1]), bytes(range(32))), int(sys.argv[2])
for turn in range(20):
    ids = [UUID(int=(first + 5 * turn + n) % 7 << 120 | first + 5 * turn + n) for n in range(5)]
    with store.enrolling() as enrolment:
        made = enrolment.add(ids)
    assert store.get_many(ids) == made
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "persons"


@pytest.fixture
def store(folder: Path) -> PersonKeys:
    return PersonKeys.create(folder, MASTER)


def added(store: PersonKeys, count: int) -> dict[UUID, bytes]:
    with store.enrolling() as enrolment:
        return enrolment.add([uuid4() for _ in range(count)])


def in_drawer(number: int, serial: int = 0) -> UUID:
    return UUID(int=number << 120 | serial)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_keys_are_found_again_wherever_they_lie(store: PersonKeys, folder: Path) -> None:
    made = added(store, 300)
    assert len(set(made.values())) == 300
    again = PersonKeys.open(folder, MASTER)
    assert again.get_many(made) == made
    assert {who: again.get(who) for who in made} == made
    assert again.ids() == frozenset(made)
    assert (len(again), again.epoch) == (300, 1)
    assert len(list(folder.glob("drawer-*"))) > DRAWERS // 2


def test_who_has_a_key_keeps_it_and_twice_in_a_batch_is_once(store: PersonKeys) -> None:
    one, two = uuid4(), uuid4()
    with store.enrolling() as enrolment:
        first = enrolment.add([one, one])
        second = enrolment.add([two, one])
    assert second[one] == first[one] != second[two]
    assert len(store) == 2


def test_an_empty_store_knows_nobody(store: PersonKeys) -> None:
    who = uuid4()
    with pytest.raises(PersonKeyGone):
        store.get(who)
    assert store.get_many([who]) == {}
    assert (store.ids(), len(store), store.epoch) == (frozenset(), 0, 1)
    report = store.forget_and_rotate([who])
    assert (report.epoch, report.kept, report.destroyed) == (1, 0, 0)


def test_an_erasure_changes_one_drawer_and_no_byte_of_the_others(store: PersonKeys, folder: Path) -> None:
    made = added(store, 300)
    erased = next(iter(made))
    before = files(folder)
    report = store.forget_and_rotate([erased])
    changed = {name for name, _ in files(folder).items() ^ before.items()}
    assert {Path(name).parent.name for name in changed} == {f"drawer-{erased.bytes[0] % DRAWERS:02}"}
    mates = [who for who in made if who.bytes[0] % DRAWERS == erased.bytes[0] % DRAWERS]
    assert (report.epoch, report.kept, report.destroyed) == (2, len(mates) - 1, 1)
    left = {who: key for who, key in made.items() if who != erased}
    for view in (store, PersonKeys.open(folder, MASTER)):
        assert view.get_many(made) == left
        assert view.epoch == 2


def test_several_are_forgotten_at_once_and_repeating_is_harmless(store: PersonKeys) -> None:
    made = added(store, 200)
    gone = list(made)[:30]
    assert store.forget_and_rotate([*gone, uuid4()]).destroyed == 30
    assert store.forget_and_rotate(gone).destroyed == 0
    assert store.get_many(made) == {who: key for who, key in made.items() if who not in gone}


def test_an_old_copy_of_a_drawer_does_not_open_with_todays_keys(store: PersonKeys, folder: Path) -> None:
    made = added(store, 100)
    erased = next(iter(made))
    yesterday = shutil.copytree(folder, folder.with_name("yesterday"))
    store.forget_and_rotate([erased])
    assert PersonKeys.open(yesterday, MASTER).get(erased) == made[erased]
    drawer = f"drawer-{erased.bytes[0] % DRAWERS:02}"
    shutil.copy(folder / drawer / "epoch-2.key", yesterday / drawer / "epoch-1.key")
    with pytest.raises(KeyDamaged):
        PersonKeys.open(yesterday, MASTER)


def test_no_key_lies_on_the_disk_unwrapped_and_nobody_else_reads_it(store: PersonKeys, folder: Path) -> None:
    made = added(store, 50)
    everything = b"".join(files(folder).values())
    assert not any(key in everything for key in made.values())
    assert MASTER not in everything
    assert all(who.bytes in everything for who in made), "the same search finds what is there"
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}
    assert modes == {True: 0o700, False: 0o600}


def test_another_process_sees_additions_and_erasures_at_once(store: PersonKeys, folder: Path) -> None:
    other = PersonKeys.open(folder, MASTER)
    made = added(store, 40)
    assert other.get_many(made) == made
    one, two, *_ = made
    store.forget_and_rotate([one])
    with pytest.raises(PersonKeyGone):
        other.get(one)
    more = added(other, 30)
    assert store.get_many(more) == more
    other.forget_and_rotate([two])
    assert store.ids() == other.ids() == frozenset(made) - {one, two} | frozenset(more)
    assert store.epoch == other.epoch == 3


def test_writers_in_several_processes_lose_nothing(store: PersonKeys, folder: Path) -> None:
    argv = [sys.executable, "-c", WRITER, str(folder)]
    writers = [subprocess.Popen([*argv, str(first)]) for first in (1000, 2000)]
    ahead = added(store, 1)
    for _ in range(3):
        store.forget_and_rotate([uuid4(), in_drawer(3)])
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert len(PersonKeys.open(folder, MASTER)) == 201
    assert store.get_many(ahead) == ahead


def test_threads_share_one_store(store: PersonKeys) -> None:
    made: list[dict[UUID, bytes]] = []
    threads = [threading.Thread(target=lambda: made.append(added(store, 10))) for _ in range(8)]
    for thread in threads:
        thread.start()
    store.forget_and_rotate([uuid4()])
    for thread in threads:
        thread.join()
    assert len(store) == 80
    for batch in made:
        assert store.get_many(batch) == batch


def test_orphans_are_removed_while_nobody_enrols(store: PersonKeys, folder: Path) -> None:
    made = added(store, 5)
    _orphan, *known = made
    assert store.remove_orphans(lambda: made.keys()) is None
    report = store.remove_orphans(lambda: known)
    assert report
    assert report.destroyed == 1
    assert store.ids() == frozenset(known)
    committed: list[UUID] = []
    other = PersonKeys.open(folder, MASTER)
    with store.enrolling() as enrolment:
        late = uuid4()
        enrolment.add([late])
        sweep = threading.Thread(target=lambda: other.remove_orphans(lambda: [*known, *committed]))
        sweep.start()
        sweep.join(0.2)
        assert sweep.is_alive(), "it waits for whoever enrols"
        committed.append(late)
    sweep.join(20)
    assert store.get(late)


def test_a_lock_dies_with_its_holder(store: PersonKeys) -> None:
    context = multiprocessing.get_context("fork")
    holding = context.Event()

    def hold() -> None:
        with store.enrolling():
            holding.set()
            time.sleep(60)

    holder = context.Process(target=hold)
    holder.start()
    assert holding.wait(20)
    holder.kill()
    holder.join()
    assert store.remove_orphans(lambda: []) is None


def test_a_listed_drawer_that_is_not_there_is_missing_and_never_empty(store: PersonKeys, folder: Path) -> None:
    made = added(store, 100)
    shutil.rmtree(folder / f"drawer-{next(iter(made)).bytes[0] % DRAWERS:02}")
    with pytest.raises(KeyMissing):
        PersonKeys.open(folder, MASTER)


@pytest.mark.parametrize(
    "text", ["", "overt-key-drawers 2: 1\n", "overt-key-drawers 1: 64\n", "overt-key-drawers 1: x\n"]
)
def test_a_damaged_list_is_a_fault(store: PersonKeys, folder: Path, text: str) -> None:
    added(store, 3)
    (folder / "drawers").write_text(text)
    with pytest.raises(KeyDamaged):
        PersonKeys.open(folder, MASTER)


def test_another_master_key_does_not_open_it(store: PersonKeys, folder: Path) -> None:
    added(store, 1)
    with pytest.raises(KeyDamaged, match="master"):
        PersonKeys.open(folder, bytes(32))


def test_a_store_is_made_once_in_a_private_folder(store: PersonKeys, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(KeysExist):
        PersonKeys.create(folder, MASTER)
    with pytest.raises(KeyMissing):
        PersonKeys.open(tmp_path / "nowhere", MASTER)
    (tmp_path / "empty").mkdir(mode=0o700)
    with pytest.raises(KeyMissing):
        PersonKeys.open(tmp_path / "empty", MASTER)
    folder.chmod(0o750)
    with pytest.raises(KeyFilesUnsafe):
        PersonKeys.open(folder, MASTER)
    folder.chmod(0o700)
    added(store, 1)
    for unsafe, mode in (
        (next(folder.glob("drawer-*")), 0o750),
        (next(folder.glob("drawer-*/epoch-1.records")), 0o640),
    ):
        usual = unsafe.stat().st_mode
        unsafe.chmod(mode)
        with pytest.raises(KeyFilesUnsafe):
            PersonKeys.open(folder, MASTER)
        unsafe.chmod(usual)


def test_a_killed_addition_leaves_at_most_orphans(store: PersonKeys, folder: Path) -> None:
    made = added(store, 5)
    new, fatal = [in_drawer(number, 77) for number in range(DRAWERS - 2, DRAWERS)], 0
    while killed_at(fatal, partial(_add, _copy(folder), new)):
        again = PersonKeys.open(folder.with_name("copy"), MASTER)
        assert again.get_many(made) == made
        found = again.get_many(new)
        _add(folder.with_name("copy"), new)
        whole = PersonKeys.open(folder.with_name("copy"), MASTER).get_many(new)
        assert len(whole) == len(new)
        assert found.items() <= whole.items()
        fatal += 1
    assert fatal > 30


def _copy(folder: Path) -> Path:
    target = folder.with_name("copy")
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(folder, target)


def _add(folder: Path, new: list[UUID]) -> None:
    with PersonKeys.open(folder, MASTER).enrolling() as enrolment:
        enrolment.add(new)


@pytest.mark.slow
def test_an_erasure_among_a_hundred_thousand_takes_little_of_the_processor(store: PersonKeys) -> None:
    made, spent = list(added(store, 100_000)), []
    for erased in made[:5]:
        began = time.process_time()
        store.forget_and_rotate([erased])
        spent.append(time.process_time() - began)
    assert min(spent) < 0.05, "all of them anew would be 0.3 s"
