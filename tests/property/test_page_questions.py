"""Whatever is posted before a check is open, there are four ways back, and only answers on the list are kept.

What is kept of an answer that is on no list (the reference of an intelligence, a day) is one that a check can hold.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import date

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.access import hash_token
from overt.encounter.opening_desk import DRAFT
from overt.encounter.questions import ORDER, question
from simulators.came_back import CameBack, what_came
from simulators.force import OFFICER, Force
from simulators.posted import ANY, HOSTILE, Offered, all_of, bodies, encoded, first, nothing_planted
from simulators.routes import URLENCODED, Form
from simulators.signed_in import ANSWERS
from simulators.trainee import Trainee, trainee

pytestmark = pytest.mark.slow

DAY = {"day": "1", "month": "2", "year": "2100"}
BEFORE = [name for name in ORDER if name in ANSWERS]
"""The questions of an ordinary stop."""


@pytest.fixture(scope="module")
def officer(shared_force: Force) -> Iterator[Trainee]:
    with trainee(shared_force, way="check") as signed_in:
        yield signed_in


@pytest.fixture(scope="module")
def sender(officer: Trainee) -> TestClient:
    """What breaks in the application is raised here."""
    return officer.sender()


def kept(officer: Trainee) -> dict[str, str | list[str]]:
    """The answers that are kept with the officer's session."""
    session = hash_token(urlsafe_b64decode(officer.token))
    found: dict[str, str | list[str]] = officer.force.instance.sessions.draft(session, DRAFT).get("answers", {})
    return found


def offered_by(force: Force, name: str) -> tuple[Form, Offered]:
    """The fields of a question's form, and what it offers."""
    if name == "intelligence_expires":
        return DAY, {}
    options = list(question(force.instance.policy, name).options)
    return ({name: "IR-2026/114"}, {}) if not options else ({}, {name: options})


def can_be_kept(force: Force, name: str, value: str | list[str]) -> bool:
    """Whether a check could be opened with this answer."""
    if name == "intelligence_reference":
        return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9/._-]{0,63}", str(value)) is not None
    if name == "intelligence_expires":
        return date.fromisoformat(str(value)).isoformat() == value
    values = value if isinstance(value, list) else [value]
    return bool(values) and set(values) <= set(question(force.instance.policy, name).options)


@pytest.mark.parametrize("name", ORDER)
@given(data=st.data(), ahead=st.integers(0, len(BEFORE)))
@settings(max_examples=15)
def test_there_are_four_ways_back_and_only_what_a_check_can_hold_is_kept(
    officer: Trainee, sender: TestClient, name: str, data: st.DataObject, ahead: int
) -> None:
    force = officer.force
    body = data.draw(bodies(*offered_by(force, name)))
    sender.post("/check/new", content=b"same=no", headers=URLENCODED)
    for each in BEFORE[:ahead]:
        officer.post(f"new/{each}", **{each: ANSWERS[each]})
    before = kept(officer)
    response = sender.post(f"/check/new/{name}", content=body, headers=URLENCODED)
    came, after = what_came(response), kept(officer)
    assert came in (CameBack.ONWARD, CameBack.ASKED_AGAIN, CameBack.REFUSED)
    if came is CameBack.ONWARD:
        assert {each: after[each] for each in after if each != name} == {
            each: before[each] for each in before if each != name
        }
        assert can_be_kept(force, name, after[name])
        assert sender.get(response.headers["location"]).status_code == 200
    else:
        assert after in (before, {}), "a refusal keeps what there was, or ends the asking"
    said = [each for each in all_of(body, name) if each]
    shown = [each for tag, each in nothing_planted(response).elements if tag == "input" and each.get("name") == name]
    if came is CameBack.ASKED_AGAIN and name == "intelligence_reference":
        assert shown[0]["value"] == (said[0] if said else ""), "what was entered comes back as it was"


@given(data=st.data())
@settings(max_examples=30)
def test_only_a_listed_end_ends_the_asking(officer: Trainee, sender: TestClient, data: st.DataObject) -> None:
    ends = list(officer.force.instance.policy.codes.ends)
    body = data.draw(bodies({"code": "mistake"}, {"code": ends}))
    sender.post("/check/new", content=b"same=no", headers=URLENCODED)
    officer.post("new/age", age="adult")
    response = sender.post("/check/new/end", content=body, headers=URLENCODED)
    ended = what_came(response) is CameBack.ONWARD
    assert ended == (kept(officer) == {})
    if ended:
        assert first(body, "code") in ends
        assert sender.get(response.headers["location"]).status_code == 200
    nothing_planted(response)


@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
@settings(max_examples=40)
def test_what_is_no_question_keeps_nothing(sender: TestClient, officer: Trainee, name: str) -> None:
    sender.post("/check/new", content=b"same=no", headers=URLENCODED)
    path = f"/check/new/{name}".split("?")[0].split("#")[0]
    response = sender.post(path, content=encoded([(name, "adult"), ("code", name)]), headers=URLENCODED)
    what_came(response)
    assert kept(officer).keys() <= {"age"}
    nothing_planted(response)


@given(decides=ANY | HOSTILE | st.sampled_from([OFFICER, "nobody", "demo-supervisor", "DEMO-OFFICER", "-"]))
@settings(max_examples=30)
def test_nobody_decides_but_an_officer_who_may(sender: TestClient, officer: Trainee, decides: str) -> None:
    said = encoded([("decides", decides)])
    for response in (
        sender.post("/check/new", content=said, headers=URLENCODED),
        sender.get(f"/check/new/same?{said.decode()}"),
        sender.post("/check/new", content=b"same=no&" + said, headers=URLENCODED),
    ):
        what_came(response)
        nothing_planted(response)
    if response.status_code != 303:
        return
    for name, value in ANSWERS.items():
        officer.post(f"new/{name}", **{name: value})
    response = sender.post("/check/new/open", content=b"", headers=URLENCODED)
    assert (what_came(response) is CameBack.ONWARD) == (decides.strip() in ("", OFFICER))
    nothing_planted(response)
