"""The local root, and what signs under it; pure, but for the randomness that the library draws itself.

Rules:
* Three certificates: a *root* that phones are given, an *issuer* under it, a *server certificate* under that one.
* The root's private key exists while `make_authority` runs and is never written. It signs the root and the issuer, and
  nothing ever again; what can be signed later is what the issuer's key can sign.
* Root and issuer are limited to the one host name, in a critical name constraint, and exclude every IP address.
  RFC 5280 leaves open whether a constraint in a root is looked at; in an issuer it always is (6.1.4). A constraint to a
  DNS name also lets names below it through (4.2.1.10).
* ECDSA on P-256 with SHA-256. A server certificate lives for 90 days at most, and never longer than its issuer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from overt.store.keys.certificates import ServerCertificate

AUTHORITY_LIFE = timedelta(days=3652)
"""Ten years."""
SERVER_LIFE = timedelta(days=90)
BACKDATED = timedelta(hours=1)
"""A phone's clock may be behind by this much."""
_LONGEST_COMMON_NAME = 64
_SERVER_ONLY = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True, slots=True)
class Issuer:
    """What signs server certificates for one host name.

    Args:
        root: what phones are given; its private key is gone.
        certificate: the issuer's own, signed by the root.
        key: its private key.
    """

    root: x509.Certificate
    certificate: x509.Certificate
    key: EllipticCurvePrivateKey


def make_authority(name: str, now: datetime) -> Issuer:
    """A new root for one host name, and the issuer under it; the root's private key ends with this call."""
    root_key, issuer_key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    start, subject = now - BACKDATED, _subject(f"Overt root for {name}", root_key)
    root = _limited(_start(subject, subject, root_key, root_key, start, AUTHORITY_LIFE), name, below=1)
    under = _subject(f"Overt issuer for {name}", issuer_key)
    issuer = _limited(_start(under, subject, issuer_key, root_key, start, AUTHORITY_LIFE), name, below=0)
    issuer = issuer.add_extension(_SERVER_ONLY, critical=False)
    return Issuer(root.sign(root_key, SHA256()), issuer.sign(root_key, SHA256()), issuer_key)


def issue(issuer: Issuer, name: str, now: datetime) -> ServerCertificate:
    """A server certificate with a new key. The caller sees to it that issuer and name belong together."""
    key, above = generate_private_key(SECP256R1()), issuer.certificate
    start = max(now - BACKDATED, above.not_valid_before_utc)
    life = min(SERVER_LIFE, above.not_valid_after_utc - start)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Overt server")])
    certificate = (
        _start(subject, above.subject, key, issuer.key, start, life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature"), critical=True)
        .add_extension(_SERVER_ONLY, critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(issuer.key, SHA256())
    )
    return ServerCertificate((certificate, above), key)


def _start(
    subject: x509.Name,
    above: x509.Name,
    key: EllipticCurvePrivateKey,
    signing: EllipticCurvePrivateKey,
    start: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    """What every one of the three has."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )


def _limited(builder: x509.CertificateBuilder, name: str, *, below: int) -> x509.CertificateBuilder:
    """Limits of what may sign: certificates only, for one name, and so many levels below."""
    addresses = (x509.IPAddress(IPv4Network("0.0.0.0/0")), x509.IPAddress(IPv6Network("::/0")))
    limits = x509.NameConstraints(permitted_subtrees=[x509.DNSName(name)], excluded_subtrees=addresses)
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
        .add_extension(_usage("key_cert_sign"), critical=True)
        .add_extension(limits, critical=True)
    )


def _usage(only: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage == only for usage in _USAGES})


def _subject(title: str, key: EllipticCurvePrivateKey) -> x509.Name:
    """A name of its own for each key, so that a phone with an older root never confuses the two."""
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest.hex()
    attributes = ((NameOID.COMMON_NAME, title[:_LONGEST_COMMON_NAME]), (NameOID.SERIAL_NUMBER, identifier[:16]))
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in attributes])
