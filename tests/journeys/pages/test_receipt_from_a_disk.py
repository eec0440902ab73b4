"""The page that checks a receipt from a disk, in real browsers: it agrees with the verifier, and asks nobody."""

import hashlib

import pytest

from simulators.browser import Phone, Phones
from simulators.receipts import CANNOT, VECTORS, code_of, from_disk, good, outside, verdict


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


@pytest.mark.long
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
