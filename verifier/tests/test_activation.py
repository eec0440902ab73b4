"""Checks are made only while they are allowed: documents, dates, and no new pilot without a report of the last."""

from collections.abc import Callable
from pathlib import Path

import pytest
from verify_simulators.lying_ledger import ALL_OF_THEM, LyingLedger, document, policy

from overt_verify.audit import audit
from overt_verify.errors import Code, VerificationError
from overt_verify.note import VerifierKey
from overt_verify.tiles import LedgerFolder

DPIA = document(valid_until="2026-12-01")
PILOT = {"officer_cap": 3, "starts": "2026-11-28", "ends": "2026-12-03"}
FORCE = policy(version="force", activation=[DPIA], pilot=PILOT, demonstration=False)
REPORT = document(b"# Report\n", "pilot-report")
LONG = document()
LATE = {**PILOT, "ends": "2027-04-30"}
LONGER = {**PILOT, "ends": "2026-12-31"}
AGAIN = policy(version="again", activation=[DPIA, REPORT], pilot=LONGER, demonstration=False)
UNREPORTED = policy(version="unreported", activation=[DPIA], pilot=LONGER, demonstration=False)


def started(after: int = 28) -> LyingLedger:
    """A force's log, its policy public for that many days."""
    log = LyingLedger()
    log.add("instance:ledger:created", {"origin": log.origin, "continues": "none"})
    return log.adopt(FORCE, "first", ("nobody",)).later(days=after).authorise()


def verdict(log: LyingLedger, root: Path) -> Code | None:
    try:
        audit(LedgerFolder(log.publish(root)), VerifierKey.parse(log.vkey))
    except VerificationError as error:
        return error.code
    return None


def changed(root: Path, suffix: str, data: bytes | None) -> None:
    path = root / "document" / (str(DPIA["digest"]).removeprefix("sha256:") + suffix)
    path.unlink() if data is None else path.write_bytes(data)


TALES: dict[str, tuple[Callable[[], LyingLedger], Code | None]] = {
    "registered before the first check": (lambda: started().register(DPIA).check().later(days=1).check(), None),
    "on its last day": (lambda: started().register(DPIA).check().later(days=1).later(days=1).check(), None),
    "never registered": (lambda: started().check(), Code.NOT_ACTIVATED),
    "registered afterwards": (lambda: started().check().register(DPIA), Code.NOT_ACTIVATED),
    "run out": (lambda: started().register(DPIA).later(days=3).check(), Code.NOT_ACTIVATED),
    "after the pilot": (lambda: started().register(DPIA).later(days=6).check(), Code.PILOT_OVER),
    "signed by somebody else": (lambda: started().register(DPIA, by="chief").check(), Code.DOCUMENT_MISMATCH),
    "for longer than was signed": (
        lambda: started().register({**DPIA, "valid_until": "2029-01-01"}).check(),
        Code.DOCUMENT_MISMATCH,
    ),
    "another text": (lambda: started().register(DPIA, b"# Another\n").check(), Code.DOCUMENT_MISMATCH),
    "public for a day too few": (lambda: started(after=27).register(DPIA).check(), Code.NOT_ACTIVATED),
    "more officers, public for a day too few": (lambda: widened(27), Code.NOT_ACTIVATED),
    "more officers, public for long enough": (lambda: widened(28), None),
    "fewer officers at once": (lambda: narrowed(), None),
    "begun again with a report": (
        lambda: restarted(AGAIN).register(REPORT, b"# Report\n"),
        None,
    ),
    "begun again without a report": (lambda: restarted(UNREPORTED), Code.PILOT_OVER),
}


MORE = policy(version="more", activation=[LONG], pilot={**LATE, "officer_cap": 4}, demonstration=False)
WIDE = policy(version="wide", activation=[LONG], pilot=LATE, demonstration=False)
FEWER = policy(version="fewer", activation=[LONG], pilot={**LATE, "officer_cap": 2}, demonstration=False)


def wide() -> LyingLedger:
    log = LyingLedger()
    log.add("instance:ledger:created", {"origin": log.origin, "continues": "none"})
    return log.adopt(WIDE, "first", ("nobody",)).later(days=28).authorise().register(LONG)


def widened(days: int) -> LyingLedger:
    """Checks under a policy for more officers, so many days after it was announced."""
    log = wide().check().announce(MORE, "2026-12-13").later(days=14).adopt(MORE, "loosened", ALL_OF_THEM)
    return log.later(days=days - 14).check()


def narrowed() -> LyingLedger:
    return wide().check().adopt(FEWER, "tightened").check()


def restarted(new: str) -> LyingLedger:
    log = started().register(DPIA).check().announce(new, "2026-12-13").later(days=14)
    return log.adopt(new, "loosened", ALL_OF_THEM)


@pytest.mark.parametrize("tale", TALES)
def test_when_checks_are_allowed(tmp_path: Path, tale: str) -> None:
    make, code = TALES[tale]
    assert verdict(make(), tmp_path) == code


@pytest.mark.parametrize(("suffix", "data"), [("", None), (".note", None), (".note", b"x"), ("", b"# DPIA \n")])
def test_a_document_that_is_not_published_as_it_was_registered(tmp_path: Path, suffix: str, data: bytes | None) -> None:
    log = started().register(DPIA).check()
    key, root = VerifierKey.parse(log.vkey), log.publish(tmp_path)
    changed(root, suffix, data)
    with pytest.raises(VerificationError) as caught:
        audit(LedgerFolder(root), key)
    assert caught.value.code == Code.DOCUMENT_MISMATCH
