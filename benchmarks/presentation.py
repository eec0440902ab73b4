"""Error rates of the look for a screen or a print (presentation attack detection, ISO/IEC 30107-3).

    python benchmarks/presentation.py --data ../shared/data --cache ~/overt-presentations

FRLL's people are photographed by the simulator (`overt.evaluation.recapture`): as they are before made-up backgrounds
(bona fide presentations), on four kinds of screen and on five kinds of print, each filling the frame and with its rim
in it (attack presentations); three frames a press of the shutter. Real photographs, as they are, come from LFW.

* APCER: of attack presentations of one species, those that are not flagged. BPCER: of bona fide presentations, those
  that are flagged. Each with counts, and a 95 % interval over people.
* `--choose` looks at other people instead, and shows what the limits in `quality/presentation/look.py` rest on:
  generated faces, and the half of LFW's people that the report leaves out. No figure of the report was looked at when
  the limits were chosen. Every third of FRLL's people was in trials of the measures themselves (which windows, which
  colours) on an earlier simulator; BPCER is given without them, too.
* Groups: gender and ethnicity as FRLL's people reported them. Besides, the individual typology angle (Chardon et al.
  1991) of the cheeks *in the picture*: FRLL's portraits were taken in one studio in one light, so that the angle
  orders them by the lightness of the pictured skin. It is a measure of a picture, not of a person.
* Kept in `--cache`, outside the project: two numbers a frame and how it was made; no picture.

Some 40 minutes on two cores for FRLL; `--people N` takes the first so many.
"""

import argparse
import json
import math
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from overt.capture.decode import decode
from overt.capture.photo import Pixels
from overt.errors import CaptureRefusal
from overt.evaluation.rates import GroupRate, group_rate
from overt.evaluation.recapture import paper, screen
from overt.evaluation.recapture.staging import Staging, any_person, burst
from overt.models.shipped import load_shipped_pipeline
from overt.quality.presentation.look import LIMITS, Look, look, sign_of
from overt.quality.presentation.sign import Sign
from overt.template.pipeline import TemplatePipeline
from portraits import Face, face_of, frll, generated_files

SEED = 20261125
FRAMES = 3
BONA_FIDE = "person"
REAL = "real photograph"
BONA_FIDE_EACH = 3
ITA_BANDS = (("very light", 55), ("light", 41), ("intermediate", 28), ("tan", 10), ("brown", -30), ("dark", -180))


@dataclass(frozen=True, slots=True)
class Presentation:
    """One capture: who, what, its frames' values; `framing` is `full` or `rim`, empty for people."""

    person: str
    species: str
    framing: str
    groups: tuple[str, ...]
    looks: tuple[Look, ...]

    @property
    def bona_fide(self) -> bool:
        return self.species in (BONA_FIDE, REAL)

    @property
    def flagged(self) -> bool:
        return sign_of(self.looks) is not None


def main() -> int:
    """Run the benchmark."""
    given = arguments()
    seen = [*simulated(given), *real(given)]
    if given.json:
        sys.stdout.write(json.dumps([asdict(each) for each in summary(seen)], indent=1) + "\n")
        return 0
    if given.choose:
        choosing(seen)
    report(seen)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="holds frll, lfw and synthetic")
    parser.add_argument("--cache", type=Path, required=True, help="where values are kept, outside the project")
    parser.add_argument("--choose", action="store_true", help="the people that limits are chosen on")
    parser.add_argument("--people", type=int, help="only the first so many")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", action="store_true", help="print one JSON array of rates")
    return parser.parse_args()


# --- making presentations ------------------------------------------------------------------------------------------


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
    yield from kept(given, "lfw-choose" if given.choose else "lfw", half[: given.people and 20 * given.people], of_lfw)


Maker = Callable[[Path, str], list[Presentation]]


def kept(given: argparse.Namespace, name: str, people: Sequence[str], make: Maker) -> Iterator[Presentation]:
    """The presentations of these people, made where the cache has none."""
    folder = given.cache / name
    folder.mkdir(parents=True, exist_ok=True)
    missing = [(make, given.data, person, folder) for person in people if not (folder / f"{person}.json").exists()]
    with multiprocessing.get_context("spawn").Pool(given.jobs) as pool:
        done = pool.imap_unordered(keep, missing)
        for _ in track(done, name, total=len(missing), console=Console(stderr=True), transient=True):
            pass
    for person in people:
        for row in json.loads((folder / f"{person}.json").read_text()):
            looks = tuple(Look(**values) for values in row.pop("looks"))
            yield Presentation(**{**row, "groups": tuple(row["groups"])}, looks=looks)


def keep(task: tuple[Maker, Path, str, Path]) -> None:
    """Make one person's presentations and write their values."""
    make, data, person, folder = task
    file = folder / f"{person}.json"
    file.with_suffix(".tmp").write_text(json.dumps([asdict(each) for each in make(data, person)]))
    file.with_suffix(".tmp").replace(file)


_loaded: list[TemplatePipeline] = []


def pipeline() -> TemplatePipeline:
    """One for each process."""
    if not _loaded:
        _loaded.append(load_shipped_pipeline())
    return _loaded[0]


def of_frll(data: Path, person: str) -> list[Presentation]:
    """Both portraits as they are; one of them as the picture that is presented."""
    faces = frll(data / "frll", pipeline(), person)
    return [each for number, face in enumerate(faces) for each in of_face(face, attacks=number == 0)]


def of_generated(data: Path, person: str) -> list[Presentation]:
    return of_face(face_of(generated_files(data / "synthetic")[person], person, pipeline()))


def of_face(face: Face, *, attacks: bool = True) -> list[Presentation]:
    """Every kind of presentation of one portrait."""
    random = np.random.default_rng([SEED, *face.person.encode(), *face.name.encode()])
    groups = (*face.groups, ita_band(face)) if face.groups else ()
    stagings: list[tuple[str, str, Staging]] = [(BONA_FIDE, "", any_person(random)) for _ in range(BONA_FIDE_EACH)]
    for framing in ("full", "rim") if attacks else ():
        bordered = framing == "rim"
        stagings += [(kind, framing, screen.any_screen(random, kind, bordered=bordered)) for kind in screen.KINDS]
        stagings += [(kind, framing, paper.any_paper(random, kind, bordered=bordered)) for kind in paper.KINDS]
    # Every second attack, to halve the time: which half, the face's own draw decides.
    half = int(random.integers(2))
    stagings = [each for number, each in enumerate(stagings) if each[0] == BONA_FIDE or number % 2 == half]
    made = []
    for species, framing, staging in stagings:
        looks = tuple(looked(burst(staging, face.portrait, random, FRAMES)))
        made.append(Presentation(face.person, species, framing, groups, looks))
    return made


def of_lfw(data: Path, person: str) -> list[Presentation]:
    """The first photograph, looked at around its central face, which is the labelled person's."""
    content = next(iter(sorted((data / "lfw" / person).glob("*.jpg")))).read_bytes()
    photo = decode(content)
    faces = pipeline().faces(photo)
    if not faces:
        return []
    face = min(faces, key=lambda each: abs(each.box.x + each.box.width / 2 - photo.width / 2))
    # Its pictures were turned and end in black: no measure of edges around a face.
    return [Presentation(person, REAL, "", (), (replace(look(photo, face), rim=None),))]


def looked(frames: Iterable[bytes]) -> Iterator[Look]:
    """What a check sees of the frames that it can use."""
    for frame in frames:
        try:
            made = pipeline().make(frame)
        except CaptureRefusal:
            continue
        yield look(made.photo, made.face)


def ita_band(face: Face) -> str:
    """The band of the individual typology angle of both cheeks in the picture."""
    angle = ita(cheeks(face))
    return next(name for name, least in ITA_BANDS if angle > least)


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
    """atan((L* - 50) / b*) in degrees, of the median colour; sRGB, D65."""
    stored = np.median(pixels, axis=0) / 255
    linear = np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(matrix @ linear / (0.9505, 1.0, 1.089))
    del x
    return math.degrees(math.atan2(116 * y - 16 - 50, 200 * (y - z)))


# --- rates ---------------------------------------------------------------------------------------------------------


def rate(name: str, seen: Iterable[Presentation], error: Callable[[Presentation], bool]) -> GroupRate | None:
    outcomes = [(each.person, error(each)) for each in seen]
    return group_rate(name, outcomes) if outcomes else None


def missed(each: Presentation) -> bool:
    return not each.flagged


def wrongly_flagged(each: Presentation) -> bool:
    return each.flagged


def summary(seen: Sequence[Presentation]) -> list[GroupRate]:
    """APCER by species and framing, then BPCER overall, by sign and by group."""
    attacks = [each for each in seen if not each.bona_fide]
    people = [each for each in seen if each.species == BONA_FIDE]
    rates: list[GroupRate | None] = []
    for framing in ("full", "rim"):
        for species in (*screen.KINDS, *paper.KINDS):
            some = [each for each in attacks if (each.species, each.framing) == (species, framing)]
            rates.append(rate(f"APCER {species}, {framing}", some, missed))
        for name, kinds in (("all screens", screen.KINDS), ("all prints", paper.KINDS)):
            some = [each for each in attacks if each.species in kinds and each.framing == framing]
            rates.append(rate(f"APCER {name}, {framing}", some, missed))
    rates.append(rate("BPCER simulated", people, wrongly_flagged))
    for sign in Sign:
        rates.append(rate(f"BPCER simulated, {sign} alone", people, lambda each, sign=sign: shows(each, sign)))
    alone = [replace(each, looks=(each.looks[0],)) for each in people if each.looks]
    rates.append(rate("BPCER simulated, one frame", alone, wrongly_flagged))
    rates.append(rate("BPCER real (LFW), pattern alone", photographs(seen), wrongly_flagged))
    tried = set(sorted({each.person for each in people if each.groups})[::3])
    if tried:
        fresh = [each for each in people if each.person not in tried]
        rates.append(rate("BPCER simulated, people in no trial", fresh, wrongly_flagged))
    for position in range(3):
        for group in sorted({each.groups[position] for each in people if each.groups}):
            some = [each for each in people if each.groups[position] == group]
            rates.append(rate(f"BPCER {group}", some, wrongly_flagged))
    return [each for each in rates if each is not None]


def photographs(seen: Iterable[Presentation]) -> list[Presentation]:
    """Those of LFW whose face is large enough to be looked at."""
    return [each for each in seen if each.species == REAL and each.looks[0].pattern is not None]


def shows(each: Presentation, sign: Sign) -> bool:
    value = median_of(each, sign)
    return value is not None and value >= getattr(LIMITS, sign)


def report(seen: Sequence[Presentation]) -> None:
    table = Table(title=f"limits: {LIMITS}")
    for column in ("what", "rate", "95 %", "k of n", "people"):
        table.add_column(column)
    for each in summary(seen):
        interval = f"{100 * each.low:.1f} - {100 * each.high:.1f}"
        table.add_row(each.group, f"{100 * each.rate:.1f} %", interval, f"{each.k} of {each.n}", str(each.people))
    Console().print(table)


def choosing(seen: Sequence[Presentation]) -> None:
    """The distribution of each value, and what each limit would give."""
    console = Console()
    for sign in Sign:
        people = [each for each in seen if each.species == BONA_FIDE]
        for name, some in (("simulated", people), ("real", photographs(seen))):
            known = np.array([value for each in some if (value := median_of(each, sign)) is not None])
            if known.size:
                quantiles = np.quantile(known, [0.5, 0.9, 0.95, 0.98, 0.99, 1]).round(3)
                told = f"{sign}, bona fide {name} ({len(known)}): 50 90 95 98 99 100 %: {quantiles}"
                console.print(told, highlight=False)
        limit = getattr(LIMITS, sign)
        for at in np.round(limit * np.array([0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2]), 3):
            parts = []
            for name, keep_ in (
                ("bona fide", lambda each: each.bona_fide),
                ("full", lambda each: each.framing == "full"),
                ("rim", lambda each: each.framing == "rim"),
            ):
                values = [median_of(each, sign) for each in seen if keep_(each)]
                known = [value for value in values if value is not None]
                parts.append(f"{name} {sum(value >= at for value in known)} of {len(known)}")
            console.print(f"  {sign} at {at}: flagged {'; '.join(parts)}", highlight=False)


def median_of(each: Presentation, sign: Sign) -> float | None:
    values = [value for one in each.looks if (value := getattr(one, sign)) is not None]
    return float(np.median(values)) if values else None


if __name__ == "__main__":
    sys.exit(main())
