"""Somebody who walks the pages on a phone whose browser runs no scripts, and holds each of them to the rules.

Each page: titled, with its landmarks, one heading, labels, an order that the keyboard reaches, errors that lead to
their fields, and nothing that would do nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from playwright.sync_api import Page

from overt.identifiers import EncounterId, OfficerId
from simulators.browser import Phone
from simulators.camera import photograph
from simulators.force import STREET, Force
from simulators.serving import session_cookie

NEEDS = "This needs a browser that runs scripts"

PAGE = """() => {
  const visible = [...document.querySelectorAll('*')].filter(each => each.checkVisibility());
  const asked = visible.filter(each => each.matches('input:not([type=hidden]), select, textarea'));
  const named = each => each.labels.length > 0 || each.ariaLabel || each.getAttribute('aria-labelledby');
  return {
    title: document.title,
    language: document.documentElement.lang,
    headings: visible.filter(each => each.matches('h1')).map(each => each.innerText),
    landmarks: visible.filter(each => each.matches('body > header, main, body > footer')).map(each => each.localName),
    skips: document.querySelector('.govuk-skip-link')?.getAttribute('href') ?? null,
    unnamed: asked.filter(each => !named(each)).map(each => each.outerHTML),
    ungrouped: asked.filter(each => ['radio', 'checkbox'].includes(each.type)
      && !each.closest('fieldset') && document.getElementsByName(each.name).length > 1).map(each => each.outerHTML),
    lost: [...document.querySelectorAll('.govuk-error-summary a, .govuk-skip-link')]
      .filter(each => !document.getElementById(each.hash.slice(1))).map(each => each.outerHTML),
    undescribed: [...document.querySelectorAll('main [aria-describedby]')].flatMap(each =>
      each.getAttribute('aria-describedby').split(' ').filter(id => !document.getElementById(id))),
    dead: visible.filter(each => each.matches('main button[type=button], main [onclick]')).map(each => each.innerText),
    bare: visible.filter(each => each.matches('button, a[href]') && !(each.innerText.trim() || each.ariaLabel)).length,
    twice: [...document.querySelectorAll('[id]')].map(each => each.id).filter((id, at, all) => all.indexOf(id) !== at),
    says: document.querySelector('main').innerText,
  };
}"""
ORDER = """() => {
  const groups = new Set();
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, [tabindex="0"]')]
    .filter(each => each.checkVisibility() && !each.disabled)
    .filter(each => {
      if (each.type !== 'radio') return true;
      const chosen = document.querySelector(`input[name="${each.name}"]:checked`);
      if (chosen ? each !== chosen : groups.has(each.name)) return false;
      return groups.add(each.name);
    })
    .map(each => each.outerHTML.slice(0, 120));
}"""
FROM_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
}"""
PARTS_OF_A_TIME = 3
"""A field for a time of day is reached once for each of its parts and the list behind it."""
FOCUSED = "document.activeElement.outerHTML.slice(0, 120)"


@dataclass
class Walk:
    """Somebody on a phone whose browser runs no scripts."""

    phone: Phone
    force: Force
    address: str
    token: str = ""
    seen: list[str] = field(default_factory=list)
    kinds: list[tuple[str, str]] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.phone.page

    def who(self, account: OfficerId) -> None:
        """From now on somebody else is signed in here; or nobody."""
        self.phone.context.clear_cookies()
        if account:
            cookie = session_cookie(self.force, self.address, account)
            self.token = cookie["value"]
            self.phone.context.add_cookies([cookie])  # type: ignore[list-item]

    def leaves(self) -> tuple[str, list[Any]]:
        """What is needed to come back into this session."""
        return self.token, self.phone.context.cookies()

    def comes_back(self, session: tuple[str, list[Any]]) -> None:
        """Go on in a session that was left."""
        self.token, cookies = session
        self.phone.context.clear_cookies()
        self.phone.context.add_cookies(cookies)

    def go(self, path: str, says: str = "") -> None:
        self.phone.go(path)
        self.looks(says)

    def press(self, name: str, says: str = "") -> None:
        both = self.page.get_by_role("button", name=name, exact=True).or_(
            self.page.get_by_role("link", name=name, exact=True)
        )
        with self.page.expect_navigation():
            both.first.click()
        self.looks(says)

    def send(self, fields: Mapping[str, str | Sequence[str]], says: str = "", button: str = "Continue") -> None:
        """Fill the form as its fields are named, and send it."""
        for name, value in fields.items():
            for each in [value] if isinstance(value, str) else value:
                choice = self.page.locator(f"input[name='{name}'][value='{each}']")
                if choice.count():
                    choice.check(force=True)
                else:
                    self.page.locator(f"input[name='{name}']").fill(each)
        self.press(button, says)

    def looks(self, says: str = "") -> None:
        """Hold the page to the rules."""
        found = self.page.evaluate(PAGE)
        where = self.page.url.removeprefix(self.address)
        self.seen.append(where)
        assert found["title"].strip(), where
        assert found["language"] == "en", where
        assert len(found["headings"]) == 1, (where, found["headings"])
        plain = where.startswith("/receipt")
        assert found["landmarks"] == (["main"] if plain else ["header", "main", "footer"]), where
        assert found["skips"] == "#main-content", where
        for name in ("unnamed", "ungrouped", "lost", "undescribed", "dead", "twice"):
            assert found[name] == [], (where, name, found[name])
        assert found["bare"] == 0, where
        assert says in found["says"], (where, found["says"])
        kind = (re.sub(r"[0-9a-f-]{36}", "CHECK", where), found["title"])
        if kind not in self.kinds:
            self.kinds.append(kind)
            self._in_order(where)
            self.phone.step(re.sub(r"[^a-z]+", "-", kind[0]).strip("-") or "home")

    def _in_order(self, where: str) -> None:
        """The keyboard reaches everything, in the order of the document."""
        expected = self.page.evaluate(ORDER)
        self.page.evaluate(FROM_THE_TOP)
        reached: list[str] = []
        for _ in range(len(expected) + PARTS_OF_A_TIME):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(FOCUSED)
            if focused not in reached[-1:]:
                reached.append(focused)
            if len(reached) == len(expected):
                break
        assert reached == expected, where

    def leads_to(self) -> list[str]:
        """Where the summary of what is wrong leads."""
        links = self.page.locator(".govuk-error-summary a").all()
        return [str(each.get_attribute("href")) for each in links]

    # --- steps of a check ----------------------------------------------------------------------------------------

    @property
    def check(self) -> EncounterId:
        found = re.search(r"/([0-9a-f-]{36})(/|$)", self.page.url)
        assert found, self.page.url
        return EncounterId(UUID(found[1]))

    def questions(self, answers: Mapping[str, Any]) -> None:
        while (name := self.page.url.rpartition("/")[2]) in answers and self.page.locator(f"[name='{name}']").count():
            self.send({name: answers[name]})

    def opened(self, answers: Mapping[str, Any] = STREET, start: str = "Start a check") -> EncounterId:
        """A check that is open; ends on the notice."""
        self.phone.go("/")
        self.press(start)
        if self.page.url.endswith("/same"):
            self.press("No, another person")
        self.questions(answers)
        self.press("Open the check")
        return self.check

    def capture(self, check: EncounterId, person: int, api: str = "encounters") -> None:
        """What only a script can: the photograph. It is handed in by another client, in this session."""
        photo, at = photograph(person, 99), f"{self.address}/api/v1/{api}/{check}"
        signed_in = {"Authorization": f"Bearer {self.token}"}
        nonce = httpx.post(f"{at}/nonce", headers=signed_in).json()["nonce"]
        signature = self.force.sign(bytes.fromhex(nonce), check, photo).hex()
        headers = {**signed_in, "Overt-Nonce": nonce, "Overt-Signature": signature, "Overt-Shutter": "guided"}
        answer = httpx.post(f"{at}/capture", content=photo, headers=headers)
        assert answer.status_code == 200, answer.text

    def answered(self, person: int) -> EncounterId:
        """A check whose photograph was answered; ends on the page after it."""
        check = self.opened()
        self.press("Said and shown, and understood", NEEDS)
        self.capture(check, person)
        self.go(f"/check/{check}")
        return check

    def about(self) -> None:
        for name in ("ethnicity_self", "ethnicity_officer", "sex", "age_band"):
            self.send({name: "not-stated"})
