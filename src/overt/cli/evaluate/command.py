"""`overt evaluate`: how often a way of making templates errs, on a folder of people.

Rules:
* It opens no instance and refuses near one (`apart.py`); nothing it imports can (`.importlinter`).
* Input that is not in the form is refused before the first template is made, and so is output that cannot be written.
"""

import os
from pathlib import Path
from typing import Annotated

import typer

from overt.cli.evaluate.apart import people_that_lead_away, refuse_places, refuse_settings
from overt.cli.evaluate.files import made_ready, write_all
from overt.cli.evaluate.said import say
from overt.cli.evaluate.sources import of_scores, of_templates
from overt.cli.output import ANSWERED, Json, progress_bar
from overt.errors import UsageError
from overt.evaluation.evaluate import evaluate_scores, material
from overt.evaluation.folder import read_people
from overt.evaluation.lists import NO_LABELS, read_cleanup, read_labels
from overt.evaluation.report.scores import demand_parquet


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="evaluate")(evaluate_command)


def evaluate_command(
    context: typer.Context,
    images: Annotated[Path, typer.Argument(help="A folder that holds one folder a person.")],
    out_folder: Annotated[Path, typer.Option("--out", help="Folder for the report.", file_okay=False)],
    labels: Annotated[
        Path | None, typer.Option(help="What is known of the people (CSV).", exists=True, dir_okay=False)
    ] = None,
    group: Annotated[list[str] | None, typer.Option(help="A column of the labels to compare groups by.")] = None,
    cleanup: Annotated[
        list[Path] | None, typer.Option(help="A list that corrects the folder (CSV).", exists=True, dir_okay=False)
    ] = None,
    note: Annotated[list[str] | None, typer.Option(help="What readers must know of data or labels.")] = None,
    name: Annotated[str | None, typer.Option(help="What the data are called; the folder's name when left out.")] = None,
    contract: Annotated[str | None, typer.Option(help="Name of the template contract.")] = None,
    manifest: Annotated[
        list[Path] | None, typer.Option(help="A manifest of your own model (TOML).", exists=True, dir_okay=False)
    ] = None,
    models: Annotated[
        Path | None, typer.Option(help="Folder of the manifest's files.", exists=True, file_okay=False)
    ] = None,
    scores_from: Annotated[
        Path | None,
        typer.Option(help="A matcher's own scores (Parquet, CSV), instead of templates.", exists=True, dir_okay=False),
    ] = None,
    matcher: Annotated[str | None, typer.Option(help="What the matcher behind --scores-from is called.")] = None,
    scores: Annotated[bool, typer.Option("--scores", help="Write every score, too.")] = False,
    draws: Annotated[int, typer.Option(help="How many galleries are drawn.", min=1, max=100)] = 6,
    seed: Annotated[int, typer.Option(help="Where draws and resamples start.", min=0)] = 1,
    cache: Annotated[Path | None, typer.Option(help="Folder where templates are kept (mode 0700).")] = None,
    processes: Annotated[int | None, typer.Option(help="That make templates; one a core.", min=1, max=256)] = None,
    as_document: Json = False,
) -> int:
    """Say how often a way of making templates errs, and for whom. Never on an instance.

    Example: overt evaluate faces --out report --labels labels.csv --group gender --cleanup cleanup.csv
    """
    refuse_settings(context)
    place = cache or default_cache()
    refuse_places([images, out_folder, place, *people_that_lead_away(images), *([scores_from] if scores_from else [])])
    if scores:
        demand_parquet()
    _demand_one_source(scores_from, matcher, [contract, manifest, models, cache, processes])
    ask = (
        of_scores(scores_from, matcher)
        if scores_from
        else of_templates([_text(file) for file in manifest or ()], contract, models, place, processes)
    )
    people = read_people(
        images,
        read_labels(_bytes(labels)) if labels else NO_LABELS,
        [read_cleanup(file.name, _bytes(file)) for file in cleanup or ()],
        group or (),
    )
    made_ready(out_folder)
    source = ask(people, seed)
    named = material(people, name or images.resolve().name, note or ())
    with progress_bar("Figures") as progress:
        evaluated = evaluate_scores(source.compared, named, source.about, draws, progress)
    write_all(out_folder, evaluated, scores)
    say(out_folder, evaluated, people, source.remarks, as_document)
    return ANSWERED


def default_cache() -> Path:
    """Where templates are kept when nothing is said."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "overt" / "evaluation"


def _demand_one_source(scores_from: Path | None, matcher: str | None, of_models: list[object]) -> None:
    if scores_from and any(option is not None and option != [] for option in of_models):
        raise UsageError("With --scores-from there are no templates: leave out what is about making them.")
    if matcher and not scores_from:
        raise UsageError("--matcher names what made the scores of --scores-from; a contract has its own name.")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError("A file of labels or corrections cannot be read.") from error


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("A manifest is not readable UTF-8 text.") from error
