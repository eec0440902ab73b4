"""People with phones in real browsers: somebody who lets others in, an officer who does whole checks by the pages.

Rule: everything is done as a person does it, by what the page shows: links, buttons, labels. Passkeys are the phone's.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.sync_api import Page, expect

from overt.access.ports import Around
from overt.identifiers import EncounterId, OfficerId
from overt.service.access import access_desks
from overt.service.site import localhost_site
from simulators.accessibility import serious_or_worse, violations
from simulators.browser import Phone, Phones
from simulators.commands import run
from simulators.force import Force, random_bytes
from simulators.launching import Setting
from simulators.y4m import Film

ENDS = {
    "declined-photo": "The person declined the photograph",
    "identity-now-given": "The person has now identified themselves",
    "covered": "The face is covered and stays covered",
    "wrong-person": "This is not the person the check was opened for",
    "mistake": "The check was opened or filled in by mistake",
}
"""Ways to end a check before its answer, as the pages label them."""
STREET: Mapping[str, str | Sequence[str]] = {
    "age": "Adult",
    "tried_first": ["Asked the person again", "Asked for a document"],
    "power": "Common law: prevention and detection of crime",
    "offence": "Theft",
    "ground": "Suspected of an offence, and there is good reason to doubt who the person is",
    "details": "Gave details that there is good reason to doubt",
    "place": "Street or open public space",
    "area": "Demonstration area, centre",
    "without_this": "Without this check: would arrest",
}
"""The answers of an ordinary stop, as the pages label them."""
MISSING: Mapping[str, str | Sequence[str]] = {
    **STREET,
    "power": "Common law: protection of life, and identifying the missing and the dead",
    "offence": "None is suspected",
    "ground": "Reasonably believed to be a missing person",
    "details": "Cannot give details",
    "without_this": "Without this check: would seek help to identify the person",
}
"""The answers for somebody who may be missing."""


@dataclass
class Person:
    """Somebody signed in on a phone."""

    phone: Phone
    account: str
    taps: int = 0

    @property
    def page(self) -> Page:
        """The tab."""
        return self.phone.page

    def sees(self, heading: str) -> None:
        """Wait for a page with this heading."""
        self.page.get_by_role("heading", name=heading, level=1).wait_for(timeout=30_000)

    def press(self, name: str) -> None:
        """Press a button or follow a link."""
        both = self.page.get_by_role("button", name=name, exact=True).or_(
            self.page.get_by_role("link", name=name, exact=True)
        )
        both.first.click()
        self.taps += 1

    def chooses(self, label: str) -> None:
        """Choose one answer by its label."""
        self.page.get_by_label(label, exact=True).check(force=True)
        self.taps += 1

    def keeps(self, step: str) -> None:
        """Keep a picture, and hold the page to what every page is held to."""
        self.phone.step(step)
        held_to_the_rules(self.page)

    def sign_in(self) -> None:
        """Sign in with the phone's passkey."""
        self.phone.go("/")
        self.press("Sign in with a passkey")
        self.page.locator(".overt-header__who").wait_for()

    # --- a check ------------------------------------------------------------------------------------------------

    def begin(self, answers: Mapping[str, str | Sequence[str]] = STREET, *, same: str = "No, another person") -> None:
        """Start a check and answer every question, one a page; ends on the page that follows the last answer."""
        self.starts(same)
        while (name := self.page.url.rpartition("/")[2]) in answers and not self.refused():
            self.answer(name, answers[name])

    def starts(self, same: str = "No, another person") -> None:
        """Go to the first question, past whether this is the person of the check before."""
        self.phone.go("/")
        self.turns_the_page("Start a check")
        if self.page.url.endswith("/new/same"):
            self.turns_the_page(same)

    def turns_the_page(self, name: str) -> None:
        """Press what leads to another page, and wait for it."""
        with self.page.expect_navigation():
            self.press(name)

    def refused(self) -> bool:
        """Whether the page says that no check can follow."""
        return self.page.get_by_role("heading", name="This check cannot be done", level=1).count() > 0

    def goes_on(self, encounter: EncounterId) -> None:
        """Go on with an open check from the first page."""
        self.phone.go("/")
        self.page.locator(f"a[href='/check/{encounter}']").click()

    def answer(self, name: str, labels: str | Sequence[str]) -> None:
        """Answer the question that is shown."""
        expect(self.page.locator(f"input[name={name}]:checked")).to_have_count(0)
        for label in [labels] if isinstance(labels, str) else labels:
            self.chooses(label)
        self.turns_the_page("Continue")

    def open(self) -> EncounterId:
        """Confirm with the passkey and open the check."""
        self.sees("Check your answers")
        self.page.get_by_role("button", name="open the check").click()
        self.taps += 1
        self.page.wait_for_url(re.compile(r"/check/[0-9a-f-]{36}/notice$"))
        return EncounterId(UUID(self.page.url.split("/")[-2]))

    def noticed(self, answers: Mapping[str, str | Sequence[str]] = STREET) -> EncounterId:
        """Everything up to the camera."""
        self.begin(answers)
        encounter = self.open()
        self.turns_the_page("Said and shown, and understood")
        return encounter

    def sees_in_the_camera(self, words: str) -> None:
        """Wait until the camera says this."""
        expect(self.page.locator("[data-words]")).to_contain_text(words, ignore_case=True, timeout=30_000)

    def takes_the_photograph(self) -> None:
        """Wait until the camera says that the face is good, and press the shutter."""
        self.sees_in_the_camera("Good. Take the photograph.")
        self.press("Take the photograph")

    def judges(self, letter: str, verdict: str, features: str = "Similar") -> None:
        """Compare one candidate: every feature alike, and a verdict."""
        self.sees(f"Compare candidate {letter}")
        rows = self.page.locator("fieldset")
        for row in rows.all()[:-1]:
            row.get_by_label(features, exact=True).check(force=True)
            self.taps += 1
        rows.last.get_by_label(verdict, exact=True).check(force=True)
        self.taps += 1
        self.press("Enter this judgement")

    def decides(self, label: str) -> None:
        """Choose what to decide, on the page that tells the strength."""
        self.sees("What the comparison means")
        self.chooses(label)
        self.press("Continue")

    def lets_go(self) -> None:
        """Record that the person went, just now."""
        self.sees("What happened to the person?")
        self.chooses("Let go without further action")
        self.chooses("Just now")
        self.press("Continue")

    def settles(self) -> None:
        """There was no candidate: decide so, let the person go, and ask about them; ends at the receipt."""
        self.sees("No candidate")
        self.press("Continue")
        self.decides("There was no candidate")
        self.lets_go()
        self.asks_about_the_person()

    def follows(self, letter: str) -> None:
        """Judge a candidate to be the person, follow it, let the person go, and ask about them; ends at the receipt."""
        self.judges(letter, "The same person")
        self.decides(f"Follow one candidate as a lead: {letter}")
        self.lets_go()
        self.asks_about_the_person()

    def asks_about_the_person(self) -> None:
        """The four questions, none of them answered by the person."""
        for heading in (
            "How does the person describe",
            "How would you describe",
            "What is the person's sex",
            "How old",
        ):
            self.page.get_by_role("heading", name=heading).wait_for()
            self.chooses("Not stated")
            self.press("Continue")


def held_to_the_rules(page: Page) -> None:
    """What every page is held to: axe-core, 360 pixels, landmarks, one heading, a title, labels, a reachable order."""
    serious = serious_or_worse(violations(page))
    assert serious == (), [f"{each.rule}: {each.elements}" for each in serious]
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), "wider than 360 pixels"
    assert page.title().strip()
    assert page.locator("main").count() == 1
    assert page.locator("h1").count() == 1, page.url
    assert page.locator("input[type=file]").count() == 0
    assert page.evaluate(_POSITIVE_TABINDEX) == 0
    small = page.evaluate(_SMALL)
    assert small == [], f"a gloved finger needs 44 pixels at least: {small}"


_POSITIVE_TABINDEX = "[...document.querySelectorAll('[tabindex]')].filter(each => each.tabIndex > 0).length"
_SMALL = """() => [...document.querySelectorAll('main button, main .govuk-button')]
  .filter(each => each.checkVisibility())
  .filter(each => each.getBoundingClientRect().height < 44).map(each => each.innerText)"""


@dataclass
class Station:
    """Who lets people and phones in, for a force that is served at an address."""

    force: Force
    address: str
    phones: Phones

    def phone(self, film: Film | None = None, name: str = "", **setting: Any) -> Phone:
        """A phone that nobody has used yet."""
        phone = self.phones.open(Setting(address=self.address, film=film, **setting), name)
        phone.authenticator()
        return phone

    def officer(self, account: str = "pc-17", film: Film | None = None, **setting: Any) -> Person:
        """An officer who has made a passkey on a phone, enrolled it, and signed in on it."""
        return self.signed_in(account, "officer", film, **setting)

    def supervisor(self, account: str = "sgt-4", **setting: Any) -> Person:
        """A supervisor, signed in on a phone of their own."""
        return self.signed_in(account, "supervisor", None, **setting)

    def signed_in(self, account: str, role: str, film: Film | None, **setting: Any) -> Person:
        """Somebody let in by links of somebody who may, over the pages that such links open."""
        from overt.access import Officer, Role

        accounts = self.force.instance.accounts
        if accounts.officer(OfficerId(account)) is None:
            accounts.authorise(Officer(OfficerId(account), frozenset({Role(role)}), date(2100, 1, 1)))
        person = Person(self.phone(film, name=account, **setting), account)
        person.phone.go(f"/join#passkey={self.passkey_link(account)}")
        person.press("Make a passkey")
        person.page.get_by_text(f"The passkey for {account} is made").wait_for()
        if role == "officer":
            person.phone.go("/")
            person.phone.go(f"/join#device={self.device_link()}")
            person.press("Enrol this phone")
            person.page.get_by_text("This phone is enrolled").wait_for()
        person.sign_in()
        return person

    def passkey_link(self, account: str) -> str:
        """The secret of a link that the demonstration's supervisor, or its maker, gives."""
        from overt.access.invitations import TOKEN_BYTES, Invitation, InvitationKind
        from overt.access.sessions import hash_token

        token = random_bytes(TOKEN_BYTES)
        now = self.force.instance.clock()
        self.force.instance.passkeys.invite(
            Invitation(hash_token(token), InvitationKind.PASSKEY, OfficerId(account), None, now)
        )
        return token.hex()

    def device_link(self) -> str:
        """The secret of a link by which a phone is enrolled."""
        site = localhost_site(int(self.address.rsplit(":", 1)[1]))
        desks = access_desks(self.force.instance, site, random_bytes, None)
        assert isinstance(desks.around, Around)
        return desks.people.device_link(OfficerId("demo-supervisor")).hex()


@dataclass(frozen=True)
class Taken:
    """What the person took away: the link of the receipt, and the PIN that was spoken."""

    link: str
    pin: str


def proven(station: Station, officer: Person, folder: Path) -> Mapping[str, Any]:
    """The person takes the receipt on a phone of their own; what the outsiders' program says of it (`accepted`)."""
    saved = saves_the_receipt(station.phone(name="person"), gives_the_receipt(officer), folder)
    return accepted(station.force, saved, folder)


def accepted(force: Force, saved: Path, folder: Path) -> Mapping[str, Any]:
    """What the outsiders' program says of a saved receipt; it has to accept it."""
    key = folder / "log.vkey"
    key.write_text(force.instance.ledger.vkey + "\n")
    done = run([sys.executable, "-m", "overt_verify", "receipt", saved, "--key", key, "--json"])
    assert done.status == 0, done.out + done.err
    document: Mapping[str, Any] = done.json
    assert document["verified"] is True
    return document


def gives_the_receipt(officer: Person) -> Taken:
    """Offer the receipt; the person takes it."""
    officer.sees("Does the person want a receipt?")
    officer.press("Give a receipt")
    link = officer.page.locator("[data-link]").inner_text()
    return Taken(link, re.sub(r"\s", "", officer.page.locator("[data-pin]").inner_text()))


def saves_the_receipt(phone: Phone, taken: Taken, folder: Path) -> Path:
    """The person opens the link on their own phone, enters the PIN, and saves the receipt."""
    phone.page.goto(taken.link)
    phone.page.fill("#pin", taken.pin)
    phone.page.keyboard.press("Enter")
    phone.page.wait_for_selector("[data-part=inside]:not([hidden])")
    with phone.page.expect_download() as coming:
        phone.page.get_by_role("button", name="Save").click()
    saved = folder / "receipt.json"
    coming.value.save_as(saved)
    return saved
