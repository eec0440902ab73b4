"""The private journal: who did what with people's data, and who read that."""

import json
import os
import pwd
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from overt.encounter import Decision, correct
from overt.errors import JournalBroken
from overt.gallery.relations import read_relations
from overt.store.gallery.browsing import review
from overt.store.gallery.relating import relate
from overt.store.journal import START, Act, Journal, Kept, Line, at_the_machine, following
from overt.store.retention import destroy_expired
from simulators.force import OFFICER, Force

READER = Line("host:test", Act.CONSULTED, "journal", "a test")


def lines(force: Force) -> list[Kept]:
    return list(force.instance.ledger.journal.read(READER))


def told(force: Force, since: int = 0) -> list[tuple[str, str, str]]:
    found = [each for each in lines(force) if each.number > since and each.line.subject != "journal"]
    return [(each.line.actor, each.line.act.value, each.line.subject.split(":")[0]) for each in found]


def test_what_the_gallery_goes_through(force: Force) -> None:
    force.enrol(1, 2)
    ledger, browser = force.instance.ledger, force.instance.browser
    one = browser.of_person("p1")[0]
    later = force.clock().date() + timedelta(days=100)
    review(ledger, one.reference, review_on=later, outcome=None, now=force.instance.clock)
    relate(ledger, force.instance.tagger, read_relations("person,relation,other\np1,twin,p2"))
    force.instance.erasure.erase(one.person)
    assert [each[1:] for each in told(force)] == [
        ("collected", "batch"),
        ("altered", "reference"),
        ("altered", "person"),
        ("altered", "person"),
        ("erased", "person"),
    ]
    assert all(actor.startswith("host:") for actor, _, _ in told(force))


def test_what_a_check_does(force: Force) -> None:
    force.enrol(1)
    since = lines(force)[-1].number
    check = force.check(1).encounter
    reference = check.candidates[0]
    force.instance.viewing.count(check.id, reference, OFFICER)
    force.desks.reveal.decide(check.id, OFFICER, Decision("follow-lead", reference))
    book, policy, now = force.instance.book, force.instance.policy, force.clock()
    book.advance(check.id, lambda each: correct(policy, each, Decision("none-of-them"), now), OFFICER)
    assert told(force, since) == [
        (OFFICER, "collected", "encounter"),
        (OFFICER, "combined", "encounter"),
        (OFFICER, "consulted", "reference"),
        (OFFICER, "consulted", "reference"),
        (OFFICER, "collected", "encounter"),
        (OFFICER, "altered", "encounter"),
    ]
    assert {each.line.why for each in lines(force) if each.line.subject == f"reference:{reference}"} == {
        f"check on ground {check.fields.ground}: shown in encounter {check.id}",
        f"candidate's photograph in encounter {check.id}",
    }


def test_a_check_that_is_over_is_looked_at(force: Force) -> None:
    """While it goes on it is its officer's own work; afterwards each look is a line."""
    ended = force.noticed()
    since = lines(force)[-1].number
    force.desks.check.owned(ended, OFFICER)
    assert told(force, since) == []
    force.desks.check.end(ended, OFFICER, "mistake")
    force.desks.check.owned(ended, OFFICER)
    assert told(force, since) == [(OFFICER, "consulted", "encounter")]


def test_who_is_at_the_machine_is_not_for_the_user_to_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    login = tmp_path / "loginuid"
    monkeypatch.setattr("overt.store.journal._LOGIN", login)
    me = pwd.getpwuid(os.getuid()).pw_name
    assert at_the_machine() == f"host:{me}", "a kernel that keeps no audit"
    login.write_text(str(2**32 - 1))
    assert at_the_machine() == f"host:{me}", "nobody signed in: a service"
    login.write_text(str(os.getuid()))
    assert at_the_machine() == f"host:{me}"
    login.write_text("54321")
    assert at_the_machine() == f"host:user-54321 as {me}", "who became another user is named by both"


def test_whoever_reads_is_in_it(force: Force) -> None:
    first, second = lines(force), lines(force)
    assert first[-1].line == second[-1].line == READER
    assert second[-1].number == first[-1].number + 1


def test_a_changed_line_shows(force: Force) -> None:
    for _ in range(3):
        lines(force)
    with force.instance.engine.begin() as connection:
        connection.execute(text("update journal set actor = 'host:somebody-else' where number = 2"))
    with pytest.raises(JournalBroken):
        lines(force)


def test_the_chain_is_what_the_page_says(force: Force) -> None:
    one = lines(force)[0]
    assert one.chain == following(START, one.number, one.at, one.line)
    assert one.as_json()["chain"] == one.chain.hex()


def test_a_closed_day_commits_to_its_end(force: Force) -> None:
    lines(force)
    force.clock.forward(days=1)
    force.instance.ledger.close_days()
    closed = force.instance.ledger.closed_days()[-1][1]
    _, openings = force.instance.book.entry_with_openings(closed)
    last = lines(force)[-2]
    assert openings["journal"][1] == {"lines": last.number, "chain": last.chain.hex()}


def test_lines_go_when_their_time_is_over_and_the_chain_goes_on(force: Force) -> None:
    ledger, retention = force.instance.ledger, force.instance.policy.retention
    for _ in range(3):
        lines(force)
    last = lines(force)[-1]
    force.clock.forward(days=retention.journal_days + 1)
    destroy_expired(ledger, retention, force.instance.clock)
    left = lines(force)
    assert [each.number for each in left] == [last.number, last.number + 1, last.number + 2]
    assert (left[1].line.act, left[1].line.actor) == (Act.ERASED, "system")
    entry = json.loads(next(body for body in force.bodies() if b"records:destroyed" in body))
    assert "journal-lines" in entry["fields"]["destroyed"]


def test_a_line_and_what_it_tells_of_are_one_transaction(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Journal, *__: object) -> None:
        raise OSError

    monkeypatch.setattr(Journal, "note", fails)
    before, entries = force.instance.book.last_opened(OFFICER), len(force.deeds())
    with pytest.raises(OSError):
        force.noticed()
    assert (force.instance.book.last_opened(OFFICER), len(force.deeds())) == (before, entries)


def test_it_is_no_part_of_what_is_public(force: Force) -> None:
    force.enrol(1)
    force.check(1)
    files = [each for each in force.instance.place.ledger.rglob("*") if each.is_file()]
    assert files
    assert not any(b"on ground" in data or b"host:" in data for data in map(Path.read_bytes, files))
