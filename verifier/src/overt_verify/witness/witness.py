"""What a witness decides: whether a checkpoint that it is shown continues the one that it knows.

Rules:
* It cosigns only what a pinned key signed, and only where it was shown that the log begins with all that it knew.
* It never goes back: what it knows is compared and replaced under one lock, and is on the disk before the cosignature
  is given out.
* A finding is written down only where nobody but the holder of a log's key can have made it, or where the witness
  itself fetched it: whoever posts rubbish accuses nobody.
"""

from collections.abc import Callable, Iterable

from overt_verify.checkpoint import Checkpoint
from overt_verify.errors import Code, VerificationError, shown
from overt_verify.history import contradiction
from overt_verify.merkle import EMPTY_ROOT, check_consistency
from overt_verify.witness.secret import Secret
from overt_verify.witness.settings import Log
from overt_verify.witness.signed import Signed, Submission, open_signed, parse_submission
from overt_verify.witness.store import Known, Store

Clock = Callable[[], int]
"""POSIX seconds."""
_CLOCK_STEP = 300
"""Seconds that a clock may be set back: the last time is used again until it has caught up."""


class OldSizeConflict(VerificationError):
    """The proof begins at another size than the one that the witness knows."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(Code.OLD_SIZE_CONFLICT, f"The last cosigned checkpoint has {size} entries.")


class Witness:
    """A witness at work. Safe to use from many threads, and beside other processes on the same folder."""

    def __init__(self, secret: Secret, logs: Iterable[Log], store: Store, clock: Clock) -> None:
        self.key = secret.key
        self.store = store
        self.clock = clock
        self.logs = {log.origin: log for log in logs}
        self._secret = secret

    def add_checkpoint(self, body: bytes) -> tuple[Log, Known, str]:
        """Answer a request of C2SP tlog-witness.

        Returns:
            The log, what is known of it now, and the cosignature line.

        Raises:
            VerificationError: nothing was cosigned; the code says why. `OldSizeConflict` says from where to prove.
        """
        request = parse_submission(body)
        log = self.log(request.origin)
        signed = open_signed(request.note, log.keys)
        if request.old > signed.checkpoint.size:
            raise VerificationError(Code.BAD_REQUEST, "The old size is larger than that of the checkpoint.")

        def check(known: Known | None) -> None:
            self._note_fork(log, known, signed)
            _check_request(request, known, signed.checkpoint)

        return log, *self.commit(log, signed, check)

    def log(self, origin: str) -> Log:
        """The followed log of a name.

        Raises:
            VerificationError: `unknown_origin`.
        """
        found = self.logs.get(origin)
        if found is None:
            raise VerificationError(Code.UNKNOWN_ORIGIN, f"No key is pinned for {shown(origin)}.")
        return found

    def commit(self, log: Log, signed: Signed, check: Callable[[Known | None], None]) -> tuple[Known, str]:
        """Check against what is known, cosign, and put it in its place, as one step.

        Args:
            log: the log that signed.
            signed: what it signed.
            check: raises where `signed` must not follow what is known.
        """
        with self.store.locked():
            before = self.store.known(log)
            check(before)
            now = self._time(before)
            line = self._secret.cosign(signed.text, now).line
            same = before is not None and before.checkpoint.size == signed.checkpoint.size
            grew = before.grew if before is not None and same else now
            known = Known(signed.checkpoint, f"{signed.note}{line}\n", now, grew)
            self.store.save(log, known)
        return known, line

    def _time(self, before: Known | None) -> int:
        now, last = self.clock(), 0 if before is None else before.confirmed
        if now < last - _CLOCK_STEP:
            message = f"The clock is {last - now} seconds before the last cosignature."
            raise VerificationError(Code.CLOCK_WENT_BACK, message)
        return max(now, last)

    def _note_fork(self, log: Log, known: Known | None, signed: Signed) -> None:
        """Keep a second signed root for one size: only the log itself can have made both."""
        if known is None or known.checkpoint.size != signed.checkpoint.size:
            return
        if known.checkpoint.root != signed.checkpoint.root:
            error = contradiction(known.checkpoint, signed.checkpoint, Code.FORKED)
            self.store.keep_evidence(log, error.code, known, signed)
            self.store.found(log, error, self.clock())


def _check_request(request: Submission, known: Known | None, checkpoint: Checkpoint) -> None:
    size, root = (0, EMPTY_ROOT) if known is None else (known.checkpoint.size, known.checkpoint.root)
    if request.old != size:
        raise OldSizeConflict(size)
    if size == checkpoint.size and known is not None and root != checkpoint.root:
        raise contradiction(known.checkpoint, checkpoint, Code.FORKED)
    check_consistency((size, root), (checkpoint.size, checkpoint.root), request.proof)
