"""The secret of a receipt's link, and the PIN that is spoken: how they are drawn, and what is kept of them.

Rules:
* The secret is 32 random bytes and finds the receipt; the PIN is six digits, each number as likely as any other.
* What is kept: a hash of the secret, which finds the row; and a slow hash of secret and PIN together. From a copy of
  the table nobody gets either. With the paper and a copy of the table the PIN can be tried out, slowly.
"""

import hashlib
from collections.abc import Callable

SECRET_BYTES = 32
SALT_BYTES = 16
HASH_BYTES = 32
PIN_DIGITS = 6
_PINS = 10**PIN_DIGITS
_LARGEST = 2**32 // _PINS * _PINS
_COST, _BLOCK = 2**14, 8
"""16 MiB and some 50 ms for each PIN that is tried."""


def draw_pin(draw: Callable[[int], bytes]) -> str:
    """Six digits, uniform.

    Args:
        draw: gives that many fresh random bytes.
    """
    while True:
        number = int.from_bytes(draw(4), "big")
        if number < _LARGEST:  # the few numbers above would make some PINs likelier than others
            return f"{number % _PINS:0{PIN_DIGITS}}"


def lookup_of(secret: bytes) -> bytes:
    """What a secret is known by, 32 bytes."""
    return hashlib.sha256(b"overt receipt lookup\n" + secret).digest()


def pin_hash(secret: bytes, pin: str, salt: bytes) -> bytes:
    """What a secret and its PIN are known by together, 32 bytes (scrypt, RFC 7914)."""
    password = secret + pin.encode("utf-8")
    return hashlib.scrypt(password, salt=salt, n=_COST, r=_BLOCK, p=1, dklen=HASH_BYTES)
