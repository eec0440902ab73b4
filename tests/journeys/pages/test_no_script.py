"""Every page without a script: titled, with its landmarks, one heading, labels, a reachable order, errors that lead to
their fields; what needs a script says so, and nothing is shown that would do nothing.

All templates are walked: one that no page here was made of fails the journey.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any
from uuid import UUID

import httpx
import pytest
from jinja2 import Environment, Template
from playwright.sync_api import Page

from overt.access import Role
from overt.identifiers import EncounterId, OfficerId
from simulators.browser import Phone, Phones
from simulators.camera import photograph
from simulators.force import OFFICER, STREET, Force, demonstration, open_folder
from simulators.launching import Setting
from simulators.serving import serving, session_cookie
from simulators.signed_in import CHILD, MISSING, hired

pytestmark = pytest.mark.slow

NEEDS = "This needs a browser that runs scripts"
SUPERVISOR = OfficerId("demo-supervisor")
NOBODY = OfficerId("")

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


@pytest.fixture(scope="module")
def force() -> Iterator[Force]:
    with open_folder() as folder, demonstration(folder) as made:
        made.enrol(1)
        hired(made, "colleague", Role.OFFICER)
        yield made


@pytest.fixture(scope="module")
def address(force: Force) -> Iterator[str]:
    with serving(force) as address:
        yield address


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of all templates that pages are made of from now on."""
    names: set[str] = set()
    usual = Environment.get_template

    def noted(self: Environment, name: Any, *args: Any, **options: Any) -> Template:
        names.add(str(name))
        return usual(self, name, *args, **options)

    monkeypatch.setattr(Environment, "get_template", noted)
    return names


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


@pytest.fixture
def walk(phones: Phones, force: Force, address: str) -> Walk:
    phone = phones.open(Setting(address=address, scripts=False))
    phone.expect(r"status of 4\d\d")
    return Walk(phone, force, address)


def test_every_page_is_clear_without_a_script(walk: Walk, force: Force, rendered: set[str]) -> None:
    strangers(walk)
    walk.who(OFFICER)
    a_whole_check(walk)
    nobody_found(walk)
    ends_and_refusals(walk)
    an_act_against_the_person(walk)
    owed(walk)
    practice(walk)
    second_officer(walk)
    sign_off(walk)
    supervisor(walk)
    ours = {each.name for each in (resources.files("overt.service.pages") / "templates").iterdir()}
    assert ours - rendered == set(), "pages that no journey without a script has seen"
    assert len(walk.seen) > len(walk.kinds) > 60
    deeds = force.deeds()
    assert deeds.count("encounter:receipt:issued") >= 1, "what needs no script works without one"
    assert deeds.count("encounter:identity:established") == 1


def strangers(walk: Walk) -> None:
    walk.go("/", NEEDS)
    walk.press("Complain about a check")
    walk.go("/receipt", "This page needs JavaScript")
    walk.go("/join", NEEDS)
    walk.go("/offline", "There is no signal")
    walk.go("/?ended", "You are signed out")
    walk.go("/people")
    assert walk.page.url.endswith("/?ended")


def a_whole_check(walk: Walk) -> None:
    walk.go("/")
    walk.press("Start a check")
    for name in ("age", "tried_first"):  # nothing chosen is an error that leads to its field
        walk.press("Continue", "There is a problem")
        walk.send({name: STREET[name]})
    check = walk.opened()
    walk.press("Said and shown, and understood", NEEDS)
    walk.capture(check, 1)
    walk.go(f"/check/{check}", "Your photograph is no longer on this phone")
    walk.press("Enter this judgement", "There is a problem")
    walk.send({"feature.eyes": "similar", "verdict": "same"}, "What the comparison means", "Enter this judgement")
    walk.press("Continue", "There is a problem")
    walk.send({"decision": "follow-lead:A"})
    walk.press("Continue", "There is a problem")
    walk.send({"outcome": "let-go"}, "There is a problem")
    assert walk.leads_to() == ["#time"]
    assert walk.page.locator("input[value=let-go]").is_checked(), "what was said stays"
    walk.send({"when": "earlier", "time": "00:00"}, "There is a problem")
    assert walk.leads_to() == ["#time"], "before the check"
    walk.send({"when": "now"})
    walk.press("Continue", "There is a problem")
    walk.about()
    walk.press("Give a receipt")
    walk.press("The person has it", "A candidate is not an identification")
    walk.go(f"/check/{check}/receipt")
    stored = walk.force.instance.book.load(check)
    assert stored.comparison is not None
    assert [each.elapsed_ms for each in stored.comparison.answers] == [0], "nobody measured it, so it counts as hurried"


def nobody_found(walk: Walk) -> None:
    check = walk.answered(777)
    walk.press("Continue")
    walk.send({"decision": "no-candidate"})
    walk.send({"outcome": "let-go", "when": "now"})
    walk.about()
    walk.press("The person does not want one")
    walk.go(f"/check/{check}/identity")
    walk.press("Continue", "There is a problem")
    walk.send({"identity": "document"})
    walk.press("Continue", "There is a problem")
    walk.send({"who_it_was": "not-enrolled"})


def ends_and_refusals(walk: Walk) -> None:
    walk.go("/check/new/decides")
    walk.send({"decides": "colleague"}, "Was this person checked before")
    walk.press("No, another person")
    walk.questions(STREET)
    walk.press("Open the check")
    fields = walk.force.instance.book.load(walk.check).fields
    assert (fields.officer, fields.operator) == ("colleague", OFFICER), "who decides is not forgotten on the way"
    walk.press("The check was opened or filled in by mistake")
    walk.phone.go("/")
    walk.press("Start a check")
    walk.press("No, another person")
    walk.press("The check was opened or filled in by mistake", "This check has ended")
    walk.phone.go("/")
    walk.press("Start a check", "same")
    walk.press("Yes, the same person")
    walk.questions({**STREET, "age": "child", "tried_first": "asked-again"})
    walk.looks("This check cannot be done")
    walk.go("/check/nothing", "Not in the expected form")
    walk.opened()
    walk.press("The person declined the photograph")
    walk.press("Continue", "There is a problem")
    walk.send({"followed": "left"})
    walk.press("Give a receipt")


def an_act_against_the_person(walk: Walk) -> None:
    walk.answered(1)
    walk.send({"feature.eyes": "similar", "verdict": "same"}, button="Enter this judgement")
    walk.send({"decision": "follow-lead:A"})
    walk.send({"outcome": "arrested", "when": "now"}, "What else did you rely on?")
    walk.press("Add corroboration", "There is a problem")
    walk.press("Record the outcome", "There is a problem")
    walk.send({"code": "document", "reference": "AB 1", "time": "00:00"}, "AB 1", "Add corroboration")
    walk.send({"no_video": "yes"}, button="Record the outcome")
    walk.about()


def owed(walk: Walk) -> None:
    check = walk.opened({**MISSING, "ground": "unconscious", "place": "medical"})
    walk.press("Could not be given: the person is unconscious", NEEDS)
    walk.press("The check was not completed")
    walk.go(f"/check/{check}/owed-notice")
    walk.press("They have been told")


def practice(walk: Walk) -> None:
    walk.go("/practice")
    walk.press("Somebody who is in the gallery")
    walk.questions(STREET)
    walk.press("Open the check")
    check = walk.check
    walk.press("Said and shown, and understood", NEEDS)
    walk.capture(check, 1, "practice/practice")
    walk.go(f"/practice/{check}")
    while "/compare/" in walk.page.url:
        walk.send({"feature.eyes": "similar", "verdict": "cannot-tell"}, button="Enter this judgement")
    walk.send({"decision": "cannot-tell"})
    walk.send({"outcome": "let-go", "when": "now"})
    walk.about()
    walk.press("Give a receipt")
    walk.go(f"/practice/{check}")


def second_officer(walk: Walk) -> None:
    check = walk.answered(1)
    walk.press("Ask a second officer")
    found = re.search(r"#second=([0-9a-f]{64})", walk.page.locator("[data-link]").inner_text())
    assert found is not None
    first = walk.leaves()
    walk.who(OfficerId("colleague"))
    at, signed_in = f"{walk.address}/api/v1/encounters/join", {"Authorization": f"Bearer {walk.token}"}
    assert httpx.post(at, json={"token": found[1]}, headers=signed_in).status_code == 200
    second = walk.leaves()
    walk.comes_back(first)
    walk.go(f"/check/{check}")
    walk.send({"feature.eyes": "similar", "verdict": "same"}, "still comparing", "Enter this judgement")
    walk.comes_back(second)
    walk.go(f"/check/{check}/judge")
    walk.send({"feature.eyes": "different", "verdict": "different"}, "recorded", "Enter this judgement")
    walk.comes_back(first)
    walk.go(f"/check/{check}/waiting")
    walk.press("Continue", "The second officer said")


def sign_off(walk: Walk) -> None:
    walk.phone.go("/")
    walk.press("Start a check")
    if walk.page.url.endswith("/same"):
        walk.press("No, another person")
    walk.questions(CHILD)
    walk.looks("Waiting for a supervisor")
    mine = walk.leaves()
    walk.who(SUPERVISOR)
    walk.go("/")
    walk.page.locator("main a[href^='/sign-offs/']").last.click()
    walk.looks("None is suspected")
    walk.press("Sign this check off")
    walk.comes_back(mine)
    walk.go("/check/new/sign-off")
    walk.press("Open the check")
    walk.go("/me")


def supervisor(walk: Walk) -> None:
    walk.who(SUPERVISOR)
    walk.go("/people")
    walk.press("Add a person")
    walk.press("Save", "There is a problem")
    walk.send({"name": "pc-70", "day": "1", "month": "2", "year": "2100"}, "pc-70", "Save")
    walk.press("Make a link for a passkey")
    walk.go("/people/pc-70/training")
    walk.go("/phones")
    walk.press("Enrol a phone")
    walk.go("/me")
    walk.press("Sign out", NEEDS)
