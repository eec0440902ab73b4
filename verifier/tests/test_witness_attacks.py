"""A log that lies to a witness: each lie is found, named, published, and never cosigned.

Every lie is told twice: from a folder, and from an address.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from verify_simulators.lying_ledger import LyingLedger
from verify_simulators.newsroom import Clock, found, only_log, site, size_of, witness_of

from overt_verify.errors import Code, VerificationError
from overt_verify.witness.follow import follow
from overt_verify.witness.status import check_lag, log_status
from overt_verify.witness.witness import Witness

Look = Callable[[Path], None]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def witness(ledger: LyingLedger, tmp_path: Path, clock: Clock) -> Witness:
    return found(tmp_path / "w", ledger, clock=clock, more="growth_hours = 48")


@pytest.fixture(params=["folder", "address"])
def look(witness: Witness, request: pytest.FixtureRequest) -> Iterator[Look]:
    """One look at a log that lies in a folder, or behind an address."""

    def at(folder: Path) -> None:
        with site(folder) if request.param == "address" else nullcontext(str(folder)) as place:
            follow(witness, only_log(witness), place)

    return at


def named(witness: Witness, look: Look, folder: Path) -> Code:
    """What a lie is called; nothing was cosigned for it, and what accuses stands in public."""
    before = witness.store.known(only_log(witness))
    with pytest.raises(VerificationError) as caught:
        look(folder)
    assert witness.store.known(only_log(witness)) == before
    assert witness.store.findings(only_log(witness))[0].code == caught.value.code
    return caught.value.code


@pytest.fixture
def seen(ledger: LyingLedger, look: Look, tmp_path: Path) -> Path:
    """A log's folder, which the witness has cosigned at 260 entries."""
    folder = ledger.publish(tmp_path / "seen", 260)
    look(folder)
    return folder


def test_an_honest_log_grows(ledger: LyingLedger, witness: Witness, look: Look, seen: Path, clock: Clock) -> None:
    for size in (261, 299, 300, 300):
        clock.hours(1)
        look(ledger.publish(seen, size))
        assert size_of(witness) == size
    status = log_status(witness, only_log(witness))
    assert (status.late, status.findings, status.hours_unseen, status.hours_without_growth) == (False, (), 0, 1)


def test_history_is_rewritten(ledger: LyingLedger, witness: Witness, look: Look, seen: Path, tmp_path: Path) -> None:
    twin = ledger.copy().edit_fields(5, notice="unconscious")
    assert named(witness, look, twin.publish(tmp_path / "twin")) is Code.FORKED
    look(ledger.publish(seen))
    assert [one.code for one in witness.store.findings(only_log(witness))] == [Code.FORKED]
    assert log_status(witness, only_log(witness)).accused
    kept = {path.name.split(".")[1]: path.read_text() for path in (tmp_path / "w").rglob("evidence/forked-*")}
    assert kept["known"].startswith("force.example/log\n260\n")
    assert kept["shown"] == twin.checkpoint().decode()


def test_another_history_of_the_same_size(ledger: LyingLedger, witness: Witness, look: Look, seen: Path) -> None:
    shutil.rmtree(seen)
    assert named(witness, look, ledger.copy().drop(9).publish(seen, 260)) is Code.FORKED


def test_a_root_that_no_tile_leads_to(ledger: LyingLedger, witness: Witness, look: Look, seen: Path) -> None:
    ledger.publish(seen, 290)
    (seen / "checkpoint").write_bytes(ledger.copy().drop(9).checkpoint(290))
    assert named(witness, look, seen) is Code.ROOT_MISMATCH


def test_the_same_size_with_another_root_and_the_old_tiles(
    ledger: LyingLedger, witness: Witness, look: Look, seen: Path
) -> None:
    (seen / "checkpoint").write_bytes(ledger.copy().drop(9).checkpoint(260))
    assert named(witness, look, seen) is Code.FORKED


def test_an_old_checkpoint_is_replayed(ledger: LyingLedger, witness: Witness, look: Look, seen: Path) -> None:
    (seen / "checkpoint").write_bytes(ledger.checkpoint(200))
    assert named(witness, look, seen) is Code.CHECKPOINT_REPLAYED


def test_the_newest_entries_are_gone(ledger: LyingLedger, witness: Witness, look: Look, seen: Path) -> None:
    shutil.rmtree(seen)
    assert named(witness, look, ledger.copy().truncate(200).publish(seen)) is Code.TRUNCATED


def test_a_smaller_log_with_another_past(ledger: LyingLedger, witness: Witness, look: Look, seen: Path) -> None:
    (seen / "checkpoint").write_bytes(ledger.copy().drop(9).checkpoint(200))
    assert named(witness, look, seen) is Code.FORKED


def test_the_key_is_swapped(witness: Witness, look: Look, seen: Path) -> None:
    swapped = LyingLedger(seed=2).begin().fill(300)
    assert named(witness, look, swapped.publish(seen)) is Code.UNKNOWN_SIGNER


def test_the_signature_is_of_another_text(ledger: LyingLedger, witness: Witness, look: Look, seen: Path) -> None:
    note = ledger.checkpoint(260)
    (seen / "checkpoint").write_bytes(note.replace(b"\n260\n", b"\n261\n"))
    assert named(witness, look, seen) is Code.BAD_SIGNATURE


def test_another_log_is_shown(witness: Witness, look: Look, seen: Path) -> None:
    other = LyingLedger("elsewhere.example/log", seed=3).begin()
    assert named(witness, look, other.publish(seen)) is Code.WRONG_ORIGIN


def test_the_log_signs_for_another_name(ledger: LyingLedger, witness: Witness, look: Look, seen: Path) -> None:
    (seen / "checkpoint").write_bytes(
        ledger.sign(ledger.checkpoint().decode().split("\n\n")[0].replace("force", "farce") + "\n")
    )
    assert named(witness, look, seen) is Code.WRONG_ORIGIN


@pytest.mark.parametrize("gone", ["tile/1/000.p/1", "tile/0/001.p/40"])
def test_tiles_are_withheld(ledger: LyingLedger, witness: Witness, look: Look, seen: Path, gone: str) -> None:
    ledger.publish(seen, 296)
    (seen / gone).unlink()
    assert named(witness, look, seen) is Code.MISSING_TILE


def test_tiles_are_withheld_at_the_first_look(
    ledger: LyingLedger, witness: Witness, look: Look, tmp_path: Path
) -> None:
    folder = ledger.publish(tmp_path / "log")
    (folder / "tile/1/000.p/1").unlink()
    assert named(witness, look, folder) is Code.MISSING_TILE
    assert size_of(witness) == 0


def test_the_log_is_silent_and_then_late(
    ledger: LyingLedger, witness: Witness, look: Look, seen: Path, tmp_path: Path, clock: Clock
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    clock.hours(24)
    assert named(witness, look, empty) is Code.NOTHING_TO_VERIFY
    check_lag(log_status(witness, only_log(witness)))
    clock.hours(0.1)
    with pytest.raises(VerificationError) as caught:
        check_lag(log_status(witness, only_log(witness)))
    assert caught.value.code is Code.WITNESS_LAG
    look(seen)
    check_lag(log_status(witness, only_log(witness)))
    assert witness.store.findings(only_log(witness)) == []


def test_a_log_that_shows_one_old_checkpoint_for_ever_is_late(
    witness: Witness, look: Look, seen: Path, clock: Clock
) -> None:
    for _ in range(5):
        clock.hours(10)
        look(seen)
    with pytest.raises(VerificationError) as caught:
        check_lag(log_status(witness, only_log(witness)))
    assert "last grew 50.0 hours ago; the limit is 48" in caught.value.message


def test_a_key_may_be_renewed(ledger: LyingLedger, tmp_path: Path, clock: Clock) -> None:
    """Both keys are pinned for a while; what the old one signed stays known when it is unpinned."""
    renewed = ledger.copy()
    renewed.key = LyingLedger(seed=9).key
    witness = found(tmp_path / "w", ledger, clock=clock)
    follow(witness, only_log(witness), str(ledger.publish(tmp_path / "log", 260)))
    settings = tmp_path / "w" / "witness.toml"
    settings.write_text(f'[[log]]\nkeys = ["{renewed.vkey}"]\n')
    later = witness_of(tmp_path / "w", clock)
    follow(later, only_log(later), str(renewed.publish(tmp_path / "log")))
    assert size_of(later) == 300


@pytest.mark.parametrize(
    "address",
    ["http://203.0.113.1/log", "https://", "https://user@x.example/", "https://x.example/?a=b", "https://x.example:no/",
     "https://[::1", "http://127.0.0.1:1/"],
)  # fmt: skip
def test_addresses_that_cannot_be_read(witness: Witness, address: str) -> None:
    with pytest.raises(VerificationError) as caught:
        follow(witness, only_log(witness), address)
    assert caught.value.code is Code.UNREACHABLE


def test_a_post_while_a_log_is_fetched_is_no_replay(
    ledger: LyingLedger, witness: Witness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log is handed in at 300 after its checkpoint of 260 was fetched: the look begins again."""
    from overt_verify.witness import follow as module

    folder = ledger.publish(tmp_path / "log", 250)
    follow(witness, only_log(witness), str(folder))
    ledger.publish(folder, 260)
    fetch, looks = module._fetch, []

    def fetch_and_grow(*arguments: object) -> object:
        looks.append(fetch(*arguments))  # type: ignore[arg-type]
        if len(looks) == 1:
            witness.add_checkpoint(ledger.submission(250, 300))
            ledger.publish(folder)
        return looks[-1]

    monkeypatch.setattr(module, "_fetch", fetch_and_grow)
    assert follow(witness, only_log(witness), str(folder)).size_before == 300
    assert [one.checkpoint.size for one in looks] == [260, 300]
