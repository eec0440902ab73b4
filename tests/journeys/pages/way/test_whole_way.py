"""From signing in to a receipt that outsiders accept, by the pages, on a phone: every way that a check can go."""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import expect

from overt.encounter import Encounter, State
from overt.identifiers import EncounterId
from simulators.commands import run
from simulators.force import Force
from simulators.officer import MISSING, STREET, Person, Station, gives_the_receipt, held_to_the_rules, saves_the_receipt
from simulators.y4m import Film

pytestmark = pytest.mark.slow
Films = Callable[[str], Film]
SHELL = re.compile(r"/offline|/icon\.svg|/static/[\w.-]+\.(js|css)")
NONE = "No candidate. This says nothing about who they are or whether they told the truth."


def stored(force: Force, encounter: EncounterId) -> Encounter:
    return force.instance.book.load(encounter)


def accepted(force: Force, saved: Path, folder: Path) -> Mapping[str, object]:
    """What the outsiders' program says of a receipt; it has to accept it."""
    key = folder / "log.vkey"
    key.write_text(force.instance.ledger.vkey + "\n")
    done = run([sys.executable, "-m", "overt_verify", "receipt", saved, "--key", key, "--json"])
    assert done.status == 0, done.out + done.err
    document: Mapping[str, object] = done.json
    return document


def test_a_person_in_the_gallery(station: Station, force: Force, films: Films, tmp_path: Path) -> None:
    officer = station.officer(film=films("enrolled"))
    officer.keeps("home")
    officer.begin()
    officer.keeps("answers")
    encounter = officer.open()
    officer.keeps("notice")
    officer.press("Said and shown, and understood")
    officer.sees("Take the photograph")
    officer.takes_the_photograph()
    officer.sees("Compare candidate A")
    officer.keeps("compare")
    officer.judges("A", "The same person")
    officer.sees("What the comparison means")
    officer.keeps("result")
    expect(officer.page.locator("main")).to_contain_text("This does not say that it is this person.")
    officer.decides("Follow one candidate as a lead: A")
    officer.sees("What happened to the person?")
    officer.keeps("outcome")
    officer.lets_go()
    officer.page.get_by_role("heading", name="How does the person describe").wait_for()
    officer.keeps("about")
    officer.asks_about_the_person()
    taken = gives_the_receipt(officer)
    officer.keeps("receipt")
    officer.press("The person has it")
    officer.sees("This check is complete")
    officer.keeps("done")
    kept_on_the_phone = officer.phone.cached()
    assert {"/offline", "/icon.svg"} < kept_on_the_phone
    assert [path for path in kept_on_the_phone if not SHELL.fullmatch(path)] == [], "only the shell is kept"

    saved = saves_the_receipt(station.phone(name="person"), taken, tmp_path)
    assert accepted(force, saved, tmp_path)["verified"] is True
    kept = stored(force, encounter)
    assert kept.state is State.COMPLETED
    assert not kept.simulated
    assert kept.comparison is not None
    assert all(each.elapsed_ms > 0 for each in kept.comparison.answers)
    assert force.instance.viewing.looks(encounter) >= 2, "each look at the candidate was counted"


def test_a_person_who_is_not(station: Station, force: Force, films: Films, tmp_path: Path) -> None:
    officer = station.officer(film=films("stranger"))
    encounter = officer.noticed()
    officer.takes_the_photograph()
    officer.sees("No candidate")
    expect(officer.page.locator("main")).to_contain_text(NONE)
    officer.keeps("no-candidate")
    officer.press("Continue")
    officer.decides("There was no candidate")
    officer.lets_go()
    officer.asks_about_the_person()
    saved = saves_the_receipt(station.phone(name="person"), gives_the_receipt(officer), tmp_path)
    assert accepted(force, saved, tmp_path)["verified"] is True
    assert stored(force, encounter).candidates == ()

    officer.phone.go("/")
    owed = officer.page.locator(f"a[href='/check/{encounter}/identity']")
    owed.click()
    officer.page.get_by_label("By a document", exact=True).check(force=True)
    officer.press("Continue")
    officer.page.get_by_label("Somebody who is not in the gallery", exact=True).check(force=True)
    officer.keeps("who-it-was")
    officer.press("Continue")
    expect(owed).to_have_count(0)
    identity = stored(force, encounter).identity
    assert identity is not None
    assert (identity.by, identity.who_it_was) == ("document", "not-enrolled")


ENDS = {
    "declined-photo": "The person declined the photograph",
    "identity-now-given": "The person has now identified themselves",
    "covered": "The face is covered and stays covered",
    "wrong-person": "This is not the person the check was opened for",
    "mistake": "The check was opened or filled in by mistake",
}


@pytest.mark.parametrize("code", ENDS)
def test_each_early_end_is_one_tap_and_counted(
    station: Station, force: Force, films: Films, tmp_path: Path, code: str
) -> None:
    officer = station.officer(film=films("enrolled"))
    encounter = officer.noticed()
    officer.sees("Take the photograph")
    officer.press(ENDS[code])
    if code == "declined-photo":
        officer.sees("The person declined. What followed?")
        officer.keeps("followed")
        officer.page.get_by_label("The person left", exact=True).check(force=True)
        officer.press("Continue")
    taken = gives_the_receipt(officer)
    saved = saves_the_receipt(station.phone(name="person"), taken, tmp_path)
    assert accepted(force, saved, tmp_path)["verified"] is True
    kept = stored(force, encounter)
    assert (kept.state, kept.end) == (State.ENDED, code)
    assert force.deeds().count("encounter:search:performed") == force.deeds().count("encounter:comparison:recorded")


def test_ending_while_the_questions_are_asked_is_one_tap_too(station: Station, force: Force) -> None:
    officer = station.officer()
    before = force.deeds().count("encounter:check:refused")
    officer.phone.go("/")
    officer.press("Start a check")
    if officer.page.url.endswith("/new/same"):
        officer.press("No, another person")
    officer.answer("age", "Adult")
    officer.press(ENDS["declined-photo"])
    officer.sees("This check has ended")
    officer.keeps("ended")
    assert force.deeds().count("encounter:check:refused") == before + 1


def test_two_people_equally_near_are_never_taken(station: Station, force: Force, films: Films) -> None:
    officer = station.officer(film=films("two"))
    encounter = officer.noticed()
    expect(officer.page.locator("[data-words]")).to_contain_text("two", ignore_case=True, timeout=20_000)
    officer.page.wait_for_timeout(6000)
    expect(officer.page.get_by_role("button", name="Take the photograph")).to_be_disabled()
    expect(officer.page.get_by_role("button", name="Take it all the same")).to_have_count(0)
    officer.keeps("two-people")
    assert stored(force, encounter).state is State.NOTICED


def test_a_bystander_behind_is_blanked_on_the_phone(station: Station, force: Force, films: Films) -> None:
    officer = station.officer(film=films("bystander"))
    encounter = officer.noticed()
    officer.takes_the_photograph()
    officer.sees("No candidate")
    assert stored(force, encounter).candidates == (), "the bystander is enrolled, and was not searched for"


def test_a_turned_face_that_becomes_good(station: Station, films: Films) -> None:
    officer = station.officer(film=films("turning"))
    officer.noticed()
    expect(officer.page.locator("[data-words]")).to_contain_text("turn", ignore_case=True, timeout=20_000)
    officer.takes_the_photograph()
    officer.sees("Compare candidate A")


def test_an_unconscious_person_in_a_hospital(station: Station, force: Force, films: Films) -> None:
    officer = station.officer(film=films("stranger"))
    answers = {
        **MISSING,
        "ground": "Unconscious, and nobody can say who it is",
        "place": "Medical premises",
    }
    officer.begin(answers)
    encounter = officer.open()
    officer.keeps("cannot-be-told")
    officer.press("Could not be given: the person is unconscious")
    officer.takes_the_photograph()
    officer.sees("No candidate")
    officer.press("Continue")
    officer.decides("There was no candidate")
    officer.sees("What happened to the person?")
    officer.page.get_by_label("Brought to safety or to care", exact=True).check(force=True)
    officer.page.get_by_label("Just now", exact=True).check(force=True)
    officer.press("Continue")
    officer.asks_about_the_person()
    officer.press("The person does not want one")
    officer.phone.go("/")
    officer.keeps("owed")
    owed = officer.page.locator(f"a[href='/check/{encounter}/owed-notice']")
    owed.click()
    officer.keeps("owed-notice")
    officer.press("They have been told")
    expect(owed).to_have_count(0)
    assert stored(force, encounter).owed_notice_at is not None


def test_a_child_needs_a_supervisor_who_signs_off_on_a_phone_of_their_own(
    station: Station, force: Force, films: Films
) -> None:
    officer = station.officer(film=films("stranger"))
    supervisor = station.supervisor()
    officer.begin({**MISSING, "age": "Under 18"})
    officer.sees("Waiting for a supervisor")
    officer.keeps("waiting")
    supervisor.phone.go("/")
    supervisor.keeps("requests")
    supervisor.page.get_by_role("link", name="pc-17,").last.click()
    supervisor.keeps("request")
    supervisor.press("Sign this check off")
    supervisor.page.wait_for_url("**/")
    encounter = officer.open()
    expect(officer.page.locator("main")).to_contain_text("somebody is searching for you")
    officer.keeps("child-notice")
    officer.press("Said and shown, and understood")
    officer.takes_the_photograph()
    officer.sees("No candidate")
    assert stored(force, encounter).fields.sign_off == "sgt-4"


def test_a_child_is_not_checked_on_an_ordinary_ground(station: Station, force: Force) -> None:
    officer = station.officer()
    before = force.deeds().count("encounter:check:refused")
    officer.phone.expect("403")
    officer.begin({"age": "Under 18", "tried_first": "Asked the person again", "power": STREET["power"]})
    officer.sees("This check cannot be done")
    officer.keeps("no-check")
    expect(officer.page.locator("main")).to_contain_text("child_not_allowed")
    assert force.deeds().count("encounter:check:refused") == before + 1


def test_the_signal_is_lost_at_the_shutter_and_nothing_is_taken(station: Station, force: Force, films: Films) -> None:
    officer = station.officer(film=films("enrolled"))
    encounter = officer.noticed()
    officer.phone.expect("ERR_INTERNET_DISCONNECTED")
    expect(officer.page.locator("[data-words]")).to_contain_text("Good. Take the photograph.", timeout=30_000)
    with officer.phone.offline():
        officer.press("Take the photograph")
        expect(officer.page.locator("[data-problem]")).to_contain_text("signal", timeout=20_000)
        officer.keeps("no-signal")
    assert stored(force, encounter).state is State.NOTICED
    officer.press("There is no signal")
    officer.sees("Does the person want a receipt?")
    assert stored(force, encounter).end == "no-signal"


def test_the_signal_is_lost_after_the_shutter_and_the_answer_is_shown_again(
    station: Station, force: Force, films: Films
) -> None:
    officer = station.officer(film=films("enrolled"))
    encounter = officer.noticed()
    officer.phone.expect("ERR_")
    # The server gets the capture and answers; the answer does not arrive. Not before the page has loaded: one that is
    # still loading may send past a route that is set meanwhile.
    officer.page.wait_for_load_state("networkidle")
    officer.page.route("**/capture", lambda route: (route.fetch(), route.abort("internetdisconnected")))
    officer.takes_the_photograph()
    expect(officer.page.get_by_role("button", name="Ask for the answer")).to_be_visible(timeout=30_000)
    officer.keeps("answer-lost")
    officer.press("Ask for the answer")
    officer.sees("Compare candidate A")
    assert force.deeds().count("encounter:search:performed") >= 1
    assert stored(force, encounter).state is State.ANSWERED


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
    assert stored(force, encounter).end == "not-completed"


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
    assert stored(force, encounter).outcome is None
    officer.page.get_by_label("A document, with its number", exact=True).check(force=True)
    officer.page.get_by_label("Its number or reference").fill("AB 123456")
    earlier = officer.page.evaluate("new Date(Date.now() - 3600000).toTimeString().slice(0, 5)")
    officer.page.locator("#time").fill(earlier)
    officer.press("Add corroboration")
    officer.page.get_by_label("There is no video").check(force=True)
    officer.keeps("corroboration")
    officer.press("Record the outcome")
    officer.page.get_by_role("heading", name="How does the person describe").wait_for()
    outcome = stored(force, encounter).outcome
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
    expect(officer.page.locator("[data-words]")).to_contain_text("Good. Take the photograph.", timeout=30_000)
    officer.keeps("camera")
    officer.press("Take the photograph")
    officer.sees("Compare candidate A")
    officer.keeps("compare")
    officer.judges("A", "Cannot tell")
    officer.sees("What the comparison means")
    officer.keeps("result")


def test_every_question_is_held_to_the_rules_and_links_its_error(station: Station) -> None:
    officer: Person = station.officer()
    officer.phone.go("/")
    officer.press("Start a check")
    if officer.page.url.endswith("/new/same"):
        officer.keeps("same")
        officer.press("No, another person")
    officer.phone.expect("400")
    for name, labels in STREET.items():
        assert officer.page.url.endswith(f"/new/{name}")
        held_to_the_rules(officer.page)
        with officer.page.expect_navigation():
            officer.press("Continue")
        summary = officer.page.locator(".govuk-error-summary")
        expect(summary).to_be_focused()
        summary.get_by_role("link").click()
        expect(officer.page.locator(f"#{name}")).to_be_focused()
        held_to_the_rules(officer.page)
        officer.answer(name, labels)
    officer.sees("Check your answers")
