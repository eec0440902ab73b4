"""What the gallery's custodian may look up: labels and names of a few references, never images or templates in bulk.

Rules:
* A page is bounded; images and templates are not in it.
* Names are opened only for the rows shown.
* Looking up is by the force's own label or by number, never by similarity.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, Select, insert, select, update

from overt.errors import LabelsRefused, PersonUnknown
from overt.gallery.batch import member_value
from overt.gallery.manifest import belongs
from overt.gallery.relations import Relation
from overt.identifiers import PersonId, ReferenceId
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.scope import Label, Outcome
from overt.store import schema
from overt.store.gallery.relating import relations_of
from overt.store.gallery.rows import LABEL_COLUMNS, Names, label_of, label_values, open_image, open_names
from overt.store.gallery.tags import Tagger
from overt.store.journal import Act, Line, at_the_machine
from overt.store.keys import PersonKeys
from overt.store.ledger_log import LedgerLog

MOST = 200
"""References on one page at most."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One reference as a custodian sees it; `names` is None where the key is gone."""

    reference: ReferenceId
    person: PersonId
    names: Names | None
    label: Label
    synthetic: bool
    sealed: bool


class Browser:
    """Look-ups in one instance."""

    def __init__(self, engine: Engine, keys: PersonKeys, tagger: Tagger) -> None:
        self._engine, self._keys, self._tagger = engine, keys, tagger

    def page(self, *, after: int = 0, count: int = MOST, synthetic: bool = False) -> list[Listed]:
        """References in the order of their numbers, beginning behind `after`."""
        query = _listing().where(schema.reference.c.id > after, schema.reference.c.synthetic == synthetic)
        with self._engine.connect() as connection:
            return self._listed(connection, query.order_by(schema.reference.c.id).limit(min(count, MOST)))

    def one(self, reference: ReferenceId) -> Listed:
        """One reference.

        Raises:
            PersonUnknown: there is none of that number.
        """
        return self._some(schema.reference.c.id == reference)[0]

    def of_person(self, label: str) -> list[Listed]:
        """All references of the person whom the force calls `label`.

        Raises:
            PersonUnknown: nobody of that label is enrolled.
        """
        return self._some(schema.person.c.label_tag == self._tagger.person(label))

    def names_of(self, references: Sequence[ReferenceId]) -> dict[ReferenceId, Names]:
        """Names behind references; those that are gone are left out."""
        with self._engine.connect() as connection:
            listed = self._listed(connection, _listing().where(schema.reference.c.id.in_(references)))
        return {one.reference: one.names for one in listed if one.names is not None}

    def relations_of(self, references: Sequence[ReferenceId]) -> dict[ReferenceId, frozenset[Relation]]:
        """How the people behind references are related to others on file; those who are not are left out."""
        with self._engine.connect() as connection:
            return relations_of(connection, references)

    def image(self, reference: ReferenceId) -> bytes | None:
        """The JPEG of one reference; None for synthetic filler, which has none.

        Raises:
            PersonUnknown: there is no such reference.
            PersonKeyGone: the person has been erased.
        """
        query = select(schema.reference.c.person, schema.reference.c.image_sealed)
        with self._engine.connect() as connection:
            row = connection.execute(query.where(schema.reference.c.id == reference)).mappings().first()
        if row is None:
            raise PersonUnknown()
        if row["image_sealed"] is None:
            return None
        return open_image(self._keys.get(row["person"]), reference, row["image_sealed"])

    def _some(self, where: ColumnElement[bool]) -> list[Listed]:
        with self._engine.connect() as connection:
            found = self._listed(connection, _listing().where(where).order_by(schema.reference.c.id))
        if not found:
            raise PersonUnknown()
        return found

    def _listed(self, connection: Connection, query: "Select[tuple[object, ...]]") -> list[Listed]:
        rows = connection.execute(query).mappings().all()
        keys = self._keys.get_many({row["person"] for row in rows})
        return [_one_listed(row, keys.get(row["person"])) for row in rows]


def review(
    ledger: LedgerLog, reference: ReferenceId, *, review_on: date, outcome: Outcome | None, now: Callable[[], datetime]
) -> int:
    """Record a custodian's decision to go on holding a reference until `review_on`; returns the ledger index.

    Raises:
        PersonUnknown: there is no such reference.
        LabelsRefused: the outcome does not go with the reference's source.
    """
    with ledger.deed() as (connection, append):
        query = select(*LABEL_COLUMNS).where(schema.reference.c.id == reference).with_for_update()
        row = connection.execute(query).mappings().first()
        if row is None:
            raise PersonUnknown()
        before = label_of(row)
        after = replace(before, review_on=review_on, decided_on=now().date(), outcome=outcome or before.outcome)
        if not belongs(after.source, after.outcome):
            raise LabelsRefused()
        connection.execute(
            update(schema.reference).where(schema.reference.c.id == reference).values(label_values(after))
        )
        connection.execute(insert(schema.gallery_change).values(kind="relabelled", reference=reference))
        ledger.journal.note(connection, Line(at_the_machine(), Act.ALTERED, f"reference:{reference}", "review"))
        leaf = append(EntryDraft(Deed.GALLERY_REFERENCE_REVIEWED, {}, {"reference": member_value(reference, after)}))
    ledger.publish(leaf)
    return leaf


def _listing() -> "Select[tuple[object, ...]]":
    return select(
        schema.reference.c.id,
        schema.reference.c.person,
        schema.reference.c.synthetic,
        schema.batch.c.leaf,
        schema.person.c.label_sealed,
        schema.person.c.names_sealed,
        *LABEL_COLUMNS,
    ).select_from(schema.reference.join(schema.person).join(schema.batch))


def _one_listed(row: RowMapping, key: bytes | None) -> Listed:
    names = open_names(key, row["person"], row["label_sealed"], row["names_sealed"]) if key else None
    return Listed(
        ReferenceId(row["id"]), PersonId(row["person"]), names, label_of(row), row["synthetic"], row["leaf"] is not None
    )
