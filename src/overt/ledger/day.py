"""A day of the ledger: what is public of it, and how it is filled up before it is closed (ADR 0014).

Rules (spec/ledger-entry.md, "A day"):
* Follow-ups come in full rounds of `ROUND`. Before each receipt and each end of a day there is one at least, since
  the one before: how many follow-ups were real, and before or after which receipt, does not show.
* What has no hour of its own carries that of the entry before it, or its day's first: no clock shows in it.
* A day's counts are made of the entries in clear alone, so that anybody can make them again; follow-ups are left out,
  since padding is among them.
"""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from overt.identifiers import Digest, JsonValue
from overt.ledger.canonical import canonical
from overt.ledger.deeds import HOURLESS, Deed
from overt.ledger.entry import EntryDraft
from overt.ledger.fields import is_code

ROUND = 8
"""Follow-ups before a receipt and before the end of a day are a multiple of this, and never none."""
AFTER_A_ROUND = frozenset({Deed.ENCOUNTER_RECEIPT_ISSUED, Deed.INSTANCE_DAY_CLOSED})
"""What comes after a full round, and begins the next."""


def padding(real: int) -> int:
    """How many follow-ups of nobody fill a round that has `real` ones so far."""
    return max(ROUND, -(-real // ROUND) * ROUND) - real


def padding_draft() -> EntryDraft:
    """A follow-up of nobody; only its opening tells it from another."""
    return EntryDraft(Deed.ENCOUNTER_FOLLOW_UP_RECORDED, {}, {"follow_up": {"kind": "none", "value": None}})


def day_of(hour: str) -> date:
    """The UTC day of an entry's hour."""
    return date.fromisoformat(hour[:10])


def first_hour(day: date) -> str:
    """The first hour of a day, as entries write it."""
    return f"{day.isoformat()}T00Z"


def hour_in_order(deed: Deed, last: str | None, now: str) -> str:
    """The hour that the next entry carries.

    Args:
        deed: what the entry tells.
        last: the hour of the entry before it; None when there is none.
        now: the present hour.
    """
    # A clock that was set back, or another process's clock, must not make the record go back in time.
    if last is None or deed not in HOURLESS:
        return max(now, last or now)
    return max(last, first_hour(day_of(now)))


def counts(day: date, bodies: Iterable[bytes]) -> bytes:
    """What is published of a day beside its entries: each deed with its number, and with that of each code in clear.

    Args:
        day: the UTC day.
        bodies: its entries; whatever is no count (follow-ups, the closing of a day) is passed over.
    """
    deeds: dict[str, dict[str, JsonValue]] = {}
    codes: dict[tuple[str, str], Counter[str]] = {}
    for body in bodies:
        entry = json.loads(body)
        deed = entry["deed"]
        if deed in (Deed.ENCOUNTER_FOLLOW_UP_RECORDED, Deed.INSTANCE_DAY_CLOSED):
            continue
        found = deeds.setdefault(deed, {"count": 0})
        found["count"] = _number(found["count"]) + 1
        for name, value in entry["fields"].items():
            told = value if isinstance(value, list) else [value]
            if all(is_code(each) for each in told):
                codes.setdefault((deed, name), Counter()).update(told)
    for (deed, name), numbers in codes.items():
        deeds[deed][name] = dict(numbers)
    return canonical({"day": day.isoformat(), "deeds": dict(deeds)})


def counts_digest(document: bytes) -> Digest:
    """The digest that the closing of a day carries."""
    return Digest("sha256:" + sha256(document).hexdigest())


def _number(value: JsonValue) -> int:
    assert isinstance(value, int)
    return value
