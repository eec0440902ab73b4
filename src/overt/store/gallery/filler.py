"""Synthetic filler, to show the search at the size of a force's gallery. Demonstration instances only.

Rules:
* Filler is nobody: random unit vectors, no image, marked `synthetic` in the row and in the ledger.
* No calibration is ever fitted on it; real strangers score far higher than random vectors do.
* It does not count as real references.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, func, insert, select

from overt.errors import DemonstrationOnly
from overt.identifiers import Digest, PersonId
from overt.scope import Label, LawfulBasis, Outcome, Source
from overt.store import schema
from overt.store.gallery.batches import seal_batch
from overt.store.gallery.rows import Names, label_values, next_reference_ids, seal_names, seal_template
from overt.store.keys import PersonKeys
from overt.store.ledger_log import LedgerLog

SLICE = 5_000


def add_filler(
    ledger: LedgerLog,
    keys: PersonKeys,
    *,
    count: int,
    contract: Digest,
    dimension: int,
    review_interval_days: int,
    now: datetime,
    draw: Callable[[int], bytes],
    progress: Callable[[int, int], None],
) -> int | None:
    """Add `count` people of random templates, one each, as one batch; returns the index of its ledger entry.

    Raises:
        DemonstrationOnly: the instance is not a demonstration.
    """
    batch = uuid4()
    with ledger.engine.begin() as connection:
        if not connection.execute(select(schema.instance.c.demonstration)).scalar_one():
            raise DemonstrationOnly()
        values = {"id": batch, "manifest_tag": b"filler", "started_at": now}
        connection.execute(insert(schema.batch).values(values))
    generator = np.random.default_rng(int.from_bytes(draw(16), "big"))
    label = _label(now.date(), review_interval_days)
    for done in range(0, count, SLICE):
        size = min(SLICE, count - done)
        _store(ledger, keys, batch, contract, label, _vectors(generator, size, dimension), done, draw)
        progress(done + size, count)
    return seal_batch(ledger, batch, now, synthetic=True)


def _store(
    ledger: LedgerLog,
    keys: PersonKeys,
    batch: UUID,
    contract: Digest,
    label: Label,
    vectors: NDArray[np.float32],
    done: int,
    draw: Callable[[int], bytes],
) -> None:
    people = [PersonId(UUID(bytes=draw(16), version=4)) for _ in vectors]
    with keys.enrolling() as enrolment, ledger.engine.begin() as connection:
        opened = enrolment.add(people)
        references = next_reference_ids(connection, len(people))
        raw = connection.connection.driver_connection
        assert raw is not None
        with raw.cursor() as cursor:
            with cursor.copy("copy person (id, label_tag, label_sealed, synthetic) from stdin") as copy:
                for number, person in enumerate(people, done):
                    sealed, _ = seal_names(opened[person], person, Names(f"synthetic filler {number}"))
                    copy.write_row((person, person.bytes, sealed, True))
            columns = ("id", "person", "batch", "synthetic", "contract", "template_sealed", "opening")
            values = label_values(label)
            with cursor.copy(f"copy reference ({', '.join((*columns, *values))}) from stdin") as copy:
                for person, reference, vector in zip(people, references, vectors, strict=True):
                    sealed = seal_template(opened[person], reference, vector)
                    copy.write_row((reference, person, batch, True, contract, sealed, draw(32), *values.values()))


def _vectors(generator: np.random.Generator, count: int, dimension: int) -> NDArray[np.float32]:
    raw = generator.standard_normal((count, dimension))
    unit: NDArray[np.float32] = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _label(today: date, review_interval_days: int) -> Label:
    review = today + timedelta(days=review_interval_days)
    return Label(Source.CUSTODY, LawfulBasis.PACE_64A, Outcome.CONVICTED, today, review, today, under_18=False)


def filler_size(engine: Engine) -> int:
    """How much filler is searchable."""
    query = select(func.count()).select_from(schema.reference.join(schema.batch))
    with engine.connect() as connection:
        return connection.execute(
            query.where(schema.reference.c.synthetic, schema.batch.c.leaf.is_not(None))
        ).scalar_one()
