"""Fit the calibration table of the shipped template contract on a folder of people, and print its figures.

    python benchmarks/calibration.py --data ../shared/data/lfw --transfer ../shared/data/frll --cache ~/overt-templates

Rules:
* Real faces only, never filler. The folder is read as `overt evaluate` reads one: one folder a person, the central
  face of each image; `labels.csv` (column gender) gives the groups, `cleanup.csv` drops mislabelled images and joins
  people under two names.
* Pairs of people who share a family name (the last word of the folder's name) are left out and counted: twins and
  brothers score far higher than strangers, and a rate for strangers must not be a mixture of both.
* A contract's centre was fitted on the women of this very folder. So the scores that the table counts are made with a
  centre of other people than a pair's (`evaluation/apart.py`): what strangers whom nobody fitted score. What the
  shipped centre would have given is printed beside it.
* Templates are kept in the folder that is given (mode 0700), outside the project, so that a second run takes a minute.

`--check` besides fits on a tenth of the people, again and again, and counts among the others what it foretold.

5,025 images take some ten minutes on one core, in one process; with templates kept, two minutes, and three for --check.
"""

import argparse
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress, track

from accuracy_contracts import matcher, pipeline
from overt.candidates.calibration import CalibrationTable, GroupRates, MatedShares
from overt.candidates.table_json import to_json
from overt.evaluation.apart import centred_apart, folds_of
from overt.evaluation.cache import TemplateCache
from overt.evaluation.calibrate import group_rates, ordinary_difference, transfers
from overt.evaluation.extrapolation import foretold
from overt.evaluation.folder import read_people
from overt.evaluation.goodness import Figure, goodness
from overt.evaluation.lists import read_cleanup, read_labels
from overt.evaluation.making import make_templates
from overt.evaluation.matcher import NoTemplate
from overt.evaluation.pairs import PeoplePairs, scored_pairs
from overt.evaluation.tail import TOP, fit_tail
from overt.models.manifest import shipped_manifest
from overt.template.contract import TemplateContract

Vectors = NDArray[np.float32]
Scores = NDArray[np.float32]

TABLES = Path(__file__).resolve().parents[1] / "src" / "overt" / "candidates" / "tables"
SEED = 20261123
CONFIDENCE = 0.95
GROUP_COLUMN = "gender"
GROUPS = {"men": "M", "women": "F"}
MATED_SCORES = tuple(round(0.2 + 0.01 * step, 2) for step in range(71))
TARGETS = (0.1, 0.01)
CENTRE_SCORES = (0.35, 0.476, 0.524, 0.591, 0.692)
SHOWN_STEP = 0.02
TENTH, TRIES = 0.1, 40
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
    """Embedded images: vectors (m, dim), whose they are, their families and groups; `unusable` by reason.

    `scores` (m, m): of each two of them; `crossed` puts those with a centre of other people there.
    """

    vectors: Vectors
    scores: Scores
    people: tuple[str, ...]
    families: tuple[str, ...]
    groups: tuple[str, ...]
    unusable: Counter[str]


def main() -> None:
    given = arguments()
    contract = shipped_manifest().contract
    shipped = load(given.data, given.cache)
    faces = crossed(shipped, load(given.data, given.cache, "looks")) if contract.centre else shipped
    table = fitted(given.data.name, faces, contract)
    if given.transfer:
        other = load(given.transfer, given.cache)
        seen = transfers(given.transfer.name, other.vectors, other.people, table, TRANSFER_SCORES)
        table = replace(table, transfers=seen)
    out = given.out or TABLES / f"{contract.id}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(to_json(table))
    if not given.only_table:
        report(table, faces, shipped)
    if given.check:
        check(faces)
    print(f"\nwritten: {out}")


def fitted(data: str, faces: Faces, contract: TemplateContract) -> CalibrationTable:
    """The table of these faces, without transfers."""
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
            group_rates(name, pairs_of(faces, code), CONFIDENCE, np.random.default_rng(SEED))
            for name, code in track(GROUPS.items(), "Fitting groups")
        ),
        overall=group_rates("all", everybody, CONFIDENCE, np.random.default_rng(SEED), SHOWN_STEP),
        mated=tuple(mated_shares(name, faces, code) for name, code in GROUPS.items()),
        lookalike_margin=round(ordinary_difference(faces.vectors, faces.people), 3),
        not_for=NOT_FOR,
        transfers=(),
        notes=NOTES,
    )


def crossed(shipped: Faces, plain: Faces) -> Faces:
    """The faces with scores less a centre: of women, as the shipped one, but of other people than a pair's."""
    names, groups = np.array(plain.people), np.array(plain.groups)

    def centre_of(rows: NDArray[np.bool_]) -> NDArray[np.float64]:
        women = rows & (groups == GROUPS["women"])
        means = [plain.vectors[women & (names == name)].mean(0) for name in np.unique(names[women])]
        return np.asarray(np.mean(means, axis=0), np.float64)

    fold = folds_of(plain.people, np.random.default_rng(SEED))
    return replace(shipped, scores=centred_apart(plain.vectors, fold, centre_of))


def pairs_of(faces: Faces, group: str | None) -> PeoplePairs:
    """The pairs within one group, or all."""
    inside = [i for i, name in enumerate(faces.groups) if group in (None, name)]
    scores = faces.scores[np.ix_(inside, inside)]
    return scored_pairs(scores, [faces.people[i] for i in inside], [faces.families[i] for i in inside])


def mated_shares(name: str, faces: Faces, group: str) -> MatedShares:
    """How many pairs of photographs of one person stay below each score, each person counted once."""
    names, groups = np.array(faces.people), np.array(faces.groups)
    own = []
    for person in np.unique(names[groups == group]):
        rows = np.flatnonzero(names == person)
        if len(rows) > 1:
            own.append(faces.scores[np.ix_(rows, rows)][np.triu_indices(len(rows), 1)])
    missed = [float(np.mean([np.mean(one < score) for one in own])) for score in MATED_SCORES]
    return MatedShares(
        name, len(own), tuple((at, round(share, 6)) for at, share in zip(MATED_SCORES, missed, strict=True))
    )


def report(table: CalibrationTable, faces: Faces, shipped: Faces) -> None:
    """The figures for people to read."""
    print(f"\n{table.data}: {table.people} people, {table.images} images; left out {dict(table.left_out)}")
    print("group    people   pairs  start  rate(upper)   power(lower)")
    for one in (*table.groups, table.overall):
        rates = f"{one.fitted.rate:.5f} ({one.upper.rate:.5f})  {one.fitted.power:.2f} ({one.upper.power:.2f})"
        print(f"{one.group:6} {one.people:8} {one.pairs:8}  {one.upper.start:.3f}  {rates}")
    centre(table, shipped)
    steadiness(faces)
    fit_of_the_tail(table, faces)
    thresholds(table)
    extrapolated(table)
    mated(table)
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


def centre(table: CalibrationTable, shipped: Faces) -> None:
    """The table's rates over what the shipped centre, which was fitted on these very people, would have given."""
    print("\nrates over those of the shipped centre: best fits, bounds, best fit over that centre's bound")
    for one in table.groups:
        same = fit_tail(pairs_of(shipped, GROUPS[one.group]), CONFIDENCE, np.random.default_rng(SEED))
        for score in CENTRE_SCORES:
            fitted, upper = one.fitted.share(score), one.upper.share(score)
            bound = same.upper.share(score)
            print(f"{one.group} {score:.3f}: {fitted / same.fitted.share(score):.2f}", end=" ")
            print(f"{upper / bound:.2f} {fitted / bound:.2f}")


def fit_of_the_tail(table: CalibrationTable, faces: Faces) -> None:
    """The power tail beside an exponential and a free generalised Pareto, with intervals over people."""
    for one in (*table.groups, table.overall):
        pairs = pairs_of(faces, GROUPS.get(one.group))
        seen = goodness(pairs, one.fitted.start, np.random.default_rng(SEED))
        print(
            f"\n{one.group}, tail above {one.fitted.start:.3f}: Anderson-Darling distance (x 10,000); less the power's"
        )
        for name, found in seen.distance.items():
            less = "" if name == "power" else f"; {_times(seen.better[name])}"
            print(f"  {name}: {_times(found)}{less}; 1 in 10,000,000 reaches {seen.score[name]}")
        print(f"  generalised Pareto: shape {seen.shape}, ends at {seen.end}")
        print("  share of the tail, score counted,", ", ".join(seen.distance))
        for share, counted, by in seen.quantiles:
            print(f"  {share:6.3f}  {counted:.3f}  ", *(f"{score:.3f}" for score in by.values()))


def _times(found: Figure) -> str:
    return str(Figure(*(10_000 * each for each in (found.estimate, found.low, found.high))))


def extrapolated(table: CalibrationTable) -> None:
    """How the interval grows with the gallery: the bound over the best fit of the worst group."""
    print("\nFPIR 1 % by the bound: what the best fit of each group says of that threshold")
    for size in (27, 1_000, 6_000, 100_000, 1_000_000, 20_000_000):
        at = table.threshold(0.01, size)
        said = (f"{one.group} {-np.expm1(-size * _best(one, at)):.3%}" for one in table.groups)
        print(f"{size:12,} {at:.4f}", *said, "counted" if not table.extrapolated(at) else "extrapolated")


def _best(group: GroupRates, score: float) -> float:
    return group.fitted.share(score) if score >= group.fitted.start else group.rate(score)


def check(faces: Faces) -> None:
    """Fit on a tenth of the people, count among the others."""
    print(f"\nfitted on 10 % of the people, counted among the others; {TRIES} splits")
    print(
        "group  fitted on  gallery  pairs in the tail  target  counted at best fit  at bound [5 % - 95 %]  bound held"
    )
    for name, code in {**GROUPS, "all": None}.items():
        pairs = pairs_of(faces, code)
        for top in (0.01, TOP):
            random = np.random.default_rng(SEED)
            made = [foretold(pairs, TENTH, TARGETS, CONFIDENCE, random, top) for _ in range(TRIES)]
            for at, target in enumerate(TARGETS):
                tries = [one[at] for one in made]
                bound = [one.bound for one in tries]
                low, high = np.quantile(bound, [0.05, 0.95])
                print(
                    f"{name:6} {tries[0].people} {tries[0].gallery}"
                    f" {np.median([one.beyond for one in tries]):.0f} (top {top:g})"
                    f" {target:.0%}  {np.mean([one.fitted for one in tries]):.2%}  {np.mean(bound):.2%}"
                    f" [{low:.2%} - {high:.2%}]  {sum(one.held for one in tries)} of {TRIES}"
                )


def mated(table: CalibrationTable) -> None:
    """What the thresholds cost: photographs of one person that stay below, each person counted once."""
    people = sum(one.people for one in table.mated)
    print(f"\nmated: {people} people; median difference of two scores of one photograph {table.lookalike_margin}")
    for size in (1_000, 6_000, 100_000, 20_000_000):
        at = table.threshold(0.01, size)
        missed = (f"{one.group} {one.missed(at):.1%} ({one.people} people)" for one in table.mated)
        print(f"below {at:.3f} (FPIR 1 % at {size:,}):", ", ".join(missed))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/lfw"), help="one folder a person")
    parser.add_argument("--transfer", type=Path, help="another such folder, on which the finished table is tried")
    parser.add_argument("--cache", type=Path, required=True, help="where embeddings are kept, outside the project")
    parser.add_argument("--out", type=Path, help="default: the contract's file in src/overt/candidates/tables")
    parser.add_argument("--only-table", action="store_true", help="write the table and print nothing")
    parser.add_argument("--check", action="store_true", help="also fit on a tenth of the people and count the others")
    return parser.parse_args()


def load(folder: Path, cache: Path, name: str = "default") -> Faces:
    """All usable images of a folder of people, cleaned up and embedded."""
    labels = read_labels((folder / "labels.csv").read_bytes())
    lists = [read_cleanup(file.name, file.read_bytes()) for file in folder.glob("cleanup.csv")]
    people = read_people(folder, labels, lists, [column for column in labels.columns if column == GROUP_COLUMN])
    with Progress() as bar:
        task = bar.add_task("Embedding", total=None)
        made = make_templates(
            people.images,
            partial(matcher, name),
            TemplateCache(cache, pipeline(name).contract.digest),
            1,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    kept = [at for at, answer in enumerate(made.answers) if not isinstance(answer, NoTemplate)]
    groups = people.labels.get(GROUP_COLUMN, ("",) * len(people.people))
    unusable = Counter({"dropped": sum(one.dropped for one in people.cleanup), "no_face": 0})
    unusable.update(answer.reason for answer in made.answers if isinstance(answer, NoTemplate))
    vectors = np.stack([answer for answer in made.answers if not isinstance(answer, NoTemplate)])
    return Faces(
        vectors=vectors,
        scores=vectors @ vectors.T,
        people=tuple(people.people[people.person[at]] for at in kept),
        families=tuple(people.images[at].parent.name.rsplit("_", 1)[-1] for at in kept),
        groups=tuple(groups[people.person[at]] for at in kept),
        unusable=unusable,
    )


if __name__ == "__main__":
    main()
