"""Receipts in real browsers: given on the officer's phone, opened on the person's, saved, and checked from a disk."""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, Route

from overt.identifiers import EncounterId
from overt_verify.errors import VerificationError
from overt_verify.note import VerifierKey
from overt_verify.receipt import verify_receipt
from simulators.accessibility import serious_or_worse, violations
from simulators.browser import Phone, Phones
from simulators.commands import run
from simulators.force import OFFICER, Force, demonstration, open_folder
from simulators.launching import Setting
from simulators.serving import serving, session_cookie

ROOT = Path(__file__).resolve().parents[3]
BUILT = ROOT / "src" / "overt" / "service" / "static" / "overt-receipt-check.html"
VECTORS: dict[str, Any] = json.loads((ROOT / "spec" / "ledger-entry-vectors.json").read_text(encoding="utf-8"))
CANNOT = """crypto.subtle.importKey = new Proxy(crypto.subtle.importKey, {apply(target, self, args) {
  if (args[2] === 'Ed25519') return Promise.reject(new DOMException('Ed25519', 'NotSupportedError'));
  return Reflect.apply(target, self, args);
}})"""
FROM_DISK = "asked another address: file:///"
WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def force() -> Iterator[Force]:
    with open_folder() as folder, demonstration(folder) as made:
        yield made


@pytest.fixture(scope="module")
def address(force: Force) -> Iterator[str]:
    with serving(force) as address:
        yield address


@dataclass(frozen=True)
class Given:
    """What the person took away."""

    link: str
    pin: str

    @property
    def secret(self) -> str:
        return self.link.rpartition("#")[2]


def officers(phones: Phones, force: Force, address: str, **setting: Any) -> Phone:
    phone = phones.open(Setting(address=address, **setting), "officer")
    phone.context.add_cookies([session_cookie(force, address)])  # type: ignore[list-item]
    return phone


def ended(force: Force) -> EncounterId:
    encounter = force.noticed()
    force.desks.check.end(encounter, OFFICER, "declined-photo")
    return encounter


def give(phone: Phone, encounter: EncounterId) -> Given:
    phone.go(f"/check/{encounter}/receipt")
    phone.page.click("button[value=give]")
    return Given(phone.page.inner_text("[data-link]"), re.sub(r"\s", "", phone.page.inner_text("[data-pin]")))


def given(force: Force, address: str) -> Given:
    """A receipt without an officer's browser."""
    made = force.desks.receipts.give(ended(force), OFFICER)
    return Given(f"{address}/receipt#{made.secret.hex()}", made.pin)


def persons(phones: Phones, address: str, taken: Given, **setting: Any) -> Phone:
    phone = phones.open(Setting(address=address, **setting), "person")
    phone.page.goto(taken.link)
    return phone


def enter(page: Page, pin: str) -> None:
    page.fill("#pin", pin)
    page.keyboard.press("Enter")


def opened(phone: Phone, taken: Given) -> Page:
    enter(phone.page, taken.pin)
    phone.page.wait_for_selector("[data-part=inside]:not([hidden])")
    return phone.page


def good(page: Page) -> None:
    """Nobody is kept from using the page, and nothing stands out of a narrow screen."""
    assert serious_or_worse(violations(page)) == ()
    assert not page.evaluate(WIDER)


def other(pin: str, by: int = 1) -> str:
    return f"{(int(pin) + by) % 10**6:06}"


# --- the whole way ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.long)], ids=["light", "dark"])
def test_from_the_officers_phone_to_a_proof(
    phones: Phones, force: Force, address: str, tmp_path: Path, dark: bool
) -> None:
    officer = officers(phones, force, address, dark=dark)
    encounter = ended(force)
    officer.go(f"/check/{encounter}/receipt")
    officer.step("offer")
    good(officer.page)
    taken = give(officer, encounter)
    officer.step("given")
    good(officer.page)
    officer.go(f"/check/{encounter}/receipt")
    officer.step("again")
    good(officer.page)

    person = persons(phones, address, taken, dark=dark)
    person.expect(f"403|{FROM_DISK}")
    page = person.page
    page.wait_for_selector("[data-part=front]:not([hidden])")
    assert page.title() == "Receipt"
    person.step("front")
    good(page)
    enter(page, other(taken.pin))
    page.wait_for_selector("[data-pin-problem]:not([hidden])")
    assert "4 tries are left" in page.inner_text("[data-pin-problem]")
    assert page.evaluate("document.activeElement.id") == "pin"
    person.step("wrong-pin")
    good(page)
    opened(person, taken)
    person.step("inside")
    good(page)
    assert page.inner_text("[data-verdict]").startswith("Checked here")
    rows = page.inner_text("[data-rows]")
    for said in ("demo-officer", "Suspected of an offence", "The check ended early", "demonstration-1"):
        assert said in rows
    with page.expect_download() as download:
        page.click("[data-act=save]")
    reference = page.inner_text("[data-front=reference]")
    assert download.value.suggested_filename == f"receipt-{reference}.json"
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    vkey = force.instance.ledger.vkey
    done = run([sys.executable, "-m", "overt_verify", "receipt", saved, "--key", vkey, "--json"])
    assert done.json["verified"] is True, done.out
    assert done.json["reference"] == reference

    with page.expect_download() as download:
        page.click("a[download]")
    kept = tmp_path / "check.html"
    download.value.save_as(kept)
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == page.inner_text("[data-digest]")
    page.goto(kept.as_uri())
    assert verdict(page, vkey, saved.name, saved.read_bytes()).startswith("Verified")
    assert "demo-officer" in page.inner_text("[data-rows]")
    person.step("from-a-disk")
    good(page)


@pytest.mark.slow
def test_what_is_printed_never_holds_the_pin(phones: Phones, force: Force, address: str) -> None:
    officer = officers(phones, force, address, dark=True)
    taken = give(officer, ended(force))
    page = officer.page
    assert page.is_visible("[data-pin]")
    assert not page.is_visible("main .overt-mark")
    page.evaluate("window.print = () => { window.printed = true }")
    page.click("[data-act=print]")
    assert page.evaluate("window.printed")
    page.emulate_media(media="print", color_scheme="light")
    page.set_viewport_size({"width": 794, "height": 1123})
    officer.step("printed")
    for seen in ("h1", ".overt-reference", ".overt-qr", "[data-link]", "main .overt-mark"):
        assert page.is_visible(seen), seen
    for hidden in ("[data-pin]", "[data-act=print]", ".overt-header", ".overt-footer"):
        assert not page.is_visible(hidden), hidden
    assert taken.pin[:3] not in page.inner_text("body").replace(taken.link, "")
    assert read_code(page.locator(".overt-qr").screenshot()) == taken.link


def read_code(picture: bytes) -> str:
    """What a phone reads from a picture of a QR code."""
    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    found, _, _ = cv2.QRCodeDetector().detectAndDecode(pixels)
    return str(found)


# --- what a finder, a neighbour or an old phone sees -----------------------------------------------------------------


def test_the_secret_leaves_the_address_and_stands_in_no_request(phones: Phones, force: Force, address: str) -> None:
    taken = given(force, address)
    phone = phones.open(Setting(address=address), "person")
    asked: list[str] = []
    phone.context.on("request", lambda request: asked.append(f"{request.url} {request.headers}"))
    phone.page.goto(taken.link)
    opened(phone, taken)
    assert phone.page.url == f"{address}/receipt"
    assert len(asked) > 3
    loaded = asked[1:]  # the first is the address that the person opened, as the browser knows it
    assert [each for each in loaded if taken.secret in each or taken.pin in each.split(" ")[0]] == []
    assert phone.context.cookies() == []
    assert phone.page.evaluate("[localStorage.length, sessionStorage.length, navigator.serviceWorker.controller]") == [
        0,
        0,
        None,
    ]
    assert phone.page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


@pytest.mark.slow
def test_what_is_behind_the_pin_is_on_no_disk(phones: Phones, force: Force, address: str) -> None:
    taken = given(force, address)
    phone = persons(phones, address, taken)
    opened(phone, taken)
    phone.page.click("[data-act=hide]")
    phone.context.close()
    files = [path.read_bytes() for path in phone.disk.rglob("*") if path.is_file()]
    assert any(b"/receipt" in data for data in files), "the search finds what is there: the address"
    for hidden in (b"demo-officer", b"ended-early", b"tlog-proof", taken.pin.encode() + b'"'):
        for form in (hidden, hidden.decode().encode("utf-16-le")):
            assert [len(data) for data in files if form in data] == [], hidden


@pytest.mark.slow
def test_everything_is_hidden_at_one_press(phones: Phones, force: Force, address: str) -> None:
    taken = given(force, address)
    phone = persons(phones, address, taken)
    page = opened(phone, taken)
    page.click("[data-act=hide]")
    page.wait_for_url("about:blank")
    assert page.inner_text("body") == ""
    page.go_back()
    page.wait_for_timeout(300)
    for told in ("demo-officer", "Suspected", "7"):
        assert told not in page.inner_text("body")


@pytest.mark.slow
def test_leaving_the_page_leaves_nothing_to_go_back_to(phones: Phones, force: Force, address: str) -> None:
    taken = given(force, address)
    phone = persons(phones, address, taken)
    page = opened(phone, taken)
    page.click("a[href='/complain']")
    page.wait_for_url("**/complain")
    page.go_back()
    page.wait_for_selector("[data-part=nothing]:not([hidden])")
    assert "demo-officer" not in page.content()


def test_five_wrong_pins_and_the_front_stays(phones: Phones, force: Force, address: str) -> None:
    taken = given(force, address)
    phone = persons(phones, address, taken)
    phone.expect("403")
    page = phone.page
    page.wait_for_selector("#pin:visible")
    for by in range(1, 6):
        with page.expect_response("**/inside"):
            enter(page, other(taken.pin, by))
    page.wait_for_selector("[data-part=pin]", state="detached")
    assert "stays closed" in page.inner_text("[data-problem]")
    assert page.is_visible("[data-front=reference]")
    phone.step("closed")
    good(page)


def test_pressing_again_while_a_pin_is_looked_at_uses_no_second_try(phones: Phones, force: Force, address: str) -> None:
    taken = given(force, address)
    phone = persons(phones, address, taken)
    phone.expect("403")
    page = phone.page
    page.wait_for_selector("#pin:visible")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.fill("#pin", other(taken.pin, 1))
    press_twice = "pin => { for (const _ of [1, 2]) pin.form.requestSubmit(); }"
    page.eval_on_selector("#pin", press_twice)
    page.wait_for_selector("#pin:not([readonly])")
    assert len(asked) == 1
    assert "The PIN is wrong" in page.inner_text("[data-pin-problem]")


@pytest.mark.parametrize("pin", ["", "12345", "<script>", "12 34 5", "\u0661\u0662\u0663\u0664\u0665\u0666"])
def test_what_cannot_be_a_pin_is_not_sent(phones: Phones, force: Force, address: str, pin: str) -> None:
    taken = given(force, address)
    phone = persons(phones, address, taken)
    phone.page.wait_for_selector("#pin:visible")
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    enter(phone.page, pin)
    assert "six digits" in phone.page.inner_text("[data-pin-problem]")
    assert asked == []


def test_a_pin_may_be_entered_as_it_was_shown(phones: Phones, force: Force, address: str) -> None:
    taken = given(force, address)
    phone = persons(phones, address, taken)
    enter(phone.page, f" {taken.pin[:3]} {taken.pin[3:]} ")
    phone.page.wait_for_selector("[data-part=inside]:not([hidden])")


def test_a_link_that_leads_nowhere_and_no_link(phones: Phones, address: str) -> None:
    phone = persons(phones, address, Given(f"{address}/receipt#{'ab' * 32}", ""))
    phone.expect("404")
    phone.page.wait_for_selector("[data-problem]:not([hidden])")
    assert "leads to no receipt" in phone.page.inner_text("[data-problem]")
    phone.step("unknown")
    good(phone.page)
    for fragment in ("", "#", "#AB", f"#{'ab' * 31}", "#<script>alert(1)</script>"):
        phone.page.goto("about:blank")
        phone.page.goto(f"{address}/receipt{fragment}")
        phone.page.wait_for_selector("[data-part=nothing]:not([hidden])")
    phone.step("no-link")
    good(phone.page)


def test_without_scripts_it_says_what_it_needs(phones: Phones, force: Force, address: str) -> None:
    phone = persons(phones, address, given(force, address), scripts=False)
    assert "needs JavaScript" in phone.page.inner_text("main")
    assert "complain without this page" in phone.page.inner_text("main")
    phone.step("without-scripts")
    assert not phone.page.is_visible("#pin")


def test_without_a_signal_it_says_so(phones: Phones, force: Force, address: str) -> None:
    taken = given(force, address)
    phone = persons(phones, address, taken)
    phone.expect("ERR_INTERNET_DISCONNECTED")
    phone.page.wait_for_selector("#pin:visible")
    with phone.offline():
        enter(phone.page, taken.pin)
        phone.page.wait_for_selector("[data-pin-problem]:not([hidden])")
    assert "no signal" in phone.page.inner_text("[data-pin-problem]")
    opened(phone, taken)


def test_script_in_every_text_stays_text(phones: Phones, force: Force, address: str) -> None:
    hostile = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"

    def lie(route: Route) -> None:
        body = route.fetch().json()
        if "complaint" in body:
            body = {"reference": hostile, "hour": hostile, "complaint": hostile}
        else:
            body["grounds"] = dict.fromkeys(body["grounds"], hostile)
        route.fulfill(json=body)

    taken = given(force, address)
    phone = phones.open(Setting(address=address), "person")
    phone.page.route("**/api/v1/receipts/*", lie)
    phone.page.goto(taken.link)
    page = opened(phone, taken)
    assert page.inner_text("[data-front=complaint]") == hostile
    assert hostile in page.inner_text("[data-rows]")
    assert page.title() == "Receipt"
    assert page.locator("img, [data-rows] script").count() == 0


def test_what_does_not_check_is_not_shown_as_true(phones: Phones, force: Force, address: str) -> None:
    def lie(route: Route) -> None:
        body = route.fetch().json()
        route.fulfill(json={**body, "receipt": body["receipt"].replace("demo-officer", "some-officer")})

    taken = given(force, address)
    phone = phones.open(Setting(address=address), "person")
    phone.page.route("**/api/v1/receipts/inside", lie)
    phone.page.goto(taken.link)
    page = opened(phone, taken)
    assert "Not verified (commitment_mismatch)" in page.inner_text("[data-verdict]")
    assert page.inner_text("[data-rows]") == ""
    assert page.is_visible("[data-act=save]"), "for the complaint"


def test_a_browser_without_the_signature_says_that_it_did_not_check(phones: Phones, force: Force, address: str) -> None:
    taken = given(force, address)
    phone = phones.open(Setting(address=address), "person")
    phone.page.add_init_script(CANNOT)
    phone.page.goto(taken.link)
    page = opened(phone, taken)
    assert page.inner_text("[data-verdict]").startswith("Not checked: this browser")
    assert "demo-officer" in page.inner_text("[data-rows]")
    assert "signed record" not in page.inner_text("[data-rows]")


# --- the page on a disk ----------------------------------------------------------------------------------------------


def verdict(page: Page, key: str, name: str, receipt: bytes) -> str:
    """What the page on the disk says of a receipt."""
    page.fill("#key", key)
    page.set_input_files("#file", {"name": name, "mimeType": "application/json", "buffer": receipt})
    assert page.inner_text("[data-verdict]") == ""
    page.click("button")
    page.wait_for_selector("[data-verdict=good], [data-verdict=bad]")
    return page.inner_text("[data-verdict]")


def code_of(said: str) -> str:
    """The code in what the page says; `verified` for a receipt that verified."""
    if said.startswith("Verified"):
        return "verified"
    found = re.match(r"Not verified \((\w+)\)", said)
    assert found, said
    return found[1]


def outside(receipt: bytes, key: str) -> str:
    """What `overt-verify` says of the same."""
    try:
        verify_receipt(receipt, VerifierKey.parse(key))
    except VerificationError as error:
        return error.code.value
    return "verified"


def from_disk(phones: Phones, address: str, script: str = "", **setting: Any) -> Phone:
    """The built page, opened from the disk; `script` runs before it."""
    phone = phones.open(Setting(address=address, **setting), "disk")
    phone.expect(FROM_DISK)
    if script:
        phone.page.add_init_script(script)
    phone.page.goto(BUILT.as_uri())
    return phone


@pytest.fixture
def disk(phones: Phones, address: str) -> Phone:
    return from_disk(phones, address)


def test_the_page_on_a_disk_agrees_with_the_verifier_on_every_vector(disk: Phone) -> None:
    key = VECTORS["log"]["vkey"]
    receipts = [each["receipt"].encode() for kind in ("receipts", "invalid_receipts") for each in VECTORS[kind]]
    assert [code_of(verdict(disk.page, key, "r.json", each)) for each in receipts] == [
        outside(each, key) for each in receipts
    ]
    good(disk.page)


@pytest.mark.slow
def test_the_page_on_a_disk_agrees_with_the_verifier_on_spoilt_receipts(disk: Phone) -> None:
    """A byte changed, taken out or put in, at places all over a receipt: the same answer, with the same code."""
    key = VECTORS["log"]["vkey"]
    whole = VECTORS["receipts"][1]["receipt"].encode()
    spoilt = []
    for at in range(0, len(whole), 23):
        spoilt += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], whole[:at] + whole[at + 1 :]]
        spoilt += [whole[:at] + b"A" + whole[at:]]
    found = [code_of(verdict(disk.page, key, "r.json", each)) for each in spoilt]
    assert found == [outside(each, key) for each in spoilt]
    assert len(set(found)) > 4


def test_the_page_on_a_disk_takes_no_key_from_a_receipt(disk: Phone) -> None:
    receipt = VECTORS["receipts"][1]["receipt"].encode()
    page = disk.page
    assert page.input_value("#key") == ""
    page.set_input_files("#file", {"name": "r.json", "mimeType": "application/json", "buffer": receipt})
    page.click("button")
    assert page.inner_text("[data-verdict]") == "Give both: the key and the receipt."
    assert verdict(page, "overt.example/test-log", "r.json", receipt).startswith("That is not a verifier key")
    name, material = "overt.example/log", b"\x01" + bytes(32)
    digest = hashlib.sha256(name.encode() + b"\n" + material).hexdigest()[:8]
    stranger = f"{name}+{digest}+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    assert code_of(verdict(page, stranger, "r.json", receipt)) == "unknown_signer"
    disk.step("another-key")
    good(page)


def test_the_page_on_a_disk_asks_nobody(disk: Phone, address: str) -> None:
    """Its own policy keeps it from a server that is there and would answer."""
    disk.expect("Content Security Policy|asked another address|ERR_BLOCKED_BY_CSP")
    failed: list[tuple[str, str | None]] = []
    disk.page.on("requestfailed", lambda request: failed.append((request.url, request.failure)))
    ask = "where => fetch(where, {mode: 'no-cors'}).then(() => 'asked', () => 'kept from it')"
    assert disk.page.evaluate(ask, f"{address}/receipt") == "kept from it"
    disk.page.evaluate("where => document.body.append(Object.assign(new Image(), {src: where}))", f"{address}/icon.svg")
    disk.page.wait_for_timeout(300)
    assert {url for url, _ in failed} == {f"{address}/icon.svg"}
    assert {reason for _, reason in failed} == {"csp"}


def test_a_browser_without_the_signature_says_so_on_the_disk(phones: Phones, address: str) -> None:
    phone = from_disk(phones, address, CANNOT)
    said = verdict(phone.page, VECTORS["log"]["vkey"], "r.json", VECTORS["receipts"][1]["receipt"].encode())
    assert said.startswith("Not checked: this browser")


def test_without_scripts_the_page_on_a_disk_says_so(phones: Phones, address: str) -> None:
    phone = from_disk(phones, address, scripts=False)
    assert "JavaScript, which is off" in phone.page.inner_text("main")
    assert not phone.page.is_visible("#key")
    phone.step("without-scripts")
