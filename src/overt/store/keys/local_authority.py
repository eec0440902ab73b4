"""The local root of an instance and what it signs, as files in a folder of its own among the keys.

Rules:
* `authority.pem` holds the issuer's key and certificate and the root's certificate, `server.pem` the server's key and
  its chain. Each is one file, so that key and certificate always belong together, whenever the power fails.
* `authority.pem` is made once and never overwritten; `server.pem` is made anew when it is due.
* A root is limited to one host name: another one is refused, never signed.
* What is damaged or open to others is refused; nothing is repaired in silence.
"""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from overt.errors import HostNameFixed, KeyDamaged, KeyMissing, LocalRootEnded
from overt.store.embedded.durable_files import write_private
from overt.store.keys.certificates import ServerCertificate, due, pem_of, permitted_name
from overt.store.keys.epochs import locked
from overt.store.keys.local_root import Issuer, issue, make_authority
from overt.store.keys.private_files import check_private_folder, make_private_folder, read_private

AUTHORITY, SERVER, LOCK = "authority.pem", "server.pem", "lock"
_LONGEST_FILE = 16_384


class LocalAuthority:
    """What signs for the one host name of an instance.

    Args:
        folder: where its files are.
        issuer: what signs.
        name: the host name that root and issuer are limited to.
    """

    def __init__(self, folder: Path, issuer: Issuer, name: str) -> None:
        self._folder, self._issuer, self.name = folder, issuer, name

    @classmethod
    def open(cls, folder: Path) -> "LocalAuthority":
        """The authority that is there.

        Raises:
            KeyMissing, KeyFilesUnsafe: it is not there, or not kept safely.
            KeyDamaged: the file does not hold what it should.
        """
        check_private_folder(folder)
        key, (certificate, *above) = _read(folder / AUTHORITY)
        name = permitted_name(certificate)
        if len(above) != 1 or name is None:
            raise KeyDamaged(f"The key file {AUTHORITY} does not hold a local root.")
        return cls(folder, Issuer(above[0], certificate, key), name)

    @classmethod
    def open_or_make(cls, folder: Path, name: str, now: datetime) -> "LocalAuthority":
        """The authority for this host name, made when there is none; durable when this returns.

        Raises:
            HostNameFixed: the one that is there is for another name.
            KeyFilesUnsafe, KeyDamaged: it is not kept safely, or is damaged.
        """
        make_private_folder(folder)
        with locked(folder, LOCK):
            if not (folder / AUTHORITY).is_symlink() and not (folder / AUTHORITY).exists():
                made = make_authority(name, now)
                write_private(folder / AUTHORITY, pem_of(made.key, (made.certificate, made.root)))
            found = cls.open(folder)
        if found.name != name:
            raise HostNameFixed(f"The local root of this instance may sign for {found.name} only.")
        return found

    @property
    def root(self) -> x509.Certificate:
        """What phones are given."""
        return self._issuer.root

    @property
    def signs_until(self) -> datetime:
        """When the issuer ends, and the root with it."""
        return self._issuer.certificate.not_valid_after_utc

    def certificate(self, now: datetime) -> ServerCertificate:
        """The server's certificate, made anew when it is due.

        Raises:
            LocalRootEnded: the authority is not valid now.
            KeyFilesUnsafe, KeyDamaged: the one that is there is not kept safely, or is damaged.
        """
        if not self._issuer.certificate.not_valid_before_utc <= now < self.signs_until:
            raise LocalRootEnded()
        with locked(self._folder, LOCK):
            found = self.present()
            if found is None or due(found.certificate, self.name, now):
                found = issue(self._issuer, self.name, now)
                write_private(self._folder / SERVER, pem_of(found.key, found.chain))
            return found

    def present(self) -> ServerCertificate | None:
        """The server's certificate as it is; None when there is none of this authority.

        Raises:
            KeyFilesUnsafe, KeyDamaged: it is not kept safely, or is damaged.
        """
        try:
            key, chain = _read(self._folder / SERVER)
        except KeyMissing:
            return None
        return ServerCertificate(chain, key) if chain[1:] == (self._issuer.certificate,) else None


def _read(path: Path) -> tuple[EllipticCurvePrivateKey, tuple[x509.Certificate, ...]]:
    """A key and the certificates behind it, the key's own first.

    Raises:
        KeyMissing, KeyFilesUnsafe, KeyDamaged: not there, not kept safely, or not such a file.
    """
    data = read_private(path, _LONGEST_FILE)
    try:
        key, chain = load_pem_private_key(data, None), tuple(x509.load_pem_x509_certificates(data))
    except (ValueError, TypeError):
        raise KeyDamaged(f"The key file {path.name} cannot be read.") from None
    if not isinstance(key, EllipticCurvePrivateKey) or key.public_key() != chain[0].public_key():
        raise KeyDamaged(f"In the key file {path.name} key and certificate do not belong together.")
    return key, chain
