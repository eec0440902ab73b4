"""Whatever a supervisor or an administrator posts, there are four ways back, and nobody becomes what is on no list.

A person has a name that an account can have, roles of the list that the giver may give, and a day that exists.
"""

import re
from collections.abc import Mapping

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.access import Officer, Role
from overt.cli.serve import new_session
from overt.identifiers import OfficerId
from overt.service.app import make_app
from simulators.came_back import CameBack, what_came
from simulators.force import Force
from simulators.posted import Offered, all_of, bodies, encoded, first, nothing_planted
from simulators.routes import FORMS, URLENCODED, Address
from simulators.signed_in import hired
from simulators.trainee import HOME

pytestmark = pytest.mark.slow

ROLES: Offered = {"roles": [each.value for each in Role]}
GIVERS = {"demo-supervisor": {Role.OFFICER}, "admin": set(Role)}
"""Who may give which roles."""
NEW, REST = "/people/new", ("name", "day", "month", "year")
PLAIN = sorted(
    path
    for path in FORMS
    if path.startswith(("/people", "/phones", "/sign-offs", "/me/passkeys")) and "new" not in path
)


@pytest.fixture(scope="module")
def clients(shared_force: Force) -> Mapping[str, TestClient]:
    """Signed-in people by name, each in a client that follows no redirect; what breaks in the application is raised."""
    hired(shared_force, "admin", Role.ADMINISTRATOR)
    hired(shared_force, "pc-2", Role.OFFICER)
    app = make_app(shared_force.instance, shared_force.desks)
    tokens = {name: new_session(shared_force.instance, OfficerId(name)) for name in GIVERS}
    return {
        name: TestClient(app, HOME, headers={"Authorization": f"Bearer {token}"}, follow_redirects=False)
        for name, token in tokens.items()
    }


def everybody(force: Force) -> dict[OfficerId, Officer]:
    return {each.id: each for each in force.instance.accounts.everybody()}


@pytest.mark.parametrize("path", ["/people/new", "/people/{account}/training"])
@given(giver=st.sampled_from(sorted(GIVERS)), data=st.data())
@settings(max_examples=100)
def test_nobody_becomes_what_is_on_no_list(
    shared_force: Force, clients: Mapping[str, TestClient], path: str, giver: str, data: st.DataObject
) -> None:
    before, body = everybody(shared_force), data.draw(bodies(FORMS[path], ROLES))
    response = clients[giver].post(Address(path, "POST").filled(account="pc-2"), content=body, headers=URLENCODED)
    came, after = what_came(response), everybody(shared_force)
    changed = [each for name, each in after.items() if before.get(name) != each]
    assert len(changed) <= 1
    for each in changed:
        assert came is CameBack.ONWARD
        assert each.id == ("pc-2" if "{account}" in path else first(body, "name"))
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}", each.id)
        assert {role.value for role in each.roles} == set(all_of(body, "roles")) - {""}
        assert each.roles <= GIVERS[giver]
        day = [first(body, part) for part in ("year", "month", "day")]
        assert each.trained_until.isoformat() == "-".join(part.zfill(2) for part in day)
    if came is CameBack.ONWARD:
        assert clients[giver].get(response.headers["location"]).status_code == 200
    page = nothing_planted(response)
    shown = [said for tag, said in page.elements if tag == "input" and said.get("name") == "name"]
    if came is CameBack.ASKED_AGAIN and path == "/people/new":
        assert shown[0].get("value", "") == first(body, "name"), "what was entered comes back as it was"


@pytest.mark.parametrize("role", ["root", "Officer", "officer,supervisor", "officer\u200b"])
def test_a_role_that_is_none_is_refused_with_those_beside_it(
    shared_force: Force, clients: Mapping[str, TestClient], role: str
) -> None:
    before = everybody(shared_force)
    body = encoded([("roles", "officer"), ("roles", role), *[(name, str(FORMS[NEW][name])) for name in REST]])
    response = clients["admin"].post(NEW, content=body, headers=URLENCODED)
    assert what_came(response) is CameBack.REFUSED
    assert everybody(shared_force) == before


@pytest.mark.parametrize("path", PLAIN)
@given(data=st.data())
@settings(max_examples=15)
def test_every_other_form_has_the_same_four_ways_back(
    shared_force: Force, clients: Mapping[str, TestClient], path: str, data: st.DataObject
) -> None:
    named = data.draw(st.sampled_from(["demo-supervisor", "nobody", "a b", "..", "\u0430dmin"]))
    body = data.draw(bodies(FORMS[path], {}))
    before = everybody(shared_force)
    response = clients["demo-supervisor"].post(
        Address(path, "POST").filled(account=named), content=body, headers=URLENCODED
    )
    came = what_came(response)
    assert came is not CameBack.SHOWN or path.endswith("/link"), "a link is shown once, and by its page"
    nothing_planted(response)
    assert everybody(shared_force) == before, "nobody does anything to themselves, or to somebody who is not there"
