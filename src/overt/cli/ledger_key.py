"""`overt ledger new-key|sign-key|use-key`: another key for the ledger, in time or after a loss (docs/operations.md)."""

from typing import Annotated

import typer

from overt.cli.output import ANSWERED, Json, out, print_json
from overt.cli.signing import KeyFile, NoteFile, Out, Played, read_file, signer_of, write_note
from overt.ledger.key_change import Cause, read_key_change
from overt.ledger.note import add_signature, split_note
from overt.store.instance import open_instance
from overt.store.keys import KeyFolder
from overt.store.place import Place


def add_to(app: typer.Typer) -> None:
    """Add the commands to `overt ledger`."""
    app.command(name="new-key")(new_key)
    app.command(name="sign-key")(sign_key)
    app.command(name="use-key")(use_key)


def new_key(
    context: typer.Context,
    to: Out,
    lost: Annotated[bool, typer.Option("--lost", help="The old key is lost, or in wrong hands.")] = False,
    as_document: Json = False,
) -> int:
    """Draw the ledger's next key, and write what has to be signed before it is used.

    Example: overt --instance demo ledger new-key --out key.note
    """
    cause = Cause.LOST if lost else Cause.ROTATED
    place = Place(context.obj.absolute())
    keys = KeyFolder(place.keys, place.folder)
    drawn = keys.next_ledger() or keys.draw_next_ledger()
    with open_instance(context.obj) as instance:
        note = instance.ledger_keys.propose(cause, drawn)
    write_note(to, note)
    change = read_key_change(note)
    if as_document:
        print_json({"note": str(to), "number": change.number, "cause": cause, "key": change.new.encode()})
    else:
        out.print(f"The next key is {change.new.encode()}", soft_wrap=True, markup=False, highlight=False)
        out.print(
            "Two people of the force and the oversight body sign it: overt ledger sign-key."
            if lost
            else "It is signed by both keys. Stop the services, then: overt ledger use-key.",
            soft_wrap=True,
        )
    return ANSWERED


def sign_key(note: NoteFile, to: Out, key: KeyFile = None, play: Played = None, as_document: Json = False) -> int:
    """Sign the change of a lost key, as somebody whom the policy names. The services go on meanwhile.

    Example: overt ledger sign-key key.note --key chief.key --out key-2.note
    """
    data, signer = read_file(note), signer_of(key, play)
    change = read_key_change(data)
    write_note(to, add_signature(data, signer))
    names = [each.name for each in split_note(to.read_bytes())[1]]
    if as_document:
        print_json({"note": str(to), "number": change.number, "signed_by": names})
    else:
        out.print(f"Change {change.number} is signed by {', '.join(names)}.", soft_wrap=True, markup=False)
    return ANSWERED


def use_key(context: typer.Context, note: NoteFile, as_document: Json = False) -> int:
    """Use the next key from now on. Stop the services before, and tell the witnesses the new key.

    Example: overt --instance demo ledger use-key key.note
    """
    with open_instance(context.obj) as instance:
        index = instance.ledger_keys.change(read_file(note), instance.clock)
        vkey = instance.ledger.vkey
    if as_document:
        print_json({"entry": index, "ledger_key": vkey})
    else:
        out.print(f"In use since entry {index}: {vkey}", soft_wrap=True, markup=False, highlight=False)
    return ANSWERED
