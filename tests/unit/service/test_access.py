"""Signing in, joining, enrolling and verifying over HTTP, as the scripts of the pages do it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import Request
from fastapi.testclient import TestClient

from overt.access import Role, hash_token, sign_in_message
from overt.access.people_desk import PeopleDesk
from overt.identifiers import OfficerId
from overt.ledger.deeds import Deed
from overt.service.app import LOCALHOST, make_app
from overt.service.cookies import token_of
from simulators.force import Force
from simulators.signed_in import hired
from simulators.soft_authenticator import HONEST, How, SoftAuthenticator, from_base64

KEY = bytes(range(32))
API = "/api/v1"
SARGE = OfficerId("demo-supervisor")


@dataclass
class Phone:
    """A phone: a browser with an authenticator and a key of its own, at one force."""

    client: TestClient
    force: Force
    authenticator: SoftAuthenticator = field(default_factory=lambda: SoftAuthenticator(LOCALHOST.origin))
    key: EllipticCurvePrivateKey = field(
        default_factory=lambda: derive_private_key(int.from_bytes(os.urandom(30), "big") + 1, SECP256R1())
    )
    device: UUID | None = None

    @property
    def point(self) -> str:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return self.client.post(f"{API}{path}", json={} if body is None else body, **options)

    def joins(self, kind: str, token: bytes, name: str = "") -> httpx.Response:
        link = {"kind": kind, "token": token.hex(), "name": name}
        asked = self.post("/join/question", link)
        assert asked.status_code == 200, asked.text
        return self.post("/join", {**link, "response": self.authenticator.make(asked.json())})

    def enrols(self, token: bytes, label: str = "") -> httpx.Response:
        answer = self.post("/devices", {"token": token.hex(), "public_key": self.point, "label": label})
        if answer.status_code == 200:
            self.device = UUID(answer.json()["device"])
        return answer

    def signs_in(self, how: How = HONEST) -> httpx.Response:
        asked = self.post("/sign-in/question").json()
        body: dict[str, Any] = {"response": self.authenticator.use(asked, how)}
        if self.device is not None:
            message = sign_in_message(from_base64(asked["challenge"]), self.device)
            r, s = decode_dss_signature(self.key.sign(message, ECDSA(SHA256())))
            signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
            body["phone"] = {"device": str(self.device), "signature": signature.hex()}
        return self.post("/sign-in", body)

    def verifies(self, how: How = HONEST) -> httpx.Response:
        return self.post("/session/verification", {"response": self.authenticator.use(self.asked_again(), how)})

    def asked_again(self) -> dict[str, Any]:
        found: dict[str, Any] = self.post("/session/question").json()
        return found


@pytest.fixture
def phone(shared_force: Force) -> Iterator[Phone]:
    app = make_app(shared_force.instance, shared_force.desks, demonstration_key=KEY)
    with TestClient(app, "http://localhost") as client:
        yield Phone(client, shared_force)


def people(phone: Phone) -> PeopleDesk:
    app: Any = phone.client.app
    desk: PeopleDesk = app.state.access.people
    return desk


def officer_on(phone: Phone) -> OfficerId:
    """An officer with a passkey on an enrolled phone."""
    account = hired(phone.force, f"pc-{uuid4()}", Role.OFFICER)
    assert phone.enrols(people(phone).device_link(SARGE)).status_code == 200
    assert phone.joins("passkey", people(phone).passkey_link(SARGE, account)).json() == {"account": account}
    return account


def session_of(phone: Phone) -> Any:
    """The session that the phone's cookie opens."""
    cookies = "; ".join(f"{each.name}={each.value}" for each in phone.client.cookies.jar)
    token = token_of(Request({"type": "http", "headers": [(b"cookie", cookies.encode())]}), LOCALHOST)
    return phone.force.instance.sessions.find(hash_token(token))


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text


# --- the way in ------------------------------------------------------------------------------------------------------


def test_from_a_link_to_a_session_on_a_phone(phone: Phone) -> None:
    before = phone.force.deeds()
    account = officer_on(phone)
    answer = phone.signs_in()
    assert (answer.status_code, answer.content) == (204, b"")
    session = session_of(phone)
    assert (session.officer, session.device, session.simulated) == (account, phone.device, False)
    assert phone.force.deeds()[len(before) :] == [
        Deed.OFFICER_ACCOUNT_AUTHORISED.value,
        Deed.DEVICE_KEY_ENROLLED.value,
        Deed.OFFICER_PASSKEY_REGISTERED.value,
    ]


def test_a_first_administrator_says_their_name(phone: Phone) -> None:
    token = people(phone).link_from_terminal(None)
    refused(phone.post("/join/question", {"kind": "administrator", "token": token.hex(), "name": "a b"}), 400, "usage")
    name = f"root-{uuid4()}"
    assert phone.joins("administrator", token, name).json() == {"account": name}
    assert phone.signs_in().status_code == 204
    assert phone.force.instance.passkeys.has_administrator()


@pytest.mark.parametrize(
    "how", [How(verified=False), How(origin="https://elsewhere.example"), How(party="elsewhere.example")]
)
def test_a_wrong_answer_is_one_refusal_and_no_cookie(phone: Phone, how: How) -> None:
    officer_on(phone)
    answer = phone.signs_in(how)
    refused(answer, 401, "passkey_invalid")
    assert "set-cookie" not in answer.headers


def test_a_phone_of_nobodys_is_signed_in_on_without_being_named(phone: Phone) -> None:
    officer_on(phone)
    phone.device = uuid4()
    assert phone.signs_in().status_code == 204
    assert session_of(phone).device is None


def test_signing_in_on_a_phone_ends_who_was_signed_in_there(phone: Phone) -> None:
    officer_on(phone)
    phone.signs_in()
    first = session_of(phone)
    account = hired(phone.force, f"pc-{uuid4()}", Role.OFFICER)
    phone.joins("passkey", people(phone).passkey_link(SARGE, account))
    phone.signs_in()
    assert session_of(phone).officer == account
    assert phone.force.instance.sessions.find(first.token_hash) is None


def test_signing_out_ends_the_session_and_forgets_the_cookie(phone: Phone) -> None:
    officer_on(phone)
    phone.signs_in()
    session = session_of(phone)
    assert phone.client.delete(f"{API}/session").status_code == 204
    assert not list(phone.client.cookies.jar)
    assert phone.force.instance.sessions.find(session.token_hash) is None


# --- once more, for a check ------------------------------------------------------------------------------------------


def test_a_verification_is_this_sessions(phone: Phone) -> None:
    officer_on(phone)
    refused(phone.post("/session/question"), 401, "not_signed_in")
    refused(phone.post("/session/verification", {"response": {}}), 401, "not_signed_in")
    phone.signs_in()
    refused(phone.verifies(How(verified=False)), 401, "passkey_invalid")
    assert session_of(phone).verified_at is None
    asked = phone.asked_again()
    assert {from_base64(each["id"]) for each in asked["allowCredentials"]} == set(phone.authenticator.keys)
    assert phone.verifies().status_code == 204
    assert session_of(phone).verified_at == phone.force.clock()


# --- phones ----------------------------------------------------------------------------------------------------------


def test_enrolling_ends_who_is_signed_in_on_this_browser(phone: Phone) -> None:
    """Which phone it is belongs to signing in."""
    officer_on(phone)
    phone.signs_in()
    session = session_of(phone)
    assert phone.enrols(people(phone).device_link(SARGE), "van 3").status_code == 200
    assert phone.force.instance.sessions.find(session.token_hash) is None
    assert not list(phone.client.cookies.jar)
    assert "van 3" in [each.label for each in phone.force.instance.accounts.devices()]


@pytest.mark.parametrize("point", ["", "04", "04" + "00" * 64, "zz", "04" * 300])
def test_what_is_no_key_is_no_phone(phone: Phone, point: str) -> None:
    body = {"token": people(phone).device_link(SARGE).hex(), "public_key": point}
    refused(phone.post("/devices", body), 400, "usage")


# --- what is malformed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/join/question", {"kind": "device", "token": "00" * 32}),
        ("/join/question", {"kind": "second-judgement", "token": "00" * 32}),
        ("/join/question", {"kind": "passkey", "token": "00" * 31}),
        ("/join/question", {"kind": "passkey", "token": "00" * 32, "more": 1}),
        ("/join", {"kind": "passkey", "token": "00" * 32}),
        ("/sign-in", {}),
        ("/sign-in", {"response": []}),
        ("/sign-in", {"response": {}, "phone": {"device": "x", "signature": "00" * 64}}),
        ("/sign-in", {"response": {}, "phone": {"device": str(uuid4()), "signature": "00" * 63}}),
        ("/demonstration", {"key": "00" * 32, "role": "administrator", "public_key": ""}),
    ],
)
def test_what_is_malformed_is_refused_and_not_repeated(phone: Phone, path: str, body: Any) -> None:
    answer = phone.post(path, body)
    refused(answer, 400, "usage")
    assert "00" * 31 not in answer.text


@pytest.mark.parametrize(("path", "kind"), [("/join/question", "passkey"), ("/join/question", "administrator")])
def test_a_link_that_does_not_work(phone: Phone, path: str, kind: str) -> None:
    refused(phone.post(path, {"kind": kind, "token": "00" * 32, "name": "x"}), 403, "invitation_invalid")


@pytest.mark.parametrize("response", [{}, {"rawId": 1}, {"response": {"clientDataJSON": "e30"}}, {"response": 7}])
def test_any_answer_of_a_browser_is_refused_alike(phone: Phone, response: dict[str, Any]) -> None:
    refused(phone.post("/sign-in", {"response": response}), 401, "passkey_invalid")
    link = {"kind": "passkey", "token": people(phone).passkey_link(SARGE, OfficerId("demo-officer")).hex()}
    refused(phone.post("/join", {**link, "response": response}), 401, "passkey_invalid")


# --- a demonstration -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "account"), [("officer", "demo-officer"), ("supervisor", "demo-supervisor")])
def test_a_demonstration_is_entered_with_its_key_and_marked(phone: Phone, role: str, account: str) -> None:
    answer = phone.post("/demonstration", {"key": KEY.hex(), "role": role, "public_key": phone.point})
    session = session_of(phone)
    assert (session.officer, session.simulated, str(session.device)) == (account, True, answer.json()["device"])


def test_nobody_enters_it_with_another_key(phone: Phone) -> None:
    answer = phone.post("/demonstration", {"key": "00" * 32, "role": "officer", "public_key": phone.point})
    refused(answer, 403, "invitation_invalid")
    assert "set-cookie" not in answer.headers


def test_where_no_key_was_given_there_is_no_such_way(shared_force: Force) -> None:
    with TestClient(make_app(shared_force.instance, shared_force.desks), "http://localhost") as client:
        phone = Phone(client, shared_force)
        answer = phone.post("/demonstration", {"key": KEY.hex(), "role": "officer", "public_key": phone.point})
        refused(answer, 403, "demonstration_only")
