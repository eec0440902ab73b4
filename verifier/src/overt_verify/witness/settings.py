"""Which logs a witness follows: the file `witness.toml`, which its operator may edit.

Rules:
* Each log is named by its pinned keys; all keys of one log have one name, which is its origin.
* A member that is not known is refused: a misspelt limit is not a limit.
"""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from overt_verify.errors import Code, VerificationError, shown
from overt_verify.files import read_file
from overt_verify.note import VerifierKey
from overt_verify.witness.disk import locked, replace_file

SETTINGS_FILE = "witness.toml"
LAG_HOURS = 24
"""Hours without a shown checkpoint after which a log is late."""
_LIMIT = 1 << 20
_MEMBERS = {"keys", "lag_hours", "growth_hours"}
_MOST_HOURS = 24 * 366


@dataclass(frozen=True)
class Log:
    """A log that the witness follows.

    Attributes:
        keys: pinned keys, all of one name.
        lag_hours: after so many hours without a shown checkpoint it is late.
        growth_hours: after so many hours without growth it is late; None where the log promised none.
    """

    keys: tuple[VerifierKey, ...]
    lag_hours: int = LAG_HOURS
    growth_hours: int | None = None

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.keys[0].name

    @property
    def hash(self) -> str:
        """SHA-256 of the origin in hex: its part of addresses and paths."""
        return hashlib.sha256(self.origin.encode()).hexdigest()


def read_settings(folder: Path) -> tuple[Log, ...]:
    """The logs of a witness; none when there is no file yet.

    Raises:
        VerificationError: `bad_witness` or `bad_key`.
    """
    if not (folder / SETTINGS_FILE).exists():
        return ()
    return _parse(read_file(folder / SETTINGS_FILE, _LIMIT))


def add_log(folder: Path, log: Log) -> None:
    """Write a log behind those that are followed.

    Raises:
        VerificationError: `bad_witness`: it is followed already, or the file is not in order.
    """
    path = folder / SETTINGS_FILE
    with locked(folder):
        if log.origin in {one.origin for one in read_settings(folder)}:
            raise _bad(f"{shown(log.origin)} stands in it already: edit it there")
        data = (read_file(path, _LIMIT) if path.exists() else b"") + _to_text(log).encode()
        _parse(data)
        replace_file(path, data)


def _parse(data: bytes) -> tuple[Log, ...]:
    try:
        found = tomllib.loads(data.decode("utf-8"))
    except ValueError as error:
        raise _bad("it is not TOML") from error
    rows = found.pop("log", [])
    if found or not isinstance(rows, list):
        raise _bad("it may hold nothing but [[log]] tables")
    logs = tuple(_log(row) for row in rows)
    if len({log.origin for log in logs}) != len(logs):
        raise _bad("a log stands in it twice")
    return logs


def _log(row: object) -> Log:
    if not isinstance(row, dict) or set(row) - _MEMBERS:
        raise _bad(f"a log has {', '.join(sorted(_MEMBERS))} and no other member")
    texts = row.get("keys")
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise _bad("keys is a list of verifier keys")
    keys = tuple(VerifierKey.parse(text) for text in texts)
    if len({key.name for key in keys}) != 1:
        raise _bad("the keys of one log have one name")
    growth = row.get("growth_hours")
    return Log(keys, _hours(row.get("lag_hours", LAG_HOURS)), None if growth is None else _hours(growth))


def _hours(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST_HOURS:
        raise _bad(f"hours are a whole number from 1 to {_MOST_HOURS}")
    return value


def _to_text(log: Log) -> str:
    keys = ", ".join(json.dumps(key.vkey, ensure_ascii=False) for key in log.keys)
    growth = "" if log.growth_hours is None else f"growth_hours = {log.growth_hours}\n"
    return f"\n[[log]]\nkeys = [{keys}]\nlag_hours = {log.lag_hours}\n{growth}"


def _bad(why: str) -> VerificationError:
    return VerificationError(Code.BAD_WITNESS, f"{SETTINGS_FILE}: {why}.")
