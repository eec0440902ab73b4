"""A force whose policy names a witness: handed in over HTTP, and what its absence stops."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from overt.errors import WitnessesAway
from overt.publication.beat import beat
from overt.store.doctor import examine
from overt_verify.note import VerifierKey
from overt_verify.witness.answers import Answers
from overt_verify.witness.cli import open_witness
from overt_verify.witness.secret import make_secret
from overt_verify.witness.server import WitnessServer
from overt_verify.witness.settings import Log, add_log
from overt_verify.witness.witness import Witness
from simulators.force import OFFICER, STREET, Clock, Force, demonstration
from simulators.production import witness_entry
from simulators.signatories import demonstration_changed, proposed

pytestmark = pytest.mark.slow
RISK = {"ground": "imminent-serious-harm", "offence": "not-required", "power": "common-law-life"}


@contextmanager
def served(witness: Witness, port: int = 0) -> Iterator[int]:
    server = WitnessServer(("127.0.0.1", port), Answers(witness, None), lambda _: None)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    make_secret(tmp_path / "w", "gazette.example/witness")
    return open_witness(tmp_path / "w")


def watched(force: Force, folder: Path, witness: Witness, port: int) -> Witness:
    """Both name each other: the force's policy the witness, and the witness the force's log."""
    add_log(folder / "w", Log((VerifierKey.parse(force.instance.ledger.vkey),)))
    entry = witness_entry(witness.key.vkey, f"http://127.0.0.1:{port}")
    new = demonstration_changed(force.instance.policy, ("known = []", f"known = [{entry}]"))
    force.instance.changes.announce(*proposed(force.instance, new))
    force.instance.changes.adopt(*proposed(force.instance, new))
    assert force.instance.renew()
    force.__dict__.pop("desks", None)
    return open_witness(folder / "w")


def doctor(force: Force) -> tuple[bool, str]:
    (found,) = (each for each in examine(force.instance) if each.name == "witnesses")
    return found.well, found.detail


def test_ordinary_checks_stop_when_the_witness_stays_away(folder: Path, tmp_path: Path, witness: Witness) -> None:
    with demonstration(folder, clock=Clock()) as force:
        assert beat(force.instance).witnesses == ()
        assert doctor(force)[1].startswith("the policy names none")
        force.noticed()
        with served(witness) as port:
            pass  # a port that nobody listens on
        witness = watched(force, tmp_path, witness, port)
        began = force.clock()
        (seen,) = beat(force.instance).witnesses
        assert seen.size is None
        assert seen.problem is not None
        assert "no answer" in seen.problem

        force.clock.forward(hours=23, minutes=59)
        force.noticed()
        assert doctor(force)[0] is False
        force.clock.forward(minutes=2)
        with pytest.raises(WitnessesAway) as caught:
            force.desks.check.open(STREET, OFFICER)
        assert caught.value.recorded_at is not None
        force.desks.check.open({**STREET, **RISK}, OFFICER)

        force.clock.moment = began
        with served(witness, port):
            done = beat(force.instance)
        (seen,) = done.witnesses
        assert (seen.problem, seen.size) == (None, force.instance.ledger.head().size)
        assert done.witnessed_at is not None
        assert doctor(force)[0] is True
        assert seen.cosigned_at is not None
        force.clock.moment = seen.cosigned_at
        force.clock.forward(hours=23, minutes=59)
        force.noticed()
        force.clock.forward(minutes=2)
        with pytest.raises(WitnessesAway):
            force.noticed()


def test_a_witness_that_the_policy_no_longer_names_counts_no_more(
    folder: Path, tmp_path: Path, witness: Witness
) -> None:
    with demonstration(folder, clock=Clock()) as force, served(witness) as port:
        witness = watched(force, tmp_path, witness, port)
    with demonstration(folder, "other", clock=Clock()) as force:
        watched(force, tmp_path, witness, port)
        with served(open_witness(tmp_path / "w"), port):
            assert beat(force.instance).problems == ()
        swapped = demonstration_changed(
            force.instance.policy,
            ("known = []", f"known = [{witness_entry(_other_key(tmp_path), 'http://127.0.0.1:1')}]"),
            ("demonstration-2", "demonstration-3"),
        )
        force.instance.changes.announce(*proposed(force.instance, swapped))
        force.instance.changes.adopt(*proposed(force.instance, swapped))
        force.instance.renew()
        force.__dict__.pop("desks", None)
        force.clock.forward(hours=24, minutes=1)
        with pytest.raises(WitnessesAway):
            force.noticed()


def _other_key(folder: Path) -> str:
    make_secret(folder / "other", "university.example/witness")
    return open_witness(folder / "other").key.vkey
