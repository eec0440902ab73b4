"""Practice over HTTP: whole checks by a real service that are marked, leave nothing behind, and end with lessons."""

import re
import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from overt.access import Officer, Role
from overt.identifiers import EncounterId, OfficerId
from overt.practice.scenes import Scenario, scene_of
from overt.store import schema
from overt.store.doctor import examine
from simulators.camera import photograph
from simulators.force import OFFICER, STREET, Force
from simulators.traces import Grep, digest_traces, small_traces
from simulators.trainee import Trainee, colleague_of, encounter_in, trainee, words

WAYS = [scenario.value for scenario in Scenario]
MARK = '<strong class="overt-mark overt-mark--practice">PRACTICE</strong>'
COLLEAGUE = Officer(OfficerId("colleague"), frozenset({Role.OFFICER}), date(2100, 1, 1))


@pytest.fixture(scope="module")
def practising(shared_force: Force) -> Iterator[Trainee]:
    shared_force.enrol(1, 2)
    shared_force.instance.accounts.authorise(COLLEAGUE)
    with trainee(shared_force) as one:
        yield one


def at(practising: Trainee, way: str) -> Trainee:
    return practising.elsewhere(way)


# --- it is a whole check, and leaves nothing -------------------------------------------------------------------------


def remembered(force: Force) -> dict[str, Any]:
    """Everything that the force keeps: each row of each table, the ledger, and what the doctor says."""
    with force.instance.engine.connect() as connection:
        tables = {
            name: sorted(map(str, connection.execute(select(table)).all()))
            for name, table in schema.metadata.tables.items()
            if name != "session"  # says when somebody was last here
        }
        sessions = connection.execute(select(schema.session.c.token_hash, schema.session.c.verified_at)).all()
    ledger = {str(path): path.read_bytes() for path in force.instance.place.ledger.rglob("*") if path.is_file()}
    doctor = [each.as_json() for each in examine(force.instance)]
    return {"tables": tables, "sessions": sessions, "ledger": ledger, "doctor": doctor}


def traces_of(*checks: EncounterId) -> Grep:
    """The numbers of checks, as the database keeps them and as somebody would write them."""
    return Grep(
        {
            str(check): [*small_traces("bytes", check.bytes), *small_traces("text", str(check).encode())]
            for check in checks
        }
    )


def files_of(force: Force) -> list[Path]:
    return [path for path in force.instance.place.folder.rglob("*") if path.is_file() and not path.is_symlink()]


@pytest.mark.parametrize("way", WAYS)
def test_a_whole_check_leaves_nothing_behind(practising: Trainee, shared_force: Force, way: str) -> None:
    one = at(practising, way)
    before = remembered(shared_force)
    photo = photograph(secrets.randbits(60))
    checks = [one.whole(photo), one.whole(photo, ground="missing", power="common-law-life", offence="not-required")]
    ended = one.noticed()
    one.post(f"{ended}/end", code="declined-photo")
    one.post(f"{ended}/followed", followed="left")
    one.post(f"{ended}/receipt", choice="decline")
    assert one.get(f"{ended}/done").status_code == 200
    assert remembered(shared_force) == before
    assert traces_of(*checks, ended).files(files_of(shared_force)) == {}
    of_the_photograph = Grep({"photograph": [*small_traces("file", photo), *digest_traces(photo)]})
    assert of_the_photograph.files(files_of(shared_force)) == {}


def test_the_same_search_does_find_a_real_check(shared_force: Force) -> None:
    """Of the test above: what a real check leaves, that it looks for."""
    real = shared_force.noticed()
    found = set().union(*traces_of(real).files(files_of(shared_force)).values())
    assert {encoding for _, encoding in found} >= {"bytes", "text"}
    shared_force.desks.check.end(real, OFFICER, "mistake")


@pytest.mark.parametrize(
    ("way", "shown"), [("practice", ["A", "B"]), ("practice-none", []), ("practice-alike", ["A", "B"])]
)
def test_what_is_shown_does_not_depend_on_the_face(practising: Trainee, way: str, shown: list[str]) -> None:
    one = at(practising, way)
    for person in (1, 2, 4711):  # two are enrolled in the force's gallery, and one is not
        check = one.noticed()
        answered = one.capture(check, photograph(person, 99))
        assert answered.json()["candidates"] == shown, answered.text
        told = one.compare(check, dict.fromkeys(shown, "cannot-tell"))
        names = re.findall(r"Invented person (\d+)", told.text)
        scene = scene_of(Scenario(way), check)
        assert sorted(names, key=int) == sorted((str(each.place + 1) for each in scene.candidates), key=int)
        assert "p1" not in told.text.split()
        assert ("Two people here are almost equally near" in told.text) == (way == "practice-alike")
        one.post(f"{check}/end", code="mistake")


def test_a_photograph_that_cannot_be_used_is_refused_as_in_a_real_check(practising: Trainee) -> None:
    check = practising.noticed()
    for photo, code in ((photograph(1, faces=0), "no_face"), (photograph(1, faces=2), "several_faces")):
        refused = practising.capture(check, photo)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert "ledger_index" not in refused.json()
    assert practising.capture(check).json()["candidates"] == ["A", "B"]


def test_an_answer_that_was_lost_is_shown_again_and_names_no_entry(practising: Trainee) -> None:
    check = practising.noticed()
    answered = practising.capture(check).json()
    again = practising.phone.get(f"{practising.api}/{check}/answer").json()
    assert again["candidates"] == answered["candidates"]
    assert not {"ledger_index", "checkpoint"} & {*answered, *again}


def test_what_is_refused_early_names_no_entry(practising: Trainee, shared_force: Force) -> None:
    size = shared_force.instance.ledger.head().size
    practising.post("new", same="no")
    practising.post("new/age", age="child")
    practising.post("new/tried_first", tried_first="asked-again")
    refused = practising.post("new/power", power="road-traffic-165")
    assert refused.status_code == 403
    assert "was not counted" in words(refused)
    assert MARK in refused.text
    assert shared_force.instance.ledger.head().size == size


# --- it is marked ----------------------------------------------------------------------------------------------------


def marked(page: httpx.Response) -> httpx.Response:
    assert MARK in page.text, page.url.path
    assert re.search(r"<title>[^<]* PRACTICE</title>", page.text), page.url.path
    return page


@pytest.mark.parametrize("way", WAYS)
def test_every_page_says_practice(practising: Trainee, way: str) -> None:
    one = at(practising, way)
    marked(one.phone.get("/practice"))
    shown = marked(one.post("new", same="no"))
    marked(one.post("new/age"))  # without an answer
    while (name := shown.url.path.rpartition("/")[2]) != "open":
        shown = marked(one.post(f"new/{name}", **{name: STREET[name]}))
    shown = marked(one.post("new/open"))
    check = encounter_in(shown)
    marked(one.post(f"{check}/notice", code="given"))
    marked(one.post(f"{check}/end", code="nonsense"))
    marked(one.post(f"{check}/outcome", outcome="let-go", when="now"))
    marked(one.get(f"{check}x"))
    marked(one.get("no-such-page"))


def test_every_page_behind_the_camera_says_practice(practising: Trainee) -> None:
    one = at(practising, "practice-alike")
    check = one.noticed()
    one.capture(check)
    marked(one.get(f"{check}/compare"))
    marked(one.post(f"{check}/second"))
    marked(one.post(f"{check}/compare/A"))
    marked(one.compare(check, {"A": "same", "B": "different"}))
    marked(one.post(f"{check}/result"))
    marked(one.post(f"{check}/result", decision="follow-lead:A"))
    marked(one.post(f"{check}/outcome", outcome="detained", when="now"))
    marked(one.post(f"{check}/corroboration", act="done"))
    marked(one.post(f"{check}/outcome", outcome="let-go", when="now"))
    marked(one.close(check))
    marked(one.get(f"{check}/done"))
    other = one.noticed()
    marked(one.post(f"{other}/end", code="declined-photo"))
    marked(one.post(f"{other}/followed", followed="left"))
    marked(one.post("new", same="no"))
    marked(one.post("new/end", code="mistake"))


def test_no_page_of_a_real_check_says_practice(practising: Trainee) -> None:
    real = at(practising, "check")
    check = real.noticed()
    for page in (real.get(f"{check}/camera"), real.post(f"{check}/end", code="mistake"), real.phone.get("/")):
        assert MARK not in page.text
        assert "PRACTICE" not in page.text
    assert MARK not in real.phone.get("/practices").text


def test_a_specimen_of_a_receipt_opens_nothing(practising: Trainee) -> None:
    check = practising.noticed()
    practising.post(f"{check}/end", code="declined-photo")
    practising.post(f"{check}/followed", followed="left")
    specimen = practising.post(f"{check}/receipt", choice="give")
    assert "PRAC-TICE" in specimen.text
    assert "A specimen" in words(specimen)
    for part in ("overt-qr", "data-link", "data-pin", "/receipt#"):
        assert part not in specimen.text
    again = practising.get(f"{check}/receipt")
    assert again.url.path.endswith("/done"), "there is no other link to make"
    assert practising.post(f"{check}/receipt", choice="again").status_code == 409


# --- what happens on the way -----------------------------------------------------------------------------------------


def test_an_invented_supervisor_signs_off(practising: Trainee, shared_force: Force) -> None:
    child = {"age": "child", "ground": "missing", "power": "common-law-life", "offence": "not-required"}
    check = practising.opened(**child)
    assert "make sure that you are safe" in practising.get(f"{check}/notice").text
    assert shared_force.instance.sign_offs.waiting() == []


def test_another_officer_joins_and_judges(practising: Trainee, shared_force: Force) -> None:
    one = at(practising, "practice-alike")
    check = one.noticed()
    one.capture(check)
    link = re.search(r"/join#practice=([0-9a-f]{64})<", one.post(f"{check}/second").text)
    assert link
    with colleague_of(one, COLLEAGUE.id) as second:
        joined = second.phone.post("/api/v1/practice/join", json={"token": link[1]})
        assert joined.json() == {"way": "practice-alike", "encounter": str(check)}
        assert second.phone.post("/api/v1/practice/join", json={"token": link[1]}).status_code == 403
        page = marked(second.get(f"{check}/judge/A"))
        assert f"/practice-alike/{check}/photograph.jpg" in page.text
        assert second.get(f"{check}/photograph.jpg").headers["content-type"] == "image/jpeg"
        assert second.get(f"{check}/candidates/A.jpg").status_code == 200
        for letter in "AB":
            judged = {"feature.eyes": "similar", "verdict": "cannot-tell", "elapsed_ms": "9000"}
            shown = second.post(f"{check}/judge/{letter}", **judged)
        assert "Your judgement is recorded" in words(marked(shown))
    told = one.compare(check, {"A": "same", "B": "different"})
    assert "Cannot tell" in words(told)
    one.post(f"{check}/result", decision="follow-lead:A")
    one.close(check)
    assert "Another officer judged too" in words(one.get(f"{check}/done"))


def test_what_was_begun_is_found_again_and_only_ones_own(practising: Trainee, shared_force: Force) -> None:
    one = at(practising, "practice-none")
    check = one.noticed()
    assert f'href="/practice-none/{check}"' in one.phone.get("/practice").text
    assert str(check) not in one.phone.get("/").text, "the first page is about real checks"
    with colleague_of(one, COLLEAGUE.id) as other:
        assert str(check) not in other.phone.get("/practice").text
    one.post(f"{check}/end", code="mistake")
    assert str(check) not in one.phone.get("/practice").text


def test_nothing_is_owed_after_practice(practising: Trainee) -> None:
    before = words(practising.phone.get("/"))
    practising.whole()
    ended = practising.noticed()
    practising.post(f"{ended}/end", code="declined-photo")
    assert words(practising.phone.get("/")) == before


def test_practice_is_gone_with_the_process(practising: Trainee, shared_force: Force) -> None:
    check = practising.noticed()
    with trainee(shared_force) as after_a_restart:
        assert after_a_restart.get(f"{check}/camera").status_code == 404


# --- what a trainer would say ----------------------------------------------------------------------------------------


def test_the_last_page_says_what_went_well_and_what_did_not(practising: Trainee) -> None:
    one = at(practising, "practice-alike")
    check = one.noticed(tried_first=["not-available"])
    one.capture(check, photograph(1, faces=0))
    one.capture(check)
    one.compare(check, {"A": "same", "B": "same"}, elapsed_ms=900)
    one.post(f"{check}/result", decision="none-of-them")
    one.post(f"{check}/outcome", outcome="searched", when="now")
    one.post(f"{check}/corroboration", act="done")
    one.close(check)
    said = words(one.get(f"{check}/done"))
    for part in (
        "You tried no other means first",
        "Photographs that could not be used: 1",
        "Judged in less than five seconds: candidate A, B",
        "the same answers for every candidate",
        "You called somebody else the same person",
        "You changed your judgement after you were told the strength",
        "Nothing was stated",
        "without anything independent of the face",
    ):
        assert part in said
    assert "You took your time" not in said
    assert "nothing was written to the record" in said


def test_no_lesson_is_told_before_the_end(practising: Trainee) -> None:
    one = at(practising, "practice-alike")
    check = one.noticed()
    one.capture(check)
    page = one.get(f"{check}/done")
    assert "Who it was" not in page.text


def test_a_check_without_a_candidate_says_what_that_means(practising: Trainee) -> None:
    one = at(practising, "practice-none")
    said = words(one.get(f"{one.whole()}/done"))
    assert "is not in the gallery of practice" in said
    assert "A candidate is a lead, never an identification" in said
