"""An authenticator in software: real registration and assertion responses (W3C WebAuthn), and every way to be wrong.

It answers the same options that a browser gets, as `PublicKeyCredential.toJSON()` would. What `How` says is wrong is
wrong before it is signed, so that only the one check for it can refuse. What is changed after signing, or is no
response at all, is for `changed`.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

PrivateKey = EllipticCurvePrivateKey | Ed25519PrivateKey | RSAPrivateKey
Json = dict[str, Any]
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass(frozen=True)
class How:
    """What differs from an honest answer. None: as it should be."""

    present: bool = True
    verified: bool = True
    origin: str | None = None
    party: str | None = None
    challenge: bytes | None = None
    type: str | None = None
    count: int | None = None
    signed_by: PrivateKey | None = None
    framed: bool = False
    """In another site's frame: `crossOrigin`."""
    format: str = "none"
    statement: Any = field(default_factory=dict)
    attested_by: tuple[bytes, PrivateKey] | None = None
    """The statement is a maker's: a certificate (DER), and the key that signs with it."""
    self_attested: bool = False
    """The statement is a signature by the new key itself, which names no maker."""
    key: Any = None
    """What stands for the public key."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """What the browser says instead: members of the client data."""


HONEST = How()


@dataclass
class _Key:
    private: PrivateKey
    party: str
    handle: bytes
    count: int


@dataclass
class SoftAuthenticator:
    """One phone's authenticator, behind one browser.

    Args:
        origin: what the browser's address bar shows.
        counts: whether it counts its signatures; many do not, and say 0 every time.
    """

    origin: str
    counts: bool = True
    keys: dict[bytes, _Key] = field(default_factory=dict)

    def make(self, options: Mapping[str, Any], private: PrivateKey | None = None, how: How = HONEST) -> Json:
        """Make a passkey, as `navigator.credentials.create` does."""
        private = private or derive_private_key(1 + len(self.keys), SECP256R1())
        id = hashlib.sha256(repr((options["challenge"], len(self.keys))).encode()).digest()
        handle, party = from_base64(options["user"]["id"]), options["rp"]["id"]
        key = self.keys[id] = _Key(private, party, handle, 0)
        public = cose(private) if how.key is None else how.key
        attested = bytes(16) + len(id).to_bytes(2, "big") + id + cbor2.dumps(public)
        data = self._data(key, how, ATTESTED, attested)
        said = self._said("webauthn.create", options["challenge"], how)
        statement = how.statement
        message = data + hashlib.sha256(said).digest()
        if how.self_attested:
            statement = {"alg": cose(private)[3], "sig": signed(private, message)}
        if how.attested_by is not None:
            certificate, maker = how.attested_by
            statement = {"alg": cose(maker)[3], "sig": signed(maker, message), "x5c": [certificate]}
        document = {"fmt": how.format, "attStmt": statement, "authData": data}
        return _response(id, {"clientDataJSON": said, "attestationObject": cbor2.dumps(document)})

    def use(self, options: Mapping[str, Any], how: How = HONEST, id: bytes | None = None) -> Json:
        """Use a passkey, as `navigator.credentials.get` does: one of those allowed, or the last that was made."""
        allowed = [from_base64(each["id"]) for each in options.get("allowCredentials", [])]
        id = id or next(each for each in reversed(self.keys) if not allowed or each in allowed)
        key = self.keys[id]
        key.count += self.counts
        data = self._data(key, how, 0, b"")
        said = self._said("webauthn.get", options["challenge"], how)
        signature = signed(how.signed_by or key.private, data + hashlib.sha256(said).digest())
        parts = {"clientDataJSON": said, "authenticatorData": data, "signature": signature, "userHandle": key.handle}
        return _response(id, parts)

    def _data(self, key: _Key, how: How, flags: int, more: bytes) -> bytes:
        flags |= PRESENT * how.present | VERIFIED * how.verified
        count = key.count if how.count is None else how.count
        party = hashlib.sha256((how.party or key.party).encode()).digest()
        return party + bytes([flags]) + count.to_bytes(4, "big") + more

    def _said(self, type_: str, challenge: str, how: How) -> bytes:
        return json.dumps(
            {
                "type": how.type or type_,
                "challenge": challenge if how.challenge is None else to_base64(how.challenge),
                "origin": how.origin or self.origin,
                "crossOrigin": how.framed,
                **how.said,
            }
        ).encode()


def cose(private: PrivateKey) -> dict[int, Any]:
    """A public key as COSE writes it."""
    if isinstance(private, EllipticCurvePrivateKey):
        numbers = private.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
    if isinstance(private, Ed25519PrivateKey):
        return {1: 1, 3: -8, -1: 6, -2: private.public_key().public_bytes_raw()}
    rsa = private.public_key().public_numbers()
    return {1: 3, 3: -257, -1: rsa.n.to_bytes(private.key_size // 8, "big"), -2: rsa.e.to_bytes(3, "big")}


def signed(private: PrivateKey, message: bytes) -> bytes:
    """A signature as an authenticator makes it."""
    if isinstance(private, EllipticCurvePrivateKey):
        return private.sign(message, ECDSA(SHA256()))
    if isinstance(private, Ed25519PrivateKey):
        return private.sign(message)
    return private.sign(message, PKCS1v15(), SHA256())


def changed(response: Json, part: str, change: Callable[[bytes], bytes]) -> Json:
    """A response whose bytes of one part were changed on the way."""
    parts = response["response"]
    return {**response, "response": {**parts, part: to_base64(change(from_base64(parts[part])))}}


def to_base64(data: bytes) -> str:
    """Base64url without padding, as browsers write it."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """The bytes of it."""
    return urlsafe_b64decode(f"{text}===")


def _response(id: bytes, parts: Mapping[str, bytes]) -> Json:
    return {
        "id": to_base64(id),
        "rawId": to_base64(id),
        "type": "public-key",
        "authenticatorAttachment": "platform",
        "clientExtensionResults": {},
        "response": {name: to_base64(part) for name, part in parts.items()},
    }
