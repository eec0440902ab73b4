"""From the first question to an open check: one answer at a time, kept with the session until the check is opened.

Rules:
* An answer that leaves no lawful check ends the asking at once: the refusal is an entry, and the answers are forgotten.
* Ending before a check is open is counted like every early end (an entry without a check), and forgets the answers too.
* A check is opened by the phone that has just verified who holds it; the verification is used up.
* A sign-off is a supervisor's own act, given in their own session over these very answers, and good for one check.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from overt.access import Permission, Session, require
from overt.encounter.desk import Desk
from overt.encounter.encounter import Encounter
from overt.encounter.ending import refusal_for_end
from overt.encounter.questions import Kind, early_refusal, needs_sign_off, next_question, question
from overt.errors import (
    IncompleteEncounter,
    LedgerUnavailable,
    Refusal,
    SignOffNotValid,
    UnknownCode,
    VerificationMissing,
)
from overt.identifiers import OfficerId

DRAFT = "opening"
SIGN_OFF_GOOD_FOR = timedelta(minutes=30)


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


class Drafts(Protocol):
    """Answers kept with a session; and its user verification."""

    def draft(self, token_hash: bytes, kind: str) -> dict[str, Any]: ...
    def keep_draft(self, token_hash: bytes, kind: str, body: Mapping[str, Any]) -> None: ...
    def drop_draft(self, token_hash: bytes, kind: str) -> None: ...
    def use_verification(self, token_hash: bytes) -> None: ...


class SignOffs(Protocol):
    """Sign-offs asked for, given, used."""

    def ask(self, sign_off: SignOff) -> None: ...
    def find(self, sign_off: UUID) -> SignOff | None: ...
    def answer(self, sign_off: UUID, supervisor: OfficerId, given: bool) -> None: ...
    def use(self, sign_off: UUID) -> bool: ...


class OpeningDesk:
    """Asks, and opens."""

    def __init__(self, desk: Desk, drafts: Drafts, sign_offs: SignOffs) -> None:
        self._desk, self._drafts, self._sign_offs = desk, drafts, sign_offs

    def begin(self, session: Session, *, decides: str, second_in_stop: bool) -> None:
        """Begin a new asking; what was entered before is forgotten.

        Args:
            decides: the account of the officer who decides, when another holds the phone; empty for the same person.
            second_in_stop: this person was checked before in this stop.
        """
        body = {"officer": decides or session.officer, "second_in_stop": second_in_stop, "answers": {}}
        self._drafts.keep_draft(session.token_hash, DRAFT, body)

    def answers(self, session: Session) -> dict[str, Any]:
        """What has been answered so far."""
        found: dict[str, Any] = self._drafts.draft(session.token_hash, DRAFT).get("answers", {})
        return found

    def next(self, session: Session) -> str | None:
        """The next question; None when all are answered.

        Raises:
            IncompleteEncounter: no asking was begun in this session.
        """
        body = self._draft(session)
        return next_question(body["answers"], second_in_stop=body["second_in_stop"])

    def answer(self, session: Session, name: str, values: list[str]) -> None:
        """Keep one answer.

        Raises:
            IncompleteEncounter: nothing was chosen.
            UnknownCode: not a question, or not a code of the policy.
            EncounterRefusal: no lawful check can follow; it is recorded and the answers are forgotten.
        """
        body = self._draft(session)
        body["answers"][name] = self._value(name, values)
        refusal = early_refusal(self._desk.policy, body["answers"])
        if refusal is not None:
            self._give_up(session, body, refusal)
            raise refusal
        body.pop("sign_off", None)
        self._drafts.keep_draft(session.token_hash, DRAFT, body)

    def end(self, session: Session, code: str) -> None:
        """End before a check is open; counted."""
        if code not in self._desk.policy.codes.ends:
            raise UnknownCode("Not in the policy: end.")
        self._give_up(session, self._draft(session), refusal_for_end(code))

    def sign_off_needed(self, session: Session) -> bool:
        """Whether these answers need a supervisor's sign-off."""
        return needs_sign_off(self._desk.policy, self.answers(session))

    def ask_sign_off(self, session: Session) -> SignOff:
        """Ask for the sign-off of these answers, once; the same one is returned when asked again."""
        body = self._draft(session)
        known = self.sign_off(session)
        if known is not None:
            return known
        asked = SignOff(
            UUID(bytes=self._desk.around.draw(16), version=4),
            session.officer,
            self._document(session, body),
            self._desk.around.now(),
        )
        self._sign_offs.ask(asked)
        self._drafts.keep_draft(session.token_hash, DRAFT, {**body, "sign_off": str(asked.id)})
        return asked

    def sign_off(self, session: Session) -> SignOff | None:
        """The sign-off that was asked for these answers, as it stands now."""
        known = self._draft(session).get("sign_off")
        return self._sign_offs.find(UUID(known)) if known else None

    def give_sign_off(self, session: Session, sign_off: UUID, given: bool) -> None:
        """Answer a request, as a supervisor.

        Raises:
            PermissionMissing: this person may not.
            SignOffNotValid: there is no such request, it was answered, is too old, or is the supervisor's own.
            VerificationMissing: the phone has not verified just now who holds it.
        """
        require(self._desk.people.officer(session.officer), Permission.CHECK_SIGN_OFF)
        found, now = self._sign_offs.find(sign_off), self._desk.around.now()
        if found is None or found.given is not None or not _fresh(found, now):
            raise SignOffNotValid()
        if session.officer in (found.officer, found.fields.get("officer")):
            raise SignOffNotValid()
        self._use_verification(session)
        self._sign_offs.answer(sign_off, session.officer, given)

    def open(self, session: Session) -> Encounter:
        """Open the check whose questions were answered in this session.

        Raises:
            VerificationMissing: the phone has not verified just now who holds it.
            SignOffNotValid: the sign-off is needed and not there, not over these answers, too old, or used.
            EncounterRefusal: as `Desk.open` refuses.
            LedgerUnavailable: nothing was decided; the answers stay.
        """
        body = self._draft(session)
        document = self._document(session, body)
        try:
            opened = self._open(session, document, self.sign_off(session), body["second_in_stop"])
        except (LedgerUnavailable, VerificationMissing):
            raise
        except Refusal:
            self._drafts.drop_draft(session.token_hash, DRAFT)
            raise
        self._drafts.drop_draft(session.token_hash, DRAFT)
        return opened

    def open_at_once(self, session: Session, document: Mapping[str, Any], *, second_in_stop: bool) -> Encounter:
        """Open a check on answers that come together, as the interface hands them in.

        Args:
            document: the coded fields; `sign_off` is the identifier of a sign-off that was given over the others.

        Raises:
            As `open`.
        """
        fields = {name: value for name, value in document.items() if name != "sign_off"}
        return self._open(session, fields, self._named(document.get("sign_off")), second_in_stop)

    def _named(self, name: object) -> SignOff | None:
        try:
            return self._sign_offs.find(UUID(str(name))) if name else None
        except ValueError:
            return None

    def _open(
        self, session: Session, document: Mapping[str, Any], sign_off: SignOff | None, second_in_stop: bool
    ) -> Encounter:
        session.demand_verified(self._desk.around.now())
        try:
            whole = {**document, **self._signed_off(document, sign_off)}
        except SignOffNotValid as refusal:
            self._desk.refuse_opening(document, session.officer, refusal)
            raise
        self._use_verification(session)
        return self._desk.open(whole, session.officer, simulated=session.simulated, second_in_stop=second_in_stop)

    def _signed_off(self, document: Mapping[str, Any], sign_off: SignOff | None) -> dict[str, Any]:
        """The field that names who signed off, when these answers need it; the sign-off is used up."""
        if not needs_sign_off(self._desk.policy, document) or sign_off is None:
            return {}  # where it is needed and none was asked for, `Desk.open` refuses, and records it
        fresh = _fresh(sign_off, self._desk.around.now())
        if not sign_off.given or not fresh or dict(sign_off.fields) != dict(document):
            raise SignOffNotValid()
        if not self._sign_offs.use(sign_off.id):
            raise SignOffNotValid()
        return {"sign_off": sign_off.supervisor}

    def _use_verification(self, session: Session) -> None:
        session.demand_verified(self._desk.around.now())
        if not session.simulated:
            self._drafts.use_verification(session.token_hash)

    def _value(self, name: str, values: list[str]) -> str | list[str]:
        asked = question(self._desk.policy, name)
        if not values or not all(values):
            raise IncompleteEncounter(f"Not answered: {name}.")
        if asked.options and not set(values) <= set(asked.options):
            raise UnknownCode(f"Not in the policy: {name}.")
        return sorted(set(values)) if asked.kind is Kind.SEVERAL else values[0]

    def _document(self, session: Session, body: Mapping[str, Any]) -> dict[str, Any]:
        document = {**body["answers"], "officer": body["officer"]}
        if body["officer"] != session.officer:
            document["operator"] = session.officer
        return document

    def _draft(self, session: Session) -> dict[str, Any]:
        body = self._drafts.draft(session.token_hash, DRAFT)
        if not body:
            raise IncompleteEncounter("Begin a check first.")
        return body

    def _give_up(self, session: Session, body: Mapping[str, Any], refusal: Refusal) -> None:
        self._drafts.drop_draft(session.token_hash, DRAFT)
        self._desk.refuse_opening(self._document(session, body), session.officer, refusal)


def _fresh(sign_off: SignOff, now: datetime) -> bool:
    return sign_off.asked_at <= now <= sign_off.asked_at + SIGN_OFF_GOOD_FOR
