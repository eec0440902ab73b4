"""Two checkpoints of one log side by side: has it shown two histories?

Rules:
* Both are verified under the same key before they are compared.
* Agreement is said only when proven: by equal roots at one size, or by the hash tiles of the larger log.
* An empty log agrees with everything, and so proves nothing.
"""

from dataclasses import dataclass
from pathlib import Path

from overt_verify.checkpoint import Checkpoint, open_checkpoint
from overt_verify.errors import Code, VerificationError
from overt_verify.files import is_folder, read_file
from overt_verify.history import check_extends
from overt_verify.key_changes import checkpoint_of, read_changes
from overt_verify.note import NOTE_LIMIT, VerifierKey
from overt_verify.tiles import LedgerFolder


@dataclass(frozen=True)
class View:
    """What one party was shown: a verified checkpoint and, where they kept it, the log folder."""

    checkpoint: Checkpoint
    folder: LedgerFolder | None


def read_view(path: Path, key: VerifierKey) -> View:
    """Read a checkpoint file or a log folder.

    Raises:
        VerificationError: as `LedgerFolder.checkpoint` and `open_checkpoint`.
    """
    if is_folder(path):
        folder = LedgerFolder(path)
        return View(checkpoint_of(folder, key, read_changes(folder))[0], folder)
    return View(open_checkpoint(read_file(path, NOTE_LIMIT), key), None)


def compare(one: View, other: View) -> tuple[Checkpoint, Checkpoint]:
    """Show that two views are of one history; returns the smaller and the larger checkpoint.

    Raises:
        VerificationError: `split_view`; `not_comparable` when the larger view has no folder; `nothing_to_verify`.
    """
    older, newer = sorted((one, other), key=lambda view: view.checkpoint.size)
    if older.checkpoint.size == 0:
        raise VerificationError(Code.NOTHING_TO_VERIFY, "An empty log agrees with every other.")
    if older.checkpoint.size == newer.checkpoint.size:
        _check_same(older.checkpoint, newer.checkpoint)
    elif newer.folder is None:
        raise VerificationError(Code.NOT_COMPARABLE, "The larger of the two is a checkpoint without its log folder.")
    else:
        check_extends(newer.folder, older.checkpoint, newer.checkpoint, Code.SPLIT_VIEW)
    return older.checkpoint, newer.checkpoint


def _check_same(one: Checkpoint, other: Checkpoint) -> None:
    if one.root != other.root:
        raise VerificationError(Code.SPLIT_VIEW, f"Two signed checkpoints of size {one.size} have different roots.")
