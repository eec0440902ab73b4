"""The commands on one demonstration instance, and the forms that their refusals have."""

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from overt.store.embedded import EmbeddedPostgres
from overt.store.place import Place
from simulators.commands import EXAMPLES, Done, in_process

STREET = EXAMPLES / "street-stop.toml"
PHOTO = "person-1-other"
ANSWERED, FAULT, USAGE, REFUSED = 0, 1, 2, 3
TODAY = datetime.now(UTC).date()
MEMBERS = {
    "encounter", "result", "refusal", "candidates", "quality", "template_contract", "policy", "ledger", "timings_ms",
}  # fmt: skip
MORE = {"sentence", "warning", "demonstration", "presentation_warning"}
TIMINGS = {"decode", "detect", "embed", "search", "ledger", "total"}


class Desk:
    """A demonstration instance, its caller's own folder, and the commands on it."""

    def __init__(self, folder: Path, photographs: dict[str, bytes]) -> None:
        self.instance, self.own, self.photographs = folder / "demo", folder / "own", photographs
        self.own.mkdir()
        self.place = Place(self.instance)

    def __call__(self, *arguments: str | Path) -> Done:
        return in_process(self.instance, *arguments)

    def file(self, name: str, content: bytes | str) -> Path:
        """A file in the caller's folder."""
        path = self.own / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def photo(self, label: str) -> Path:
        """One of the photographs as a file."""
        return self.file(f"{label}.jpg", self.photographs[label])

    def check(self, label: str, encounter: Path = STREET) -> Done:
        """A check of whoever is on a photograph."""
        return self("check", self.photo(label), "--encounter", encounter)

    def entry(self, index: int) -> Any:
        """One entry of the ledger, as outsiders see it."""
        (entry,) = self("ledger", "show", "--first", str(index), "--count", "1", "--json").json["entries"]
        return entry

    @property
    def key(self) -> str:
        """The ledger's public key."""
        return str(self("ledger", "verify", "--json").json["ledger_key"])


@contextlib.contextmanager
def kept_up(instance: Path) -> Iterator[None]:
    """The embedded server stays between commands, so that a test of many commands takes seconds."""
    with EmbeddedPostgres(Place(instance).postgres).running():
        yield


def refused(done: Done, code: str, status: int = REFUSED) -> None:
    """Refused with this code, in the form that every command has."""
    assert (done.status, done.json["error"]["code"]) == (status, code), done
    assert set(done.json["error"]) == {"code", "message", "remedy"}
    assert all(done.json["error"].values())


def check_refused(done: Done, code: str) -> None:
    """A check refused with this code, in the document that every check has."""
    assert (done.status, done.err) == (REFUSED, ""), done
    document = done.json
    assert MEMBERS <= set(document) <= MEMBERS | MORE
    assert (document["result"], document["candidates"]) == ("refused", [])
    assert set(document["refusal"]) == {"code", "message", "remedy"}
    assert document["refusal"]["code"] == code
    assert all(document["refusal"].values())
    assert set(document["timings_ms"]) in (TIMINGS, set())


def street(**changes: Any) -> str:
    """The lawful example's coded fields, with some of them changed."""
    lines = [line.split("#")[0] for line in STREET.read_text().split("[decision]")[0].splitlines()]
    fields = dict(line.split("=", 1) for line in lines if "=" in line)
    fields = {name.strip(): value.strip() for name, value in fields.items()}
    fields |= {name: json.dumps(value) for name, value in changes.items()}
    return "\n".join(f"{name} = {value}" for name, value in fields.items())
