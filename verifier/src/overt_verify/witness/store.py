"""The folder of a witness: for each log the last cosigned checkpoint, what was found, and the evidence.

Rules:
* What a log is known by is one file: the checkpoint, its signatures, the witness's own cosignature and the time of the
  last growth together.
* The file is believed only where the witness's own cosignature stands under it.
* Findings that accuse a log stay until a person takes them away; evidence is never written over, and has a limit.
"""

import hashlib
import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from overt_verify.checkpoint import Checkpoint, read_checkpoint
from overt_verify.cosignature import CosignerKey, cosigned_at
from overt_verify.errors import Code, VerificationError
from overt_verify.files import Folder
from overt_verify.note import NOTE_LIMIT, split_note
from overt_verify.witness.disk import locked, make_folder, replace_file
from overt_verify.witness.settings import Log
from overt_verify.witness.signed import Signed

STANDING = frozenset(
    {
        Code.FORKED,
        Code.TRUNCATED,
        Code.CHECKPOINT_REPLAYED,
        Code.UNKNOWN_SIGNER,
        Code.BAD_SIGNATURE,
        Code.WRONG_ORIGIN,
    }
)
"""Findings that accuse a log or whoever serves it, and so outlive the next good answer."""
_LIMIT = 4 * NOTE_LIMIT
_MOST_EVIDENCE = 64


@dataclass(frozen=True)
class Known:
    """What a witness last cosigned.

    Attributes:
        checkpoint: what it says.
        note: the whole note, the log's signatures and the witness's.
        confirmed: time of the cosignature, in POSIX seconds.
        grew: time at which the log was first seen with this size.
    """

    checkpoint: Checkpoint
    note: str
    confirmed: int
    grew: int


@dataclass(frozen=True)
class Finding:
    """Something that was wrong: code, when first and last, and the last message."""

    code: Code
    first: int
    last: int
    message: str


class Store:
    """Files of a witness. Whoever saves holds the lock."""

    def __init__(self, folder: Path, key: CosignerKey) -> None:
        self._folder = folder
        self._key = key

    def locked(self) -> AbstractContextManager[None]:
        """The lock of the folder."""
        return locked(self._folder)

    def known(self, log: Log) -> Known | None:
        """The last cosigned checkpoint, or None before the first.

        Raises:
            VerificationError: `bad_witness` when the file is not what this witness wrote.
        """
        data = self._read(log, "known.json")
        if data is None:
            return None
        try:
            return self._parse(log, data)
        except (VerificationError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            message = f"logs/{log.hash}/known.json is not what this witness wrote."
            raise VerificationError(Code.BAD_WITNESS, message) from error

    def save(self, log: Log, known: Known) -> None:
        """Put what is known of a log in the place of what was known."""
        data = json.dumps({"note": known.note, "grew": known.grew}).encode()
        replace_file(self._place(log) / "known.json", data)

    def findings(self, log: Log) -> list[Finding]:
        """What was found wrong, the last first."""
        data = self._read(log, "findings.json")
        try:
            rows = [] if data is None else json.loads(data)
            found = [Finding(Code(row[0]), int(row[1]), int(row[2]), str(row[3])) for row in rows]
        except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
            message = f"logs/{log.hash}/findings.json is not what this witness wrote."
            raise VerificationError(Code.BAD_WITNESS, message) from error
        return sorted(found, key=lambda one: one.last, reverse=True)

    def found(self, log: Log, error: VerificationError, now: int) -> None:
        """Write down what was wrong."""
        rows = {one.code: one for one in self.findings(log)}
        first = rows[error.code].first if error.code in rows else now
        rows[error.code] = Finding(error.code, first, now, error.message)
        self._save_findings(log, list(rows.values()))

    def passed(self, log: Log) -> None:
        """All is well again: findings that accuse nobody are dropped."""
        before = self.findings(log)
        after = [one for one in before if one.code in STANDING]
        if after != before:
            self._save_findings(log, after)

    def keep_evidence(self, log: Log, code: Code, known: Known | None, shown: Signed) -> None:
        """Keep what was shown beside what was known; the same only once, and of each code a limited number."""
        folder = self._place(log) / "evidence"
        make_folder(folder)
        name = f"{code}-{hashlib.sha256(shown.text.encode()).hexdigest()[:16]}"
        if (folder / f"{name}.shown").exists() or len(list(folder.glob(f"{code}-*"))) >= _MOST_EVIDENCE:
            return
        if known is not None:
            replace_file(folder / f"{name}.known", known.note.encode())
        replace_file(folder / f"{name}.shown", shown.note.encode())

    def _parse(self, log: Log, data: bytes) -> Known:
        found = json.loads(data)
        note, grew = found["note"], found["grew"]
        text, signatures = split_note(note.encode())
        checkpoint = read_checkpoint(text)
        if checkpoint.origin != log.origin or not isinstance(grew, int):
            raise ValueError("of another log, or without a time")
        return Known(checkpoint, note, cosigned_at(text, signatures, self._key), grew)

    def _save_findings(self, log: Log, findings: list[Finding]) -> None:
        rows = [[one.code.value, one.first, one.last, one.message] for one in findings]
        replace_file(self._place(log) / "findings.json", json.dumps(rows).encode())

    def _read(self, log: Log, name: str) -> bytes | None:
        return Folder(self._folder).read(f"logs/{log.hash}/{name}", _LIMIT)

    def _place(self, log: Log) -> Path:
        make_folder(self._folder / "logs")
        make_folder(self._folder / "logs" / log.hash)
        return self._folder / "logs" / log.hash
