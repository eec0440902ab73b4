"""TODO"""
import argparse, os, sys
from pathlib import Path
import numpy as np
from rich.progress import Progress
from robustness_kinds import KINDS
from robustness_probes import Probes, degraded, pool_of
from robustness_sample import SEED, Ground, ground

def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/lfw"), help="one folder a person")
    parser.add_argument("--cache", type=Path, required=True, help="where templates are kept, outside the project")
    parser.add_argument("--probes", type=int, default=250, help="people degraded, of mated and of non-mated ones each")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--plot", type=Path, help="write the drawing here, as an SVG")
    return parser.parse_args()

def probes_of(here: Ground, processes: int) -> dict[tuple[str, str], tuple[Probes, Probes]]:
    """Mated and non-mated probes by kind and strength."""
    todo = [(kind, strength) for kind, strengths in KINDS.items() for strength in strengths]
    found = {}
    with Progress() as bar, pool_of(processes) as pool:
        task = bar.add_task("probes", total=None)
        for kind, strength in todo:
            rows = (here.every if kind == "as it is" else here.mated, here.non_mated)
            found[kind, strength] = tuple(
                degraded(kind, strength, here.images(each), here.folder, pool, lambda n: bar.advance(task, n)) for each in rows)
    return found

def main() -> int:
    given = arguments()
    here = ground(given)
    print(len(here.mated), len(here.non_mated), len(here.every), len(here.draw.non_mated), here.thresholds, flush=True)
    found = probes_of(here, given.processes)
    for (kind, strength), (mated, other) in found.items():
        own, top = here.met(here.every if kind == "as it is" else here.mated, mated.vectors)
        _, seen = here.met(here.non_mated, other.vectors)
        print(f"{kind:18} {strength:20} fta {np.mean(~mated.made):.3f} {np.mean(~other.made):.3f}", *(f"fnir {np.mean(~((own > top) & (own >= at))):.3f} fpir {np.mean(seen >= at):.3f}" for at in here.thresholds.values()))
    return 0

if __name__ == "__main__":
    sys.exit(main())
