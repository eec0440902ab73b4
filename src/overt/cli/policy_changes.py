"""`overt policy compare|announce|adopt`, and what else changes the rules of an instance."""

from dataclasses import asdict
from typing import Any

import typer

from overt.candidates.cost import Cost, cost
from overt.cli.output import ANSWERED, Json, out, print_json
from overt.cli.policy_effect import EffectFile, ReportFiles, effect, handed_in
from overt.cli.policy_signing import key, sign
from overt.cli.signing import (
    NoteFile,
    PolicyFile,
    policy_in,
    read_file,
)
from overt.policy import Policy
from overt.policy.change import differences, loosens
from overt.policy.effect import touched
from overt.publication.copy import publish_at_once
from overt.store.desks import calibration_for
from overt.store.instance import Instance, open_instance


def add_to(app: typer.Typer) -> None:
    """Add the commands to `overt policy`."""
    for command in (key, compare, effect, sign, announce, adopt):
        app.command()(command)


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
