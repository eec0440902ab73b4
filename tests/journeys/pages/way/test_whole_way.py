"""From signing in to a receipt that outsiders accept, by the pages, on a phone: every way that a check can go."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from overt.encounter import State
from simulators.force import Force
from simulators.officer import ENDS, MISSING, Station, accepted, gives_the_receipt, proven, saves_the_receipt
from simulators.y4m import Film

pytestmark = pytest.mark.slow
Films = Callable[[str], Film]
SHELL = re.compile(r"/offline|/icon\.svg|/static/[\w.-]+\.(js|css)")
NONE = "No candidate. This says nothing about who they are or whether they told the truth."
FIRST, *OTHERS = ENDS


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

    accepted(force, saves_the_receipt(station.phone(name="person"), taken, tmp_path), tmp_path)
    kept = force.stored(encounter)
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
    proven(station, officer, tmp_path)
    assert force.stored(encounter).candidates == ()

    officer.phone.go("/")
    owed = officer.page.locator(f"a[href='/check/{encounter}/identity']")
    owed.click()
    officer.page.get_by_label("By a document", exact=True).check(force=True)
    officer.press("Continue")
    officer.page.get_by_label("Somebody who is not in the gallery", exact=True).check(force=True)
    officer.keeps("who-it-was")
    officer.press("Continue")
    expect(owed).to_have_count(0)
    identity = force.stored(encounter).identity
    assert identity is not None
    assert (identity.by, identity.who_it_was) == ("document", "not-enrolled")


@pytest.mark.parametrize("code", [FIRST, *(pytest.param(code, marks=pytest.mark.long) for code in OTHERS)])
def test_each_early_end_is_one_tap_and_counted(
    station: Station, force: Force, films: Films, tmp_path: Path, code: str
) -> None:
    officer = station.officer(film=films("enrolled"))
    encounter = officer.noticed()
    before = Counter(force.deeds())
    officer.sees("Take the photograph")
    officer.press(ENDS[code])
    if code == "declined-photo":
        officer.sees("The person declined. What followed?")
        officer.keeps("followed")
        officer.page.get_by_label("The person left", exact=True).check(force=True)
        officer.press("Continue")
    taken = gives_the_receipt(officer)
    accepted(force, saves_the_receipt(station.phone(name="person"), taken, tmp_path), tmp_path)
    kept = force.stored(encounter)
    assert (kept.state, kept.end) == (State.ENDED, code)
    since = {"encounter:check:ended": 1, "encounter:receipt:issued": 1}
    follow_ups = Counter(force.deeds())["encounter:follow-up:recorded"]
    assert follow_ups % 8 == 0, "the receipt comes after a full round"
    assert follow_ups > before["encounter:follow-up:recorded"], "a round of its own, with what followed in it"
    before["encounter:follow-up:recorded"] = follow_ups
    assert Counter(force.deeds()) - before == since, "counted once, and nothing was searched"


@pytest.mark.long
def test_two_people_equally_near_are_never_taken(station: Station, force: Force, films: Films, tmp_path: Path) -> None:
    officer = station.officer(film=films("two"))
    encounter = officer.noticed()
    expect(officer.page.locator("[data-words]")).to_contain_text("two", ignore_case=True, timeout=20_000)
    officer.page.wait_for_timeout(6000)
    expect(officer.page.get_by_role("button", name="Take the photograph")).to_be_disabled()
    expect(officer.page.get_by_role("button", name="Take it all the same")).to_have_count(0)
    officer.keeps("two-people")
    assert force.stored(encounter).state is State.NOTICED
    officer.press(ENDS["identity-now-given"])
    proven(station, officer, tmp_path)
    assert force.stored(encounter).end == "identity-now-given"


@pytest.mark.long
def test_a_bystander_behind_is_blanked_on_the_phone(
    station: Station, force: Force, films: Films, tmp_path: Path
) -> None:
    officer = station.officer(film=films("bystander"))
    encounter = officer.noticed()
    officer.sees_in_the_camera("Good. Take the photograph.")
    officer.keeps("bystander")
    officer.takes_the_photograph()
    officer.settles()
    proven(station, officer, tmp_path)
    assert force.stored(encounter).candidates == (), "the bystander is enrolled, and was not searched for"


@pytest.mark.long
def test_a_turned_face_that_becomes_good(station: Station, films: Films, tmp_path: Path) -> None:
    officer = station.officer(film=films("turning"))
    officer.noticed()
    officer.sees_in_the_camera("turn")
    officer.keeps("turned")
    officer.takes_the_photograph()
    officer.follows("A")
    proven(station, officer, tmp_path)


def test_an_unconscious_person_in_a_hospital(station: Station, force: Force, films: Films, tmp_path: Path) -> None:
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
    proven(station, officer, tmp_path)
    officer.phone.go("/")
    officer.keeps("owed")
    owed = officer.page.locator(f"a[href='/check/{encounter}/owed-notice']")
    owed.click()
    officer.keeps("owed-notice")
    officer.press("They have been told")
    expect(owed).to_have_count(0)
    assert force.stored(encounter).owed_notice_at is not None


def test_a_child_needs_a_supervisor_who_signs_off_on_a_phone_of_their_own(
    station: Station, force: Force, films: Films, tmp_path: Path
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
    officer.settles()
    proven(station, officer, tmp_path)
    assert force.stored(encounter).fields.sign_off == "sgt-4"


def test_the_signal_is_lost_at_the_shutter_and_nothing_is_taken(
    station: Station, force: Force, films: Films, tmp_path: Path
) -> None:
    officer = station.officer(film=films("enrolled"))
    encounter = officer.noticed()
    officer.phone.expect("ERR_INTERNET_DISCONNECTED")
    officer.sees_in_the_camera("Good. Take the photograph.")
    with officer.phone.offline():
        officer.press("Take the photograph")
        expect(officer.page.locator("[data-problem]")).to_contain_text("signal", timeout=20_000)
        officer.keeps("no-signal")
    assert force.stored(encounter).state is State.NOTICED
    officer.press("There is no signal")
    proven(station, officer, tmp_path)
    assert force.stored(encounter).end == "no-signal"


@pytest.mark.long
def test_the_signal_is_lost_after_the_shutter_and_the_answer_is_shown_again(
    station: Station, force: Force, films: Films, tmp_path: Path
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
    assert force.stored(encounter).state is State.ANSWERED
    officer.follows("A")
    proven(station, officer, tmp_path)
