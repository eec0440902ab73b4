"""The ledger at the command line: verified, made again, shown, and a receipt out of it."""

import sys
from pathlib import Path

import pytest

from simulators.command_desk import ANSWERED, REFUSED, Desk, refused, street
from simulators.commands import run

pytestmark = pytest.mark.slow


def test_a_changed_tile_is_found_and_made_again(desk: Desk) -> None:
    size = desk("ledger", "show", "--json").json["size"]
    assert desk("ledger", "verify", "--json").json == {
        "verified": True, "size": size, "ledger_key": desk.key, "folder": str(desk.place.ledger),
    }  # fmt: skip
    entries = desk.place.ledger / "tile" / "entries"
    bundle = entries / "000" if size >= 256 else entries / "000.p" / str(size)
    whole = bundle.read_bytes()
    bundle.write_bytes(whole.replace(b"demonstration", b"demonstratioN", 1))
    done = desk("ledger", "verify", "--json")
    assert (done.status, done.json["verified"]) == (REFUSED, False)
    assert done.json["problem"]
    assert "NOT verified" in desk("ledger", "verify").out
    rebuilt = desk("ledger", "verify", "--rebuild", "--json")
    assert (rebuilt.status, rebuilt.json["size"]) == (ANSWERED, size)
    assert bundle.read_bytes() == whole


def test_show_pages_through_what_outsiders_see(desk: Desk) -> None:
    everything = desk("ledger", "show", "--count", "1000", "--json").json
    assert len(everything["entries"]) == everything["size"]
    assert [each["index"] for each in everything["entries"]] == list(range(everything["size"]))
    some = desk("ledger", "show", "--first", "2", "--count", "3", "--json").json["entries"]
    assert some == everything["entries"][2:5]
    assert desk("ledger", "show", "--first", "999999", "--json").json["entries"] == []
    assert everything["entries"][0]["deed"] in desk("ledger", "show").out


def test_a_receipt_is_verified_by_the_outsiders_program(desk: Desk) -> None:
    encounter = desk.check("person-1-other").json["encounter"]
    receipt = desk("ledger", "receipt", encounter)
    assert receipt.status == ANSWERED
    file = desk.file("receipt.json", receipt.out)
    outside: list[str | Path] = [sys.executable, "-m", "overt_verify", "receipt", file, "--key", desk.key]
    assert run(outside).status == 0
    reference = receipt.json["front"]["reference"]
    forged = "ABCD-EFGH" if reference != "ABCD-EFGH" else "HGFE-DCBA"
    outside[4] = desk.file("forged.json", receipt.out.replace(reference, forged))
    assert run(outside).status == 1
    unfinished = desk.check("person-1-other", desk.file("fields.toml", street())).json["encounter"]
    refused(desk("ledger", "receipt", unfinished, "--json"), "receipt_missing")
