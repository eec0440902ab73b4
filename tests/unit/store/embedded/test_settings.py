import base64
import hashlib
import hmac
from pathlib import Path

from overt.store.embedded import ServerAddress, settings

# RFC 7677, section 3.
PASSWORD, SALT, ROUNDS = "pencil", "W22ZaJ0SNY7soEsUEjb6gQ==", 4096
MESSAGE = (
    b"n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    b"s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
)
PROOF, SIGNATURE = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def test_the_verifier_accepts_the_proof_of_the_rfc_and_signs_as_it_does() -> None:
    scheme, counted, keys = settings.scram_verifier(PASSWORD, base64.b64decode(SALT), ROUNDS).split("$")
    stored, server = (base64.b64decode(part) for part in keys.split(":"))
    assert (scheme, counted) == ("SCRAM-SHA-256", f"{ROUNDS}:{SALT}")
    signature = hmac.digest(stored, MESSAGE, "sha256")
    client_key = bytes(a ^ b for a, b in zip(base64.b64decode(PROOF), signature, strict=True))
    assert hashlib.sha256(client_key).digest() == stored
    assert hmac.digest(server, MESSAGE, "sha256") == base64.b64decode(SIGNATURE)


def test_a_socket_folder_with_commas_and_quotes_stays_one_folder() -> None:
    assert settings.socket_setting(Path('/a, b/"c')) == 'unix_socket_directories="/a, b/""c"'


def test_the_address_shows_its_password_to_drivers_only() -> None:
    address = ServerAddress(Path("/run/a b"), "overt", "overt", "s3cret/@")
    assert "s3cret" not in repr(address) + str(address)
    assert address.url() == "postgresql+psycopg://overt:s3cret%2F%40@/overt?host=%2Frun%2Fa%20b&port=5432"
    assert address.url("postgresql").startswith("postgresql://overt:")
