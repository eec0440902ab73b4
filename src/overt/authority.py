"""The right to search the gallery once. A leaf that every gallery-backed search demands.

Rules (architecture, rule 1):
* Only `overt.encounter` makes an `Authority`; `tests/unit/test_lints.py` fails when another module calls `mint`.
* It names one encounter, one scope and one moment, and is good for seconds.
* It is not enough by itself: the transaction that writes the ledger checks it against the stored encounter,
  so one made by a forger without an open encounter yields no answer.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from overt.errors import AuthorityExpired
from overt.identifiers import Digest, EncounterId, OfficerId
from overt.scope import Scope

LIFETIME = timedelta(seconds=60)
_MINTED = object()


@dataclass(frozen=True, slots=True)
class Authority:
    """Permission for one search: who, in which encounter, over what, as of when.

    Raises:
        TypeError: built by hand; use `mint`, and only in `overt.encounter`.
    """

    encounter: EncounterId
    officer: OfficerId
    scope: Scope
    as_of: datetime
    policy: Digest
    _made_by: object = field(repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        if self._made_by is not _MINTED:
            raise TypeError("an Authority is made by the encounter, not by hand")

    def check(self, now: datetime) -> None:
        """Refuse when the authority is older than `LIFETIME` or from the future.

        Raises:
            AuthorityExpired: `now` is before `as_of` or more than `LIFETIME` after it.
        """
        if not self.as_of <= now <= self.as_of + LIFETIME:
            raise AuthorityExpired()


def mint(encounter: EncounterId, officer: OfficerId, scope: Scope, as_of: datetime, policy: Digest) -> Authority:
    """Make an authority. For `overt.encounter` only (see the module's rules)."""
    return Authority(encounter, officer, scope, as_of, policy, _MINTED)
