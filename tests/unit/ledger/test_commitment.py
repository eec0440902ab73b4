"""Commitments and once-tags."""

import hmac
from hashlib import sha256

import pytest

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.ledger.commitment import check_opening, commit, once_tag, opens
from overt.ledger.deeds import Deed

KEY = bytes(range(32))
CORRECTED = Deed.ENCOUNTER_FOLLOW_UP_RECORDED


def test_a_commitment_is_hmac_over_canonical_json() -> None:
    assert commit(KEY, {"b": 1, "a": None}) == hmac.new(KEY, b'{"a":null,"b":1}', sha256).hexdigest()


def test_only_the_same_value_under_the_same_opening_opens() -> None:
    made = commit(KEY, "demo-officer")
    assert opens(made, KEY, "demo-officer")
    assert not opens(made, KEY, "other-officer")
    assert not opens(made, bytes(32), "demo-officer")
    check_opening(made, KEY, "demo-officer")
    with pytest.raises(LedgerProofInvalid):
        check_opening(made, KEY, "other-officer")


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_short_or_long_opening_is_refused(length: int) -> None:
    with pytest.raises(LedgerFormatError):
        commit(bytes(length), "x")
    with pytest.raises(LedgerFormatError):
        once_tag(bytes(length), CORRECTED)


def test_a_tag_is_made_over_the_deed_and_its_number() -> None:
    def tag(message: bytes) -> str:
        return hmac.new(KEY, message, sha256).hexdigest()

    assert once_tag(KEY, CORRECTED) == tag(b"encounter:follow-up:recorded")
    assert once_tag(KEY, CORRECTED, 2) == tag(b"encounter:follow-up:recorded#2")
    assert once_tag(KEY, CORRECTED, 12) == tag(b"encounter:follow-up:recorded#12")


@pytest.mark.parametrize(
    ("deed", "number"),
    [
        (Deed.ENCOUNTER_SEARCH_PERFORMED, 2),
        (Deed.OFFICER_ACCOUNT_REVOKED, 1),
        (CORRECTED, 0),
        (CORRECTED, -1),
    ],
)
def test_there_is_no_second_search_and_no_tag_outside_an_encounter(deed: Deed, number: int) -> None:
    with pytest.raises(LedgerFormatError):
        once_tag(KEY, deed, number)
