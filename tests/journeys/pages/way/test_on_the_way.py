"""What else happens on the way: refusals, interruptions, a second officer, corroboration, the night."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from simulators.force import Force
from simulators.officer import ENDS, STREET, Station, held_to_the_rules
from simulators.y4m import Film

pytestmark = pytest.mark.slow
Films = Callable[[str], Film]


def test_ending_while_the_questions_are_asked_is_one_tap_too(station: Station, force: Force) -> None:
    officer = station.officer()
    before = force.deeds().count("encounter:check:refused")
    officer.starts()
    officer.answer("age", "Adult")
    officer.press(ENDS["declined-photo"])
    officer.sees("This check has ended")
    officer.keeps("ended")
    assert force.deeds().count("encounter:check:refused") == before + 1


def test_a_child_is_not_checked_on_an_ordinary_ground(station: Station, force: Force) -> None:
    officer = station.officer()
    before = force.deeds().count("encounter:check:refused")
    officer.phone.expect("403")
    officer.begin({"age": "Under 18", "tried_first": "Asked the person again", "power": STREET["power"]})
    officer.sees("This check cannot be done")
    officer.keeps("no-check")
    expect(officer.page.locator("main")).to_contain_text("child_not_allowed")
    assert force.deeds().count("encounter:check:refused") == before + 1


def test_a_killed_tab_goes_on_where_it_was_without_the_photograph(station: Station, films: Films) -> None:
    officer = station.officer(film=films("enrolled"))
    encounter = officer.noticed()
    officer.takes_the_photograph()
    officer.sees("Compare candidate A")
    officer.phone.new_tab()
    officer.goes_on(encounter)
    officer.sees("Compare candidate A")
    expect(officer.page.locator("main")).to_contain_text("no longer on this phone")
    officer.judges("A", "Cannot tell", "Cannot tell")
    officer.sees("What the comparison means")


def test_after_another_sign_in_the_answer_is_not_shown_and_the_page_says_what_to_do(
    station: Station, force: Force, films: Films
) -> None:
    officer = station.officer(film=films("enrolled"))
    encounter = officer.noticed()
    officer.takes_the_photograph()
    officer.sees("Compare candidate A")
    officer.phone.go("/me")
    officer.press("Sign out")
    officer.sign_in()
    officer.phone.expect("403")
    officer.goes_on(encounter)
    officer.sees("An answer is shown in the session that asked for it, and in no other.")
    officer.keeps("another-session")
    officer.phone.go("/")
    ending = officer.page.locator(f"form[action='/check/{encounter}/end']")
    ending.get_by_role("button", name="The check was not completed").click()
    assert force.stored(encounter).end == "not-completed"


def test_an_act_against_the_person_needs_corroboration_from_before_it(
    station: Station, force: Force, films: Films
) -> None:
    officer = station.officer(film=films("enrolled"))
    encounter = officer.noticed()
    officer.takes_the_photograph()
    officer.judges("A", "The same person")
    officer.decides("Follow one candidate as a lead: A")
    officer.sees("What happened to the person?")
    officer.page.get_by_label("Arrested", exact=True).check(force=True)
    officer.page.get_by_label("Just now", exact=True).check(force=True)
    officer.press("Continue")
    officer.sees("What else did you rely on?")
    officer.press("Record the outcome")
    officer.phone.expect("400")
    expect(officer.page.locator(".govuk-error-summary")).to_be_visible()
    officer.keeps("corroboration-missing")
    assert force.stored(encounter).outcome is None
    officer.page.get_by_label("A document, with its number", exact=True).check(force=True)
    officer.page.get_by_label("Its number or reference").fill("AB 123456")
    earlier = officer.page.evaluate("new Date(Date.now() - 3600000).toTimeString().slice(0, 5)")
    officer.page.locator("#time").fill(earlier)
    officer.press("Add corroboration")
    officer.page.get_by_label("There is no video").check(force=True)
    officer.keeps("corroboration")
    officer.press("Record the outcome")
    officer.page.get_by_role("heading", name="How does the person describe").wait_for()
    outcome = force.stored(encounter).outcome
    assert outcome is not None
    assert (outcome.code, len(outcome.corroborations), outcome.body_worn_video) == ("arrested", 1, "no-video")


def test_a_second_officer_joins_and_judges_blind(station: Station, force: Force, films: Films) -> None:
    officer = station.officer(film=films("enrolled"))
    second = station.officer("pc-18")
    encounter = officer.noticed()
    officer.takes_the_photograph()
    officer.sees("Compare candidate A")
    officer.press("Ask a second officer")
    link = officer.page.locator("[data-link]").inner_text()
    second.page.goto(link)
    second.press("Join the check")
    second.sees("Compare candidate A")
    second.keeps("second-compare")
    officer.judges("A", "The same person")
    officer.sees("Another officer is still comparing")
    officer.keeps("second-waiting")
    second.judges("A", "A different person", "Different")
    second.sees("Your judgement is recorded")
    second.keeps("second-judged")
    officer.press("Continue")
    officer.sees("What the comparison means")
    expect(officer.page.locator("main")).to_contain_text("The second officer said")
    officer.keeps("second-result")
    joined = force.instance.viewing.judgement(encounter)
    assert joined is not None
    assert joined.officer == "pc-18"


@pytest.mark.long
def test_the_whole_way_at_night(station: Station, films: Films) -> None:
    """In dark colours every page has enough contrast, too."""
    officer = station.officer(film=films("enrolled"), dark=True)
    officer.begin()
    officer.keeps("answers")
    officer.open()
    officer.keeps("notice")
    officer.press("Said and shown, and understood")
    officer.sees_in_the_camera("Good. Take the photograph.")
    officer.keeps("camera")
    officer.press("Take the photograph")
    officer.sees("Compare candidate A")
    officer.keeps("compare")
    officer.judges("A", "Cannot tell")
    officer.sees("What the comparison means")
    officer.keeps("result")


def test_every_question_is_held_to_the_rules_and_links_its_error(station: Station) -> None:
    officer = station.officer()
    officer.phone.go("/")
    officer.turns_the_page("Start a check")
    if officer.page.url.endswith("/new/same"):
        officer.keeps("same")
        officer.turns_the_page("No, another person")
    officer.phone.expect("400")
    for name, labels in STREET.items():
        assert officer.page.url.endswith(f"/new/{name}")
        held_to_the_rules(officer.page)
        officer.turns_the_page("Continue")
        summary = officer.page.locator(".govuk-error-summary")
        expect(summary).to_be_focused()
        summary.get_by_role("link").click()
        expect(officer.page.locator(f"#{name}")).to_be_focused()
        held_to_the_rules(officer.page)
        officer.answer(name, labels)
    officer.sees("Check your answers")
