"""The entries of a ledger of any length: whole checks, whole days, each closed with the counts of its entries.

A check is fifteen entries: six, a full round of follow-ups, and a receipt. They are sealed by `overt.ledger.entry`.
Sealing is not what is measured with them: one check is sealed for each hour, and its random parts (commitments,
once-tags: all that differs between two such checks) are drawn anew for the others. For the same reason the counts of a
day are counted on its first and its second day, and those of any later one are the second's under its own date.
"""

import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from overt.identifiers import Digest
from overt.ledger.canonical import canonical
from overt.ledger.day import ROUND, counts, counts_digest
from overt.ledger.deeds import FORMS, Deed
from overt.ledger.entry import EntryDraft, hour_of, seal
from overt.ledger.note import Signer
from overt.policy import parse_policy
from overt.policy.demonstration import demonstration_policy

SIGNER = Signer("benchmark.example/log", sha256(b"key of the benchmark").digest())
CHECKS_AN_HOUR = 100
START = datetime(2026, 11, 1, tzinfo=UTC)
POLICY = parse_policy(demonstration_policy(START.date(), START.date() + timedelta(days=3650)))
BUILD, CONTRACT = Digest("sha256:" + sha256(b"build").hexdigest()), POLICY.model.contract
OPENED = {
    "ground": "identity-doubted",
    "details": "given-doubted",
    "power": "pace-24",
    "offence": "theft",
    "tried_first": ("asked-again", "document"),
    "place": "street",
    "age": "adult",
    "without_this": "would-arrest",
    "simulated": "yes",
}
SEARCH = {"contract": CONTRACT, "threshold_millionths": 495000, "scope_size_band": 100000}
Written = tuple[Deed, dict[str, Any]]
FOLLOW_UPS: tuple[Written, ...] = ((Deed.ENCOUNTER_FOLLOW_UP_RECORDED, {}),) * ROUND
CHECK: tuple[Written, ...] = (
    (Deed.ENCOUNTER_CHECK_OPENED, OPENED),
    (Deed.ENCOUNTER_NOTICE_RECORDED, {"notice": "given"}),
    (Deed.ENCOUNTER_SEARCH_PERFORMED, SEARCH),
    (Deed.ENCOUNTER_COMPARISON_RECORDED, {"simulated": "yes"}),
    (Deed.ENCOUNTER_CANDIDATES_REVEALED, {}),
    (Deed.ENCOUNTER_DECISION_RECORDED, {}),
    *FOLLOW_UPS,
    (Deed.ENCOUNTER_RECEIPT_ISSUED, {"declined": "no"}),
)
BEGINNING: tuple[Written, ...] = (
    (Deed.INSTANCE_LEDGER_CREATED, {"continues": "none", "origin": SIGNER.name}),
    (Deed.POLICY_VERSION_ADOPTED, {"change": "first", "demonstration": "yes", "version": POLICY.version}),
)
_RANDOM = re.compile(rb'(?<=[:]")[0-9a-f]{64}(?=")')


def entries() -> Iterator[bytes]:
    """Entries without end; the same ones each time."""
    source = random.Random(7)
    beginning = [_sealed(source, deed, fields, START) for deed, fields in BEGINNING]
    yield from beginning
    day, counted = START, b""
    while True:
        bodies = list(beginning) if day <= START + timedelta(days=1) else None
        for body in _checks(source, day):
            if bodies is not None:
                bodies.append(body)
            yield body
        counted = counts(day.date(), bodies) if bodies is not None else _of_another_day(counted, day)
        fields = {"day": day.date().isoformat(), "counts": counts_digest(counted)}
        for deed, told in (*FOLLOW_UPS, (Deed.INSTANCE_DAY_CLOSED, fields)):
            yield _sealed(source, deed, told, day + timedelta(hours=23))
        day, beginning = day + timedelta(days=1), []


def _checks(source: random.Random, day: datetime) -> Iterator[bytes]:
    """The checks of the 24 hours of a day."""
    for hour in range(24):
        now = day + timedelta(hours=hour)
        parts = [_RANDOM.split(_sealed(source, deed, fields, now)) for deed, fields in CHECK]
        for _ in range(CHECKS_AN_HOUR):
            for part in parts:
                yield b"".join(_filled(source, part))


def _of_another_day(counted: bytes, day: datetime) -> bytes:
    return canonical({**json.loads(counted), "day": day.date().isoformat()})


def _sealed(source: random.Random, deed: Deed, fields: dict[str, Any], hour: datetime) -> bytes:
    form = FORMS[deed]
    draft = EntryDraft(deed, fields, dict.fromkeys(form.commitments, "value"))
    secret = source.randbytes(32) if form.in_encounter else None
    stamp = {"hour": hour_of(hour), "build": BUILD, "policy": POLICY.digest}
    return seal(draft, **stamp, draw=lambda: source.randbytes(32), secret=secret).body


def _filled(source: random.Random, parts: list[bytes]) -> Iterator[bytes]:
    for part in parts[:-1]:
        yield part
        yield source.randbytes(32).hex().encode()
    yield parts[-1]
