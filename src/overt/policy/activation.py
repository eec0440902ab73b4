"""Whether the force has published what it must before the system may be used (rules.md, "Power to change and to stop").

Rules:
* A demonstration is always active: its documents are placeholders that say so, and notice periods do not run in it.
* The dates, areas and officer numbers of a pilot count as announced on the UTC day of the entry that made public a
  policy with the same or wider ones: its text is public from that entry on. No date that somebody writes is believed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from overt.policy.values import Policy

PLACEHOLDER = "placeholder"
NOTICE_PERIOD = timedelta(days=28)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class DocumentKind(StrEnum):
    """The documents whose full text (redactions marked) must be public."""

    DPIA = "dpia"
    APPROPRIATE_POLICY_DOCUMENT = "appropriate-policy-document"
    EQUALITY_IMPACT_ASSESSMENT = "equality-impact-assessment"
    COMMUNITY_IMPACT_ASSESSMENT = "community-impact-assessment"
    LEGAL_MANDATE = "legal-mandate"
    ETHICS_ADVICE = "ethics-advice"
    CONSULTATION_RECORD = "consultation-record"
    DISCLOSURE_ADVICE = "disclosure-advice"
    SUCCESS_AND_FAILURE_CRITERIA = "success-and-failure-criteria"
    PILOT_REPORT = "pilot-report"


NEEDED = frozenset(DocumentKind) - {DocumentKind.PILOT_REPORT}
"""Without these no pilot begins. The report is needed where one is to begin again."""


@dataclass(frozen=True, slots=True)
class PilotNotice:
    """What a policy that was adopted or announced on this UTC day says of its pilot; the numbers are of people."""

    on: date
    starts: date
    ends: date
    officer_cap: int
    areas: frozenset[str]

    def covers(self, policy: Policy) -> bool:
        """Whether nothing of this policy's pilot goes beyond it."""
        pilot = policy.pilot
        return (
            self.starts <= pilot.starts
            and pilot.ends <= self.ends
            and pilot.officer_cap <= self.officer_cap
            and policy.codes.areas.keys() <= self.areas
        )


@dataclass(frozen=True, slots=True)
class MadePublic:
    """What the ledger shows to have been made public: digests of activation documents, and pilots with their days."""

    documents: frozenset[str] = frozenset()
    pilots: tuple[PilotNotice, ...] = ()


NOTHING_PUBLIC = MadePublic()


def not_activated_because(policy: Policy, today: date, public: MadePublic | None = None) -> tuple[str, ...]:
    """Why no check may be opened under this policy on this UTC day, one plain sentence each; empty when one may.

    Args:
        policy: in force, or to be.
        today: UTC.
        public: what the ledger has made public; None where only the policy itself is looked at.
    """
    if policy.demonstration:
        return ()
    if public is None:
        return tuple(_missing(policy, today))
    return (*_missing(policy, today), *_unregistered(policy, public), *_notice(policy, today, public.pilots))


def _unregistered(policy: Policy, public: MadePublic) -> Iterator[str]:
    for document in policy.activation:
        if _DIGEST.fullmatch(document.digest) and document.digest not in public.documents:
            yield f"The text of the document {document.kind} has not been registered."


def _missing(policy: Policy, today: date) -> Iterator[str]:
    documents = {document.kind: document for document in policy.activation}
    for kind in [each for each in DocumentKind if each in NEEDED or each in documents]:
        document = documents.get(kind)
        if document is None:
            yield f"The document {kind} is missing."
        elif not _DIGEST.fullmatch(document.digest):
            yield f"The document {kind} is a placeholder."
        elif document.valid_until is not None and document.valid_until < today:
            yield f"The document {kind} is no longer valid."


def _notice(policy: Policy, today: date, pilots: Iterable[PilotNotice]) -> Iterator[str]:
    days = [each.on for each in pilots if each.covers(policy)]
    if not days:
        yield "The pilot's dates, areas and officer numbers have not been made public."
    elif today < (first := min(days) + NOTICE_PERIOD):
        yield (
            f"The pilot's dates, areas and officer numbers are public since {min(days)}; checks may begin on {first}, "
            f"{NOTICE_PERIOD.days} days later."
        )
