"""One check of one person, as a frozen value: its coded fields, how far it has come, and what was recorded.

Rules:
* Only the moves of `overt.encounter.machine` make a new one; `past` has one deed for each, so `version` counts entries.
* Recorded values never change. A correction stands beside what it corrects.
* No probe, no template, no score, no name of a person: there is no place for them here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from overt.encounter.codec import decode, encode
from overt.encounter.fields import CodedFields
from overt.encounter.steps import (
    Comparison,
    Correction,
    Decision,
    Demographics,
    FollowUp,
    Identity,
    Outcome,
    Receipt,
    State,
)
from overt.identifiers import Digest, EncounterId, OfficerId, ReferenceId
from overt.ledger.deeds import Deed


@dataclass(frozen=True, slots=True)
class Encounter:
    """A check and its course so far.

    `policy`: digest of the policy it was opened under. `once_key`: 32 secret bytes for the ledger's once-tags.
    `past`: the deeds of its ledger entries, in order; of a follow-up, which it is. `candidates`: as shown.
    `end`: the code of an early end; None when it goes on, is completed, or ended because the notice was not understood.
    """

    id: EncounterId
    state: State
    fields: CodedFields
    policy: Digest
    simulated: bool
    once_key: bytes = field(repr=False)
    opened_at: datetime
    past: tuple[Deed | FollowUp, ...]
    notice_at: datetime | None = None
    owed_notice_at: datetime | None = None
    answered_at: datetime | None = None
    candidates: tuple[ReferenceId, ...] = ()
    comparison: Comparison | None = None
    decision: Decision | None = None
    outcome: Outcome | None = None
    demographics: Demographics | None = None
    identity: Identity | None = None
    receipt: Receipt | None = None
    end: str | None = None
    followed: str | None = None
    corrections: tuple[Correction, ...] = ()
    step_refusals: tuple[str, ...] = ()

    @property
    def version(self) -> int:
        """How many ledger entries it has; the store's guard against two moves at once."""
        return len(self.past)

    @property
    def officer(self) -> OfficerId:
        """Who decides."""
        return self.fields.officer

    @property
    def is_open(self) -> bool:
        """Whether steps still follow; candidates' photographs are bound to this."""
        return self.state not in (State.COMPLETED, State.ENDED)

    @property
    def capture_refusals(self) -> int:
        """How many photographs could not be used."""
        return self.past.count(Deed.ENCOUNTER_CAPTURE_REFUSED)

    @property
    def judgement_changed(self) -> bool:
        """Whether the decision goes against the officer's own comparison, made before the strength was shown."""
        if self.decision is None or self.comparison is None:
            return False
        if self.decision.reference is not None:
            return self.comparison.verdict_on(self.decision.reference) == "different"
        return any(each.verdict == "same" for each in self.comparison.answers)

    def to_record(self) -> dict[str, Any]:
        """A JSON-able form for storage. Holds the secret `once_key` in hex: never shown, never logged."""
        return cast(dict[str, Any], encode(self))

    @staticmethod
    def from_record(record: Mapping[str, Any]) -> "Encounter":
        """Read back what `to_record` wrote.

        Raises:
            EncounterUnreadable: anything else.
        """
        return cast(Encounter, decode(Encounter, dict(record)))
