"""The key with which a witness cosigns.

Rules:
* It lies in the file `witness.key`, which only its owner can read; a file that others can read is refused.
* It is made once and never written over: a witness with another key is another witness.
"""

import base64
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from overt_verify.cosignature import COSIGNATURE, CosignerKey, cosigned_message
from overt_verify.encoding import base64_bytes
from overt_verify.errors import Code, VerificationError, shown
from overt_verify.files import read_file
from overt_verify.note import Signature, is_key_name
from overt_verify.witness.disk import PRIVATE, locked, make_folder, replace_file

KEY_FILE = "witness.key"
_PREFIX = "PRIVATE+KEY"
_LIMIT = 4096


class Secret:
    """A private key and the witness's name."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.key = CosignerKey(name, private.public_key().public_bytes_raw())

    def cosign(self, text: str, time: int) -> Signature:
        """The cosignature of a checkpoint's text at a time."""
        value = time.to_bytes(8, "big") + self._private.sign(cosigned_message(text, time))
        return Signature(self.key.name, self.key.key_id, value)

    def to_text(self) -> str:
        """The line of the key file: `PRIVATE+KEY+NAME+KEYID+BASE64`."""
        material = base64.b64encode(COSIGNATURE + self._private.private_bytes_raw()).decode()
        return f"{_PREFIX}+{self.key.name}+{self.key.key_id.hex()}+{material}\n"

    @classmethod
    def from_text(cls, text: str) -> "Secret":
        """Read the line of a key file; says nothing of its content when it cannot.

        Raises:
            VerificationError: `bad_witness`.
        """
        parts = text.removesuffix("\n").split("+", 4)
        material = base64_bytes(parts[4]) if len(parts) == 5 else None
        if "+".join(parts[:2]) == _PREFIX and is_key_name(parts[2]) and material and len(material) == 33:
            found = cls(parts[2], Ed25519PrivateKey.from_private_bytes(material[1:]))
            if found.to_text().rstrip("\n") == text.rstrip("\n"):
                return found
        raise VerificationError(Code.BAD_WITNESS, f"{KEY_FILE} does not hold a witness's key.")


def make_secret(folder: Path, name: str) -> Secret:
    """Make the folder of a witness and its key.

    Raises:
        VerificationError: `bad_witness` when there is a key already, or the folder cannot be made; `bad_key` for a name
            that no key may have.
    """
    if not is_key_name(name):
        raise VerificationError(Code.BAD_KEY, f"{shown(name)} cannot be a name: no spaces, no plus, not empty.")
    secret = Secret(name, Ed25519PrivateKey.generate())
    try:
        make_folder(folder)
        with locked(folder):
            if (folder / KEY_FILE).exists():
                raise VerificationError(Code.BAD_WITNESS, f"{shown(str(folder))} holds a witness already.")
            replace_file(folder / KEY_FILE, secret.to_text().encode(), PRIVATE)
    except OSError as error:
        message = f"{shown(str(folder))} cannot be written: {error.strerror}."
        raise VerificationError(Code.BAD_WITNESS, message) from error
    return secret


def read_secret(folder: Path) -> Secret:
    """The key of a witness.

    Raises:
        VerificationError: `bad_witness`, or the file cannot be read.
    """
    path = folder / KEY_FILE
    data = read_file(path, _LIMIT)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise VerificationError(Code.BAD_WITNESS, f"Others can read {KEY_FILE}: chmod 600.")
    try:
        return Secret.from_text(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise VerificationError(Code.BAD_WITNESS, f"{KEY_FILE} does not hold a witness's key.") from error
