"""What somebody has begun to enter in practice: in memory, so that not even that is written.

Rules:
* Drafts are texts of JSON, as the database keeps real ones: nobody holds on to a part of one.
* The one thing that practice and real checks share is the phone's user verification. Practice asks for it, as a check
  does, and uses it up: none is left over that would open a real check.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from overt.errors import UsageError
from overt.practice.kept import Bounds, Kept

DRAFTS = Bounds(most=1000, most_each=8, longest=timedelta(hours=4))
MOST_CHARACTERS = 16_384


class Verifications(Protocol):
    """The user verifications of sessions."""

    def use_verification(self, token_hash: bytes) -> None: ...


class PracticeDrafts:
    """Fills `Drafts`."""

    def __init__(self, verifications: Verifications, now: Callable[[], datetime]) -> None:
        self._verifications = verifications
        self._kept: Kept[tuple[bytes, str], str] = Kept(now, DRAFTS)

    def draft(self, token_hash: bytes, kind: str) -> dict[str, Any]:
        """What has been entered so far; empty when nothing was."""
        found: dict[str, Any] = json.loads(self._kept.get((token_hash, kind)) or "{}")
        return found

    def keep_draft(self, token_hash: bytes, kind: str, body: Mapping[str, Any]) -> None:
        """Keep what has been entered so far, in place of what was before.

        Raises:
            UsageError: more than anybody has to enter.
        """
        text = json.dumps(dict(body))
        if len(text) > MOST_CHARACTERS:
            raise UsageError("That is more than a practice check has to hold.")
        self._kept.put((token_hash, kind), text, token_hash)

    def drop_draft(self, token_hash: bytes, kind: str) -> None:
        """Forget what was entered."""
        self._kept.drop((token_hash, kind))

    def use_verification(self, token_hash: bytes) -> None:
        """Use up the verification of a session.

        Raises:
            VerificationMissing: another request has used it.
        """
        self._verifications.use_verification(token_hash)
