"""Who may train: officers of the force whose accounts are in force, on enrolled phones, whatever their training.

Rules:
* Accounts and phones are read, never changed; a revoked account or phone trains nobody.
* Nonces of practice are kept apart: a real capture does not know them, and practice does not know a real one.
* No supervisor is troubled: an invented one signs off at once, so that the steps are seen.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from overt.access import CaptureNonce, DeviceKey, Officer, Role
from overt.encounter.sign_off_desk import SignOff
from overt.errors import SignOffNotValid
from overt.identifiers import OfficerId
from overt.practice.kept import Bounds, Kept

SUPERVISOR = Officer(OfficerId("practice.supervisor@invented"), frozenset({Role.SUPERVISOR}), date.max)
NONCES = Bounds(most=2000, most_each=16, longest=timedelta(minutes=10))
SIGN_OFFS = Bounds(most=500, most_each=4, longest=timedelta(hours=1))


class Known(Protocol):
    """The force's accounts and phones."""

    def officer(self, officer: OfficerId) -> Officer | None: ...
    def device(self, device: UUID) -> DeviceKey | None: ...


@dataclass(frozen=True, slots=True)
class _Issued:
    nonce: CaptureNonce
    uses: int = 0


class PracticePeople:
    """Fills `People`."""

    def __init__(self, known: Known, now: Callable[[], datetime]) -> None:
        self._known = known
        self._nonces: Kept[bytes, _Issued] = Kept(now, NONCES)

    def officer(self, officer: OfficerId) -> Officer | None:
        """One person, as if in training for ever; whether the account is in force and does checks is as it is."""
        if officer == SUPERVISOR.id:
            return SUPERVISOR
        found = self._known.officer(officer)
        return replace(found, trained_until=date.max) if found else None

    def device(self, device: UUID) -> DeviceKey | None:
        """One phone."""
        return self._known.device(device)

    def issue_nonce(self, nonce: CaptureNonce) -> None:
        """Keep a nonce for one capture."""
        self._nonces.put(nonce.value, _Issued(nonce), nonce.device)

    def use_nonce(self, value: bytes) -> tuple[CaptureNonce, bool] | None:
        """Take a nonce, and say whether it came before; None when practice never gave it out."""
        taken = self._nonces.change(value, lambda each: replace(each, uses=each.uses + 1))
        return (taken.nonce, taken.uses > 1) if taken else None

    def count_stranger(self, name: str) -> None:
        """Count nothing; who is not signed in has been counted before they came here."""


class PracticeSignOffs:
    """Fills `SignOffs`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._kept: Kept[UUID, SignOff] = Kept(now, SIGN_OFFS)

    def ask(self, sign_off: SignOff) -> None:
        """Keep a request, signed off already."""
        given = replace(sign_off, supervisor=SUPERVISOR.id, given=True)
        self._kept.put(sign_off.id, given, sign_off.officer)

    def find(self, sign_off: UUID) -> SignOff | None:
        """One request."""
        return self._kept.get(sign_off)

    def answer(self, sign_off: UUID, supervisor: OfficerId, given: bool) -> None:  # noqa: ARG002
        """Raises:
        SignOffNotValid: always; there is nothing to answer.
        """
        raise SignOffNotValid()

    def use(self, sign_off: UUID) -> bool:
        """Use one up; False when it was used before."""
        try:
            return self._kept.change(sign_off, _once) is not None
        except SignOffNotValid:
            return False


def _once(sign_off: SignOff) -> SignOff:
    if sign_off.used:
        raise SignOffNotValid()
    return replace(sign_off, used=True)
