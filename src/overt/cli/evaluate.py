"""`overt evaluate`: how often a way of making templates errs, on a folder of people.

Rules:
* It opens no instance and refuses near one (`apart.py`); nothing it imports can (`.importlinter`).
* What it writes names nobody: identifiers are drawn at random in each run.
* Files are written beside their place and moved there whole.
"""

import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, Any

import numpy as np
import typer

from overt import __version__
from overt.cli.apart import people_that_lead_away, refuse_places, refuse_settings
from overt.cli.output import ANSWERED, Json, err, out, print_json, progress_bar
from overt.errors import UsageError
from overt.evaluation.bootstrap import RESAMPLES
from overt.evaluation.cache import TemplateCache
from overt.evaluation.evaluate import Evaluated, evaluate, material
from overt.evaluation.folder import People, read_people
from overt.evaluation.lists import NO_LABELS, read_cleanup, read_labels
from overt.evaluation.making import Made, make_templates
from overt.evaluation.report.card import card
from overt.evaluation.report.document import document, written
from overt.evaluation.report.numbers import full, key_percent
from overt.evaluation.report.page import page
from overt.evaluation.report.scores import demand_parquet, identifiers, write_draws, write_images, write_scores
from overt.evaluation.result import About, ModelNote
from overt.models.choice import chosen_manifest, matcher_factory
from overt.models.manifest import Manifest


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
    refuse_places([images, out_folder, place, *people_that_lead_away(images)])
    if scores:
        demand_parquet()
    text, chosen = chosen_manifest([_text(file) for file in manifest or ()], contract)
    people = read_people(
        images,
        read_labels(_bytes(labels)) if labels else NO_LABELS,
        [read_cleanup(file.name, _bytes(file)) for file in cleanup or ()],
        group or (),
    )
    kept = TemplateCache(place, chosen.contract.digest)
    with progress_bar("Templates") as progress:
        made = make_templates(people.images, matcher_factory(text, models), kept, processes or _cores(), progress)
    named = material(people, name or images.resolve().name, note or ())
    with progress_bar("Figures") as progress:
        evaluated = evaluate(people, made.answers, named, _about(chosen, seed), draws, progress)
    _write_all(out_folder, evaluated, scores)
    _say(out_folder, evaluated, people, made, as_document)
    return ANSWERED


def default_cache() -> Path:
    """Where templates are kept when nothing is said."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "overt" / "evaluation"


def _about(manifest: Manifest, seed: int) -> About:
    return About(
        run=secrets.token_hex(8),
        software=__version__,
        made_on=datetime.now(UTC).date(),
        contract_id=manifest.contract.id,
        contract=manifest.contract.digest,
        dimension=manifest.contract.dimension,
        models=tuple(ModelNote(each.name, each.digest, each.licence, each.origin) for each in manifest.files.values()),
        seed=seed,
        resamples=RESAMPLES,
    )


def _write_all(folder: Path, evaluated: Evaluated, scores: bool) -> None:
    """Write the report.

    Raises:
        UsageError: the folder cannot be written to.
    """
    evaluation = evaluated.evaluation
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "report.json", lambda file: file.write(written(document(evaluation))))
        _write(folder / "report.html", lambda file: file.write(page(evaluation).encode()))
        _write(folder / "card.md", lambda file: file.write(card(evaluation).encode()))
        if scores:
            _write_scores(folder, evaluated, np.random.default_rng(secrets.randbits(128)))
    except OSError as error:
        raise UsageError("The output folder cannot be written to.") from error


def _write_scores(folder: Path, evaluated: Evaluated, random: np.random.Generator) -> None:
    sample, draws = evaluated.sample, evaluated.draws
    names = identifiers(len(sample.person), random)
    listed = write_images(sample, names, random)
    enrolled = write_draws(draws, evaluated.draws_of_all, names)
    _write(folder / "images.csv", lambda file: file.write(listed.encode()))
    _write(folder / "draws.csv", lambda file: file.write(enrolled.encode()))
    _write(folder / "scores.parquet", lambda file: write_scores(file, sample, draws, names))


def _write(place: Path, write: Callable[[IO[bytes]], object]) -> None:
    beside = place.with_name(place.name + ".part")
    with beside.open("wb") as file:
        write(file)
    beside.replace(place)


def _say(folder: Path, evaluated: Evaluated, people: People, made: Made, as_document: bool) -> None:
    for line in _remarks(people, made):
        err.print(line, soft_wrap=True, markup=False)
    whole = document(evaluated.evaluation)
    if as_document:
        shown = ("contract", "data", "fta", "identification", "verification")
        print_json({"out": str(folder.absolute()), **{member: _short(whole[member]) for member in shown}})
        return
    found = evaluated.evaluation.identification
    for key, rate in found.fnir_at_fpir.items():
        out.print(f"FNIR at FPIR {key_percent(key)}: {full(rate)}", soft_wrap=True, markup=False)
    out.print(f"Rank 1: {full(found.rank1)}", soft_wrap=True, markup=False)
    out.print(f"FTA: {full(evaluated.evaluation.fta.images)}", soft_wrap=True, markup=False)
    out.print(f"{found.draws} galleries of {found.gallery_size:,} references; intervals are 95 %, over people.")
    out.print(f"Report: {folder / 'report.html'}", soft_wrap=True, markup=False)


def _short(part: dict[str, Any]) -> dict[str, Any]:
    """A part of the document without its curves, which are in the file."""
    return {member: value for member, value in part.items() if member not in ("det", "cmc", "by_size")}


def _remarks(people: People, made: Made) -> list[str]:
    """What whoever runs it has to know of the input; lines, and no names."""
    remarks = []
    if lines := people.left.label_lines:
        shown = ", ".join(map(str, lines[:10])) + (", ..." if len(lines) > 10 else "")
        remarks.append(f"Rows of the labels that are of nobody here: {len(lines)}, in lines {shown}.")
    if people.left.contradicted:
        remarks.append(f"Labels that two folders of one person contradict: {people.left.contradicted}; unknown here.")
    remarks += [
        f"{used.name}: {used.not_here} entries name nothing in this folder." for used in people.cleanup if used.not_here
    ]
    if made.stale:
        remarks.append("The kept templates were of other code, and have been made anew.")
    return remarks


def _cores() -> int:
    return os.cpu_count() or 1


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
