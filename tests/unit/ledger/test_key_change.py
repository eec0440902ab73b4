"""A change of the ledger's key: its one form, and whose signatures it needs."""

from dataclasses import replace

import pytest

from overt.errors import KeyChangeInvalid
from overt.ledger.key_change import Cause, KeyChange, read_key_change, require_signed
from overt.ledger.note import Signer, sign_note

ORIGIN = "force.example/log"
OLD, NEW = Signer(ORIGIN, bytes(32)), Signer(ORIGIN, b"\1" * 32)
CHIEF, DEPUTY, BODY = (Signer(f"force.example/{name}", name.ljust(32).encode()) for name in ("chief", "deputy", "body"))
FORCE = (CHIEF.key, DEPUTY.key)
CHANGE = KeyChange(1, 7, bytes(32), OLD.key, NEW.key, Cause.ROTATED)
LOST = replace(CHANGE, cause=Cause.LOST)


def test_it_reads_back() -> None:
    for change in (CHANGE, LOST):
        assert read_key_change(sign_note(change.text, [NEW])) == change


@pytest.mark.parametrize(
    ("change", "signers"),
    [(CHANGE, (NEW, OLD)), (CHANGE, (OLD, NEW, CHIEF)), (LOST, (NEW, CHIEF, DEPUTY, BODY))],
)
def test_signed_by_those_who_have_to(change: KeyChange, signers: tuple[Signer, ...]) -> None:
    require_signed(sign_note(change.text, signers), change, FORCE, BODY.key)


@pytest.mark.parametrize(
    ("change", "signers"),
    [
        (CHANGE, (NEW,)),
        (CHANGE, (OLD,)),
        (CHANGE, (NEW, CHIEF, DEPUTY, BODY)),
        (LOST, (NEW, OLD)),
        (LOST, (CHIEF, DEPUTY, BODY)),
        (LOST, (NEW, CHIEF, DEPUTY)),
        (LOST, (NEW, CHIEF, BODY)),
        (LOST, (NEW, DEPUTY, BODY)),
        (LOST, (NEW, BODY)),
    ],
)
def test_nobody_else_changes_it(change: KeyChange, signers: tuple[Signer, ...]) -> None:
    with pytest.raises(KeyChangeInvalid):
        require_signed(sign_note(change.text, signers), change, FORCE, BODY.key)


def test_a_signature_over_another_change_is_none() -> None:
    note = sign_note(replace(CHANGE, size=8).text, [NEW, OLD]).replace(b"\n8\n", b"\n7\n", 1)
    with pytest.raises(KeyChangeInvalid):
        require_signed(note, CHANGE, FORCE, BODY.key)


TEXT = CHANGE.text
MALFORMED = {
    "no note": b"what",
    "another head": TEXT.replace("overt-key-change", "overt-change"),
    "a number below one": TEXT.replace("\n1\n", "\n0\n", 1),
    "a number with a zero before": TEXT.replace("\n1\n", "\n01\n", 1),
    "no number": TEXT.replace("\n7\n", "\nseven\n", 1),
    "no root": TEXT.replace("AAAA", "????", 1),
    "another cause": TEXT.replace("rotated", "stolen"),
    "a line more": TEXT + "more\n",
    "another log's key": TEXT.replace(NEW.key.encode(), CHIEF.key.encode()),
    "the same key": TEXT.replace(NEW.key.encode(), OLD.key.encode()),
    "another log": TEXT.replace(f"\n{ORIGIN}\n", "\nelse.example/log\n", 1),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_change(name: str) -> None:
    text = MALFORMED[name]
    note = text if isinstance(text, bytes) else sign_note(text, [NEW])
    with pytest.raises(KeyChangeInvalid):
        read_key_change(note)
