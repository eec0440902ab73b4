"""What the local root's issuer can sign, and what nobody can sign any more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from overt.store.keys.certificates import ServerCertificate, dns_names, due, fingerprint, permitted_name
from overt.store.keys.local_root import AUTHORITY_LIFE, SERVER_LIFE, Issuer, issue, make_authority
from simulators.certificates import verifies

NAME = "overt.force.example"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return make_authority(NAME, NOW)


def test_the_chain_verifies_for_the_name(issuer: Issuer) -> None:
    shown = issue(issuer, NAME, NOW)
    assert verifies(issuer.root, shown, NAME, NOW) == [*shown.chain, issuer.root]
    with pytest.raises(VerificationError):
        verifies(issuer.root, shown, "other.force.example", NOW)
    with pytest.raises(VerificationError):
        verifies(make_authority(NAME, NOW).root, shown, NAME, NOW)


@pytest.mark.parametrize("name", ["bank.example", "force.example", "notovert.force.example", "overt.force.example.org"])
def test_a_stolen_issuer_cannot_sign_for_another_name(issuer: Issuer, name: str) -> None:
    with pytest.raises(VerificationError, match="name constraint"):
        verifies(issuer.root, issue(issuer, name, NOW), name, NOW)


def test_names_below_the_name_are_let_through_as_the_documents_say(issuer: Issuer) -> None:
    name = f"below.{NAME}"
    assert verifies(issuer.root, issue(issuer, name, NOW), name, NOW)


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_a_stolen_issuer_cannot_sign_for_an_address(issuer: Issuer, address: str) -> None:
    shown = signed(issuer, x509.IPAddress(ip_address(address)))
    builder = PolicyBuilder().store(Store([issuer.root])).time(NOW)
    verifier = builder.build_server_verifier(x509.IPAddress(ip_address(address)))
    with pytest.raises(VerificationError, match="name constraint"):
        verifier.verify(shown.certificate, list(shown.chain[1:]))


def test_a_name_beside_the_right_one_does_not_ride_along(issuer: Issuer) -> None:
    shown = signed(issuer, x509.DNSName(NAME), x509.DNSName("bank.example"))
    with pytest.raises(VerificationError, match="name constraint"):
        verifies(issuer.root, shown, NAME, NOW)
    assert verifies(issuer.root, signed(issuer, x509.DNSName(NAME)), NAME, NOW)


def test_a_stolen_issuer_cannot_make_another_issuer(issuer: Issuer) -> None:
    below = make_authority(NAME, NOW)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(below.certificate.subject)
        .issuer_name(issuer.certificate.subject)
        .public_key(below.key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=30))
    )
    for extension in below.certificate.extensions:
        if not isinstance(extension.value, x509.AuthorityKeyIdentifier):
            certificate = certificate.add_extension(extension.value, extension.critical)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    crossed = certificate.add_extension(above, critical=False).sign(issuer.key, SHA256())
    shown = issue(replace(below, certificate=crossed), NAME, NOW)
    with pytest.raises(VerificationError, match="path length"):
        verifies(issuer.root, replace(shown, chain=(*shown.chain, issuer.certificate)), NAME, NOW)


@pytest.mark.parametrize("which", ["root", "certificate"])
def test_root_and_issuer_say_their_limits_and_insist_on_them(issuer: Issuer, which: str) -> None:
    certificate: x509.Certificate = getattr(issuer, which)
    extensions = certificate.extensions
    limits = extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert limits.value.permitted_subtrees == [x509.DNSName(NAME)]
    excluded = [each.value for each in limits.value.excluded_subtrees or ()]
    assert [str(each) for each in excluded] == ["0.0.0.0/0", "::/0"]
    assert IPv4Address("192.0.2.1") in excluded[0]
    basic = extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.critical, basic.value.ca) == (True, True)
    assert basic.value.path_length == (1 if which == "root" else 0)
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.key_cert_sign
    assert not any((usage.value.crl_sign, usage.value.digital_signature, usage.value.key_agreement))
    assert isinstance(certificate.signature_hash_algorithm, SHA256)
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == AUTHORITY_LIFE
    assert permitted_name(certificate) == NAME


def test_the_roots_key_is_not_the_issuers_and_nobody_has_it(issuer: Issuer) -> None:
    assert issuer.root.public_key() != issuer.key.public_key()
    assert issuer.certificate.public_key() == issuer.key.public_key()
    issuer.root.verify_directly_issued_by(issuer.root)
    issuer.certificate.verify_directly_issued_by(issuer.root)


def test_a_server_certificate_is_for_a_server_and_for_90_days(issuer: Issuer) -> None:
    certificate = issue(issuer, NAME, NOW).certificate
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == SERVER_LIFE == timedelta(days=90)
    assert certificate.not_valid_before_utc < NOW
    assert dns_names(certificate) == [NAME]
    extended = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(extended) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert issue(issuer, NAME, NOW).key.public_key() != issue(issuer, NAME, NOW).key.public_key()


def test_no_server_certificate_outlives_its_issuer(issuer: Issuer) -> None:
    ends = issuer.certificate.not_valid_after_utc
    late = issue(issuer, NAME, ends - timedelta(days=3)).certificate
    assert late.not_valid_after_utc == ends
    early = issue(issuer, NAME, issuer.certificate.not_valid_before_utc).certificate
    assert early.not_valid_before_utc == issuer.certificate.not_valid_before_utc


@pytest.mark.parametrize(
    ("days", "wanted"), [(-1, True), (0, False), (59, False), (59.9, False), (60, True), (89, True), (200, True)]
)
def test_a_certificate_is_due_when_under_30_days_are_left(issuer: Issuer, days: float, wanted: bool) -> None:
    certificate = issue(issuer, NAME, NOW).certificate
    assert due(certificate, NAME, NOW + timedelta(days=days)) is wanted
    assert due(certificate, "other.example", NOW + timedelta(days=days)), "and whenever it is for another name"


def test_long_names_fit_into_a_subject(issuer: Issuer) -> None:
    name = ".".join(["a" * 60] * 4)
    long = make_authority(name, NOW)
    assert verifies(long.root, issue(long, name, NOW), name, NOW)


def test_two_roots_of_one_name_have_subjects_of_their_own(issuer: Issuer) -> None:
    assert make_authority(NAME, NOW).root.subject != issuer.root.subject


def test_a_fingerprint_is_read_out_in_eight_groups(issuer: Issuer) -> None:
    groups = fingerprint(issuer.root)
    assert [len(group) for group in groups] == [11] * 8
    assert bytes.fromhex(" ".join(groups)) == issuer.root.fingerprint(SHA256())
    assert " ".join(groups) == " ".join(groups).upper()


def test_certificates_without_names_or_limits_say_so() -> None:
    key = generate_private_key(SECP256R1())
    subject = x509.Name([])
    plain = x509.CertificateBuilder(subject, subject, key.public_key(), 1, NOW, NOW + timedelta(days=1))
    assert dns_names(plain.sign(key, SHA256())) == []
    assert permitted_name(plain.sign(key, SHA256())) is None
    two = x509.NameConstraints([x509.DNSName("a.example"), x509.DNSName("b.example")], None)
    assert permitted_name(plain.add_extension(two, critical=True).sign(key, SHA256())) is None


def signed(issuer: Issuer, *names: x509.GeneralName) -> ServerCertificate:
    """What somebody with the issuer's key could sign: the usual certificate, for any names."""
    shown = issue(issuer, NAME, NOW)
    usual = shown.certificate
    builder = x509.CertificateBuilder(
        usual.issuer, usual.subject, usual.public_key(), 1, usual.not_valid_before_utc, usual.not_valid_after_utc
    )
    for extension in usual.extensions:
        if not isinstance(extension.value, x509.SubjectAlternativeName):
            builder = builder.add_extension(extension.value, extension.critical)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return replace(shown, chain=(builder.sign(issuer.key, SHA256()), *shown.chain[1:]))
