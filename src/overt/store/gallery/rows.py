"""One enrolled image as stored and as used: sealing on the way in, opening on the way out.

Rules:
* Every sealed column is bound to its table, column and row (AAD), so bytes moved between rows do not open.
* What the search needs of a reference (labels, template) and what a person may see of it are fetched apart.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, BigInteger, Connection, RowMapping, any_, func, literal, select

from overt.identifiers import PersonId, ReferenceId
from overt.scope import Label, LawfulBasis, Outcome, Source
from overt.store import schema
from overt.store.keys import row_aad, seal, unseal

LABEL_COLUMNS = (
    schema.reference.c.source,
    schema.reference.c.lawful_basis,
    schema.reference.c.outcome,
    schema.reference.c.captured_on,
    schema.reference.c.review_on,
    schema.reference.c.decided_on,
    schema.reference.c.under_18,
)


@dataclass(frozen=True, slots=True)
class Names:
    """What the force calls a person; shown only after the comparison, or to the gallery's custodian."""

    person: str
    display_name: str | None = None
    external_id: str | None = None
    related_to: str | None = None


def label_of(row: RowMapping) -> Label:
    """The label that a row with `LABEL_COLUMNS` carries."""
    return Label(
        Source(row["source"]),
        LawfulBasis(row["lawful_basis"]),
        Outcome(row["outcome"]),
        row["captured_on"],
        row["review_on"],
        row["decided_on"],
        row["under_18"],
    )


def label_values(label: Label) -> dict[str, Any]:
    """The columns of a label."""
    return {
        "source": label.source.value,
        "lawful_basis": label.lawful_basis.value,
        "outcome": label.outcome.value,
        "captured_on": label.captured_on,
        "review_on": label.review_on,
        "decided_on": label.decided_on,
        "under_18": label.under_18,
    }


def next_reference_ids(connection: Connection, count: int) -> list[ReferenceId]:
    """Fresh reference numbers; drawn before the row is sealed, since the seal is bound to them."""
    sequence = func.pg_get_serial_sequence("reference", "id")
    drawn = connection.execute(select(func.nextval(sequence)).select_from(func.generate_series(1, count)))
    return [ReferenceId(number) for number in drawn.scalars()]


def seal_names(key: bytes, person: PersonId, names: Names) -> tuple[bytes, bytes | None]:
    """The sealed label and the sealed further names (None where there are none)."""
    label = seal(key, names.person.encode(), row_aad("person", "label", person))
    further = {name: getattr(names, name) for name in ("display_name", "external_id", "related_to")}
    if not any(further.values()):
        return label, None
    return label, seal(key, json.dumps(further).encode(), row_aad("person", "names", person))


def open_names(key: bytes, person: UUID, label: bytes, further: bytes | None) -> Names:
    """The reverse of `seal_names`.

    Raises:
        SealedDataDamaged: the bytes are not what was sealed for this person.
    """
    name = unseal(key, label, row_aad("person", "label", person)).decode()
    more = json.loads(unseal(key, further, row_aad("person", "names", person))) if further else {}
    return Names(name, more.get("display_name"), more.get("external_id"), more.get("related_to"))


def seal_template(key: bytes, reference: ReferenceId, vector: NDArray[np.float32]) -> bytes:
    """A sealed template: `dim` little-endian float32."""
    return seal(key, vector.astype("<f4").tobytes(), row_aad("reference", "template", reference))


def open_template(key: bytes, reference: int, sealed: bytes) -> NDArray[np.float32]:
    """The reverse of `seal_template`."""
    return np.frombuffer(unseal(key, sealed, row_aad("reference", "template", reference)), dtype="<f4")


def seal_image(key: bytes, reference: ReferenceId, jpeg: bytes) -> bytes:
    """A sealed reference image."""
    return seal(key, jpeg, row_aad("reference", "image", reference))


def open_image(key: bytes, reference: int, sealed: bytes) -> bytes:
    """The reverse of `seal_image`."""
    return unseal(key, sealed, row_aad("reference", "image", reference))


def real_references(connection: Connection) -> int:
    """How many references there are that are not synthetic filler."""
    query = select(func.count()).select_from(schema.reference).where(~schema.reference.c.synthetic)
    return connection.execute(query).scalar_one()


def label_rows(connection: Connection, references: Sequence[ReferenceId]) -> list[RowMapping]:
    """Labels, person and batch state of references that still exist, locked against change until the end of
    the transaction; a batch without a ledger entry is not searchable and its references are left out."""
    query = (
        select(schema.reference.c.id, schema.reference.c.person, schema.reference.c.contract, *LABEL_COLUMNS)
        .join(schema.batch, schema.batch.c.id == schema.reference.c.batch)
        # One array, not one parameter each: PostgreSQL takes no more than 65,535 of those.
        .where(schema.reference.c.id == any_(literal(list(references), ARRAY(BigInteger))))
        .where(schema.batch.c.leaf.is_not(None))
        .with_for_update(read=True, of=schema.reference)
    )
    return list(connection.execute(query).mappings())
