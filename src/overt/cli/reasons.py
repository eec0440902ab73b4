"""Reasons that somebody gives on the command line, as they go into the private journal."""

from overt.errors import UsageError
from overt.store.journal import LONGEST


def reason(text: str) -> str:
    """A reason, or the name of a recipient.

    Raises:
        UsageError: empty, too long, or not printable.
    """
    if not text.strip() or len(text) > LONGEST or not text.isprintable():
        raise UsageError(f"Say it in 1 to {LONGEST} printable characters.")
    return text.strip()
