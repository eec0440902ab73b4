"""What a witness's commands print. Text from a log reaches a terminal in ASCII with escapes only."""

from overt_verify.errors import shown
from overt_verify.output import Data, checkpoint_data
from overt_verify.witness.follow import Followed
from overt_verify.witness.status import LogStatus, stamp


def followed_data(found: Followed) -> Data:
    """A look at a log that was cosigned."""
    checkpoint = checkpoint_data(found.known.checkpoint)
    return {"checkpoint": checkpoint, "size_before": found.size_before, "cosignature": found.line}


def followed_lines(found: Followed) -> list[str]:
    """The same for people."""
    before = "first seen" if found.size_before is None else f"continues {found.size_before} entries"
    checkpoint = found.known.checkpoint
    return [f"  checkpoint of {shown(checkpoint.origin)}: {checkpoint.size} entries, {before}", f"  {found.line}"]


def status_lines(status: LogStatus) -> list[str]:
    """How it stands with a log, for people."""
    return [
        f"{shown(status.log.origin)}: {'LATE' if status.late else 'in time'}",
        *_known_lines(status),
        *(f"  {one.code}, {stamp(one.first)} to {stamp(one.last)}: {one.message}" for one in status.findings),
    ]


def _known_lines(status: LogStatus) -> list[str]:
    known = status.known
    if known is None:
        return ["  never seen"]
    return [
        f"  entries: {known.checkpoint.size}",
        f"  last shown {stamp(known.confirmed)}, {status.hours_unseen:.1f} hours ago",
        f"  last seen to grow {stamp(known.grew)}, {status.hours_without_growth:.1f} hours ago",
    ]
