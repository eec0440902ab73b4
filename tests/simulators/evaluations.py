"""Evaluations without faces: one written by hand, with every awkward value, and one of simulated people.

The hand-written one is the same for ever, so what is made of it can be compared to the byte. The simulated one went
through all of the maths.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from math import inf
from pathlib import Path

from overt.evaluation.densities import Densities
from overt.evaluation.evaluate import Evaluated, evaluate, material
from overt.evaluation.figures import (
    AtThresholds,
    Behind,
    Composition,
    Curve,
    Differential,
    Fta,
    Group,
    GroupPair,
    Identification,
    Rate,
    Ratio,
    Strictest,
    Verification,
)
from overt.evaluation.folder import CleanupUse, Left, People
from overt.evaluation.protocol import ONE_IMAGE
from overt.evaluation.result import About, Evaluation, Material, ModelNote
from overt.identifiers import Digest
from simulators.matcher import CONTRACT, DIMENSION, SimulatedMatcher

FPIRS = ("0.1", "0.01", "0.001")
FMRS = ("0.001", "0.0001")
NOBODY = Rate(0, 0, 0.0, 0.0, 1.0)
NONE = Rate(200, 0, 0.0, 0.0, 0.0183)
HOSTILE = "<script>alert('x')</script> | & \"quoted\" `code` 100 %"


def rate(k: int, n: int, half: float) -> Rate:
    """A rate with an interval of that half-width."""
    return Rate(n, k, k / n, max(0.0, k / n - half), min(1.0, k / n + half))


def behind(images: Rate, people: Rate) -> Mapping[str, Behind]:
    """The same at each FPIR."""
    return dict.fromkeys(FPIRS, Behind(images, people))


def ratios(first: Ratio, *others: Ratio) -> Mapping[str, Ratio]:
    """A ratio for each FPIR; the last one for what is left."""
    given = (first, *others)
    return {key: given[min(at, len(given) - 1)] for at, key in enumerate(FPIRS)}


def differing(name: str, to_mean: Ratio, to_best: Ratio, gini: float, needed: int) -> Differential:
    """A differential in which women are the highest."""
    return Differential("sex", name, "women", to_mean, to_best, gini, Ratio(gini, 0.0, 1.0), needed)


def rates(keys: tuple[str, ...], first: Rate, *others: Rate) -> Mapping[str, Rate]:
    """A rate for each key; the last one for what is left."""
    given = (first, *others)
    return {key: given[min(at, len(given) - 1)] for at, key in enumerate(keys)}


ABOUT = About(
    run="0123456789abcdef",
    software="1.2.3",
    made_on=date(2026, 11, 24),
    contract_id="simulated-1",
    contract=CONTRACT,
    dimension=DIMENSION,
    models=(ModelNote("embedder.onnx", Digest("sha256:" + "1" * 64), "a licence", "nowhere"),),
    seed=1,
    resamples=1000,
)
IDENTIFICATION = Identification(
    draws=6,
    gallery_size=1907,
    mated=7681,
    non_mated=9284,
    rank1=rate(7604, 7681, 0.004),
    rank6=rate(7648, 7681, 0.003),
    fnir_at_fpir=rates(FPIRS, rate(136, 7681, 0.006), rate(314, 7681, 0.011), rate(682, 7681, 0.027)),
    threshold_at_fpir={"0.1": 0.431, "0.01": 0.482, "0.001": 0.534},
    det=Curve((0.0001, 0.001, 0.01, 0.1, 0.9), (0.11, 0.09, 0.04, 0.02, 0.01), (0.08, 0.06, 0.03, 0.01, 0.0),
              (0.15, 0.12, 0.05, 0.025, 0.02)),
    cmc=Curve((1.0, 2.0, 6.0, 20.0), (0.99, 0.993, 0.9957, 0.997), (0.986, 0.989, 0.992, 0.99),
              (0.994, 0.996, 0.998, 1.0)),
    by_size=Curve((29.0, 476.0, 1907.0), (0.011, 0.028, 0.041), (0.007, 0.019, 0.031), (0.016, 0.036, 0.053)),
)  # fmt: skip
GROUPS = (
    Group("sex", "women", 716, 4220, rates(FPIRS, rate(298, 2327, 0.017), rate(42, 2327, 0.006)),
          rates(FPIRS, rate(31, 1893, 0.01), rate(88, 1893, 0.02)), NONE, rates(FMRS, rate(326, 758234, 0.0001)),
          behind(rate(120, 801, 0.02), rate(98, 640, 0.03)), behind(rate(20, 790, 0.01), rate(12, 201, 0.03))),
    Group("sex", "men", 2144, 12743, rates(FPIRS, rate(629, 6955, 0.006), rate(47, 6955, 0.002)),
          rates(FPIRS, rate(105, 5788, 0.007), rate(226, 5788, 0.012)), NONE, rates(FMRS, rate(802, 7134175, 0.00001)),
          behind(rate(240, 2301, 0.01), rate(190, 1900, 0.01)), behind(rate(50, 2100, 0.01), rate(31, 560, 0.02))),
    Group("sex", "not said", 1, 4, rates(FPIRS, NOBODY), rates(FPIRS, rate(1, 4, 0.7)), NONE, rates(FMRS, NOBODY),
          behind(NOBODY, NOBODY), behind(rate(1, 2, 0.5), rate(1, 1, 0.9))),
)  # fmt: skip
GRID = (0.3, 0.4, 0.5, 0.6)
AT_THRESHOLDS = (
    AtThresholds(
        None, None, 2861, GRID,
        (rate(4000, 9284, 0.01), rate(1500, 9284, 0.01), rate(60, 9284, 0.002), rate(2, 9284, 0.0002)),
        (rate(20, 7681, 0.001), rate(90, 7681, 0.004), rate(400, 7681, 0.01), rate(1500, 7681, 0.02)),
    ),
    AtThresholds(
        "sex", "women", 716, GRID,
        (rate(1200, 2327, 0.02), rate(500, 2327, 0.02), rate(40, 2327, 0.005), rate(2, 2327, 0.0008)),
        (rate(4, 1893, 0.001), rate(20, 1893, 0.005), rate(110, 1893, 0.02), rate(420, 1893, 0.03)),
    ),
    AtThresholds(
        "sex", "men", 2144, GRID,
        (rate(2800, 6955, 0.01), rate(1000, 6955, 0.01), rate(20, 6955, 0.001), rate(0, 6955, 0.0002)),
        (rate(16, 5788, 0.001), rate(70, 5788, 0.004), rate(290, 5788, 0.01), rate(1080, 5788, 0.02)),
    ),
)  # fmt: skip
EVALUATION = Evaluation(
    about=ABOUT,
    material=Material(
        name="people drawn by hand",
        people=2861,
        images=5013,
        several=834,
        columns=("sex",),
        cleanup=(CleanupUse("cleanup.csv", Digest("sha256:" + "2" * 64), 12, 8, 3),),
        left=Left(ignored=2, empty=10, unlabelled=1, contradicted=0, label_lines=(4, 9)),
        notes=("The labels are made up.",),
    ),
    protocol=ONE_IMAGE,
    verification=Verification(
        mated=5650,
        non_mated=12_556_928,
        tmr_at_fmr=rates(FMRS, rate(5602, 5650, 0.004), rate(5548, 5650, 0.008)),
        threshold_at_fmr={"0.001": 0.364, "0.0001": 0.419},
        det=Curve((0.00000008, 0.0001, 0.001, 0.05), (0.9, 0.018, 0.0085, 0.003), (0.8, 0.011, 0.005, 0.0003),
                  (0.95, 0.026, 0.013, 0.0095)),
    ),
    identification=IDENTIFICATION,
    all_images=replace(IDENTIFICATION, gallery_size=2798, mated=3336),
    fta=Fta(rate(3, 5013, 0.0005), rate(317, 7681, 0.011), rate(314, 7678, 0.011)),
    fta_reasons={"no_face": 2, "unreadable_image": 1},
    groups=GROUPS,
    at_thresholds=AT_THRESHOLDS,
    group_pairs=(
        GroupPair("sex", "men", "men", GROUPS[1].fmr),
        GroupPair("sex", "men", "not said", rates(FMRS, rate(0, 4288, 0.001))),
        GroupPair("sex", "men", "women", rates(FMRS, rate(91, 4102338, 0.00002), rate(2, 4102338, 0.000002))),
        GroupPair("sex", "not said", "not said", rates(FMRS, NOBODY)),
        GroupPair("sex", "not said", "women", rates(FMRS, rate(0, 1432, 0.003))),
        GroupPair("sex", "women", "women", GROUPS[0].fmr),
    ),
    strictest=(
        Strictest("sex", "0.001", "women", 0.385, rate(5590, 5650, 0.005)),
        Strictest("sex", "0.0001", "women", 0.448, rate(5505, 5650, 0.01)),
    ),
    compositions=(
        Composition("sex", "men", 430, rates(FPIRS, rate(201, 6955, 0.004)), rates(FPIRS, rate(12, 6955, 0.001)),
                    rates(FPIRS, rate(160, 6955, 0.003)), ratios(Ratio(16.75, 9.2, 40.1), Ratio(inf, 2.0, inf)), ""),
        Composition("sex", "not said", 0, {}, {}, {}, {}, "A draw has only 1 references of the group."),
        Composition("sex", "women", 430, rates(FPIRS, rate(180, 2327, 0.01)), rates(FPIRS, rate(20, 2327, 0.004)),
                    rates(FPIRS, rate(60, 2327, 0.007)), ratios(Ratio(9.0, 5.1, 17.0), Ratio(7.5, 1.2, inf)), ""),
    ),
    differentials=(
        differing("fpir at 0.1", Ratio(1.19, 1.08, 1.33), Ratio(1.42, 1.17, 1.77), 0.17, 374),
        differing("fpir at 0.01", Ratio(1.63, 1.18, 2.3), Ratio(2.67, 1.4, inf), 0.46, 3343),
        differing("fpir of images at 0.1", Ratio(1.2, 1.0, 1.5), Ratio(1.44, 1.0, 2.1), 0.18, 402),
        differing("fpir of people at 0.1", Ratio(1.2, 0.9, 1.6), Ratio(1.53, 0.9, 2.6), 0.21, 510),
        differing("fta", Ratio(1.0, 0.0, inf), Ratio(1.0, 0.0, inf), 0.0, 60793),
    ),
    densities=Densities(
        Curve((0.41, 0.61, 0.81), (0.0, 4.0, 1.0)), Curve((-0.19, 0.01, 0.21), (0.5, 4.0, 0.5)), Curve((0.41,), (5.0,))
    ),
    cautions=("At FPIR 0.1 % the threshold rests on 6 probes of 6 people.",),
)  # fmt: skip


def with_hostile_texts() -> Evaluation:
    """The same with labels, notes and names that would be markup."""
    material = replace(EVALUATION.material, name=HOSTILE, columns=(HOSTILE,), notes=(HOSTILE,))
    groups = tuple(replace(group, column=HOSTILE, value=HOSTILE + group.value) for group in EVALUATION.groups)
    pairs = tuple(
        replace(one, column=HOSTILE, one=HOSTILE + one.one, other=HOSTILE + one.other) for one in EVALUATION.group_pairs
    )
    mixed = tuple(replace(one, column=HOSTILE, value=HOSTILE + one.value) for one in EVALUATION.compositions)
    differentials = tuple(replace(one, column=HOSTILE, worst=HOSTILE) for one in EVALUATION.differentials)
    cleanup = tuple(replace(one, name=HOSTILE) for one in EVALUATION.material.cleanup)
    return replace(
        EVALUATION,
        material=replace(material, cleanup=cleanup),
        groups=groups,
        group_pairs=pairs,
        compositions=mixed,
        strictest=tuple(replace(one, column=HOSTILE, worst=HOSTILE) for one in EVALUATION.strictest),
        differentials=differentials,
        about=replace(ABOUT, models=(replace(ABOUT.models[0], origin=HOSTILE, licence=HOSTILE),)),
    )


def simulated_people(people: int = 60, without: int = 3) -> tuple[People, list[bytes]]:
    """People of two groups with one to four images each; the last images of some have no template."""
    owned = [1 + index % 4 for index in range(people)]
    images = [f"person{index:03} {number}".encode() for index, count in enumerate(owned) for number in range(count)]
    person = tuple(index for index, count in enumerate(owned) for _ in range(count))
    for at in range(without):
        images[-1 - 7 * at] = f"none {at}".encode()
    groups = tuple("" if index % 10 == 0 else "one" if index % 3 else "two" for index in range(people))
    return (
        People(
            images=tuple(Path(f"{at}.jpg") for at in range(len(images))),
            person=person,
            people=tuple(f"person{index:03}" for index in range(people)),
            labels={"side": groups},
            cleanup=(),
            left=Left(0, 0, 0, 0, ()),
        ),
        images,
    )


@cache
def simulated(seed: int = 1, people: int = 60, spread: float = 0.6) -> Evaluated:
    """An evaluation of simulated people; they err at some `spread`."""
    of, images = simulated_people(people)
    answers = [SimulatedMatcher(spread=spread).template(image) for image in images]
    about = replace(ABOUT, seed=seed)
    return evaluate(of, answers, material(of, "simulated people"), about, 4, lambda done, total: None)
