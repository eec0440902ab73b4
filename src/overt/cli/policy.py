"""`overt policy ...`: check a policy file, show the policy in force, and what changes it (`policy_changes`)."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from overt.candidates.cost import cost
from overt.cli.output import ANSWERED, Json, out, print_json
from overt.cli.policy_changes import add_to
from overt.errors import UsageError
from overt.policy import departures, not_activated_because, parse_policy
from overt.store.desks import calibration_for
from overt.store.instance import open_instance
from overt.store.place import utc_now

app = typer.Typer(no_args_is_help=True, help="The force's rules as data.")
add_to(app)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A policy (TOML).")],
    as_document: Json = False,
) -> int:
    """Check a policy file: its form, and that nothing in it is looser than the rules.

    Example: overt policy check policy.toml
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("The policy file is not readable UTF-8 text.") from error
    policy = parse_policy(text)
    missing = not_activated_because(policy, utc_now().date())
    document = {
        "valid": True,
        "digest": policy.digest,
        "demonstration": policy.demonstration,
        "departures": list(departures(policy)),
        "not_activated_because": list(missing),
    }
    if as_document:
        print_json(document)
        return ANSWERED
    out.print(f"The policy is valid: {policy.digest}", soft_wrap=True)
    for line in (*departures(policy), *missing):
        out.print(f"  note: {line}", soft_wrap=True, markup=False)
    return ANSWERED


@app.command()
def show(context: typer.Context, as_document: Json = False) -> int:
    """Show the policy in force, as its digest covers it, and what its threshold promises and costs at present.

    Example: overt --instance demo policy show --json
    """
    with open_instance(context.obj) as instance:
        policy = instance.policy
        table, rules = calibration_for(instance.pipeline.contract), policy.threshold
        present = cost(table, rules.target_fpir_per_million, rules.set_for, instance.index.size())
    document = {"digest": policy.digest, "policy": json.loads(policy.canonical), "threshold": asdict(present)}
    if as_document:
        print_json(document)
    else:
        out.print(f"{policy.digest}", soft_wrap=True)
        out.file.write(json.dumps(document["policy"], indent=2, ensure_ascii=False) + "\n")
        for line in present.sentences():
            out.print(line, soft_wrap=True, markup=False)
    return ANSWERED
