"""`overt policy key|sign|compare|announce|adopt`: how the rules of an instance change."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from overt.candidates.cost import Cost, cost
from overt.cli.output import ANSWERED, Json, out, print_json
from overt.cli.signing import KeyFile, NoteFile, Out, Played, read_file, signer_of, write_note
from overt.errors import LedgerFormatError, PolicyInvalid, UsageError
from overt.ledger.note import add_signature, sign_note, split_note
from overt.policy import Policy, parse_policy, policy_from_canonical
from overt.policy.change import differences, loosens
from overt.store.desks import calibration_for
from overt.store.instance import Instance, open_instance
from overt.store.keys.signatory import create_signatory

SIGNED = b"\n\n\xe2\x80\x94 "
"""What the signatures of a note begin with; no TOML that a policy is made of has it."""
PolicyFile = Annotated[Path, typer.Argument(help="A policy (TOML), or a signed note.", exists=True, dir_okay=False)]


def add_to(app: typer.Typer) -> None:
    """Add the commands to `overt policy`."""
    for command in (key, sign, compare, announce, adopt):
        app.command()(command)


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


def sign(file: PolicyFile, to: Out, key: KeyFile = None, play: Played = None, as_document: Json = False) -> int:
    """Sign a new policy, or add a signature to one that others have signed. `overt policy compare` shows it first.

    Example: overt policy sign policy.toml --key chief.key --out policy.note
    """
    signer, data = signer_of(key, play), read_file(file)
    policy = _policy_in(data)
    note = add_signature(data, signer) if SIGNED in data else sign_note(f"{policy.canonical}\n", [signer])
    write_note(to, note)
    names = [each.name for each in split_note(note)[1]]
    if as_document:
        print_json({"note": str(to), "policy": policy.digest, "signed_by": names})
    else:
        out.print(f"{policy.digest} is signed by {', '.join(names)}.", soft_wrap=True, markup=False)
    return ANSWERED


def compare(context: typer.Context, file: PolicyFile, as_document: Json = False) -> int:
    """Show what a new policy changes, which of it is looser, and what it does to the error rates.

    Example: overt --instance force policy compare policy.note
    """
    new = _policy_in(read_file(file))
    with open_instance(context.obj) as instance:
        found = differences(instance.policy, new)
        effects = {"now": _effect(instance, instance.policy), "then": _effect(instance, new)}
        who = instance.policy.signatories
    looser = loosens(found)
    if as_document:
        shown: list[dict[str, Any]] = [asdict(each) for each in found]
        document = {"policy": new.digest, "looser": looser, "differences": shown}
        print_json({**document, "effect": {when: asdict(one) for when, one in effects.items()}})
        return ANSWERED
    for each in found:
        out.print(each.sentence(), soft_wrap=True, markup=False)
    for when, one in effects.items():
        for line in one.sentences():
            out.print(f"  {when}: {line}", soft_wrap=True, markup=False)
    out.print(
        f"Looser: two people of the force and {who.oversight.name} sign it, and it is announced {who.notice_days} days "
        "before it is adopted (at once in a demonstration)."
        if looser
        else "Nothing is looser: one signatory is enough, and it is in force as soon as it is adopted.",
        soft_wrap=True,
        markup=False,
    )
    return ANSWERED


def announce(context: typer.Context, note: NoteFile, as_document: Json = False) -> int:
    """Make a looser policy public, signed by everybody who has to; adopt it when its notice period is over.

    Example: overt --instance force policy announce policy.note
    """
    with open_instance(context.obj) as instance:
        done = instance.changes.announce(read_file(note))
    first = done.earliest.isoformat()
    if as_document:
        print_json({"policy": done.proposal.policy.digest, "earliest": first, "entry": done.index})
    else:
        out.print(f"Announced in entry {done.index}. It may be adopted from {first} on.", soft_wrap=True)
    return ANSWERED


def adopt(context: typer.Context, note: NoteFile, as_document: Json = False) -> int:
    """Put a signed policy in force; running services take it over with their next request.

    Example: overt --instance force policy adopt policy.note
    """
    with open_instance(context.obj) as instance:
        done = instance.changes.adopt(read_file(note))
    change = "loosened" if done.proposal.loosens else "tightened"
    if as_document:
        print_json({"policy": done.proposal.policy.digest, "change": change, "entry": done.index})
    else:
        out.print(f"In force since entry {done.index} ({change}): {done.proposal.policy.digest}", soft_wrap=True)
    return ANSWERED


def _policy_in(data: bytes) -> Policy:
    """The policy of a file: TOML, or a note whose signatures are not looked at here.

    Raises:
        PolicyInvalid, PolicyTooLoose: as they say.
    """
    if SIGNED not in data:
        try:
            return parse_policy(data.decode())
        except UnicodeDecodeError:
            raise UsageError("The policy file is not readable UTF-8 text.") from None
    try:
        text, _ = split_note(data)
    except LedgerFormatError as error:
        raise PolicyInvalid(f"The proposal is not a signed note: {error}") from None
    return policy_from_canonical(text.removesuffix("\n"))


def _effect(instance: Instance, policy: Policy) -> Cost:
    rules = policy.threshold
    table = calibration_for(instance.pipeline.contract)
    return cost(table, rules.target_fpir_per_million, rules.set_for, instance.index.size())
