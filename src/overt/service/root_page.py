"""The local root, offered to phones over plain HTTP: one page and one file.

Rules:
* Plain HTTP, since a phone that lacks the root cannot open anything else of ours. So nothing here is secret, nothing is
  asked or remembered, and the page says what a changed page could have done.
* GET and HEAD of two paths, and nothing else; no cookie, no script, no word from the request in an answer.
"""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from importlib import resources

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from starlette.types import ASGIApp, Receive, Scope, Send

from overt.service.site import Site
from overt.store.keys.certificates import fingerprint

ROOT_FILE = "/overt-root.crt"
METHODS = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    kind: str
    body: bytes
    more: tuple[tuple[bytes, bytes], ...] = ()


def root_page(site: Site, root: x509.Certificate) -> ASGIApp:
    """The application that offers this root to phones of this site."""
    style = _read("root_page.css")
    pages = {
        "/": _Answer(200, "text/html; charset=utf-8", _page(site, root, style).encode()),
        ROOT_FILE: _Answer(200, "application/x-x509-ca-cert", root.public_bytes(Encoding.DER)),
    }
    headers = _headers(style)
    missing = _Answer(404, "text/plain; charset=utf-8", b"There is nothing here.\n")
    refused = _Answer(405, "text/plain; charset=utf-8", b"This can only be read.\n", ((b"allow", b"GET, HEAD"),))

    async def answer(scope: Scope, _receive: Receive, send: Send) -> None:
        found = pages.get(scope["path"], missing)
        chosen = found if found is missing or scope["method"] in METHODS else refused
        length = str(len(chosen.body)).encode()
        said = [(b"content-type", chosen.kind.encode()), (b"content-length", length), *chosen.more, *headers]
        await send({"type": "http.response.start", "status": chosen.status, "headers": said})
        body = b"" if scope["method"] == "HEAD" else chosen.body
        await send({"type": "http.response.body", "body": body})

    return answer


def _page(site: Site, root: x509.Certificate, style: str) -> str:
    groups = "".join(f"<span>{group}</span> " for group in fingerprint(root)).rstrip()
    (common_name,) = root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    values = {
        "name": escape(site.rp_id),
        "title": escape(str(common_name.value)),
        "origin": escape(site.origin),
        "fingerprint": groups,
        "ends": root.not_valid_after_utc.date().isoformat(),
        "style": style,
    }
    text = _read("root_page.html")
    for name, value in values.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    return text


def _headers(style: str) -> list[tuple[bytes, bytes]]:
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"cache-control", b"no-store"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
        (b"cross-origin-opener-policy", b"same-origin"),
    ]


def _read(name: str) -> str:
    return (resources.files("overt.service") / name).read_text(encoding="utf-8")
