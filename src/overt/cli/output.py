"""What commands print, and how they end.

Rules:
* With `--json` exactly one JSON object goes to standard output; progress and messages go to standard error.
* Exit status: 0 answered, 3 refused by a rule, 2 the command was used wrongly, 1 a fault.
* Only `main` exits. A refusal is shown with its rule and its remedy; a traceback is never shown to a user.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from overt.cli.process import ended_between_steps
from overt.errors import Fault, OvertError, Refusal, UsageError

ANSWERED, FAULT, USAGE, REFUSED = 0, 1, 2, 3

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

out = Console(highlight=False, emoji=False)
err = Console(stderr=True, highlight=False, emoji=False)


def exit_status(error: OvertError) -> int:
    """The exit status that an error means."""
    if isinstance(error, Refusal):
        return REFUSED
    if isinstance(error, UsageError):
        return USAGE
    return FAULT


def as_json(error: OvertError) -> dict[str, str]:
    """An error as every interface shows it."""
    return {"code": error.code, "message": error.detail, "remedy": error.remedy}


def print_json(document: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    out.file.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    out.file.flush()


def show_error(error: OvertError, as_document: bool) -> None:
    """Say what was refused or what broke, and what to do about it."""
    if as_document:
        print_json({"error": as_json(error)})
        return
    head = "Refused" if isinstance(error, Refusal) else "Fault" if isinstance(error, Fault) else "Not understood"
    err.print(f"[bold]{head}[/bold] ({error.code}): {escape(error.detail)}", soft_wrap=True)
    if error.rule:
        err.print(f"Rule: {error.rule}", soft_wrap=True, markup=False)
    err.print(f"What to do: {error.remedy}", soft_wrap=True, markup=False)


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error; yields `progress(done, total)`, where Ctrl-C ends the work: between two steps."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with ended_between_steps() as step_done, Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(title, total=None)

        def step(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)
            step_done()

        yield step
