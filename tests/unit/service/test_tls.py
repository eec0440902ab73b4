"""TLS as the service speaks it, in handshakes through memory."""

import gc
import os
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding

from overt.errors import CertificateRefused
from overt.service.tls import Tls, context_of
from overt.store.keys.certificates import ServerCertificate
from overt.store.keys.local_root import Issuer, issue, make_authority
from simulators.certificates import ForceAuthority

NAME = "overt.force.example"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return make_authority(NAME, NOW)


@dataclass
class Talk:
    """Both ends of one connection, after the handshake."""

    client: ssl.SSLObject
    server: ssl.SSLObject

    @property
    def shown(self) -> x509.Certificate:
        return x509.load_der_x509_certificate(self.client.getpeercert(binary_form=True) or b"")


def trusting(root: x509.Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=root.public_bytes(Encoding.DER))
    return context


def talk(server: ssl.SSLContext, client: ssl.SSLContext, name: str | None = NAME) -> Talk:
    """A handshake.

    Raises:
        SSLError: it fails.
    """
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = Talk(client.wrap_bio(back, there, server_hostname=name), server.wrap_bio(there, back, server_side=True))
    left = [ends.client, ends.server]
    for _ in range(10):
        for end in list(left):
            try:
                end.do_handshake()
                left.remove(end)
            except ssl.SSLWantReadError:
                pass
    assert not left
    return ends


def test_a_phone_with_the_root_connects_under_the_name_alone(issuer: Issuer) -> None:
    server = Tls(issue(issuer, NAME, NOW))
    ends = talk(server.context, trusting(issuer.root))
    assert ends.client.version() == "TLSv1.3"
    assert ends.client.selected_alpn_protocol() is None
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        talk(server.context, trusting(issuer.root), "other.force.example")
    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
        talk(server.context, trusting(make_authority(NAME, NOW).root))


@pytest.mark.parametrize("name", ["bank.example", "notovert.force.example"])
def test_openssl_refuses_what_a_stolen_issuer_signs_for_others(issuer: Issuer, name: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        talk(context_of(issue(issuer, name, NOW)), trusting(issuer.root), name)


def test_a_renewed_certificate_is_shown_from_the_next_handshake_on(issuer: Issuer) -> None:
    first, second = issue(issuer, NAME, NOW), issue(issuer, NAME, NOW)
    server = Tls(first)
    before = talk(server.context, trusting(issuer.root))
    assert before.shown == first.certificate
    server.renew(second)
    assert talk(server.context, trusting(issuer.root)).shown == second.certificate
    before.client.write(b"still there")
    assert before.server.read(100) == b"still there"


def test_a_renewed_certificate_is_shown_to_a_client_that_names_nobody_too(issuer: Issuer) -> None:
    server, second = Tls(issue(issuer, NAME, NOW)), issue(issuer, NAME, NOW)
    server.renew(second)
    client = trusting(issuer.root)
    client.check_hostname = False
    assert talk(server.context, client, None).shown == second.certificate


def old(context: ssl.SSLContext, newest: ssl.TLSVersion) -> ssl.SSLContext:
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = newest
    return context


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_what_is_older_than_version_1_2_is_refused(issuer: Issuer) -> None:
    shown = issue(issuer, NAME, NOW)
    version = ssl.TLSVersion.TLSv1_1
    assert talk(old(context_of(shown), version), old(trusting(issuer.root), version)).client.version() == "TLSv1.1"
    with pytest.raises(ssl.SSLError, match=r"(?i)version|protocol"):
        talk(context_of(shown), old(trusting(issuer.root), version))
    newer = old(trusting(issuer.root), ssl.TLSVersion.TLSv1_2)
    assert talk(context_of(shown), newer).client.version() == "TLSv1.2"


@pytest.mark.parametrize("suite", ["AES128-GCM-SHA256", "DHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA256"])
def test_no_suite_without_forward_secrecy_and_authenticated_encryption(suite: str) -> None:
    force, key = ForceAuthority(), generate_rsa(65537, 2048)
    shown = ServerCertificate((force.certificate(key, NAME),), key)
    client = trusting(force.root)
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    client.set_ciphers(suite)
    with pytest.raises(ssl.SSLError, match=r"(?i)no.shared.cipher|handshake.failure"):
        talk(context_of(shown), client)
    client.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")
    assert talk(context_of(shown), client).client.cipher()


def test_session_keys_are_written_nowhere(issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    assert ssl.create_default_context().keylog_filename, "what the rule is about"
    (tmp_path / "keys").unlink(missing_ok=True)
    talk(Tls(issue(issuer, NAME, NOW)).context, trusting(issuer.root))
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_is_too_short_is_refused() -> None:
    key = generate_rsa(65537, 1024)
    with pytest.raises(CertificateRefused, match="KEY_TOO_SMALL"):
        context_of(ServerCertificate((ForceAuthority().certificate(key, NAME),), key))


def test_no_file_stays_open(issuer: Issuer) -> None:
    shown = issue(issuer, NAME, NOW)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the descriptor of the listing itself is closed
    contexts = [context_of(shown) for _ in range(20)]
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
    assert len(contexts) == 20
