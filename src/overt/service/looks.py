"""What a page shows of people's records, in the private journal before it is shown (Data Protection Act 2018, s.62)."""

from overt.service.signing_in import SignedIn
from overt.store.instance import Instance
from overt.store.journal import Act, Line


def note_look(where: Instance, who: SignedIn, subject: str, why: str) -> None:
    """Note a look. `subject`: what kind of thing and its number, as `account:pc-1`."""
    where.ledger.journal.write(Line(who.officer, Act.CONSULTED, subject, why))
