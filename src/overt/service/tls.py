"""TLS as this service speaks it.

Rules:
* TLS 1.2 or newer, forward secrecy and authenticated encryption only; no compression, no renegotiation.
* A renewed certificate is taken up between two connections, without a restart: each handshake uses the newest.
* A private key goes from its checked file to the library through memory, never through another file on a disk.
* The library's own settings are started from, not the interpreter's defaults: those would write session keys to the
  file that SSLKEYLOGFILE names.
"""

import os
import ssl

from overt.errors import CertificateRefused
from overt.store.keys.certificates import ServerCertificate, pem_of

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2; every suite of TLS 1.3 is of this kind."""


class Tls:
    """The server's side of TLS, with a certificate that may be renewed while it runs."""

    def __init__(self, certificate: ServerCertificate) -> None:
        self._current = context_of(certificate)
        self.context = context_of(certificate)
        # Called at the start of each handshake, with or without a name in it.
        self.context.sni_callback = self._use_current

    def renew(self, certificate: ServerCertificate) -> None:
        """Use another certificate from the next handshake on."""
        self._current = context_of(certificate)

    def _use_current(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = self._current


def context_of(certificate: ServerCertificate) -> ssl.SSLContext:
    """The settings for one certificate.

    Raises:
        CertificateRefused: the library does not take it, such as for a key that is too short.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_ciphers(CIPHERS)
    context.set_alpn_protocols(["http/1.1"])
    descriptor = os.memfd_create("tls", os.MFD_CLOEXEC)
    with os.fdopen(descriptor, "wb") as memory:
        memory.write(pem_of(certificate.key, certificate.chain))
        memory.flush()
        try:
            context.load_cert_chain(f"/proc/self/fd/{descriptor}")
        except ssl.SSLError as problem:
            raise CertificateRefused(f"TLS does not take the certificate ({problem.reason}).") from None
    return context
