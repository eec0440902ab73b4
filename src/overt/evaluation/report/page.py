"""An evaluation as one HTML page: it needs no script, no network and no other file.

Rules:
* The page forbids itself to load anything (Content-Security-Policy), whatever stands in a label.
* Every drawing has its figures in a table or in its own text; colour alone tells nothing.
* The template (`report.html`) holds the sentences, this module what is put into them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Final

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from overt.evaluation.figures import Composition, Differential, Group, Rate, Strictest
from overt.evaluation.report import numbers, plots
from overt.evaluation.report.document import GROUPS_AT
from overt.evaluation.report.dots import dots
from overt.evaluation.report.in_pairs import InPairs, in_pairs
from overt.evaluation.report.limits import limits
from overt.evaluation.result import Evaluation
from overt.evaluation.support import FEW_PEOPLE

USUAL: Final = "0.01"
"""The FPIR of drawings that have one."""


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column of the labels: of how many people it is known, drawings, groups by rate, how far they differ.

    Args:
        differentials: of rates of probes; behind: by the name of a rate, of images or of people.
    """

    name: str
    known: int
    drawings: tuple[tuple[str, str, Markup], ...]
    groups: tuple[Group, ...]
    differentials: tuple[Differential, ...]
    behind: Mapping[str, Differential]
    pairs: InPairs
    strictest: tuple[Strictest, ...]
    compositions: tuple[Composition, ...]


def page(evaluation: Evaluation) -> str:
    """The whole page."""
    written = (
        _environment()
        .from_string(_text("report.html"))
        .render(
            e=evaluation,
            style=Markup(_text("report.css")),  # noqa: S704 - our own file
            numbers=numbers,
            usual=USUAL,
            groups_at=GROUPS_AT,
            few=FEW_PEOPLE,
            drawings=_drawings(evaluation),
            columns=[_column(evaluation, name) for name in evaluation.material.columns],
            limits=limits(evaluation),
        )
    )
    return written.replace(" %", "\N{NO-BREAK SPACE}%") + "\n"


def _environment() -> Environment:
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {
        "estimate": numbers.estimate,
        "interval": numbers.interval,
        "counts": numbers.counts,
        "key": numbers.key_percent,
        "whole": numbers.whole,
        "day": day,
        "of_100": of_100,
        "rate_name": rate_name,
    }
    return made


def _text(name: str) -> str:
    return resources.files("overt.evaluation.report").joinpath(name).read_text("utf-8")


def _drawings(evaluation: Evaluation) -> Mapping[str, Markup]:
    found, checked = evaluation.identification, evaluation.verification
    misses = {key: _complement(rate) for key, rate in checked.tmr_at_fmr.items()}
    return {
        "det": plots.det(found.det, found.fnir_at_fpir, "FNIR", "FPIR"),
        "cmc": plots.cmc(found.cmc),
        "spread": plots.spread(evaluation.densities, found.threshold_at_fpir, _score_title(evaluation)),
        "by_size": plots.by_size(found.by_size, USUAL),
        "verification": plots.det(checked.det, misses, "FNMR", "FMR"),
    }


def _score_title(evaluation: Evaluation) -> str:
    return "score" if evaluation.about.only_scores else "score (cosine)"


def _complement(rate: Rate) -> Rate:
    """Of a rate the rate of the other answer."""
    return Rate(rate.n, rate.n - rate.k, 1 - rate.estimate, 1 - rate.high, 1 - rate.low)


def _column(evaluation: Evaluation, name: str) -> ColumnView:
    groups = [group for group in evaluation.groups if group.column == name]
    ordered = tuple(sorted(groups, key=lambda group: (-group.fpir[GROUPS_AT].estimate, group.value)))
    differing = [one for one in evaluation.differentials if one.column == name]
    mixed = {one.value: one for one in evaluation.compositions if one.column == name}
    at = numbers.key_percent(GROUPS_AT)
    return ColumnView(
        name=name,
        known=sum(group.people for group in groups),
        drawings=(
            (
                f"FPIR where everybody's is {at}",
                "Share of non-mated probes that have a candidate. The dashed line is everybody.",
                dots("FPIR", _rates(groups, "fpir"), Rate(1, 0, float(GROUPS_AT), 0, 1)),
            ),
            (
                "FNIR at the same threshold",
                "Share of mated probes that are missed. The dashed line is everybody.",
                dots("FNIR", _rates(groups, "fnir"), evaluation.identification.fnir_at_fpir[GROUPS_AT]),
            ),
        ),
        groups=ordered,
        differentials=tuple(one for one in differing if not counts_units(one)),
        behind={one.rate: one for one in differing if counts_units(one)},
        pairs=in_pairs(
            [one for one in evaluation.group_pairs if one.column == name], [group.value for group in ordered]
        ),
        strictest=tuple(one for one in evaluation.strictest if one.column == name),
        compositions=tuple(mixed[group.value] for group in ordered),
    )


def _rates(groups: Sequence[Group], kind: str) -> list[tuple[str, Rate]]:
    return [(group.value, getattr(group, kind)[GROUPS_AT]) for group in groups]


def of_100(rate: Rate) -> str:
    """A rate in people: "about 6 of 100", "about 3 of 1,000"; of none that was seen, "none of 216"."""
    if not rate.k:
        return f"none of {rate.n:,}"
    for people in (100, 1_000, 10_000, 100_000):
        if rate.estimate * people >= 0.95:
            return f"about {round(rate.estimate * people):,} of {people:,}"
    return "fewer than 1 of 100,000"


def counts_units(one: Differential) -> bool:
    """Whether a differential is of a rate of images or of people, and not of probes."""
    return " of " in one.rate


def rate_name(rate: str) -> str:
    """A rate of a differential, such as "fpir at 0.01", as "FPIR at 1 %"; of "fnir at 0.01", as "FNIR at FPIR 1 %"."""
    name, _, key = rate.partition(" at ")
    kind, of, unit = name.partition(" of ")
    given = "FPIR " if kind == "fnir" else ""
    return f"{kind.upper()}{of}{unit}" + (f" at {given}{numbers.key_percent(key)}" if key else "")


def day(made_on: date) -> str:
    """Such as "24 November 2026"."""
    return f"{made_on.day} {made_on:%B %Y}"
