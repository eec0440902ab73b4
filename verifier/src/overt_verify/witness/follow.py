"""Following a log: fetch its checkpoint, compute from its tiles that it only grew, cosign.

Rules:
* Nobody's proof is asked for: the roots of the known and of the new size are put together from the same tiles.
* A log that shows less than before is named by what its tiles still tell.
* What was fetched from a log's own place and is wrong is written down, with the signed evidence.
"""

from dataclasses import dataclass
from pathlib import Path

from overt_verify.checkpoint import Checkpoint
from overt_verify.errors import Code, VerificationError, shown
from overt_verify.files import Files, Folder
from overt_verify.history import TileTree, check_extends, name_shrunk
from overt_verify.note import NOTE_LIMIT, split_note
from overt_verify.tiles import LedgerFolder
from overt_verify.witness.settings import Log
from overt_verify.witness.signed import Signed, open_signed
from overt_verify.witness.source import Site, is_address
from overt_verify.witness.store import Known
from overt_verify.witness.witness import Witness

_TRIES = 3
SILENT = frozenset({Code.UNREACHABLE, Code.UNREADABLE_FILE, Code.NOTHING_TO_VERIFY})
"""Failures that say nothing about a log but that it was not seen."""


@dataclass(frozen=True)
class Followed:
    """What one look at a log came to: what is known now, its cosignature line, and the size before."""

    known: Known
    line: str
    size_before: int | None


class _Moved(Exception):
    """What is known changed between the look and the cosignature."""


def open_place(place: str) -> Files:
    """The files of a log at an address or in a folder.

    Raises:
        VerificationError: `unreachable` or `unreadable_file`.
    """
    return Site(place) if is_address(place) else Folder(Path(place))


def follow(witness: Witness, log: Log, place: str) -> Followed:
    """Look at a log once.

    Raises:
        VerificationError: nothing was cosigned; the code says what is wrong. It is written down.
    """
    try:
        found = _look_until_still(witness, log, place)
    except VerificationError as error:
        if error.code not in {Code.BAD_WITNESS, Code.CLOCK_WENT_BACK}:
            with witness.store.locked():
                witness.store.found(log, error, witness.clock())
        raise
    with witness.store.locked():
        witness.store.passed(log)
    return found


def _look_until_still(witness: Witness, log: Log, place: str) -> Followed:
    for _ in range(_TRIES):
        try:
            return _look(witness, log, open_place(place))
        except _Moved:
            continue
    raise VerificationError(Code.UNREACHABLE, "The log grows faster than it can be read.")


def _look(witness: Witness, log: Log, files: Files) -> Followed:
    # Known is read first: a log that is handed in meanwhile is larger than it, never smaller than what is fetched.
    known = witness.store.known(log)
    signed = _fetch(log, files)
    try:
        _check(LedgerFolder(files), known, signed)
    except VerificationError as error:
        with witness.store.locked():
            witness.store.keep_evidence(log, error.code, known, signed)
        raise

    def check(now: Known | None) -> None:
        if _checkpoint(now) != _checkpoint(known):
            raise _Moved

    before = _checkpoint(known)
    return Followed(*witness.commit(log, signed, check), None if before is None else before.size)


def _checkpoint(known: Known | None) -> Checkpoint | None:
    return None if known is None else known.checkpoint


def _fetch(log: Log, files: Files) -> Signed:
    data = files.read("checkpoint", NOTE_LIMIT)
    if data is None:
        raise VerificationError(Code.NOTHING_TO_VERIFY, "There is no checkpoint.")
    try:
        return open_signed(data, log.keys)
    except VerificationError as error:
        claimed = split_note(data)[0].partition("\n")[0]
        if error.code is not Code.UNKNOWN_SIGNER or claimed == log.origin:
            raise
        message = f"The checkpoint is of {shown(claimed)}, not of {shown(log.origin)}."
        raise VerificationError(Code.WRONG_ORIGIN, message) from error


def _check(folder: LedgerFolder, known: Known | None, signed: Signed) -> None:
    checkpoint = signed.checkpoint
    if known is not None and checkpoint.size < known.checkpoint.size:
        raise name_shrunk(folder, checkpoint, known.checkpoint)
    if checkpoint.size == 0:
        raise VerificationError(Code.NOTHING_TO_VERIFY, "The log is empty.")
    if TileTree(folder, checkpoint.size).root_of(0, checkpoint.size) != checkpoint.root:
        if known is not None and checkpoint.size == known.checkpoint.size:
            check_extends(folder, known.checkpoint, checkpoint, Code.FORKED)
        raise VerificationError(Code.ROOT_MISMATCH, "The hash tiles do not lead to the root of their checkpoint.")
    if known is not None:
        check_extends(folder, known.checkpoint, checkpoint, Code.FORKED)
