"""That the phone has just verified who holds it, used up for one act.

Rule: without it, it has not been shown who asks. Nobody can be named for that in the record, so it is counted as a
stranger's attempt is.
"""

from typing import Protocol

from overt.access import Session
from overt.encounter.desk import Desk
from overt.errors import VerificationMissing


class Verifications(Protocol):
    """The user verifications of sessions; using one up is atomic."""

    def use_verification(self, token_hash: bytes) -> None: ...


def use_verification(desk: Desk, verifications: Verifications, session: Session) -> None:
    """Use up the verification of a session; a simulated session, which a demonstration marks so, has none.

    Raises:
        VerificationMissing: there is none, it is too old, or another request has used it.
    """
    try:
        session.demand_verified(desk.around.now())
        if not session.simulated:
            verifications.use_verification(session.token_hash)
    except VerificationMissing:
        desk.people.count_stranger("not-verified")
        raise
