"""What can be written in the ledger: every deed with its fields in clear and its commitments.

Rules (spec/ledger-entry.md, "Deeds"; a test compares this table with that page):
* The list is closed. A deed is `subject:object:verb`; an entry has exactly the names of its deed, no more, no fewer.
* What a field may hold goes with its name, whatever the deed: `overt.ledger.fields`.
* Whatever follows the decision on a check is one deed with nothing in clear, and tells no hour of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Deed(StrEnum):
    """Everything the ledger can say was done. A member is named as its value reads."""

    INSTANCE_LEDGER_CREATED = "instance:ledger:created"
    INSTANCE_DAY_CLOSED = "instance:day:closed"
    INSTANCE_KEY_CHANGED = "instance:key:changed"
    INSTANCE_RECORDS_DESTROYED = "instance:records:destroyed"
    POLICY_VERSION_ADOPTED = "policy:version:adopted"
    POLICY_LOOSENING_ANNOUNCED = "policy:loosening:announced"
    POLICY_DOCUMENT_REGISTERED = "policy:document:registered"
    POLICY_SUSPENSION_ORDERED = "policy:suspension:ordered"
    POLICY_SUSPENSION_LIFTED = "policy:suspension:lifted"
    OFFICER_ACCOUNT_AUTHORISED = "officer:account:authorised"
    OFFICER_ACCOUNT_REVOKED = "officer:account:revoked"
    OFFICER_PASSKEY_REGISTERED = "officer:passkey:registered"
    OFFICER_PASSKEY_REVOKED = "officer:passkey:revoked"
    DEVICE_KEY_ENROLLED = "device:key:enrolled"
    DEVICE_KEY_REVOKED = "device:key:revoked"
    GALLERY_BATCH_IMPORTED = "gallery:batch:imported"
    GALLERY_PERSON_ERASED = "gallery:person:erased"
    GALLERY_REFERENCE_REVIEWED = "gallery:reference:reviewed"
    GALLERY_RELATION_RECORDED = "gallery:relation:recorded"
    ENCOUNTER_CHECK_OPENED = "encounter:check:opened"
    ENCOUNTER_CHECK_REFUSED = "encounter:check:refused"
    ENCOUNTER_NOTICE_RECORDED = "encounter:notice:recorded"
    ENCOUNTER_CAPTURE_REFUSED = "encounter:capture:refused"
    ENCOUNTER_SEARCH_PERFORMED = "encounter:search:performed"
    ENCOUNTER_COMPARISON_RECORDED = "encounter:comparison:recorded"
    ENCOUNTER_CANDIDATES_REVEALED = "encounter:candidates:revealed"
    ENCOUNTER_DECISION_RECORDED = "encounter:decision:recorded"
    ENCOUNTER_FOLLOW_UP_RECORDED = "encounter:follow-up:recorded"
    ENCOUNTER_RECEIPT_ISSUED = "encounter:receipt:issued"
    ENCOUNTER_CHECK_ENDED = "encounter:check:ended"
    ENCOUNTER_STEP_REFUSED = "encounter:step:refused"


@dataclass(frozen=True, slots=True)
class DeedForm:
    """The exact names an entry of one deed has.

    `in_encounter`: carries a once-tag. `repeatable`: the tag may be numbered 2, 3, ...; a search's may not.
    """

    fields: frozenset[str]
    commitments: frozenset[str]
    in_encounter: bool
    repeatable: bool


def _form(deed: Deed, fields: str, commitments: str) -> DeedForm:
    in_encounter = deed.startswith("encounter:")
    repeatable = in_encounter and deed is not Deed.ENCOUNTER_SEARCH_PERFORMED
    return DeedForm(frozenset(fields.split()), frozenset(commitments.split()), in_encounter, repeatable)


_OPENED = "ground details power offence tried_first place age without_this simulated"
_TABLE = (
    (Deed.INSTANCE_LEDGER_CREATED, "continues origin", ""),
    (Deed.INSTANCE_DAY_CLOSED, "counts day", "journal"),
    (Deed.INSTANCE_KEY_CHANGED, "cause key number", ""),
    (Deed.INSTANCE_RECORDS_DESTROYED, "destroyed", "numbers"),
    (Deed.POLICY_VERSION_ADOPTED, "change demonstration version", ""),
    (Deed.POLICY_LOOSENING_ANNOUNCED, "earliest proposed version", ""),
    (Deed.POLICY_DOCUMENT_REGISTERED, "document kind valid_until", ""),
    (Deed.POLICY_SUSPENSION_ORDERED, "number reach suspended", "order"),
    (Deed.POLICY_SUSPENSION_LIFTED, "number reach suspended", "order"),
    (Deed.OFFICER_ACCOUNT_AUTHORISED, "seat trained_until", "officer"),
    (Deed.OFFICER_ACCOUNT_REVOKED, "", "officer"),
    (Deed.OFFICER_PASSKEY_REGISTERED, "", "officer passkey"),
    (Deed.OFFICER_PASSKEY_REVOKED, "", "officer passkey"),
    (Deed.DEVICE_KEY_ENROLLED, "", "device"),
    (Deed.DEVICE_KEY_REVOKED, "", "device"),
    (Deed.GALLERY_BATCH_IMPORTED, "count root source_mix outcome_mix synthetic", ""),
    (Deed.GALLERY_PERSON_ERASED, "references", "person"),
    (Deed.GALLERY_REFERENCE_REVIEWED, "", "reference"),
    (Deed.GALLERY_RELATION_RECORDED, "count", ""),
    (Deed.ENCOUNTER_CHECK_OPENED, _OPENED, "officer operator area encounter sign_off"),
    (Deed.ENCOUNTER_CHECK_REFUSED, "refusal", "officer fields"),
    (Deed.ENCOUNTER_NOTICE_RECORDED, "notice", ""),
    (Deed.ENCOUNTER_CAPTURE_REFUSED, "refusal", ""),
    (Deed.ENCOUNTER_SEARCH_PERFORMED, "contract threshold_millionths scope_size_band", "result authority signature"),
    (Deed.ENCOUNTER_COMPARISON_RECORDED, "simulated", "comparison"),
    (Deed.ENCOUNTER_CANDIDATES_REVEALED, "", "reveal"),
    (Deed.ENCOUNTER_DECISION_RECORDED, "", "decision"),
    (Deed.ENCOUNTER_FOLLOW_UP_RECORDED, "", "follow_up"),
    (Deed.ENCOUNTER_RECEIPT_ISSUED, "declined", "receipt"),
    (Deed.ENCOUNTER_CHECK_ENDED, "end step", ""),
    (Deed.ENCOUNTER_STEP_REFUSED, "refusal", ""),
)
FORMS: Mapping[Deed, DeedForm] = MappingProxyType({deed: _form(deed, *names) for deed, *names in _TABLE})

HOURLESS = frozenset({Deed.INSTANCE_DAY_CLOSED, Deed.ENCOUNTER_FOLLOW_UP_RECORDED, Deed.ENCOUNTER_RECEIPT_ISSUED})
"""Deeds whose entries carry the hour of the entry before them (or their day's first), not one of their own."""
