"""From the first question to an open check: one answer at a time, kept with the session until the check is opened.

Rules:
* An answer that leaves no lawful check ends the asking at once: the refusal is an entry, and the answers are forgotten.
* Ending before a check is open is counted like every early end (an entry without a check), and forgets the answers too.
* What a person tried and may not is one entry: a code that the policy has not, an opening. What is merely missing (an
  answer, an asking that was not begun) is asked for again and is none.
* A check is opened by the phone that has just verified who holds it; the verification is used up.
* Where a supervisor has to sign it off, that was over these very answers (`sign_off_desk`).
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from overt.access import Session
from overt.encounter.desk import Desk
from overt.encounter.encounter import Encounter
from overt.encounter.ending import refusal_for_end
from overt.encounter.fields import is_day, is_reference
from overt.encounter.questions import Kind, early_refusal, needs_sign_off, next_question, question
from overt.encounter.sign_off_desk import SignOff, SignOffDesk
from overt.encounter.verifying import Verifications, use_verification
from overt.errors import IncompleteEncounter, LedgerUnavailable, Refusal, UnknownCode, VerificationMissing

DRAFT = "opening"
_FORMS: Mapping[str, Callable[[str], bool]] = {"intelligence_reference": is_reference, "intelligence_expires": is_day}
"""What an answer that is on no list has to be: refused at the opening only, it would take all the others with it."""


class Drafts(Verifications, Protocol):
    """Answers kept with a session; and its user verification."""

    def draft(self, token_hash: bytes, kind: str) -> dict[str, Any]: ...
    def keep_draft(self, token_hash: bytes, kind: str, body: Mapping[str, Any]) -> None: ...
    def drop_draft(self, token_hash: bytes, kind: str) -> None: ...


class OpeningDesk:
    """Asks, and opens."""

    def __init__(self, desk: Desk, drafts: Drafts, sign_offs: SignOffDesk) -> None:
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
            IncompleteEncounter: nothing was chosen, no asking was begun, or what was entered is no reference or no day.
            UnknownCode: not a question, or not a code of the policy; it is recorded, and the other answers stay.
            EncounterRefusal: no lawful check can follow; it is recorded and the answers are forgotten.
        """
        body = self._draft(session)
        if not values or not all(values) or not _FORMS.get(name, bool)(values[0]):
            raise IncompleteEncounter(f"Not answered: {name}.")
        with self._desk.refusing_opening(_document(session, body), session.officer):
            body["answers"][name] = self._value(name, values)
        refusal = early_refusal(self._desk.policy, body["answers"])
        if refusal is not None:
            self._give_up(session, body, refusal)
            raise refusal
        body.pop("sign_off", None)
        self._drafts.keep_draft(session.token_hash, DRAFT, body)

    def end(self, session: Session, code: str) -> None:
        """End before a check is open; counted.

        Raises:
            IncompleteEncounter: no asking was begun.
            UnknownCode: not an end of the policy; it is recorded, and the answers stay.
        """
        body = self._draft(session)
        with self._desk.refusing_opening(_document(session, body), session.officer):
            if code not in self._desk.policy.codes.ends:
                raise UnknownCode("Not in the policy: end.")
        self._give_up(session, body, refusal_for_end(code))

    def sign_off_needed(self, session: Session) -> bool:
        """Whether these answers need a supervisor's sign-off."""
        return needs_sign_off(self._desk.policy, self.answers(session))

    def ask_sign_off(self, session: Session) -> SignOff:
        """Ask for the sign-off of these answers, once; the same one is returned when asked again.

        Raises:
            IncompleteEncounter: a question is not answered yet, or no asking was begun.
        """
        body = self._draft(session)
        if self.next(session) is not None:
            raise IncompleteEncounter("Answer every question first.")
        asked = self._sign_offs.ask(session.officer, _document(session, body), self.sign_off(session))
        self._drafts.keep_draft(session.token_hash, DRAFT, {**body, "sign_off": str(asked.id)})
        return asked

    def sign_off(self, session: Session) -> SignOff | None:
        """The sign-off that was asked for these answers, as it stands now."""
        return self._sign_offs.find(self._draft(session).get("sign_off"))

    def open(self, session: Session) -> Encounter:
        """Open the check whose questions were answered in this session.

        Raises:
            VerificationMissing: the phone has not verified just now who holds it.
            SignOffNotValid: the sign-off is needed and not there, not over these answers, too old, or used.
            EncounterRefusal: as `Desk.open` refuses.
            LedgerUnavailable: nothing was decided; the answers stay. A sign-off is used up all the same, since a check
                may have been stored; another one is asked for.
        """
        body = self._draft(session)
        try:
            opened = self._open(session, _document(session, body), self.sign_off(session), body["second_in_stop"])
        except VerificationMissing:
            raise
        except LedgerUnavailable:
            body.pop("sign_off", None)
            self._drafts.keep_draft(session.token_hash, DRAFT, body)
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
        return self._open(session, fields, self._sign_offs.find(document.get("sign_off")), second_in_stop)

    def _open(
        self, session: Session, document: Mapping[str, Any], sign_off: SignOff | None, second_in_stop: bool
    ) -> Encounter:
        use_verification(self._desk, self._drafts, session)
        with self._desk.refusing_opening(document, session.officer):
            whole = {**document, **self._sign_offs.used_for(document, sign_off)}
        return self._desk.open(whole, session.officer, simulated=session.simulated, second_in_stop=second_in_stop)

    def _value(self, name: str, values: list[str]) -> str | list[str]:
        asked = question(self._desk.policy, name)
        if asked.options and not set(values) <= set(asked.options):
            raise UnknownCode(f"Not in the policy: {name}.")
        return sorted(set(values)) if asked.kind is Kind.SEVERAL else values[0]

    def _draft(self, session: Session) -> dict[str, Any]:
        body = self._drafts.draft(session.token_hash, DRAFT)
        if not body:
            raise IncompleteEncounter("Begin a check first.")
        return body

    def _give_up(self, session: Session, body: Mapping[str, Any], refusal: Refusal) -> None:
        # Recorded first: where it cannot be, the answers stay, and it can be tried again.
        self._desk.refuse_opening(_document(session, body), session.officer, refusal)
        self._drafts.drop_draft(session.token_hash, DRAFT)


def _document(session: Session, body: Mapping[str, Any]) -> dict[str, Any]:
    document = {**body["answers"], "officer": body["officer"]}
    if body["officer"] != session.officer:
        document["operator"] = session.officer
    return document
