"""Relations between two people of the gallery, from the force's records.

Rules:
* A row holds two people's numbers and a code, no name. It has no direction: the lesser number stands first.
* What a file changes is one transaction with one ledger entry, which says how many pairs and nobody. A file that
  changes nothing has no entry.
* A row goes in the transaction that erases either of its people (`erasure`); its bytes go with the vacuum after it.
* What is told of a person is only that such a relation exists, and only while the other is on file as well.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Connection,
    LargeBinary,
    Subquery,
    Uuid,
    any_,
    bindparam,
    delete,
    exists,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from overt.errors import RelationsRefused
from overt.gallery.relations import Relation, RelationRow
from overt.identifiers import PersonId, ReferenceId
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.store import schema
from overt.store.gallery.tags import Tagger
from overt.store.journal import Act, Line, at_the_machine
from overt.store.ledger_log import LedgerLog

_PAIR = (schema.relation.c.person, schema.relation.c.other)


@dataclass(frozen=True, slots=True)
class RelatingReport:
    """What became of a file: pairs recorded, changed or taken back, and those that were on file as they are.

    `ledger_index` is None when nothing changed.
    """

    changed: int
    already_there: int
    ledger_index: int | None


def relate(ledger: LedgerLog, tagger: Tagger, rows: Sequence[RelationRow]) -> RelatingReport:
    """Put what a file says on file, all of it or nothing.

    Raises:
        RelationsRefused: a row names somebody who is not enrolled here.
    """
    with ledger.deed() as (connection, append):
        wanted = _wanted(connection, tagger, rows)
        there = _on_file(connection, list(wanted))
        changes = {pair: relation for pair, relation in wanted.items() if there.get(pair) != relation}
        if not changes:
            return RelatingReport(0, len(wanted), None)
        _change(connection, changes)
        people = sorted({person for pair in changes for person in pair})
        actor = at_the_machine()
        ledger.journal.note(connection, *(Line(actor, Act.ALTERED, f"person:{one}", "relations") for one in people))
        leaf = append(EntryDraft(Deed.GALLERY_RELATION_RECORDED, {"count": len(changes)}, {}))
    ledger.publish(leaf)
    return RelatingReport(len(changes), len(wanted) - len(changes), leaf)


def relations_of(connection: Connection, references: Sequence[ReferenceId]) -> dict[ReferenceId, frozenset[Relation]]:
    """How the people behind references are related to somebody who has a reference on file; others are left out."""
    both = _both_ways()
    on_file = (
        select(schema.reference.c.id)
        .join(schema.batch, schema.batch.c.id == schema.reference.c.batch)
        .where(schema.reference.c.person == both.c.other, schema.batch.c.leaf.is_not(None))
    )
    shown = schema.reference.alias("shown")
    query = (
        select(shown.c.id, both.c.code)
        .join(both, both.c.person == shown.c.person)
        .where(shown.c.id.in_(references), exists(on_file))
    )
    found: defaultdict[ReferenceId, set[Relation]] = defaultdict(set)
    for reference, code in connection.execute(query):
        found[ReferenceId(reference)].add(Relation(code))
    return {reference: frozenset(relations) for reference, relations in found.items()}


def forget_relations(connection: Connection, person: PersonId) -> None:
    """Delete every relation of one person, whichever of the two they are."""
    connection.execute(delete(schema.relation).where(or_(*(column == person for column in _PAIR))))


def _both_ways() -> Subquery:
    """Each relation twice, once from either side."""
    person, other = _PAIR
    code = schema.relation.c.code
    there, back = select(person, other, code), select(other.label("person"), person.label("other"), code)
    return union_all(there, back).subquery("both_ways")


def _wanted(
    connection: Connection, tagger: Tagger, rows: Sequence[RelationRow]
) -> dict[tuple[UUID, UUID], Relation | None]:
    """What the rows say, by the numbers of the two people, the lesser first."""
    tags = {label: tagger.person(label) for row in rows for label in row.pair}
    query = select(schema.person.c.label_tag, schema.person.c.id)
    # One array, not one parameter each: PostgreSQL takes no more than 65,535 of those.
    listed = any_(literal(list(tags.values()), ARRAY(LargeBinary)))
    people = dict(connection.execute(query.where(schema.person.c.label_tag == listed)).all())
    wanted: dict[tuple[UUID, UUID], Relation | None] = {}
    for row in rows:
        if any(tags[label] not in people for label in row.pair):
            raise RelationsRefused(f"Line {row.line} names somebody who is not enrolled here.")
        person, other = sorted(people[tags[label]] for label in row.pair)
        wanted[person, other] = row.relation
    return wanted


def _on_file(connection: Connection, pairs: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Relation]:
    """What is on file of the people who stand first in the pairs, in whatever pair."""
    listed = any_(literal([person for person, _other in pairs], ARRAY(Uuid)))
    query = select(*_PAIR, schema.relation.c.code).where(schema.relation.c.person == listed)
    return {(person, other): Relation(code) for person, other, code in connection.execute(query)}


def _change(connection: Connection, changes: Mapping[tuple[UUID, UUID], Relation | None]) -> None:
    gone = [{"first": person, "second": other} for (person, other), relation in changes.items() if relation is None]
    kept = [
        {"person": person, "other": other, "code": relation.value}
        for (person, other), relation in changes.items()
        if relation is not None
    ]
    if gone:
        person, other = _PAIR
        pair = (person == bindparam("first"), other == bindparam("second"))
        connection.execute(delete(schema.relation).where(*pair), gone)
    if kept:
        change = upsert(schema.relation)
        connection.execute(
            change.on_conflict_do_update(index_elements=_PAIR, set_={"code": change.excluded.code}), kept
        )
