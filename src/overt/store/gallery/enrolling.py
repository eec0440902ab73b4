"""Writing enrolled people and references: sealed, tagged, within the ceiling.

Rules:
* The person's key is durable before the row that needs it is committed, and the key store is held open for
  enrolment until then. People who are there already are locked against erasure for as long.
* Real references never pass the policy's ceiling; the count is taken in the same transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Engine, insert, select

from overt.capture.encode import encode_jpeg
from overt.errors import GalleryFull
from overt.gallery.manifest import ManifestRow
from overt.identifiers import PersonId, ReferenceId
from overt.store import schema
from overt.store.gallery.rows import (
    Names,
    label_values,
    next_reference_ids,
    real_references,
    seal_image,
    seal_names,
    seal_template,
)
from overt.store.gallery.tags import Tagger
from overt.store.keys import PersonKeys
from overt.template.made import MadeTemplate


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One image ready to be stored."""

    row: ManifestRow
    made: MadeTemplate
    file_bytes: bytes


class Enroller:
    """Stores enrolments of one instance."""

    def __init__(
        self, engine: Engine, keys: PersonKeys, tagger: Tagger, *, ceiling: int, draw: Callable[[int], bytes]
    ) -> None:
        self._engine, self._keys, self._tagger = engine, keys, tagger
        self._ceiling, self._draw = ceiling, draw

    def store(self, enrolments: Sequence[Enrolment], batch: UUID) -> None:
        """Store all of them or none.

        Raises:
            GalleryFull: they would pass the ceiling.
        """
        with self._keys.enrolling() as keys_open, self._engine.begin() as connection:
            if real_references(connection) + len(enrolments) > self._ceiling:
                raise GalleryFull()
            people = self._people(connection, enrolments)
            keys = keys_open.add(people.values())
            self._insert_people(connection, enrolments, people, keys)
            references = next_reference_ids(connection, len(enrolments))
            values = [
                self._values(one, reference, people[one.row.person], keys, batch)
                for one, reference in zip(enrolments, references, strict=True)
            ]
            connection.execute(insert(schema.reference), values)

    def _people(self, connection: Connection, enrolments: Sequence[Enrolment]) -> dict[str, PersonId]:
        tags = {self._tagger.person(one.row.person): one.row.person for one in enrolments}
        query = select(schema.person.c.label_tag, schema.person.c.id).where(schema.person.c.label_tag.in_(tags))
        locked = query.order_by(schema.person.c.id).with_for_update(read=True, key_share=True)
        found = {tags[tag]: PersonId(person) for tag, person in connection.execute(locked)}
        return {label: found.get(label) or self._new_person() for label in tags.values()}

    def _new_person(self) -> PersonId:
        return PersonId(UUID(bytes=self._draw(16), version=4))

    def _insert_people(
        self,
        connection: Connection,
        enrolments: Sequence[Enrolment],
        people: dict[str, PersonId],
        keys: dict[UUID, bytes],
    ) -> None:
        query = select(schema.person.c.id).where(schema.person.c.id.in_(people.values()))
        there = set(connection.execute(query).scalars())
        for one in enrolments:
            row, person = one.row, people[one.row.person]
            if person in there:
                continue
            there.add(person)
            names = Names(row.person, row.display_name, row.external_id, row.related_to)
            label, further = seal_names(keys[person], person, names)
            values = {"label_tag": self._tagger.person(row.person), "label_sealed": label, "names_sealed": further}
            connection.execute(insert(schema.person).values(id=person, synthetic=False, **values))

    def _values(
        self, one: Enrolment, reference: ReferenceId, person: PersonId, keys: dict[UUID, bytes], batch: UUID
    ) -> dict[str, object]:
        key = keys[person]
        return {
            "id": reference,
            "person": person,
            "batch": batch,
            "synthetic": False,
            "contract": one.made.template.contract,
            "template_sealed": seal_template(key, reference, one.made.template.vector),
            "image_sealed": seal_image(key, reference, encode_jpeg(one.made.photo)),
            "row_tag": self._tagger.row(one.row.person, one.file_bytes),
            "image_tag": self._tagger.image(one.file_bytes),
            "opening": self._draw(32),
            **label_values(one.row.label),
        }
