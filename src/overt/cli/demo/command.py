"""`overt demo`: make the demonstration instance, enrol, fill, check, verify, show - and serve.

Rules:
* Everything goes through the same code as a real check; a result that is not the expected one fails the demonstration.
* The record is verified by the outsiders' program, run as a process of its own.
* A second run goes on with the instance that is there.
"""

import csv
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from overt.cli.check import play, played_json
from overt.cli.demo.contact_sheet import Line, write_sheet
from overt.cli.demo.photographs import load_photographs
from overt.cli.demo.scenes import ENROLLED, Scene, scenes
from overt.cli.output import ANSWERED, out, progress_bar
from overt.cli.serve import serve_opened
from overt.errors import DemonstrationWrong, InstanceMissing
from overt.store.creation import create, demonstration_text
from overt.store.desks import Desks, desks_of
from overt.store.gallery.filler import filler_size
from overt.store.instance import Instance, open_instance
from overt.store.place import About, Place, utc_now

FILLER = 100_000


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(demo)


def demo(
    context: typer.Context,
    photos: Annotated[Path, typer.Option(exists=True, file_okay=False, help="The fetched source distributions.")],
    out_folder: Annotated[Path, typer.Option("--out", help="Where the contact sheet goes.")] = Path(".demo"),
    examples: Annotated[Path, typer.Option(exists=True, file_okay=False, help="The encounter files.")] = Path(
        "examples"
    ),
    filler: Annotated[int, typer.Option(min=0, max=1_000_000, help="Synthetic templates in the gallery.")] = FILLER,
    leave: Annotated[bool, typer.Option("--exit", help="End after the checks instead of serving.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve on; 0 picks a free one.")] = 8765,
) -> int:
    """Run the main job on real photographs and show what happened. `make demo` calls this.

    Example: overt --instance .demo/instance demo --photos .venv/share/overt/sdists --exit
    """
    photographs = load_photographs(photos)
    _instance_there(context.obj, ended=False)
    expired = context.obj.with_name(f"{context.obj.name}-expired")
    _instance_there(expired, ended=True)
    cases = scenes(photographs, examples)
    with open_instance(context.obj) as instance:
        _enrol(instance, photographs, filler)
        desks = desks_of(instance)
        out.print("\n[bold]Checks[/bold] (each a whole check: fields, notice, capture, search, comparison, reveal)\n")
        lines = [_run(instance, desks, case, photographs) for case in cases if not case.expired]
        with open_instance(expired) as ended:
            late = desks_of(ended)
            lines += [_run(ended, late, case, photographs) for case in cases if case.expired]
            _verify(ended, "the instance whose pilot has ended")
        _verify(instance, "the instance")
        page, picture = write_sheet(lines, out_folder)
        out.print(f"\nContact sheet: {page}  and  {picture}", soft_wrap=True)
        if not leave:
            serve_opened(instance, "127.0.0.1", port)
    return ANSWERED


def _instance_there(folder: Path, *, ended: bool) -> None:
    try:
        About.read(Place(folder.absolute()).about)
    except InstanceMissing:
        today = utc_now().date()
        text = demonstration_text(today, today - timedelta(days=1) if ended else None)
        created = create(folder, text)
        what = "whose pilot has ended" if ended else "of the demonstration"
        out.print(f"Made the instance {what}: {folder} (keys beside it, in {folder.name}.keys)", soft_wrap=True)
        out.print(f"  ledger key: {created.vkey}", soft_wrap=True, markup=False)


def _enrol(instance: Instance, photographs: Mapping[str, bytes], filler: int) -> None:
    with tempfile.TemporaryDirectory(prefix="overt-demo-") as folder:
        _write_manifest(Path(folder), photographs, instance.policy.pilot.starts)
        with progress_bar("Enrolling photographs") as progress:
            report = instance.importer().run(Path(folder), progress)
    if report.refused:
        raise DemonstrationWrong(f"{len(report.refused)} enrolment(s) were refused.")
    there = filler_size(instance.engine)
    if there < filler:
        with progress_bar("Adding synthetic filler") as progress:
            instance.add_filler(filler - there, progress)
    count = report.imported + report.already_there
    out.print(f"Gallery: {count} real photographs of people with neutral labels, and {max(there, filler):,} synthetic")
    out.print("  templates as filler: nobody, only there to show the search at a force's size.")


def _write_manifest(folder: Path, photographs: Mapping[str, bytes], starts: date) -> None:
    # Counted from the day on which the instance was made: on a later day the labels must be those that are on file.
    review = (starts + timedelta(days=365)).isoformat()
    captured = (starts - timedelta(days=400)).isoformat()
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "person", "captured_on", "lawful_basis", "outcome", "review_on", "under_18", "source"))
        for person in ENROLLED:
            (folder / f"{person}.jpg").write_bytes(photographs[f"{person}-enrolled"])
            writer.writerow((f"{person}.jpg", person, captured, "pace-64a", "convicted", review, "false", "custody"))


def _run(instance: Instance, desks: Desks, case: Scene, photographs: Mapping[str, bytes]) -> Line:
    played = play(instance, desks, case.photo, case.document)
    document = played_json(instance, played)
    result = _in_words(document)
    out.print(f"[bold]{case.title}[/bold]", soft_wrap=True)
    out.print(f"  {result}", soft_wrap=True, markup=False)
    ledger = document["ledger"]
    if ledger:
        timing = document["timings_ms"]["total"]
        spent = f", {timing:.0f} ms from photograph to durable answer" if timing else ""
        out.print(f"  ledger entry {ledger['index']}{spent}", soft_wrap=True)
    _expect(case, document)
    found = document["candidates"]
    reference = photographs.get(f"{found[0]['person']}-enrolled") if found else None
    return Line(case.title, result, case.photo if case.picture else None, reference)


def _in_words(document: Mapping[str, Any]) -> str:
    if document["result"] == "refused":
        refusal = document["refusal"]
        return f"Refused ({refusal['code']}): {refusal['message']} {refusal['remedy']}"
    if document["result"] == "no_candidate":
        return str(document["sentence"])
    shown = document["candidates"]
    each = (f"{one['person']}, score {one['score']:.3f}. {one['sentence']}" for one in shown)
    return f"{len(shown)} candidate{'s' if len(shown) > 1 else ''}: " + " ".join(each)


def _expect(case: Scene, document: Mapping[str, Any]) -> None:
    """Compare with what the case has to show.

    Raises:
        DemonstrationWrong: it is something else.
    """
    refusal = document["refusal"]
    people = [one["person"] for one in document["candidates"]]
    got = refusal["code"] if refusal else people if people else document["result"]
    if got != case.expect and got != [case.expect]:
        raise DemonstrationWrong(f"{case.title}: {got} instead of {case.expect}.")


def _verify(instance: Instance, what: str) -> None:
    """Have the outsiders' verifier check the published log, in a process of its own."""
    arguments = ["audit", str(instance.place.ledger), "--key", instance.ledger.vkey]
    result = subprocess.run(
        [sys.executable, "-m", "overt_verify", *arguments], capture_output=True, text=True, check=False
    )
    out.print(f"\n[bold]The ledger of {what}, verified by overt-verify[/bold]")
    out.print(result.stdout.rstrip() or result.stderr.rstrip(), soft_wrap=True, markup=False)
    out.print(f"  again by hand: overt-verify {' '.join(arguments[:3])} '{arguments[3]}'", soft_wrap=True, markup=False)
    if result.returncode:
        raise DemonstrationWrong("The ledger did not verify.")
