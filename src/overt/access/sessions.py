"""A signed-in session as a value. Only the token's SHA-256 is kept, so a stolen database signs nobody in.

Rules:
* Idle for 15 minutes (or what the policy says, if less), or 12 hours old: the session is over and is not revived.
* Time never runs backwards: a use before the last one ends it too.
* Opening a check takes a user verification by the phone that is at most two minutes old, and uses it up.
"""

import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from overt.errors import SessionExpired, VerificationMissing
from overt.identifiers import OfficerId

TOKEN_BYTES = 32
IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
VERIFICATION_GOOD_FOR = timedelta(minutes=2)


def hash_token(token: bytes) -> bytes:
    """SHA-256 of a session token of `TOKEN_BYTES` random bytes."""
    return sha256(token).digest()


@dataclass(frozen=True, slots=True)
class Session:
    """One person signed in on one device. Times are aware.

    `device`: the enrolled phone that took part in the sign-in. `simulated`: opened without a passkey, which only a
    demonstration does; its checks are marked so. `verified_at`: when the phone last verified its holder for a check.
    """

    token_hash: bytes = field(repr=False)
    officer: OfficerId
    opened_at: datetime
    last_used_at: datetime
    device: UUID | None = None
    simulated: bool = False
    verified_at: datetime | None = None

    def owned_by(self, token: bytes) -> bool:
        """Whether this token opened the session; compared in constant time."""
        return hmac.compare_digest(self.token_hash, hash_token(token))

    def touch(self, now: datetime, idle: timedelta = IDLE) -> "Session":
        """The session after a use at `now`.

        Raises:
            SessionExpired: idle for `idle` (15 minutes at most), older than `LONGEST`, or used before its last use.
        """
        within = self.last_used_at <= now < self.last_used_at + min(idle, IDLE)
        if not within or now >= self.opened_at + LONGEST:
            raise SessionExpired()
        return replace(self, last_used_at=now)

    def demand_verified(self, now: datetime) -> None:
        """Refuse to open a check without a fresh user verification; there is nobody to verify in a simulated session.

        Raises:
            VerificationMissing: there is none, or it is older than `VERIFICATION_GOOD_FOR`, or from the future.
        """
        if self.simulated:
            return
        at = self.verified_at
        if at is None or not at <= now <= at + VERIFICATION_GOOD_FOR:
            raise VerificationMissing()
