"""The result of `churn.py` for people: a table, and a picture."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from churn_changes import Change
from churn_load import Taken

Drawn = tuple[Sequence[Taken], Sequence[Taken], Sequence[Change], Sequence[tuple[float, float]]]
"""Checks in the quiet and under churn, the changes, and begin and end of each part in turn."""


def show(result: Mapping[str, Any]) -> None:
    """Print for people."""
    console = Console()
    for name, one in result["checks"].items():
        console.print(of_checks(name, one, result), highlight=False)
        low, high = one["ratio_p99_interval"]
        bound = f"at most {result['bound']:g} wanted"
        console.print(f"p99 under churn to quiet: {one['ratio_p99']:.2f} ({low:.2f} to {high:.2f}; {bound})")
        for change, told in one["changes"].items():
            console.print(
                f"{change}: {told['number']}, median {told['median_ms']:.0f} ms, longest {told['longest_ms']:.0f} ms"
            )
    console.print(of_erasures(result["erasure_by_size"]), highlight=False)
    tried, killed = result["trials"], result["kills"]
    console.print(
        f"{tried['trials']:,} people enrolled and erased one by one in {tried['seconds']:,} s beside"
        f" {tried['references']:,} references: {tried['not_found_before']} not found before,"
        f" {tried['found_after_erasure']} found after their erasure"
        f" ({tried['searches_meanwhile']:,} other searches meanwhile)."
    )
    console.print(
        f"{killed['kills']} kills with {killed['acknowledged_orders']} orders acknowledged:"
        f" {killed['erased_but_found']} found though erased, {killed['enrolled_but_missed']} missed though enrolled."
    )


def of_checks(name: str, one: Mapping[str, Any], result: Mapping[str, Any]) -> Table:
    """The times of one kind of check."""
    rates = f"saturated at {one['saturation_per_second']:g} a second, loaded with {one['rate_per_second']:g}"
    table = Table(title=f"{name}, {result['references']:,} references: {rates}")
    for column in ("", "checks", "median ms", "p99 ms", "longest ms"):
        table.add_column(column, justify="right" if column else "left")
    for label, key in (("quiet", "quiet"), ("churn", "churn"), ("  of these beside an erasure", "beside_an_erasure")):
        if one[key]["number"]:
            times = (f"{one[key][each]:.1f}" for each in ("p50_ms", "p99_ms", "longest_ms"))
            table.add_row(label, f"{one[key]['number']:,}", *times)
    return table


def of_erasures(sizes: Mapping[str, Mapping[str, float]]) -> Table:
    """How erasures grow with the gallery."""
    table = Table(title="One erasure, begun to acknowledged, nothing beside it")
    for column in ("references", "median ms", "of these, the keys"):
        table.add_column(column, justify="right")
    for size, told in sizes.items():
        table.add_row(f"{int(size):,}", f"{told['erasure_ms']:.0f}", f"{told['keys_ms']:.0f}")
    return table


def plot(measured: Mapping[str, Drawn], path: Path) -> None:
    """Every check at its moment, quiet parts beside parts with churn, erasures and enrolments marked below."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(
        len(measured), 1, figsize=(11, 3.4 * len(measured)), layout="constrained", squeeze=False
    )
    for axis, (name, (quiet, churn, changes, spans)) in zip(axes[:, 0], measured.items(), strict=True):
        start = spans[0][0]
        for taken, colour, label in ((quiet, "tab:blue", "quiet"), (churn, "tab:orange", "churn")):
            moments = [each.due - start for each in taken]
            axis.plot(moments, [1000 * each.seconds for each in taken], ".", ms=2, color=colour, label=label)
        for kind, colour in (("erasure", "tab:red"), ("enrolment", "tab:green")):
            those = [each for each in changes if each.kind == kind]
            axis.vlines(
                [each.began - start for each in those],
                0,
                0.06,
                colour,
                lw=1,
                transform=axis.get_xaxis_transform(),
                label=kind,
            )
        axis.set_yscale("log")
        axis.set_ylabel(f"{name}, ms")
        axis.legend(ncols=4, fontsize="small", loc="upper right")
    axes[-1, 0].set_xlabel("seconds")
    figure.savefig(path, dpi=150)
    pyplot.close(figure)
