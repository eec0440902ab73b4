"""Enrolment: every row imported or reported, nothing twice, nothing lost."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from overt.errors import GalleryFull, ImportRunning, ManifestUnreadable, PersonUnknown
from overt.gallery.manifest import RowReason
from overt.identifiers import ReferenceId
from overt.scope import Outcome
from overt.store.gallery.batches import only_import
from overt.store.gallery.browsing import review
from overt.store.gallery.enrolling import Enroller
from overt.store.gallery.importing import ImportReport
from simulators.camera import photograph
from simulators.force import Force, random_bytes, write_manifest


def run(force: Force, folder: Path) -> ImportReport:
    return force.instance.importer().run(folder, lambda done, total: None)


def manifest(folder: Path, *rows: str) -> Path:
    header = "file,person,captured_on,lawful_basis,outcome,review_on,under_18,source,display_name"
    (folder / "manifest.csv").write_text("\n".join((header, *rows)) + "\n")
    return folder


GOOD = "2024-01-01,pace-64a,convicted,2027-01-01,false,custody"


def test_good_rows_are_enrolled_as_one_batch_with_one_entry(shared_force: Force) -> None:
    report = shared_force.enrol(1, 2, 3)
    assert (report.imported, report.already_there, report.refused) == (3, 0, [])
    assert shared_force.deeds()[report.ledger_index or 0] == "gallery:batch:imported"


def test_a_second_run_imports_nothing_twice_and_writes_no_entry(shared_force: Force, tmp_path: Path) -> None:
    write_manifest(tmp_path, (11, 12), 2, shared_force.clock().date())
    first, second = run(shared_force, tmp_path), run(shared_force, tmp_path)
    assert (first.imported, second.imported, second.already_there) == (4, 0, 4)
    assert second.ledger_index is None


def test_each_bad_row_is_reported_with_its_reason(shared_force: Force, tmp_path: Path) -> None:
    (tmp_path / "a.sim").write_bytes(photograph(21))
    (tmp_path / "none.sim").write_bytes(photograph(22, faces=0))
    (tmp_path / "junk.sim").write_bytes(b"junk")
    rows = {
        "a.sim,x,2024-13-01,pace-64a,convicted,2027-01-01,false,custody,": RowReason.BAD_DATE,
        "a.sim,x,20240101,pace-64a,convicted,2027-01-01,false,custody,": RowReason.BAD_DATE,
        "a.sim,x,2024-01-01,pace-64a,guilty,2027-01-01,false,custody,": RowReason.BAD_CODE,
        "a.sim,x,2024-01-01,pace-64a,convicted,2027-01-01,no,custody,": RowReason.BAD_CODE,
        "a.sim,x,2024-01-01,pace-64a,convicted,2027-01-01,false,passport,": RowReason.BAD_CODE,
        "a.sim,x,2024-01-01,missing-report,convicted,2027-01-01,false,custody,": RowReason.BASIS_NOT_FOR_SOURCE,
        "a.sim,x,2024-01-01,missing-report,convicted,2027-01-01,false,missing,": RowReason.OUTCOME_NOT_FOR_SOURCE,
        "a.sim,x,2124-01-01,pace-64a,convicted,2127-01-01,false,custody,": RowReason.CAPTURED_IN_FUTURE,
        "a.sim,x,2024-01-01,pace-64a,convicted,2023-01-01,false,custody,": RowReason.REVIEW_BEFORE_CAPTURE,
        "../a.sim,x,2024-01-01,pace-64a,convicted,2027-01-01,false,custody,": RowReason.BAD_PATH,
        "/etc/passwd,x,2024-01-01,pace-64a,convicted,2027-01-01,false,custody,": RowReason.BAD_PATH,
        "a.sim,,2024-01-01,pace-64a,convicted,2027-01-01,false,custody,": RowReason.MISSING_VALUE,
        f"a.sim,{'x' * 201},2024-01-01,pace-64a,convicted,2027-01-01,false,custody,": RowReason.TOO_LONG,
        "a.sim,x,2024-01-01,pace-64a,convicted,2027-01-01,false,custody,n,extra": RowReason.EXTRA_VALUES,
        f"gone.sim,x,{GOOD},": RowReason.FILE_NOT_READABLE,
        f"none.sim,x,{GOOD},": RowReason.PHOTO_REFUSED,
        f"junk.sim,x,{GOOD},": RowReason.PHOTO_REFUSED,
    }
    report = run(shared_force, manifest(tmp_path, *rows))
    assert report.imported == 0
    by_line = {row.line: row.reason for row in report.refused}
    assert by_line == dict(enumerate(rows.values(), 2))
    assert all("x" * 20 not in row.detail for row in report.refused), "details repeat no value of the row"


def test_a_symbolic_link_out_of_the_folder_is_not_followed(shared_force: Force, tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out.sim"
    inside.mkdir()
    outside.write_bytes(photograph(23))
    (inside / "a.sim").symlink_to(outside)
    report = run(shared_force, manifest(inside, f"a.sim,x,{GOOD},"))
    assert [row.reason for row in report.refused] == [RowReason.FILE_NOT_READABLE]


def test_the_same_image_under_two_people_is_refused(shared_force: Force, tmp_path: Path) -> None:
    (tmp_path / "a.sim").write_bytes(photograph(31))
    report = run(shared_force, manifest(tmp_path, f"a.sim,one,{GOOD},", f"a.sim,two,{GOOD},", f"a.sim,one,{GOOD},"))
    assert (report.imported, report.already_there) == (1, 1)
    assert [row.reason for row in report.refused] == [RowReason.IMAGE_OF_ANOTHER_PERSON]
    again = run(shared_force, manifest(tmp_path, f"a.sim,two,{GOOD},"))
    assert [row.reason for row in again.refused] == [RowReason.IMAGE_OF_ANOTHER_PERSON]


def test_other_labels_on_file_are_reported_not_overwritten(shared_force: Force, tmp_path: Path) -> None:
    (tmp_path / "a.sim").write_bytes(photograph(41))
    run(shared_force, manifest(tmp_path, f"a.sim,p41,{GOOD},"))
    other = run(shared_force, manifest(tmp_path, "a.sim,p41,2024-01-01,pace-64a,acquitted,2027-01-01,false,custody,"))
    assert [row.reason for row in other.refused] == [RowReason.OTHER_LABELS_ON_FILE]
    assert shared_force.instance.browser.of_person("p41")[0].label.outcome is Outcome.CONVICTED


@pytest.mark.parametrize(
    "content", [None, b"\xff\xfe", b"file,person\n", b"", b"file,file," + b"person\n", b'file,"x\n'], ids=repr
)
def test_a_manifest_that_is_none_is_refused(shared_force: Force, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "manifest.csv").write_bytes(content)
    with pytest.raises(ManifestUnreadable):
        run(shared_force, tmp_path)


def test_a_review_date_beyond_the_interval_is_brought_forward(shared_force: Force, tmp_path: Path) -> None:
    (tmp_path / "a.sim").write_bytes(photograph(42))
    far = "a.sim,p42,2024-01-01,pace-64a,convicted,2099-01-01,false,custody,"
    assert run(shared_force, manifest(tmp_path, far)).imported == 1
    review_on = shared_force.instance.browser.of_person("p42")[0].label.review_on
    assert (review_on - shared_force.clock().date()).days == shared_force.instance.policy.gallery.review_interval_days


def test_names_are_shown_to_the_custodian_and_sealed_in_the_rows(shared_force: Force, tmp_path: Path) -> None:
    (tmp_path / "a.sim").write_bytes(photograph(43))
    run(shared_force, manifest(tmp_path, f"a.sim,label-canary,{GOOD},Display Canary"))
    names = shared_force.instance.browser.of_person("label-canary")[0].names
    assert names is not None
    assert (names.person, names.display_name) == ("label-canary", "Display Canary")
    with shared_force.instance.engine.connect() as connection:
        for table in ("person", "reference", "leaf", "opening", "batch"):
            rows = connection.exec_driver_sql(f"select t::text from {table} t").scalars().all()
            for needle in ("canary", b"label-canary".hex(), b"Display Canary".hex()):
                assert not [row for row in rows if needle in row], f"{needle} stands in {table}"


def test_one_import_at_a_time(shared_force: Force, tmp_path: Path) -> None:
    write_manifest(tmp_path, (51,), 1, shared_force.clock().date())
    with only_import(shared_force.instance.ledger), pytest.raises(ImportRunning):
        run(shared_force, tmp_path)
    assert run(shared_force, tmp_path).imported == 1


def test_a_full_gallery_takes_what_fits_and_reports_the_rest(force: Force, tmp_path: Path) -> None:
    write_manifest(tmp_path, tuple(range(205)), 1, force.clock().date())
    report = run(force, tmp_path)
    assert report.imported == 200, "a demonstration holds at most 200 real references"
    assert [row.reason for row in report.refused] == [RowReason.GALLERY_FULL] * 5


def test_the_ceiling_is_checked_where_rows_are_written(shared_force: Force) -> None:
    instance = shared_force.instance
    enroller = Enroller(instance.engine, instance.keys, instance.tagger, ceiling=0, draw=random_bytes)
    with pytest.raises(GalleryFull):
        enroller.store([object()], instance.about.id)  # type: ignore[list-item]  # refused before it is looked at


def test_review_keeps_a_reference_and_is_an_entry(shared_force: Force) -> None:
    shared_force.enrol(61)
    listed = shared_force.instance.browser.of_person("p61")[0]
    day = shared_force.clock().date().replace(year=shared_force.clock().year + 2)
    review(
        shared_force.instance.ledger,
        listed.reference,
        review_on=day,
        outcome=Outcome.ACQUITTED,
        now=shared_force.clock,
    )
    label = shared_force.instance.browser.one(listed.reference).label
    assert (label.review_on, label.outcome) == (day, Outcome.ACQUITTED)
    assert shared_force.deeds()[-1] == "gallery:reference:reviewed"
    with pytest.raises(PersonUnknown):
        review(shared_force.instance.ledger, ReferenceId(10**9), review_on=day, outcome=None, now=shared_force.clock)


def test_kill_9_in_the_middle_loses_nothing_and_resumes(force: Force, tmp_path: Path) -> None:
    write_manifest(tmp_path, tuple(range(100, 180)), 1, force.clock().date())
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_IMPORT, str(force.instance.place.folder), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "40":
            process.send_signal(signal.SIGKILL)
            break
    process.wait()
    process.stdout.close()
    stored = len(force.instance.browser.page())
    assert 32 <= stored < 80, "whole chunks are there, the rest is not"
    assert not any(one.sealed for one in force.instance.browser.page()), "not searchable without a ledger entry"
    assert force.instance.index.current().scope_size(force.instance.scopes()[0], force.clock()) == 0
    _wait_for_lock_to_go(force)
    report = run(force, tmp_path)
    assert report.imported + report.already_there == 80
    assert report.already_there == stored
    listed = force.instance.browser.page()
    assert len(listed) == 80
    assert all(one.sealed for one in listed)
    assert force.deeds().count("gallery:batch:imported") == 1
    assert force.instance.index.current().scope_size(force.instance.scopes()[0], force.clock()) == 80


SLOW_IMPORT = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from overt.store.instance import open_instance
    from simulators.force import Clock, Force

    with open_instance(Path(sys.argv[1])) as instance:
        force = Force(instance, Clock())
        def progress(done, total):
            print(done, flush=True)
            time.sleep(0.02)
        instance.importer().run(Path(sys.argv[2]), progress)
    """
)


def _wait_for_lock_to_go(force: Force) -> None:
    """The server notices a killed client after a moment; until then its advisory lock stands."""
    for _ in range(100):
        try:
            with only_import(force.instance.ledger):
                return
        except ImportRunning:
            time.sleep(0.1)
    raise AssertionError("the killed import still holds its lock")
