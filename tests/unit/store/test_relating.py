"""Relations in PostgreSQL: both ways, all or nothing, one entry, told after the comparison, gone with an erasure."""

from uuid import UUID

import pytest
from sqlalchemy import select, text

from overt.candidates.wording import related
from overt.encounter.reveal_desk import Revealed
from overt.errors import ComparisonMissing, RelationsRefused
from overt.gallery.relations import Relation, read_relations
from overt.ledger.entry import parse
from overt.store import schema
from overt.store.gallery.relating import RelatingReport, relate
from overt.store.gallery.rows import Names
from simulators.camera import photograph
from simulators.force import OFFICER, Force

TWIN = related({Relation.TWIN})


def put(force: Force, *rows: str) -> RelatingReport:
    said = read_relations("\n".join(("person,relation,other", *rows)))
    return relate(force.instance.ledger, force.instance.tagger, said)


def on_file(force: Force) -> set[tuple[frozenset[str], str]]:
    """What is on file, by the force's labels."""
    with force.instance.engine.connect() as connection:
        rows = connection.execute(select(schema.relation)).all()
        people = dict(connection.execute(select(schema.reference.c.person, schema.reference.c.id)).all())
    names = force.instance.browser.names_of(list(people.values()))
    return {(frozenset(names[people[each]].person for each in (a, b)), code) for a, b, code in rows}


def told(force: Force, person: int) -> str | None:
    (candidate,) = force.check(person).candidates
    return candidate.relatives


def erase(force: Force, label: str) -> None:
    force.instance.erasure.erase(force.instance.browser.of_person(label)[0].person)


def test_one_entry_says_how_many_and_nobody(force: Force) -> None:
    force.enrol(1, 2, 3)
    report = put(force, "p1,twin,p2", "p3,relative,p1")
    assert (report.changed, report.already_there) == (2, 0)
    assert report.ledger_index == len(force.deeds()) - 1
    (body,) = force.instance.ledger.published_bodies(report.ledger_index, report.ledger_index + 1)
    entry = parse(body)
    assert (entry.deed, dict(entry.fields), dict(entry.commitments)) == ("gallery:relation:recorded", {"count": 2}, {})
    assert on_file(force) == {(frozenset({"p1", "p2"}), "twin"), (frozenset({"p1", "p3"}), "relative")}

    deeds = force.deeds()
    assert put(force, "p2,twin,p1", "p1,relative,p3") == RelatingReport(0, 2, None), "either way round it is the same"
    assert force.deeds() == deeds, "what changes nothing has no entry"

    later = put(force, "p2,sibling,p1", "p3,none,p1", "p2,none,p3")
    assert (later.changed, later.already_there) == (2, 1)
    assert on_file(force) == {(frozenset({"p1", "p2"}), "sibling")}

    deeds = force.deeds()
    with pytest.raises(RelationsRefused, match=r"^Line 3 names somebody who is not enrolled here\.$"):
        put(force, "p1,twin,p2", "p1,twin,nobody")
    assert on_file(force) == {(frozenset({"p1", "p2"}), "sibling")}, "all or nothing"
    assert force.deeds() == deeds


def test_it_is_told_after_the_comparison_and_only_then(force: Force) -> None:
    force.enrol(1, 2, 3)
    put(force, "p2,twin,p1")
    answered = force.capture(force.noticed(), photograph(1, 99))
    assert answered.candidates
    assert "twin" not in repr(answered)
    with pytest.raises(ComparisonMissing):
        force.desks.reveal.reveal(answered.encounter.id, OFFICER)
    kept = force.desks.search._desk.answer_for(answered.encounter.id, None)
    assert kept is not None
    assert "twin" not in repr(kept.body), "nothing of it is kept with the answer"

    revealed = force.reveal(answered.encounter)
    (candidate,) = revealed.candidates
    assert candidate.names == Names("p1")
    assert (
        candidate.relatives
        == TWIN
        == ("The force's records say that this person has a twin. A face this close may be the twin's.")
    )
    assert revealed.warning is None, "the twin is not shown, and no other is as near"
    assert "p2" not in repr(revealed), "no second person is named"
    assert again(force, revealed).candidates[0].relatives == TWIN

    put(force, "p1,none,p2", "p1,sibling,p3")
    assert again(force, revealed).candidates[0].relatives == related({Relation.SIBLING}), "as the records are today"
    assert told(force, 3) == related({Relation.SIBLING}), "from either side"
    assert told(force, 2) is None


def again(force: Force, revealed: Revealed) -> Revealed:
    """The reveal for a phone that lost it."""
    return force.desks.reveal.revealed(force.stored(revealed.encounter.id))


def test_nothing_is_told_of_somebody_who_has_no_reference_on_file(force: Force) -> None:
    force.enrol(1, 2)
    put(force, "p1,twin,p2")
    with force.instance.engine.begin() as connection:
        p2 = force.instance.browser.of_person("p2")[0].person
        connection.execute(text("insert into batch values (gen_random_uuid(), '', now(), null, null)"))
        moved = text("update reference set batch = (select id from batch where leaf is null) where person = :person")
        connection.execute(moved, {"person": p2})
    assert told(force, 1) is None, "the import that brought the twin has not ended"
    with force.instance.engine.begin() as connection:
        connection.execute(text("delete from reference where person = :person"), {"person": p2})
    assert told(force, 1) is None


@pytest.mark.parametrize("gone", ["p1", "p2"])
def test_nothing_of_it_stays_when_either_is_erased(force: Force, gone: str) -> None:
    force.enrol(1, 2, 3)
    put(force, "p1,twin,p2", "p1,sibling,p3", "p2,sibling,p3")
    number = force.instance.browser.of_person(gone)[0].person
    revealed = force.check(3)
    assert number in numbers(force)
    assert file_size(force) > 0
    erase(force, gone)
    left = {"p1", "p2", "p3"} - {gone}
    assert on_file(force) == {(frozenset(left), "sibling")}
    assert number not in numbers(force)
    assert again(force, revealed).candidates[0].relatives == related({Relation.SIBLING})
    erase(force, (left - {"p3"}).pop())
    assert on_file(force) == set()
    assert file_size(force) == 0, "the bytes have left PostgreSQL's file too"
    assert again(force, revealed).candidates[0].relatives is None, "an answer that was given earlier does not tell it"


def numbers(force: Force) -> set[UUID]:
    """Everybody whose number stands in the table."""
    with force.instance.engine.connect() as connection:
        rows = connection.execute(select(schema.relation.c.person, schema.relation.c.other)).all()
    return {number for row in rows for number in row}


def file_size(force: Force) -> int:
    """Bytes of the table on the disk."""
    with force.instance.engine.connect() as connection:
        return int(connection.execute(text("select pg_relation_size('relation')")).scalar_one())
