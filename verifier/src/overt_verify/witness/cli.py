"""`overt-verify witness`: the commands of a witness.

Exit codes: 0 cosigned, or in order; 1 what a log shows does not verify, or the witness is not in order; 2 the command
itself is malformed; 3 the log was not seen, and is not late yet; 4 the log is late.
"""

import json
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from overt_verify import output
from overt_verify.errors import Code, VerificationError
from overt_verify.keys import read_key
from overt_verify.witness import told
from overt_verify.witness.answers import Answers
from overt_verify.witness.follow import SILENT, follow
from overt_verify.witness.pages import ReceiptPage
from overt_verify.witness.secret import make_secret, read_secret
from overt_verify.witness.server import WitnessServer
from overt_verify.witness.settings import LAG_HOURS, Log, add_log, read_settings
from overt_verify.witness.status import check_lag, log_status, stamp, status_data
from overt_verify.witness.store import Store
from overt_verify.witness.witness import Witness

WITNESS_CODES = "Exit codes: 0 in order; 1 not verified; 2 wrong usage; 3 not seen, not late yet; 4 late."
NOT_SEEN, LATE = 3, 4
app = typer.Typer(
    help=f"Witness logs: keep the last checkpoint, demand consistency, cosign.\n\n{WITNESS_CODES}",
    no_args_is_help=True,
)

FolderOf = Annotated[Path, typer.Argument(metavar="FOLDER", help="The witness's own folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Origin = Annotated[str | None, typer.Option("--log", metavar="ORIGIN", help="Which log, where several are followed.")]


@app.command()
def init(
    folder: FolderOf,
    name: Annotated[str, typer.Option(help="The witness's name: a domain of yours and a path, without https.")],
    as_json: AsJson = False,
) -> None:
    """Make a witness: a folder with a private key. Prints the verifier key, which others pin.

    \b
    Examples:
      overt-verify witness init ./witness --name gazette.example/witness

    \b
    Exit codes: 0 in order; 1 not verified; 2 wrong usage; 3 not seen, not late yet; 4 late.
    """
    try:
        vkey = make_secret(folder, name).key.vkey
    except (VerificationError, OSError) as error:
        raise _failed("init", as_json, error) from error
    _print(as_json, {"verified": True, "command": "witness init", "key": vkey}, [vkey])


@app.command()
def trust(
    folder: FolderOf,
    key: Annotated[list[str], typer.Option("--key", metavar="VKEY_OR_FILE", help="A log's verifier key.")],
    lag_hours: Annotated[int, typer.Option(min=1, help="Hours without a checkpoint, then it is late.")] = LAG_HOURS,
    growth_hours: Annotated[int | None, typer.Option(min=1, help="Hours without growth, then it is late.")] = None,
    as_json: AsJson = False,
) -> None:
    """Pin the key of a log, and follow it from now on. Get the key from somewhere else than the log.

    \b
    Examples:
      overt-verify witness trust ./witness --key force.vkey
      overt-verify witness trust ./witness --key force.vkey --growth-hours 26

    \b
    Exit codes: 0 in order; 1 not verified; 2 wrong usage; 3 not seen, not late yet; 4 late.
    """
    try:
        log = Log(tuple(read_key(one) for one in key), lag_hours, growth_hours)
        add_log(folder, log)
    except (VerificationError, OSError) as error:
        raise _failed("trust", as_json, error) from error
    _print(as_json, {"verified": True, "command": "witness trust", "origin": log.origin}, [f"Follows {log.origin!a}."])


@app.command()
def serve(
    folder: FolderOf,
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where to listen.")] = "127.0.0.1:8090",
    pages: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the page that checks receipts lies, to serve it.")
    ] = None,
) -> None:
    """Serve the witness: checkpoints are handed in, cosignatures out; status and receipt page for everybody.

    \b
    Examples:
      overt-verify witness serve ./witness --listen 127.0.0.1:8090
      overt-verify witness serve ./witness --pages ./pages

    \b
    Exit codes: 0 in order; 1 not verified; 2 wrong usage; 3 not seen, not late yet; 4 late.
    """
    place = _place(listen)
    try:
        witness = open_witness(folder)
        server = WitnessServer(place, Answers(witness, None if pages is None else ReceiptPage.read(pages)), _tell)
    except VerificationError as error:
        raise _failed("serve", False, error) from error
    except (OSError, OverflowError) as error:
        raise typer.BadParameter(f"cannot listen on {listen}: {error}") from error
    _stop_on_signal(lambda: threading.Thread(target=server.shutdown).start())
    _tell(f"listening on {server.server_address[0]!s}:{server.server_address[1]}")
    server.serve_forever()
    server.server_close()


@app.command("follow")
def follow_log(
    folder: FolderOf,
    place: Annotated[str, typer.Argument(metavar="URL_OR_PATH", help="Where the log lies.")],
    log: Origin = None,
    every: Annotated[float | None, typer.Option(min=1, metavar="SECONDS", help="Go on, with such a pause.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch a log's checkpoint and tiles, show that it only grew, and cosign. Names what is wrong.

    \b
    Examples:
      overt-verify witness follow ./witness ./ledger
      overt-verify witness follow ./witness https://force.example/ledger --every 600

    \b
    Exit codes: 0 in order; 1 not verified; 2 wrong usage; 3 not seen, not late yet; 4 late.
    """
    try:
        witness = open_witness(folder)
        chosen = _choose(witness, log)
    except VerificationError as error:
        raise _failed("follow", as_json, error) from error
    stopped = threading.Event()
    if every is not None:
        _stop_on_signal(stopped.set)
    code = _follow_once(witness, chosen, place, as_json)
    while every is not None and not stopped.wait(every):
        code = _follow_once(witness, chosen, place, as_json)
    raise typer.Exit(code)


@app.command()
def status(folder: FolderOf, as_json: AsJson = False) -> None:
    """Print how it stands with each log: size, when it was last shown, how late it is, what was found.

    \b
    Examples:
      overt-verify witness status ./witness
      overt-verify witness status ./witness --json

    \b
    Exit codes: 0 in order; 1 not verified; 2 wrong usage; 3 not seen, not late yet; 4 late.
    """
    try:
        witness = open_witness(folder)
        found = [log_status(witness, log) for log in witness.logs.values()]
        data = status_data(witness)
    except (VerificationError, OSError) as error:
        raise _failed("status", as_json, error) from error
    lines = [witness.key.vkey, *(line for one in found for line in told.status_lines(one))]
    code = 1 if any(one.accused for one in found) else LATE if any(one.late for one in found) else 0
    _print(as_json, {"verified": code == 0, "command": "witness status", **data}, lines)
    raise typer.Exit(code)


def open_witness(folder: Path) -> Witness:
    """The witness of a folder.

    Raises:
        VerificationError: `bad_witness`, `bad_key`, or a file cannot be read.
    """
    secret = read_secret(folder)
    return Witness(secret, read_settings(folder), Store(folder, secret.key), lambda: int(time.time()))


def _choose(witness: Witness, origin: str | None) -> Log:
    if origin is not None:
        return witness.log(origin)
    if len(witness.logs) != 1:
        raise typer.BadParameter(f"{len(witness.logs)} logs are followed: name one with --log")
    return next(iter(witness.logs.values()))


def _follow_once(witness: Witness, log: Log, place: str, as_json: bool) -> int:
    """One look: what it came to is printed; returns the exit code."""
    try:
        found = follow(witness, log, place)
        check_lag(log_status(witness, log))
    except (VerificationError, OSError) as error:
        return _look_failed(witness, log, as_json, error)
    lines = ["COSIGNED", *told.followed_lines(found)]
    _print(as_json, {"verified": True, "command": "witness follow", **told.followed_data(found)}, lines)
    return 0


def _look_failed(witness: Witness, log: Log, as_json: bool, error: VerificationError | OSError) -> int:
    """Print a look that failed; a log that was only not seen is an alarm when it is late."""
    code = 1
    if isinstance(error, VerificationError) and error.code in SILENT:
        code = NOT_SEEN
        try:
            check_lag(log_status(witness, log))
        except VerificationError as lag:
            error = VerificationError(lag.code, f"{lag.message} {error.message}")
    _failed("follow", as_json, error)
    return LATE if isinstance(error, VerificationError) and error.code is Code.WITNESS_LAG else code


def _place(listen: str) -> tuple[str, int]:
    host, separator, port = listen.rpartition(":")
    if not separator or not host or not (port.isascii() and port.isdecimal()):
        raise typer.BadParameter("--listen is HOST:PORT")
    return host.strip("[]"), int(port)


def _stop_on_signal(stop: Callable[[], None]) -> None:
    def handler(_number: int, _frame: FrameType | None) -> None:
        stop()

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, handler)


def _tell(line: str) -> None:
    typer.echo(f"{stamp(int(time.time()))} {line}", err=True)


def _failed(command: str, as_json: bool, error: VerificationError | OSError) -> typer.Exit:
    """Print a failure; returns the exit that belongs to it."""
    if isinstance(error, OSError):
        error = VerificationError(Code.BAD_WITNESS, f"The witness's folder cannot be written: {error.strerror}.")
    data = {"verified": False, "command": f"witness {command}", "error": output.failure_data(error)}
    _print(as_json, data, output.failure_lines(error))
    return typer.Exit(1)


def _print(as_json: bool, data: output.Data, lines: list[str]) -> None:
    typer.echo(json.dumps(data, ensure_ascii=True, indent=2) if as_json else "\n".join(lines))
