"""The gallery at the command line: rows imported or reported, listed, shown, reviewed, erased."""

from datetime import timedelta

import pytest

from overt.cli.demo.photographs import empty_street
from simulators.camera import SimulatedTemplates
from simulators.command_desk import ANSWERED, PHOTO, REFUSED, TODAY, Desk, kept_up, refused
from simulators.commands import in_process
from simulators.force import open_folder, write_manifest
from simulators.real_photographs import ENROLLED, gallery_folder

pytestmark = pytest.mark.slow


def test_every_row_is_imported_or_reported_and_nothing_twice(desk: Desk, photographs: dict[str, bytes]) -> None:
    folder = gallery_folder(desk.own / "rows", {"row-1": photographs["person-5-not-enrolled"]}, TODAY)
    manifest = folder / "manifest.csv"
    header, row = manifest.read_text().splitlines()
    (folder / "street.jpg").write_bytes(empty_street())
    bad = [
        row.replace("row-1.jpg", "street.jpg"),
        row.replace("row-1.jpg", "missing.jpg"),
        row.replace("custody", "passport"),
        row.replace("convicted", "other"),
        row.replace(",row-1,", ",row-2,"),
        "too,few",
    ]
    manifest.write_text("\n".join([header, row, *bad]) + "\n")
    first = desk("gallery", "import", folder, "--json")
    assert first.status == ANSWERED
    assert (first.json["imported"], first.json["already_there"]) == (1, 0)
    assert [one["line"] for one in sorted(first.json["refused"], key=lambda one: one["line"])] == [3, 4, 5, 6, 7, 8]
    assert all(one["reason"] and one["detail"] for one in first.json["refused"])
    assert desk.entry(first.json["ledger_index"])["deed"] == "gallery:batch:imported"
    size = desk("ledger", "show", "--json").json["size"]
    second = desk("gallery", "import", folder, "--json").json
    assert (second["imported"], second["already_there"], len(second["refused"])) == (0, 1, 6)
    assert second["ledger_index"] is None
    assert desk("ledger", "show", "--json").json["size"] == size
    plain = desk("gallery", "import", folder)
    assert "line 5, row-1.jpg" in plain.out
    manifest.write_text("\n".join([header, *bad[:2]]) + "\n")
    assert desk("gallery", "import", folder, "--json").status == REFUSED, "nothing of it was of use"
    assert desk.check("person-5-not-enrolled").json["candidates"][0]["person"] == "row-1"
    erased = desk("gallery", "erase", "row-1", "--json").json
    assert erased["references"] == 1
    assert desk.entry(erased["ledger_index"])["deed"] == "gallery:person:erased"
    assert desk.check("person-5-not-enrolled").json["result"] == "no_candidate"
    refused(desk("gallery", "show", "row-1", "--json"), "person_unknown")


def test_list_show_and_review(desk: Desk) -> None:
    listed = desk("gallery", "list", "--json").json["references"]
    assert [one["person"] for one in listed] == list(ENROLLED)
    assert all(one["searchable"] and not one["synthetic"] for one in listed)
    assert set(listed[0]["label"]) == {"source", "lawful_basis", "outcome", "captured_on", "review_on", "under_18"}
    second = listed[1]["reference"]
    page = desk("gallery", "list", "--after", str(second), "--count", "1", "--json").json["references"]
    assert [one["person"] for one in page] == ["person-3"]
    assert desk("gallery", "list", "--synthetic", "--json").json["references"] == []
    assert "person-3" in desk("gallery", "list").out
    review_on = (TODAY + timedelta(days=200)).isoformat()
    try:
        done = desk("gallery", "review", str(second), "--review-on", review_on, "--outcome", "acquitted", "--json")
        assert desk.entry(done.json["ledger_index"])["deed"] == "gallery:reference:reviewed"
        (now,) = desk("gallery", "show", "person-2", "--json").json["references"]
        assert (now["label"]["outcome"], now["label"]["review_on"]) == ("acquitted", review_on)
        assert now["searchable"] is False
        assert "NOT searchable" in desk("gallery", "show", "person-2").out
        assert desk.check("person-2-enrolled").json["result"] == "no_candidate"
    finally:
        desk("gallery", "review", str(second), "--review-on", review_on, "--outcome", "convicted")
    assert desk.check("person-2-enrolled").json["candidates"][0]["person"] == "person-2"


def test_relatives_are_put_on_file_told_and_taken_back(desk: Desk) -> None:
    header = "person,relation,other\n"
    twins = desk.file("twins.csv", header + "person-1,twin,person-2\n")
    assert desk.check(PHOTO).json["candidates"][0]["relatives"] is None
    first = desk("gallery", "relate", twins, "--json").json
    assert (first["changed"], first["already_there"]) == (1, 0)
    entry = desk.entry(first["ledger_index"])
    assert (entry["deed"], entry["fields"]) == ("gallery:relation:recorded", {"count": 1})
    turned = desk.file("turned.csv", header + "person-2,twin,person-1\n")
    assert desk("gallery", "relate", turned).out == "Changed 0, already there 1.\n"
    said = desk.check(PHOTO).json["candidates"][0]
    assert said["relatives"].startswith("The force's records say that this person has a twin.")
    assert "person-2" not in str(said)
    wrong = desk.file("wrong.csv", header + "person-1,sibling,person-2\nperson-1,twin,somebody\n")
    refused(desk("gallery", "relate", wrong, "--json"), "relations_refused")
    assert "Line 3" in desk("gallery", "relate", wrong).err
    assert "somebody" not in desk("gallery", "relate", wrong).err.replace("names somebody who", "")
    latin = desk.file("latin.csv", header.encode() + b"\xe9,twin,b\n")
    refused(desk("gallery", "relate", latin, "--json"), "relations_refused")
    assert desk.check(PHOTO).json["candidates"][0]["relatives"] == said["relatives"], "all or nothing"
    back = desk("gallery", "relate", desk.file("back.csv", header + "person-1,none,person-2\n"))
    assert back.out.startswith("Changed 1, already there 0; ledger entry ")
    assert desk.check(PHOTO).json["candidates"][0]["relatives"] is None


def test_the_201st_real_reference_is_refused_and_filler_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overt.store.instance.load_shipped_pipeline", SimulatedTemplates)
    with open_folder() as folder, open_folder() as own:
        assert in_process(folder / "i", "init", "--demonstration").status == ANSWERED
        with kept_up(folder / "i"):
            write_manifest(own, tuple(range(201)), 1, TODAY)
            report = in_process(folder / "i", "gallery", "import", own, "--json").json
            assert report["imported"] == 200
            assert [one["reason"] for one in report["refused"]] == ["gallery_full"]
            assert in_process(folder / "i", "gallery", "erase", "p0", "--json").status == ANSWERED
            again = in_process(folder / "i", "gallery", "import", own, "--json").json
            assert (again["imported"], again["already_there"], len(again["refused"])) == (1, 199, 1)
