"""Sealing for the cache: AES-256-GCM with random nonces, as `store.keys.sealing`, for many small parts in one file.

A part is nonce (12), ciphertext, tag (16). Random nonces are safe for 2**32 parts under one key (NIST SP 800-38D, 8.3):
a hundred writings of twenty million rows.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE: Final = 12
OVERHEAD: Final = NONCE + 16


class Sealer:
    """Seals and opens parts of one contract's cache under one key (32 bytes)."""

    def __init__(self, key: bytes, purpose: bytes) -> None:
        self._cipher, self._purpose = AESGCM(key), purpose

    def seal(self, plain: bytes, *place: int) -> bytes:
        """One part, bound to its place."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, self._bound(place))

    def open(self, sealed: bytes | memoryview, *place: int) -> bytes | None:
        """What was sealed for that place; None when this is not it."""
        if len(sealed) < OVERHEAD:
            return None
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], self._bound(place))
        except InvalidTag:
            return None

    def open_into(self, plain: memoryview, sealed: memoryview, *place: int) -> bool:
        """The same into `plain`, which is `OVERHEAD` bytes shorter; when false, what is in it is of no use."""
        try:
            self._cipher.decrypt_into(sealed[:NONCE], sealed[NONCE:], self._bound(place), plain)
        except InvalidTag:
            return False
        return True

    def _bound(self, place: tuple[int, ...]) -> bytes:
        return self._purpose + b"".join(one.to_bytes(8) for one in place)
