"""Every address that an application answers, read from the application itself, and what is properly sent to each.

Rule: a new address cannot be forgotten. One that takes a body and has none in `FORMS` or `BODIES` fails whoever asks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.testclient import TestClient

from simulators.force import STREET

NOBODY = "00000000-0000-4000-8000-000000000000"
TOKEN = "0" * 64
_PARAMETER = re.compile(r"{(\w+)}")
_ANSWERS = dict.fromkeys(("ethnicity_self", "ethnicity_officer", "sex", "age_band"), "not-stated")
_JUDGEMENT = {"candidate": "A", "features": {"nose": "similar"}, "verdict": "same", "elapsed_ms": 9000}
_ACT = {"code": "let-go", "at": "2026-01-01T00:00:00Z"}

Form = Mapping[str, str | list[str]]
FORMS: Mapping[str, Form] = {
    "/language": {"language": "en", "back": "/"},
    "/scheme": {"scheme": "dark", "back": "/"},
    "/me/passkeys/revoke": {"passkey": "AAAA"},
    "/me/sign-out": {},
    "/people/new": {"name": "pc-99", "roles": "officer", "day": "1", "month": "2", "year": "2100"},
    "/people/{account}/training": {"roles": "officer", "day": "1", "month": "2", "year": "2100"},
    "/people/{account}/link": {},
    "/people/{account}/revoke": {},
    "/phones/link": {},
    "/phones/{device}/revoke": {},
    "/sign-offs/{sign_off}": {"given": "yes"},
    "/{way}/new": {"same": "no", "decides": ""},
    "/{way}/new/end": {"code": "mistake"},
    "/{way}/new/open": {},
    "/{way}/new/{name}": {"age": "adult"},
    "/{way}/{encounter}/notice": {"code": "given"},
    "/{way}/{encounter}/end": {"code": "mistake"},
    "/{way}/{encounter}/followed": {"followed": "left"},
    "/{way}/{encounter}/owed-notice": {},
    "/{way}/{encounter}/compare/{letter}": {"feature.nose": "similar", "verdict": "same", "elapsed_ms": "9000"},
    "/{way}/{encounter}/compare": {},
    "/{way}/{encounter}/waiting": {},
    "/{way}/{encounter}/second": {},
    "/{way}/{encounter}/judge/{letter}": {"feature.nose": "similar", "verdict": "same", "elapsed_ms": "9000"},
    "/{way}/{encounter}/result": {"decision": "follow-lead:A"},
    "/{way}/{encounter}/outcome": {"outcome": "let-go", "when": "now"},
    "/{way}/{encounter}/corroboration": {
        "act": "add",
        "code": "document",
        "reference": "AB 1",
        "time": "00:00",
        "video": "",
        "no_video": "yes",
    },
    "/{way}/{encounter}/about/{name}": _ANSWERS,
    "/{way}/{encounter}/identity": {"identity": "document"},
    "/{way}/{encounter}/identity/{by}": {"who_it_was": "not-enrolled"},
    "/{way}/{encounter}/receipt": {"choice": "give"},
}
"""The fields of each form of the pages, each as somebody may well send it."""

BODIES: Mapping[str, Mapping[str, Any] | None] = {
    "/api/v1/sign-in/question": None,
    "/api/v1/sign-in": {"response": {}},
    "/api/v1/session/question": None,
    "/api/v1/session/verification": {"response": {}},
    "/api/v1/session": None,
    "/api/v1/join/question": {"kind": "passkey", "token": TOKEN, "name": "pc-99"},
    "/api/v1/join": {"kind": "passkey", "token": TOKEN, "name": "pc-99", "response": {}},
    "/api/v1/devices": {"token": TOKEN, "public_key": "04" + "00" * 64, "label": "phone"},
    "/api/v1/demonstration": {"key": TOKEN, "role": "officer", "public_key": "04" + "00" * 64},
    "/api/v1/receipts/front": {"secret": TOKEN},
    "/api/v1/receipts/inside": {"secret": TOKEN, "pin": "000000"},
    "/api/v1/encounters": {
        **STREET,
        "operator": STREET["officer"],
        "second_check_reason": "answer-lost",
        "intelligence_reference": "AB-1",
        "intelligence_expires": "2100-01-01",
        "sign_off": NOBODY,
        "second_in_stop": False,
    },
    "/api/v1/encounters/join": {"token": TOKEN},
    "/api/v1/encounters/{encounter}/notice": {"code": "given"},
    "/api/v1/encounters/{encounter}/end": {"code": "mistake"},
    "/api/v1/encounters/{encounter}/followed": {"code": "left"},
    "/api/v1/encounters/{encounter}/nonce": None,
    "/api/v1/encounters/{encounter}/comparison": {"answers": [_JUDGEMENT]},
    "/api/v1/encounters/{encounter}/reveal": None,
    "/api/v1/encounters/{encounter}/decision": {"code": "follow-lead", "candidate": "A"},
    "/api/v1/encounters/{encounter}/outcome": {
        **_ACT,
        "corroborations": [{**_ACT, "code": "document", "reference": "AB 1"}],
        "body_worn_video": "BWV 1",
    },
    "/api/v1/encounters/{encounter}/demographics": _ANSWERS,
    "/api/v1/encounters/{encounter}/identity": {"by": "document", "who_it_was": "not-enrolled", "candidate": None},
    "/api/v1/encounters/{encounter}/receipt": {"declined": False},
    "/api/v1/practice/join": {"token": TOKEN},
    "/api/v1/practice/{way}/{encounter}/nonce": None,
}
"""The body of each step of the interface; None where it takes none."""

CAPTURES = ("/api/v1/encounters/{encounter}/capture", "/api/v1/practice/{way}/{encounter}/capture")
SIGNED = {"Overt-Nonce": TOKEN, "Overt-Signature": "0" * 128, "Overt-Shutter": "guided"}


@dataclass(frozen=True, order=True)
class Address:
    """One path with its placeholders, and one method."""

    path: str
    method: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its placeholders."""
        return tuple(_PARAMETER.findall(self.path))

    @property
    def is_page(self) -> bool:
        """Whether it answers with pages; else with documents."""
        return not self.path.startswith("/api/")

    @property
    def changes(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET"

    def filled(self, **values: object) -> str:
        """The path with every placeholder filled; a value that is not needed is passed over."""
        usual = {
            "way": "check" if self.is_page else "practice",
            "encounter": NOBODY,
            "letter": "A",
            "size": 192,
            "name": "sex" if "/about/" in self.path else "age",
            "code": "mistake",
            "by": "document",
            "account": "demo-officer",
            "device": NOBODY,
            "sign_off": NOBODY,
            "digest": "0" * 64,
        }
        return _PARAMETER.sub(lambda found: str({**usual, **values}[found[1]]), self.path)

    def sent(self, client: TestClient, headers: Mapping[str, str] | None = None, **values: object) -> httpx.Response:
        """Send to it what is properly sent there."""
        path, extra = self.filled(**values), dict(headers or {})
        if not self.changes:
            return client.request(self.method, path, headers=extra)
        if self.path in CAPTURES:
            return client.request(self.method, path, content=b"SIM", headers={**SIGNED, **extra})
        if self.is_page:
            return client.request(self.method, path, content=form(FORMS[self.path]), headers={**URLENCODED, **extra})
        body = BODIES[self.path]
        return client.request(self.method, path, headers=extra, **({} if body is None else {"json": body}))


URLENCODED = {"content-type": "application/x-www-form-urlencoded"}


def form(fields: Form) -> bytes:
    """An url-encoded body."""
    pairs = [(name, value) for name, said in fields.items() for value in ([said] if isinstance(said, str) else said)]
    return str(httpx.QueryParams(pairs)).encode()


def addresses_of(app: FastAPI) -> tuple[Address, ...]:
    """Every address, sorted; a router that is included is looked into."""
    found = {Address(route.path, method) for route in _flat(app.routes) for method in route.methods}
    documented = set(app.openapi()["paths"])
    assert documented <= {each.path for each in found}, "a router was not looked into"
    return tuple(sorted(each for each in found if each.method != "HEAD"))


def _flat(routes: Iterable[Any]) -> Iterator[Any]:
    for route in routes:
        if (included := getattr(route, "original_router", None)) is None:
            yield route
            continue
        assert not route.include_context.prefix, "routers carry their own prefix here"
        yield from _flat(included.routes)
