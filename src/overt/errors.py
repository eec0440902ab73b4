"""The one error tree. Every refusal an officer can meet is a class here.

::

    OvertError
    ├── Refusal            a rule said no: expected, explained, exit code 3, never a 500
    │   ├── EncounterRefusal   the coded fields, the order of steps, the people, the pilot
    │   ├── CaptureRefusal     the photograph
    │   ├── GalleryRefusal     what may be enrolled, and how
    │   ├── PolicyRefusal      the force's rules as data
    │   └── InstanceRefusal    what this instance may do
    ├── UsageError         the caller's command or request is malformed: exit code 2
    └── Fault              something broke; nothing was answered: exit code 1

Rules:
* Each leaf class has a stable `code`, an HTTP `status`, a `rule` (where the rule is written) and a `remedy` that an
  officer can read. `tests/unit/test_errors.py` fails when one is missing or when two share a code.
* A message never holds a name, an image, a template or a file's content.
* Only the CLI's `main` exits; only the service's one handler turns an error into a response.
"""

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
    """A rule said no."""

    code = "refused"
    status = 403


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


# --- the encounter -------------------------------------------------------------------------------------------------


class EncounterRefusal(Refusal):
    """The coded fields, the order of the steps, the people or the pilot do not allow this."""

    code = "encounter_refused"
    rule = "rules: the coded fields of an encounter"


class AuthorityExpired(EncounterRefusal):
    code = "authority_expired"
    rule = "architecture rule 1"
    message = "The permission to search is older than a minute."
    remedy = "Take the photograph again."


# --- the photograph ------------------------------------------------------------------------------------------------


class CaptureRefusal(Refusal):
    """The photograph cannot be used."""

    code = "capture_refused"
    status = 422
    rule = "rules: capture"


# --- the gallery ---------------------------------------------------------------------------------------------------


class GalleryRefusal(Refusal):
    """The gallery may not hold or do this."""

    code = "gallery_refused"
    status = 422
    rule = "rules: gallery"


# --- the policy ----------------------------------------------------------------------------------------------------


class PolicyRefusal(Refusal):
    """The policy is not valid, or does not allow this."""

    code = "policy_refused"
    status = 422
    rule = "rules: power to change and to stop"


# --- the instance and the ledger -----------------------------------------------------------------------------------


class InstanceRefusal(Refusal):
    """This instance may not do that."""

    code = "instance_refused"
    rule = "rules: against becoming something else"


class LedgerUnavailable(Refusal):
    code = "ledger_unavailable"
    status = 503
    rule = "architecture rule 3"
    message = "The ledger cannot be written, so no answer is given."
    remedy = "Do not rely on this check. Identify the person in another way and tell your administrator."
