"""`overt scorecard`: a self-assessment, with the evidence for each answer."""

from itertools import groupby

import typer

from overt.cli.output import ANSWERED, Json, out, print_json
from overt.scorecard.assess import assess
from overt.store.instance import open_instance


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(scorecard)


def scorecard(context: typer.Context, as_document: Json = False) -> int:
    """What audits of police face recognition ask, how this instance answers, and what proves it. No total, no grade.

    Example: overt --instance force scorecard
    """
    with open_instance(context.obj) as instance:
        answered = assess(instance)
    if as_document:
        print_json({"questions": [one.as_json() for one in answered]})
        return ANSWERED
    for theme, those in groupby(answered, key=lambda one: one.question.theme):
        out.print(f"\n[bold]{theme}[/bold]")
        for one in those:
            out.print(f"{one.answer.value.upper():>8}  {one.question.asks}", soft_wrap=True, markup=False)
            for line in one.lines():
                out.print(f"          {line}", soft_wrap=True, markup=False)
    return ANSWERED
