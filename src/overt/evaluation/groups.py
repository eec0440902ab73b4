"""The rates of groups of people, at the threshold that everybody has (ISO/IEC 19795-10; NIST FRTE part 8).

Rules:
* Groups come from labels alone. Nothing about a person is inferred from an image, and a person without a label is in no
  group of that column.
* One threshold for all: the one of everybody's FPIR or FMR. A group's rate there is what its people meet.
* FPIR and FNIR of a group are of its probes against the whole gallery; FMR among its own people, and between groups
  (`group_pairs.py`). Beside the rates of probes stand those of different images and people (`behind.py`).
* The resamples are those of the whole evaluation, threshold and all, so that a ratio of two groups has an interval.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.all_pairs import Pairs
from overt.evaluation.behind import UNITS, behind_fnir, behind_fpir
from overt.evaluation.bootstrap import Weights, rate, share, weighed_share
from overt.evaluation.figures import Group, GroupPair, Rate, Strictest
from overt.evaluation.group_pairs import group_pairs
from overt.evaluation.identification import FPIRS, fnir_of
from overt.evaluation.open_set import OpenSet, Rows, open_set, resampled
from overt.evaluation.operating import Numbers
from overt.evaluation.sample import Sample
from overt.evaluation.strictest import strictest
from overt.evaluation.trials import Trials
from overt.evaluation.verification import FMRS

FTA_RATE: Final = "fta"
_BEHIND: Final = {"fpir": behind_fpir, "fnir": behind_fnir}


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """The groups of one column, and each rate of theirs in resamples.

    Args:
        groups: by value; pairs: of every two groups, and within each; strictest: by FMR.
        rates: by name ("fpir at 0.01"), one a group, in their order.
        resampled: by name, (groups, resamples); NaN where a resample has nobody.
    """

    column: str
    groups: tuple[Group, ...]
    pairs: tuple[GroupPair, ...]
    strictest: tuple[Strictest, ...]
    rates: Mapping[str, tuple[Rate, ...]]
    resampled: Mapping[str, Numbers]


def members(sample: Sample, column: str) -> dict[str, NDArray[np.bool_]]:
    """(people,) who has each value of a column, by value; who has none is in no group."""
    labels = np.array(sample.labels[column])
    return {str(value): labels == value for value in np.unique(labels) if value}


def grouped(sample: Sample, trials: Trials, pairs: Pairs, column: str, weights: Weights) -> Grouped:
    """The groups of a column.

    Args:
        weights: (resamples, people) from `drawn_people`.

    Raises:
        KeyError: there is no such column.
        EvaluationTooSmall: no mated probe, or no non-mated one.
    """
    people = members(sample, column)
    table = open_set(trials)
    rows = [inside[trials.person] for inside in people.values()]
    fnir, fpir = _per_group(table, weights, rows)
    behind = {kind: [find(table, trials, own, FPIRS, weights) for own in rows] for kind, find in _BEHIND.items()}
    pairs_of_groups, between = group_pairs(pairs, column, people, weights)
    within = [at for at, two in enumerate(pairs_of_groups) if two.one == two.other]
    groups = tuple(
        Group(
            column=column,
            value=value,
            people=int(np.count_nonzero(inside)),
            n=int(np.count_nonzero(rows[g])),
            fpir={key: _fpir(table, rows[g], at, fpir[g, :, i]) for i, (key, at) in enumerate(FPIRS.items())},
            fnir={key: _fnir(table, rows[g], at, fnir[g, :, i]) for i, (key, at) in enumerate(FPIRS.items())},
            fta=_fta(sample, inside, weights),
            fmr=pairs_of_groups[within[g]].fmr,
            fpir_behind=behind["fpir"][g][0],
            fnir_behind=behind["fnir"][g][0],
        )
        for g, (value, inside) in enumerate(people.items())
    )
    of_images = [weighed_share(*_images(sample, inside), weights) for inside in people.values()]
    drawn = {
        **{f"fpir at {key}": fpir[:, :, i] for i, key in enumerate(FPIRS)},
        **{f"fnir at {key}": fnir[:, :, i] for i, key in enumerate(FPIRS)},
        **{f"fmr at {key}": between[within, :, i] for i, key in enumerate(FMRS)},
        FTA_RATE: _stacked(of_images, weights),
        **{
            _behind_name(kind, unit, key): _stacked([found[1][unit][:, i] for found in behind[kind]], weights)
            for kind, unit, i, key in _behind_rates()
        },
    }
    return Grouped(column, groups, pairs_of_groups, strictest(pairs, column, people, weights), _by_name(groups), drawn)


def _by_name(groups: tuple[Group, ...]) -> dict[str, tuple[Rate, ...]]:
    return {
        **{f"fpir at {key}": tuple(one.fpir[key] for one in groups) for key in FPIRS},
        **{f"fnir at {key}": tuple(one.fnir[key] for one in groups) for key in FPIRS},
        **{f"fmr at {key}": tuple(one.fmr[key] for one in groups) for key in FMRS},
        FTA_RATE: tuple(one.fta for one in groups),
        **{
            _behind_name(kind, unit, key): tuple(getattr(getattr(one, f"{kind}_behind")[key], unit) for one in groups)
            for kind, unit, _, key in _behind_rates()
        },
    }


def _behind_rates() -> Iterator[tuple[str, str, int, str]]:
    """Kind, unit, place and key of each rate of images and of people."""
    return ((kind, unit, i, key) for kind in _BEHIND for unit in UNITS for i, key in enumerate(FPIRS))


def _behind_name(kind: str, unit: str, key: str) -> str:
    return f"{kind} of {unit} at {key}"


def _stacked(lines: list[Numbers], weights: Weights) -> Numbers:
    return np.array(lines).reshape(len(lines), len(weights))


def _per_group(table: OpenSet, weights: Weights, rows: list[Rows]) -> tuple[Numbers, Numbers]:
    if not rows:
        empty = np.empty((0, len(weights), len(FPIRS)))
        return empty, empty
    return resampled(table, weights, list(FPIRS.values()), rows)


def _fpir(table: OpenSet, rows: Rows, at: float, drawn: Numbers) -> Rate:
    non_mated = table.non_mated[rows[table.non_mated]]
    return rate(table.seen[non_mated] >= table.order.threshold(at), table.person[non_mated], drawn)


def _fnir(table: OpenSet, rows: Rows, at: float, drawn: Numbers) -> Rate:
    return fnir_of(table, rows, table.threshold(at), drawn)


def _images(sample: Sample, inside: NDArray[np.bool_]) -> tuple[Rows, NDArray[np.intp]]:
    """Which images of a group have no template, and whose they are."""
    own = inside[sample.person]
    return ~sample.made[own], sample.person[own]


def _fta(sample: Sample, inside: NDArray[np.bool_], weights: Weights) -> Rate:
    return share(*_images(sample, inside), weights)
