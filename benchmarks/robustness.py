"""What blur, darkness, turned heads and covered faces do to the error rates, and which quality measures foresee it.

    python benchmarks/robustness.py --data ../shared/data/lfw --cache ~/overt-templates [--plot FILE.svg] [--json]

Needs `pip install --require-hashes -r requirements/benchmarks.txt`. Undegraded references, one gallery of the default
protocol; the thresholds of undegraded probes (`robustness_sample.py`); mated and non-mated probes degraded, one a
person (`robustness_kinds.py`, `robustness_drawn.py` say what each is and is not).

Printed, as Markdown: for each degradation and strength FTA, FNIR (FTA counted as a miss; then found faces alone), how
many non-mated probes have a candidate, and for how many a retake is advised, with exact 95 % intervals; then, for each
quality measure, its error-versus-discard curve (`evaluation/discard.py`), overall and by group, with bootstrap
intervals over people. docs/robustness.md has the figures. Some fifteen minutes on two cores; what was made is kept.
"""

import argparse
import json
import os
import sys
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress

import robustness_quality as quality
from overt.evaluation.bootstrap import drawn_people
from overt.evaluation.protocol import Indices
from robustness_kinds import KINDS
from robustness_probes import MEASURES, degraded, pool_of
from robustness_rates import Tried, as_json, drawing, table, tried
from robustness_sample import FIRST, SEED, Ground, ground

RESAMPLES = 500
SETS = {
    "undegraded": "Undegraded mated probes",
    "all": "All degradations together",
    "own": "What the measure looks at",
}


def main() -> int:
    """Run and print; returns the exit status."""
    given = arguments()
    here = ground(given)
    plain, everything = all_tried(here, given.processes, given.kind or KINDS)
    weights = drawn_people(len(here.sample.people), RESAMPLES, np.random.default_rng(given.seed))
    found = list(quality.curves(here.sample, plain, everything, weights))
    if given.plot:
        given.plot.write_text(drawing(everything))
    if given.json:
        rows = [{"set": name, "measure": measure, "group": group, **asdict(one)} for name, measure, group, one in found]
        print(json.dumps({"thresholds": here.thresholds, "rates": [*map(as_json, everything)], "discard": rows}))
    else:
        show(here, plain, everything, found)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/lfw"), help="one folder a person")
    parser.add_argument("--cache", type=Path, required=True, help="where templates are kept, outside the project")
    parser.add_argument("--probes", type=int, default=FIRST, help=f"mated probes degraded, at most {FIRST}")
    parser.add_argument("--strangers", type=int, default=FIRST, help=f"non-mated probes degraded, at most {FIRST}")
    parser.add_argument(
        "--kind", action="append", choices=list(KINDS)[1:], help="only this; may be given several times"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--plot", type=Path, help="write the drawing here, as an SVG")
    return parser.parse_args()


def all_tried(here: Ground, processes: int, kinds: Collection[str]) -> tuple[Tried, list[Tried]]:
    """All undegraded mated probes; then every kind and strength on the same people, undegraded first."""
    found: list[Tried] = []
    console = Console(stderr=True)
    with Progress(console=console) as bar, pool_of(processes) as pool:
        task = bar.add_task("probes", total=sum(map(len, KINDS.values())))

        def make(kind: str, strength: str, rows: Indices) -> Any:
            return degraded(kind, strength, here.images(rows), here.folder, pool)

        others = make(quality.PLAIN, "-", here.non_mated)
        plain = tried(here, quality.PLAIN, "-", here.every, make(quality.PLAIN, "-", here.every), others)
        for kind in (each for each in KINDS if each in {quality.PLAIN, *kinds}):
            for strength in KINDS[kind]:
                mated, other = make(kind, strength, here.mated), make(kind, strength, here.non_mated)
                found.append(tried(here, kind, strength, here.mated, mated, other))
                bar.advance(task)
    return plain, found


def show(here: Ground, plain: Tried, everything: Sequence[Tried], found: Sequence[Any]) -> None:
    """Print for people, as Markdown."""
    references = int(here.sample.made[here.draw.references].sum())
    print(f"{references} references; thresholds by FPIR {here.thresholds}, from {len(here.draw.non_mated)} non-mated;")
    print(f"{len(here.mated)} mated and {len(here.non_mated)} non-mated probes degraded. % [95 %].\n")
    print(*table(everything), sep="\n")
    all_of_them = ", ".join(f"{key}: {rate.k} of {rate.n}" for key, rate in plain.fnir.items())
    print(f"\nAll undegraded mated probes, missed by FPIR: {all_of_them}\n")
    print("Middle reading of the measures, by degradation:")
    for one in everything:
        middle = np.nanmedian(np.abs(one.mated.raw[one.mated.made]), axis=0) if one.mated.made.any() else []
        readings = ", ".join(f"{measure} {value:.3g}" for measure, value in zip(MEASURES, middle, strict=False))
        print(f"  {one.kind} {one.strength}: {readings}; {one.reasons}")
    for name, title in SETS.items():
        print(f"\n{title}, FNIR at FPIR 1 %:\n")
        print(*quality.table(found, name), sep="\n")
        if name != "own":
            print("\nGain by group (people):\n")
            print(*quality.by_group(found, name), sep="\n")


if __name__ == "__main__":
    sys.exit(main())
