"""One-time links: the way in for a first administrator, a person's passkey, a phone, a second judgement.

Rules:
* The link's secret stands in its fragment and is kept here as a hash only; who has read the table cannot use it.
* A link works once, within ten minutes, for what it was made for.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from overt.errors import InvitationInvalid
from overt.identifiers import EncounterId, OfficerId

TOKEN_BYTES = 32
GOOD_FOR = timedelta(minutes=10)


class InvitationKind(StrEnum):
    """What a link lets its holder do, once."""

    ADMINISTRATOR = "administrator"
    PASSKEY = "passkey"
    DEVICE = "device"
    SECOND_JUDGEMENT = "second-judgement"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One link. `account`: whose passkey it is for; `made_by`: None when it was made at the terminal."""

    token_hash: bytes = field(repr=False)
    kind: InvitationKind
    account: OfficerId | None
    made_by: OfficerId | None
    made_at: datetime
    encounter: EncounterId | None = None
    used: bool = False

    def demand(self, kind: InvitationKind, now: datetime) -> None:
        """Raises:
        InvitationInvalid: for something else, used, older than `GOOD_FOR`, or from the future.
        """
        fresh = self.made_at <= now <= self.made_at + GOOD_FOR
        if self.kind is not kind or self.used or not fresh:
            raise InvitationInvalid()
