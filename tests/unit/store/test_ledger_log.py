"""The sequencer: nothing is told before it is durable, nothing published is ever contradicted."""

import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from overt.errors import LedgerContradiction, LedgerUnavailable
from overt.ledger.checkpoint import open_checkpoint
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft, parse
from overt.ledger.note import parse_vkey
from overt.ledger.proof import check_proof
from overt.store.ledger_log import LedgerLog
from simulators.force import Force, demonstration, open_folder


@pytest.fixture
def ledger(shared_force: Force) -> LedgerLog:
    return shared_force.instance.ledger


@pytest.fixture
def own_ledger() -> Iterator[LedgerLog]:
    with open_folder() as folder, demonstration(folder) as force:
        yield force.instance.ledger


def append(ledger: LedgerLog) -> int:
    with ledger.deed() as (_, write):
        return write(EntryDraft(Deed.DEVICE_KEY_REVOKED, {}, {"device": "x"}))


def test_an_entry_is_published_with_a_checkpoint_that_covers_it(ledger: LedgerLog) -> None:
    number = append(ledger)
    head = ledger.publish(number)
    assert head.size > number
    assert open_checkpoint(head.note, parse_vkey(ledger.vkey)).size == head.size
    assert ledger.files.checkpoint() == head.note


def test_the_proof_of_an_entry_verifies(ledger: LedgerLog) -> None:
    number = append(ledger)
    proof = ledger.proof(number)
    body = ledger.published_bodies(number, 1)[0]
    assert check_proof(proof, body, parse_vkey(ledger.vkey)).size > number


def test_a_failed_transaction_leaves_no_entry(ledger: LedgerLog) -> None:
    before = append(ledger)

    def fail() -> None:
        with ledger.deed() as (_, write):
            write(EntryDraft(Deed.DEVICE_KEY_REVOKED, {}, {"device": "x"}))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert append(ledger) == before + 1


def test_many_at_once_get_numbers_without_holes_and_share_checkpoints(own_ledger: LedgerLog) -> None:
    start = own_ledger.head().size
    numbers: list[int] = []
    sizes: set[int] = set()

    def work() -> None:
        for _ in range(5):
            number = append(own_ledger)
            sizes.add(own_ledger.publish(number).size)
            numbers.append(number)

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(start, start + 60))
    assert own_ledger.verify() == start + 60
    assert len(sizes) < 60, "entries that come together are published together"


def test_several_processes_share_one_log(own_ledger: LedgerLog) -> None:
    """Two sequencers over one instance: each sees the other's checkpoint and goes on from it."""
    other = LedgerLog(own_ledger.engine, own_ledger.files, own_ledger._signer, own_ledger._stamp, own_ledger._now)
    for one in (own_ledger, other, own_ledger, other):
        one.publish(append(one))
    assert own_ledger.verify() == other.head().size


def test_hours_never_go_back(force: Force) -> None:
    force.clock.forward(hours=3)
    force.instance.ledger.publish(append(force.instance.ledger))
    force.clock.forward(hours=-2)
    number = append(force.instance.ledger)
    force.instance.ledger.publish(number)
    hours = [parse(body).hour for body in force.instance.ledger.published_bodies(0, number + 1)]
    assert hours == sorted(hours)


def test_an_unwritable_log_gives_no_answer(own_ledger: LedgerLog) -> None:
    own_ledger.files.folder.rename(own_ledger.files.folder.with_name("away"))
    own_ledger.files.folder.write_text("not a folder")
    with pytest.raises(LedgerUnavailable):
        append(own_ledger)
    own_ledger.files.folder.unlink()
    own_ledger.files.folder.with_name("away").rename(own_ledger.files.folder)
    number = append(own_ledger)
    assert own_ledger.publish(number).size == number + 1, "it goes on once the disk is back"


def test_tiles_can_be_made_again(own_ledger: LedgerLog) -> None:
    for _ in range(300):
        number = append(own_ledger)
    own_ledger.publish(number)
    before = {path: path.read_bytes() for path in own_ledger.files.folder.rglob("*") if path.is_file()}
    shutil.rmtree(own_ledger.files.folder / "tile")
    with pytest.raises(LedgerContradiction):
        own_ledger.verify()
    assert own_ledger.rebuild() == number + 1
    assert own_ledger.verify() == number + 1
    again = {path: path.read_bytes() for path in own_ledger.files.folder.rglob("*") if path.is_file()}
    assert again.items() <= before.items(), "what was published stays the same to the byte"


@pytest.mark.parametrize("damage", ["drop", "alter"])
def test_a_database_that_lacks_what_was_published_is_refused(own_ledger: LedgerLog, damage: str) -> None:
    own_ledger.publish(append(own_ledger))
    last = own_ledger.head().size - 1
    with own_ledger.engine.begin() as connection:
        connection.execute(text(f"delete from opening where leaf = {last}"))
        connection.execute(text(f"delete from log_head where size = {last + 1}"))
        if damage == "drop":
            connection.execute(text(f"delete from leaf where number = {last}"))
        else:
            connection.execute(text(f"update leaf set body = 'x' where number = {last}"))
    with pytest.raises(LedgerContradiction):
        own_ledger.verify()
    fresh = LedgerLog(own_ledger.engine, own_ledger.files, own_ledger._signer, own_ledger._stamp, own_ledger._now)
    with pytest.raises(LedgerContradiction):
        fresh.publish(append(fresh))


def test_a_crash_between_tiles_and_checkpoint_is_made_good(
    own_ledger: LedgerLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = append(own_ledger)
    with monkeypatch.context() as patch:
        patch.setattr(own_ledger.files, "publish", _no_space)
        with pytest.raises(LedgerUnavailable):
            own_ledger.publish(number)
    append(own_ledger)
    assert own_ledger.publish(number + 1).size == number + 2
    assert own_ledger.verify() == number + 2


def _no_space(_: bytes) -> None:
    raise OSError(28, os.strerror(28))
