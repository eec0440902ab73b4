"""Whatever is posted to a form of a check, there are four ways back, and only a listed answer moves the check.

The four: onward, a page, the same question with an error linked to its field, a refusal of the error tree. Bytes that
are no form, fields that are another form's, answers that are not on the list, each as often as somebody likes; at the
step where the form is due, and at others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.encounter import Encounter
from overt.encounter.steps import FollowUp
from overt.ledger.deeds import Deed
from overt.policy import Policy
from overt.policy.codes import DecisionKind, WhoItWas
from simulators.came_back import CameBack, what_came
from simulators.force import Force
from simulators.posted import Offered, bodies, first, nothing_planted
from simulators.routes import FORMS, URLENCODED, Address
from simulators.standing import DUE, Standing
from simulators.trainee import Trainee, trainee

pytestmark = pytest.mark.slow

CHECK = "/{way}/{encounter}/"
SHOWS = {"receipt"}
"""Forms that are answered by a page: link and PIN are shown once, and nothing leads back to them."""


@pytest.fixture(scope="module")
def officer(shared_force: Force) -> Iterator[Trainee]:
    shared_force.enrol(1)
    with trainee(shared_force, way="check") as signed_in:
        yield signed_in


@pytest.fixture(scope="module")
def sender(officer: Trainee) -> TestClient:
    """What breaks in the application is raised here."""
    return officer.sender()


@pytest.fixture(scope="module")
def standing(officer: Trainee) -> Mapping[str, Standing]:
    return {form: Standing(officer, CHECK + form) for form in DUE}


def offered_by(policy: Policy, form: str) -> Offered:
    """What the page of a form offers where a form is due, by field; the first field is the one that decides."""
    codes = policy.codes
    letters = {DecisionKind.LEAD: ":A", DecisionKind.NONE_CHOSEN: ""}
    decisions = [code + letters[rule.kind] for code, rule in policy.decisions.items() if rule.kind in letters]
    who = [each + (":A" if each == WhoItWas.CANDIDATE_SHOWN else "") for each in codes.who_it_was]
    offered: dict[str, Offered] = {
        "notice": {"code": list(codes.notices)},
        "end": {"code": list(codes.ends)},
        "followed": {"followed": list(codes.followed)},
        "compare/{letter}": {
            "verdict": list(codes.verdicts),
            **{f"feature.{each}": list(codes.feature_answers) for each in codes.features},
        },
        "result": {"decision": decisions},
        "outcome": {"outcome": list(policy.outcomes)},
        "corroboration": {"act": ["done", "add"], "code": list(codes.corroboration)},
        "about/{name}": {"sex": list(policy.demographics.sex)},
        "receipt": {"choice": ["give", "decline", "again"]},
        "identity": {"identity": list(codes.identity_established_by)},
        "identity/{by}": {"who_it_was": who},
    }
    return offered[form]


def standing_still(check: Encounter) -> Encounter:
    """A check without what is noted in it of somebody who was refused, which moves nothing."""
    made = tuple(deed for deed in check.past if deed not in (Deed.ENCOUNTER_STEP_REFUSED, FollowUp.REFUSED_STEP))
    return replace(check, past=made, step_refusals=())


@pytest.mark.parametrize("form", DUE)
@given(data=st.data())
@settings(max_examples=20)
def test_there_are_four_ways_back_and_only_a_listed_answer_moves_a_check(
    officer: Trainee, sender: TestClient, standing: Mapping[str, Standing], form: str, data: st.DataObject
) -> None:
    book, offered = officer.force.instance.book, offered_by(officer.force.instance.policy, form)
    body = data.draw(bodies(FORMS[CHECK + form], offered))
    check = standing[data.draw(st.just(form) | st.just(form) | st.sampled_from(list(DUE)))]()
    before = book.load(check)
    address = Address(CHECK + form, "POST").filled(encounter=check, name="sex")
    response = sender.post(address, content=body, headers=URLENCODED)
    came = what_came(response)
    if standing_still(before) != standing_still(book.load(check)):
        deciding = next(iter(offered))
        assert first(body, deciding) in offered[deciding]
        assert came in (CameBack.ONWARD, CameBack.SHOWN)
    if came is CameBack.ONWARD:
        assert sender.get(response.headers["location"], follow_redirects=True).status_code == 200
    assert came is not CameBack.SHOWN or form in SHOWS
    nothing_planted(response)
