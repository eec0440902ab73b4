"""What the journal says of a check: one place that knows which move collects, alters, combines or discloses.

Rule: the reason is the check's ground; of what was recorded nothing stands here but that it was.
"""

from collections.abc import Iterator

from overt.encounter import Encounter
from overt.encounter.steps import FollowUp
from overt.identifiers import OfficerId
from overt.ledger.deeds import Deed
from overt.store.journal import Act, Line

_COLLECTS = frozenset(
    {
        Deed.ENCOUNTER_CHECK_OPENED,
        Deed.ENCOUNTER_DECISION_RECORDED,
        FollowUp.OUTCOME,
        FollowUp.DEMOGRAPHICS,
        FollowUp.IDENTITY,
        FollowUp.WHAT_FOLLOWED,
    }
)
HOLDER = "the person who was checked"


def lines_of(moved: Encounter, actor: OfficerId) -> Iterator[Line]:
    """What the last move of a check has done with data about people, and who did it."""
    subject, why, last = f"encounter:{moved.id}", f"check on ground {moved.fields.ground}", moved.past[-1]
    if last in _COLLECTS:
        yield Line(actor, Act.COLLECTED, subject, why)
    elif last is FollowUp.CORRECTION:
        yield Line(actor, Act.ALTERED, subject, why)
    elif last is Deed.ENCOUNTER_SEARCH_PERFORMED:
        yield Line(actor, Act.COMBINED, subject, f"{why}: a photograph was searched against the gallery")
    elif last is Deed.ENCOUNTER_CANDIDATES_REVEALED:
        for reference in moved.candidates:
            yield Line(actor, Act.CONSULTED, f"reference:{reference}", f"{why}: shown in encounter {moved.id}")
    elif last is Deed.ENCOUNTER_RECEIPT_ISSUED and moved.receipt is not None and moved.receipt.reference is not None:
        yield Line(actor, Act.DISCLOSED, subject, f"{why}: receipt", HOLDER)
