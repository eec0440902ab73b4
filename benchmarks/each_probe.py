"""What a probe's own scores in the gallery say of a stranger's nearness, beside the common table: measured on LFW.

    python benchmarks/each_probe.py --data ../shared/data/lfw --cache ~/overt-templates

The expected number of references of strangers at or above a score (an E-value), by

* `table`: the shipped table, the worst group at its bound. `common`: its best fit of everybody.
* `own`: a power tail for each probe, from its k nearest references but the nearest (spacings of order statistics,
  Renyi 1953, so that leaving out the nearest does not make the tail too short).
* `shrunk`: the same with its mean depth shrunk towards that of other people's probes. k of 50, 100, 200 and the
  weight are chosen for a fifth of the people by the likelihood of the nearest stranger of the other four fifths.
* `said`: the larger of `table` and `shrunk`.

The default protocol of `overt evaluate`, 6 draws, real references only; templates as `accuracy.py` has them for
`default`: the centre is of other people than the probe's. Printed: of non-mated probes, by group, the share whose
nearest reference has an E-value of at most e, which should be at most e; FNIR and the ratio of women's to men's FPIR
when a threshold is put on the E-value; how often `said` is more than `table`, and by how much.
"""

import argparse
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from accuracy import ETHNICITY, FOLDS, GENDER, PER_ROW, SEED, SHARES, centred, embedded, women_to_men
from overt.candidates.calibration import CalibrationTable
from overt.candidates.table_json import from_json
from overt.evaluation.bootstrap import RESAMPLES, drawn_people, share
from overt.evaluation.identification import fnir_at_fpir
from overt.evaluation.open_set import open_set, resampled
from overt.evaluation.protocol import ONE_IMAGE, Draw, Indices, drawn
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Score, Trials, run
from overt.models.manifest import shipped_manifest

TABLES = Path(__file__).resolve().parents[1] / "src" / "overt" / "candidates" / "tables"
NEAREST = (50, 100, 200)
WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
LEVELS = (0.003, 0.01, 0.03, 0.1, 0.3)
TUNED_ON = 2  # draws

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shrunk:
    """How much a probe's own tail counts: `weight` of the mean depth of its `k` nearest, the rest of `depth`."""

    k: int
    weight: float
    depth: float


def main() -> None:
    given = arguments()
    looks = embedded(given.data, "looks", given)
    table = from_json((given.table or TABLES / f"{shipped_manifest().contract.id}.json").read_bytes())
    draws = drawn(looks.person, ONE_IMAGE, np.random.default_rng(given.seed))[: given.draws]
    weights = drawn_people(len(looks.people), RESAMPLES, np.random.default_rng(given.seed))
    trials = tried(looks, draws, table)
    reliability(trials, looks, weights)
    costs(trials, looks, weights)
    added(trials)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/lfw"), help="one folder a person")
    parser.add_argument("--cache", type=Path, required=True, help="where templates are kept, outside the project")
    parser.add_argument("--table", type=Path, help="default: the shipped contract's")
    parser.add_argument("--draws", type=int, help="only the first so many galleries")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=SEED)
    return parser.parse_args()


def tried(looks: Sample, draws: tuple[Draw, ...], table: CalibrationTable) -> Mapping[str, Trials]:
    """Trials by each E-value, a probe with what was fitted on other people. A score is minus the logarithm of it."""
    fold = np.random.default_rng(SEED).permutation(len(looks.people)) % FOLDS
    parts: dict[str, list[Trials]] = {}
    for one in range(FOLDS):
        sample, inside = centred(looks, fold != one), (fold == one)[looks.person]
        shrunk, whole = chosen(sample, draws[:TUNED_ON], ~inside)
        print(f"fold {one + 1}: k {shrunk.k}, weight {shrunk.weight}, depth {shrunk.depth:.4f}")
        ways: dict[str, Callable[[Values], Values]] = {
            "table": by_table(table),
            "common": by_common(table),
            "own": by_own(whole),
            "shrunk": by_own(shrunk),
        }
        ways["said"] = lambda scores, ways=ways: np.minimum(ways["table"](scores), ways["shrunk"](scores))
        some = [only(draw, inside) for draw in draws]
        for name, way in ways.items():
            parts.setdefault(name, []).append(run(sample, some, scored(sample, way)))
    return {name: joined(each) for name, each in parts.items()}


def chosen(sample: Sample, draws: tuple[Draw, ...], others: NDArray[np.bool_]) -> tuple[Shrunk, Shrunk]:
    """The likeliest k and weight for these images' non-mated probes, and the likeliest k with a weight of 1."""
    made = []
    tops = [top for draw in draws for top in nearest_of(sample, only(draw, others).non_mated, draw)]
    top = np.concatenate(tops)
    for k in NEAREST:
        depth, start = depths(top, k)
        mean = float(depth.mean())
        for weight in WEIGHTS:
            used = weight * depth + (1 - weight) * mean
            log_e = np.log(k) + np.log((1 - top[:, 0]) / (1 - start)) / used
            made.append((float(np.mean(log_e - np.exp(log_e) - np.log(used))), Shrunk(k, weight, mean)))
    by_likelihood = sorted(made, key=lambda one: -one[0])
    return by_likelihood[0][1], next(one for _, one in by_likelihood if one.weight == 1.0)


def nearest_of(sample: Sample, probes: Indices, draw: Draw) -> Iterator[Values]:
    """(p, most) the highest scores of each probe, falling."""
    references = sample.vectors[draw.references[sample.made[draw.references]]]
    rows = probes[sample.made[probes]]
    yield highest((sample.vectors[rows] @ references.T).astype(np.float64))


def highest(scores: Values) -> Values:
    most = max(NEAREST)
    return -np.sort(np.partition(-scores, most, axis=1)[:, : most + 1], axis=1) * 1.0


def depths(top: Values, k: int) -> tuple[Values, Values]:
    """(p,) mean depth of the k nearest but the first beyond the next one, and (p,) where that lies."""
    start = top[:, k]
    depth = np.log((1 - start[:, np.newaxis]) / (1 - top[:, :k]))
    return (depth.sum(axis=1) - (depth[:, 0] - depth[:, 1])) / (k - 1), start


def by_own(shrunk: Shrunk) -> Callable[[Values], Values]:
    def score(scores: Values) -> Values:
        depth, start = depths(highest(scores), shrunk.k)
        used = shrunk.weight * depth + (1 - shrunk.weight) * shrunk.depth
        beyond = np.log((1 - scores) / (1 - start[:, np.newaxis]))
        return np.asarray(-np.log(shrunk.k) - beyond / used[:, np.newaxis])

    return score


def by_table(table: CalibrationTable) -> Callable[[Values], Values]:
    def score(scores: Values) -> Values:
        tails = [one.upper for one in table.groups]
        rates = [np.log(one.rate) + one.power * np.log((1 - scores) / (1 - one.start)) for one in tails]
        return np.asarray(-np.log(scores.shape[1]) - np.maximum(*rates))

    return score


def by_common(table: CalibrationTable) -> Callable[[Values], Values]:
    def score(scores: Values) -> Values:
        one = table.overall.fitted
        rate = np.log(one.rate) + one.power * np.log((1 - scores) / (1 - one.start))
        return np.asarray(-np.log(scores.shape[1]) - rate)

    return score


def scored(sample: Sample, way: Callable[[Values], Values]) -> Score:
    def score(probes: Indices, references: Indices) -> Values:
        cosines = (sample.vectors[probes] @ sample.vectors[references].T).astype(np.float64)
        return way(np.minimum(cosines, 1 - 1e-9))

    return score


def only(draw: Draw, images: NDArray[np.bool_]) -> Draw:
    """The draw with these images' probes."""
    return replace(draw, mated=draw.mated[images[draw.mated]], non_mated=draw.non_mated[images[draw.non_mated]])


def joined(parts: list[Trials]) -> Trials:
    """The probes of all folds together; galleries are the same."""
    return replace(parts[0], **{name: np.concatenate([getattr(part, name) for part in parts]) for name in PER_ROW})


def reliability(trials: Mapping[str, Trials], sample: Sample, weights: Values) -> None:
    """Of non-mated probes, the share whose nearest reference is as rare as e or rarer."""
    print(f"\nof non-mated probes, % with an E-value of at most e [95 %]\n{'':14}", *(f"{e:>22.1%}" for e in LEVELS))
    groups: dict[str, NDArray[np.bool_]] = {"all": np.ones(len(sample.people), np.bool_)}
    for column in (GENDER, ETHNICITY):
        values = np.array(sample.labels.get(column, ()))
        groups |= {value: values == value for value in sorted(set(values.tolist()) - {""})}
    for name, one in trials.items():
        for group, people in groups.items():
            rows = ~one.mated & people[one.person]
            said = [share(one.other[rows] >= -np.log(e), one.person[rows], weights) for e in LEVELS]
            print(
                f"{name:7} {group:6}",
                *(f"{each.estimate:8.2%} [{each.low:5.1%} -{each.high:6.1%}]" for each in said),
                "" if all(each.low <= e for each, e in zip(said, LEVELS, strict=True)) else "  ABOVE",
            )


def costs(trials: Mapping[str, Trials], sample: Sample, weights: Values) -> None:
    """FNIR and women to men with a threshold on the E-value."""
    print("\nthreshold on the E-value: FNIR at FPIR 10 %, 1 %; women's over men's FPIR at 10 %, 1 %")
    for name, one in trials.items():
        table = open_set(one)
        fnir, _ = resampled(table, weights, [0.1, 0.01, 0.001])
        rates, ratios = fnir_at_fpir(table, fnir[0]), women_to_men(one, sample, weights)
        missed = [f"{rates[key].estimate:.4f} [{rates[key].low:.4f} - {rates[key].high:.4f}]" for key in SHARES]
        print(f"{name:7}", *missed, *("{:.2f} [{:.2f} - {:.2f}]".format(*ratios[key]) for key in SHARES))


def added(trials: Mapping[str, Trials]) -> None:
    """How often a probe's own estimate is the larger one, and how much larger, where a candidate would be shown."""
    table = trials["table"]
    nearest = {name: np.where(one.own > one.other, one.own, one.other) for name, one in trials.items()}
    print(
        "\nnearest references with a table's E-value of at most e: how many, and how often the own estimate is larger"
    )
    for e in LEVELS:
        shown = nearest["table"] >= -np.log(e)
        larger = nearest["said"] < nearest["table"] - 1e-9
        for name, rows in (("mated", table.mated), ("non-mated", ~table.mated)):
            both = shown & rows
            times = np.exp(nearest["table"] - nearest["said"])[both & larger]
            most = f", median x {np.median(times):.2g}" if len(times) else ""
            print(f"{e:6.1%} {name:9} {np.count_nonzero(both):6} {np.count_nonzero(both & larger):6}{most}")


if __name__ == "__main__":
    main()
