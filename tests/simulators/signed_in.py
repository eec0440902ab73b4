"""People signed in with a passkey at a force in a test, without a browser; and what their attempts leave behind."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from overt.access import Officer, Role, Session, hash_token
from overt.errors import Refusal
from overt.identifiers import OfficerId
from overt.store.creation import demo_device_id
from simulators.force import STREET, Force

ANSWERS: Mapping[str, Any] = {name: value for name, value in STREET.items() if name != "officer"}
"""The answers of an ordinary stop."""
MISSING: Mapping[str, Any] = {
    **ANSWERS,
    "ground": "missing",
    "details": "cannot-give",
    "power": "common-law-life",
    "offence": "not-required",
    "without_this": "would-seek-help",
}
CHILD: Mapping[str, Any] = {**MISSING, "age": "child"}
"""The answers for a child who may be missing: a supervisor has to sign them off."""


@dataclass
class SignedInPerson:
    """Somebody with a session on a phone of the force."""

    force: Force
    session: Session

    @property
    def account(self) -> OfficerId:
        """Who it is."""
        return self.session.officer

    def verifies(self) -> "SignedInPerson":
        """The phone verifies its holder, now."""
        self.force.instance.sessions.verified(self.session.token_hash)
        self.session = replace(self.session, verified_at=self.force.clock())
        return self

    def answers(self, answers: Mapping[str, Any] = ANSWERS, *, decides: str = "", second: bool = False) -> None:
        """Begin a check, and answer every question."""
        desk = self.force.desks.opening
        desk.begin(self.session, decides=decides, second_in_stop=second)
        for name, value in answers.items():
            desk.answer(self.session, name, value if isinstance(value, list) else [value])


def signed_in(force: Force, account: OfficerId, *, phone: bool = True, simulated: bool = False) -> SignedInPerson:
    """Sign an account in, on the force's phone or on none; nobody else's session there is ended."""
    now = force.clock()
    device = demo_device_id(force.instance.about.id) if phone else None
    session = Session(hash_token(os.urandom(32)), account, now, now, device, simulated)
    # Whoever signs in on a phone ends the others' sessions there: in a test, each has a phone that looks the same.
    force.instance.sessions.open(replace(session, device=None))
    return SignedInPerson(force, session)


def hired(force: Force, name: str, *roles: Role, trained_until: date = date(2999, 1, 1)) -> OfficerId:
    """An account of the force."""
    account = OfficerId(name)
    force.instance.accounts.authorise(Officer(account, frozenset(roles), trained_until))
    return account


@contextmanager
def refused(force: Force, error: type[Refusal], *entries: str) -> Iterator[None]:
    """What is done within is refused, and leaves exactly these entries; the refusal says where the last of them is."""
    force.instance.ledger.close_days()  # past midnight of the test's clock it is no entry of this refusal
    before = len(force.deeds())
    with pytest.raises(error) as raised:
        yield
    assert raised.type is error
    left = force.deeds()[before:]
    assert left == list(entries), f"entries: {left}"
    assert raised.value.recorded_at == (before + len(entries) - 1 if entries else None), raised.value.recorded_at
