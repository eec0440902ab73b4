"""Fit the calibration table of the shipped template contract on a folder of people, and print its figures.

    python benchmarks/calibration.py --data ../shared/data/lfw --transfer ../shared/data/frll --cache ~/overt-templates

Rules:
* Real faces only, never filler. The folder is read as `overt evaluate` reads one: one folder a person, the central
  face of each image; `labels.csv` (column gender) gives the groups, `cleanup.csv` drops mislabelled images and joins
  people under two names.
* Pairs of people who share a family name (the last word of the folder's name) are left out and counted: twins and
  brothers score far higher than strangers, and a rate for strangers must not be a mixture of both.
* Templates are kept in the folder that is given (mode 0700), outside the project, so that a second run takes a minute.

5,025 images take some ten minutes on one core, in one process.
"""

import argparse
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress, track

from overt.candidates.calibration import CalibrationTable
from overt.candidates.table_json import to_json
from overt.evaluation.cache import TemplateCache
from overt.evaluation.calibrate import group_rates, ordinary_difference, transfers
from overt.evaluation.folder import read_people
from overt.evaluation.lists import read_cleanup, read_labels
from overt.evaluation.making import make_templates
from overt.evaluation.matcher import NoTemplate
from overt.evaluation.pairs import PeoplePairs, people_pairs
from overt.evaluation.tail import TOP, fit_tail
from overt.models.choice import chosen_manifest, matcher_factory
from overt.models.manifest import shipped_manifest
from overt.template.contract import TemplateContract

Vectors = NDArray[np.float32]

TABLES = Path(__file__).resolve().parents[1] / "src" / "overt" / "candidates" / "tables"
SEED = 20261123
CONFIDENCE = 0.95
GROUP_COLUMN = "gender"
GROUPS = {"men": "M", "women": "F"}
TRANSFER_SCORES = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
NOT_FOR = frozenset({"unconscious", "deceased", "child"})
NOTES = (
    "Strangers only: pairs who share a family name were left out. "
    "A twin, a brother or a sister can score as high as the person.",
    "Photographs of public figures from newspapers of about 2002 to 2004, 250 pixels wide: "
    "not a street check's, and not a custody suite's.",
    "Groups are men and women, as verified by hand. "
    "Rates by ethnicity are not in this table: the only labels are a classifier's guesses.",
    "Closed eyes, injuries, people lying down, and children are not in the data.",
    "Portraits taken alike in one studio score higher than the bound says, as `transfers` shows.",
    "Rates below one in the number of pairs are extrapolated by the tail's model and were never counted.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Embedded images: vectors (m, dim), whose they are, their families and groups; `unusable` by reason."""

    vectors: Vectors
    people: tuple[str, ...]
    families: tuple[str, ...]
    groups: tuple[str, ...]
    unusable: Counter[str]


def main() -> None:
    given = arguments()
    contract = shipped_manifest().contract
    faces = load(given.data, given.cache)
    table = fitted(given.data.name, faces, contract)
    if given.transfer:
        other = load(given.transfer, given.cache)
        seen = transfers(given.transfer.name, other.vectors, other.people, table, TRANSFER_SCORES)
        table = replace(table, transfers=seen)
    out = given.out or TABLES / f"{contract.id}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(to_json(table))
    report(table, faces)
    print(f"\nwritten: {out}")


def fitted(data: str, faces: Faces, contract: TemplateContract) -> CalibrationTable:
    """The table of these faces, without transfers."""
    random = np.random.default_rng(SEED)
    everybody = pairs_of(faces, None)
    kin = everybody.people * (everybody.people - 1) // 2 - everybody.pairs
    return CalibrationTable(
        contract=contract.digest,
        contract_id=contract.id,
        data=data,
        people=everybody.people,
        images=len(faces.vectors),
        left_out=(*faces.unusable.items(), ("pairs_of_one_family_name", kin)),
        confidence=CONFIDENCE,
        groups=tuple(
            group_rates(name, pairs_of(faces, code), CONFIDENCE, random)
            for name, code in track(GROUPS.items(), "Fitting groups")
        ),
        overall=group_rates("all", everybody, CONFIDENCE, random),
        lookalike_margin=round(ordinary_difference(faces.vectors, faces.people), 3),
        not_for=NOT_FOR,
        transfers=(),
        notes=NOTES,
    )


def pairs_of(faces: Faces, group: str | None) -> PeoplePairs:
    """The pairs within one group, or all."""
    inside = [i for i, name in enumerate(faces.groups) if group in (None, name)]
    return people_pairs(faces.vectors[inside], [faces.people[i] for i in inside], [faces.families[i] for i in inside])


def report(table: CalibrationTable, faces: Faces) -> None:
    """The figures for people to read."""
    print(f"\n{table.data}: {table.people} people, {table.images} images; left out {dict(table.left_out)}")
    print("group    people   pairs  start  rate(upper)   power(lower)")
    for one in (*table.groups, table.overall):
        rates = f"{one.fitted.rate:.5f} ({one.upper.rate:.5f})  {one.fitted.power:.2f} ({one.upper.power:.2f})"
        print(f"{one.group:6} {one.people:8} {one.pairs:8}  {one.upper.start:.3f}  {rates}")
    steadiness(faces)
    thresholds(table)
    mated(table, faces)
    for seen in table.transfers:
        print(f"on {seen.data} at {seen.score:.2f}: at most {seen.expected:8.2f} of {seen.pairs}, seen {seen.observed}")


def steadiness(faces: Faces) -> None:
    """Whether the fit depends on how much of the tail it sees: the score of one stranger in ten million."""
    print("\nscore that 1 in 10,000,000 strangers reaches, by the share that is fitted (best fit / upper)")
    random = np.random.default_rng(SEED)
    for name, code in {**GROUPS, "all": None}.items():
        pairs = pairs_of(faces, code)
        fits = [(top, fit_tail(pairs, CONFIDENCE, random, top)) for top in (0.01, TOP, 0.001, 0.0003)]
        print(name, *(f"{top:g}: {fit.fitted.score(1e-7):.3f}/{fit.upper.score(1e-7):.3f}" for top, fit in fits))
        tail = dict(fits)[TOP]
        for score in (0.4, 0.45, 0.5, 0.55):
            counted = pairs.share(score).sum() / (2 * pairs.pairs)
            print(f"  {score:.2f}: counted {counted:.2g}, fitted {tail.fitted.share(score):.2g},", end=" ")
            print(f"bound {tail.upper.share(score):.2g}")


def thresholds(table: CalibrationTable) -> None:
    """Thresholds by target and scope: worst group at its bound, each group and everybody at best fit."""
    print("\nFPIR    references  threshold   best fit:", *(one.group for one in (*table.groups, table.overall)))
    for target in (0.001, 0.0025, 0.01):
        for size in (27, 1_000, 100_000, 20_000_000):
            share = -np.expm1(np.log1p(-target) / size)
            fits = [one.fitted.score(min(share, one.fitted.rate)) for one in (*table.groups, table.overall)]
            print(
                f"{target:6.2%} {size:12,}  {table.threshold(target, size):.4f}     ", *(f"{fit:.3f}" for fit in fits)
            )


def mated(table: CalibrationTable, faces: Faces) -> None:
    """How many photographs of one person stay above the thresholds, each person counted once."""
    names, images = np.array(faces.people), faces.vectors
    own = [
        images[names == name] for name, count in zip(*np.unique(names, return_counts=True), strict=True) if count > 1
    ]
    scores = [(one @ one.T)[np.triu_indices(len(one), 1)] for one in own]
    print(f"\nmated: {len(own)} people; median difference of two scores of one photograph {table.lookalike_margin}")
    for size in (1_000, 100_000, 20_000_000):
        at = table.threshold(0.01, size)
        print(f"above {at:.3f} (FPIR 1 % at {size:,}): {np.mean([np.mean(one >= at) for one in scores]):.3f}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/lfw"), help="one folder a person")
    parser.add_argument("--transfer", type=Path, help="another such folder, on which the finished table is tried")
    parser.add_argument("--cache", type=Path, required=True, help="where embeddings are kept, outside the project")
    parser.add_argument("--out", type=Path, help="default: the contract's file in src/overt/candidates/tables")
    return parser.parse_args()


def load(folder: Path, cache: Path) -> Faces:
    """All usable images of a folder of people, cleaned up and embedded."""
    labels = read_labels((folder / "labels.csv").read_bytes())
    lists = [read_cleanup(file.name, file.read_bytes()) for file in folder.glob("cleanup.csv")]
    people = read_people(folder, labels, lists, [column for column in labels.columns if column == GROUP_COLUMN])
    text, manifest = chosen_manifest((), None)
    with Progress() as bar:
        task = bar.add_task("Embedding", total=None)
        made = make_templates(
            people.images,
            matcher_factory(text, None),
            TemplateCache(cache, manifest.contract.digest),
            1,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    kept = [at for at, answer in enumerate(made.answers) if not isinstance(answer, NoTemplate)]
    groups = people.labels.get(GROUP_COLUMN, ("",) * len(people.people))
    unusable = Counter({"dropped": sum(one.dropped for one in people.cleanup), "no_face": 0})
    unusable.update(answer.reason for answer in made.answers if isinstance(answer, NoTemplate))
    return Faces(
        vectors=np.stack([answer for answer in made.answers if not isinstance(answer, NoTemplate)]),
        people=tuple(people.people[people.person[at]] for at in kept),
        families=tuple(people.images[at].parent.name.rsplit("_", 1)[-1] for at in kept),
        groups=tuple(groups[people.person[at]] for at in kept),
        unusable=unusable,
    )


if __name__ == "__main__":
    main()
