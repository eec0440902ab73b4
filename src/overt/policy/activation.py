"""Whether the force has published what it must before the system may be used (rules.md, "Power to change and to stop").

A demonstration is always active: its documents are placeholders that say so, and notice periods do not run in it.
"""

import re
from collections.abc import Container, Iterator
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


def not_activated_because(policy: Policy, today: date, registered: Container[str] | None = None) -> tuple[str, ...]:
    """Why no check may be opened under this policy on this UTC day, one plain sentence each; empty when one may.

    Args:
        policy: in force, or to be.
        today: UTC.
        registered: digests of the documents whose text is public; None where only the policy itself is looked at.
    """
    if policy.demonstration:
        return ()
    return (*_missing(policy, today), *_unregistered(policy, registered), *_notice(policy))


def _unregistered(policy: Policy, registered: Container[str] | None) -> Iterator[str]:
    for document in policy.activation:
        if registered is not None and _DIGEST.fullmatch(document.digest) and document.digest not in registered:
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


def _notice(policy: Policy) -> Iterator[str]:
    published = policy.pilot.notice_published_on
    if published is None:
        yield "The pilot's dates, areas and officer numbers have not been announced."
    elif policy.pilot.starts - published < NOTICE_PERIOD:
        yield f"The pilot starts less than {NOTICE_PERIOD.days} days after its public announcement."
