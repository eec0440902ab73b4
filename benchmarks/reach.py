"""What sort of photographs the calibration was fitted on, by the quality measures: the bounds of `candidates/reach.py`.

    python benchmarks/reach.py --data ../shared/data/lfw

Printed for each measure: least, 0.5 %, median, 99.5 % and most of a sample of the photographs, in the measure's own
unit, and the bounds that a check goes by; and how many photographs lie within all of them. Photographs of several
people are left out and counted. 1,500 photographs take some two minutes on one core.
"""

import argparse
import random
from collections import defaultdict
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from overt.candidates.reach import REACH, WHERE_TAKEN, within_reach
from overt.errors import CaptureRefusal
from overt.models.shipped import load_shipped_pipeline
from overt.quality.assessment import Measure

SHARES = (0.0, 0.5, 50.0, 99.5, 100.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/lfw"), help="one folder a person")
    parser.add_argument("--images", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    images = sorted(given.data.glob("*/*.jpg"))
    chosen = random.Random(given.seed).sample(images, min(given.images, len(images)))
    pipeline = load_shipped_pipeline()
    raw: dict[Measure, list[float]] = defaultdict(list)
    within = refused = 0
    for image in track(chosen, "Measuring"):
        try:
            made = pipeline.make(image.read_bytes())
        except CaptureRefusal:
            refused += 1
            continue
        within += within_reach(made.quality)
        for one in made.quality:
            if one.raw is not None:
                raw[one.measure].append(one.raw)
    table = Table("measure", "least", "0.5 %", "median", "99.5 %", "most", "within")
    for measure, values in raw.items():
        bounds = {**REACH, **WHERE_TAKEN}.get(measure)
        cells = [f"{value:.3g}" for value in np.percentile(values, SHARES)]
        table.add_row(measure, *cells, f"{bounds[0]:g} to {bounds[1]:g}" if bounds else "")
    Console().print(table)
    print(f"within: {within} of {len(chosen) - refused} photographs; {refused} left out")


if __name__ == "__main__":
    main()
