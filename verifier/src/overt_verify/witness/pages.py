"""The pages of a witness: its status for people, and the page that checks a receipt.

Rules:
* A page loads nothing from anywhere; what came from a log is escaped.
* `overt-receipt-check.html` is handed out byte for byte, with its digest beside it. A second form of it has the
  witness's pinned key in its place, which the reader cannot overwrite; nothing else of it differs.
"""

import hashlib
import html
from dataclasses import dataclass
from pathlib import Path

from overt_verify.errors import Code, VerificationError
from overt_verify.files import read_file
from overt_verify.note import VerifierKey
from overt_verify.witness.settings import Log
from overt_verify.witness.status import LogStatus, lag_in_words, log_status, stamp
from overt_verify.witness.witness import Witness

PAGE_FILE = "overt-receipt-check.html"
_PAGE_LIMIT = 4 << 20
_HINT = '<p id="key-hint">'
_FIELD = '<textarea id="key" name="key"'
STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:0;font:1.0625rem/1.5 system-ui,sans-serif}"
    "main{max-width:42rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}"
    "h1{font-size:1.75rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2rem}"
    "dl>div{border-top:1px solid;padding:.5rem 0}dt{font-weight:700}dd{margin:0}"
    "code{font:.875rem/1.4 ui-monospace,monospace}"
    ".late,.found{border-left:.5rem solid #d4351c;padding:.5rem 1rem}"
    "a{display:inline-block;padding:.5rem 0}"
)


@dataclass(frozen=True)
class ReceiptPage:
    """The page that checks a receipt, as somebody built it."""

    data: bytes

    @classmethod
    def read(cls, folder: Path) -> "ReceiptPage":
        """Read it from the folder in which the build left it.

        Raises:
            VerificationError: `bad_witness` when it has no place for a key; or it cannot be read.
        """
        data = read_file(folder / PAGE_FILE, _PAGE_LIMIT)
        if any(data.count(part.encode()) != 1 for part in (_HINT, _FIELD)):
            raise VerificationError(Code.BAD_WITNESS, f"{PAGE_FILE} is not a page that checks receipts.")
        return cls(data)

    @property
    def digest(self) -> str:
        """SHA-256 of the file, 64 hex digits."""
        return hashlib.sha256(self.data).hexdigest()

    def with_key(self, witness: Witness, key: VerifierKey) -> bytes:
        """The page with a log's pinned key filled in."""
        said = f"This key was pinned by the witness {witness.key.name}. "
        text = self.data.decode("utf-8").replace(_HINT, _HINT + html.escape(said))
        head, field, tail = text.partition(_FIELD)
        rest, end, after = tail.partition("</textarea>")
        return f"{head}{field} readonly{rest}{html.escape(key.vkey)}{end}{after}".encode()


def status_page(witness: Witness, page: ReceiptPage | None) -> bytes:
    """The status of all logs for people."""
    parts = [_log_part(log_status(witness, log), page) for log in witness.logs.values()]
    body = "\n".join(parts) or "<p>No log is followed yet.</p>"
    name, key = html.escape(witness.key.name), html.escape(witness.key.vkey)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Witness {name}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>Witness {name}</h1>
<p>This witness keeps the last checkpoint of each log below. It signs a new one only where it was shown that the log
begins with everything that it had before. It cannot see whether what is written in a log is true or complete.</p>
<p>Its key: <code>{key}</code></p>
<p>As of {stamp(witness.clock())}. <a href="/status.json">The same for programs</a></p>
{body}
{_receipt_part(page)}
</main>
</body>
</html>
""".encode()


def _log_part(status: LogStatus, page: ReceiptPage | None) -> str:
    log, known = status.log, status.known
    rows = {"Keys": " ".join(f"<code>{html.escape(key.vkey)}</code>" for key in log.keys)}
    if known is not None:
        rows["Entries"] = str(known.checkpoint.size)
        rows["Last shown"] = f"{stamp(known.confirmed)}, {_ago(status.hours_unseen)}"
        rows["Last seen to grow"] = f"{stamp(known.grew)}, {_ago(status.hours_without_growth)}"
        rows["Last checkpoint"] = f'<a href="/{log.hash}/checkpoint">with signatures</a>'
    if page is not None:
        rows["Receipts"] = "<br>".join(_receipt_link(log, key) for key in log.keys)
    late = f'<p class="late"><strong>Late.</strong> {lag_in_words(status)}</p>' if status.late else ""
    found = "".join(
        f'<p class="found"><strong>{one.code.value}</strong>, {stamp(one.first)} to {stamp(one.last)}: '
        f"{html.escape(one.message)} {html.escape(VerificationError(one.code, '').meaning)}</p>"
        for one in status.findings
    )
    table = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in rows.items())
    return f"<h2>{html.escape(log.origin)}</h2>{late}{found}<dl>{table}</dl>"


def receipt_path(log: Log, key: VerifierKey) -> str:
    """Where the receipt page with a pinned key is; a receipt is checked with the key of its day."""
    return f"/receipt/{log.hash}/{key.key_id.hex()}"


def _receipt_link(log: Log, key: VerifierKey) -> str:
    which = "this key" if len(log.keys) == 1 else f"the key {key.key_id.hex()}"
    return f'<a href="{receipt_path(log, key)}">Check a receipt with {which}</a>'


def _receipt_part(page: ReceiptPage | None) -> str:
    if page is None:
        return ""
    return (
        f'<h2>Checking receipts from your disk</h2><p><a href="/{PAGE_FILE}">{PAGE_FILE}</a></p>'
        f"<p>SHA-256 <code>{page.digest}</code></p>"
    )


def _ago(hours: float | None) -> str:
    return "" if hours is None else f"{hours:.1f} hours ago"
