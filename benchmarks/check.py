"""How much a check costs beyond the sum of its parts.

    python benchmarks/check.py --n 100000

Two things are timed in turn, in one process, on the same photographs against the same gallery:

* the parts alone: decode, detect, embed (one call of the template pipeline) and search (one call of the engine);
* the answer: from the photograph's bytes to a durable, published answer (signature, authority, parts, transaction with
  re-check, tiles, checkpoint), and the whole check around it (opening, notice, comparison and reveal, each with its
  own durable ledger entry).

Printed is the median of each and the ratio to the median sum of the parts; `--json` gives the same as one object,
`--plot FILE.png` draws the parts. Exit status 1 when the answer's ratio is above 1.5. The gallery is synthetic filler:
it costs a search the same as real templates do, and no result of it is used.
"""

import argparse
import hashlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from rich.console import Console
from rich.progress import track
from rich.table import Table

from overt.access import Shutter, capture_message
from overt.cli.check import read_toml
from overt.cli.demo.photographs import load_photographs
from overt.encounter import simulated_comparison
from overt.encounter.search_desk import Answered
from overt.identifiers import EncounterId, OfficerId
from overt.policy import scope_for
from overt.store.creation import DEMO_OFFICER, create, demo_device_id, demonstration_text
from overt.store.desks import Desks, desks_of
from overt.store.embedded import EmbeddedPostgres
from overt.store.instance import Instance, open_instance
from overt.store.place import utc_now

ROOT = Path(__file__).resolve().parents[1]
BOUND = 1.5
PROBES = ("person-1-other", "person-1-third", "person-4-other", "person-5-not-enrolled")
PARTS = ("decode", "detect", "embed", "search")


@dataclass
class Times:
    """Milliseconds, one for each repetition."""

    parts: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in PARTS})
    answer: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


def main() -> int:
    """Run the benchmark; returns the exit status."""
    arguments = _arguments()
    photographs = load_photographs(arguments.photos)
    with tempfile.TemporaryDirectory(prefix="overt-benchmark-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o711)
        instance_folder = folder / "instance"
        create(instance_folder, demonstration_text(utc_now().date(), None))
        try:
            with open_instance(instance_folder) as instance:
                instance.add_filler(arguments.n)
                times = _measure(instance, [photographs[name] for name in PROBES], arguments.repeat)
        finally:
            EmbeddedPostgres(instance_folder / "postgres").destroy()
    result = _result(times, arguments.n)
    if arguments.json:
        sys.stdout.write(json.dumps(result, indent=2) + "\n")
    else:
        _print(result)
    if arguments.plot:
        _plot(result, arguments.plot)
    return int(result["ratio_answer"] > BOUND)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=100_000, help="references in the gallery")
    parser.add_argument("--repeat", type=int, default=40, help="checks timed, after a warm-up of four")
    parser.add_argument("--photos", type=Path, default=ROOT / ".venv/share/overt/sdists")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--plot", type=Path, help="write a picture of the parts")
    return parser.parse_args()


def _measure(instance: Instance, probes: list[bytes], repeat: int) -> Times:
    desks = desks_of(instance)
    fields = {
        name: value
        for name, value in read_toml(ROOT / "examples/street-stop.toml").items()
        if not isinstance(value, dict) and name != "notice"
    }
    times = Times()
    warm_up = Times()
    for number in track(range(repeat + 4), "Checking", console=Console(stderr=True), transient=True):
        into = times if number >= 4 else warm_up
        probe = probes[number % len(probes)]
        # In turn, so that a slow moment of the machine falls on both.
        for step in (_parts, _check) if number % 2 else (_check, _parts):
            step(instance, desks, fields, probe, into)
    return times


def _parts(instance: Instance, desks: Desks, fields: dict[str, object], probe: bytes, times: Times) -> None:
    del desks
    made = instance.pipeline.make(probe)
    for name in ("decode", "detect", "embed"):
        times.parts[name].append(made.timings_ms[name])
    engine = instance.index.current()
    scope = scope_for(instance.policy, _Fields(fields), instance.pipeline.contract.digest)
    now = instance.clock()
    times.parts["search"].append(_timed(lambda: engine.search(made.template, scope, 0.6, now)))


@dataclass(frozen=True)
class _Fields:
    document: dict[str, object]

    @property
    def ground(self) -> str:
        return str(self.document["ground"])

    @property
    def age(self) -> str:
        return str(self.document["age"])


def _check(instance: Instance, desks: Desks, fields: dict[str, object], probe: bytes, times: Times) -> None:
    start = time.perf_counter()
    opened = desks.check.open(fields, DEMO_OFFICER)
    desks.check.notice(opened.id, DEMO_OFFICER, "given")
    nonce, signature = _signed(instance, desks, opened.id, probe)
    answered: list[Answered] = []
    times.answer.append(
        _timed(
            lambda: answered.append(
                desks.search.capture(opened.id, DEMO_OFFICER, [probe], nonce, signature, Shutter.GUIDED)
            )
        )
    )
    comparison = simulated_comparison(instance.policy, answered[0].encounter)
    desks.reveal.compare(opened.id, DEMO_OFFICER, comparison)
    desks.reveal.reveal(opened.id, DEMO_OFFICER)
    times.whole.append((time.perf_counter() - start) * 1000)


def _signed(instance: Instance, desks: Desks, encounter: EncounterId, probe: bytes) -> tuple[bytes, bytes]:
    """What the phone does: it is not the service's time, but it is in the whole check."""
    nonce = desks.check.nonce(encounter, OfficerId(DEMO_OFFICER), demo_device_id(instance.about.id))
    message = capture_message(nonce.value, encounter, Shutter.GUIDED, [hashlib.sha256(probe).digest()])
    r, s = decode_dss_signature(instance.key_folder.demo_device().sign(message, ECDSA(SHA256())))
    return nonce.value, r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _result(times: Times, references: int) -> dict[str, float]:
    sums = [sum(values) for values in zip(*times.parts.values(), strict=True)]
    alone = statistics.median(sums)
    answer, whole = statistics.median(times.answer), statistics.median(times.whole)
    medians = {f"{name}_ms": round(statistics.median(values), 2) for name, values in times.parts.items()}
    return {
        "references": references,
        "checks": len(times.answer),
        **medians,
        "parts_sum_ms": round(alone, 2),
        "answer_ms": round(answer, 2),
        "whole_check_ms": round(whole, 2),
        "ratio_answer": round(answer / alone, 3),
        "ratio_whole_check": round(whole / alone, 3),
        "bound": BOUND,
    }


def _print(result: dict[str, float]) -> None:
    table = Table(title=f"A check against {result['references']:,} references, median of {result['checks']}")
    table.add_column("what")
    table.add_column("ms", justify="right")
    table.add_column("times the parts", justify="right")
    for name in PARTS:
        table.add_row(f"{name} alone", f"{result[f'{name}_ms']:.1f}", "")
    table.add_row("sum of the parts", f"{result['parts_sum_ms']:.1f}", "1.00")
    table.add_row("photograph to durable answer", f"{result['answer_ms']:.1f}", f"{result['ratio_answer']:.2f}")
    table.add_row("whole check, five entries", f"{result['whole_check_ms']:.1f}", f"{result['ratio_whole_check']:.2f}")
    Console().print(table)


def _plot(result: dict[str, float], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axis = pyplot.subplots(figsize=(8, 2.6), layout="constrained")
    left = 0.0
    for name in PARTS:
        axis.barh("parts alone", result[f"{name}_ms"], left=left, label=name)
        left += result[f"{name}_ms"]
    axis.barh("answer", result["answer_ms"], color="0.4")
    axis.barh("whole check", result["whole_check_ms"], color="0.7")
    axis.set_xlabel("milliseconds, median")
    axis.invert_yaxis()
    axis.legend(ncols=4, fontsize="small")
    figure.savefig(path, dpi=150)
    pyplot.close(figure)


if __name__ == "__main__":
    sys.exit(main())
