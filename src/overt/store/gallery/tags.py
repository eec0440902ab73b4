"""Keyed tags: how the store recognises a person's label or an image again without holding either in clear.

Rules:
* A tag is HMAC-SHA256 under a key derived from the master key, so a copy of the database alone tells nobody who is
  enrolled, and trying out names or images against it is not possible.
* Only references and people of the gallery get tags. A probe never does.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Tagger:
    """Makes tags of one instance.

    Args:
        master: the instance's 32-byte master key.
    """

    def __init__(self, master: bytes) -> None:
        self._key = HKDF(SHA256(), 32, salt=None, info=b"overt gallery tags 1").derive(master)

    def person(self, label: str) -> bytes:
        """Tag of the force's own label of a person."""
        return self._tag(b"person", label.encode())

    def image(self, file_bytes: bytes) -> bytes:
        """Tag of an image file's exact bytes."""
        return self._tag(b"image", hashlib.sha256(file_bytes).digest())

    def row(self, label: str, file_bytes: bytes) -> bytes:
        """Tag of one image enrolled for one person."""
        return self._tag(b"row", self.person(label) + self.image(file_bytes))

    def manifest(self, text: str) -> bytes:
        """Tag of a manifest, so that an interrupted import is found again."""
        return self._tag(b"manifest", text.encode())

    def _tag(self, kind: bytes, value: bytes) -> bytes:
        return hmac.new(self._key, kind + b"\x00" + value, hashlib.sha256).digest()
