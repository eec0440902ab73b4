"""How much making a template costs beyond the sum of its parts, and how long dlib takes for the same photographs.

    python benchmarks/template.py --data ../shared/data --peer ~/overt-peer

On one core, in one run, photograph by photograph and in turn, so that a slow moment of the machine falls on all:

* `parts`: decode, detect, further looks, align, embed, mirror, each called by itself, for the default and the fast
  contract;
* `template`: from the photograph's bytes to a template (`TemplatePipeline.make`), which also blanks bystanders and
  assesses quality;
* `dlib`: the same photograph's bytes to a descriptor in another process (`template_peer.py`), as the package
  `face_recognition` does it: HOG detector, five points, ResNet. Its environment is made under `--peer` on the first
  run (requirements/peer.txt). `dlib, enlarged` enlarges the picture twice before it looks, which is that package's
  default; the bar is held against the quicker way, without.

Photographs: every so many of LFW (250 x 250), FRLL's portraits (1000 x 1000), and photographs of those portraits by
the simulated phone (`overt.evaluation.recapture`). Those that one of the three makes nothing of are left out and
counted. Median and 95th percentile in milliseconds of processor time. Exit status 1 when a template costs more than
1.15 times its parts (ratio of medians, each set and contract), or the fast contract is not 2.5 times faster than dlib.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from overt.capture.decode import decode
from overt.capture.one_face import choose, mask_others
from overt.errors import CaptureRefusal
from overt.evaluation.recapture.staging import any_person, burst
from overt.models.manifest import fast_manifest
from overt.models.shipped import load_pipeline, load_shipped_pipeline
from overt.template.align import align
from overt.template.looks import look_again
from overt.template.pipeline import TemplatePipeline
from portraits import face_of

ROOT = Path(__file__).resolve().parents[1]
SEED = 20261124
BAR, BAR_PEER = 1.15, 2.5
PARTS = ("decode", "detect", "looks", "align", "embed", "mirror")
PEERS = {"dlib": 0, "dlib, enlarged": 1}
"""Name, and how often the picture is enlarged before it is looked at."""
Times = dict[str, list[float]]
Ask = Callable[[bytes, int], float | None]
T = TypeVar("T")


def main() -> int:
    """Run the benchmark; returns the exit status."""
    given = arguments()
    if "OPENBLAS_NUM_THREADS" not in os.environ:
        # Its other threads wait in loops, which would count as processor time of whatever comes next.
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    pipelines = {"default": load_shipped_pipeline(), "fast": load_pipeline(fast_manifest())}
    sets = photographs(given.data, given.photographs, pipelines["default"])
    with peer(given.peer) as ask:
        result = {name: measured(name, photos, pipelines, ask, given.repeat) for name, photos in sets.items()}
    sys.stdout.write(json.dumps(result, indent=2) + "\n") if given.json else show(result)
    return int(any(missed(one) for one in result.values()))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="holds lfw and frll")
    parser.add_argument("--peer", type=Path, help="a folder for dlib's environment; without it dlib is not measured")
    parser.add_argument("--photographs", type=int, default=40, help="of each set")
    parser.add_argument("--repeat", type=int, default=3, help="times each photograph is measured")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def photographs(data: Path, count: int, pipeline: TemplatePipeline) -> dict[str, list[bytes]]:
    """Files' bytes, by the name of the set."""
    files = {name: some(sorted((data / name).glob("*/*.jpg")), count) for name in ("lfw", "frll")}
    random = np.random.default_rng(SEED)
    faces = [face_of(file, "", pipeline) for file in track(files["frll"], "Posing", Console(stderr=True).is_terminal)]
    phone = [bytes(burst(any_person(random), face.portrait, random, 1)[0]) for face in faces]
    return {name: [file.read_bytes() for file in files[name]] for name in files} | {"phone": phone}


def some(files: list[Path], count: int) -> list[Path]:
    """Evenly spread ones."""
    if not files:
        raise SystemExit("There are no photographs there.")
    return files[:: max(1, len(files) // count)][:count]


def measured(
    name: str, photos: list[bytes], pipelines: dict[str, TemplatePipeline], ask: Ask | None, repeat: int
) -> dict[str, Any]:
    """What is printed of one set of photographs."""
    usable = [photo for photo in photos if all_make(photo, pipelines, ask)]
    times: dict[str, Times] = {contract: {} for contract in pipelines}
    peers: Times = {}
    for photo in track(usable * repeat, name, console=Console(stderr=True), transient=True):
        for contract, pipeline in pipelines.items():
            parts(photo, pipeline, times[contract])
            timed(times[contract], "template", partial(pipeline.make, photo))
        for one, enlarged in PEERS.items() if ask else ():
            peers.setdefault(one, []).append(ask(photo, enlarged) or 0.0)
    return {
        "photographs": len(usable),
        "left_out": len(photos) - len(usable),
        "contracts": {contract: summary(one, peers) for contract, one in times.items()},
        "peers": {one: spread(spent) for one, spent in peers.items()},
    }


def all_make(photo: bytes, pipelines: dict[str, TemplatePipeline], ask: Ask | None) -> bool:
    """Whether every way makes something of a photograph; also a warm-up."""
    try:
        for pipeline in pipelines.values():
            pipeline.make(photo)
    except CaptureRefusal:
        return False
    return ask is None or all(ask(photo, enlarged) is not None for enlarged in PEERS.values())


def parts(photo: bytes, pipeline: TemplatePipeline, times: Times) -> None:
    """Each part by itself; between them, what a part does not count."""
    contract = pipeline.contract
    decoded = timed(times, "decode", lambda: decode(photo))
    faces = timed(times, "detect", lambda: pipeline.faces(decoded))
    chosen = choose(faces)
    masked = mask_others(decoded, chosen)
    face = timed(times, "looks", lambda: look_again(pipeline.detector, masked, chosen.face, contract.looks))
    aligned = timed(times, "align", lambda: align(masked.pixels, face.landmarks, contract.input.side))
    timed(times, "embed", lambda: pipeline.embedder.embed(aligned))
    if contract.mirror != "none":
        timed(times, "mirror", lambda: pipeline.embedder.embed(np.ascontiguousarray(aligned[:, ::-1])))


def timed(times: Times, name: str, work: Callable[[], T]) -> T:
    """What `work` gives; its milliseconds of processor time are written down. (OpenCV runs on one thread here.)"""
    start = time.process_time()
    done = work()
    times.setdefault(name, []).append((time.process_time() - start) * 1000)
    return done


def summary(times: Times, peers: Times) -> dict[str, Any]:
    """One contract: its parts, the whole, and the ratios of medians."""
    own = [part for part in PARTS if part in times]
    sums = [sum(each) for each in zip(*(times[part] for part in own), strict=True)]
    whole = float(np.median(times["template"]))
    return {
        "parts": {part: spread(times[part]) for part in own},
        "sum": spread(sums),
        "template": spread(times["template"]),
        "to_parts": round(whole / float(np.median(sums)), 3),
        "faster_than": {name: round(float(np.median(spent)) / whole, 2) for name, spent in peers.items()},
    }


def spread(spent: list[float]) -> dict[str, float]:
    return {"median": round(float(np.median(spent)), 2), "p95": round(float(np.quantile(spent, 0.95)), 2)}


def missed(one: dict[str, Any]) -> bool:
    contracts = one["contracts"]
    return any(each["to_parts"] > BAR for each in contracts.values()) or any(
        ratio < BAR_PEER for ratio in contracts["fast"]["faster_than"].values()
    )


@contextmanager
def peer(folder: Path | None) -> Iterator[Ask | None]:
    """Yields what asks dlib, in a process and an environment of its own, for the milliseconds of one photograph."""
    if folder is None:
        yield None
        return
    python = folder / "bin" / "python"
    if not (folder / "made").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        wanted = ["--require-hashes", "-r", str(ROOT / "requirements" / "peer.txt")]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True, stdout=sys.stderr)
        (folder / "made").touch()
    with subprocess.Popen(
        [python, ROOT / "benchmarks" / "template_peer.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}
    ) as process:
        asked, answers = process.stdin, process.stdout
        if asked is None or answers is None:
            raise SystemExit("The peer has no pipes.")

        def ask(photo: bytes, enlarged: int) -> float | None:
            asked.write(f"{enlarged} {len(photo)}\n".encode() + photo)
            asked.flush()
            answer: float | None = json.loads(answers.readline())
            return answer

        yield ask
        asked.close()


def show(result: dict[str, Any]) -> None:
    """The same for people to read."""
    console = Console()
    for name, one in result.items():
        table = Table(
            title=f"{name}: {one['photographs']} photographs ({one['left_out']} left out); median / p95 in ms"
        )
        for column in ("", *one["contracts"]):
            table.add_column(column, justify="right" if column else "left")
        contracts = one["contracts"].values()
        for part in PARTS:
            table.add_row(part, *(shown(each["parts"][part]) if part in each["parts"] else "-" for each in contracts))
        table.add_row("sum of the parts", *(shown(each["sum"]) for each in contracts))
        table.add_row("photograph to template", *(shown(each["template"]) for each in contracts))
        table.add_row(f"  to the parts (bar {BAR})", *(f"{each['to_parts']:.3f}" for each in contracts))
        for peer_name, spent in one["peers"].items():
            ratios = (f"{each['faster_than'][peer_name]:.1f} times faster" for each in contracts)
            table.add_row(f"{peer_name}: {shown(spent)}", *ratios)
        console.print(table, highlight=False)


def shown(spent: dict[str, float]) -> str:
    return f"{spent['median']:.1f} / {spent['p95']:.1f}"


if __name__ == "__main__":
    sys.exit(main())
