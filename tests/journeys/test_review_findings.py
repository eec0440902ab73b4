"""Defects that a review found, each with the attack that showed it."""

import json
import subprocess
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from overt.access import Officer, Role
from overt.capture.limits import MAX_BYTES
from overt.cli.main import run
from overt.cli.output import show_error
from overt.cli.serve import new_session
from overt.errors import (
    CaptureStale,
    CheckEnded,
    DeviceNotEnrolled,
    LedgerUnavailable,
    NoFace,
    NotYourEncounter,
    Refusal,
    SearchAlreadyAnswered,
    UsageError,
)
from overt.gallery.manifest import RowReason
from overt.identifiers import OfficerId, ReferenceId
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.service.app import make_app
from overt.store import creation
from overt.store.creation import create, demo_device_id, demonstration_text
from overt.store.gallery import batches
from overt.store.gallery.enrolling import Enroller
from overt.store.gallery.rows import label_rows
from overt.store.ledger_log import LedgerLog
from overt.store.place import utc_now
from simulators.camera import SimulatedTemplates, photograph
from simulators.commands import PROGRAM, overt
from simulators.force import OFFICER, STREET, Force, keys_of

PHOTO = photograph(1, 99)
SECONDS = 60

HOME = "http://localhost"


def refused_entry(force: Force, refusal: Refusal) -> str:
    """The deed of the entry that a refusal names."""
    assert refusal.recorded_at is not None, "the refusal left no entry"
    return force.deeds()[refusal.recorded_at]


def append(ledger: LedgerLog) -> int:
    with ledger.deed() as (_, write):
        return write(EntryDraft(Deed.DEVICE_KEY_REVOKED, {}, {"device": "x"}))


def other_process(ledger: LedgerLog) -> LedgerLog:
    """The log as another process would have it: nothing shared but disk and database."""
    return LedgerLog(ledger.engine, ledger.files, ledger._signer, ledger._stamp, ledger._now)


def phone(force: Force) -> TestClient:
    token = new_session(force.instance, OFFICER)
    return TestClient(make_app(force.instance, force.desks), HOME, headers={"Authorization": f"Bearer {token}"})


# --- every refusal of somebody who is signed in is one entry -------------------------------------------------------


def test_a_second_search_that_loses_the_race_leaves_an_entry(
    shared_force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two captures were both allowed to search; the one that comes second to the ledger is refused there."""
    encounter = shared_force.noticed()
    signed = shared_force.signed(encounter, PHOTO)
    desk = shared_force.desks.search
    search = desk._search

    def overtaken(*arguments: Any) -> Any:
        found = search(*arguments)
        monkeypatch.setattr(desk, "_search", search)
        shared_force.capture(encounter, PHOTO)
        return found

    monkeypatch.setattr(desk, "_search", overtaken)
    with pytest.raises(SearchAlreadyAnswered) as refused:
        desk.capture(encounter, OFFICER, [PHOTO], *signed)
    assert refused_entry(shared_force, refused.value) == "encounter:follow-up:recorded"


def test_an_unusable_photograph_of_a_check_that_ended_meanwhile_leaves_an_entry(
    shared_force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    encounter = shared_force.noticed()
    signed = shared_force.signed(encounter, PHOTO)

    def ended_meanwhile(self: SimulatedTemplates, photo: bytes) -> None:
        shared_force.desks.check.end(encounter, OFFICER, "mistake")
        raise NoFace

    monkeypatch.setattr(SimulatedTemplates, "make", ended_meanwhile)
    with pytest.raises(NoFace) as refused:
        shared_force.desks.search.capture(encounter, OFFICER, [PHOTO], *signed)
    assert refused_entry(shared_force, refused.value) == "encounter:step:refused"


def test_trying_another_officers_check_leaves_an_entry(force: Force) -> None:
    other = OfficerId("other-officer")
    trained = force.clock().date() + timedelta(days=10)
    force.instance.accounts.authorise(Officer(other, frozenset({Role.OFFICER}), trained))
    encounter = force.noticed()
    signed = force.signed(encounter, PHOTO)
    device = demo_device_id(force.instance.about.id)
    desks = force.desks
    for attempt in (
        lambda: desks.check.end(encounter, other, "mistake"),
        lambda: desks.check.nonce(encounter, other, device),
        lambda: desks.search.capture(encounter, other, [PHOTO], *signed),
        lambda: desks.search.again(encounter, other),
        lambda: desks.reveal.reveal(encounter, other),
    ):
        before = len(force.deeds())
        with pytest.raises(NotYourEncounter) as refused:
            attempt()
        assert refused_entry(force, refused.value) == "encounter:step:refused"
        assert len(force.deeds()) == before + 1


def test_a_nonce_for_a_revoked_device_leaves_an_entry(force: Force) -> None:
    encounter, device = force.noticed(), demo_device_id(force.instance.about.id)
    force.instance.accounts.revoke_device(device)
    with pytest.raises(DeviceNotEnrolled) as refused:
        force.desks.check.nonce(encounter, OFFICER, device)
    assert refused_entry(force, refused.value) == "encounter:step:refused"


def test_what_the_interface_refuses_by_itself_leaves_an_entry(shared_force: Force) -> None:
    with phone(shared_force) as client:
        at = f"/api/v1/encounters/{shared_force.noticed()}"
        nonce = client.post(f"{at}/nonce").json()["nonce"]
        headers = {"Overt-Nonce": nonce, "Overt-Signature": "00" * 64, "Overt-Shutter": "guided"}
        large = client.post(f"{at}/capture", content=b"\xff" * (MAX_BYTES + 1), headers=headers).json()
        assert large["code"] == "image_too_large"
        assert shared_force.deeds()[large["ledger_index"]] == "encounter:capture:refused"

        answered = shared_force.capture(shared_force.noticed(), photograph(4321))
        at = f"/api/v1/encounters/{answered.encounter.id}"
        judgement = {"candidate": "F", "features": {"nose": "similar"}, "verdict": "same", "elapsed_ms": 9000}
        never_shown = client.post(f"{at}/comparison", json={"answers": [judgement]}).json()
        assert shared_force.deeds()[never_shown["ledger_index"]] == "encounter:follow-up:recorded"


# --- who may ask, and for how long ---------------------------------------------------------------------------------


def test_revoking_an_officer_or_a_phone_ends_their_sessions(force: Force) -> None:
    force.enrol(1)
    supervisor = OfficerId("another-officer")
    trained = force.clock().date() + timedelta(days=10)
    officer = Officer(supervisor, frozenset({Role.OFFICER}), trained)
    force.instance.accounts.authorise(officer)
    app = make_app(force.instance, force.desks)
    answered = force.capture(force.noticed(), PHOTO)
    with phone(force) as client, TestClient(app, HOME) as other:
        other.headers["Authorization"] = f"Bearer {new_session(force.instance, supervisor)}"
        at = f"/api/v1/encounters/{answered.encounter.id}"
        assert client.get(at).status_code == 200
        force.instance.accounts.revoke(OFFICER)
        assert client.get(at).status_code == 401
        force.instance.accounts.authorise(Officer(OFFICER, frozenset({Role.OFFICER}), trained))
        assert client.get(at).status_code == 401, "a session that is over is not revived"
        assert other.delete("/api/v1/session").status_code == 204
        other.headers["Authorization"] = f"Bearer {new_session(force.instance, supervisor)}"
        force.instance.accounts.revoke_device(demo_device_id(force.instance.about.id))
        assert other.delete("/api/v1/session").status_code == 401, "a stolen phone is signed out"


def test_the_policys_time_for_a_capture_is_kept(force: Force) -> None:
    policy = force.instance.policy
    limits = policy.limits
    object.__setattr__(limits, "capture_seconds", 20)
    encounter = force.noticed()
    signed = force.signed(encounter, PHOTO)
    force.clock.forward(seconds=21)
    with pytest.raises(CaptureStale):
        force.desks.search.capture(encounter, OFFICER, [PHOTO], *signed)


def test_an_answer_is_not_shown_again_once_the_check_is_over(shared_force: Force) -> None:
    answered = shared_force.capture(shared_force.noticed(), PHOTO)
    shared_force.desks.check.end(answered.encounter.id, OFFICER, "mistake")
    with pytest.raises(CheckEnded):
        shared_force.desks.search.again(answered.encounter.id, OFFICER)


# --- the ledger, several processes, and a crash at the wrong moment ------------------------------------------------


def test_a_crash_where_a_tile_becomes_full_leaves_a_log_that_goes_on(
    force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = force.instance.ledger
    while ledger.head().size < 250:
        ledger.publish(append(ledger))
    for _ in range(10):
        last = append(ledger)

    def crash(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(ledger.files, "publish", crash)
        with pytest.raises(LedgerUnavailable):
            ledger.publish(last)
    after = other_process(ledger)
    assert after.published_bodies(0, 250), "what the published checkpoint needs is still there"
    assert after.publish(last).size == last + 1
    assert after.verify() == last + 1


def test_a_proof_is_made_although_another_process_filled_the_tile(force: Force) -> None:
    ledger = force.instance.ledger
    while ledger.head().size < 250:
        number = append(ledger)
        ledger.publish(number)
    other = other_process(ledger)
    for _ in range(20):
        last = append(other)
    other.publish(last)
    assert ledger.proof(number)


def test_an_entry_that_the_database_lost_is_never_taken_for_another_one(force: Force) -> None:
    """The database crashed after the commit and before the sync; another process got the same number since."""
    ledger, other = force.instance.ledger, other_process(force.instance.ledger)
    lost = append(ledger)
    with ledger.engine.begin() as connection:
        connection.execute(text("delete from opening where leaf = :number"), {"number": lost})
        connection.execute(text("delete from leaf where number = :number"), {"number": lost})
    assert append(other) == lost
    other.publish(lost)
    with pytest.raises(LedgerUnavailable):
        ledger.publish(lost)


def test_fifty_phones_at_once_do_not_use_up_the_connections(shared_force: Force, monkeypatch: Any) -> None:
    """Each opening needs a connection for its transaction and one for the accounts: nobody may hold one and wait."""
    policy = shared_force.instance.policy
    object.__setattr__(policy.pilot, "checks_per_area_hour", 10_000)
    outcomes: list[str] = []
    together = threading.Barrier(50)

    def opening() -> None:
        together.wait()
        try:
            shared_force.desks.check.open(STREET, OFFICER)
            outcomes.append("opened")
        except Refusal as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=opening) for _ in range(50)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["opened"] * 50
    assert time.monotonic() - began < 25


# --- the gallery ---------------------------------------------------------------------------------------------------


def test_an_import_and_an_erasure_of_one_person_do_not_leave_rows_without_a_key(
    force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person is erased while another image of theirs is being stored."""
    force.enrol(5)
    person = force.instance.browser.of_person("p5")[0].person
    eraser: list[threading.Thread] = []
    people = Enroller._people

    def erased_meanwhile(self: Enroller, *arguments: Any) -> Any:
        found = people(self, *arguments)
        if not eraser:
            eraser.append(threading.Thread(target=force.instance.erasure.erase, args=(person,)))
            eraser[0].start()
            eraser[0].join(timeout=1.5)
        return found

    monkeypatch.setattr(Enroller, "_people", erased_meanwhile)
    force.enrol(5, shots=2)
    eraser[0].join(timeout=SECONDS)
    assert not eraser[0].is_alive()
    with force.instance.engine.connect() as connection:
        there = set(connection.execute(text("select person from reference")).scalars())
        owed = connection.execute(text("select count(*) from erasure_owed")).scalar_one()
    assert there <= force.instance.keys.ids(), "a row whose key is gone can never be found, listed or imported again"
    assert person not in there | force.instance.keys.ids()
    assert owed == 0


def test_sealing_a_batch_does_not_hold_the_ledger_while_it_commits_to_the_rows(
    force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check goes on meanwhile; a person who is erased meanwhile is not in the entry."""
    made = batches.batch_entry
    counts: list[Any] = []

    def slowly(*arguments: Any, **options: Any) -> EntryDraft:
        entry = made(*arguments, **options)
        counts.append(entry.fields["count"])
        if len(counts) == 1:
            working = threading.Thread(target=force.noticed)
            working.start()
            working.join(timeout=10)
            assert not working.is_alive(), "the check waits for the import"
            force.instance.erasure.erase(force.instance.browser.of_person("p71")[0].person)
        return entry

    monkeypatch.setattr(batches, "batch_entry", slowly)
    force.enrol(71, 72)
    assert counts == [2, 1]
    assert (force.found(71), force.found(72)) == ([], ["p72"])


def test_labels_that_contradict_within_one_manifest_are_reported(shared_force: Force, tmp_path: Path) -> None:
    (tmp_path / "a.sim").write_bytes(photograph(61))
    header = "file,person,captured_on,lawful_basis,outcome,review_on,under_18,source"
    row = "a.sim,p61,2024-01-01,pace-64a,{},2027-01-01,false,custody"
    (tmp_path / "manifest.csv").write_text("\n".join((header, row.format("convicted"), row.format("acquitted"))))
    report = shared_force.instance.importer().run(tmp_path, lambda done, total: None)
    assert [each.reason for each in report.refused] == [RowReason.OTHER_LABELS_ON_FILE]
    assert (report.imported, report.already_there) == (1, 0)


def test_a_link_that_leads_to_itself_is_a_refused_row(shared_force: Force, tmp_path: Path) -> None:
    (tmp_path / "loop.sim").symlink_to("loop.sim")
    header = "file,person,captured_on,lawful_basis,outcome,review_on,under_18,source"
    row = "loop.sim,p62,2024-01-01,pace-64a,convicted,2027-01-01,false,custody"
    (tmp_path / "manifest.csv").write_text(f"{header}\n{row}\n")
    report = shared_force.instance.importer().run(tmp_path, lambda done, total: None)
    assert [each.reason for each in report.refused] == [RowReason.FILE_NOT_READABLE]


def test_a_probe_that_is_near_to_very_many_is_still_answered(shared_force: Force) -> None:
    many = [ReferenceId(number) for number in range(1, 70_000)]
    with shared_force.instance.engine.connect() as connection:
        label_rows(connection, many)


# --- making an instance --------------------------------------------------------------------------------------------


def test_a_second_init_at_the_same_moment_does_not_remove_the_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both looked before either had made anything; only one may make, and only its own is cleaned up."""
    place = folder / "twice"
    text_of_policy = demonstration_text(utc_now().date(), None)
    about = creation._about
    first: list[str] = []

    def first_one_comes_in_between(*arguments: Any) -> Any:
        monkeypatch.setattr(creation, "_about", about)
        first.append(create(place, text_of_policy).vkey)
        return about(*arguments)

    monkeypatch.setattr(creation, "_about", first_one_comes_in_between)
    with pytest.raises(Refusal):
        create(place, text_of_policy)
    assert first
    assert (place / "instance.json").exists()
    assert keys_of(folder, "twice").exists()


# --- the command line and the service ------------------------------------------------------------------------------


def test_a_fault_of_the_system_is_no_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("not a folder")
    status = run(["--instance", str(tmp_path / "file"), "init", "--demonstration", "--json"])
    assert status == 1
    assert '"error"' in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["gallery", "list", "--count", "0"], ["nonsense"], ["check", "/no/photo.jpg", "--encounter", "x"]]
)
def test_wrong_use_is_status_2_and_with_json_one_object(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Traceback" not in shown.err
    assert run([*arguments, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "usage"


def test_a_service_that_is_told_to_end_ends_in_order(folder: Path) -> None:
    """Its embedded database is stopped with it, and the exit status says that nothing broke."""
    assert overt(folder / "i", "init", "--demonstration").status == 0
    argv = [str(PROGRAM), "--instance", str(folder / "i"), "serve", "--port", "0", "--json"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        told = ""
        while "}" not in told:
            assert serving.poll() is None
            told += serving.stdout.readline()
        port = json.loads(told)["address"].rstrip("/").rpartition(":")[2]
        busy = overt(folder / "i", "serve", "--port", port)
        assert (busy.status, "Traceback" in busy.err) == (2, False), busy.err
        serving.terminate()
        assert serving.wait(SECONDS) == 0
    assert not list((folder / "i").rglob("postmaster.pid"))


def test_brackets_in_a_message_are_shown_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('"[/b]" = 1\n')
    assert run(["policy", "check", str(policy)]) == 3
    show_error(UsageError("Not known: [/bold] [red]."), False)
    assert "[/bold] [red]." in capsys.readouterr().err


def test_nothing_is_cached_that_is_not_said_to_be(shared_force: Force) -> None:
    with phone(shared_force) as client:
        opened = client.post("/api/v1/encounters", json=STREET)
        assert opened.headers["cache-control"] == "no-store"
        assert client.get(f"/api/v1/encounters/{opened.json()['encounter']}").headers["cache-control"] == "no-store"
        assert client.get("/api/v1/nothing").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "[::1]:8765", "localhost:8765"])
def test_every_loopback_address_is_answered(shared_force: Force, host: str) -> None:
    with phone(shared_force) as client:
        assert client.get("/api/v1/instance", headers={"Host": host}).status_code == 200
