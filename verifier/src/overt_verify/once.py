"""The once-tags of a log of any length: does one occur twice?

Rules:
* The answer is exact, and the repetition named is the earliest in the log, however the tags came to be compared.
* Memory is bounded. At most `held` tags are in it; then they go, sorted, to a temporary file that has no name, 40 bytes
  each, and are compared when the whole log has been read.
* Tags are the log's own choice: sorting, unlike a table by parts of the tag, has no order of them that it is bad at.
"""

import heapq
import os
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from overt_verify.deeds import DEEDS
from overt_verify.errors import Code, VerificationError

HELD = 1 << 18
"""Tags in memory at most; about 200 bytes each."""
_TAG, _RECORD = 32, 40
_BLOCK = 1024 * _RECORD
_DEEDS = tuple(DEEDS)
_NUMBER = {deed: number for number, deed in enumerate(_DEEDS)}

Use = tuple[bytes, int, str]
"""A tag, the index of the entry that has it, and that entry's deed."""


class OnceTags:
    """Takes the tags of one log in order."""

    def __init__(self, held: int = HELD) -> None:
        self._most = held
        self._held: dict[bytes, int] = {}
        self._runs: list[int] = []
        self._file: BinaryIO | None = None

    def add(self, tag: bytes, index: int, deed: str) -> bool:
        """Take a tag; False when it is known already that an earlier entry has it.

        Raises:
            VerificationError: `unreadable_file` when no temporary file can be written.
        """
        if tag in self._held:
            return False
        if len(self._held) >= self._most:
            self._set_down()
        self._held[tag] = index << 8 | _NUMBER[deed]
        return True

    def repetition(self) -> Use | None:
        """The first entry in the log that repeats a tag, among those for which `add` was True.

        Raises:
            VerificationError: `unreadable_file` when the temporary file cannot be read.
        """
        if not self._runs:
            return None
        first: bytes | None = None
        last = b""
        try:
            for record in heapq.merge(*self._sorted_runs()):
                if record[:_TAG] == last[:_TAG] and (first is None or record[_TAG:] < first[_TAG:]):
                    first = record
                last = record
        except OSError as error:
            raise _no_file(error) from error
        return None if first is None else _use(first)

    def close(self) -> None:
        """Let the temporary file go."""
        if self._file is not None:
            self._file.close()

    def _set_down(self) -> None:
        """Write the held tags as one sorted run."""
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it lives as long as the audit
            data = memoryview(b"".join(_records(self._held)))
            while data:
                data = data[os.write(self._file.fileno(), data) :]
        except OSError as error:
            raise _no_file(error) from error
        self._runs.append(len(self._held))
        self._held.clear()

    def _sorted_runs(self) -> list[Iterator[bytes]]:
        runs, start = [_records(self._held)], 0
        for count in self._runs:
            runs.append(self._read_run(start, start + count * _RECORD))
            start += count * _RECORD
        return runs

    def _read_run(self, start: int, end: int) -> Iterator[bytes]:
        assert self._file is not None
        for at in range(start, end, _BLOCK):
            block = os.pread(self._file.fileno(), min(_BLOCK, end - at), at)
            if len(block) < min(_BLOCK, end - at):
                raise OSError(0, "it is shorter than what was written")
            for record in range(0, len(block), _RECORD):
                yield block[record : record + _RECORD]


def _records(held: dict[bytes, int]) -> Iterator[bytes]:
    return (tag + place.to_bytes(8, "big") for tag, place in sorted(held.items()))


def _use(record: bytes) -> Use:
    place = int.from_bytes(record[_TAG:], "big")
    return record[:_TAG], place >> 8, _DEEDS[place & 0xFF]


def _no_file(error: OSError) -> VerificationError:
    where = tempfile.gettempdir()
    message = f"The temporary file for a long log, in {where}, cannot be used: {error.strerror}."
    return VerificationError(Code.UNREADABLE_FILE, message)
