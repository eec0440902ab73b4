"""A check at the command line: what it prints, and how each of its refusals ends."""

import json
import re
from pathlib import Path

import pytest

from overt.cli.demo.photographs import empty_street, montage
from overt.identifiers import OfficerId
from overt.ledger.checkpoint import open_checkpoint
from overt.ledger.note import parse_vkey
from overt.store.instance import open_instance
from overt.store.place import Place
from simulators.command_desk import (
    ANSWERED,
    MEMBERS,
    MORE,
    PHOTO,
    STREET,
    TIMINGS,
    TODAY,
    Desk,
    check_refused,
    kept_up,
    refused,
    street,
)
from simulators.commands import EXAMPLES, in_process
from simulators.force import open_folder
from simulators.production import production_policy

pytestmark = pytest.mark.slow


def test_what_check_prints_for_somebody_enrolled(desk: Desk) -> None:
    done = desk.check("person-1-other")
    assert (done.status, done.err) == (ANSWERED, "")
    document = done.json
    assert MEMBERS <= set(document) <= MEMBERS | MORE
    assert document["result"] == "candidates"
    assert document["refusal"] is None
    (candidate,) = document["candidates"]
    assert {"reference", "person", "score", "expected_false"} <= set(candidate)
    assert candidate["person"] == "person-1"
    assert 0.4 < candidate["score"] < 1
    assert 0 <= candidate["expected_false"] < 0.01
    assert desk("gallery", "show", str(candidate["reference"]), "--json").json["references"][0]["person"] == "person-1"
    assert all({"measure", "value", "advice"} <= set(one) for one in document["quality"])
    assert len(document["quality"]) >= 9
    assert set(document["timings_ms"]) == TIMINGS
    parts = [document["timings_ms"][name] for name in TIMINGS - {"total"}]
    assert all(part >= 0 for part in parts)
    assert sum(parts) <= document["timings_ms"]["total"]
    assert document["policy"] == desk("policy", "show", "--json").json["digest"]
    assert re.fullmatch("sha256:[0-9a-f]{64}", document["template_contract"])


def test_the_ledger_of_a_check_is_the_one_that_outsiders_verify(desk: Desk) -> None:
    document = desk.check("person-1-other").json
    index = document["ledger"]["index"]
    checkpoint = open_checkpoint(document["ledger"]["checkpoint"].encode(), parse_vkey(desk.key))
    assert checkpoint.size > index
    entry = desk.entry(index)
    assert entry["deed"] == "encounter:search:performed"
    assert document["encounter"] not in json.dumps(desk("ledger", "show", "--count", "1000", "--json").json)
    names = [each["deed"] for each in desk("ledger", "show", "--first", str(index), "--json").json["entries"]]
    assert names == [
        "encounter:search:performed",
        "encounter:comparison:recorded",
        "encounter:candidates:revealed",
        "encounter:decision:recorded",
        *["encounter:follow-up:recorded"] * 8,
        "encounter:receipt:issued",
    ]
    assert desk.entry(index + 1)["fields"]["simulated"] == "yes"


def test_what_check_prints_for_a_stranger(desk: Desk) -> None:
    done = desk.check("person-5-not-enrolled")
    assert done.status == ANSWERED
    document = done.json
    assert (document["result"], document["refusal"], document["candidates"]) == ("no_candidate", None, [])
    assert document["sentence"].startswith("No candidate.")
    assert document["ledger"]["index"] > 0


REFUSALS: dict[str, tuple[str, str | Path, str | None]] = {
    "incomplete_encounter": (PHOTO, EXAMPLES / "incomplete.toml", "encounter:check:refused"),
    "ground_not_allowed_here": (PHOTO, EXAMPLES / "school.toml", "encounter:check:refused"),
    "officer_not_authorised": (PHOTO, street(officer="somebody-else"), None),
    "declined_photo": (PHOTO, EXAMPLES / "declined.toml", "encounter:receipt:issued"),
    "ended_early": (PHOTO, street(end="covered"), "encounter:receipt:issued"),
    "unknown_code": (PHOTO, street(ground="curiosity"), "encounter:check:refused"),
    "child_not_allowed": (PHOTO, street(age="child"), "encounter:check:refused"),
    "notice_not_allowed": (PHOTO, street(notice="not-understood"), None),
    "unreadable_image": ("truncated", STREET, "encounter:capture:refused"),
    "image_too_large": ("15 MB and more", STREET, "encounter:capture:refused"),
    "no_face": ("street", STREET, "encounter:capture:refused"),
    "several_faces": ("two", STREET, "encounter:capture:refused"),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_of_a_check_has_its_code_its_status_and_its_entry(desk: Desk, code: str) -> None:
    label, encounter, deed = REFUSALS[code]
    whole = desk.photographs[PHOTO]
    made = {
        "truncated": whole[: len(whole) // 3],
        "15 MB and more": whole + b"\0" * 15_000_000,
        "street": empty_street(),
        "two": montage(desk.photographs["person-3-other"], desk.photographs["person-4-other"]),
    }
    photo = desk.file(f"{label}.jpg", made.get(label) or whole)
    file = encounter if isinstance(encounter, Path) else desk.file("encounter.toml", encounter)
    done = desk("check", photo, "--encounter", file)
    check_refused(done, code)
    if deed is not None:
        entry = desk.entry(done.json["ledger"]["index"])
        assert entry["deed"] == deed
        assert deed == "encounter:receipt:issued" or code.replace("_", "-") in json.dumps(entry["fields"]).replace(
            "_", "-"
        )
    if code == "officer_not_authorised":
        assert done.json["ledger"] is None, "a stranger is only counted"


def test_no_ledger_no_answer_at_the_command_line(desk: Desk) -> None:
    ledger = desk.place.ledger
    ledger.rename(ledger.with_name("away"))
    ledger.write_text("not a folder")
    try:
        done = desk.check(PHOTO)
        again = desk("ledger", "verify", "--json")
    finally:
        ledger.unlink()
        ledger.with_name("away").rename(ledger)
    check_refused(done, "ledger_unavailable")
    assert done.json["ledger"] is None
    refused(again, "ledger_unavailable")
    assert desk.check(PHOTO).json["result"] == "candidates"
    assert desk("ledger", "verify", "--json").json["verified"] is True


def test_only_a_demonstration_plays_the_phone(desk: Desk) -> None:
    policy = desk.file("policy.toml", production_policy(TODAY))
    with open_folder() as folder:
        made = in_process(folder / "force", "init", "--policy", policy, "--json")
        assert (made.status, made.json["demonstration"]) == (ANSWERED, False)
        with kept_up(folder / "force"):
            check: list[str | Path] = ["check", desk.photo(PHOTO), "--encounter", STREET, "--json"]
            refused(in_process(folder / "force", *check), "demonstration_only")
            refused(in_process(folder / "force", "session", "demo-officer", "--json"), "demonstration_only")
            assert in_process(folder / "force", "ledger", "verify", "--json").json["size"] == 2
            with open_instance(folder / "force") as instance:
                assert instance.accounts.officer(OfficerId("demo-officer")) is None
            assert not (Place(folder / "force").keys / "demo-device").exists()
