"""A certificate that the force brings itself.

Rules:
* Its key is kept as our own are: a file of this account that nobody else may read. A link to it is followed, since
  renewing programs give links.
* What would fail on a phone is refused here: another name, another key, a date.
"""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from overt.errors import CertificateRefused, KeyDamaged, KeyFilesUnsafe, KeyMissing
from overt.store.keys.certificates import ServerCertificate, dns_names
from overt.store.keys.private_files import read_private

_LONGEST_FILE = 65_536


def read_own_certificate(certificate: Path, key: Path, name: str, now: datetime) -> ServerCertificate:
    """A certificate for this host name with its key.

    Args:
        certificate: PEM, the server's own first, then those above it.
        key: PEM, not encrypted, a private file.
        name: the host name.
        now: when it has to be valid.

    Raises:
        CertificateRefused: it cannot be used; the message says why.
    """
    chain = _chain(certificate)
    found = ServerCertificate(chain, _key(key))
    if found.certificate.public_key() != found.key.public_key():
        raise CertificateRefused("The key is not that of the first certificate in the file.")
    if not covers(found.certificate, name):
        raise CertificateRefused(f"The certificate is not for {name}.")
    if not found.certificate.not_valid_before_utc <= now < found.certificate.not_valid_after_utc:
        raise CertificateRefused("The certificate is not valid today.")
    return found


def covers(certificate: x509.Certificate, name: str) -> bool:
    """Whether a certificate is for this host name, itself or by a wildcard for its first label (RFC 9525, 6.3)."""
    wildcard = f"*.{name.partition('.')[2]}"
    return any(each.lower() in (name, wildcard) for each in dns_names(certificate))


def _chain(path: Path) -> tuple[x509.Certificate, ...]:
    try:
        with path.open("rb") as file:
            return tuple(x509.load_pem_x509_certificates(file.read(_LONGEST_FILE)))
    except (OSError, ValueError):
        raise CertificateRefused(f"{path} is not a readable file of PEM certificates.") from None


def _key(path: Path) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(read_private(path.resolve(), _LONGEST_FILE), None)
    except (KeyMissing, KeyFilesUnsafe, KeyDamaged) as problem:
        raise CertificateRefused(problem.detail) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CertificateRefused(f"{path} is not an unencrypted private key in PEM.") from None
