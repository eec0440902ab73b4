"""Certificates as values, and what they say; pure.

Rule: what phones are shown of a certificate is computed from its bytes, never remembered beside it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

RENEW_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """A certificate and those above it, without the root, and the private key of the first."""

    chain: tuple[x509.Certificate, ...]
    key: PrivateKeyTypes

    @property
    def certificate(self) -> x509.Certificate:
        """The server's own."""
        return self.chain[0]


def due(certificate: x509.Certificate, name: str, now: datetime) -> bool:
    """Whether a server certificate is to be made anew: under 30 days left, not valid yet, or not for this name."""
    left = certificate.not_valid_after_utc - now
    return left < RENEW_WITHIN or now < certificate.not_valid_before_utc or dns_names(certificate) != [name]


def dns_names(certificate: x509.Certificate) -> list[str]:
    """The DNS names that a certificate is for."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return names.get_values_for_type(x509.DNSName)


def permitted_name(certificate: x509.Certificate) -> str | None:
    """The one DNS name that a root or issuer is limited to; None when it is not limited to exactly one."""
    try:
        limits = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return None
    names = [each.value for each in limits.permitted_subtrees or () if isinstance(each, x509.DNSName)]
    return names[0] if len(names) == 1 else None


def fingerprint(certificate: x509.Certificate) -> tuple[str, ...]:
    """SHA-256 of a certificate to be read out: 8 groups of four bytes, in pairs as phones show them ("8E 12 DB B5")."""
    digest = certificate.fingerprint(SHA256())
    return tuple(digest[at : at + 4].hex(" ").upper() for at in range(0, len(digest), 4))


def pem_of(key: PrivateKeyTypes, chain: tuple[x509.Certificate, ...]) -> bytes:
    """A private key, unencrypted (PKCS #8), and the certificates that belong to it, as one file. It is secret."""
    certificates = b"".join(each.public_bytes(Encoding.PEM) for each in chain)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificates
