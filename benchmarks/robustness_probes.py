"""Degraded probes in, templates and quality measures out, kept: for `robustness.py`. Not a benchmark.

Rules:
* The people beside the one meant are blanked in the picture before it is degraded; after that the probe goes the way
  of a check (`capture/one_face.py`): no face, two equally near, or too small is a failure to acquire.
* Kept in the folder of the caller's cache (0700), by contract, kind and strength, in parts, so that a run may stop.
"""

import hashlib
import io
import multiprocessing
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from overt.capture.decode import decode
from overt.capture.one_face import choose, mask_others
from overt.capture.photo import Photo
from overt.errors import CaptureRefusal
from overt.evaluation.matcher import central
from overt.models.shipped import load_shipped_pipeline
from overt.quality.assess import assess_all
from overt.quality.assessment import Measure
from overt.template.looks import look_again
from overt.template.pipeline import TemplatePipeline
from robustness_kinds import KINDS

PART = 50
FORMAT = 1
MEASURES = tuple(each for each in Measure if each is not Measure.EYES_OPEN)
"""`eyes.py` looks at open eyes: their model need not be installed, and what is kept here has a column a measure."""
Image = tuple[Path, int]
"""A file, and the seed of what is done to it."""
_pipeline: TemplatePipeline | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Probes:
    """One kind and strength, a row an image.

    Args:
        vectors: (n, dimension), zeros where there is no template.
        reasons: (n,) why there is none; empty where there is one.
        raw: (n, measures) in the order of `MEASURES`; NaN where not assessed.
    """

    vectors: NDArray[np.float32]
    reasons: NDArray[np.str_]
    raw: NDArray[np.float64]

    @property
    def made(self) -> NDArray[np.bool_]:
        return np.asarray(self.reasons == "", np.bool_)


NAMES = ("vectors", "reasons", "raw")


def joined(parts: list[Probes]) -> Probes:
    return Probes(*(np.concatenate([getattr(part, name) for part in parts]) for name in NAMES))


def degraded(kind: str, strength: str, images: list[Image], cache: Path, pool: ProcessPoolExecutor) -> Probes:
    """Every image under one kind and strength; what is kept is taken, the rest made and kept."""
    wanted = [images[at : at + PART] for at in range(0, len(images), PART)]
    places = [place_of(cache, kind, strength, part) for part in wanted]
    running = {
        place: pool.submit(make, kind, strength, part)
        for place, part in zip(places, wanted, strict=True)
        if not place.exists()
    }
    for place, answer in running.items():
        keep(place, answer.result())
    return joined([kept(place) for place in places])


def pool_of(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"), initializer=start)


def place_of(cache: Path, kind: str, strength: str, part: list[Image]) -> Path:
    content = "\n".join([kind, strength, *(f"{file.parent.name}/{file.name} {seed}" for file, seed in part)])
    return cache / f"{hashlib.sha256(content.encode()).hexdigest()[:32]}-{FORMAT}.npz"


def keep(place: Path, probes: Probes) -> None:
    out = io.BytesIO()
    np.savez(out, **{name: getattr(probes, name) for name in NAMES})
    place.with_suffix(".part").write_bytes(out.getvalue())
    place.with_suffix(".part").replace(place)


def kept(place: Path) -> Probes:
    with np.load(place, allow_pickle=False) as file:
        return Probes(*(file[name] for name in NAMES))


# --- in a worker ---


def start() -> None:
    global _pipeline
    cv2.setNumThreads(1)
    _pipeline = load_shipped_pipeline()
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGKILL)


def make(kind: str, strength: str, part: list[Image]) -> Probes:
    assert _pipeline is not None
    rows = [probe(_pipeline, kind, strength, *image) for image in part]
    vectors, reasons, raw = zip(*rows, strict=True)
    return Probes(np.stack(vectors), np.array(reasons), np.array(raw))


def probe(pipeline: TemplatePipeline, kind: str, strength: str, file: Path, seed: int) -> tuple[Any, ...]:
    """One row of `Probes`."""
    photo = decode(file.read_bytes())
    meant = central(pipeline.faces(photo), photo)
    changed = Photo(KINDS[kind][strength](mask_others(photo, meant).pixels, meant.face, seed))
    try:
        chosen = choose(pipeline.faces(changed))
        masked = mask_others(changed, chosen)
        face = look_again(pipeline.detector, masked, chosen.face, pipeline.contract.looks)
        vector = pipeline.template_of(masked, chosen.face).vector
    except CaptureRefusal as refusal:
        nothing = np.zeros(pipeline.contract.dimension, np.float32)
        return nothing, refusal.code, np.full(len(MEASURES), np.nan)
    seen = {each.measure: each for each in assess_all(masked, face)}
    raw = [np.nan if (value := seen[each].raw) is None else value for each in MEASURES]
    return vector, "", np.array(raw)
