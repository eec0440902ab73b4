"""Whether `eyes_open` tells closed eyes from open ones: its readings, by group, of real photographs and of drawn lids.

    python benchmarks/eyes.py --data ../shared/data/lfw --portraits ../shared/data/frll [--seed 1] [--sheets FOLDER]
    python benchmarks/eyes.py --data ../shared/data/lfw --cache ~/overt-templates --discard

Needs the model of eyelids (`make setup`). Printed, as Markdown: how many photographs are read as closed (below the
advice limit) and the distribution of the readings, for everybody and by group, with exact 95 % intervals; the same for
portraits in which all eyes are open; and for lids drawn over the eyes of the first `--drawn` photographs
(`robustness_drawn.closed`). Photographs of LFW are not labelled by their eyes: `--sheets` writes the eyes of the
`--lowest` readings, by number and without names, for somebody to look at and count. Keep them out of the project.
With `--discard`: error-versus-discard curves on all undegraded mated probes of `robustness_sample.py`, and on the first
100 people's as they are and with drawn lids. 2,000 photographs take some two minutes on one core.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from overt.capture.decode import decode
from overt.capture.face import DetectedFace
from overt.capture.one_face import mask_others
from overt.capture.photo import Photo, Pixels
from overt.errors import CaptureRefusal
from overt.evaluation.bootstrap import drawn_people
from overt.evaluation.discard import Discard, discard
from overt.evaluation.exact import clopper_pearson
from overt.evaluation.folder import read_people
from overt.evaluation.lists import read_labels
from overt.evaluation.matcher import central
from overt.evaluation.protocol import Indices
from overt.models.shipped import load_shipped_pipeline
from overt.quality import eyes_open
from overt.quality.eyes_open import ADVICE_BELOW
from overt.quality.view import view_of
from overt.template.align import cut_out, similarity
from overt.template.looks import look_again
from overt.template.pipeline import TemplatePipeline
from robustness_drawn import closed
from robustness_probes import degraded, pool_of
from robustness_sample import GROUPS, SEED, Ground, ground

SHARES = (0.05, 0.1, 0.2)
LIMITS = (ADVICE_BELOW, 0.03, 0.035)
PORTRAIT_GROUPS = ("face_gender", "face_eth")
OWN = 100
"""People whose eyes are drawn shut for the curve: those of `robustness.py --probes 100`."""
SHOWN = 40
"""Pairs of eyes a sheet."""
Change = Callable[[Pixels, DetectedFace], Pixels]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One photograph. `raw`: None when not assessed; `eyes`: the strip around both, upright; `groups`: by column."""

    raw: float | None
    groups: tuple[str, ...]
    eyes: Pixels = field(repr=False)


def main() -> int:
    given = arguments()
    pipeline = load_shipped_pipeline()
    if pipeline.lids is None:
        print("The model of eyelids is not installed: make setup", file=sys.stderr)
        return 1
    if given.discard:
        show_discard(given, pipeline)
        return 0
    files = labelled(given.data, GROUPS)
    chosen = random.Random(given.seed).sample(files, min(given.images, len(files)))
    found = list(all_seen(pipeline, chosen))
    print(*table("Photographs, as they are", found, GROUPS), sep="\n")
    if given.portraits:
        people = labelled(given.portraits, PORTRAIT_GROUPS)
        print(*table("Portraits with open eyes", list(all_seen(pipeline, people)), PORTRAIT_GROUPS), sep="\n")
    drawn = all_seen(pipeline, chosen[: given.drawn], drawn_lids)
    print(*table(f"The first {given.drawn} with drawn lids", list(drawn), GROUPS), sep="\n")
    print(f"\n{milliseconds(pipeline, chosen[:50]):.1f} ms a face")
    if given.sheets:
        write_sheets(given.sheets, found, given.lowest)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/lfw"), help="one folder a person")
    parser.add_argument("--portraits", type=Path, help="a folder of the same form in which all eyes are open")
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--drawn", type=int, default=250)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--sheets", type=Path, help="write the eyes of the lowest readings here, as PNG")
    parser.add_argument("--lowest", type=int, default=80)
    parser.add_argument("--discard", action="store_true", help="only the error-versus-discard curve")
    parser.add_argument("--cache", type=Path, help="where templates are kept, for --discard")
    parser.add_argument("--processes", type=int, default=1)
    return parser.parse_args()


def labelled(folder: Path, columns: Sequence[str]) -> list[tuple[Path, tuple[str, ...]]]:
    """Files with what is said of their people."""
    people = read_people(folder, read_labels((folder / "labels.csv").read_bytes()), groups=columns)
    return [
        (file, tuple(people.labels[column][person] for column in columns))
        for file, person in zip(people.images, people.person, strict=True)
    ]


def all_seen(
    pipeline: TemplatePipeline, files: Sequence[tuple[Path, tuple[str, ...]]], change: Change | None = None
) -> Iterator[Seen]:
    """The central face of each; photographs in which none is found are left out."""
    for file, groups in track(files, "Looking", console=Console(stderr=True)):
        try:
            photo, face = face_of(pipeline, file, change)
        except CaptureRefusal:
            continue
        yield Seen(raw_of(pipeline, photo, face), groups, strip(photo, face))


def face_of(pipeline: TemplatePipeline, file: Path, change: Change | None = None) -> tuple[Photo, DetectedFace]:
    photo = decode(file.read_bytes())
    meant = central(pipeline.faces(photo), photo)
    photo, face = mask_others(photo, meant), meant.face
    if change is not None:
        photo = Photo(change(photo.pixels, face))
        face = central(pipeline.faces(photo), photo).face
    return photo, look_again(pipeline.detector, photo, face, pipeline.contract.looks)


def raw_of(pipeline: TemplatePipeline, photo: Photo, face: DetectedFace) -> float | None:
    return eyes_open.measure(view_of(photo, face, pipeline.lids)).raw


def strip(photo: Photo, face: DetectedFace) -> Pixels:
    """Both eyes, 36 x 128 pixels."""
    matrix = similarity(np.asarray(face.landmarks[:2]), np.array([[35.0, 64.0], [93.0, 64.0]]))
    return cut_out(photo.pixels, matrix, 128)[46:82]


def table(title: str, found: Sequence[Seen], columns: Sequence[str]) -> Iterator[str]:
    """Markdown: everybody, then each group."""
    yield f"\n**{title}**\n"
    yield (
        "| group | photographs | not assessed | least | 1 % | 5 % | median | "
        + " | ".join(f"below {limit:g}" for limit in LIMITS)
        + " |"
    )
    yield "| --- " * (7 + len(LIMITS)) + "|"
    yield row("all", found)
    for at, column in enumerate(columns):
        for value in sorted({one.groups[at] for one in found} - {""}):
            yield row(f"{column} {value}", [one for one in found if one.groups[at] == value])


def row(name: str, found: Sequence[Seen]) -> str:
    raw = np.array([one.raw for one in found if one.raw is not None])
    if not len(raw):
        return f"| {name} | {len(found)} | {len(found)} |" + " |" * (4 + len(LIMITS))
    cells = [f"{value:.3f}" for value in np.percentile(raw, (0, 1, 5, 50))]
    below = [shown(int((raw < limit).sum()), len(raw)) for limit in LIMITS]
    return f"| {name} | {len(found)} | {len(found) - len(raw)} | {' | '.join([*cells, *below])} |"


def shown(yes: int, of: int) -> str:
    low, high = (100 * end for end in clopper_pearson(yes, of))
    return f"{yes}: {100 * yes / of:.1f} % [{low:.1f} - {high:.1f}]"


def milliseconds(pipeline: TemplatePipeline, files: Sequence[tuple[Path, tuple[str, ...]]]) -> float:
    """Middle time of the model and the measure together, on faces that were found before."""
    times = []
    for file, _ in files:
        photo, face = face_of(pipeline, file)
        started = time.perf_counter()
        raw_of(pipeline, photo, face)
        times.append(1000 * (time.perf_counter() - started))
    return float(np.median(times))


def write_sheets(folder: Path, found: Sequence[Seen], lowest: int) -> None:
    """The lowest readings first, numbered, five in a row."""
    folder.mkdir(mode=0o700, exist_ok=True)
    order = sorted((one for one in found if one.raw is not None), key=lambda one: one.raw or 0.0)[:lowest]
    for first in range(0, len(order), SHOWN):
        tiles = [tile(one, first + at) for at, one in enumerate(order[first : first + SHOWN])]
        tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % 5)
        rows = [np.hstack(tiles[at : at + 5]) for at in range(0, len(tiles), 5)]
        cv2.imwrite(str(folder / f"eyes-{first:04}.png"), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))


def tile(one: Seen, number: int) -> NDArray[np.uint8]:
    large = cv2.resize(one.eyes, (400, 112), interpolation=cv2.INTER_CUBIC)
    cv2.putText(large, f"{number}: {one.raw:.3f}", (3, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 0), 1)
    return np.asarray(large, np.uint8)


def show_discard(given: argparse.Namespace, pipeline: TemplatePipeline) -> None:
    """Whether a low reading foretells a miss at FPIR 1 %: all undegraded mated probes; then `OWN` with drawn lids."""
    given.probes = given.strangers = OWN
    here = ground(given)
    rows = here.every[here.sample.made[here.every]]
    undegraded = tried(here, pipeline, rows, here.sample.vectors[rows])
    with pool_of(given.processes) as pool:
        lids = degraded("eyes closed", "drawn lids", here.images(here.mated), here.folder, pool)
    own = np.isin(rows, here.mated)
    drawn = tried(here, pipeline, here.mated[lids.made], lids.vectors[lids.made], drawn_lids)
    both = [np.concatenate([one[own], other]) for one, other in zip(undegraded, drawn, strict=True)]
    print("\n| probes | number | missed | FNIR | 5 % discarded | 10 % | 20 % | gain |\n" + "| --- " * 8 + "|")
    for name, (person, missed, raw) in (("undegraded", undegraded), ("with drawn lids", both)):
        weights = drawn_people(len(here.sample.people), 500, np.random.default_rng(SEED))
        taken = np.isfinite(raw)
        print(curve(name, discard(missed[taken], raw[taken], person[taken], SHARES, weights)))
    _, missed, raw = undegraded
    for limit in LIMITS:
        print(f"undegraded, below {limit:g}: missed {shown(int(missed[raw < limit].sum()), int((raw < limit).sum()))}")


def tried(
    here: Ground, pipeline: TemplatePipeline, rows: Indices, vectors: NDArray[np.float32], change: Change | None = None
) -> tuple[Indices, NDArray[np.bool_], NDArray[np.float64]]:
    """Whose each probe is, whether it is missed, and its reading (NaN when not assessed)."""
    own, others = here.met(rows, vectors)
    missed = (own < here.thresholds["0.01"]) | (own <= others)
    files = [here.people.images[row] for row in rows]
    raw = [raw_of(pipeline, *face_of(pipeline, file, change)) for file in track(files, console=Console(stderr=True))]
    return here.sample.person[rows], missed, np.array([np.nan if one is None else one for one in raw])


def drawn_lids(pixels: Pixels, face: DetectedFace) -> Pixels:
    return closed(pixels, face, 0)


def curve(name: str, one: Discard) -> str:
    """A row of Markdown."""
    left = [f"{100 * each.value:.1f} [{100 * each.low:.1f} - {100 * each.high:.1f}]" for each in one.remaining]
    gain = f"{one.gain.value:.2f} [{one.gain.low:.2f} - {one.gain.high:.2f}]"
    rate = f"{100 * one.missed / one.n:.1f}"
    return f"| {name} | {one.n} | {one.missed} | {rate} | {' | '.join(left)} | {gain} |"


if __name__ == "__main__":
    sys.exit(main())
