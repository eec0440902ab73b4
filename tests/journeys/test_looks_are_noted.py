"""Every look at a record is a line of the private journal: accounts, sign-offs, checks that are over, receipts."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from overt.cli.serve import new_session
from overt.encounter.receipt_desk import HOLDER
from overt.errors import PinWrong
from overt.identifiers import OfficerId
from overt.service.app import make_app
from overt.store.journal import Act, Line
from simulators.force import OFFICER, Force
from simulators.signed_in import CHILD, signed_in
from simulators.trainee import HOME

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("next_hour")]
SARGE = OfficerId("demo-supervisor")
READER = Line("host:test", Act.CONSULTED, "journal", "a test")


def client_of(force: Force, account: OfficerId) -> Iterator[TestClient]:
    headers = {"Authorization": f"Bearer {new_session(force.instance, account)}"}
    with TestClient(make_app(force.instance, force.desks), HOME, headers=headers, follow_redirects=False) as client:
        yield client


@pytest.fixture
def supervisor(shared_force: Force) -> Iterator[TestClient]:
    yield from client_of(shared_force, SARGE)


@pytest.fixture
def officer(shared_force: Force) -> Iterator[TestClient]:
    yield from client_of(shared_force, OFFICER)


@pytest.fixture
def since(shared_force: Force) -> int:
    return [each.number for each in shared_force.instance.ledger.journal.read(READER)][-1]


def looks(force: Force, since: int) -> list[tuple[str, str, str]]:
    found = force.instance.ledger.journal.read(READER, since)
    told = [(each.line.actor, each.line.act.value, each.line.subject) for each in found]
    return [each for each in told if each[2] != "journal"]


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("/people", "accounts"),
        (f"/people/{OFFICER}", f"account:{OFFICER}"),
        (f"/people/{OFFICER}/training", f"account:{OFFICER}"),
    ],
)
def test_an_account(shared_force: Force, supervisor: TestClient, since: int, path: str, subject: str) -> None:
    assert supervisor.get(path).status_code == 200
    assert looks(shared_force, since) == [(SARGE, "consulted", subject)]


def test_nobody_there_is_nothing_to_look_at(shared_force: Force, supervisor: TestClient, since: int) -> None:
    assert supervisor.get("/people/nobody-of-that-name").status_code == 404
    assert looks(shared_force, since) == []


def test_a_check_that_asks_for_a_sign_off(shared_force: Force, supervisor: TestClient) -> None:
    asking = signed_in(shared_force, OFFICER)
    asking.answers(CHILD)
    sign_off = shared_force.desks.opening.ask_sign_off(asking.session).id
    since = [each.number for each in shared_force.instance.ledger.journal.read(READER)][-1]
    assert supervisor.get(f"/sign-offs/{sign_off}").status_code == 200
    assert looks(shared_force, since) == [(SARGE, "consulted", f"sign-off:{sign_off}")]


def test_a_check_that_is_over(shared_force: Force, officer: TestClient) -> None:
    encounter = shared_force.noticed()
    shared_force.desks.check.end(encounter, OFFICER, "mistake")
    since = [each.number for each in shared_force.instance.ledger.journal.read(READER)][-1]
    assert officer.get(f"/api/v1/encounters/{encounter}").status_code == 200
    assert looks(shared_force, since) == [(OFFICER, "consulted", f"encounter:{encounter}")]


def test_a_receipt_that_was_opened_with_its_pin(shared_force: Force) -> None:
    encounter = shared_force.noticed()
    shared_force.desks.check.end(encounter, OFFICER, "mistake")
    given = shared_force.desks.receipts.give(encounter, OFFICER)
    since = [each.number for each in shared_force.instance.ledger.journal.read(READER)][-1]
    with pytest.raises(PinWrong):
        shared_force.desks.receipts.inside(given.secret, f"{(int(given.pin) + 1) % 1_000_000:06d}")
    shared_force.desks.receipts.front(given.secret)
    assert looks(shared_force, since) == [], "the front tells nothing of the check"
    shared_force.desks.receipts.inside(given.secret, given.pin)
    assert looks(shared_force, since) == [(HOLDER, "disclosed", f"encounter:{encounter}")]
