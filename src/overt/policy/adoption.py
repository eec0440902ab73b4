"""How a policy changes: who has to have signed, and how long it was announced (rules.md, "Power to change").

Rules:
* A proposal is a C2SP signed note over the canonical text of the new policy, and the digest of its effect where it has
  one (`effect.py`). Signatures count by the keys that the
  policy *in force* names, so nobody gets in by naming themselves.
* What is stricter needs one signatory, and is in force at once. What is looser needs two people of the force, the
  oversight body, and an announcement that is public for as long as the policy in force says.
* A pilot that has begun goes on longer, or begins again, only with a new report of it among the documents.
* In a demonstration no notice period runs; the signatures are needed there too.
* A demonstration's policy never becomes a force's, nor the reverse.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from overt.errors import (
    LedgerFormatError,
    LedgerProofInvalid,
    NoticePeriodRuns,
    PilotReportMissing,
    PolicyInvalid,
    PolicyNotAnnounced,
    PolicySignaturesMissing,
)
from overt.identifiers import Digest
from overt.ledger.note import VerifierKey, open_note, split_note
from overt.policy.activation import PLACEHOLDER, DocumentKind
from overt.policy.change import Difference, differences, loosens
from overt.policy.effect import read_signed_text
from overt.policy.floor import LEAST_SIGNATORIES
from overt.policy.values import Policy


@dataclass(frozen=True, slots=True)
class Proposal:
    """A policy that somebody entitled has signed: what it changes, who of the policy in force signed it, its effect."""

    policy: Policy
    differences: tuple[Difference, ...]
    signed_by: frozenset[VerifierKey]
    effect: Digest | None = None

    @property
    def loosens(self) -> bool:
        """Whether anything in it is looser."""
        return loosens(self.differences)


def read_proposal(in_force: Policy, note: bytes) -> Proposal:
    """Read a signed proposal.

    Raises:
        PolicyInvalid: not a signed note over the canonical text of a policy, the policy in force once more or under
            its version's name, or a demonstration's for a force or the reverse.
        PolicyTooLoose: looser than any policy may be.
        PolicySignaturesMissing: nobody whom the policy in force names has signed, or a signature does not verify.
    """
    try:
        split_note(note)
    except LedgerFormatError as error:
        raise PolicyInvalid(f"The proposal is not a signed note: {error}") from None
    try:
        opened = open_note(note, in_force.signatories.everybody)
    except LedgerProofInvalid as error:
        raise PolicySignaturesMissing(str(error)) from None
    policy, effect = read_signed_text(opened.text)
    if policy.demonstration != in_force.demonstration:
        raise PolicyInvalid("A demonstration's policy and a force's never take each other's place.")
    if policy.digest == in_force.digest or policy.version == in_force.version:
        raise PolicyInvalid("The proposal is the policy in force, or has its version's name; a change has its own.")
    return Proposal(policy, differences(in_force, policy), frozenset(opened.signed_by), effect)


def require_report(in_force: Policy, proposal: Proposal, today: date) -> None:
    """Refuse to let a pilot that has begun end later, or begin anew, without its report among the documents.

    Raises:
        PilotReportMissing: as it says. No notice period or report is asked of a demonstration.
    """
    before, after = in_force.pilot, proposal.policy.pilot
    if in_force.demonstration or before.starts > today or after.ends <= before.ends:
        return
    reports = [each for each in proposal.policy.activation if each.kind == DocumentKind.PILOT_REPORT]
    known = {each.digest for each in in_force.activation if each.kind == DocumentKind.PILOT_REPORT}
    if not any(each.digest not in {PLACEHOLDER, *known} for each in reports):
        raise PilotReportMissing()


def require_signatures(in_force: Policy, proposal: Proposal) -> None:
    """Raises:
    PolicySignaturesMissing: a loosening without two people of the force and the oversight body; the detail says who
        is missing.
    """
    if not proposal.loosens:
        return  # one is enough, and `read_proposal` has seen one
    who, missing = in_force.signatories, []
    people = len(proposal.signed_by & set(who.force))
    if people < LEAST_SIGNATORIES:
        missing.append(f"{LEAST_SIGNATORIES - people} more of the force's people")
    if who.oversight not in proposal.signed_by:
        missing.append("the oversight body")
    if missing:
        raise PolicySignaturesMissing(f"The change is looser, and lacks the signature of {' and of '.join(missing)}.")


def earliest(in_force: Policy, proposal: Proposal, announced_on: date) -> date:
    """The first UTC day on which a proposal that is announced on this day may be adopted."""
    waits = proposal.loosens and not in_force.demonstration
    return announced_on + timedelta(days=in_force.signatories.notice_days if waits else 0)


def require_notice(in_force: Policy, proposal: Proposal, announced_on: date | None, today: date) -> None:
    """Refuse a loosening that has not been public for long enough.

    Args:
        announced_on: the UTC day of its announcement in the ledger; None when there was none.

    Raises:
        PolicyNotAnnounced, NoticePeriodRuns: as they say.
    """
    if not proposal.loosens:
        return
    if announced_on is None:
        raise PolicyNotAnnounced()
    first = earliest(in_force, proposal, announced_on)
    if today < first:
        raise NoticePeriodRuns(f"It was announced on {announced_on} and may be adopted from {first} on.")
