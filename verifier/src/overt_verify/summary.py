"""What a verified log amounts to, in counts. A value; `story.py` makes it."""

from dataclasses import dataclass

from overt_verify import deeds as d


@dataclass(frozen=True)
class Summary:
    """Counts over a verified log.

    Attributes:
        entries: number of entries.
        deeds: count by deed.
        first_hour: hour of the first entry, `YYYY-MM-DDTHHZ`.
        last_hour: hour of the last.
        builds: entries by digest of the running program.
        policies: entries by policy digest.
        refusals: refused steps by refusal code.
        early_ends: ended checks by code of the end.
        simulated: deeds that are marked as simulated.
        demonstration: whether any adopted policy is a demonstration's.
        references_imported: references of all batches.
        references_erased: references of all erasures.
        days_closed: days whose end was recorded.
        days_open: days between the first and the last closed one that were not: the instance was not running then.
        silence_hours: most hours between two entries that tell their hour and follow one another.
        silence_before: index of the entry that ended them; None where all are of one hour.
    """

    entries: int
    deeds: dict[str, int]
    first_hour: str
    last_hour: str
    builds: dict[str, int]
    policies: dict[str, int]
    refusals: dict[str, int]
    early_ends: dict[str, int]
    simulated: int
    demonstration: bool
    references_imported: int
    references_erased: int
    days_closed: int
    days_open: int
    silence_hours: int
    silence_before: int | None

    @property
    def searches(self) -> int:
        """Number of searches performed."""
        return self.deeds.get(d.SEARCHED, 0)

    @property
    def officers(self) -> int:
        """Officer accounts authorised and not revoked (renewals count anew)."""
        return self.deeds.get(d.AUTHORISED, 0) - self.deeds.get(d.REVOKED, 0)
