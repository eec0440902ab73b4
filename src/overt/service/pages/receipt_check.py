"""The page that checks a receipt from a disk, as the build made it (`web/receipt-check/`), and its digest.

Rule: it is handed out as a file to keep, never shown as a page of ours: what comes from us proves nothing about us.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

from overt.errors import PagesNotBuilt

NAME = "overt-receipt-check.html"


@cache
def receipt_check(folder: Path) -> bytes:
    """The file's bytes.

    Args:
        folder: where the build wrote its files.

    Raises:
        PagesNotBuilt: nothing was built.
    """
    try:
        return (folder / NAME).read_bytes()
    except OSError:
        raise PagesNotBuilt() from None


def digest(folder: Path) -> str:
    """SHA-256 of the file, 64 hex digits: what its holder compares.

    Raises:
        PagesNotBuilt: nothing was built.
    """
    return sha256(receipt_check(folder)).hexdigest()
