"""The roots of the error tree; see `overt.errors` for its picture and rules."""

from typing import ClassVar


class OvertError(Exception):
    """Base of all errors of this product.

    Args:
        detail: one plain sentence about this case; the class's `message` when left out.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    rule: ClassVar[str] = ""
    message: ClassVar[str] = "Something went wrong."
    remedy: ClassVar[str] = "Try again; if it goes on, tell your administrator."

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or self.message
        super().__init__(self.detail)


class Refusal(OvertError):
    """A rule said no. `recorded_at` is the index of the ledger entry that says so, where there is one."""

    code = "refused"
    status = 403
    recorded_at: int | None = None


class UsageError(OvertError):
    """The request itself is malformed."""

    code = "usage"
    status = 400
    message = "The request is not in the expected form."
    remedy = "Read the command's --help or the interface description, and correct the request."


class Fault(OvertError):
    """Something broke; no answer was given."""

    code = "fault"
    status = 500
