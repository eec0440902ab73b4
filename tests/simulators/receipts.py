"""A person with a receipt: what they took away, and their browser; and the page that checks it from a disk."""

import json
import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from overt.identifiers import EncounterId
from overt_verify.errors import VerificationError
from overt_verify.note import VerifierKey
from overt_verify.receipt import verify_receipt
from simulators.accessibility import serious_or_worse, violations
from simulators.browser import Phone, Phones
from simulators.commands import ROOT
from simulators.force import OFFICER, Force
from simulators.launching import Setting
from simulators.serving import session_cookie

BUILT = ROOT / "src" / "overt" / "service" / "static" / "overt-receipt-check.html"
VECTORS: dict[str, Any] = json.loads((ROOT / "spec" / "ledger-entry-vectors.json").read_text(encoding="utf-8"))
CANNOT = """crypto.subtle.importKey = new Proxy(crypto.subtle.importKey, {apply(target, self, args) {
  if (args[2] === 'Ed25519') return Promise.reject(new DOMException('Ed25519', 'NotSupportedError'));
  return Reflect.apply(target, self, args);
}})"""
FROM_DISK = "asked another address: file:///"
WIDER = "document.documentElement.scrollWidth > innerWidth"


@dataclass(frozen=True)
class Given:
    """What the person took away."""

    link: str
    pin: str

    @property
    def secret(self) -> str:
        """What stands in the link's fragment."""
        return self.link.rpartition("#")[2]


def officers(phones: Phones, force: Force, address: str, **setting: Any) -> Phone:
    """The phone of an officer who is signed in."""
    phone = phones.open(Setting(address=address, **setting), "officer")
    phone.context.add_cookies([session_cookie(force, address)])  # type: ignore[list-item]
    return phone


def ended(force: Force) -> EncounterId:
    """A check that the person declined; its receipt is due."""
    encounter = force.noticed()
    force.desks.check.end(encounter, OFFICER, "declined-photo")
    return encounter


def give(phone: Phone, encounter: EncounterId) -> Given:
    """The receipt is given on the officer's phone."""
    phone.go(f"/check/{encounter}/receipt")
    phone.page.click("button[value=give]")
    return Given(phone.page.inner_text("[data-link]"), re.sub(r"\s", "", phone.page.inner_text("[data-pin]")))


def given(force: Force, address: str) -> Given:
    """A receipt without an officer's browser."""
    made = force.desks.receipts.give(ended(force), OFFICER)
    return Given(f"{address}/receipt#{made.secret.hex()}", made.pin)


def persons(phones: Phones, address: str, taken: Given, **setting: Any) -> Phone:
    """The person's phone, on the page that the link opens."""
    phone = phones.open(Setting(address=address, **setting), "person")
    phone.page.goto(taken.link)
    return phone


def enter(page: Page, pin: str) -> None:
    """Enter a PIN."""
    page.fill("#pin", pin)
    page.keyboard.press("Enter")


def opened(phone: Phone, taken: Given) -> Page:
    """The page once the right PIN has opened the rest."""
    enter(phone.page, taken.pin)
    phone.page.wait_for_selector("[data-part=inside]:not([hidden])")
    return phone.page


def good(page: Page) -> None:
    """Nobody is kept from using the page, and nothing stands out of a narrow screen."""
    assert serious_or_worse(violations(page)) == ()
    assert not page.evaluate(WIDER)


def other(pin: str, by: int = 1) -> str:
    """Another PIN."""
    return f"{(int(pin) + by) % 10**6:06}"


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
