"""`overt policy key|compare|effect|sign|announce|adopt`: how the rules of an instance change."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from overt.candidates.cost import Cost, cost
from overt.candidates.effect import read_effect
from overt.cli.output import ANSWERED, Json, out, print_json
from overt.cli.policy_effect import EffectFile, ReportFiles, effect, handed_in, show
from overt.cli.signing import (
    SIGNED,
    KeyFile,
    NoteFile,
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
from overt.policy.change import differences, loosens
from overt.policy.effect import effect_digest, text_to_sign, touched
from overt.publication.copy import publish_at_once
from overt.store.desks import calibration_for
from overt.store.instance import Instance, open_instance
from overt.store.keys.signatory import create_signatory


def add_to(app: typer.Typer) -> None:
    """Add the commands to `overt policy`."""
    for command in (key, compare, effect, sign, announce, adopt):
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


def compare(context: typer.Context, file: PolicyFile, as_document: Json = False) -> int:
    """Show what a new policy changes, which of it is looser, and what it does to the error rates.

    Example: overt --instance force policy compare policy.note
    """
    new = policy_in(read_file(file))
    with open_instance(context.obj) as instance:
        found = differences(instance.policy, new)
        effects = {"now": _effect(instance, instance.policy), "then": _effect(instance, new)}
        who = instance.policy.signatories
    looser, touches = loosens(found), [each.value for each in touched(found)]
    if as_document:
        shown: list[dict[str, Any]] = [asdict(each) for each in found]
        document = {"policy": new.digest, "looser": looser, "touches": touches, "differences": shown}
        print_json({**document, "effect": {when: asdict(one) for when, one in effects.items()}})
        return ANSWERED
    for each in found:
        out.print(each.sentence(), soft_wrap=True, markup=False)
    for when, one in effects.items():
        for line in one.sentences():
            out.print(f"  {when}: {line}", soft_wrap=True, markup=False)
    if touches:
        out.print(
            f"It touches {', '.join(touches)}: `overt policy effect` makes what is signed with it.", soft_wrap=True
        )
    out.print(
        f"Looser: two people of the force and {who.oversight.name} sign it, and it is announced {who.notice_days} days "
        "before it is adopted (at once in a demonstration)."
        if looser
        else "Nothing is looser: one signatory is enough, and it is in force as soon as it is adopted.",
        soft_wrap=True,
        markup=False,
    )
    return ANSWERED


def announce(
    context: typer.Context,
    note: NoteFile,
    effect_file: EffectFile = None,
    report: ReportFiles = None,
    as_document: Json = False,
) -> int:
    """Make a looser policy public, signed by everybody who has to; adopt it when its notice period is over.

    Example: overt --instance force policy announce policy.note --effect effect.json
    """
    with open_instance(context.obj) as instance:
        done = instance.changes.announce(read_file(note), handed_in(effect_file, report))
        publish_at_once(instance)
    first = done.earliest.isoformat()
    if as_document:
        print_json({"policy": done.proposal.policy.digest, "earliest": first, "entry": done.index})
    else:
        out.print(f"Announced in entry {done.index}. It may be adopted from {first} on.", soft_wrap=True)
    return ANSWERED


def adopt(
    context: typer.Context,
    note: NoteFile,
    effect_file: EffectFile = None,
    report: ReportFiles = None,
    as_document: Json = False,
) -> int:
    """Put a signed policy in force; running services take it over with their next request.

    Example: overt --instance force policy adopt policy.note --effect effect.json
    """
    with open_instance(context.obj) as instance:
        done = instance.changes.adopt(read_file(note), handed_in(effect_file, report))
        publish_at_once(instance)
    change = "loosened" if done.proposal.loosens else "tightened"
    if as_document:
        print_json({"policy": done.proposal.policy.digest, "change": change, "entry": done.index})
    else:
        out.print(f"In force since entry {done.index} ({change}): {done.proposal.policy.digest}", soft_wrap=True)
    return ANSWERED


def _effect(instance: Instance, policy: Policy) -> Cost:
    rules = policy.threshold
    table = calibration_for(instance.pipeline.contract)
    return cost(table, rules.target_fpir_per_million, rules.set_for, instance.index.size())
