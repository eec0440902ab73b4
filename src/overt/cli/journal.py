"""`overt journal ...`: the private journal, for those of the force who may read it. Whoever does is in it."""

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from overt.cli.output import ANSWERED, Json, out, print_json
from overt.cli.reasons import reason
from overt.errors import UsageError
from overt.store.instance import open_instance
from overt.store.journal import Act, Kept, Line, at_the_machine

app = typer.Typer(no_args_is_help=True, help="Who did what with people's data (DPA 2018, s.62). Reading it is in it.")
Why = Annotated[str, typer.Option("--why", help="Why you read it; it is written down.")]


@app.command()
def show(
    context: typer.Context,
    why: Why,
    since: Annotated[int, typer.Option(help="Begin behind this line.", min=0)] = 0,
    subject: Annotated[str | None, typer.Option(help="Only this, as reference:17 or encounter:...")] = None,
    count: Annotated[int, typer.Option(help="How many lines at most.", min=1, max=10_000)] = 100,
    as_document: Json = False,
) -> int:
    """Show lines of the journal.

    Example: overt --instance demo journal show --why "complaint 2026-114" --subject reference:17
    """
    reader = Line(at_the_machine(), Act.CONSULTED, "journal", reason(why))
    with open_instance(context.obj) as instance:
        lines = _first(instance.ledger.journal.read(reader, since), subject, count)
    if as_document:
        print_json({"lines": [each.as_json() for each in lines]})
        return ANSWERED
    for each in lines:
        line = each.line
        to = f" to {line.recipient}" if line.recipient else ""
        told = (
            f"{each.number:>6}  {each.at:%Y-%m-%d %H:%M:%S}  {line.actor}  {line.act}  {line.subject}{to}  ({line.why})"
        )
        out.print(told, soft_wrap=True, markup=False)
    return ANSWERED


@app.command()
def export(
    context: typer.Context,
    to: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.", dir_okay=False)],
    recipient: Annotated[str, typer.Option(help="Who gets it, such as: Information Commissioner.")],
    why: Why,
    as_document: Json = False,
) -> int:
    """Write the whole journal into a file, a line of JSON each, for the Information Commissioner.

    Each line carries the hash of the one before it, so that a line that was left out or changed shows.

    Example: overt --instance demo journal export journal.jsonl --recipient "Information Commissioner" --why "request 7"
    """
    reader = Line(at_the_machine(), Act.DISCLOSED, "journal", reason(why), reason(recipient))
    digest, lines = sha256(), 0
    with open_instance(context.obj) as instance:
        try:
            with to.open("xb") as file:
                for each in instance.ledger.journal.read(reader):
                    text = json.dumps(each.as_json(), ensure_ascii=False, sort_keys=True).encode() + b"\n"
                    digest.update(text)
                    lines += 1
                    file.write(text)
        except FileExistsError:
            raise UsageError(f"{to} is there already; nothing was written.") from None
    document = {"file": str(to), "lines": lines, "sha256": digest.hexdigest()}
    if as_document:
        print_json(document)
    else:
        out.print(f"{lines} lines in {to}; SHA-256 {digest.hexdigest()}", soft_wrap=True, markup=False)
    return ANSWERED


def _first(lines: Iterable[Kept], subject: str | None, count: int) -> list[Kept]:
    found: list[Kept] = []
    for each in lines:
        if subject is None or each.line.subject == subject:
            found.append(each)
        if len(found) == count:
            break
    return found
