"""A matcher's own scores: the same figures as from its templates, and every fault of a file is refused by its line."""

import io
from pathlib import Path

import numpy as np
import pytest

from overt.cli.evaluate.sources import of_scores
from overt.errors import EvaluationScoresInvalid, EvaluationTooSmall
from overt.evaluation.evaluate import evaluate, evaluate_scores, material
from overt.evaluation.report.card import card
from overt.evaluation.report.document import document
from overt.evaluation.report.page import page
from overt.evaluation.score_rows import read_rows
from overt.evaluation.scored import Scored, put_together
from simulators.evaluations import ABOUT
from simulators.vendor import Row, simulated_vendor, write_csv, write_parquet

PEOPLE, ANSWERS, ROWS = simulated_vendor()
SMALL = ("a/1.jpg", "a/2.jpg", "b/1.jpg")
GOOD: list[Row] = [("a/1.jpg", "a/2.jpg", "9"), ("b/1.jpg", "a/1.jpg", "2"), ("a/2.jpg", "b/1.jpg", "3")]
WRITERS = [write_csv, write_parquet]


def small(text: str) -> Scored:
    return put_together(SMALL, (0, 0, 1), read_rows(io.BytesIO(text.encode())))


def as_text(rows: list[Row]) -> str:
    return "".join(f"{','.join(row)}\n" for row in [("probe", "reference", "score"), *rows])


@pytest.mark.parametrize("write", WRITERS)
def test_scores_give_the_figures_that_templates_give(tmp_path: Path, write: object) -> None:
    """The order of scores is the same, so every rate is; only scores themselves differ."""
    file = write(tmp_path / "scores", ROWS)  # type: ignore[operator]
    source = of_scores(file, "a vendor's")(PEOPLE, 1)
    named = material(PEOPLE, "x")
    found = document(evaluate_scores(source.compared, named, source.about, 3, lambda *_: None).evaluation)
    expected = document(evaluate(PEOPLE, ANSWERS, named, ABOUT, 3, lambda *_: None).evaluation)
    for part in ("groups", "group_pairs", "compositions", "differentials", "limits"):
        assert found[part] == expected[part], part
    for part in ("verification", "identification", "identification_all_images"):
        scores = [name for name in found[part] if name.startswith("threshold")]
        assert {**found[part], **dict.fromkeys(scores)} == {**expected[part], **dict.fromkeys(scores)}
        assert all(value > 100 for name in scores for value in found[part][name].values())
    assert found["fta"] | {"reasons": 0} == expected["fta"] | {"reasons": 0}
    assert found["fta"]["reasons"] == {"declared": 3}
    assert (found["contract"]["id"], found["contract"]["dimension"]) == ("a vendor's", 0)
    for curve in found["densities"].values():
        assert sum(curve["y"]) * (curve["x"][1] - curve["x"][0]) == pytest.approx(1, rel=0.01)


def test_the_report_does_not_speak_of_templates_that_nobody_saw(tmp_path: Path) -> None:
    source = of_scores(write_csv(tmp_path / "x.csv", ROWS), None)(PEOPLE, 1)
    evaluation = evaluate_scores(source.compared, material(PEOPLE, "y"), source.about, 1, lambda *_: None).evaluation
    assert evaluation.about.contract_id == "x"
    assert "cosine" not in page(evaluation) + card(evaluation)
    assert "unit vector" not in card(evaluation)
    assert evaluation.about.contract in page(evaluation)


def test_the_example_is_in_the_form() -> None:
    images = ("anne/1.jpg", "anne/2.jpg", "bilal/1.jpg", "bilal/2.jpg", "chioma/1.jpg")
    with (Path(__file__).resolve().parents[3] / "examples" / "scores.csv").open("rb") as content:
        found = put_together(images, (0, 0, 1, 1, 2), read_rows(content))
    assert found.made.tolist() == [True, True, True, False, True]
    assert found.elsewhere == 0


def test_scores_are_looked_up_either_way_round() -> None:
    found = small(as_text([*GOOD, ("c/1.jpg", "a/1.jpg", "5"), ("b/1.jpg", "b/1.jpg", "10")]))
    assert found.made.all()
    assert found.elsewhere == 2
    assert found.score(np.array([0, 1]), np.array([2])).tolist() == [[2], [3]]
    assert found.score(np.array([2]), np.array([0, 1])).tolist() == [[2, 3]]
    assert (found.scale.low, found.scale.high) == (2, 9)


def test_a_failure_is_declared_by_a_line_of_its_own() -> None:
    found = small(as_text([GOOD[1], ("a/2.jpg", "", ""), ("d/1.jpg", "", "")]))
    assert found.made.tolist() == [True, False, True]
    assert found.elsewhere == 1


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*GOOD, GOOD[0]], "Line 5 of the scores is of two images that stand in a line above"),
        ([*GOOD, ("a/2.jpg", "a/1.jpg", "9")], "Line 5 of the scores is of two images that stand in a line above"),
        ([GOOD[0], ("b/1.jpg", "a/1.jpg", "nan"), GOOD[2]], "Line 3 of the scores has no finite score"),
        ([GOOD[0], ("b/1.jpg", "a/1.jpg", "inf"), GOOD[2]], "Line 3 of the scores has no finite score"),
        ([GOOD[0], ("b/1.jpg", "a/1.jpg", "1e300"), GOOD[2]], "Line 3 of the scores has no finite score"),
        ([GOOD[0], ("b/1.jpg", "a/1.jpg", ""), GOOD[2]], "Line 3 of the scores has no finite score"),
        ([*GOOD, ("a/1.jpg", "", "4")], "Line 5 of the scores has a score and no reference"),
        ([*GOOD, ("", "a/1.jpg", "4")], "Line 5 of the scores names no probe"),
        ([*GOOD, ("a/1.jpg", "", "")], "declared a failure to acquire has scores"),
        (GOOD[:2], "Pairs of images without a score: 1"),
        (GOOD[:1], "say nothing: 1"),
        ([(*row[:2], f"{10 - float(row[2])}") for row in GOOD], "higher is nearer"),
    ],
)
def test_what_is_wrong_is_refused(tmp_path: Path, rows: list[Row], said: str, write: object) -> None:
    file = write(tmp_path / "scores", rows)  # type: ignore[operator]
    with file.open("rb") as content, pytest.raises(EvaluationScoresInvalid, match=said) as refused:
        put_together(SMALL, (0, 0, 1), read_rows(content))
    assert "jpg" not in refused.value.detail


@pytest.mark.parametrize(
    "text",
    ["", "probe,reference\na,b\n", "probe,probe,reference,score\n", as_text(GOOD) + "a/1.jpg\n", as_text(GOOD) + '"x'],
    ids=["empty", "no score", "a column twice", "a short row", "no CSV"],
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(EvaluationScoresInvalid):
        small(text)


def test_other_bytes_are_refused() -> None:
    for content in (b"probe,reference,score\n\xff,a,1\n", b"PAR1 and nothing else"):
        with pytest.raises(EvaluationScoresInvalid):
            put_together(SMALL, (0, 0, 1), read_rows(io.BytesIO(content)))


def test_a_word_for_a_score_is_refused() -> None:
    with pytest.raises(EvaluationScoresInvalid, match="Line 2 of the scores has no finite score"):
        small(as_text([("a/1.jpg", "a/2.jpg", "near"), *GOOD[1:]]))


def test_a_matcher_that_acquired_nothing_is_too_little(tmp_path: Path) -> None:
    rows: list[Row] = [(row, "", "") for row in {name for each in ROWS for name in each[:2] if name}]
    with pytest.raises(EvaluationTooSmall):
        of_scores(write_csv(tmp_path / "x.csv", rows), None)(PEOPLE, 1)
