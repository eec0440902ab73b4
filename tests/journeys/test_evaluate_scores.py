"""`overt evaluate --scores-from`: a matcher that shows no templates, as whoever evaluates it meets it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from overt.cli.main import run as command
from overt.evaluation.folder import read_people
from simulators.commands import PROGRAM, ROOT, Done, run
from simulators.matcher import SimulatedMatcher, write_people
from simulators.recomputed import Files, same_figures
from simulators.vendor import rows_of, write_csv, write_parquet

pytestmark = pytest.mark.slow

SCHEMA = json.loads((ROOT / "spec" / "evaluation-report.schema.json").read_text(encoding="utf-8"))
ANSWERED, USAGE, REFUSED = 0, 2, 3
WRITERS = {"scores.csv": write_csv, "scores.parquet": write_parquet}

Evaluate = Callable[..., Done]


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Folders of people whose images are none: nobody but the vendor ever looks at them."""
    folder = write_people(tmp_path / "people", {f"p{number:02}": 1 + number % 3 for number in range(40)})
    (folder / "p02" / "2.jpg").write_bytes(b"none")
    return folder


@pytest.fixture(params=WRITERS)
def scores(request: pytest.FixtureRequest, images: Path, tmp_path: Path) -> Path:
    people = read_people(images)
    answers = [SimulatedMatcher(spread=0.6).template(image.read_bytes()) for image in people.images]
    return WRITERS[request.param](tmp_path / request.param, rows_of(people, answers))


@pytest.fixture
def evaluate(images: Path, tmp_path: Path) -> Evaluate:
    """The command over those people."""
    return lambda *more: run([PROGRAM, "evaluate", images, "--out", tmp_path / "out", "--json", *more])


@pytest.fixture
def code_of(images: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """The same in this process, where it is refused: exit status and code."""

    def asked(*more: str | Path) -> tuple[int, str]:
        status = command([str(each) for each in ("evaluate", images, "--out", tmp_path / "out", "--json", *more)])
        return status, str(json.loads(capfd.readouterr().out)["error"]["code"])

    return asked


def test_scores_alone_give_a_whole_report(evaluate: Evaluate, scores: Path, images: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text("person,side\n" + "".join(f"p{at:02},{'left' if at % 2 else 'right'}\n" for at in range(40)))
    cleanup = tmp_path / "cleanup.csv"
    cleanup.write_text("action,subject,person\ndrop,p01/1.jpg,\n")
    for image in images.rglob("*.jpg"):
        image.write_bytes(b"")  # none is opened
    done = evaluate(
        "--scores-from", scores, "--matcher", "Vendor 3.1", "--labels", labels, "--group", "side", "--cleanup", cleanup,
        "--scores",
    )  # fmt: skip
    assert done.status == ANSWERED, done.err
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    Draft202012Validator(SCHEMA).validate(report)
    assert (report["contract"]["id"], report["contract"]["dimension"]) == ("Vendor 3.1", 0)
    assert report["fta"]["reasons"] == {"declared": 1}
    assert "Rows of the scores that are of no two images here" in done.err
    assert {group["value"] for group in report["groups"]} == {"left", "right"}
    same_figures(Files(tmp_path / "out"), report)


def test_a_fault_of_the_file_is_refused_before_anything_is_written(evaluate: Evaluate, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("probe,reference,score\np00/0.jpg,p01/0.jpg,nan\n")
    done = evaluate("--scores-from", file)
    assert (done.status, done.json["error"]["code"]) == (REFUSED, "evaluation_scores_invalid")
    assert "Line 2" in done.json["error"]["message"]
    assert list((tmp_path / "out").iterdir()) == []


def test_scores_and_templates_are_not_mixed(code_of: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    file = tmp_path / "scores.csv"
    file.write_text("probe,reference,score\n")
    for more in (["--contract", "yunet-sface-looks-2"], ["--processes", "1"], ["--cache", tmp_path / "cache"]):
        assert code_of("--scores-from", file, *more) == (USAGE, "usage")
    assert code_of("--matcher", "x") == (USAGE, "usage")
    assert not (tmp_path / "out").exists()


def test_a_file_in_an_instance_is_refused(code_of: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    force = tmp_path / "force"
    force.mkdir()
    (force / "instance.json").write_text("{}")
    (force / "scores.csv").write_text("probe,reference,score\n")
    assert code_of("--scores-from", force / "scores.csv") == (REFUSED, "evaluation_on_instance")
