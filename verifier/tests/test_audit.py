"""Honest logs verify; every lie is found and named."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from verify_simulators.lying_ledger import OTHER_POLICY, POLICY, SEARCH, LyingLedger, bundle, canonical

from overt_verify.audit import AuditReport, audit
from overt_verify.checkpoint import open_checkpoint
from overt_verify.errors import Code, VerificationError
from overt_verify.note import VerifierKey
from overt_verify.tiles import LedgerFolder

Lie = Callable[[LyingLedger], object]
SEARCHED = "encounter:search:performed"
OPENED = "encounter:check:opened"


def run(root: Path, log: LyingLedger, prior: bytes | None = None) -> AuditReport:
    key = VerifierKey.parse(log.vkey)
    return audit(LedgerFolder(root), key, None if prior is None else open_checkpoint(prior, key))


def refused(root: Path, log: LyingLedger, prior: bytes | None = None) -> VerificationError:
    with pytest.raises(VerificationError) as caught:
        run(root, log, prior)
    assert caught.value.meaning
    return caught.value


def test_an_honest_log(ledger: LyingLedger, folder: Path) -> None:
    summary = run(folder, ledger).summary
    assert (summary.entries, summary.searches, summary.officers) == (300, 3, 1)
    assert (summary.first_hour, summary.last_hour) == ("2026-11-01T00Z", "2026-11-01T03Z")
    assert summary.refusals == {"ground_not_allowed_here": 1, "incomplete_encounter": 249}
    assert (summary.early_ends, summary.simulated, summary.demonstration) == ({"declined-photo": 1}, 7, True)
    assert sum(summary.deeds.values()) == sum(summary.builds.values()) == sum(summary.policies.values()) == 300


@settings(max_examples=12, deadline=None)
@given(st.sampled_from([3, 4, 255, 256, 257, 511, 512, 513, 700]))
def test_honest_logs_of_every_shape(tmp_path_factory: pytest.TempPathFactory, size: int) -> None:
    log = LyingLedger().begin().fill(size)
    assert run(log.publish(tmp_path_factory.mktemp("log")), log).checkpoint.size == size


def test_a_growing_log_keeps_its_old_partial_tiles(ledger: LyingLedger, tmp_path: Path) -> None:
    for size in (5, 200, 256, 270, 300):
        ledger.publish(tmp_path, size)
        assert run(tmp_path, ledger, ledger.checkpoint(5)).prior_size == 5


def test_partial_tiles_may_be_deleted_once_full(ledger: LyingLedger, tmp_path: Path) -> None:
    ledger.publish(tmp_path)
    (tmp_path / "checkpoint").write_bytes(ledger.checkpoint(200))
    assert run(tmp_path, ledger).checkpoint.size == 200


@pytest.mark.parametrize("size", [0, 1, 44, 255, 256, 257, 299, 300])
def test_every_honest_earlier_checkpoint(ledger: LyingLedger, folder: Path, size: int) -> None:
    assert run(folder, ledger, ledger.checkpoint(size)).prior_size == size


# Lies that the log itself signed.

SIGNED: dict[str, tuple[Lie, Code]] = {
    "another member": (lambda log: log.edit(9, officer="PC 1"), Code.ENTRY_MEMBERS),
    "another deed": (lambda log: log.edit(9, deed="encounter:photo:kept"), Code.ENTRY_DEED),
    "another format": (lambda log: log.edit(9, v=2), Code.ENTRY_VERSION),
    "a float": (lambda log: log.edit(9, v=1.5), Code.ENTRY_NOT_CANONICAL),
    "a finer time": (lambda log: log.edit(9, hour="2026-11-01T01:30Z"), Code.ENTRY_VALUE),
    "a name in a code": (lambda log: log.edit_fields(log.find(OPENED), power="Jane Doe"), Code.ENTRY_VALUE),
    "the area": (lambda log: log.edit_fields(log.find(OPENED), area="north-4"), Code.ENTRY_TELLS_TOO_MUCH),
    "a dead person": (lambda log: log.edit_fields(log.find(OPENED), ground="deceased"), Code.ENTRY_TELLS_TOO_MUCH),
    "no creation": (lambda log: log.drop(0), Code.NOT_CREATED_FIRST),
    "a second creation": (lambda log: log.insert(5, log.entries[0]), Code.CREATED_TWICE),
    "another creation": (lambda log: log.edit_fields(0, origin="other.example/log"), Code.WRONG_ORIGIN),
    "back-dating": (lambda log: log.edit(250, hour="2026-11-01T00Z"), Code.HOUR_WENT_BACK),
    "reordering": (lambda log: log.swap(log.find(OPENED), log.find(OPENED) + 2), Code.SEARCH_WITHOUT_CHECK),
    "reordering over hours": (lambda log: log.swap(3, 18), Code.HOUR_WENT_BACK),
    "a policy never adopted": (lambda log: log.edit(200, policy=OTHER_POLICY), Code.POLICY_NOT_ADOPTED),
    "a policy adopted later": (
        lambda log: log.edit(9, policy=OTHER_POLICY).adopt(OTHER_POLICY),
        Code.POLICY_NOT_ADOPTED,
    ),
    "work before any policy": (lambda log: log.drop(1), Code.POLICY_NOT_ADOPTED),
    "the same search twice": (lambda log: log.insert(40, log.entries[log.find(SEARCHED)]), Code.SEARCH_REPEATED),
    "the same notice twice": (
        lambda log: log.insert(40, log.entries[log.find("encounter:notice:recorded")]),
        Code.ONCE_TAG_REPEATED,
    ),
    "a search out of nowhere": (lambda log: log.insert(4, log.entry(SEARCHED, SEARCH)), Code.SEARCH_WITHOUT_NOTICE),
    "a search before all": (lambda log: log.insert(3, log.entry(SEARCHED, SEARCH)), Code.SEARCH_WITHOUT_CHECK),
    "a dropped opening": (lambda log: log.drop(log.find(OPENED)), Code.DEED_OUT_OF_ORDER),
    "a dropped notice": (lambda log: log.drop(log.find("encounter:notice:recorded")), Code.SEARCH_WITHOUT_NOTICE),
    "a decision of nothing": (lambda log: log.drop(log.find("encounter:candidates:revealed")), Code.DEED_OUT_OF_ORDER),
    "a receipt too many": (
        lambda log: log.fill_round().issue().fill_round().issue(),
        Code.DEED_OUT_OF_ORDER,
    ),
    "a reveal before comparison": (
        lambda log: log.swap(log.find("encounter:comparison:recorded"), log.find("encounter:candidates:revealed")),
        Code.DEED_OUT_OF_ORDER,
    ),
    "a revocation of nobody": (
        lambda log: log.add("officer:account:revoked").add("officer:account:revoked"),
        Code.DEED_OUT_OF_ORDER,
    ),
    "an empty log": (lambda log: log.truncate(0), Code.NOTHING_TO_VERIFY),
}


@pytest.mark.parametrize("lie", SIGNED)
def test_lies_that_the_log_signed(ledger: LyingLedger, tmp_path: Path, lie: str) -> None:
    change, code = SIGNED[lie]
    change(ledger)
    assert refused(ledger.publish(tmp_path), ledger).code == code


# Lies about the past, signed as well, that only an earlier checkpoint shows.

REWRITTEN: dict[str, tuple[Lie, Code]] = {
    "an edit": (lambda log: log.edit_fields(log.find(OPENED), offence="fraud"), Code.FORKED),
    "a dropped refusal": (
        lambda log: log.drop(299).add("encounter:check:refused", {"refusal": "no_face"}),
        Code.FORKED,
    ),
    "an insertion": (
        lambda log: log.insert(30, log.entry("encounter:check:refused", {"refusal": "no_face"})),
        Code.FORKED,
    ),
    "a fork": (lambda log: log.truncate(280).fill(320), Code.FORKED),
    "a truncation": (lambda log: log.truncate(280), Code.TRUNCATED),
    "an emptied log": (lambda log: log.truncate(0), Code.TRUNCATED),
}


@pytest.mark.parametrize("lie", REWRITTEN)
def test_lies_about_the_past(ledger: LyingLedger, tmp_path: Path, lie: str) -> None:
    change, code = REWRITTEN[lie]
    kept = ledger.checkpoint()
    change(ledger)
    assert refused(ledger.publish(tmp_path), ledger, kept).code == code


def test_an_old_checkpoint_over_a_longer_log(ledger: LyingLedger, folder: Path) -> None:
    (folder / "checkpoint").write_bytes(ledger.checkpoint(280))
    assert refused(folder, ledger, ledger.checkpoint()).code == Code.CHECKPOINT_REPLAYED


def test_a_smaller_fork_over_the_tiles_of_the_longer_log(ledger: LyingLedger, folder: Path) -> None:
    twin = ledger.copy().edit_fields(ledger.find(OPENED), offence="fraud")
    (folder / "checkpoint").write_bytes(twin.checkpoint(280))
    assert refused(folder, ledger, ledger.checkpoint()).code == Code.FORKED


def test_a_key_exchanged(ledger: LyingLedger, folder: Path, tmp_path: Path) -> None:
    impostor = LyingLedger(ledger.origin, seed=2)
    impostor.entries = ledger.entries
    assert refused(impostor.publish(tmp_path / "other"), ledger).code == Code.UNKNOWN_SIGNER
    assert refused(folder, impostor).code == Code.UNKNOWN_SIGNER


# Lies of a mirror: the files were changed, the signature was not.

LAST = "tile/entries/001.p/44"


def _rewrite(change: Callable[[list[bytes]], object]) -> Callable[[Path, LyingLedger], object]:
    def work(root: Path, log: LyingLedger) -> None:
        entries = [canonical(entry) for entry in log.entries[256:]]
        change(entries)
        (root / LAST).write_bytes(bundle(entries))

    return work


def _another_signature(root: Path, _: LyingLedger) -> None:
    """Another character of base64 in the place of one."""
    data = bytearray((root / "checkpoint").read_bytes())
    data[-20] = ord("A" if data[-20] != ord("A") else "B")
    (root / "checkpoint").write_bytes(data)


def _flip(name: str, place: int) -> Callable[[Path, LyingLedger], object]:
    def work(root: Path, _: LyingLedger) -> None:
        data = bytearray((root / name).read_bytes())
        data[place] ^= 1
        (root / name).write_bytes(bytes(data))

    return work


def _hidden(root: Path, log: LyingLedger) -> None:
    """Entries and all tiles changed together: only the root shows it."""
    checkpoint = (root / "checkpoint").read_bytes()
    shutil.rmtree(root)
    log.copy().edit_fields(log.find(OPENED), offence="fraud").publish(root)
    (root / "checkpoint").write_bytes(checkpoint)


MIRRORED: dict[str, tuple[Callable[[Path, LyingLedger], object], Code]] = {
    "edited": (_rewrite(lambda e: e.__setitem__(3, e[3].replace(b"incomplete", b"forgotten_"))), Code.TILE_MISMATCH),
    "edited into nonsense": (_rewrite(lambda e: e.__setitem__(3, b"{}")), Code.TILE_MISMATCH),
    "dropped": (_rewrite(lambda e: e.pop(3)), Code.BAD_TILE),
    "inserted": (_rewrite(lambda e: e.append(e[0])), Code.BAD_TILE),
    "reordered": (_rewrite(lambda e: e.reverse()), Code.TILE_MISMATCH),
    "cut": (lambda root, _: (root / LAST).write_bytes((root / LAST).read_bytes()[:-1]), Code.BAD_TILE),
    "cut tile": (lambda root, _: (root / "tile/0/000").write_bytes(b"\0" * 8191), Code.BAD_TILE),
    "longer": (lambda root, _: (root / LAST).write_bytes((root / LAST).read_bytes() + b"\0\1"), Code.BAD_TILE),
    "no bundle": (lambda root, _: (root / LAST).unlink(), Code.MISSING_TILE),
    "no tile": (lambda root, _: (root / "tile/1/000.p/1").unlink(), Code.MISSING_TILE),
    "no tiles": (lambda root, _: shutil.rmtree(root / "tile"), Code.MISSING_TILE),
    "no checkpoint": (lambda root, _: (root / "checkpoint").unlink(), Code.NOTHING_TO_VERIFY),
    "hash changed": (_flip("tile/0/001.p/44", 0), Code.TILE_MISMATCH),
    "high hash changed": (_flip("tile/1/000.p/1", 0), Code.TILE_MISMATCH),
    "all but the checkpoint": (_hidden, Code.ROOT_MISMATCH),
    "signature": (_another_signature, Code.BAD_SIGNATURE),
    "size": (_flip("checkpoint", 20), Code.BAD_SIGNATURE),
}


@pytest.mark.parametrize("lie", MIRRORED)
def test_lies_of_a_mirror(ledger: LyingLedger, folder: Path, lie: str) -> None:
    change, code = MIRRORED[lie]
    change(folder, ledger)
    assert refused(folder, ledger).code == code


@pytest.mark.parametrize("name", ["tile/entries/000.p/200", "tile/0/000.p/200"])
def test_an_old_partial_tile_that_says_something_else(ledger: LyingLedger, tmp_path: Path, name: str) -> None:
    ledger.publish(tmp_path, 200)
    ledger.edit_fields(ledger.find(OPENED), offence="fraud").publish(tmp_path)
    (tmp_path / ("tile/0/000.p/200" if "entries" in name else "tile/entries/000.p/200")).unlink()
    assert refused(tmp_path, ledger).code == Code.PARTIAL_MISMATCH


def test_a_partial_tile_beyond_the_checkpoint_that_says_something_else(ledger: LyingLedger, tmp_path: Path) -> None:
    ledger.publish(tmp_path, 200)
    ledger.edit_fields(ledger.find(OPENED), offence="fraud").publish(tmp_path)
    (tmp_path / "checkpoint").write_bytes(ledger.checkpoint(199))
    assert refused(tmp_path, ledger).code == Code.PARTIAL_MISMATCH


def test_a_damaged_copy_is_named_before_a_guilty_log(ledger: LyingLedger, tmp_path: Path) -> None:
    ledger.edit(9, v=2).publish(tmp_path)
    _flip(LAST, 5)(tmp_path, ledger)
    assert refused(tmp_path, ledger).code == Code.TILE_MISMATCH


def test_the_guilty_entry_is_named(ledger: LyingLedger, tmp_path: Path) -> None:
    found = refused(ledger.edit(250, hour="2026-11-01T00Z").publish(tmp_path), ledger)
    assert found.index == 250
    assert "250" in found.message


def test_an_owed_notice_may_be_given_later(tmp_path: Path) -> None:
    log = LyingLedger().begin().check()
    log.edit_fields(log.find("encounter:notice:recorded"), notice="unconscious")
    log.add("encounter:notice:recorded", {"notice": "given-or-deceased"})
    assert run(log.publish(tmp_path), log).summary.deeds["encounter:notice:recorded"] == 2
    log.add("encounter:notice:recorded", {"notice": "given-or-deceased"})
    assert refused(log.publish(tmp_path), log).code == Code.DEED_OUT_OF_ORDER


def test_policies_may_follow_one_another(tmp_path: Path) -> None:
    log = LyingLedger().begin().check().adopt(OTHER_POLICY).check()
    assert len(run(log.publish(tmp_path), log).summary.policies) == 2
    log.policy = POLICY
    assert refused(log.check().publish(tmp_path), log).code == Code.POLICY_SUPERSEDED
