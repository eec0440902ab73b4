"""Who signs on the command line, and files of notes.

Rules:
* A signatory's key is read from their own file. A demonstration's signatories are played by name, since their keys are
  no secret; they sign nothing that another policy takes (`overt.policy.floor`, `own-keys`).
* A note that is written replaces a file as a whole, or not at all.
"""

from pathlib import Path
from typing import Annotated

import typer

from overt.errors import LedgerFormatError, PolicyInvalid, UsageError
from overt.identifiers import Digest
from overt.ledger.note import MAX_NOTE_BYTES, Signer, split_note
from overt.policy import Policy, parse_policy
from overt.policy.demonstration import DEMONSTRATION_SIGNERS
from overt.policy.effect import read_signed_text
from overt.store.keys.signatory import read_signatory

KeyFile = Annotated[Path | None, typer.Option("--key", help="Your key file.", exists=True, dir_okay=False)]
Played = Annotated[
    str | None,
    typer.Option("--play", help=f"In a demonstration, who signs: {', '.join(DEMONSTRATION_SIGNERS)}.", metavar="WHO"),
]
NoteFile = Annotated[Path, typer.Argument(help="A signed note.", exists=True, dir_okay=False)]
PolicyFile = Annotated[Path, typer.Argument(help="A policy (TOML), or a signed note.", exists=True, dir_okay=False)]
SIGNED = b"\n\n\xe2\x80\x94 "
"""What the signatures of a note begin with; no TOML that a policy is made of has it."""
Out = Annotated[Path, typer.Option("--out", help="Where the signed note goes.", dir_okay=False)]


def signer_of(key: Path | None, played: str | None) -> Signer:
    """The signer that the options name.

    Raises:
        UsageError: both or neither were given, or nobody of a demonstration is called that.
        KeyFilesUnsafe, KeyDamaged: the key file cannot be used.
    """
    if (key is None) == (played is None):
        raise UsageError("Give either --key FILE, or --play WHO in a demonstration.")
    if key is not None:
        return read_signatory(key)
    signer = DEMONSTRATION_SIGNERS.get(played or "")
    if signer is None:
        raise UsageError(f"A demonstration's signatories are {', '.join(DEMONSTRATION_SIGNERS)}.")
    return signer


def policy_in(data: bytes) -> Policy:
    """The policy of a file: TOML, or a note whose signatures are not looked at here.

    Raises:
        PolicyInvalid, PolicyTooLoose: as they say.
    """
    if SIGNED in data:
        return signed_text(data)[0]
    try:
        return parse_policy(data.decode())
    except UnicodeDecodeError:
        raise UsageError("The policy file is not readable UTF-8 text.") from None


def signed_text(note: bytes) -> tuple[Policy, Digest | None]:
    """The policy of a proposal and the digest of its effect; signatures are not looked at.

    Raises:
        PolicyInvalid, PolicyTooLoose: as they say.
    """
    try:
        text, _ = split_note(note)
    except LedgerFormatError as error:
        raise PolicyInvalid(f"The proposal is not a signed note: {error}") from None
    return read_signed_text(text)


def read_file(path: Path) -> bytes:
    """A small file.

    Raises:
        UsageError: it cannot be read, or is longer than a note may be.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_NOTE_BYTES + 1)
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}.") from None
    if len(data) > MAX_NOTE_BYTES:
        raise UsageError(f"{path} is longer than a signed note may be.")
    return data


def write_note(path: Path, note: bytes) -> None:
    """Write a note to a file, whole.

    Raises:
        UsageError: it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.write_bytes(note)
        temporary.replace(path)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {problem.strerror}.") from None
