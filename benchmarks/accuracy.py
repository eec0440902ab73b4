"""How much less the shipped contract errs than its embedder used plainly, and for whom: identification on LFW.

    python benchmarks/accuracy.py --data ../shared/data/lfw --transfer ../shared/data/frll --cache ~/overt-templates

The default protocol of `overt evaluate` (`evaluation/protocol.py`), every contract on the same draws, paired:

* `plain`: the embedder alone: one look for the landmarks, no mirror image, nothing taken away.
* `looks`, `one look`: the default and the fast contract before the centre is taken away.
* `default`, `fast`: cross-validated: for the probes of a fifth of the people the centre is fitted on the other four
  fifths. `as shipped`: with the shipped centre, which was fitted on all of them, under the default contract.

Printed: FNIR at FPIR 10 % and 1 %, each with a 95 % interval (bootstrap over people), and its ratio to `plain`'s; FPIR
of women over FPIR of men at everybody's threshold; FPIR by the values of `race_kumar_majority`, a classifier's noisy
guesses. With `--transfer`, portraits of other people at the thresholds found here; with `--trials` also what was tried
besides (`accuracy_trials.py`). Exit status 1 when `default` misses the bar: 0.72 of plain's FNIR at both, women to men
1.45 at FPIR 10 %, no image without a template. `--centre FILE` writes the centre fitted on everybody, as it is shipped.
The first run makes templates for some fifteen minutes on two cores; they are kept.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accuracy_contracts import ETHNICITY, GENDER, embedded
from accuracy_shown import show
from accuracy_trials import Apply, changed, tried
from overt.evaluation.bootstrap import RESAMPLES, bounds, divided, drawn_people
from overt.evaluation.identification import fnir_at_fpir
from overt.evaluation.open_set import open_set, resampled
from overt.evaluation.paired import fnir_ratios
from overt.evaluation.protocol import ONE_IMAGE, Draw, drawn
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Trials, run

SEED = 20261124
FOLDS = 5
BAR, BAR_WOMEN_TO_MEN = 0.72, 1.45
SHARES = {"0.1": 0.1, "0.01": 0.01}
PER_ROW = ("image", "person", "draw", "mated", "acquired", "own", "other", "rank", "within")
Vectors = NDArray[np.float64]


def main() -> int:
    """Run and print; returns the exit status."""
    given = arguments()
    samples = {name: embedded(given.data, name, given) for name in ("plain", "one look", "looks")}
    looks = samples["looks"]
    everybody = np.ones(len(looks.people), np.bool_)
    centre = centre_of(looks, everybody)
    if given.centre:
        np.save(given.centre, centre.astype(np.float32))
    draws = drawn(looks.person, ONE_IMAGE, np.random.default_rng(given.seed))
    weights = drawn_people(len(looks.people), RESAMPLES, np.random.default_rng(given.seed))
    trials = {name: run(sample, draws) for name, sample in samples.items()}
    trials["fast"] = crossed(samples["one look"], draws, centred)
    trials["default"] = crossed(looks, draws, centred)
    trials["as shipped"] = run(changed(looks, centre), draws)
    if given.trials:
        others = {name: embedded(given.data, name, given) for name in ("mirror", "one look, mirror")}
        trials |= {name: run(sample, draws) for name, sample in others.items()}
        trials["one look, mirror, centred"] = crossed(others["one look, mirror"], draws, centred)
        trials["fast as shipped"] = run(changed(samples["one look"], centre), draws)
        trials |= tried(looks, draws, crossed)
    result = {name: figures(one, trials["plain"], looks, weights) for name, one in trials.items()}
    result["fta"] = {name: int(np.count_nonzero(~sample.made)) for name, sample in samples.items()}
    if given.transfer:
        other = changed(embedded(given.transfer, "looks", given), centre)
        result["transfer"] = transferred(other, trials["as shipped"])
    sys.stdout.write(json.dumps(result, indent=2) + "\n") if given.json else show(result, looks, draws)
    return int(misses_the_bar(result["default"]) or result["fta"]["looks"] > 0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/lfw"), help="one folder a person")
    parser.add_argument("--transfer", type=Path, help="another such folder, of portraits")
    parser.add_argument("--cache", type=Path, required=True, help="where templates are kept, outside the project")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--centre", type=Path, help="write the centre to this file")
    parser.add_argument("--trials", action="store_true", help="also what was tried and left (`accuracy_trials.py`)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def centre_of(sample: Sample, fitted: NDArray[np.bool_]) -> Vectors:
    """(dimension,) the mean template of the women among these people, each counted once."""
    women = np.flatnonzero(fitted & (np.array(sample.labels[GENDER]) == "F"))
    means = [sample.vectors[(sample.person == one) & sample.made].mean(0) for one in women]
    return np.asarray(np.mean([mean for mean in means if np.isfinite(mean).all()], axis=0), np.float64)


def centred(sample: Sample, fitted: NDArray[np.bool_]) -> Sample:
    """The same images with the centre of these people taken away, as `template/centre.py` does it."""
    return changed(sample, centre_of(sample, fitted))


def crossed(sample: Sample, draws: tuple[Draw, ...], apply: Apply) -> Trials:
    """Trials in which no probe's person was fitted on."""
    fold = np.random.default_rng(SEED).permutation(len(sample.people)) % FOLDS
    parts, rows = [], []
    for one in range(FOLDS):
        trials = run(apply(sample, fold != one), draws)
        inside = np.flatnonzero(fold[trials.person] == one)
        parts.append(replace(trials, **{name: getattr(trials, name)[inside] for name in PER_ROW}))
        rows.append(inside)
    order = np.argsort(np.concatenate(rows))
    return replace(
        parts[0], **{name: np.concatenate([getattr(part, name) for part in parts])[order] for name in PER_ROW}
    )


def figures(one: Trials, plain: Trials, sample: Sample, weights: NDArray[np.float64]) -> dict[str, Any]:
    """What is printed of one contract."""
    table = open_set(one)
    fnir, _ = resampled(table, weights, [0.1, 0.01, 0.001])
    rates, ratios = fnir_at_fpir(table, fnir[0]), fnir_ratios(one, plain, weights)
    return {
        "fnir": {key: [rates[key].estimate, rates[key].low, rates[key].high] for key in rates},
        "to_plain": {key: [ratios[key].estimate, ratios[key].low, ratios[key].high] for key in ratios},
        "rank1": float(np.mean(one.rank[one.mated] == 1)),
        "women_to_men": women_to_men(one, sample, weights),
        "by_ethnicity": by_value(one, sample.labels[ETHNICITY]) if ETHNICITY in sample.labels else {},
    }


def women_to_men(one: Trials, sample: Sample, weights: NDArray[np.float64]) -> dict[str, list[float]]:
    """FPIR of women over that of men, by FPIR of everybody, with an interval."""
    gender = np.array(sample.labels[GENDER])[one.person]
    _, fpir = resampled(open_set(one), weights, list(SHARES.values()), [gender == "F", gender == "M"])
    seen = {value: by_value(one, sample.labels[GENDER])[value] for value in ("F", "M")}
    return {
        key: [seen["F"][key] / seen["M"][key], *bounds(divided(fpir[0, :, at], fpir[1, :, at]))]
        for at, key in enumerate(SHARES)
    }


def by_value(one: Trials, values: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """FPIR at everybody's thresholds, by the value of a label."""
    table = open_set(one)
    whose = np.array(values)[table.person[table.non_mated]]
    seen = table.seen[table.non_mated]
    return {
        value: {key: float((seen[whose == value] >= table.order.threshold(at)).mean()) for key, at in SHARES.items()}
        for value in sorted(set(whose.tolist()) - {""})
    }


def transferred(other: Sample, here: Trials) -> dict[str, Any]:
    """Portraits of other people, each against all others, at the thresholds found here."""
    scores = other.vectors @ other.vectors.T
    same = other.person[:, np.newaxis] == other.person
    np.fill_diagonal(scores, -1)
    own, strange = np.where(same, scores, -1).max(axis=1), np.where(same, -1, scores).max(axis=1)
    thresholds = {key: open_set(here).order.threshold(at) for key, at in SHARES.items()}
    return {
        "people": len(other.people),
        "images": len(other.person),
        "fta": int(np.count_nonzero(~other.made)),
        "rank1": float(np.mean(own > strange)),
        "fnir": {key: float(np.mean((own <= strange) | (own < at))) for key, at in thresholds.items()},
    }


def misses_the_bar(default: Mapping[str, Any]) -> bool:
    """Whether the bar of this project is missed."""
    ratios = (default["to_plain"][key][0] for key in SHARES)
    return any(ratio > BAR for ratio in ratios) or default["women_to_men"]["0.1"][0] > BAR_WOMEN_TO_MEN


if __name__ == "__main__":
    sys.exit(main())
