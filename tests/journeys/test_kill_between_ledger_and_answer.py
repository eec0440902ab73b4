"""Architecture rule 3 under kill -9: whatever moment a process dies at, a check is answered once or not at all.

A process of its own opens the instance, makes a capture and is killed at a chosen moment of it; in some cases the
database server dies with it, as in a power cut. Then the instance is opened again:

* either the answer was stored: it can be shown again, once its entry is published, and is not searched again;
* or it was not: there is no entry, and another photograph may be taken.

In both cases the ledger verifies, inside and outside, and a server that lost its client is used on.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from overt.errors import AnswerMissing, SearchAlreadyAnswered
from overt.identifiers import EncounterId
from overt.store.embedded.postmaster import running_in
from overt.store.embedded.processes import processes_in
from overt.store.ledger_files import CHECKPOINT, LedgerFiles
from overt.store.ledger_log import Head, LedgerLog
from simulators.camera import photograph
from simulators.commands import audit, child
from simulators.force import OFFICER, Force, demonstration, open_folder, reopened

PERFORMED = "encounter:search:performed"
PROGRAM = """
import sys
from pathlib import Path
from journeys.test_kill_between_ledger_and_answer import die_in_a_capture
die_in_a_capture(Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "server too")
"""


@dataclass(frozen=True)
class Moment:
    """When the process dies, and what must be true afterwards; `answered` None: either is right."""

    name: str
    server_too: bool
    answered: bool | None
    published: bool


MOMENTS = [
    Moment("while the search runs", False, answered=False, published=False),
    Moment("before the commit", False, answered=False, published=False),
    Moment("after the commit, before publishing", False, answered=True, published=False),
    Moment("head stored, tiles not written", False, answered=True, published=False),
    Moment("tiles written, checkpoint not", False, answered=True, published=False),
    Moment("checkpoint half in place", False, answered=True, published=False),
    Moment("after publishing, before the answer", False, answered=True, published=True),
    Moment("before the commit", True, answered=False, published=False),
    # This commit does not wait for the disk, so a power cut may take it back: nothing was told, and nothing is lost.
    Moment("after the commit, before publishing", True, answered=None, published=False),
    Moment("head stored, tiles not written", True, answered=True, published=False),
    Moment("after publishing, before the answer", True, answered=True, published=True),
]


# --- the process that dies -----------------------------------------------------------------------------------------


def die_in_a_capture(folder: Path, moment: str, server_too: bool) -> None:
    """Open a check, arm one moment, and take the photograph; prints only what it may know before it dies."""
    with reopened(folder) as force:
        encounter = force.noticed()
        signed = force.signed(encounter, photograph(1, 99))
        data = _data(force)
        print(encounter, _server(force), flush=True)

        def die() -> None:
            for pid in processes_in(data) if server_too else ():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)

        ARM[moment](force, die)
        answered = force.desks.search.capture(encounter, OFFICER, [photograph(1, 99)], *signed)
        print("ANSWERED", answered.candidates, flush=True)


def _before(owner: Any, name: str, die: Callable[[], None]) -> None:
    def dying(*_: object, **__: object) -> None:
        die()

    setattr(owner, name, dying)


def _search(force: Force, die: Callable[[], None]) -> None:
    _before(force.instance.index, "current", die)


def _commit(force: Force, die: Callable[[], None]) -> None:
    """Everything of the deed is written in the open transaction; the word COMMIT is not sent."""
    written: list[str] = []

    @event.listens_for(force.instance.engine, "after_cursor_execute")
    def _(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        written.append(statement.split("(")[0].strip().lower())

    @event.listens_for(force.instance.engine, "commit")
    def _(_connection: Any) -> None:
        if "insert into answer" in written:
            assert "insert into leaf" in written
            die()


def _publishing(force: Force, die: Callable[[], None]) -> None:
    _before(force.instance.ledger, "publish", die)


def _tiles(force: Force, die: Callable[[], None]) -> None:
    _before(force.instance.ledger.files, "write_tiles", die)


def _checkpoint(force: Force, die: Callable[[], None]) -> None:
    _before(force.instance.ledger.files, "publish", die)


def _half(force: Force, die: Callable[[], None]) -> None:
    replace = Path.replace

    def replacing(self: Path, target: Path) -> Path:
        if target == force.instance.ledger.files.folder / CHECKPOINT:
            die()
        return replace(self, target)

    Path.replace = replacing  # type: ignore[method-assign,assignment]  # this process has only one more moment


def _published(force: Force, die: Callable[[], None]) -> None:
    publish: Callable[[LedgerLog, int], Head] = LedgerLog.publish

    def published(number: int) -> Head:
        publish(force.instance.ledger, number)
        die()
        raise AssertionError

    force.instance.ledger.publish = published  # type: ignore[method-assign]


ARM: dict[str, Callable[[Force, Callable[[], None]], None]] = {
    "while the search runs": _search,
    "before the commit": _commit,
    "after the commit, before publishing": _publishing,
    "head stored, tiles not written": _tiles,
    "tiles written, checkpoint not": _checkpoint,
    "checkpoint half in place": _half,
    "after publishing, before the answer": _published,
}


# --- what is true afterwards ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def instance() -> Iterator[Path]:
    with open_folder() as folder:
        with demonstration(folder) as force:
            force.enrol(1, 2)
        yield folder


def _data(force: Force) -> Path:
    return force.instance.place.postgres / "server" / "data"


def _server(force: Force) -> int:
    found = running_in(_data(force))
    assert found is not None
    return found.pid


def _killed(folder: Path, moment: Moment) -> tuple[EncounterId, int]:
    """The encounter that was left, and the server that lost its client."""
    with child(PROGRAM, folder, moment.name, "server too" if moment.server_too else "") as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, err[-2000:]
    assert "ANSWERED" not in out
    encounter, server = out.split()
    return EncounterId(UUID(encounter)), int(server)


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda each: f"{each.name}{' + server' if each.server_too else ''}")
def test_killed_and_opened_again(instance: Path, moment: Moment) -> None:
    encounter, server = _killed(instance, moment)
    with reopened(instance) as force:
        assert (_server(force) == server) is not moment.server_too
        stored = force.instance.book.stored_answer(encounter) is not None
        assert moment.answered in (stored, None)
        searched = [at for at, deed in force.instance.book.leaves_of(encounter) if deed == PERFORMED]
        assert len(searched) == (1 if stored else 0), "answer and entry are there together or not at all"
        size = force.instance.ledger.head().size
        assert (bool(searched) and searched[0] < size) is moment.published
        (_shown_again if stored else _taken_again)(force, encounter)
        assert force.deeds().count(PERFORMED) == _performed_of_all(force)
        leaves = force.instance.book.leaves_of(encounter)
        assert [deed for _, deed in leaves].count(PERFORMED) == 1
        assert force.instance.ledger.verify() == len(force.deeds())
        assert not list(force.instance.ledger.files.folder.rglob("*.tmp"))
        assert audit(force.instance.ledger.files.folder, force.instance.ledger.vkey)


def _shown_again(force: Force, encounter: EncounterId) -> None:
    """The stored answer comes out, published, twice the same, without another search."""
    first = force.desks.search.again(encounter, OFFICER)
    assert len(first.candidates) == 1
    assert force.instance.ledger.head().size > first.index
    assert force.deeds()[first.index] == PERFORMED
    second = force.desks.search.again(encounter, OFFICER)
    assert (second.candidates, second.index) == (first.candidates, first.index)
    with pytest.raises(SearchAlreadyAnswered):
        force.capture(encounter, photograph(1, 99))
    assert force.templates.calls == 0, "no photograph was looked at again"
    (one,) = force.reveal(first.encounter).candidates
    assert one.names is not None
    assert one.names.person == "p1"


def _taken_again(force: Force, encounter: EncounterId) -> None:
    with pytest.raises(AnswerMissing):
        force.desks.search.again(encounter, OFFICER)
    answered = force.capture(encounter, photograph(1, 98))
    assert len(answered.candidates) == 1
    assert force.deeds()[answered.index] == PERFORMED


def _performed_of_all(force: Force) -> int:
    """How many encounters of this instance are answered."""
    with force.instance.engine.connect() as connection:
        return int(connection.exec_driver_sql("select count(*) from answer").scalar_one())


def test_the_moments_are_all_armed() -> None:
    assert {each.name for each in MOMENTS} == set(ARM)
    assert {"publish", "write_tiles"} <= set(vars(LedgerFiles)), "what is armed exists"
