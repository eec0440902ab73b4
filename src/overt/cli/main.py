"""The entry of the `overt` command.

Rule: this is the only place that turns an error into an exit status, and the only one that exits.
"""

import sys
from pathlib import Path
from traceback import extract_tb
from typing import Annotated

import typer
from typer.exceptions import TyperException

from overt import __version__
from overt.cli import (
    administrator,
    check,
    demo,
    documents,
    evaluate,
    gallery,
    instance,
    journal,
    ledger,
    orders,
    policy,
    scorecard,
    serve,
)
from overt.cli.output import FAULT, USAGE, Json, err, exit_status, print_json, show_error
from overt.cli.process import asked_to_end, end_in_order, harden
from overt.errors import Fault, OvertError, UsageError
from overt.store.running_build import running_build

app = typer.Typer(
    name="overt",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Operator-initiated facial recognition that answers for itself. "
    "Exit status: 0 answered, 3 refused by a rule, 2 wrong use, 1 a fault.",
)


@app.callback()
def root(
    context: typer.Context,
    instance_folder: Annotated[
        Path, typer.Option("--instance", envvar="OVERT_INSTANCE", help="Folder of the instance.", show_default=True)
    ] = Path("overt-instance"),
) -> None:
    """Options of every command."""
    context.obj = instance_folder


instance.add_to(app)
app.add_typer(gallery.app, name="gallery")
app.add_typer(ledger.app, name="ledger")
app.add_typer(documents.app, name="document")
app.add_typer(journal.app, name="journal")
app.add_typer(policy.app, name="policy")
app.add_typer(orders.app, name="order")
check.add_to(app)
serve.add_to(app)
administrator.add_to(app)
evaluate.add_to(app)
demo.add_to(app)
scorecard.add_to(app)


@app.command()
def version(as_document: Json = False) -> None:
    """Print the version and the digest of the running build.

    Example: overt version --json
    """
    if as_document:
        print_json({"version": __version__, "build": running_build()})
    else:
        typer.echo(f"overt {__version__} {running_build()}")


INTERRUPTED = 130
"""What Typer makes of Ctrl-C inside a command."""


def main() -> None:
    """Run the command line and exit."""
    harden()
    end_in_order()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit status."""
    try:
        result = app(arguments, standalone_mode=False)
        if result == INTERRUPTED:
            return _stopped()
        return result if isinstance(result, int) else 0
    except typer.Exit as ended:
        return ended.exit_code
    except TyperException as wrong:
        # A command without arguments has shown its help already, and has nothing more to say.
        if message := wrong.format_message().strip():
            show_error(UsageError(message), "--json" in arguments)
        return USAGE
    except (typer.Abort, KeyboardInterrupt):
        return _stopped()
    except OvertError as error:
        if asked_to_end():
            return _stopped()
        show_error(error, "--json" in arguments)
        return exit_status(error)
    except Exception as error:  # noqa: BLE001 - the one place below which nothing may show a traceback
        if asked_to_end():
            return _stopped()
        show_error(Fault(_where(error)), "--json" in arguments)
        return FAULT


def _stopped() -> int:
    err.print("Stopped. What was finished is kept.")
    return FAULT


def _where(error: Exception) -> str:
    """What broke and where, for a maintainer; without the error's text, which may quote anything."""
    place = extract_tb(error.__traceback__)[-1]
    return f"Something broke: {type(error).__name__} in {Path(place.filename).name}, line {place.lineno}."
