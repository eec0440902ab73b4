"""The picture of `search.py`: medians by engine, and what a search costs by size where several were measured."""

from pathlib import Path
from typing import Any

from search_measure import KINDS


def plot(results: list[dict[str, Any]], path: Path) -> None:
    """Write it, as SVG or PNG."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    compared = [result for result in results if "bytes_a_row" in result]
    panels = (2 if compared else 0) + (1 if len(results) > 1 or not compared else 0)
    figure, axes = pyplot.subplots(1, panels, figsize=(5 * panels, 3.4), layout="constrained", squeeze=False)
    left = list(axes[0])
    if compared:
        for kind, axis in zip(KINDS, left[:2], strict=True):
            _engines(axis, compared[-1], kind)
    if panels % 2:
        _sizes(left[-1], results)
    figure.savefig(path, dpi=150)
    pyplot.close(figure)


def at_one(result: dict[str, Any], kind: str) -> dict[str, Any]:
    """The case of one probe on one thread."""
    cases = (one for one in result["cases"] if (one["kind"], one["threads"], one.get("batch", 1)) == (kind, 1, 1))
    case: dict[str, Any] = next(cases)
    return case


def _engines(axis: Any, result: dict[str, Any], kind: str) -> None:
    medians = {name: one["median_ms"] for name, one in at_one(result, kind)["engines"].items()}
    names = sorted(medians, key=lambda name: -medians[name])
    bars = axis.barh(
        names, [medians[name] for name in names], color=["C0" if one == "overt" else "0.6" for one in names]
    )
    axis.bar_label(bars, fmt="%.3g", padding=2, fontsize="small")
    axis.set_xscale("log")
    axis.margins(x=0.15)
    axis.set_title(f"{KINDS[kind]} of {result['references']:,}, one probe, one thread", fontsize="medium")
    axis.set_xlabel("milliseconds, median")


def _sizes(axis: Any, results: list[dict[str, Any]]) -> None:
    sizes = [result["references"] for result in results]
    for kind, label in KINDS.items():
        cases = [at_one(result, kind) for result in results]
        medians = [case["engines"]["overt"]["median_ms"] if "engines" in case else case["median_ms"] for case in cases]
        axis.plot(sizes, medians, "o-", label=label)
    axis.plot(sizes, [_floor(result) for result in results], "--", color="0.5", label="reading alone")
    axis.set(xscale="log", yscale="log", xlabel="references", ylabel="milliseconds, median")
    axis.set_title("overt, one probe, one thread", fontsize="medium")
    axis.legend(fontsize="small")


def _floor(result: dict[str, Any]) -> float:
    if "bytes_a_row" not in result:
        return float(at_one(result, "all")["floor_ms"])
    # Keys of an object read back from JSON are text.
    ceiling = {int(threads): rate for threads, rate in result["ceiling_gb_per_s"].items()}[1]
    return float(result["references"] * result["bytes_a_row"]["overt"]["read"] / ceiling / 1e6)
