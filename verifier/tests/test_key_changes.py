"""A key that is rotated, or lost, leads to its successor; nobody else's does."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from verify_simulators import tree
from verify_simulators.lying_ledger import ALL_OF_THEM, SIGNATORIES, LyingLedger, signature, vkey

from overt_verify.audit import audit
from overt_verify.errors import Code, VerificationError
from overt_verify.key_changes import checkpoint_of, read_changes
from overt_verify.note import VerifierKey
from overt_verify.tiles import LedgerFolder

NEXT = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"next").digest())
OLD, NEW = "old", "new"


def change(
    log: LyingLedger,
    cause: str = "rotated",
    signed_by: tuple[str, ...] = (OLD, NEW),
    number: int = 1,
    root: bytes | None = None,
    key: Ed25519PrivateKey = NEXT,
) -> LyingLedger:
    """The log with another key from here on."""
    size, old = len(log.entries), log.vkey
    shown = base64.b64encode(root or tree.mth(log.leaves())).decode()
    text = f"overt-key-change\n{log.origin}\n{number}\n{size}\n{shown}\n{old}\n{vkey(log.origin, key)}\n{cause}\n"
    keys = {OLD: (log.origin, log.key), NEW: (log.origin, key), **{who: (who, SIGNATORIES[who]) for who in SIGNATORIES}}
    signatures = "".join(signature(*keys[who], text) for who in signed_by)
    log.keys[number] = f"{text}\n{signatures}".encode()
    log.key = key
    public = key.public_key().public_bytes_raw().hex()
    return log.add("instance:key:changed", {"number": number, "cause": cause, "key": public})


def verdict(log: LyingLedger, root: Path, trusted: str) -> Code | None:
    try:
        audit(LedgerFolder(log.publish(root)), VerifierKey.parse(trusted))
    except VerificationError as error:
        return error.code
    return None


LOST = (NEW, *ALL_OF_THEM)
TALES: dict[str, tuple[Callable[[LyingLedger], LyingLedger], Code | None]] = {
    "rotated": (lambda log: change(log).check(), None),
    "lost": (lambda log: change(log, "lost", LOST).check(), None),
    "twice": (lambda log: change(change(log).check(), number=2, key=SIGNATORIES["nobody"]).check(), None),
    "rotated by a thief without the old key": (lambda log: change(log, signed_by=(NEW,)), Code.KEY_CHANGE),
    "to a key that nobody holds": (lambda log: change(log, signed_by=(OLD,)), Code.KEY_CHANGE),
    "lost, by the force alone": (lambda log: change(log, "lost", (NEW, "chief", "deputy")), Code.KEY_CHANGE),
    "lost, by one person": (lambda log: change(log, "lost", (NEW, "chief", "oversight")), Code.KEY_CHANGE),
    "lost, by the old key": (lambda log: change(log, "lost"), Code.KEY_CHANGE),
    "with another history": (lambda log: change(log, root=bytes(32)), Code.KEY_CHANGE),
    "entered as another cause": (
        lambda log: (change(log), log.edit_fields(log.last("instance:key:changed"), cause="lost"))[0],
        Code.KEY_CHANGE,
    ),
    "never entered": (lambda log: (change(log), log.drop(log.last("instance:key:changed")))[0], Code.KEY_CHANGE),
    "a key simply exchanged": (lambda log: (setattr(log, "key", NEXT), log)[1], Code.UNKNOWN_SIGNER),
}


@pytest.mark.parametrize("tale", TALES)
def test_from_the_old_key(tmp_path: Path, tale: str) -> None:
    log = LyingLedger().begin().check()
    trusted = log.vkey
    make, code = TALES[tale]
    assert verdict(make(log), tmp_path, trusted) == code


def test_from_the_new_key(tmp_path: Path) -> None:
    log = change(LyingLedger().begin().check(), "lost", LOST).check()
    assert verdict(log, tmp_path, log.vkey) is None


def test_a_change_without_its_note(tmp_path: Path) -> None:
    log = change(LyingLedger().begin().check()).check()
    new, notes = log.vkey, log.keys
    log.keys = {}
    assert verdict(log, tmp_path, new) == Code.KEY_CHANGE
    log.keys = {1: notes[1].replace(b"rotated", b"retired")}
    assert verdict(log, tmp_path / "b", new) == Code.KEY_CHANGE


def test_a_note_that_no_entry_tells_of_changes_nothing(tmp_path: Path) -> None:
    log = LyingLedger().begin().check()
    key, old = log.key, log.vkey
    change(log)
    log.drop(log.last("instance:key:changed")).key = key
    assert verdict(log, tmp_path, old) is None


def test_without_the_whole_log_a_lost_key_leads_nowhere(tmp_path: Path) -> None:
    log = LyingLedger().begin().check()
    old = VerifierKey.parse(log.vkey)
    folder = LedgerFolder(change(log.copy(), "lost", LOST).publish(tmp_path / "lost"))
    with pytest.raises(VerificationError) as caught:
        checkpoint_of(folder, old, read_changes(folder))
    assert caught.value.code == Code.UNKNOWN_SIGNER
    folder = LedgerFolder(change(log).publish(tmp_path / "rotated"))
    assert checkpoint_of(folder, old, read_changes(folder))[1] == VerifierKey.parse(log.vkey)
