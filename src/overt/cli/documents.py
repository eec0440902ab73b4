"""`overt document ...`: the documents without which no check is made."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from overt.cli.output import ANSWERED, Json, out, print_json
from overt.cli.signing import NoteFile, Out, read_file, write_note
from overt.errors import UsageError
from overt.policy.activation import DocumentKind
from overt.policy.documents import MOST_BYTES, document_digest, sign_document
from overt.publication.copy import publish_at_once
from overt.store.instance import open_instance
from overt.store.keys.signatory import read_signatory

app = typer.Typer(no_args_is_help=True, help="The documents without which no check is made; all of them are public.")
TextFile = Annotated[Path, typer.Argument(help="The document: plain text or Markdown.", exists=True, dir_okay=False)]


@app.command()
def sign(
    file: TextFile,
    kind: Annotated[DocumentKind, typer.Option(help="What it is.")],
    key: Annotated[Path, typer.Option(help="Key of whoever answers for it.", exists=True, dir_okay=False)],
    to: Out,
    valid_until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day on which it is valid.")
    ] = None,
    as_document: Json = False,
) -> int:
    """Sign a document, and print the digest that the policy lists it with. Mark what must not be public as redacted.

    Example: overt document sign dpia.md --kind dpia --key dpo.key --valid-until 2027-06-30 --out dpia.note
    """
    text, signer = _text(file), read_signatory(key)
    write_note(to, sign_document(kind, text, valid_until.date() if valid_until else None, signer))
    digest = document_digest(text)
    if as_document:
        print_json({"note": str(to), "digest": digest, "signed_by": signer.key.encode()})
    else:
        out.print(f'digest = "{digest}"', soft_wrap=True, markup=False, highlight=False)
        out.print(f'signed_by = "{signer.key.encode()}"', soft_wrap=True, markup=False, highlight=False)
    return ANSWERED


@app.command()
def register(context: typer.Context, file: TextFile, note: NoteFile, as_document: Json = False) -> int:
    """Make a document public and part of the record. No check is made before all that the policy lists are.

    Example: overt --instance force document register dpia.md dpia.note
    """
    with open_instance(context.obj) as instance:
        done = instance.documents.register(_text(file), read_file(note))
        publish_at_once(instance)
    if as_document:
        print_json({"kind": done.kind, "digest": done.digest, "entry": done.index})
    else:
        out.print(f"{done.kind} is public, and registered in entry {done.index}.", soft_wrap=True, markup=False)
    return ANSWERED


@app.command(name="list")
def list_documents(context: typer.Context, as_document: Json = False) -> int:
    """Show what the policy in force lists, and what of it is registered.

    Example: overt --instance demo document list
    """
    with open_instance(context.obj) as instance:
        policy, there = instance.policy, {str(each.digest): each.index for each in instance.documents.all()}
    rows = [
        {
            "kind": each.kind,
            "name": each.name,
            "digest": each.digest,
            "valid_until": each.valid_until.isoformat() if each.valid_until else None,
            "signed_by": each.signed_by.name if each.signed_by else None,
            "entry": there.get(each.digest),
        }
        for each in policy.activation
    ]
    if as_document:
        print_json({"documents": rows})
        return ANSWERED
    for row in rows:
        state = f"registered in entry {row['entry']}" if row["entry"] is not None else "not registered"
        out.print(f"{row['kind']}: {row['name']} ({state})", soft_wrap=True, markup=False)
    return ANSWERED


def _text(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UsageError(f"{path} is longer than {MOST_BYTES:,} bytes.")
    return data
