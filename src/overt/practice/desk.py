"""The desks of practice, where they differ from the real ones: in what they say was recorded, and in the receipt.

Rules:
* A refusal is made and counted by the machine as in a real check, but says of no entry that it records it.
* The receipt is a specimen: it has no secret, no PIN and no proof, leads nowhere, and says so in its reference.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from overt.encounter import Encounter, Move, issue_receipt, step_refused
from overt.encounter.desk import Desk
from overt.encounter.receipt_desk import Front, Given, ReceiptDesk, ReceiptLink, Receipts
from overt.errors import Refusal
from overt.identifiers import EncounterId, OfficerId
from overt.ledger.entry import hour_of

SPECIMEN = "PRAC-TICE"
"""Of a reference's form (spec/receipt.md), and never one: those have no letter I."""


class PracticeDesk(Desk):
    """Opens, moves and ends encounters that are recorded nowhere."""

    def refuse_opening(self, document: Mapping[str, object], actor: OfficerId, refusal: Refusal) -> None:  # noqa: ARG002
        """Record nothing."""
        refusal.recorded_at = None

    def record_refusal(
        self,
        encounter: EncounterId,
        refusal: Refusal,
        as_move: Callable[[Encounter, Refusal], Move] = step_refused,
    ) -> None:
        """Count the refusal in the encounter alone."""
        super().record_refusal(encounter, refusal, as_move)
        refusal.recorded_at = None


class NoLinks:
    """Fills `Links`: none is kept, and none is found."""

    def keep(self, link: ReceiptLink) -> None:
        """Keep nothing."""

    def made_for(self, encounter: EncounterId) -> Sequence[datetime]:  # noqa: ARG002
        """None."""
        return ()

    def find(self, lookup: bytes) -> None:
        """None."""

    def try_pin(self, lookup: bytes, given: bytes, most: int) -> None:
        """None."""


class PracticeReceipts(ReceiptDesk):
    """Gives specimens."""

    def __init__(self, desk: Desk, receipts: Receipts) -> None:
        super().__init__(desk, receipts, NoLinks())

    def give(self, encounter: EncounterId, actor: OfficerId) -> Given:
        """Complete the check with a specimen; its secret and PIN are empty.

        Raises:
            ReceiptAlreadyIssued, StepRefusal: not now.
        """
        policy = self._desk.policy
        stored = self._desk.move(encounter, actor, lambda each: issue_receipt(policy, each, SPECIMEN, declined=False))
        return Given(Front(SPECIMEN, hour_of(stored.opened_at), policy.complaints), b"", "")

    def may_again(self, encounter: Encounter) -> bool:  # noqa: ARG002 - a specimen has no link
        """Never."""
        return False
