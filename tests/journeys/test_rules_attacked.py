"""Architecture rules 1 to 3, 5 and 6, each attacked through the same desks that the service and the CLI use."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from overt.access import Officer, Role, Shutter
from overt.authority import Authority
from overt.encounter import CandidateAnswer, Comparison, Decision, authorise_search
from overt.errors import (
    AuthorityNotForThisCheck,
    CaptureForeign,
    CaptureReplayed,
    CaptureSignatureInvalid,
    CaptureStale,
    CheckEnded,
    ClockBehindRecord,
    ComparisonMissing,
    DeviceNotEnrolled,
    LedgerUnavailable,
    NoticeMissing,
    NotYourEncounter,
    OfficerCapReached,
    OfficerNotAuthorised,
    OfficerTrainingExpired,
    PilotExpired,
    Refusal,
    SearchAlreadyAnswered,
)
from overt.identifiers import OfficerId
from overt.search.gallery_backed import GallerySearch
from overt.store.creation import demo_device_id
from overt.store.database import connect
from simulators.camera import photograph, simulated_vector
from simulators.force import OFFICER, STREET, Force, demonstration, keys_of

PHOTO = photograph(1, 99)


def searches(force: Force) -> int:
    return force.deeds().count("encounter:search:performed")


# --- rule 1: no search without an open encounter ------------------------------------------------------------------


def test_a_whole_check_finds_the_person_and_writes_one_entry_a_step(shared_force: Force) -> None:
    shared_force.enrol(1, 2, 3)
    before = len(shared_force.deeds())
    assert shared_force.found(1) == ["p1"]
    assert shared_force.deeds()[before:] == [
        "encounter:check:opened",
        "encounter:notice:recorded",
        "encounter:search:performed",
        "encounter:comparison:recorded",
        "encounter:candidates:revealed",
    ]
    assert shared_force.found(777) == []


def test_no_search_before_the_notice(shared_force: Force) -> None:
    opened = shared_force.desks.check.open(STREET, OFFICER)
    with pytest.raises(NoticeMissing) as refused:
        shared_force.capture(opened.id, PHOTO)
    assert shared_force.deeds()[refused.value.recorded_at or 0] == "encounter:step:refused"


def test_no_search_in_a_closed_encounter(shared_force: Force) -> None:
    encounter = shared_force.noticed()
    shared_force.desks.check.end(encounter, OFFICER, "mistake")
    calls = shared_force.templates.calls
    with pytest.raises(CheckEnded):
        shared_force.capture(encounter, PHOTO)
    assert shared_force.templates.calls == calls, "the photograph was not even looked at"


def test_one_search_an_encounter(shared_force: Force) -> None:
    encounter = shared_force.noticed()
    shared_force.capture(encounter, PHOTO)
    with pytest.raises(SearchAlreadyAnswered):
        shared_force.capture(encounter, PHOTO)


def test_two_captures_at_the_same_moment_are_answered_once(shared_force: Force) -> None:
    encounter = shared_force.noticed()
    signed = [shared_force.signed(encounter, PHOTO) for _ in range(4)]
    outcomes: list[str] = []
    together = threading.Barrier(len(signed))

    def capture(nonce: bytes, signature: bytes, shutter: Shutter) -> None:
        together.wait()
        try:
            shared_force.desks.search.capture(encounter, OFFICER, [PHOTO], nonce, signature, shutter)
            outcomes.append("answered")
        except Refusal as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=capture, args=each) for each in signed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["answered", *["search_already_answered"] * 3]


def test_an_expired_officer_cannot_search(force: Force) -> None:
    encounter = force.noticed()
    force.instance.accounts.authorise(
        Officer(OFFICER, frozenset({Role.OFFICER}), force.clock().date() - timedelta(days=1))
    )
    with pytest.raises(OfficerTrainingExpired):
        force.capture(encounter, PHOTO)
    with pytest.raises(OfficerTrainingExpired):
        force.noticed()


def test_a_revoked_officer_cannot_search(force: Force) -> None:
    encounter = force.noticed()
    force.instance.accounts.revoke(OFFICER)
    with pytest.raises(OfficerNotAuthorised):
        force.capture(encounter, PHOTO)
    assert searches(force) == 0


def test_a_stranger_is_counted_but_writes_no_entry(shared_force: Force) -> None:
    before = shared_force.deeds()
    with pytest.raises(OfficerNotAuthorised) as refused:
        shared_force.desks.check.open({**STREET, "officer": "nobody"}, OfficerId("nobody"))
    assert refused.value.recorded_at is None
    assert shared_force.deeds() == before
    with shared_force.instance.engine.connect() as connection:
        assert connection.exec_driver_sql("select count from counter where name = 'open'").scalar_one() >= 1


def test_nothing_after_the_pilots_last_day(force: Force) -> None:
    encounter = force.noticed()
    last = force.instance.policy.pilot.ends
    force.clock.moment = force.clock.moment.replace(year=last.year, month=last.month, day=last.day) + timedelta(days=1)
    with pytest.raises(PilotExpired) as refused:
        force.noticed()
    assert force.deeds()[refused.value.recorded_at or 0] == "encounter:check:refused"
    with pytest.raises(Refusal):
        force.capture(encounter, PHOTO)
    assert searches(force) == 0


def test_a_clock_set_back_does_not_revive_the_pilot(force: Force) -> None:
    last = force.instance.policy.pilot.ends
    now = force.clock.moment
    force.clock.moment = now.replace(year=last.year, month=last.month, day=last.day) + timedelta(days=1)
    with pytest.raises(PilotExpired):
        force.noticed()
    force.clock.moment = now
    with pytest.raises(ClockBehindRecord) as refused:
        force.noticed()
    assert force.deeds()[refused.value.recorded_at or 0] == "encounter:check:refused"


def test_the_officer_cap_counts_people_ever(force: Force) -> None:
    cap = force.instance.policy.pilot.officer_cap
    trained = force.clock().date() + timedelta(days=10)
    there = force.deeds().count("officer:account:authorised") - 1  # the demonstration's supervisor takes no place
    for number in range(there, cap):
        name = OfficerId(f"officer-{number}")
        force.instance.accounts.authorise(Officer(name, frozenset({Role.OFFICER}), trained))
        force.instance.accounts.revoke(name)
    one_more = Officer(OfficerId("one-more"), frozenset({Role.OFFICER}), trained)
    entries = len(force.deeds())
    with pytest.raises(OfficerCapReached):
        force.instance.accounts.authorise(one_more)
    assert len(force.deeds()) == entries
    assert force.instance.accounts.officer(one_more.id) is None
    force.instance.accounts.authorise(replace(one_more, roles=frozenset({Role.SUPERVISOR})))
    force.instance.accounts.authorise(Officer(name, frozenset({Role.OFFICER}), trained))
    force.noticed(name, officer=name)


def test_another_officers_encounter_is_refused(force: Force) -> None:
    other = OfficerId("other-officer")
    trained = force.clock().date() + timedelta(days=10)
    force.instance.accounts.authorise(Officer(other, frozenset({Role.OFFICER}), trained))
    encounter = force.noticed()
    signed = force.signed(encounter, PHOTO)
    with pytest.raises(NotYourEncounter):
        force.desks.search.capture(encounter, other, [PHOTO], *signed)
    with pytest.raises(NotYourEncounter):
        force.desks.check.end(encounter, other, "mistake")


def test_a_gallery_search_without_authority_is_impossible(shared_force: Force) -> None:
    shared_force.enrol(1)
    search = GallerySearch(shared_force.instance.index.current())
    template = shared_force.templates.make(PHOTO).template
    with pytest.raises(TypeError):
        search.find(template, 0.5, None, shared_force.clock())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Authority(*[None] * 5)  # type: ignore[arg-type]


def test_an_authority_of_one_encounter_does_not_answer_another(shared_force: Force) -> None:
    """The transaction compares the authority with the stored encounter: a real one, in the wrong place, is refused."""
    desks, book = shared_force.desks, shared_force.instance.book
    one, two = shared_force.noticed(), shared_force.noticed()
    stored = book.load(one)
    contract = shared_force.templates.contract.digest
    authority = authorise_search(
        shared_force.instance.policy, stored, desks.check.present(stored.fields), contract, shared_force.clock()
    )
    forged = replace(authority, encounter=two)
    closed = desks.check.end(one, OFFICER, "mistake")
    assert not closed.is_open
    proof = desks.search._verified(two, [PHOTO], *shared_force.signed(two, PHOTO))
    found = desks.search._search(shared_force.templates.make(PHOTO), authority)
    with pytest.raises(Refusal):
        desks.search._record(authority, found, proof, None)
    old = replace(forged, as_of=authority.as_of - timedelta(minutes=5))
    with pytest.raises(Refusal) as refused:
        desks.search._record(old, found, proof, None)
    assert refused.value.code in {AuthorityNotForThisCheck.code, "authority_expired"}


# --- rule 2: an enrolled device, a fresh nonce ---------------------------------------------------------------------


def test_a_replayed_nonce_is_refused(shared_force: Force) -> None:
    encounter = shared_force.noticed()
    signed = shared_force.signed(encounter, photograph(5, faces=0))
    with pytest.raises(CaptureSignatureInvalid):
        shared_force.desks.search.capture(encounter, OFFICER, [PHOTO], *signed)
    nonce, _, shutter = signed
    good = shared_force.sign(nonce, encounter, PHOTO)
    with pytest.raises(CaptureReplayed):
        shared_force.desks.search.capture(encounter, OFFICER, [PHOTO], nonce, good, shutter)


def test_a_stale_or_foreign_capture_is_refused(force: Force) -> None:
    encounter, other = force.noticed(), force.noticed()
    signed = force.signed(encounter, PHOTO)
    with pytest.raises(CaptureForeign):
        force.desks.search.capture(other, OFFICER, [PHOTO], *signed)
    with pytest.raises(CaptureForeign):
        force.desks.search.capture(encounter, OFFICER, [PHOTO], b"\x00" * 32, *signed[1:])
    signed = force.signed(encounter, PHOTO)
    force.clock.forward(seconds=61)
    with pytest.raises(CaptureStale):
        force.desks.search.capture(encounter, OFFICER, [PHOTO], *signed)


def test_a_revoked_device_is_refused(force: Force) -> None:
    encounter = force.noticed()
    signed = force.signed(encounter, PHOTO)
    force.instance.accounts.revoke_device(demo_device_id(force.instance.about.id))
    with pytest.raises(DeviceNotEnrolled):
        force.desks.search.capture(encounter, OFFICER, [PHOTO], *signed)
    with pytest.raises(DeviceNotEnrolled):
        force.signed(encounter, PHOTO)


# --- rule 3: the entry before the candidate ------------------------------------------------------------------------


@pytest.mark.parametrize("broken", ["folder gone", "disk full", "database gone"])
def test_no_candidate_is_shown_when_the_ledger_cannot_be_written(
    force: Force, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    force.enrol(1)
    encounter = force.noticed()
    signed = force.signed(encounter, PHOTO)
    repair = _break(force, broken, monkeypatch)
    with pytest.raises(LedgerUnavailable):
        force.desks.search.capture(encounter, OFFICER, [PHOTO], *signed)
    with pytest.raises((LedgerUnavailable, Refusal)):
        force.desks.search.again(encounter, OFFICER)
    repair()
    if broken == "disk full":
        again = force.desks.search.again(encounter, OFFICER)
        assert len(again.candidates) == 1, "the stored answer is shown once its entry is durable"
        assert searches(force) == 1
    if broken == "folder gone":
        assert len(force.capture(encounter, PHOTO).candidates) == 1, "nothing was stored, so the check goes on"
        assert searches(force) == 1


def _break(force: Force, broken: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    folder = force.instance.place.ledger
    if broken == "folder gone":
        folder.rename(folder.with_name("away"))
        folder.write_text("not a folder")

        def repair() -> None:
            folder.unlink()
            folder.with_name("away").rename(folder)

        return repair
    if broken == "disk full":
        with_room = force.instance.ledger.files.publish
        monkeypatch.setattr(force.instance.ledger.files, "publish", _no_space)
        return lambda: monkeypatch.setattr(force.instance.ledger.files, "publish", with_room)
    dead = connect("postgresql://nobody@127.0.0.1:1/nothing")
    monkeypatch.setattr(force.instance.ledger, "engine", dead)
    return dead.dispose


def _no_space(_: bytes) -> None:
    raise OSError(28, "no space left")


# --- rules 5 and 6 -------------------------------------------------------------------------------------------------


def test_nothing_is_revealed_before_the_comparison(shared_force: Force) -> None:
    shared_force.enrol(1)
    answered = shared_force.capture(shared_force.noticed(), PHOTO)
    with pytest.raises(ComparisonMissing):
        shared_force.desks.reveal.reveal(answered.encounter.id, OFFICER)
    with pytest.raises(Refusal):
        shared_force.desks.reveal.decide(answered.encounter.id, OFFICER, Decision("no-candidate"))
    with pytest.raises(Refusal):
        shared_force.desks.reveal.compare(answered.encounter.id, OFFICER, Comparison(()))
    answers = tuple(CandidateAnswer(each, {"nose": "similar"}, "same", 9000) for each in answered.candidates)
    shared_force.desks.reveal.compare(answered.encounter.id, OFFICER, Comparison(answers))
    assert shared_force.desks.reveal.reveal(answered.encounter.id, OFFICER).candidates


def test_an_answer_carries_no_score_and_no_name(shared_force: Force) -> None:
    shared_force.enrol(1)
    answered = shared_force.capture(shared_force.noticed(), PHOTO)
    assert not {"score", "names", "person", "expected_false"} & set(answered.__dataclass_fields__)
    assert "p1" not in repr(replace(answered, checkpoint=""))


def test_a_person_who_declines_ends_the_check_and_gets_a_receipt(shared_force: Force) -> None:
    encounter = shared_force.noticed()
    assert not shared_force.desks.check.end(encounter, OFFICER, "declined-photo").is_open
    assert shared_force.desks.reveal.issue(encounter, OFFICER, declined=False)
    with pytest.raises(CheckEnded):
        shared_force.capture(encounter, PHOTO)


# --- rule 7: what may be searched ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ({}, True),
        ({"outcome": "acquitted"}, False),
        ({"outcome": "no-further-action"}, False),
        ({"under_18": "true"}, False),
        ({"source": "missing", "lawful_basis": "missing-report", "outcome": "not-applicable"}, False),
        ({"lawful_basis": "court-order"}, True),
    ],
)
def test_only_what_the_policy_lists_is_found(shared_force: Force, labels: dict[str, str], found: bool) -> None:
    person = 1000 + abs(hash(tuple(labels.items()))) % 10**6
    shared_force.enrol(person, **labels)
    assert shared_force.found(person) == ([f"p{person}"] if found else [])


def test_a_review_date_passes_without_an_event(force: Force) -> None:
    force.enrol(7, review_on=(force.clock().date() + timedelta(days=3)).isoformat())
    assert force.found(7) == ["p7"]
    force.clock.forward(days=3)
    assert force.found(7) == ["p7"], "searchable through the review date itself"
    force.clock.forward(days=1)
    assert force.found(7) == []


def test_what_changes_between_search_and_ledger_is_honoured(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """Erased while the search ran: the index still has the row, the transaction does not show it."""
    force.enrol(8, 9)
    stale = force.instance.index.current()
    monkeypatch.setattr(force.instance.index, "current", lambda: stale)
    force.instance.erasure.erase(force.instance.browser.of_person("p8")[0].person)
    vector = simulated_vector(8, 99, 128)
    assert len(vector) == 128
    assert force.found(8) == []
    assert force.found(9) == ["p9"]


def test_a_lost_answer_is_shown_again_and_not_searched_again(shared_force: Force) -> None:
    shared_force.enrol(1, 2)
    answered = shared_force.capture(shared_force.noticed(), PHOTO)
    calls, count = shared_force.templates.calls, searches(shared_force)
    again = shared_force.desks.search.again(answered.encounter.id, OFFICER)
    assert (again.candidates, again.index) == (answered.candidates, answered.index)
    assert (shared_force.templates.calls, searches(shared_force)) == (calls, count)


def test_keys_stand_outside_the_instance(folder: Path) -> None:
    with demonstration(folder) as force:
        keys = keys_of(folder)
        assert not keys.is_relative_to(force.instance.place.folder)
        assert keys.stat().st_mode & 0o077 == 0
        assert {path.name for path in keys.rglob("*") if path.is_file() and path.stat().st_mode & 0o077} == set()
