"""The first page: what waits for whoever is signed in, and nothing that is somebody else's."""

import os
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from overt.access import Role, Session, hash_token
from overt.encounter import OwedKind
from overt.encounter.sign_off_desk import SignOff
from overt.identifiers import EncounterId, OfficerId
from overt.service.app import make_app
from overt.service.pages.home import PATHS
from overt.store.creation import demo_device_id
from simulators.camera import photograph
from simulators.force import OFFICER, Force
from simulators.signed_in import hired

pytestmark = pytest.mark.usefixtures("next_hour")


@pytest.fixture(scope="module")
def client(shared_force: Force) -> Iterator[TestClient]:
    with TestClient(make_app(shared_force.instance, shared_force.desks), "http://localhost") as made:
        yield made


def first_page(client: TestClient, force: Force, account: OfficerId, *, phone: bool = True) -> str:
    token, now = os.urandom(32), force.clock()
    device = demo_device_id(force.instance.about.id) if phone else None
    force.instance.sessions.open(Session(hash_token(token), account, now, now, device, simulated=True))
    answer = client.get("/", headers={"authorization": f"Bearer {urlsafe_b64encode(token).decode()}"})
    assert answer.status_code == 200
    return answer.text


def new_officer(force: Force) -> OfficerId:
    return hired(force, f"pc-{uuid4()}", Role.OFFICER)


def test_an_open_check_is_where_it_can_be_gone_on_with(client: TestClient, shared_force: Force) -> None:
    mine, other = new_officer(shared_force), new_officer(shared_force)
    check = shared_force.noticed(mine, officer=mine)
    assert f"/check/{check}" in first_page(client, shared_force, mine)
    assert str(check) not in first_page(client, shared_force, other)
    shared_force.desks.check.end(check, mine, "mistake")
    assert str(check) not in first_page(client, shared_force, mine), "nothing is owed for it"


def test_what_is_owed_waits_with_its_address(client: TestClient, shared_force: Force) -> None:
    assert set(PATHS) == {kind.value for kind in OwedKind}
    mine = new_officer(shared_force)
    declined = shared_force.noticed(mine, officer=mine)
    shared_force.desks.check.end(declined, mine, "declined-photo")
    page = first_page(client, shared_force, mine)
    assert f"/check/{declined}/followed" in page
    shared_force.desks.check.followed(declined, mine, next(iter(shared_force.instance.policy.codes.followed)))
    assert f"/check/{declined}/followed" not in first_page(client, shared_force, mine)


def test_what_is_due_first_stands_first(client: TestClient, shared_force: Force) -> None:
    mine = new_officer(shared_force)
    checks: list[EncounterId] = []
    for _ in range(2):
        check = shared_force.noticed(mine, officer=mine)
        shared_force.capture(check, photograph(5), actor=mine)
        shared_force.desks.check.end(check, mine, "not-completed")
        checks.append(check)
        shared_force.clock.forward(days=2)
    page = first_page(client, shared_force, mine)
    places = [page.find(f"/check/{check}/identity") for check in checks]
    assert -1 < places[0] < places[1]


def test_without_a_phone_or_training_no_check_is_begun(client: TestClient, shared_force: Force) -> None:
    trained = new_officer(shared_force)
    untrained = hired(shared_force, f"pc-{uuid4()}", Role.OFFICER, trained_until=date(2020, 1, 1))
    assert 'action="/check/new"><button class="govuk-button overt-big">' in first_page(client, shared_force, trained)
    for page in (
        first_page(client, shared_force, trained, phone=False),
        first_page(client, shared_force, untrained),
    ):
        assert 'action="/check/new"><button class="govuk-button overt-big" disabled' in page


def test_who_signs_off_sees_what_waits_and_nobody_else_does(client: TestClient, shared_force: Force) -> None:
    asked = SignOff(uuid4(), OFFICER, {"age": "child"}, shared_force.clock())
    shared_force.instance.sign_offs.ask(asked)
    link = f"/sign-offs/{asked.id}"
    sarge = hired(shared_force, f"sgt-{uuid4()}", Role.SUPERVISOR)
    assert link in first_page(client, shared_force, sarge)
    for role in set(Role) - {Role.SUPERVISOR}:
        assert link not in first_page(client, shared_force, hired(shared_force, f"x-{uuid4()}", role)), role


@pytest.mark.parametrize("role", Role)
def test_what_is_looked_after_is_shown_to_who_may(client: TestClient, shared_force: Force, role: Role) -> None:
    page = first_page(client, shared_force, hired(shared_force, f"x-{uuid4()}", role))
    assert ('href="/people"' in page) == (role in (Role.SUPERVISOR, Role.ADMINISTRATOR))
    assert ("/check/new" in page) == (role is Role.OFFICER)


def test_a_stranger_learns_the_name_and_how_to_sign_in(client: TestClient) -> None:
    page = client.get("/").text
    assert 'data-act="sign-in"' in page
    assert "/check/" not in page
    assert "demo-officer" not in page
