"""What `accuracy.py` found, as a table for people. Not a benchmark."""

import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from overt.evaluation.protocol import Draw
from overt.evaluation.sample import Sample

KEYS = ("0.1", "0.01")
"""The FPIRs of the table."""


def show(result: Mapping[str, Any], sample: Sample, draws: tuple[Draw, ...]) -> None:
    """Print for people."""
    console = Console(width=150)
    mated, others = (sum(len(getattr(draw, kind)) for draw in draws) for kind in ("mated", "non_mated"))
    console.print(f"{len(sample.people)} people, {len(sample.person)} images; {len(draws)} draws, {mated} mated and")
    console.print(f"{others} non-mated probes in all. [95 %], bootstrap over people.")
    table = Table("contract", "FNIR, FPIR 10 %", "to plain", "FNIR, FPIR 1 %", "to plain", "women to men, 10 %", "1 %")
    for name, one in result.items():
        if name not in ("transfer", "fta"):
            cells = [one[kind][key] for key in KEYS for kind in ("fnir", "to_plain")]
            shown = [spelt(cell, 4 if at % 2 == 0 else 2) for at, cell in enumerate(cells)]
            table.add_row(name, *shown, *(spelt(one["women_to_men"][key], 2) for key in KEYS))
    console.print(table)
    for name in ("plain", "default"):
        groups = result[name]["by_ethnicity"].items()
        console.print(
            f"{name}, FPIR at 10 %:", ", ".join(f"{value} {100 * rates['0.1']:.1f} %" for value, rates in groups)
        )
    console.print("images without a template (FTA):", ", ".join(f"{name} {n}" for name, n in result["fta"].items()))
    if "transfer" in result:
        console.print("transfer:", json.dumps(result["transfer"]))


def spelt(values: list[float], digits: int) -> str:
    estimate, low, high = (f"{value:.{digits}f}" for value in values)
    return f"{estimate} [{low} - {high}]"
