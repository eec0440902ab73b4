"""The only door from a check to the gallery's index.

Rules (architecture, rule 1):
* No search without an `Authority`, which only an open encounter makes; the scope and the moment are the authority's
  own, never the caller's.
* An authority older than a minute is refused. That it is used once only is the store's rule: the transaction that
  writes the ledger checks it against the stored encounter.
"""

from datetime import datetime

from overt.authority import Authority
from overt.search.contract import Probe, Scored, SearchEngine


class GallerySearch:
    """The force's gallery behind an engine."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    def find(self, template: Probe, threshold: float, authority: Authority, now: datetime) -> list[Scored]:
        """All references that this check may reach with `score >= threshold`, in order, uncapped.

        Raises:
            TypeError: no authority was given.
            AuthorityExpired: it is not from the last minute.
            ContractMismatch, ThresholdRefused, VectorRefused: as in `SearchEngine.search`.
        """
        _demand(authority, now)
        return self._engine.search(template, authority.scope, threshold, authority.as_of)

    def scope_size(self, authority: Authority, now: datetime) -> int:
        """How many references this check may reach; the threshold is set for that number.

        Raises:
            TypeError, AuthorityExpired, ContractMismatch: as in `find`.
        """
        _demand(authority, now)
        return self._engine.scope_size(authority.scope, authority.as_of)


def _demand(authority: Authority, now: datetime) -> None:
    if not isinstance(authority, Authority):
        raise TypeError("a search of the gallery needs an Authority")
    authority.check(now)
