"""`overt policy key|sign`: signatories on their own machines. What a change does is shown before it is signed."""

from pathlib import Path
from typing import Annotated

import typer

from overt.candidates.effect import read_effect
from overt.cli.output import ANSWERED, Json, out, print_json
from overt.cli.policy_effect import EffectFile, show
from overt.cli.signing import (
    SIGNED,
    KeyFile,
    Out,
    Played,
    PolicyFile,
    policy_in,
    read_file,
    signed_text,
    signer_of,
    write_note,
)
from overt.errors import EffectInvalid, EffectMissing
from overt.ledger.note import add_signature, sign_note, split_note
from overt.policy import Policy
from overt.policy.effect import effect_digest, text_to_sign
from overt.store.keys.signatory import create_signatory


def key(
    file: Annotated[Path, typer.Argument(help="Where the key goes; it is never overwritten.", dir_okay=False)],
    name: Annotated[str, typer.Option(help="A name without spaces, such as force.example/policy/chief.")],
    as_document: Json = False,
) -> int:
    """Make a signatory's key, on their own machine, and print the public half that a policy names.

    Example: overt policy key chief.key --name force.example/policy/chief
    """
    public = create_signatory(file, name).encode()
    if as_document:
        print_json({"file": str(file), "key": public})
    else:
        out.print(public, soft_wrap=True, markup=False)
    return ANSWERED


def sign(
    file: PolicyFile,
    to: Out,
    key: KeyFile = None,
    play: Played = None,
    effect_file: EffectFile = None,
    as_document: Json = False,
) -> int:
    """Sign a new policy, or add a signature to one that others have signed. What it does to error rates is shown first.

    Example: overt policy sign policy.toml --effect effect.json --key chief.key --out policy.note
    """
    signer, data = signer_of(key, play), read_file(file)
    policy = policy_in(data)
    text = read_file(effect_file) if effect_file is not None else None
    if text is not None:
        _show_before_signing(text, policy, as_document)
    digest = effect_digest(text) if text is not None else None
    if SIGNED in data:
        if signed_text(data)[1] != digest:
            raise EffectMissing("Others have signed it with another effect, or with one that was not given here.")
        note = add_signature(data, signer)
    else:
        note = sign_note(text_to_sign(policy, digest), [signer])
    write_note(to, note)
    names = [each.name for each in split_note(note)[1]]
    if as_document:
        print_json({"note": str(to), "policy": policy.digest, "effect": digest, "signed_by": names})
    else:
        out.print(f"{policy.digest} is signed by {', '.join(names)}.", soft_wrap=True, markup=False)
    return ANSWERED


def _show_before_signing(text: bytes, policy: Policy, as_document: bool) -> None:
    """Raises:
    EffectInvalid: it is the effect of another policy.
    """
    then = read_effect(text).get("then")
    if not isinstance(then, dict) or then.get("policy") != policy.digest:
        raise EffectInvalid("It is the effect of another policy than the one to be signed.")
    if not as_document:
        show(text)
