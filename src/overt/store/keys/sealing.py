"""Sealed values: AES-256-GCM, bound to the place where they are stored.

Rules:
* A sealed value opens only under its key and in its own row and column; moved or changed, it is damaged.
* The nonce is random (96 bits). One key seals a few values of one person, far below the 2**32 of NIST SP 800-38D, 8.3.
"""

import os
from collections.abc import Callable
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from overt.errors import SealedDataDamaged

Draw = Callable[[int], bytes]
"""Gives that many random bytes."""

FORMAT = b"\x01"
NONCE, TAG = 12, 16
OVERHEAD = len(FORMAT) + NONCE + TAG
_PURPOSE = b"overt sealed value 1\x00"


def row_aad(table: str, column: str, row_id: int | UUID | str) -> bytes:
    """What binds a sealed value to its place: each part with its length, so that no two places read the same."""
    parts = (table.encode(), column.encode(), str(row_id).encode())
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def seal(key: bytes, plaintext: bytes, aad: bytes, draw: Draw = os.urandom) -> bytes:
    """Seal bytes.

    Args:
        key: 32 bytes.
        plaintext: any length; the result is 29 bytes longer.
        aad: the place, from `row_aad`; not stored in the result.
        draw: randomness, for the nonce.
    """
    nonce = draw(NONCE)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plaintext, _PURPOSE + aad)


def unseal(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """The bytes that were sealed under this key for this place.

    Raises:
        SealedDataDamaged: another key, another place, another format, or changed bytes.
    """
    if len(sealed) < OVERHEAD or sealed[:1] != FORMAT:
        raise SealedDataDamaged()
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], _PURPOSE + aad)
    except InvalidTag:
        raise SealedDataDamaged() from None
