"""What somebody may try who wants practice to be taken for the real thing, or the real thing for practice."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from overt.access import Officer, Role, hash_token
from overt.capture.limits import MAX_BYTES
from overt.identifiers import EncounterId, OfficerId
from overt.practice.book import BOUNDS, MOST_MOVES
from overt.practice.people import NONCES
from overt.practice.scenes import Scenario
from overt.service.app import make_app
from simulators.camera import photograph
from simulators.force import OFFICER, STREET, Force
from simulators.trainee import HOME, Trainee, colleague_of, encounter_in, trainee

WAYS = [scenario.value for scenario in Scenario]
PAGES = (
    "",
    "/notice",
    "/camera",
    "/compare",
    "/compare/A",
    "/candidates/A.jpg",
    "/waiting",
    "/result",
    "/outcome",
    "/corroboration",
    "/about",
    "/about/sex",
    "/receipt",
    "/done",
    "/followed",
    "/identity",
    "/owed-notice",
    "/judge",
    "/judge/A",
)
FORMS = ("/notice", "/end", "/compare/A", "/waiting", "/result", "/outcome", "/receipt", "/followed", "/second")
COLLEAGUE = Officer(OfficerId("colleague"), frozenset({Role.OFFICER}), date(2100, 1, 1))


@pytest.fixture(scope="module")
def one(shared_force: Force) -> Iterator[Trainee]:
    shared_force.enrol(1)
    shared_force.instance.accounts.authorise(COLLEAGUE)
    with trainee(shared_force) as signed_in:
        yield signed_in


@pytest.fixture(scope="module")
def colleague(one: Trainee) -> Iterator[Trainee]:
    with colleague_of(one, COLLEAGUE.id) as signed_in:
        yield signed_in


def deeds(force: Force) -> int:
    return force.instance.ledger.head().size


# --- one way's check is nothing on another ---------------------------------------------------------------------------


@pytest.mark.parametrize("there", ["check", "practice-none", "practice-alike"])
def test_a_practice_check_is_unknown_elsewhere(one: Trainee, shared_force: Force, there: str) -> None:
    check, size = one.noticed(), deeds(shared_force)
    one.capture(check)
    assert unknown(one.elsewhere(there), check) == []
    assert deeds(shared_force) == size
    assert one.get(f"{check}/compare").status_code == 200, "where it belongs it goes on"


@pytest.mark.parametrize("way", WAYS)
def test_a_real_check_is_unknown_to_practice(one: Trainee, shared_force: Force, way: str) -> None:
    real = one.elsewhere("check")
    check, size = real.noticed(), deeds(shared_force)
    assert unknown(one.elsewhere(way), check) == []
    assert one.phone.get(f"/{way}/{check}/photograph.jpg").status_code == 404
    assert deeds(shared_force) == size
    assert real.capture(check).json()["candidates"] == ["A"], "and can still be answered"
    real.post(f"{check}/end", code="mistake")


def unknown(way: Trainee, check: EncounterId) -> list[str]:
    """The addresses of a way that know this check, which is not its own."""
    form = {
        "code": "given",
        "decision": "no-candidate",
        "outcome": "let-go",
        "when": "now",
        "choice": "give",
        "followed": "left",
    }
    answered = {f"GET {page}": way.get(f"{check}{page}") for page in PAGES}
    answered |= {f"POST {page}": way.post(f"{check}{page}", **form) for page in FORMS}
    sent = {"Overt-Nonce": "0" * 64, "Overt-Signature": "0" * 128, "Overt-Shutter": "guided"}
    answered["nonce"] = way.phone.post(f"{way.api}/{check}/nonce")
    answered["answer"] = way.phone.get(f"{way.api}/{check}/answer")
    answered["capture"] = way.phone.post(f"{way.api}/{check}/capture", content=b"x", headers=sent)
    return [
        name
        for name, response in answered.items()
        if response.status_code != 404 or "encounter_unknown" not in response.text
    ]


@pytest.mark.parametrize("step", ["comparison", "reveal", "decision", "receipt", "notice", "end"])
def test_the_interface_of_real_checks_knows_no_practice(one: Trainee, step: str) -> None:
    check = one.noticed()
    body = {"comparison": {"answers": []}, "decision": {"code": "no-candidate"}}.get(step, {"code": "given"})
    answered = one.phone.post(f"/api/v1/encounters/{check}/{step}", json={} if step in ("reveal", "receipt") else body)
    assert (answered.status_code, answered.json()["code"]) == (404, "encounter_unknown")


def test_there_is_no_drawing_beside_a_real_check(one: Trainee) -> None:
    real = one.elsewhere("check")
    check = real.noticed()
    assert real.get(f"{check}/photograph.jpg").status_code == 404
    real.post(f"{check}/end", code="mistake")


# --- nonces, answers and links ---------------------------------------------------------------------------------------


def test_a_nonce_of_practice_takes_no_real_photograph(one: Trainee, shared_force: Force) -> None:
    real = one.elsewhere("check")
    practised, check = one.noticed(), real.noticed()
    nonce = one.nonce(practised)
    refused = real.capture(check, nonce=nonce)
    assert (refused.status_code, refused.json()["code"]) == (403, "capture_foreign")
    assert "encounter:search:performed" not in shared_force.deeds()[-2:]
    assert one.capture(practised, nonce=nonce).status_code == 200, "and was not used up by that"
    real.post(f"{check}/end", code="mistake")


def test_a_real_nonce_takes_no_photograph_of_practice(one: Trainee) -> None:
    real = one.elsewhere("check")
    practised, check = one.noticed(), real.noticed()
    nonce = real.nonce(check)
    refused = one.capture(practised, nonce=nonce)
    assert (refused.status_code, refused.json()["code"]) == (403, "capture_foreign")
    assert real.capture(check, nonce=nonce).status_code == 200, "and was not used up by that"
    real.post(f"{check}/end", code="mistake")


def test_a_nonce_of_practice_is_good_once_in_its_own_check_and_scenario(one: Trainee) -> None:
    check, other = one.noticed(), one.noticed()
    nonce = one.nonce(check)
    assert one.capture(other, nonce=nonce).json()["code"] == "capture_foreign"
    assert one.capture(check, nonce=nonce).json()["code"] == "capture_replayed"
    elsewhere = one.elsewhere("practice-none")
    assert elsewhere.capture(elsewhere.noticed(), nonce=one.nonce(check)).json()["code"] == "capture_foreign"


def test_a_signature_has_to_be_the_phones(one: Trainee) -> None:
    check = one.noticed()
    refused = one.capture(check, **{"Overt-Signature": "0" * 128})
    assert (refused.status_code, refused.json()["code"]) == (403, "capture_signature_invalid")


def test_practice_is_answered_once_too(one: Trainee) -> None:
    check = one.noticed()
    nonces = [one.nonce(check) for _ in range(2)]
    assert one.capture(check, nonce=nonces[0]).status_code == 200
    assert one.capture(check, nonce=nonces[1]).json()["code"] == "search_already_answered"


def test_a_second_officers_link_opens_only_its_own_way(one: Trainee, colleague: Trainee) -> None:
    shown = {}
    for way in ("check", "practice"):
        check = one.elsewhere(way).noticed()
        one.elsewhere(way).capture(check)
        page = one.elsewhere(way).post(f"{check}/second").text
        found = re.search(r"/join#(second|practice)=([0-9a-f]{64})", page)
        assert found
        shown[way] = (found[1], found[2], check)
    assert (shown["check"][0], shown["practice"][0]) == ("second", "practice")
    joins = {"check": "/api/v1/encounters/join", "practice": "/api/v1/practice/join"}
    for way, other in (("check", "practice"), ("practice", "check")):
        refused = colleague.phone.post(joins[other], json={"token": shown[way][1]})
        assert (refused.status_code, refused.json()["code"]) == (403, "invitation_invalid")
    for way, (_, token, check) in shown.items():
        assert colleague.phone.post(joins[way], json={"token": token}).json()["encounter"] == str(check)
        assert colleague.elsewhere(way).get(f"{check}/judge/A").status_code == 200
    one.elsewhere("check").post(f"{shown['check'][2]}/end", code="mistake")


def test_nobody_joins_their_own_practice(one: Trainee) -> None:
    check = one.noticed()
    one.capture(check)
    found = re.search(r"/join#practice=([0-9a-f]{64})", one.post(f"{check}/second").text)
    assert found
    refused = one.phone.post("/api/v1/practice/join", json={"token": found[1]})
    assert refused.json()["code"] == "second_judgement_not_possible"


# --- somebody else's practice ----------------------------------------------------------------------------------------


def test_somebody_elses_practice_is_theirs(one: Trainee, colleague: Trainee, shared_force: Force) -> None:
    check, size = one.noticed(), deeds(shared_force)
    one.capture(check)
    for page in ("notice", "camera", "compare", "result", "done", "photograph.jpg", "candidates/A.jpg"):
        assert colleague.get(f"{check}/{page}").status_code == 403, page
    assert colleague.post(f"{check}/end", code="mistake").status_code == 403
    assert colleague.phone.post(f"{colleague.api}/{check}/nonce").json()["code"] == "not_your_encounter"
    assert deeds(shared_force) == size
    assert one.get(f"{check}/compare").status_code == 200


def test_candidates_are_shown_in_the_session_that_asked_and_while_the_check_is_open(
    one: Trainee, shared_force: Force
) -> None:
    check = one.noticed()
    one.capture(check)
    assert one.get(f"{check}/candidates/A.jpg").status_code == 200
    with colleague_of(one, OFFICER) as own_other_session:
        assert "answer_of_another_session" in own_other_session.get(f"{check}/candidates/A.jpg").text
        assert "answer_of_another_session" in own_other_session.get(f"{check}/compare").text
    one.post(f"{check}/end", code="mistake")
    assert one.get(f"{check}/candidates/A.jpg").status_code == 409


def test_a_stranger_is_told_nothing_and_counted_once(one: Trainee, shared_force: Force) -> None:
    check = one.noticed()
    stranger = TestClient(one.phone.app, HOME)
    for address in (f"{one.api}/{check}/nonce", f"{one.api}/{uuid4()}/nonce", "/api/v1/practice/join"):
        answered = stranger.post(address, json={"token": "0" * 64})
        assert (answered.status_code, answered.json()["code"]) == (401, "not_signed_in")
    assert stranger.get(f"/practice/{check}/photograph.jpg", follow_redirects=False).status_code == 303


# --- drafts and sign-offs --------------------------------------------------------------------------------------------


def test_answers_of_practice_open_no_real_check_nor_the_other_way_round(one: Trainee, shared_force: Force) -> None:
    real, size = one.elsewhere("check"), deeds(shared_force)
    real.post("new", same="no")
    real.post("new/age", age="adult")
    assert one.answered().url.path.endswith("/notice"), "in practice all is answered"
    assert real.get("new/open").url.path == "/check/new/tried_first", "and here only the age is"
    assert deeds(shared_force) == size
    assert one.elsewhere("practice-none").post("new/open").status_code == 422, "each scenario has its own"
    real.post("new/end", code="mistake")


def test_a_sign_off_of_practice_opens_no_real_check(one: Trainee, shared_force: Force) -> None:
    child = {"age": "child", "ground": "missing", "power": "common-law-life", "offence": "not-required"}
    one.answer(**child)
    assert one.get("new/sign-off").status_code == 200
    session = shared_force.instance.sessions.find(hash_token(urlsafe_b64decode(one.token)))
    assert session is not None
    asked = one.phone.app.state.practices.of[Scenario.ENROLLED].desks.opening.sign_off(session)  # type: ignore[attr-defined]
    assert asked.given
    refused = one.phone.post("/api/v1/encounters", json={**STREET, **child, "sign_off": str(asked.id)})
    assert refused.json()["code"] == "sign_off_required"
    with colleague_of(one, OfficerId("demo-supervisor")) as supervisor:
        assert supervisor.phone.get(f"/sign-offs/{asked.id}").status_code == 404


# --- filling the memory ----------------------------------------------------------------------------------------------


def test_whoever_opens_without_end_crowds_out_only_themselves(one: Trainee, colleague: Trainee) -> None:
    way = one.elsewhere("practice-none")
    theirs = colleague.elsewhere("practice-none").opened()
    own = [way.opened() for _ in range(BOUNDS.most_each + 3)]
    assert colleague.elsewhere("practice-none").get(f"{theirs}/notice").status_code == 200
    left = [each for each in own if way.get(f"{each}/notice").status_code == 200]
    assert left == own[-BOUNDS.most_each :]


def test_whoever_holds_the_phone_for_others_crowds_out_only_themselves(one: Trainee, colleague: Trainee) -> None:
    way = one.elsewhere("practice-none")
    theirs = colleague.elsewhere("practice-none").opened()
    for _ in range(BOUNDS.most_each + 1):
        way.answer(decides=COLLEAGUE.id)
        assert encounter_in(way.post("new/open"))
    assert colleague.elsewhere("practice-none").get(f"{theirs}/notice").status_code == 200


def test_whoever_is_refused_without_end_loses_the_check(one: Trainee) -> None:
    check = one.opened()
    answered = [one.post(f"{check}/notice", code="nonsense").status_code for _ in range(MOST_MOVES + 5)]
    assert set(answered[: MOST_MOVES - 1]) == {422}
    assert set(answered[MOST_MOVES:]) == {404}


def test_nonces_are_bounded(one: Trainee) -> None:
    check = one.noticed()
    first = one.nonce(check)
    for _ in range(NONCES.most_each):
        latest = one.nonce(check)
    assert one.capture(check, nonce=first).json()["code"] == "capture_foreign", "it made room"
    assert one.capture(check, nonce=latest).status_code == 200


def test_a_capture_too_large_is_cut_off_and_moves_nothing(one: Trainee) -> None:
    check = one.noticed()
    refused = one.capture(check, bytes(MAX_BYTES + 1))
    assert (refused.status_code, refused.json()["code"]) == (413, "image_too_large")
    assert one.capture(check).status_code == 200


def test_a_file_that_is_no_photograph_is_refused(one: Trainee) -> None:
    check = one.noticed()
    assert one.capture(check, b"GIF89a").json()["code"] == "unreadable_image"


def test_another_site_cannot_practise_for_somebody(shared_force: Force) -> None:
    app = make_app(shared_force.instance, shared_force.desks)
    with TestClient(app, HOME) as phone:
        for path in ("/practice/new", "/api/v1/practice/join", f"/api/v1/practice/practice/{uuid4()}/nonce"):
            refused = phone.post(path, headers={"Sec-Fetch-Site": "cross-site"})
            assert refused.json()["code"] == "cross_site"


@pytest.mark.parametrize("way", ["practices", "practice-", "practice-both", "checks", "PRACTICE"])
def test_there_are_no_other_ways(one: Trainee, way: str) -> None:
    assert one.phone.post(f"/{way}/new").status_code in (400, 404)
    assert one.phone.post(f"/api/v1/practice/{way}/{uuid4()}/nonce").status_code == 400


def test_a_photograph_of_two_is_refused_before_anything(one: Trainee) -> None:
    check = one.noticed()
    assert one.capture(check, photograph(1, faces=2)).json()["code"] == "several_faces"
