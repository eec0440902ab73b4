"""Every figure comes out of the written scores again, computed by somebody else; and the files name nobody."""

import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from overt.cli.evaluate.sources import of_scores
from overt.errors import EvaluationPartMissing
from overt.evaluation.evaluate import Evaluated, evaluate_scores, material
from overt.evaluation.report.document import document
from overt.evaluation.report.scores import (
    COLUMNS,
    demand_parquet,
    identifiers,
    write_draws,
    write_images,
    write_scores,
)
from simulators.evaluations import simulated
from simulators.recomputed import Files, fnir, same_figures
from simulators.vendor import simulated_vendor, write_csv


def files_of(folder: Path, evaluated: Evaluated, seed: int = 5) -> Files:
    random = np.random.default_rng(seed)
    sample = evaluated.sample
    names = identifiers(len(sample.person), random)
    (folder / "images.csv").write_text(write_images(sample, names, random))
    (folder / "draws.csv").write_text(write_draws(evaluated.draws, evaluated.draws_of_all, names))
    with (folder / "scores.parquet").open("wb") as out:
        rows = write_scores(out, sample, evaluated.draws, names, evaluated.score)
    files = Files(folder)
    assert files.table.num_rows == rows
    return files


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return files_of(tmp_path_factory.mktemp("scores"), simulated())


def test_every_figure_comes_out_again(files: Files) -> None:
    report = document(simulated().evaluation)
    assert 0 < report["identification"]["fnir_at_fpir"]["0.1"]["k"] < report["identification"]["mated"]
    assert report["fta"]["k"] == 3
    same_figures(files, report)


def test_a_figure_that_is_not_that_of_the_files_is_noticed(files: Files) -> None:
    report = document(simulated().evaluation)
    report["identification"]["fnir_at_fpir"]["0.01"]["k"] += 1
    with pytest.raises(AssertionError):
        same_figures(files, report)


def test_galleries_of_different_people_come_out_again(tmp_path: Path) -> None:
    evaluated = simulated(people=150, spread=1.0)
    report = document(evaluated.evaluation)
    assert {one["reason"] for one in report["compositions"]} == {""}
    assert all(one["fpir_at_fpir"]["only"]["0.1"]["k"] for one in report["compositions"])
    same_figures(files_of(tmp_path, evaluated), report)


@pytest.mark.parametrize("part", ["group_pairs", "compositions", "groups"])
def test_a_group_that_is_another_is_noticed(files: Files, part: str) -> None:
    report = document(simulated().evaluation)
    first = report[part][0]
    if part == "groups":
        first["fnir_behind_at_fpir"]["0.1"]["people"]["k"] += 1
    elif part == "group_pairs":
        first["fmr_at_fmr"]["0.001"]["k"] += 1
    else:
        first["reason"] = ""
    with pytest.raises(AssertionError):
        same_figures(files, report)


def test_a_matchers_own_scores_are_written_and_come_out_again(tmp_path: Path) -> None:
    people, _, rows = simulated_vendor()
    source = of_scores(write_csv(tmp_path / "vendor.csv", rows), None)(people, 1)
    evaluated = evaluate_scores(source.compared, material(people, "x"), source.about, 2, lambda *_: None)
    files = files_of(tmp_path, evaluated)
    same_figures(files, document(evaluated.evaluation))
    assert min(files.pairs.values()) > 1


def test_smaller_galleries_come_out_again(tmp_path: Path) -> None:
    evaluated = simulated(people=130)
    files = files_of(tmp_path, evaluated)
    curve = evaluated.evaluation.identification.by_size
    assert len(curve.x) > 1
    for size, said in zip(curve.x, curve.y, strict=True):
        missed, of, _ = fnir(files.probes("one", round(size)), 0.01)
        assert missed / of == pytest.approx(said), size


def test_the_columns_are_the_written_ones(files: Files) -> None:
    assert tuple(files.table.column_names) == COLUMNS
    assert str(files.table.schema.field("score").type) == "float"
    assert str(files.table.schema.field("draw").type) == "int16"


def test_identifiers_are_random_and_lead_nowhere(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, seed in ((one, 5), (other, 6)):
        folder.mkdir()
        files_of(folder, simulated(), seed)
    assert set(Files(one).images) & set(Files(other).images) == set()
    for file in one.iterdir():
        assert b"person0" not in file.read_bytes()


def test_rows_of_images_say_nothing_by_their_order(files: Files) -> None:
    people = [row["person"] for row in files.images.values()]
    beside = sum(one == other for one, other in pairwise(people))
    assert beside < len(people) / 5


def test_identifiers_are_all_different() -> None:
    names = identifiers(20_000, np.random.default_rng(1))
    assert len(set(names)) == 20_000
    assert {len(name) for name in names} == {8}


def test_without_the_optional_part_it_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, *_: Any) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(EvaluationPartMissing):
        demand_parquet()
    with pytest.raises(EvaluationPartMissing):
        write_scores(io.BytesIO(), simulated().sample, simulated().draws, ())
