"""Whether each quality measure tells which probes will be missed, and for whom: for `robustness.py`. Not a benchmark.

Rules:
* Three sets of probes with a template: undegraded ones alone (all mated probes of the draw), all kinds and strengths
  with an equal count of undegraded ones, and those which spoil what the measure looks at (`OWN`).
* A measure's order is that of its raw values, turned so that higher is better; the scalar rounds and saturates.
* Errors are at FPIR 1 %. Groups are what labels say; `race_kumar_majority` is a classifier's noisy guess.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.bootstrap import Weights
from overt.evaluation.discard import Discard, discard
from overt.evaluation.sample import Sample
from overt.quality import (
    crop_of_the_face_image,
    dynamic_range,
    head_pose_pitch,
    head_pose_roll,
    head_pose_yaw,
    inter_eye_distance,
    over_exposure,
    sharpness,
    under_exposure,
)
from overt.quality.assessment import Measure
from robustness_probes import MEASURES

if TYPE_CHECKING:
    from robustness_rates import Tried

SHARES = (0.05, 0.1, 0.2)
FPIR = "0.01"
LEAST_MISSED = 10
"""Of a group's probes, before its curve is worth printing."""
OWN: Mapping[Measure, Sequence[str]] = {
    Measure.SHARPNESS: ("motion blur", "defocus", "low light"),
    Measure.DYNAMIC_RANGE: ("low light", "too much light"),
    Measure.UNDER_EXPOSURE_PREVENTION: ("low light", "half in shadow"),
    Measure.OVER_EXPOSURE_PREVENTION: ("too much light",),
    Measure.INTER_EYE_DISTANCE: ("face size",),
    Measure.CROP_OF_THE_FACE_IMAGE: ("cut off at the edge",),
    Measure.HEAD_POSE_YAW: ("yaw",),
    Measure.HEAD_POSE_PITCH: ("pitch",),
    Measure.HEAD_POSE_ROLL: ("head rotated",),
}
PLAIN = "as it is"
ADVICE: Mapping[Measure, Callable[[float], str | None]] = {
    Measure.SHARPNESS: sharpness.advice,
    Measure.DYNAMIC_RANGE: dynamic_range.advice,
    Measure.UNDER_EXPOSURE_PREVENTION: under_exposure.advice,
    Measure.OVER_EXPOSURE_PREVENTION: over_exposure.advice,
    Measure.INTER_EYE_DISTANCE: inter_eye_distance.advice,
    Measure.CROP_OF_THE_FACE_IMAGE: crop_of_the_face_image.advice,
    Measure.HEAD_POSE_YAW: head_pose_yaw.advice,
    Measure.HEAD_POSE_PITCH: head_pose_pitch.advice,
    Measure.HEAD_POSE_ROLL: head_pose_roll.advice,
}
_LESS_IS_BETTER = {Measure.UNDER_EXPOSURE_PREVENTION, Measure.OVER_EXPOSURE_PREVENTION}
_POSE = {Measure.HEAD_POSE_YAW, Measure.HEAD_POSE_PITCH, Measure.HEAD_POSE_ROLL}
Numbers = NDArray[np.float64]


def goodness(measure: Measure, raw: Numbers) -> Numbers:
    """Higher is better."""
    if measure is Measure.SHARPNESS:
        return np.array([sharpness.scaled(value) for value in raw])
    if measure in _POSE:
        return -np.abs(raw)
    return -raw if measure in _LESS_IS_BETTER else raw


def advised(raw: Numbers) -> NDArray[np.bool_]:
    """(n, measures) raw values in, whether each measure asks for a retake."""
    return np.array(
        [
            [np.isfinite(value) and ADVICE[measure](value) is not None]
            for line in raw
            for measure, value in zip(MEASURES, line, strict=True)
        ],
        np.bool_,
    ).reshape(raw.shape)


def curves(
    sample: Sample, plain: "Tried", everything: "Sequence[Tried]", weights: Weights
) -> Iterator[tuple[str, Measure, str, Discard]]:
    """Set, measure, group and curve; a set or a group with too few missed probes has none.

    Args:
        plain: every undegraded mated probe; everything: as printed, the undegraded probes of the same people first.
    """
    groups = groups_of(sample)
    for measure in MEASURES:
        own = [one for one in everything if one.kind in (PLAIN, *OWN[measure])]
        for name, some in (("undegraded", [plain]), ("all", list(everything)), ("own", own)):
            rows = np.concatenate([one.rows[one.mated.made] for one in some])
            missed = np.concatenate([one.missed[FPIR][one.mated.made] for one in some])
            raw = np.concatenate([one.mated.raw[one.mated.made, MEASURES.index(measure)] for one in some])
            for group, holds in groups.items():
                inside = holds(sample.person[rows]) & np.isfinite(raw)
                if missed[inside].sum() >= LEAST_MISSED and (name != "own" or group == "all"):
                    person = sample.person[rows[inside]]
                    yield (
                        name,
                        measure,
                        group,
                        discard(missed[inside], goodness(measure, raw[inside]), person, SHARES, weights),
                    )


def groups_of(sample: Sample) -> dict[str, Callable[[NDArray[np.intp]], NDArray[np.bool_]]]:
    """Everybody, then each value of each label, as a question about people."""
    found: dict[str, Callable[[NDArray[np.intp]], NDArray[np.bool_]]] = {"all": lambda people: people >= 0}
    for column, values in sample.labels.items():
        for value in sorted(set(values) - {""}):
            theirs = np.array(values) == value
            found[f"{column} {value}"] = lambda people, theirs=theirs: theirs[people]  # type: ignore[misc]
    return found


def table(found: Sequence[tuple[str, Measure, str, Discard]], name: str) -> Iterator[str]:
    """Markdown: a row a measure, the whole of one set."""
    yield "| measure | probes | missed | FNIR | 5 % discarded | 10 % | 20 % | best possible | gain |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for which, measure, group, one in found:
        if which == name and group == "all":
            left = [f"{100 * each.value:.1f} [{100 * each.low:.1f} - {100 * each.high:.1f}]" for each in one.remaining]
            best = " / ".join(f"{100 * each:.1f}" for each in one.best)
            rate = f"{100 * one.missed / one.n:.1f}"
            yield f"| {measure} | {one.n} | {one.missed} | {rate} | {' | '.join(left)} | {best} | {gain(one)} |"


def by_group(found: Sequence[tuple[str, Measure, str, Discard]], name: str) -> Iterator[str]:
    """Markdown: gain by measure and group."""
    rows = [each for each in found if each[0] == name]
    groups = list(dict.fromkeys(group for _, _, group, _ in rows))
    count = {group: one for _, _, group, one in rows}
    yield "| measure | " + " | ".join(f"{each} ({count[each].people})" for each in groups) + " |"
    yield "|---" * (len(groups) + 1) + "|"
    for measure in MEASURES:
        cells = {group: gain(one) for _, which, group, one in rows if which is measure}
        yield f"| {measure} | " + " | ".join(cells.get(group, "too few") for group in groups) + " |"


def gain(one: Discard) -> str:
    return f"{one.gain.value:.2f} [{one.gain.low:.2f} - {one.gain.high:.2f}]"
