"""Commitments and once-tags (spec/ledger-entry.md, "Commitments" and "Once-tags").

Rules:
* An opening is 32 fresh random bytes and is used for one commitment only; whoever calls hands it in.
* Nothing that was derived from a probe photograph is ever committed to. This module cannot see that; what may be
  committed to is listed deed by deed in `overt.ledger.deeds`, and no deed has a place for it.
* Comparisons take the same time whatever differs.
"""

import hmac
from hashlib import sha256

from overt.errors import LedgerFormatError, LedgerProofInvalid
from overt.identifiers import JsonValue
from overt.ledger.canonical import canonical
from overt.ledger.deeds import FORMS, Deed

SECRET_BYTES = 32


def commit(opening: bytes, value: JsonValue) -> str:
    """HMAC-SHA256(key = opening, message = RFC 8785 of value), 64 lower-case hex digits.

    Raises:
        LedgerFormatError: the opening is not 32 bytes, or the value is not canonical JSON.
    """
    return _tag(opening, canonical(value))


def opens(commitment: str, opening: bytes, value: JsonValue) -> bool:
    """Whether `opening` and `value` are what `commitment` (hex) was made of; in constant time."""
    return hmac.compare_digest(commit(opening, value).encode(), commitment.encode())


def check_opening(commitment: str, opening: bytes, value: JsonValue) -> None:
    """Check what somebody shows against a commitment.

    Raises:
        LedgerProofInvalid: the commitment holds something else.
        LedgerFormatError: as in `commit`.
    """
    if not opens(commitment, opening, value):
        raise LedgerProofInvalid("What was shown is not what the ledger entry committed to.")


def once_tag(secret: bytes, deed: Deed, number: int = 1) -> str:
    """The tag that one encounter can make once for each deed and number, 64 lower-case hex digits.

    Args:
        secret: the encounter's 32 random bytes.
        deed: a deed of an encounter.
        number: 1, or 2, 3, ... for a repeated or corrected deed.

    Raises:
        LedgerFormatError: not a deed of an encounter, a secret of another length, or a number that the deed lacks
            (a search has 1 only: one encounter, one search).
    """
    form = FORMS[deed]
    if not form.in_encounter or number < 1 or (number > 1 and not form.repeatable):
        raise LedgerFormatError("This deed cannot have such a once-tag.")
    message = deed.value if number == 1 else f"{deed.value}#{number}"
    return _tag(secret, message.encode("utf-8"))


def _tag(key: bytes, message: bytes) -> str:
    if len(key) != SECRET_BYTES:
        raise LedgerFormatError("An opening or a secret is not 32 bytes.")
    return hmac.new(key, message, sha256).hexdigest()
