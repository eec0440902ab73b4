"""`overt order ...`: what the oversight body suspends and lifts."""

from typing import Annotated

import typer

from overt.cli.output import ANSWERED, Json, out, print_json
from overt.cli.signing import KeyFile, NoteFile, Out, Played, read_file, signer_of, write_note
from overt.policy.suspension import EVERYTHING_CODE, Act, Order, Reach, as_json, sign_order
from overt.publication.copy import publish_at_once
from overt.store.instance import open_instance

app = typer.Typer(no_args_is_help=True, help="The oversight body's orders: suspend at once, and lift.")


@app.command()
def write(
    act: Annotated[Act, typer.Argument(help="What is ordered.")],
    reach: Annotated[Reach, typer.Argument(help="What it is about.")],
    number: Annotated[int, typer.Option(help="Of the suspension: one that none of this instance had before.")],
    origin: Annotated[str, typer.Option(help="The name of the instance's ledger, as its checkpoint says it.")],
    to: Out,
    code: Annotated[str, typer.Option(help="The place, the ground or the account.")] = EVERYTHING_CODE,
    key: KeyFile = None,
    play: Played = None,
    as_document: Json = False,
) -> int:
    """Write and sign an order, on the oversight body's own machine.

    Example: overt order write suspend place --code school --number 1 --origin force.example/overt --key oversight.key
    --out order.note
    """
    order = Order(origin, act, number, reach, code)
    write_note(to, sign_order(order, signer_of(key, play)))
    if as_document:
        print_json({"note": str(to), **as_json(order)})
    else:
        out.print(f"Signed: {act} {reach} {code} (number {number}).", soft_wrap=True, markup=False)
    return ANSWERED


@app.command()
def obey(context: typer.Context, note: NoteFile, as_document: Json = False) -> int:
    """Record an order: a suspension holds from this moment on, for every running service.

    Example: overt --instance force order obey order.note
    """
    with open_instance(context.obj) as instance:
        order, index = instance.changes.obey(read_file(note))
        publish_at_once(instance)
    if as_document:
        print_json({"entry": index, **as_json(order)})
    else:
        done = "Suspended" if order.act is Act.SUSPEND else "Lifted"
        out.print(f"{done}: {order.reach} {order.code} (number {order.number}), entry {index}.", soft_wrap=True)
    return ANSWERED


@app.command("list")
def list_orders(context: typer.Context, as_document: Json = False) -> int:
    """List what is suspended now.

    Example: overt --instance force order list
    """
    with open_instance(context.obj) as instance:
        found = instance.changes.suspensions()
    if as_document:
        print_json({"suspensions": [as_json(order) for order in found]})
        return ANSWERED
    for order in found:
        out.print(f"{order.number}  {order.reach} {order.code}", soft_wrap=True, markup=False)
    if not found:
        out.print("Nothing is suspended.")
    return ANSWERED
