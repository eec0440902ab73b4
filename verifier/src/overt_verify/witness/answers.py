"""What a witness answers to each request, as values; the server only carries them.

Rules:
* Statuses of `add-checkpoint` are those of C2SP tlog-witness.
* An answer never says more about the inside than its code.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field

from overt_verify.errors import Code, VerificationError
from overt_verify.witness.pages import PAGE_FILE, STYLE, ReceiptPage, receipt_path, status_page
from overt_verify.witness.settings import Log
from overt_verify.witness.status import status_data
from overt_verify.witness.witness import OldSizeConflict, Witness

TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
JSON = "application/json"
SIZE = "text/x.tlog.size"
STATUSES = {
    Code.BAD_REQUEST: 400,
    Code.BAD_NOTE: 400,
    Code.BAD_CHECKPOINT: 400,
    Code.UNKNOWN_SIGNER: 403,
    Code.BAD_SIGNATURE: 403,
    Code.WRONG_ORIGIN: 403,
    Code.UNKNOWN_ORIGIN: 404,
    Code.OLD_SIZE_CONFLICT: 409,
    Code.CONSISTENCY_MISMATCH: 422,
    Code.FORKED: 422,
}
"""Status of each refusal; every other one is the witness's own trouble, 500."""
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_OWN_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'"

_VARY = {"Vary": "Accept"}


@dataclass(frozen=True)
class Answer:
    """Status, type and body of an answer, and a word for the log."""

    status: int
    kind: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    said: str = ""


class Answers:
    """Answers of one witness."""

    def __init__(self, witness: Witness, page: ReceiptPage | None) -> None:
        self._witness = witness
        self._page = page
        self._logs = {f"/{log.hash}/checkpoint": log for log in witness.logs.values()}
        self._keys = {receipt_path(log, key): key for log in witness.logs.values() for key in log.keys}

    def post(self, path: str, body: bytes) -> Answer:
        """Answer a POST."""
        if path != "/add-checkpoint":
            return _not_found()
        try:
            log, known, line = self._witness.add_checkpoint(body)
        except OldSizeConflict as error:
            return Answer(409, SIZE, f"{error.size}\n".encode(), said=error.code)
        except VerificationError as error:
            return _refusal(error)
        except OSError:
            return _trouble()
        said = f"cosigned {log.hash[:16]} {known.checkpoint.size}"
        return Answer(200, TEXT, f"{line}\n".encode(), said=said)

    def get(self, path: str, *, wants_page: bool) -> Answer:
        """Answer a GET; `/status` is a page for browsers and JSON for programs."""
        try:
            return self._get(path, wants_page)
        except (VerificationError, OSError):
            return _trouble()

    def _get(self, path: str, wants_page: bool) -> Answer:
        if path == "/" or (path == "/status" and wants_page):
            return self._page_answer()
        if path in {"/status", "/status.json"}:
            data = json.dumps(status_data(self._witness), indent=2).encode()
            return Answer(200, JSON, data, {"Access-Control-Allow-Origin": "*", **_VARY})
        if path == "/key":
            return Answer(200, TEXT, f"{self._witness.key.vkey}\n".encode())
        if path == f"/{PAGE_FILE}" and self._page is not None:
            held = {"Content-Disposition": f'attachment; filename="{PAGE_FILE}"'}
            return Answer(200, HTML, self._page.data, {**held, "Content-Security-Policy": "frame-ancestors 'none'"})
        return self._log_answer(path)

    def _page_answer(self) -> Answer:
        policy = {"Content-Security-Policy": f"{_OWN_POLICY}; frame-ancestors 'none'"}
        return Answer(200, HTML, status_page(self._witness, self._page), policy | _VARY)

    def _log_answer(self, path: str) -> Answer:
        if path in self._logs:
            return self._checkpoint(self._logs[path])
        if path in self._keys and self._page is not None:
            data = self._page.with_key(self._witness, self._keys[path])
            return Answer(200, HTML, data, {"Content-Security-Policy": "frame-ancestors 'none'"})
        return _not_found()

    def _checkpoint(self, log: Log) -> Answer:
        known = self._witness.store.known(log)
        return _not_found() if known is None else Answer(200, TEXT, known.note.encode())


def _refusal(error: VerificationError) -> Answer:
    status = STATUSES.get(error.code)
    if status is None:
        return _trouble(error.code)
    return Answer(status, TEXT, f"{error.code}: {error.message}\n".encode(), said=error.code)


def _trouble(code: str = "disk") -> Answer:
    return Answer(500, TEXT, b"This witness is not in order; nothing was cosigned.\n", said=f"trouble {code}")


def _not_found() -> Answer:
    return Answer(404, TEXT, b"There is nothing here.\n")
