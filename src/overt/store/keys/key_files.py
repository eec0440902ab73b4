"""The keys of an instance, each in a file of its own, outside the instance.

Rules:
* A file is one line: `overt-key 1 NAME 64-hex-digits`. The name is checked: no file takes another's place.
* The folder of keys appears whole or not at all, and no key is ever overwritten; but for that of the ledger, in whose
  place its successor is put once the change is recorded.
* Neither of instance and keys lies inside the other: a copy or backup of one never takes the other along.
* The device key is made for a demonstration only; a real phone keeps its own.
"""

import errno
import os
import shutil
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from overt.errors import KeyDamaged, KeyFilesUnsafe, KeyMissing, KeysExist
from overt.store.embedded.durable_files import create_private, sync_folder, write_private
from overt.store.keys.private_files import check_private_folder, read_private
from overt.store.keys.sealing import Draw

LEDGER, MASTER, POLICY, DEMO_DEVICE = "ledger", "master", "policy", "demo-device"
NEXT_LEDGER = "ledger-next"
SIZE = 32
"""Bytes of every key: two Ed25519 seeds, an AES-256 key, and a scalar of P-256."""
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_LONGEST_FILE = 256


class KeyFolder:
    """The folder of keys of one instance.

    Args:
        folder: where the keys are or will be.
        instance: the instance's folder.

    Raises:
        KeyFilesUnsafe: one of them lies inside the other.
    """

    def __init__(self, folder: Path, instance: Path) -> None:
        self._folder = folder.absolute()
        mine, theirs = folder.resolve(), instance.resolve()
        if mine.is_relative_to(theirs) or theirs.is_relative_to(mine):
            raise KeyFilesUnsafe("The keys and the instance must not lie inside each other.")

    def __repr__(self) -> str:
        return f"KeyFolder({str(self._folder)!r})"

    @property
    def persons(self) -> Path:
        """Where the keys of the enrolled people go (see `person_keys`)."""
        return self._folder / "persons"

    @property
    def tls(self) -> Path:
        """Where the local root's files go (see `local_authority`)."""
        return self._folder / "tls"

    def create_all(self, *, demonstration: bool, draw: Draw = os.urandom) -> None:
        """Make all keys; durable when this returns.

        Args:
            demonstration: make the key of the demonstration's device, too.
            draw: randomness.

        Raises:
            KeysExist: the folder is there and not empty.
        """
        keys = {name: draw(SIZE) for name in (LEDGER, MASTER, POLICY)}
        if demonstration:
            keys[DEMO_DEVICE] = _draw_scalar(draw)
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=f".{self._folder.name}-", dir=self._folder.parent))
        try:
            for name, key in keys.items():
                create_private(staged / name, f"overt-key 1 {name} {key.hex()}\n".encode())
            sync_folder(staged)
            staged.rename(self._folder)  # takes the place of an empty folder, and of nothing else
        except OSError as problem:
            if problem.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise KeysExist(f"There is something in {self._folder} already; keys are never overwritten.") from None
            raise
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        sync_folder(self._folder.parent)

    def ledger(self) -> Ed25519PrivateKey:
        """The key that signs the ledger's checkpoints."""
        return Ed25519PrivateKey.from_private_bytes(self._load(LEDGER))

    def next_ledger(self) -> bytes | None:
        """The seed of the key that waits to sign checkpoints; None when none does."""
        try:
            return self._load(NEXT_LEDGER)
        except KeyMissing:
            return None

    def draw_next_ledger(self, draw: Draw = os.urandom) -> bytes:
        """Make the key that is to sign checkpoints next; returns its seed.

        Raises:
            KeysExist: one waits already.
        """
        seed = draw(SIZE)
        try:
            create_private(self._folder / NEXT_LEDGER, f"overt-key 1 {NEXT_LEDGER} {seed.hex()}\n".encode())
        except FileExistsError:
            raise KeysExist("A next key of the ledger waits already; use it, or remove its file ledger-next.") from None
        sync_folder(self._folder)
        return seed

    def use_next_ledger(self) -> None:
        """Put the next key in the place of the one that has signed until now, whose file goes."""
        seed = self._load(NEXT_LEDGER)
        write_private(self._folder / LEDGER, f"overt-key 1 {LEDGER} {seed.hex()}\n".encode())
        (self._folder / NEXT_LEDGER).unlink()
        sync_folder(self._folder)

    def policy(self) -> Ed25519PrivateKey:
        """The key that signs the force's policies."""
        return Ed25519PrivateKey.from_private_bytes(self._load(POLICY))

    def master(self) -> bytes:
        """The key (256 bits) that wraps the keys of epochs."""
        return self._load(MASTER)

    def demo_device(self) -> EllipticCurvePrivateKey:
        """The key (P-256) of the demonstration's device; only a demonstration has it."""
        scalar = int.from_bytes(self._load(DEMO_DEVICE))
        if not 0 < scalar < _P256_ORDER:
            raise KeyDamaged(f"The key file {DEMO_DEVICE} does not hold a key of its kind.")
        return derive_private_key(scalar, SECP256R1())

    def _load(self, name: str) -> bytes:
        """One key's bytes.

        Raises:
            KeyMissing: there is no such file.
            KeyFilesUnsafe: file or folder is open to others or belongs to another account.
            KeyDamaged: it does not have its form, or is another key's file.
        """
        check_private_folder(self._folder)
        words = read_private(self._folder / name, _LONGEST_FILE).decode("ascii", "replace").split()
        if len(words) != 4 or words[:3] != ["overt-key", "1", name] or len(words[3]) != 2 * SIZE:
            raise KeyDamaged(f"The key file {name} does not have the form of this key.")
        try:
            return bytes.fromhex(words[3])
        except ValueError:
            raise KeyDamaged(f"The key file {name} does not have the form of this key.") from None


def _draw_scalar(draw: Draw) -> bytes:
    """A uniform scalar from 1 to the order less 1 (FIPS 186-5, A.2.2: draw, and draw again when outside)."""
    while True:
        drawn = draw(SIZE)
        if 0 < int.from_bytes(drawn) < _P256_ORDER:
            return drawn
