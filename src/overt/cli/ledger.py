"""`overt ledger ...`: what the instance itself can say of its ledger. Outsiders use `overt-verify`."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from overt.cli import ledger_key
from overt.cli.output import ANSWERED, REFUSED, Json, out, print_json
from overt.errors import LedgerContradiction, UsageError
from overt.identifiers import EncounterId
from overt.publication.beat import beat
from overt.publication.daily import daily
from overt.store.desks import desks_of
from overt.store.instance import open_instance

app = typer.Typer(no_args_is_help=True, help="The record that outsiders can verify.")
ledger_key.add_to(app)


@app.command()
def show(
    context: typer.Context,
    first: Annotated[int, typer.Option(help="First entry to show.", min=0)] = 0,
    count: Annotated[int, typer.Option(help="How many entries.", min=1, max=1000)] = 20,
    as_document: Json = False,
) -> int:
    """Show published entries, as outsiders see them.

    Example: overt --instance demo ledger show --first 0 --count 5
    """
    with open_instance(context.obj) as instance:
        head = instance.ledger.head()
        bodies = instance.ledger.published_bodies(first, min(count, max(head.size - first, 0)))
        key = instance.ledger.vkey
    entries = [{"index": first + at, **json.loads(body)} for at, body in enumerate(bodies)]
    if as_document:
        print_json({"size": head.size, "checkpoint": head.note.decode(), "ledger_key": key, "entries": entries})
        return ANSWERED
    out.print(f"{head.size} entries; key {key}", soft_wrap=True, markup=False)
    for entry in entries:
        fields = ", ".join(f"{name}={value}" for name, value in entry["fields"].items())
        out.print(f"{entry['index']:>6}  {entry['hour']}  {entry['deed']}  {fields}", soft_wrap=True, markup=False)
    return ANSWERED


@app.command()
def witness(context: typer.Context, as_document: Json = False) -> int:
    """Hand the newest checkpoint in to every witness of the policy, and say how it went. `overt serve` does it, too.

    Example: overt --instance force ledger witness
    """
    with open_instance(context.obj) as instance:
        done = beat(instance)
    if as_document:
        shown = [{**asdict(one), "cosigned_at": _moment(one.cosigned_at)} for one in done.witnesses]
        print_json({"witnesses": shown, "witnessed_at": _moment(done.witnessed_at)})
    else:
        for one in done.witnesses:
            seen = f"{one.size} entries at {_moment(one.cosigned_at)}" if one.size is not None else "nothing yet"
            out.print(f"{one.name}: {seen}. {one.problem or 'Cosigned.'}", soft_wrap=True, markup=False)
        if not done.witnesses:
            out.print("The policy names no witness.")
    return REFUSED if done.problems else ANSWERED


@app.command()
def publish(context: typer.Context, as_document: Json = False) -> int:
    """Bring the public copy up to the end of yesterday (UTC). `overt serve` does it each day; running it again is safe.

    Example: overt --instance demo ledger publish
    """
    with open_instance(context.obj) as instance:
        done = daily(instance)
    day = done.day.isoformat() if done.day else None
    if as_document:
        print_json({"folder": str(done.folder), "day": day, "size": done.size})
        return ANSWERED
    told = f"{done.size} entries, to the end of {day}" if day else "nothing yet: the first day is not over"
    out.print(f"Public in {done.folder}: {told}.", soft_wrap=True, markup=False)
    return ANSWERED


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at is not None else None


@app.command()
def verify(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make all tiles again from the database first.")] = False,
    as_document: Json = False,
) -> int:
    """Check the published log against the database: every entry, every tile, the signed checkpoint.

    Example: overt --instance demo ledger verify --json
    """
    with open_instance(context.obj) as instance:
        try:
            if rebuild:
                instance.ledger.rebuild()
            size = instance.ledger.verify()
            problem = None
        except LedgerContradiction as error:
            size, problem = 0, error
        folder = instance.place.ledger
        key = instance.ledger.vkey
    document: dict[str, Any] = {"verified": problem is None, "size": size, "ledger_key": key, "folder": str(folder)}
    if problem is not None:
        document["problem"] = problem.detail
    if as_document:
        print_json(document)
    else:
        out.print(
            f"Verified: {size} entries." if problem is None else f"NOT verified: {problem.detail}", soft_wrap=True
        )
        out.print(f"As an outsider: overt-verify audit {folder} --key '{key}'", soft_wrap=True, markup=False)
    return ANSWERED if problem is None else REFUSED


@app.command()
def receipt(
    context: typer.Context,
    encounter: Annotated[str, typer.Argument(help="The encounter, as `overt check` printed it.")],
    _as_document: Annotated[bool, typer.Option("--json", help="Print JSON; it always does.")] = True,
) -> int:
    """Print the receipt of a finished check (JSON), for the person and for `overt-verify receipt`.

    Example: overt --instance demo ledger receipt 3f0c... > receipt.json
    """
    try:
        identity = EncounterId(UUID(encounter))
    except ValueError as error:
        raise UsageError("That is not the name of an encounter.") from error
    with open_instance(context.obj) as instance:
        # The bytes as they are: a line feed more would not be the canonical spelling that a holder verifies.
        out.file.write(desks_of(instance).reveal.receipt(identity).decode())
    return ANSWERED
