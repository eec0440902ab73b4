"""The last move: the receipt is offered, and what the ledger is bound to by it.

Rules:
* Everybody is offered a receipt, also when the check ended early; it may be declined, and that is counted.
* What a receipt opens is a list (spec/receipt.md, "What a receipt opens"). It has no place for a result: a receipt
  never tells, not even behind its PIN, whether there was a candidate or a reference.
* It says what was recorded first. A correction stands beside it, as everywhere.
"""

import re
from enum import StrEnum

from overt.encounter.encounter import Encounter
from overt.encounter.moves import Move, move, require_state, yes_no
from overt.encounter.steps import Receipt, State
from overt.errors import ReceiptAlreadyIssued, UsageError
from overt.identifiers import JsonValue
from overt.ledger.deeds import Deed
from overt.ledger.entry import hour_of
from overt.policy import Policy

_REFERENCE = re.compile(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){1,3}")


class OutcomeClass(StrEnum):
    """What became of the person, as coarse as a receipt says it."""

    ENDED_EARLY = "ended-early"
    NOT_ADVERSE = "not-adverse"
    ADVERSE = "adverse"


def issue_receipt(policy: Policy, encounter: Encounter, reference: str, declined: bool) -> Move:
    """Offer the receipt. Completes a check that took all its steps; one that ended early stays ended.

    Args:
        policy: the policy in force; says which outcomes are against the person.
        encounter: all steps taken, or ended.
        reference: the receipt's random code (spec/receipt.md); not kept when the receipt is declined.
        declined: the person did not want it.

    Raises:
        ReceiptAlreadyIssued: it was offered before.
        StepRefusal: steps are missing.
        UsageError: a reference of another form.
    """
    if encounter.receipt is not None:
        raise ReceiptAlreadyIssued()
    if encounter.state is not State.ENDED:
        require_state(encounter, State.DEMOGRAPHICS_RECORDED)
    if not _REFERENCE.fullmatch(reference):
        raise UsageError("A receipt's reference has two to four groups of four of A-Z and 0-9.")
    held: dict[str, JsonValue] = {"encounter": str(encounter.id)}
    value = held if declined else held | _opened(policy, encounter, reference)
    changes = {
        "state": State.ENDED if encounter.state is State.ENDED else State.COMPLETED,
        "receipt": Receipt(None if declined else reference),
    }
    return move(encounter, Deed.ENCOUNTER_RECEIPT_ISSUED, {"declined": yes_no(declined)}, {"receipt": value}, changes)


def _opened(policy: Policy, encounter: Encounter, reference: str) -> dict[str, JsonValue]:
    return {
        "reference": reference,
        "began": hour_of(encounter.opened_at),
        "officer": encounter.officer,
        "ground": encounter.fields.ground,
        "policy": encounter.policy,
        "policy_version": policy.version if policy.digest == encounter.policy else None,
        "outcome": _outcome_class(policy, encounter),
    }


def _outcome_class(policy: Policy, encounter: Encounter) -> str | None:
    """None when the policy in force does not list the outcome any more that an earlier one did."""
    if encounter.outcome is None:
        return OutcomeClass.ENDED_EARLY.value
    rule = policy.outcomes.get(encounter.outcome.code)
    if rule is None:
        return None
    return (OutcomeClass.ADVERSE if rule.adverse else OutcomeClass.NOT_ADVERSE).value
