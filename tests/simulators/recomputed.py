"""The figures of an evaluation computed anew from the files that `--scores` writes, by somebody who knows the format.

Written from spec/evaluation-report.md alone and as plainly as possible: it shares no code with the evaluation.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

import pyarrow.parquet

NONE = -inf
Pair = tuple[str, str]


@dataclass(frozen=True)
class Probe:
    """What one probe met in one gallery: its own best score, the best of others, and its rank."""

    image: str
    mated: bool
    own: float
    other: float
    rank: int


class Files:
    """The three files of a folder."""

    def __init__(self, folder: Path) -> None:
        with (folder / "images.csv").open(newline="", encoding="utf-8") as lines:
            self.images = {row["image"]: row for row in csv.DictReader(lines)}
        with (folder / "draws.csv").open(newline="", encoding="utf-8") as lines:
            self.draws = list(csv.DictReader(lines))
        self.table = pyarrow.parquet.read_table(folder / "scores.parquet")
        columns = {name: self.table.column(name).to_pylist() for name in self.table.column_names}
        self.drawn: dict[tuple[int, str, str], float] = {}
        self.pairs: dict[Pair, float] = {}
        rows = zip(*(columns[name] for name in ("probe", "reference", "mated", "score", "draw")), strict=True)
        for probe, reference, mated, score, draw in rows:
            assert mated == (self.person(probe) == self.person(reference))
            if draw is None:
                assert probe != reference, "no image is compared with itself"
                assert (probe, reference) not in self.pairs, "each pair once"
                self.pairs[probe, reference] = self.pairs[reference, probe] = score
            else:
                self.drawn[draw, probe, reference] = score

    def person(self, image: str) -> str:
        return self.images[image]["person"]

    def made(self, image: str) -> bool:
        return self.images[image]["template"] == "true"

    def roles(self, enrolled: str) -> dict[int, dict[str, list[str]]]:
        """Images by draw and role, in their order."""
        found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in self.draws:
            if row["enrolled"] == enrolled:
                found[int(row["draw"])][row["role"]].append(row["image"])
        return found

    def probes(self, enrolled: str, people: int | None = None) -> list[Probe]:
        """All probes of all draws; in galleries of so many people, where it is said."""
        found = []
        for draw, roles in self.roles(enrolled).items():
            gallery = [image for image in roles["reference"] if self.made(image)]
            for role in ("mated", "non-mated"):
                found += [self._probe(draw, enrolled, image, role == "mated", gallery, people) for image in roles[role]]
        return found

    def _probe(
        self, draw: int, enrolled: str, image: str, mated: bool, gallery: list[str], people: int | None
    ) -> Probe:
        order = list(dict.fromkeys(self.person(each) for each in gallery))
        if people is not None and self.person(image) in order[people:]:
            order = [*order[: people - 1], self.person(image)]
        best = dict.fromkeys(order[:people], NONE)
        for each in gallery if self.made(image) else ():
            if self.person(each) in best:
                score = self.drawn[draw, image, each] if enrolled == "one" else self.pairs[image, each]
                best[self.person(each)] = max(best[self.person(each)], score)
        own = best.pop(self.person(image), NONE)
        other = max(best.values(), default=NONE)
        rank = 1 + sum(each >= own for each in best.values()) if own > NONE else len(best) + 2
        return Probe(image, mated, own, other, rank)


def fnir(probes: Iterable[Probe], fpir: float) -> tuple[int, int, float]:
    """Missed, of how many, and the score that a candidate has to be above."""
    all_ = list(probes)
    others = sorted((each.other for each in all_ if not each.mated), reverse=True)
    allowed = int(fpir * len(others) + 1e-9)
    above = others[allowed]
    mated = [each for each in all_ if each.mated]
    return sum(each.rank > 1 or each.own <= above for each in mated), len(mated), above


def within(probes: Iterable[Probe], rank: int) -> tuple[int, int]:
    """Mated probes whose own reference is within a rank, of how many."""
    mated = [each for each in probes if each.mated]
    return sum(each.own > NONE and each.rank <= rank for each in mated), len(mated)


def tmr(files: Files, fmr: float) -> tuple[int, int]:
    """Pairs of one person above the threshold of an FMR, of how many."""
    once = {pair: score for pair, score in files.pairs.items() if pair[0] < pair[1]}
    mated = [score for pair, score in once.items() if files.person(pair[0]) == files.person(pair[1])]
    others = sorted(
        (score for pair, score in once.items() if files.person(pair[0]) != files.person(pair[1])), reverse=True
    )
    above = others[int(fmr * len(others) + 1e-9)]
    return sum(score > above for score in mated), len(mated)


def same_figures(files: Files, report: dict[str, Any]) -> None:
    """Raises:
    AssertionError: a figure of the report does not come out of the files.
    """
    one, every = files.probes("one"), files.probes("all")
    for probes, part in ((one, report["identification"]), (every, report["identification_all_images"])):
        for key, said in part["fnir_at_fpir"].items():
            assert fnir(probes, float(key))[:2] == (said["k"], said["n"]), key
        for rank in (1, 6):
            said = part[f"rank{rank}"]
            assert within(probes, rank) == (said["k"], said["n"]), rank
        assert sum(not each.mated for each in probes) == part["non_mated"]
    for key, said in report["verification"]["tmr_at_fmr"].items():
        assert tmr(files, float(key)) == (said["k"], said["n"]), key
    assert (sum(not files.made(image) for image in files.images), len(files.images)) == (
        report["fta"]["k"],
        report["fta"]["n"],
    )
    for group in report["groups"]:
        _same_group(files, one, group)
    for found in report["at_thresholds"]:
        _same_at_thresholds(files, one, found)
    for pair in report["group_pairs"]:
        _same_pair(files, pair)
    for one_fmr in report["strictest"]:
        _same_strictest(files, one_fmr)
    for composition in report["compositions"]:
        _same_composition(files, one, composition)


def _same_group(files: Files, probes: list[Probe], group: dict[str, Any]) -> None:
    inside = {image for image, row in files.images.items() if row[f"label_{group['column']}"] == group["value"]}
    of = [each for each in probes if each.image in inside]
    assert len({files.person(image) for image in inside}) == group["people"]
    assert len(of) == group["n"]
    for key, said in group["fpir_at_fpir"].items():
        above = fnir(probes, float(key))[2]
        others = [each.other for each in of if not each.mated]
        assert (sum(each > above for each in others), len(others)) == (said["k"], said["n"]), key
        mated = [each for each in of if each.mated]
        missed = sum(each.rank > 1 or each.own <= above for each in mated)
        assert (missed, len(mated)) == (group["fnir_at_fpir"][key]["k"], group["fnir_at_fpir"][key]["n"]), key
        for kind, mated_ones in (("fpir", False), ("fnir", True)):
            behind = group[f"{kind}_behind_at_fpir"][key]
            probes_of = [each for each in of if each.mated == mated_ones]
            wrong = {each.image for each in probes_of if _errs(each, above)}
            images = {each.image for each in probes_of}
            assert (len(wrong), len(images)) == (behind["images"]["k"], behind["images"]["n"]), (kind, key)
            people = [{files.person(image) for image in some} for some in (wrong, images)]
            assert tuple(map(len, people)) == (behind["people"]["k"], behind["people"]["n"]), (kind, key)


def _same_at_thresholds(files: Files, probes: list[Probe], found: dict[str, Any]) -> None:
    column, value = found["column"], found["value"]
    inside = {image for image, row in files.images.items() if column is None or row[f"label_{column}"] == value}
    assert len({files.person(image) for image in inside}) == found["people"]
    of = [each for each in probes if each.image in inside]
    mated, others = [each for each in of if each.mated], [each.other for each in of if not each.mated]
    for at, fpir, fnir_there in zip(found["thresholds"], found["fpir"], found["fnir"], strict=True):
        assert (sum(each >= at for each in others), len(others)) == (fpir["k"], fpir["n"]), at
        missed = sum(each.rank > 1 or each.own < at for each in mated)
        assert (missed, len(mated)) == (fnir_there["k"], fnir_there["n"]), at


def _errs(probe: Probe, above: float) -> bool:
    return probe.rank > 1 or probe.own <= above if probe.mated else probe.other > above


def _same_pair(files: Files, found: dict[str, Any]) -> None:
    """FMR between two groups, at the threshold of all pairs of strangers."""
    label = f"label_{found['column']}"
    once = {pair: score for pair, score in files.pairs.items() if pair[0] < pair[1]}
    strangers = {pair: score for pair, score in once.items() if files.person(pair[0]) != files.person(pair[1])}
    falling = sorted(strangers.values(), reverse=True)
    between = [
        score
        for pair, score in strangers.items()
        if sorted(files.images[image][label] for image in pair) == [found["one"], found["other"]]
    ]
    for key, said in found["fmr_at_fmr"].items():
        above = falling[int(float(key) * len(falling) + 1e-9)]
        assert (sum(score > above for score in between), len(between)) == (said["k"], said["n"]), key


def _same_strictest(files: Files, found: dict[str, Any]) -> None:
    """The highest of the thresholds of groups among their own strangers, and TMR there."""
    label = f"label_{found['column']}"
    once = {pair: score for pair, score in files.pairs.items() if pair[0] < pair[1]}
    above = {}
    for value in {row[label] for row in files.images.values()} - {""}:
        own = sorted(
            (
                score
                for pair, score in once.items()
                if files.person(pair[0]) != files.person(pair[1])
                and {files.images[image][label] for image in pair} == {value}
            ),
            reverse=True,
        )
        if own:
            above[value] = own[int(float(found["fmr"]) * len(own) + 1e-9)]
    assert found["worst"] == max(above, key=lambda value: above[value])
    mated = [score for pair, score in once.items() if files.person(pair[0]) == files.person(pair[1])]
    assert (sum(score > max(above.values()) for score in mated), len(mated)) == (found["tmr"]["k"], found["tmr"]["n"])


def _same_composition(files: Files, probes: list[Probe], found: dict[str, Any]) -> None:
    """FPIR of a group's probes in galleries of different people, or that there were too few."""
    label, value = f"label_{found['column']}", found["value"]

    def value_of(image: str) -> str:
        return files.images[image][label]

    kinds = {
        "only": lambda image: value_of(image) == value,
        "others": lambda image: value_of(image) not in (value, ""),
        "mixture": lambda image: True,
    }
    galleries = {
        draw: {
            kind: [image for image in roles["reference"] if files.made(image) and of(image)]
            for kind, of in kinds.items()
        }
        for draw, roles in files.roles("one").items()
    }
    size = min(len(images) for gallery in galleries.values() for images in gallery.values())
    outside = [
        (draw, image)
        for draw, roles in files.roles("one").items()
        for image in roles["non-mated"]
        if value_of(image) == value
    ]
    too_few = size < 20 or len({files.person(image) for _, image in outside}) < 10
    assert (found["fpir_at_fpir"] is None) == bool(found["reason"]) == too_few
    assert found["references"] == (0 if too_few else size)
    for kind in () if too_few else kinds:
        nearest = [
            max(files.drawn[draw, image, each] for each in galleries[draw][kind][:size]) if files.made(image) else NONE
            for draw, image in outside
        ]
        for key, said in found["fpir_at_fpir"][kind].items():
            above = fnir(probes, float(key))[2]
            assert (sum(each > above for each in nearest), len(nearest)) == (said["k"], said["n"]), (kind, key)
