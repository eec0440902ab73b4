"""The key file of one signatory: a person of the force, or the oversight body. It lies on their own machine.

Rules:
* A file is one line: `overt-signatory 1 NAME 64-hex-digits`, private (0600), and never overwritten.
* It has no place in an instance or in its folder of keys: who can read all of an instance must not be able to change
  its policy.
"""

import os
from pathlib import Path

from overt.errors import KeyDamaged, KeysExist, LedgerFormatError, UsageError
from overt.ledger.note import Signer, VerifierKey
from overt.store.embedded.durable_files import create_private
from overt.store.keys.private_files import read_private
from overt.store.keys.sealing import Draw

_FORM, _SEED_BYTES, _LONGEST_FILE = ["overt-signatory", "1"], 32, 1024


def create_signatory(path: Path, name: str, draw: Draw = os.urandom) -> VerifierKey:
    """Make a key; returns its public half, which a policy names.

    Raises:
        UsageError: not a name that a key may have: no spaces, no plus sign.
        KeysExist: there is a file already.
    """
    signer = Signer(name, draw(_SEED_BYTES))
    try:
        public = signer.key
    except LedgerFormatError:
        raise UsageError("A key's name has no spaces and no plus sign, such as force.example/policy/chief.") from None
    try:
        create_private(path, f"{' '.join(_FORM)} {name} {signer.seed.hex()}\n".encode())
    except FileExistsError:
        raise KeysExist(f"There is a file {path} already; keys are never overwritten.") from None
    except OSError as problem:
        raise UsageError(f"{path} cannot be written: {problem.strerror}.") from None
    return public


def read_signatory(path: Path) -> Signer:
    """The key in a file.

    Raises:
        KeyMissing: there is no such file.
        KeyFilesUnsafe: it is open to others, or belongs to another account.
        KeyDamaged: it does not have its form.
    """
    words = read_private(path, _LONGEST_FILE).decode("utf-8", "replace").split()
    try:
        seed = bytes.fromhex(words[3]) if len(words) == 4 and words[:2] == _FORM else b""
    except ValueError:
        seed = b""
    if len(seed) != _SEED_BYTES:
        raise KeyDamaged(f"The key file {path.name} does not have the form of a signatory's key.")
    return Signer(words[2], seed)
