"""`overt gallery ...`: import, look up, relate, review, erase."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from overt.cli.output import ANSWERED, REFUSED, Json, out, print_json, progress_bar
from overt.cli.reasons import reason
from overt.errors import PersonUnknown, RelationsRefused
from overt.gallery.relations import read_relations
from overt.identifiers import ReferenceId
from overt.scope import Label, Outcome
from overt.store.gallery.browsing import MOST, Listed, review
from overt.store.gallery.importing import ImportReport
from overt.store.gallery.relating import relate
from overt.store.instance import Instance, open_instance
from overt.store.journal import Act, Line, at_the_machine

Why = Annotated[str | None, typer.Option("--why", help="Why you look; it goes into the private journal.")]
app = typer.Typer(no_args_is_help=True, help="Who is enrolled, on what lawful basis, until when.")


@app.command(name="import")
def import_folder(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder with images and manifest.csv.")],
    as_document: Json = False,
) -> int:
    """Enrol the images that DIR/manifest.csv lists.

    Columns: file, person, captured_on, lawful_basis (pace-64a, court-order, missing-report), outcome (convicted,
    charged, bailed, no-further-action, acquitted, not-applicable), review_on, under_18 (true, false), source (custody,
    missing), and optionally display_name, external_id, related_to. Dates are ISO. Running it again imports nothing
    twice and goes on where an interruption stopped it. Exit status 3 when every row was refused.

    Example: overt --instance demo gallery import photographs/
    """
    with open_instance(context.obj) as instance, progress_bar("Enrolling") as progress:
        report = instance.importer().run(folder, progress)
    if as_document:
        print_json(_import_json(report))
    else:
        out.print(f"Imported {report.imported}, already there {report.already_there}, refused {len(report.refused)}.")
        for row in sorted(report.refused, key=lambda each: each.line):
            out.print(f"  line {row.line}, {row.file}: {row.reason} - {row.detail}", soft_wrap=True, markup=False)
    return REFUSED if report.refused and not report.imported and not report.already_there else ANSWERED


@app.command(name="list")
def list_references(
    context: typer.Context,
    after: Annotated[int, typer.Option(help="Begin behind this reference number.", min=0)] = 0,
    count: Annotated[int, typer.Option(help="References on the page.", min=1, max=MOST)] = 50,
    synthetic: Annotated[bool, typer.Option("--synthetic", help="Show the synthetic filler instead.")] = False,
    why: Why = None,
    as_document: Json = False,
) -> int:
    """List references: labels and whether an ordinary check may find them. No images.

    Example: overt --instance demo gallery list --count 10
    """
    with open_instance(context.obj) as instance:
        listed = instance.browser.page(after=after, count=count, synthetic=synthetic)
        _print_listed(instance, listed, why, as_document)
    return ANSWERED


@app.command()
def show(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="The force's own label of the person, or a reference number.")],
    why: Why = None,
    as_document: Json = False,
) -> int:
    """Show one person's references.

    Example: overt --instance demo gallery show person-1
    """
    with open_instance(context.obj) as instance:
        _print_listed(instance, _find(instance, person), why, as_document)
    return ANSWERED


@app.command(name="review")
def review_reference(
    context: typer.Context,
    reference: Annotated[int, typer.Argument(min=1, help="The reference number.")],
    review_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The next review.")],
    outcome: Annotated[Outcome | None, typer.Option(help="The outcome, where it has changed.")] = None,
    as_document: Json = False,
) -> int:
    """Record the decision to go on holding a reference until its next review.

    Example: overt --instance demo gallery review 7 --review-on 2028-01-31 --outcome convicted
    """
    with open_instance(context.obj) as instance:
        moment = review_on.date()
        index = review(instance.ledger, ReferenceId(reference), review_on=moment, outcome=outcome, now=instance.clock)
    document = {"reference": reference, "review_on": moment.isoformat(), "ledger_index": index}
    if as_document:
        print_json(document)
    else:
        out.print(f"Reference {reference} is to be reviewed on {moment}; ledger entry {index}.")
    return ANSWERED


@app.command(name="relate")
def relate_people(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV: person, relation, other.")],
    as_document: Json = False,
) -> int:
    """Put on file that two people are related, as the force's records say.

    Columns: person, relation (twin, sibling, relative; none takes back what was on file), other; a person is the
    force's own label. It holds both ways, and a later file replaces what an earlier one said of the same two. All of
    the file is taken or nothing. After the comparison, an officer learns that a candidate has such a relative on file.

    Example: overt --instance demo gallery relate relations.csv
    """
    rows = read_relations(_text_of(file))
    with open_instance(context.obj) as instance:
        report = relate(instance.ledger, instance.tagger, rows)
    if as_document:
        print_json(asdict(report))
    else:
        entry = "" if report.ledger_index is None else f"; ledger entry {report.ledger_index}"
        out.print(f"Changed {report.changed}, already there {report.already_there}{entry}.")
    return ANSWERED


@app.command()
def erase(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="The force's own label of the person, or one of their references.")],
    as_document: Json = False,
) -> int:
    """Erase a person: rows, images, templates, index and key. It cannot be undone, also not from a backup.

    Example: overt --instance demo gallery erase person-1
    """
    with open_instance(context.obj) as instance:
        report = instance.erasure.erase(_find(instance, person)[0].person)
        instance.index.settle()
    if as_document:
        print_json(asdict(report))
    else:
        out.print(
            f"Erased: {report.references} reference(s), ledger entry {report.ledger_index}. The key was destroyed "
            f"{report.key_seconds:.2f} s later (epoch {report.key_epoch} is in force).",
            soft_wrap=True,
        )
    return ANSWERED


def _find(instance: Instance, person: str) -> list[Listed]:
    try:
        return instance.browser.of_person(person)
    except PersonUnknown:
        if not person.isdecimal() or len(person) > 18:
            raise
        return [instance.browser.one(ReferenceId(int(person)))]


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RelationsRefused("The file cannot be read, or is not UTF-8.") from error


def _import_json(report: ImportReport) -> dict[str, Any]:
    refused = [
        {"line": row.line, "file": row.file, "reason": row.reason.value, "detail": row.detail} for row in report.refused
    ]
    return {
        "imported": report.imported,
        "already_there": report.already_there,
        "refused": refused,
        "ledger_index": report.ledger_index,
    }


def _print_listed(instance: Instance, listed: list[Listed], why: str | None, as_document: bool) -> None:
    actor, told = at_the_machine(), reason(why) if why is not None else "labels and names listed; no reason was given"
    looks = (Line(actor, Act.CONSULTED, f"reference:{one.reference}", told) for one in listed)
    instance.ledger.journal.write(*(looks if not listed or not listed[0].synthetic else ()))
    rows = [_listed_json(instance, one) for one in listed]
    if as_document:
        print_json({"references": rows})
        return
    for row in rows:
        labels = ", ".join(f"{name} {value}" for name, value in row["label"].items())
        state = "searchable" if row["searchable"] else "NOT searchable"
        out.print(f"{row['reference']}  {row['person']}  {state}  ({labels})", soft_wrap=True, markup=False)


def _listed_json(instance: Instance, one: Listed) -> dict[str, Any]:
    names = one.names
    return {
        "reference": one.reference,
        "person": names.person if names else None,
        "display_name": names.display_name if names else None,
        "external_id": names.external_id if names else None,
        "related_to": names.related_to if names else None,
        "label": _label_json(one.label),
        "synthetic": one.synthetic,
        "searchable": one.sealed and names is not None and _searchable(instance, one.label),
    }


def _label_json(label: Label) -> dict[str, str]:
    return {
        "source": label.source.value,
        "lawful_basis": label.lawful_basis.value,
        "outcome": label.outcome.value,
        "captured_on": label.captured_on.isoformat(),
        "review_on": label.review_on.isoformat(),
        "under_18": "true" if label.under_18 else "false",
    }


def _searchable(instance: Instance, label: Label) -> bool:
    """Whether some ground of the policy can reach a reference with this label today."""
    return any(scope.covers(label, instance.clock()) for scope in instance.scopes())
