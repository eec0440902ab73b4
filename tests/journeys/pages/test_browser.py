"""What journeys through the pages rest on, tried on a page of their own: camera, passkeys, axe, signal, disk, watch."""

import base64
import http.server
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from playwright.sync_api import Error, Page

from overt.capture.photo import Photo
from simulators.accessibility import serious_or_worse, violations
from simulators.browser import Phone, Phones
from simulators.launching import Setting, certificate_pin
from simulators.portrait import portrait, shipped_pipeline
from simulators.video import person, two_equally_near
from simulators.y4m import Film

PAGE = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>A page</title><main><h1>A page</h1>{body}</main><noscript>Without scripts</noscript></html>"""
PLANTED = '<input id="unlabelled"><p style="color:#bbb;background:#fff" id="pale">Hard to read</p>'
POLICY = "default-src 'none'; style-src 'unsafe-inline'; connect-src 'self'"
LOOK = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: {ideal: 'environment'}}});
  const video = document.createElement('video');
  Object.assign(video, {srcObject: stream, muted: true});
  await video.play();
  await new Promise(seen => video.requestVideoFrameCallback(seen));
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight), pen = canvas.getContext('2d');
  pen.drawImage(video, 0, 0);
  stream.getTracks().forEach(track => track.stop());
  const pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
  const text = Array.from(pixels, one => String.fromCharCode(one)).join('');
  return {width: canvas.width, height: canvas.height, pixels: btoa(text)};
}"""
MAKE = """async verification => {
  const publicKey = {challenge: new Uint8Array(32), rp: {name: 'Overt'}, timeout: 20000,
    user: {id: new Uint8Array([7]), name: 'officer', displayName: 'Officer'},
    pubKeyCredParams: [{type: 'public-key', alg: -7}],
    authenticatorSelection: {residentKey: 'required', userVerification: verification}};
  const made = await navigator.credentials.create({publicKey});
  return {id: made.id, verified: Boolean(new Uint8Array(made.response.getAuthenticatorData())[32] & 4)};
}"""
SIGN = """async timeout => {
  const publicKey = {challenge: new Uint8Array(32), timeout, userVerification: 'required'};
  return (await navigator.credentials.get({publicKey})).id;
}"""
ASK = "where => fetch(where, {mode: 'no-cors'}).then(() => 'answered', () => 'nothing')"
BURN = """() => {
  const began = performance.now();
  for (let i = 0, sum = 0; i < 2e7; i++) sum += Math.sqrt(i);
  return performance.now() - began;
}"""


class Answer(http.server.BaseHTTPRequestHandler):
    """A page for every path; `/planted` has faults, `/open` no policy."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if self.path != "/open":
            self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        body = PLANTED if self.path == "/planted" else "<p>Nothing to see.</p>"
        self.wfile.write(PAGE.format(body=body).encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def answering(tls: ssl.SSLContext | None = None, host: str = "localhost") -> Iterator[str]:
    """A server on a free port; its address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http{'s' if tls else ''}://{host}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with answering() as address:
        yield address


@pytest.fixture
def one(photographs: dict[str, bytes]) -> Film:
    return person(portrait(photographs["person-1-other"]))


@pytest.fixture
def two(photographs: dict[str, bytes]) -> Film:
    return two_equally_near(portrait(photographs["person-1-other"]), portrait(photographs["person-4-other"]))


def opened(phones: Phones, address: str, path: str = "/", name: str = "", **setting: Any) -> Phone:
    phone = phones.open(Setting(address=address, **setting), name)
    phone.go(path)
    return phone


def seen(page: Page) -> Photo:
    """What a page gets from the camera."""
    got = page.evaluate(LOOK)
    pixels = np.frombuffer(base64.b64decode(got["pixels"]), np.uint8)
    return Photo(pixels.reshape(got["height"], got["width"], 4)[..., :3])


def people(photo: Photo) -> int:
    return len(shipped_pipeline().faces(photo))


def test_a_phone_opens_a_page(phones: Phones, address: str) -> None:
    phone = opened(phones, address)
    assert phone.page.title() == "A page"
    shape = phone.page.evaluate("[innerWidth, innerHeight, devicePixelRatio, navigator.maxTouchPoints > 0]")
    assert shape == [360, 740, 2, True]
    assert phone.page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    assert serious_or_worse(violations(phone.page)) == ()
    assert phone.step("page").read_bytes().startswith(b"\x89PNG")


@pytest.mark.long
def test_the_camera_shows_the_scene_in_its_colours(phones: Phones, address: str, one: Film, two: Film) -> None:
    phone = opened(phones, address, film=one)
    photo = seen(phone.page)
    assert photo.pixels.shape == one.frames[0].shape
    nearest = min(float(np.abs(photo.pixels.astype(int) - frame).mean()) for frame in one.frames)
    assert nearest < 3, "mean difference of 255 to the nearest frame; 4:2:0 loses some colour"
    assert people(photo) == 1
    phone.film(two)
    assert people(seen(phone.page)) == 2


@pytest.mark.long
def test_a_camera_that_is_refused_and_one_that_is_not_there(phones: Phones, address: str, one: Film) -> None:
    refused = opened(phones, address, film=one, camera_allowed=False)
    with pytest.raises(Error, match="NotAllowedError"):
        seen(refused.page)
    without = opened(phones, address)
    with pytest.raises(Error, match="NotFoundError"):
        seen(without.page)


@pytest.mark.long
def test_a_passkey_is_made_and_used(phones: Phones, address: str) -> None:
    phone = opened(phones, address)
    authenticator = phone.authenticator()
    made = phone.page.evaluate(MAKE, "required")
    assert made["verified"]
    assert phone.page.evaluate(SIGN, 20_000) == made["id"]
    authenticator.verifies(False)
    with pytest.raises(Error, match="NotAllowedError"):
        phone.page.evaluate(SIGN, 1_000)
    authenticator.verifies(True)
    authenticator.answers(False)
    with pytest.raises(Error, match="NotAllowedError"):
        phone.page.evaluate(SIGN, 1_000)


@pytest.mark.long
def test_a_passkey_outlives_the_tab_and_the_browser(phones: Phones, address: str) -> None:
    phone = opened(phones, address)
    authenticator = phone.authenticator()
    made = phone.page.evaluate(MAKE, "required")
    keys = authenticator.keys()
    phone.new_tab()
    phone.go("/")
    keys = phone.authenticator(keys).keys()
    assert phone.page.evaluate(SIGN, 20_000) == made["id"]
    phone.page.evaluate("localStorage.left = 'here'")
    again = phones.reopen(phone)
    again.go("/")
    again.authenticator(keys)
    assert again.page.evaluate(SIGN, 20_000) == made["id"]
    assert again.page.evaluate("localStorage.left") == "here"


@pytest.mark.long
def test_a_host_name_of_our_own_under_tls(phones: Phones, tmp_path: Path) -> None:
    """A phone that trusts the certificate has a secure page and passkeys there; one that does not sees no page."""
    certificate = self_signed(tmp_path, "force.example")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, tmp_path / "key.pem")
    with answering(tls, "force.example") as address:
        trusting = opened(phones, address, trusted=[certificate_pin(certificate.read_bytes())])
        assert trusting.page.evaluate("isSecureContext")
        trusting.authenticator()
        assert trusting.page.evaluate(MAKE, "required")["verified"]
        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            opened(phones, address)


def self_signed(folder: Path, host: str) -> Path:
    """A certificate for a host name; its key lies beside it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    today = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, today - timedelta(1), today + timedelta(1))
    signed = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False).sign(key, SHA256())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(secret)
    (folder / "certificate.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    return folder / "certificate.pem"


@pytest.mark.long
def test_two_phones_stand_beside_each_other(phones: Phones, address: str, one: Film, two: Film) -> None:
    mine, theirs = (opened(phones, address, name=name, film=film) for name, film in (("mine", one), ("theirs", two)))
    mine.page.evaluate("localStorage.whose = 'mine'")
    assert theirs.page.evaluate("localStorage.whose ?? null") is None
    assert (people(seen(mine.page)), people(seen(theirs.page))) == (1, 2)
    assert mine.step("page") != theirs.step("page")


@pytest.mark.long
def test_axe_finds_what_is_planted_under_a_strict_policy(phones: Phones, address: str) -> None:
    phone = opened(phones, address, "/planted")
    found = {each.rule: each.elements for each in serious_or_worse(violations(phone.page))}
    assert found == {"label": ("#unlabelled",), "color-contrast": ("#pale",)}


@pytest.mark.long
def test_the_signal_is_lost_and_comes_back(phones: Phones, address: str) -> None:
    phone = opened(phones, address)
    phone.expect("ERR_INTERNET_DISCONNECTED")
    with phone.offline():
        assert phone.page.evaluate(ASK, "/") == "nothing"
    assert phone.page.evaluate(ASK, "/") == "answered"


@pytest.mark.long
def test_a_slower_processor(phones: Phones, address: str) -> None:
    phone = opened(phones, address)
    usual = min(phone.page.evaluate(BURN) for _ in range(5))
    with phone.slowed(4):
        slow = max(phone.page.evaluate(BURN) for _ in range(3))
    assert slow > 2 * usual


@pytest.mark.long
def test_pages_without_scripts(phones: Phones, address: str) -> None:
    phone = opened(phones, address, scripts=False)
    assert phone.page.locator("noscript").inner_text() == "Without scripts"


@pytest.mark.long
def test_what_the_browser_writes_can_be_searched(phones: Phones, address: str) -> None:
    phone = opened(phones, address)
    phone.page.evaluate("localStorage.canary = 'canary-5b1f'")
    phone.context.close()
    files = [path for path in phone.disk.rglob("*") if path.is_file()]
    assert [path for path in files if b"canary-5b1f" in path.read_bytes()]


@pytest.mark.long
@pytest.mark.parametrize(
    ("deed", "complaint"),
    [
        ("new WebSocket('ws://localhost:9/')", "asked another address: ws://localhost:9/"),
        ("fetch('http://localhost:9/elsewhere').catch(() => 0)", "asked another address: http://localhost:9/elsewhere"),
        ("fetch('https://example.org/').catch(() => 0)", "asked another address: https://example.org/"),
        ("console.error('went wrong')", "console: went wrong"),
        ("{setTimeout(() => { throw new Error('not caught') })}", "uncaught: not caught"),
    ],
)
def test_the_watch_complains(phones: Phones, address: str, deed: str, complaint: str) -> None:
    phone = opened(phones, address, "/open")
    phone.page.evaluate(deed)
    phone.page.wait_for_timeout(200)
    with pytest.raises(AssertionError, match=re.escape(complaint)):
        phones.put_away()
