"""The drill of docs/operations.md, "Another key for the ledger", as it is written there: in time, and after a loss.

The documents name a force's instance and its people's key files; here they are a demonstration's.
"""

import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from overt.ledger.note import Signer
from overt.policy.demonstration import DEMONSTRATION_SIGNERS
from overt.store.embedded.durable_files import create_private
from overt.store.place import Place
from overt_verify.errors import Code
from simulators.command_desk import kept_up
from simulators.commands import ROOT, Done, audit, in_process, overt, run

pytestmark = pytest.mark.slow
SECTION = "### Another key for the ledger"
PEOPLE = {"chief.key": "force-one", "deputy.key": "force-two", "oversight.key": "oversight"}


def drills() -> tuple[list[str], list[str]]:
    """The commands of the section: with the old key, and without it."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").split(SECTION)[1].split("\n### ")[0]
    commands = [line.strip() for line in text.splitlines() if line.startswith("    overt ")]
    at = next(i for i, each in enumerate(commands) if "--lost" in each)
    assert (len(commands[:at]), len(commands[at:])) == (2, 5)
    return commands[:at], commands[at:]


class Desk:
    """A demonstration, and a folder in which its people sit with their keys."""

    def __init__(self, folder: Path, type_in: Callable[..., Done]) -> None:
        self.folder, self.instance, self.overt = folder, folder / "force", type_in
        assert self.overt(self.instance, "init", "--demonstration").status == 0
        for name, who in PEOPLE.items():
            signer: Signer = DEMONSTRATION_SIGNERS[who]
            create_private(folder / name, f"overt-signatory 1 {signer.name} {signer.seed.hex()}\n".encode())

    @property
    def ledger(self) -> Path:
        return Place(self.instance).ledger

    @property
    def key_file(self) -> Path:
        return Place(self.instance).keys / "ledger"

    def vkey(self) -> str:
        return str(self.overt(self.instance, "ledger", "show", "--json").json["ledger_key"])

    def typed(self, command: str, wanted: int = 0) -> str:
        """A command of the documents, typed in that folder."""
        words = shlex.split(command.replace("--instance force", f"--instance {self.instance}"))[1:]
        files = [self.folder / each if each.endswith((".key", ".note")) else each for each in words]
        done = self.overt(None, *files)
        assert done.status == wanted, done
        return done.out + done.err


@pytest.fixture
def place(folder: Path) -> Iterator[Desk]:
    """Whose commands need no process of their own each."""
    made = Desk(folder, in_process)
    with kept_up(made.instance):
        yield made


def test_rotated_then_lost(folder: Path) -> None:
    """Each command is typed in a process of its own, with a server of its own, as whoever follows the page does."""
    place, (in_time, lost) = Desk(folder, overt), drills()
    first = place.vkey()
    for command in in_time:
        place.typed(command)
    second = place.vkey()
    assert second != first
    place.key_file.unlink()
    assert "key_missing" in overt(place.instance, "ledger", "show").err
    for command in lost:
        place.typed(command)
    third = place.vkey()
    assert len({first, second, third}) == 3
    for trusted in (first, second, third):
        assert audit(place.ledger, trusted)["deeds"]["instance:key:changed"] == 2
    assert overt(place.instance, "ledger", "verify").status == 0
    assert overt(place.instance, "doctor").status == 0


def test_a_lost_key_needs_all_three(place: Desk) -> None:
    _, lost = drills()
    first, (draw, chief, _deputy, oversight, use) = place.vkey(), lost
    for command in (draw, chief, oversight):
        place.typed(command)
    assert "key_change_invalid" in place.typed(use, wanted=3)
    assert place.vkey() == first
    audit(place.ledger, first)


def test_a_key_that_was_only_put_in_place_signs_nothing(place: Desk) -> None:
    """Somebody who has the host, and none of the signatures."""
    (in_time, _), folder = drills(), place.folder
    first = place.vkey()
    size = audit(place.ledger, first)["checkpoint"]["size"]
    place.typed(in_time[0])
    waiting = place.key_file.with_name("ledger-next").read_text()
    place.key_file.write_text(waiting.replace("ledger-next", "ledger"))
    suspend = ("order", "write", "suspend", "everything", "--number", "1", "--origin", first.split("+")[0])
    assert place.overt(None, *suspend, "--play", "oversight", "--out", folder / "order.note").status == 0
    assert "ledger_unavailable" in place.overt(place.instance, "order", "obey", folder / "order.note").err
    assert audit(place.ledger, first)["checkpoint"]["size"] == size


def test_the_old_key_alone_is_named_where_it_no_longer_signs(place: Desk) -> None:
    in_time, _ = drills()
    first = place.vkey()
    for command in in_time:
        place.typed(command)
    note = place.ledger / "key" / "1"
    note.unlink()
    done = run([*_verify(place.ledger), first])
    assert done.status == 1
    assert Code.UNKNOWN_SIGNER in done.out
    assert place.overt(place.instance, "ledger", "verify", "--rebuild").status == 0
    audit(place.ledger, first)


def _verify(ledger: Path) -> list[str | Path]:
    return [sys.executable, "-m", "overt_verify", "audit", ledger, "--key"]
