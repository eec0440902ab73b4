"""A certification authority of somebody else, and phones that are given a root and told where a name leads."""

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store

from overt.store.keys.certificates import ServerCertificate

Key = EllipticCurvePrivateKey | RSAPrivateKey


def verifies(root: x509.Certificate, shown: ServerCertificate, name: str, at: datetime) -> list[x509.Certificate]:
    """The chain from a server's certificate to a root, as a strict verifier builds it for this name.

    Raises:
        VerificationError: it does not verify.
    """
    builder = PolicyBuilder().store(Store([root])).time(at)
    return builder.build_server_verifier(x509.DNSName(name)).verify(shown.certificate, list(shown.chain[1:]))


@dataclass
class ForceAuthority:
    """A force's own certification authority, without limits."""

    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    @property
    def name(self) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A force")])

    @property
    def root(self) -> x509.Certificate:
        usage = dict.fromkeys(
            (
                "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
                "encipher_only", "decipher_only", "crl_sign",
            ),
            False,
        )  # fmt: skip
        return (
            self._start(self.name, self.key, datetime.now(UTC) - timedelta(days=1), timedelta(days=1000))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(key_cert_sign=True, **usage), critical=True)
            .sign(self.key, SHA256())
        )

    def certificate(self, key: Key, *names: str, days: float = 60, ago: float = 1) -> x509.Certificate:
        """A server certificate for these names, from so many days ago for so many days."""
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        start = datetime.now(UTC) - timedelta(days=ago)
        builder = self._start(subject, key, start, timedelta(days=days))
        if names:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(self.key, SHA256())

    def _start(self, subject: x509.Name, key: Key, start: datetime, life: timedelta) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + life)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )


def write_pair(folder: Path, certificate: x509.Certificate, key: Key, *, password: bytes | None = None) -> list[Path]:
    """`certificate.pem`, and `key.pem` as a private file."""
    at, key_at = folder / "certificate.pem", folder / "key.pem"
    at.write_bytes(certificate.public_bytes(Encoding.PEM))
    hidden = BestAvailableEncryption(password) if password else NoEncryption()
    key_at.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden))
    key_at.chmod(0o600)
    return [at, key_at]


@dataclass
class TrustingPhone:
    """A client that trusts one root, and takes every name to be on this machine."""

    root: x509.Certificate | None
    name: str
    port: int

    def get(self, path: str, *, sni: str | None = None, host: str | None = None) -> httpx.Response:
        """Ask under the name; by `sni` and `host` under another in the handshake, or in the request."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self.root is not None:
            context.load_verify_locations(cadata=self.root.public_bytes(Encoding.DER))
        headers = {"Host": host or f"{self.name}:{self.port}"}
        extensions: dict[str, Any] = {"sni_hostname": sni or self.name}
        with httpx.Client(verify=context, trust_env=False, timeout=30) as client:
            return client.get(f"https://127.0.0.1:{self.port}{path}", headers=headers, extensions=extensions)

    def shown(self) -> x509.Certificate:
        """The certificate that the server shows in a handshake of its own; not checked."""
        return x509.load_pem_x509_certificate(ssl.get_server_certificate(("127.0.0.1", self.port)).encode())
