"""`overt init` and `overt doctor`."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from overt.cli.output import ANSWERED, REFUSED, Json, out, print_json
from overt.cli.policy_effect import ReportFiles, read_reports
from overt.errors import UsageError
from overt.store.creation import create, demonstration_text
from overt.store.doctor import examine
from overt.store.instance import open_instance
from overt.store.place import utc_now


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(init)
    app.command()(doctor)


def init(
    context: typer.Context,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="A demonstration: at most 200 real references, loopback only.")
    ] = False,
    policy: Annotated[Path | None, typer.Option(help="The force's policy (TOML).", exists=True, dir_okay=False)] = None,
    pilot_ends: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day of the demonstration's pilot; six months when left out."),
    ] = None,
    continues: Annotated[
        Path | None,
        typer.Option(help="Last checkpoint of the ledger that this one continues.", exists=True, dir_okay=False),
    ] = None,
    report: ReportFiles = None,
    as_document: Json = False,
) -> int:
    """Make an instance: database, keys (beside it, in DIR.keys), ledger, policy.

    Example: overt --instance demo init --demonstration

    Example: overt --instance force init --policy policy.toml
    """
    text = _policy_text(demonstration, policy, pilot_ends.date() if pilot_ends else None)
    created = create(
        context.obj, text, after=continues.read_bytes() if continues else None, reports=read_reports(report)
    )
    document = {
        "instance": str(context.obj.absolute()),
        "demonstration": created.policy.demonstration,
        "origin": created.about.origin,
        "ledger_key": created.vkey,
        "policy": created.policy.digest,
        "pilot_ends": created.policy.pilot.ends.isoformat(),
    }
    if as_document:
        print_json(document)
    else:
        out.print("[bold]Instance made.[/bold]" + (" DEMONSTRATION: not for real checks." if demonstration else ""))
        for name, value in document.items():
            out.print(f"  {name}: {value}", soft_wrap=True, markup=False)
    return ANSWERED


def _policy_text(demonstration: bool, policy: Path | None, pilot_ends: date | None) -> str:
    if demonstration and policy is None:
        return demonstration_text(utc_now().date(), pilot_ends)
    if policy is None or demonstration or pilot_ends is not None:
        raise UsageError("Give either --demonstration (with or without --pilot-ends) or --policy FILE.")
    try:
        return policy.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("The policy file is not readable UTF-8 text.") from error


def doctor(context: typer.Context, as_document: Json = False) -> int:
    """Examine an instance: database, keys, ledger, models, erasures that are owed, disk and process settings.

    Example: overt --instance demo doctor --json
    """
    with open_instance(context.obj) as instance:
        findings = examine(instance)
    well = all(finding.well for finding in findings)
    if as_document:
        print_json({"well": well, "findings": [finding.as_json() for finding in findings]})
    else:
        for finding in findings:
            state = "ok " if finding.well else "NOT OK"
            out.print(f"{state}  {finding.name}: {finding.detail}", soft_wrap=True, markup=False)
    return ANSWERED if well else REFUSED
