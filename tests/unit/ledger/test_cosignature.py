"""Cosignatures of witnesses: the rules of the module. Other people's are in tests/golden, Go judges in tests/judges."""

from base64 import b64decode, b64encode

import pytest

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.ledger.checkpoint import Checkpoint, sign_checkpoint
from overt.ledger.cosignature import Cosigner, WitnessKey, cosign, cosignatures, parse_witness_key
from overt.ledger.note import Signer, open_note, sign_note

LOG = Signer("overt.example/log", b"l" * 32)
ONE, OTHER = Cosigner("one.example/witness", b"w" * 32), Cosigner("other.example/witness", b"o" * 32)
CHECKPOINT = Checkpoint(LOG.name, 7, b"r" * 32, ("an extension",))
NOTE = sign_checkpoint(CHECKPOINT, LOG)
NOW = 1_793_491_200


def test_a_cosigned_note_is_still_the_logs() -> None:
    note = cosign(cosign(NOTE, ONE, NOW), OTHER, NOW + 1)
    assert note.startswith(NOTE)
    assert open_note(note, [LOG.key]).text == CHECKPOINT.text
    found = cosignatures(note, [OTHER.key, ONE.key])
    assert [(each.witness.name, each.seconds) for each in found] == [(ONE.name, NOW), (OTHER.name, NOW + 1)]
    assert cosignatures(note, [OTHER.key]) == found[1:]
    assert cosignatures(NOTE, [ONE.key]) == ()


def test_of_two_cosignatures_the_latest_counts_and_both_are_checked() -> None:
    note = cosign(cosign(NOTE, ONE, NOW), ONE, NOW - 60)
    assert [each.seconds for each in cosignatures(note, [ONE.key])] == [NOW]
    false = cosign(sign_checkpoint(Checkpoint(LOG.name, 8, b"r" * 32), LOG), ONE, NOW).split(b"\n")[-2] + b"\n"
    with pytest.raises(LedgerProofInvalid):
        cosignatures(note + false, [ONE.key])


def test_another_key_under_the_name_is_an_unknown_one() -> None:
    assert cosignatures(cosign(NOTE, Cosigner(ONE.name, b"x" * 32), NOW), [ONE.key]) == ()


def test_a_witnesss_key_as_a_logs_signs_nothing() -> None:
    """The same key pair, with the other type: neither signature is taken for the other kind."""
    plain = sign_note(CHECKPOINT.text, [LOG, Signer(ONE.name, ONE.seed)])
    assert cosignatures(plain, [ONE.key]) == ()
    assert Signer(ONE.name, ONE.seed).key not in open_note(cosign(NOTE, ONE, NOW), [LOG.key]).signed_by


@pytest.mark.parametrize("place", range(72))
def test_every_byte_of_a_cosignature_counts(place: int) -> None:
    head, _, blob = cosign(NOTE, ONE, NOW).rstrip(b"\n").rpartition(b" ")
    data = bytearray(b64decode(blob))
    data[4 + place] ^= 1
    with pytest.raises(LedgerProofInvalid):
        cosignatures(head + b" " + b64encode(data) + b"\n", [ONE.key])


@pytest.mark.parametrize("seconds", [-1, 2**63])
def test_a_time_out_of_range_is_not_signed(seconds: int) -> None:
    with pytest.raises(LedgerFormatError):
        cosign(NOTE, ONE, seconds)


def test_times_at_the_ends_of_the_range() -> None:
    for seconds in (0, 2**63 - 1):
        assert cosignatures(cosign(NOTE, ONE, seconds), [ONE.key])[0].seconds == seconds


def test_only_a_checkpoint_is_cosigned() -> None:
    with pytest.raises(LedgerFormatError):
        cosign(sign_note("some text\n", [LOG]), ONE, NOW)
    with pytest.raises(LedgerFormatError):
        cosignatures(sign_note("some text\n", [LOG]), [])


def test_keys_have_one_form() -> None:
    vkey = ONE.key.encode()
    assert parse_witness_key(vkey) == ONE.key
    for wrong in (vkey[:-1], vkey.replace("+", "-"), vkey.replace(ONE.key.key_id.hex(), "00000000"), ""):
        with pytest.raises(LedgerFormatError):
            parse_witness_key(wrong)
    for name, public in (("", b"k" * 32), ("a b", b"k" * 32), ("witness", b"k" * 31)):
        with pytest.raises(LedgerFormatError):
            WitnessKey(name, public)


def test_the_private_key_never_shows() -> None:
    assert ONE.seed.hex() not in repr(ONE)
    assert repr(ONE.seed) not in repr(ONE)
