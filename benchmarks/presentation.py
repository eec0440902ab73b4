"""Error rates of the look for a screen or a print (presentation attack detection, ISO/IEC 30107-3).

    python benchmarks/presentation.py --data ../shared/data --cache ~/overt-presentations

FRLL's people are photographed by the simulator (`overt.evaluation.recapture`): as they are before made-up backgrounds
(bona fide presentations), on four kinds of screen and on five kinds of print, each filling the frame and with its rim
in it (attack presentations); three frames a press of the shutter. Real photographs, as they are, come from LFW.

* APCER: of attack presentations of one species, those that are not flagged. BPCER: of bona fide presentations, those
  that are flagged. Each with counts, and a 95 % interval over people (`presentation_rates.py`).
* As given: all 54 people, each once with either portrait, and a quarter of the attacks; about 5 minutes on two cores.
  `--all`: each three times with either portrait, and all attacks; about 20 minutes. Presentations that both make are
  the same.
* `--choose` looks at other people instead, and shows what the limits in `quality/presentation/look.py` rest on:
  generated faces, and the half of LFW's people that the report leaves out. Every third of FRLL's people was in trials
  of the measures themselves (which windows, which colours) on an earlier simulator; BPCER is given without them, too.
* LFW's pictures were turned, and many end in black where the turn left nothing: only those that do not are looked at
  for a rim. They end close around the head, so that fewer edges are in them than in a check's photograph.
* Kept in `--cache`, outside the project: two numbers a frame and how it was made; no picture.
"""

import argparse
import csv
import json
import math
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from statistics import median

import numpy as np
from rich.console import Console
from rich.progress import track

from overt.capture.decode import decode
from overt.capture.face import Box, DetectedFace
from overt.capture.photo import Photo, Pixels
from overt.errors import CaptureRefusal
from overt.evaluation.recapture import paper, screen
from overt.evaluation.recapture.staging import Staging, any_person, burst
from overt.models.shipped import load_shipped_pipeline
from overt.quality.presentation.look import Look, look
from overt.template.pipeline import TemplatePipeline
from portraits import Face, face_of, frll, generated_files
from presentation_rates import BONA_FIDE, REAL, Presentation, attack_rates, choosing, people_rates, tables

SEED = 20261125
FRAMES = 3
BONA_FIDE_EACH = 3
ATTACKS_OF = 4
BLACK, BLACK_EDGE = 12, 0.02
"""The sum of three colours that counts as none, and the share of an edge that may be so by chance (dark hair)."""
LFW_GENDER = {"F": "female", "M": "male"}
Maker = Callable[[Path, str, bool], list[Presentation]]


def main() -> int:
    """Run the benchmark."""
    given = arguments()
    seen = [*simulated(given), *real(given)]
    if given.json:
        rates = [asdict(each) for each in (*attack_rates(seen), *people_rates(seen))]
        sys.stdout.write(json.dumps(rates, indent=1) + "\n")
        return 0
    for line in choosing(seen) if given.choose else ():
        sys.stdout.write(line + "\n")
    sys.stdout.write(tables(seen) + "\n\n")
    sys.stdout.write(f"A look at one frame of 1280x960, face of 300: {milliseconds():.1f} ms (median of 50)\n")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="holds frll, lfw and synthetic")
    parser.add_argument("--cache", type=Path, required=True, help="where values are kept, outside the project")
    parser.add_argument("--all", action="store_true", help="every presentation, not only a share of them")
    parser.add_argument("--choose", action="store_true", help="the people that limits are chosen on")
    parser.add_argument("--people", type=int, help="only the first so many")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", action="store_true", help="print one JSON array of rates")
    return parser.parse_args()


def simulated(given: argparse.Namespace) -> Iterator[Presentation]:
    """Of FRLL's people, or of generated faces."""
    if given.choose:
        yield from kept(given, "generated", [*generated_files(given.data / "synthetic")][: given.people], of_generated)
        return
    people = sorted(path.name for path in (given.data / "frll").iterdir() if path.is_dir())
    yield from kept(given, "frll", people[: given.people], of_frll)


def real(given: argparse.Namespace) -> Iterator[Presentation]:
    """One photograph of each person of LFW; every second person is for choosing, the others for the report."""
    folders = sorted(path.name for path in (given.data / "lfw").iterdir() if path.is_dir())
    half = folders[int(not given.choose) :: 2]
    yield from kept(given, "lfw", half[: given.people and 20 * given.people], of_lfw)


def kept(given: argparse.Namespace, name: str, people: Sequence[str], make: Maker) -> Iterator[Presentation]:
    """The presentations of these people, made where the cache has none."""
    folder = given.cache / (f"{name}-all" if given.all else name)
    folder.mkdir(parents=True, exist_ok=True)
    missing = [each for each in people if not (folder / f"{each}.json").exists()]
    tasks = [(make, given.data, person, given.all, folder) for person in missing]
    with multiprocessing.get_context("spawn").Pool(given.jobs) as pool:
        done = pool.imap_unordered(keep, tasks)
        for _ in track(done, name, total=len(tasks), console=Console(stderr=True), transient=True):
            pass
    for person in people:
        for made in json.loads((folder / f"{person}.json").read_text()):
            looks = tuple(Look(**values) for values in made.pop("looks"))
            yield Presentation(**{**made, "groups": tuple(made["groups"])}, looks=looks)


def keep(task: tuple[Maker, Path, str, bool, Path]) -> None:
    """Make one person's presentations and write their values."""
    make, data, person, whole, folder = task
    file = folder / f"{person}.json"
    file.with_suffix(".tmp").write_text(json.dumps([asdict(each) for each in make(data, person, whole)]))
    file.with_suffix(".tmp").replace(file)


@cache
def pipeline() -> TemplatePipeline:
    """One for each process."""
    return load_shipped_pipeline()


# --- making presentations ------------------------------------------------------------------------------------------


def of_frll(data: Path, person: str, whole: bool) -> list[Presentation]:
    """Both portraits as they are; one of them as the picture that is presented."""
    faces = frll(data / "frll", pipeline(), person)
    return [each for number, face in enumerate(faces) for each in of_face(face, whole, attacked=number == 0)]


def of_generated(data: Path, person: str, whole: bool) -> list[Presentation]:
    return of_face(face_of(generated_files(data / "synthetic")[person], person, pipeline()), whole)


def of_face(face: Face, whole: bool, *, attacked: bool = True) -> list[Presentation]:
    """Presentations of one portrait; each draws its own numbers, whichever others there are."""
    portrait, tone = face.portrait, ita(cheeks(face)) if face.groups else None
    people = [(BONA_FIDE, "", number) for number in range(BONA_FIDE_EACH if whole else 1)]
    made = []
    for species, framing, number in (*people, *(attacks(face, whole) if attacked else ())):
        random = drawn(face, species, framing, number)
        frames = burst(staged(species, framing, random), portrait, random, FRAMES)
        usable = [*looked(frames)]
        width = median([each for each, _ in usable]) if usable else 0.0
        looks = tuple(each for _, each in usable)
        made.append(Presentation(face.person, species, framing, width, face.groups, tone, looks))
    return made


def attacks(face: Face, whole: bool) -> list[tuple[str, str, int]]:
    every = [(kind, framing, 0) for framing in ("full", "rim") for kind in (*screen.KINDS, *paper.KINDS)]
    return every if whole else every[int(drawn(face).integers(ATTACKS_OF)) :: ATTACKS_OF]


def staged(species: str, framing: str, random: np.random.Generator) -> Staging:
    if species == BONA_FIDE:
        return any_person(random)
    make = screen.any_screen if species in screen.KINDS else paper.any_paper
    return make(random, species, bordered=framing == "rim")


def drawn(face: Face, *what: object) -> np.random.Generator:
    return np.random.default_rng([SEED, *" ".join(map(str, (face.person, face.name, *what))).encode()])


def looked(frames: Iterable[bytes]) -> Iterator[tuple[float, Look]]:
    """What a check sees of the frames that it can use, and how wide the face is in them."""
    for frame in frames:
        try:
            made = pipeline().make(frame)
        except CaptureRefusal:
            continue
        yield made.face.box.width, look(made.photo, made.face)


def of_lfw(data: Path, person: str, _: bool) -> list[Presentation]:
    """The first photograph, looked at around its central face, which is the labelled person's."""
    content = next(iter(sorted((data / "lfw" / person).glob("*.jpg")))).read_bytes()
    photo = decode(content)
    faces = pipeline().faces(photo)
    if not faces:
        return []
    face = min(faces, key=lambda each: abs(each.box.x + each.box.width / 2 - photo.width / 2))
    seen = look(photo, face)
    groups = (lfw_gender(data / "lfw").get(person, "no label"),)
    looks = (replace(seen, rim=None) if turned(photo.pixels) else seen,)
    return [Presentation(person, REAL, "", face.box.width, groups, None, looks)]


def turned(pixels: Pixels) -> bool:
    """Whether the picture ends in black at its top or a side; below it, dark clothes may."""
    edges = np.concatenate([pixels[0], pixels[:, 0], pixels[:, -1]]).astype(np.int16)
    return bool((edges.sum(1) < BLACK).mean() > BLACK_EDGE)


@cache
def lfw_gender(folder: Path) -> dict[str, str]:
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as lines:
        return {row["person"]: LFW_GENDER.get(row["gender"], "no label") for row in csv.DictReader(lines)}


def cheeks(face: Face) -> Pixels:
    """Squares halfway between eye and mouth corner on both sides."""
    right_eye, left_eye, _, right_mouth, left_mouth = face.face.landmarks
    half = max(2, round(face.face.inter_eye_distance / 10))
    parts = []
    for eye, mouth in ((right_eye, right_mouth), (left_eye, left_mouth)):
        x, y = (round((one + other) / 2) for one, other in zip(eye, mouth, strict=True))
        parts.append(face.photo.pixels[y - half : y + half, x - half : x + half].reshape(-1, 3))
    return np.concatenate(parts)


def ita(pixels: Pixels) -> float:
    """Individual typology angle (Chardon et al. 1991), atan((L* - 50) / b*), in degrees, of the median colour; D65."""
    stored = np.median(pixels, axis=0) / 255
    linear = np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)
    luminance, blue = np.cbrt(np.array([[0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear / (1.0, 1.089))
    return math.degrees(math.atan2(116 * luminance - 16 - 50, 200 * (luminance - blue)))


def milliseconds() -> float:
    """What the look costs on top of everything else."""
    photo = Photo(np.random.default_rng(1).integers(0, 256, (960, 1280, 3), np.uint8))
    middle = (640.0, 480.0)
    face = DetectedFace(Box(490, 285, 300, 390), (middle,) * 5, 1.0)
    taken = []
    for _ in range(50):
        start = time.perf_counter()
        look(photo, face)
        taken.append((time.perf_counter() - start) * 1000)
    return median(taken)


if __name__ == "__main__":
    sys.exit(main())
