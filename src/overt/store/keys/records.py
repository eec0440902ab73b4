"""The bytes of one drawer of people's keys; pure.

Rules:
* A file of records is a header and one record for each person, 76 bytes each. Numbers are big-endian.

  | piece | bytes |
  |---|---|
  | header | `overt-person-key` (16), epoch (8), number of records (8), CRC-32 of these (4), zeros (40) |
  | record | person (16), nonce (12), wrapped key (32 and a tag of 16) |
  | file of an epoch's key | `overt-epoch-key1` (16), epoch (8), nonce (12), wrapped key (32 and a tag of 16) |

* The header is written after its records are safe on the disk. So what lies behind its number was never promised to
  anybody and is dropped, and what lies before it and does not open is damage, never dropped in silence.
* Wrapping is AES-256-GCM; person and epoch are authenticated, so no record can be moved to another person or epoch.
"""

import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from overt.errors import KeyDamaged

SIZE = 76
KEY, NONCE, PERSON, NUMBER = 32, 12, 16, 8
_HEADER, _EPOCH = b"overt-person-key", b"overt-epoch-key1"


def pack_header(epoch: int, count: int) -> bytes:
    """The header of a file with `count` records."""
    head = _HEADER + epoch.to_bytes(NUMBER) + count.to_bytes(NUMBER)
    return (head + zlib.crc32(head).to_bytes(4)).ljust(SIZE, b"\0")


def count_in(header: bytes, epoch: int) -> int:
    """The number of records that a header of this epoch promises.

    Raises:
        KeyDamaged: not such a header.
    """
    start = len(_HEADER) + NUMBER
    count = int.from_bytes(header[start : start + NUMBER])
    if header != pack_header(epoch, count):
        raise KeyDamaged("The header of the person key store is damaged.")
    return count


def pack_epoch_key(master: bytes, epoch: int, key: bytes, nonce: bytes) -> bytes:
    """An epoch's key, wrapped under the master key."""
    head = _EPOCH + epoch.to_bytes(NUMBER)
    return head + nonce + AESGCM(master).encrypt(nonce, key, head)


def unpack_epoch_key(master: bytes, epoch: int, data: bytes) -> bytes:
    """An epoch's key (32 bytes).

    Raises:
        KeyDamaged: another epoch's, another master key's, or changed.
    """
    head = _EPOCH + epoch.to_bytes(NUMBER)
    nonce, wrapped = data[len(head) : len(head) + NONCE], data[len(head) + NONCE :]
    try:
        return AESGCM(master).decrypt(nonce, wrapped, head)
    except (InvalidTag, ValueError):
        raise KeyDamaged("The key of the epoch does not open under this master key.") from None


class Wrapping:
    """Wraps and unwraps people's keys under one epoch's key; the cipher stays set up, for it is used 100,000 times."""

    def __init__(self, epoch_key: bytes, epoch: int) -> None:
        self._cipher = AESGCM(epoch_key)
        self._bound = b"overt-person-key" + epoch.to_bytes(NUMBER)

    def wrap(self, person: bytes, key: bytes, nonce: bytes) -> bytes:
        """One record."""
        return person + nonce + self._cipher.encrypt(nonce, key, self._bound + person)

    def unwrap(self, record: bytes) -> bytes:
        """One person's key (32 bytes).

        Raises:
            KeyDamaged: the record does not authenticate.
        """
        person, nonce, wrapped = record[:PERSON], record[PERSON : PERSON + NONCE], record[PERSON + NONCE :]
        try:
            return self._cipher.decrypt(nonce, wrapped, self._bound + person)
        except InvalidTag:
            raise KeyDamaged("A record of the person key store is damaged.") from None


def index(records: bytes | bytearray, start: int = 0) -> dict[bytes, int]:
    """Person to the place of their record, from the byte `start` on."""
    return {bytes(records[at : at + PERSON]): at for at in range(start, len(records), SIZE)}
