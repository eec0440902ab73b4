"""The labels a reference carries, and the part of the gallery that one check may reach. A leaf.

Rules:
* Sources are custody and missing only; there is no member for any other, so none can be enrolled or searched.
* A reference is searchable when every label allows it *as of* a moment: review dates pass without an event.
* `Scope.covers` is the obvious, slow statement of that rule; each engine's fast mask is tested against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from overt.identifiers import Digest


class Source(StrEnum):
    """Where a reference image came from."""

    CUSTODY = "custody"
    MISSING = "missing"


class LawfulBasis(StrEnum):
    """Why the force may hold the image. PACE s.64A: photographing of suspects."""

    PACE_64A = "pace-64a"
    COURT_ORDER = "court-order"
    MISSING_REPORT = "missing-report"


class Outcome(StrEnum):
    """What became of the matter for which the image was taken."""

    CONVICTED = "convicted"
    CHARGED = "charged"
    BAILED = "bailed"
    NO_FURTHER_ACTION = "no-further-action"
    ACQUITTED = "acquitted"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Label:
    """What decides whether a reference may be searched.

    `decided_on` is the day on which a custodian last decided to hold the image (import or review);
    the policy's review interval counts from it.
    """

    source: Source
    lawful_basis: LawfulBasis
    outcome: Outcome
    captured_on: date
    review_on: date
    decided_on: date
    under_18: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the gallery that one check may reach, from the policy and the check's coded fields.

    `outcomes` maps each source in scope to its searchable outcomes; a source that is absent is out of scope.
    `contract` is the digest of the template contract: templates of another contract never meet.
    """

    outcomes: Mapping[Source, frozenset[Outcome]]
    include_under_18: bool
    review_interval_days: int
    contract: Digest

    def covers(self, label: Label, as_of: datetime) -> bool:
        """Whether a reference with this label may be searched at `as_of` (aware; its UTC date counts).

        A reference is searchable up to and including its review date, and no later than
        `review_interval_days` after the day it was last decided on.
        """
        today = as_of_date(as_of)
        last_day = min(label.review_on, label.decided_on + timedelta(days=self.review_interval_days))
        return (
            label.outcome in self.outcomes.get(label.source, frozenset())
            and today <= last_day
            and label.captured_on <= today
            and (self.include_under_18 or not label.under_18)
        )


def as_of_date(as_of: datetime) -> date:
    """The UTC date of an aware moment.

    Raises:
        ValueError: the moment has no time zone; a bare local time could search a day too long.
    """
    if as_of.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return as_of.astimezone(UTC).date()
