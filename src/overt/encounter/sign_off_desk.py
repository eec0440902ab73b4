"""A supervisor's sign-off of one check that is about to be opened: asked for, given or refused, used up.

Rules:
* It is the supervisor's own act, in their own session, on a phone that has just verified who holds it.
* It is given over these very answers by somebody who takes no part in the check, and is good for one check, for
  `GOOD_FOR` from when it was asked for.
* What a person tried and may not is an entry of a check that was not opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from overt.access import Permission, Session, require
from overt.encounter.desk import Desk
from overt.encounter.questions import needs_sign_off
from overt.encounter.verifying import Verifications, use_verification
from overt.errors import SignOffNotValid
from overt.identifiers import OfficerId

GOOD_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class SignOff:
    """A supervisor's yes or no to one check that is about to be opened. `given` is None until answered."""

    id: UUID
    officer: OfficerId
    fields: Mapping[str, Any]
    asked_at: datetime
    supervisor: OfficerId | None = None
    given: bool | None = None
    used: bool = False

    def is_fresh(self, now: datetime) -> bool:
        """Whether it was asked for within `GOOD_FOR`, and not in the future."""
        return self.asked_at <= now <= self.asked_at + GOOD_FOR


class SignOffs(Protocol):
    """Sign-offs asked for, given, used."""

    def ask(self, sign_off: SignOff) -> None: ...
    def find(self, sign_off: UUID) -> SignOff | None: ...
    def answer(self, sign_off: UUID, supervisor: OfficerId, given: bool) -> None: ...
    def use(self, sign_off: UUID) -> bool: ...


class SignOffDesk:
    """Asks supervisors, takes their answers, and uses them up."""

    def __init__(self, desk: Desk, verifications: Verifications, sign_offs: SignOffs) -> None:
        self._desk, self._verifications, self._sign_offs = desk, verifications, sign_offs

    def find(self, name: object) -> SignOff | None:
        """One request as it stands, by its identifier as text; None for what names none."""
        try:
            return self._sign_offs.find(UUID(str(name))) if name else None
        except ValueError:
            return None

    def ask(self, officer: OfficerId, document: Mapping[str, Any], known: SignOff | None) -> SignOff:
        """Ask for a sign-off over these answers; what waits for its answer, or has one, is not asked for again.

        Args:
            officer: who asks.
            document: the coded fields.
            known: what was asked for over these same answers before.
        """
        now = self._desk.around.now()
        if known is not None and (known.given is not None or known.is_fresh(now)):
            return known
        asked = SignOff(UUID(bytes=self._desk.around.draw(16), version=4), officer, document, now)
        self._sign_offs.ask(asked)
        return asked

    def give(self, session: Session, sign_off: UUID, given: bool) -> None:
        """Answer a request, as a supervisor.

        Raises:
            PermissionMissing: this person may not.
            SignOffNotValid: there is no such request, it was answered, is too old, or is the supervisor's own.
            VerificationMissing: the phone has not verified just now who holds it.
        """
        found = self._sign_offs.find(sign_off)
        asked = found.fields if found is not None else {}
        with self._desk.refusing_opening(asked, session.officer):
            require(self._desk.people.officer(session.officer), Permission.CHECK_SIGN_OFF)
            if found is None or found.given is not None or not found.is_fresh(self._desk.around.now()):
                raise SignOffNotValid(
                    "There is no such request, it has been answered, or it is older than half an hour."
                )
            if session.officer in (found.officer, found.fields.get("officer")):
                raise SignOffNotValid()
        use_verification(self._desk, self._verifications, session)
        with self._desk.refusing_opening(asked, session.officer):
            self._sign_offs.answer(sign_off, session.officer, given)

    def used_for(self, document: Mapping[str, Any], sign_off: SignOff | None) -> dict[str, Any]:
        """The field that says who signed off these answers, where they need it; the sign-off is used up.

        Raises:
            SignOffNotValid: refused, not answered, too old, used before, or over other answers.
        """
        if sign_off is None or not needs_sign_off(self._desk.policy, document):
            return {}  # where it is needed and none was asked for, `Desk.open` refuses, and records it
        same = dict(sign_off.fields) == dict(document)
        if not sign_off.given or not same or not sign_off.is_fresh(self._desk.around.now()):
            raise SignOffNotValid(
                "It was not given, is over other answers, or was asked for more than half an hour ago."
            )
        if not self._sign_offs.use(sign_off.id):
            raise SignOffNotValid("It has been used for another check.")
        return {"sign_off": sign_off.supervisor}
