"""Every page without a script: titled, with its landmarks, one heading, labels, a reachable order, errors that lead to
their fields; what needs a script says so, and nothing is shown that would do nothing.

All templates are walked: one that no page here was made of fails the journey.
"""

import re
from importlib import resources
from typing import Any

import httpx
import pytest
from jinja2 import Environment, Template

from overt.access import Role
from overt.identifiers import OfficerId
from simulators.browser import Phones
from simulators.force import OFFICER, STREET, Force
from simulators.launching import Setting
from simulators.plain_walk import NEEDS, Walk
from simulators.signed_in import CHILD, MISSING, hired

pytestmark = pytest.mark.slow

SUPERVISOR = OfficerId("demo-supervisor")


@pytest.fixture(scope="module")
def force(shared_force: Force) -> Force:
    shared_force.enrol(1)
    hired(shared_force, "colleague", Role.OFFICER)
    return shared_force


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


@pytest.fixture
def walk(phones: Phones, force: Force, address: str) -> Walk:
    phone = phones.open(Setting(address=address, scripts=False))
    phone.expect(r"status of 4\d\d")
    return Walk(phone, force, address)


@pytest.mark.long
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
    assert deeds.count("encounter:follow-up:recorded") >= 1


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
    with walk.page.expect_navigation():
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
