"""What a witness says publicly: for each log its size, when it was last seen, how late it is, and what was wrong.

Rules:
* Late is a log that nobody has shown for longer than its limit, or that has not grown for longer than it promised.
* A log that was never seen is late.
"""

import datetime
from dataclasses import dataclass

from overt_verify.errors import Code, VerificationError
from overt_verify.witness.settings import Log
from overt_verify.witness.store import STANDING, Finding, Known
from overt_verify.witness.witness import Witness

_HOUR = 3600


@dataclass(frozen=True)
class LogStatus:
    """How it stands with one log.

    Attributes:
        log: which.
        known: what was last cosigned.
        hours_unseen: since it was last shown, or None where it never was.
        hours_without_growth: since it was first seen with its size.
        late: whether a limit is exceeded.
        findings: what was found wrong, the last first.
    """

    log: Log
    known: Known | None
    hours_unseen: float | None
    hours_without_growth: float | None
    late: bool
    findings: tuple[Finding, ...]

    @property
    def accused(self) -> bool:
        """Whether a finding stands that accuses the log or whoever serves it."""
        return any(one.code in STANDING for one in self.findings)


def log_status(witness: Witness, log: Log) -> LogStatus:
    """How it stands with a log now.

    Raises:
        VerificationError: `bad_witness`.
    """
    known = witness.store.known(log)
    findings = tuple(witness.store.findings(log))
    if known is None:
        return LogStatus(log, None, None, None, True, findings)
    now = witness.clock()
    unseen, still = (max(0, now - since) / _HOUR for since in (known.confirmed, known.grew))
    late = unseen > log.lag_hours or (log.growth_hours is not None and still > log.growth_hours)
    return LogStatus(log, known, unseen, still, late, findings)


def check_lag(status: LogStatus) -> None:
    """Raise the alarm for a log that is late.

    Raises:
        VerificationError: `witness_lag`.
    """
    if status.late:
        raise VerificationError(Code.WITNESS_LAG, lag_in_words(status))


def lag_in_words(status: LogStatus) -> str:
    """Why a log is late, in one sentence."""
    if status.hours_unseen is None or status.hours_without_growth is None:
        return "The log was never seen."
    if status.hours_unseen > status.log.lag_hours:
        return f"The log was last shown {status.hours_unseen:.1f} hours ago; the limit is {status.log.lag_hours}."
    limit = status.log.growth_hours
    return f"The log last grew {status.hours_without_growth:.1f} hours ago; the limit is {limit}."


def status_data(witness: Witness) -> dict[str, object]:
    """The status of all logs for programs."""
    logs = [_log_data(log_status(witness, log)) for log in witness.logs.values()]
    return {"witness": witness.key.name, "key": witness.key.vkey, "now": stamp(witness.clock()), "logs": logs}


def stamp(time: int) -> str:
    """POSIX seconds as a UTC time, `YYYY-MM-DDTHH:MM:SSZ`."""
    return f"{datetime.datetime.fromtimestamp(time, datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _log_data(status: LogStatus) -> dict[str, object]:
    log, known = status.log, status.known
    return {
        "origin": log.origin,
        "keys": [key.vkey for key in log.keys],
        "checkpoint": f"/{log.hash}/checkpoint",
        "size": None if known is None else known.checkpoint.size,
        "root": None if known is None else known.checkpoint.root.hex(),
        "confirmed": None if known is None else stamp(known.confirmed),
        "grew": None if known is None else stamp(known.grew),
        "hours_unseen": _rounded(status.hours_unseen),
        "hours_without_growth": _rounded(status.hours_without_growth),
        "lag_hours": log.lag_hours,
        "growth_hours": log.growth_hours,
        "late": status.late,
        "alarm": lag_in_words(status) if status.late else None,
        "findings": [_finding_data(one) for one in status.findings],
    }


def _finding_data(one: Finding) -> dict[str, object]:
    return {"code": one.code.value, "first": stamp(one.first), "last": stamp(one.last), "message": one.message}


def _rounded(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 2)
