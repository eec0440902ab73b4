"""`overt-verify`: thin commands around the verifications.

Exit codes: 0 verified; 1 something does not verify, or there was nothing to verify; 2 the command itself is malformed.
Only this module, and the one beside it for a witness's commands, write to a terminal or end the process.
"""

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from overt_verify import output
from overt_verify.audit import AuditReport
from overt_verify.audit import audit as audit_log
from overt_verify.checkpoint import open_checkpoint
from overt_verify.compare import compare as compare_views
from overt_verify.compare import read_view
from overt_verify.entry import parse_entry
from overt_verify.errors import VerificationError
from overt_verify.files import read_file
from overt_verify.history import read_included
from overt_verify.key_changes import checkpoint_of, read_changes
from overt_verify.keys import read_digests, read_key
from overt_verify.note import NOTE_LIMIT, VerifierKey
from overt_verify.receipt import RECEIPT_LIMIT, verify_receipt
from overt_verify.stats import stats as count_days
from overt_verify.tiles import LedgerFolder
from overt_verify.witness.cli import app as witness_app

EXIT_CODES = "Exit codes: 0 verified; 1 not verified, or nothing to verify; 2 wrong usage."
app = typer.Typer(
    help=f"Verify from outside what an instance of Overt published.\n\n{EXIT_CODES}",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(witness_app, name="witness")

Ledger = Annotated[Path, typer.Argument(metavar="LEDGER_DIR", help="The published log: `checkpoint` and `tile/`.")]
Key = Annotated[str, typer.Option("--key", metavar="VKEY_OR_FILE", help="The log's verifier key, got from elsewhere.")]
Prior = Annotated[Path | None, typer.Option(metavar="CHECKPOINT_FILE", help="A checkpoint kept from earlier.")]
Builds = Annotated[Path | None, typer.Option(metavar="FILE", help="Digests of the published programs, one a line.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Answer = tuple[output.Data, list[str]]


@app.command()
def audit(
    ledger: Ledger,
    key: Key,
    prior: Prior = None,
    prior_key: Annotated[
        str | None, typer.Option(metavar="VKEY_OR_FILE", help="Its key, where it is of the log before this one.")
    ] = None,
    builds: Builds = None,
    as_json: AsJson = False,
) -> None:
    """Verify a whole log: signature, every hash, every entry, and what the entries tell together.

    \b
    Examples:
      overt-verify audit ./ledger --key force.vkey
      overt-verify audit ./ledger --key force.vkey --prior checkpoint-of-may
      overt-verify audit ./ledger --key 'example.org/log+5b1d...+AQ...' --json

    \b
    Exit codes: 0 verified; 1 not verified, or nothing to verify; 2 wrong usage.
    """

    def work() -> Answer:
        report = _audited(ledger, key, prior, prior_key, builds)
        return output.audit_data(report), output.audit_lines(report)

    _answer("audit", as_json, work)


@app.command()
def stats(ledger: Ledger, key: Key, prior: Prior = None, builds: Builds = None, as_json: AsJson = False) -> None:
    """Count what a log tells, by month and in all, and compare with the counts that the force published beside it.

    \b
    Examples:
      overt-verify stats ./ledger --key force.vkey
      overt-verify stats ./ledger --key force.vkey --json

    \b
    Exit codes: 0 verified; 1 not verified, or nothing to verify; 2 wrong usage.
    """

    def work() -> Answer:
        counted = count_days(LedgerFolder(ledger), _audited(ledger, key, prior, None, builds))
        return output.stats_data(counted), output.stats_lines(counted)

    _answer("stats", as_json, work)


@app.command()
def entry(
    ledger: Ledger,
    index: Annotated[int, typer.Argument(metavar="INDEX", help="Place in the log, from 0.")],
    key: Key,
    as_json: AsJson = False,
) -> None:
    """Print one entry, verified to be in the log.

    \b
    Examples:
      overt-verify entry ./ledger 17 --key force.vkey
      overt-verify entry ./ledger 17 --key force.vkey --json

    \b
    Exit codes: 0 verified; 1 not verified, or nothing to verify; 2 wrong usage.
    """

    def work() -> Answer:
        folder = LedgerFolder(ledger)
        checkpoint, _ = checkpoint_of(folder, read_key(key), read_changes(folder))
        found = parse_entry(read_included(folder, checkpoint, index)[0], index)
        data = {"index": index, "entry": output.entry_data(found), "checkpoint": output.checkpoint_data(checkpoint)}
        return data, output.entry_lines(index, found, checkpoint)

    _answer("entry", as_json, work)


@app.command()
def receipt(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The receipt.")],
    key: Annotated[str | None, typer.Option("--key", metavar="VKEY_OR_FILE", help="The log's verifier key.")] = None,
    trust_key_in_receipt: Annotated[
        bool, typer.Option("--trust-key-in-receipt", help="Use the receipt's own key: proves nothing about who signed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Verify a receipt that somebody took away from a check.

    A receipt brings a key along, but whoever forges a receipt brings a key too: get the key from the force's page, a
    witness or the oversight body.

    \b
    Examples:
      overt-verify receipt receipt.json --key force.vkey
      overt-verify receipt receipt.json --trust-key-in-receipt

    \b
    Exit codes: 0 verified; 1 not verified, or nothing to verify; 2 wrong usage.
    """
    if key is not None and trust_key_in_receipt:
        raise typer.BadParameter("give --key or --trust-key-in-receipt, not both")

    def work() -> Answer:
        trusted: VerifierKey | None = None if key is None else read_key(key)
        data = read_file(file, RECEIPT_LIMIT)
        found = verify_receipt(data, trusted, trust_key_in_receipt=trust_key_in_receipt)
        return output.receipt_data(found), output.receipt_lines(found)

    _answer("receipt", as_json, work)


@app.command()
def compare(
    one: Annotated[Path, typer.Argument(metavar="A", help="A checkpoint file or a log folder.")],
    other: Annotated[Path, typer.Argument(metavar="B", help="Another, from somebody else or another day.")],
    key: Key,
    as_json: AsJson = False,
) -> None:
    """Find out whether a log has shown two histories to two parties.

    \b
    Examples:
      overt-verify compare my-checkpoint your-checkpoint --key force.vkey
      overt-verify compare my-checkpoint ./ledger --key force.vkey

    \b
    Exit codes: 0 verified; 1 not verified, or nothing to verify; 2 wrong usage.
    """

    def work() -> Answer:
        trusted = read_key(key)
        older, newer = compare_views(read_view(one, trusted), read_view(other, trusted))
        data: output.Data = {"older": output.checkpoint_data(older), "newer": output.checkpoint_data(newer)}
        return data, output.compare_lines(older, newer)

    _answer("compare", as_json, work)


def _audited(ledger: Path, key: str, prior: Path | None, prior_key: str | None, builds: Path | None) -> AuditReport:
    trusted = read_key(key)
    of_prior = trusted if prior_key is None else read_key(prior_key)
    earlier = None if prior is None else open_checkpoint(read_file(prior, NOTE_LIMIT), of_prior)
    published = None if builds is None else read_digests(builds)
    with _Progress() as progress:
        return audit_log(LedgerFolder(ledger), trusted, earlier, progress.show, published)


def main() -> None:
    """Entry point of the console script."""
    app(prog_name="overt-verify")


class _Progress(ExitStack):
    """A bar on the error stream, for people who watch a long audit."""

    def show(self, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        if not hasattr(self, "_bar"):
            self._bar = self.enter_context(typer.progressbar(length=total, label="Auditing", file=sys.stderr))
            self._done = 0
        self._bar.update(done - self._done)
        self._done = done


def _answer(command: str, as_json: bool, work: Callable[[], Answer]) -> None:
    try:
        data, lines = work()
    except VerificationError as error:
        data, lines = {"error": output.failure_data(error)}, output.failure_lines(error)
        _print(as_json, {"verified": False, "command": command, **data}, lines)
        raise typer.Exit(1) from error
    _print(as_json, {"verified": True, "command": command, **data}, ["VERIFIED", *lines])


def _print(as_json: bool, data: output.Data, lines: list[str]) -> None:
    typer.echo(json.dumps(data, ensure_ascii=True, indent=2) if as_json else "\n".join(lines))
