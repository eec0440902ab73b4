"""`overt evaluate` as a user meets it: on real portraits, stopped and gone on with, and away from every instance."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from overt.cli.evaluate.apart import DATABASE_VARIABLE
from overt.store.instance import DATABASE_VARIABLE as OF_THE_STORE
from overt.store.place import Place
from simulators.commands import PROGRAM, ROOT, Done, run
from simulators.matcher import write_people
from simulators.recomputed import Files, same_figures

pytestmark = pytest.mark.slow

SCHEMA = json.loads((ROOT / "spec" / "evaluation-report.schema.json").read_text(encoding="utf-8"))
ANSWERED, FAULT, USAGE, REFUSED = 0, 1, 2, 3
FILES = {"report.html", "report.json", "card.md", "scores.parquet", "images.csv", "draws.csv"}


class Bench:
    """A place to evaluate in, with portraits of twelve people and a cache that all tests of the module share."""

    def __init__(self, folder: Path, portraits: Path) -> None:
        self.folder, self.cache, self.out = folder, folder / "cache", folder / "out"
        self.images = folder / "images"
        for person in sorted(each for each in portraits.iterdir() if each.is_dir())[:12]:
            shutil.copytree(person, self.images / person.name)
        self.labels = portraits / "labels.csv"

    def argv(self, *more: str | Path, images: Path | None = None, out: Path | None = None) -> list[str | Path]:
        place: list[str | Path] = [PROGRAM, "evaluate", images or self.images, "--out", out or self.out]
        return [*place, "--cache", self.cache, "--processes", "1", *more]

    def __call__(self, *more: str | Path, out: Path | None = None, **variables: str) -> Done:
        return run(self.argv(*more, out=out), variables)

    def report(self) -> Any:
        return json.loads((self.out / "report.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Bench:
    return Bench(tmp_path_factory.mktemp("evaluate"), shared_data / "frll")


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Path]:
    """Folders of people whose images are none: each gives the reason, quickly."""
    return write_people(tmp_path / "people", {f"p{number}": 2 for number in range(6)})


def test_real_portraits_give_a_report_from_which_every_figure_comes_out_again(bench: Bench) -> None:
    more = ("--labels", bench.labels, "--group", "face_gender", "--group", "face_eth", "--scores", "--json")
    done = bench(*more)
    assert done.status == ANSWERED, done.err
    assert {file.name for file in bench.out.iterdir()} == FILES
    report = bench.report()
    Draft202012Validator(SCHEMA).validate(report)
    assert report["identification"]["rank1"]["estimate"] == 1
    assert report["fta"] | {"k": 0, "n": 24} == report["fta"]
    assert {group["column"] for group in report["groups"]} == {"face_gender", "face_eth"}
    assert done.json["identification"]["fnir_at_fpir"] == report["identification"]["fnir_at_fpir"]
    assert "Rows of the labels that are of nobody here: 42" in done.err
    same_figures(Files(bench.out), report)


def test_a_second_run_makes_no_template_and_shares_no_identifier(bench: Bench) -> None:
    bench("--scores")
    first, ids = bench.report(), set(Files(bench.out).images)
    second = bench.folder / "second"
    started = time.monotonic()
    assert bench("--scores", out=second).status == ANSWERED
    assert time.monotonic() - started < 60
    report = json.loads((second / "report.json").read_text(encoding="utf-8"))
    assert report.pop("run") != first.pop("run")
    assert report == first
    assert ids & set(Files(second).images) == set()


def test_what_is_written_names_nobody(bench: Bench) -> None:
    bench("--scores")
    names = {person.name for person in bench.images.iterdir()}
    for file in bench.out.iterdir():
        text = file.read_bytes().decode("utf-8", "replace")
        assert str(bench.folder) not in text, file.name
        if file.name == "images.csv":
            assert names & set(re.findall(r"\w+", text)) == set()


def test_labels_of_nobody_and_unknown_columns(bench: Bench) -> None:
    done = bench("--labels", bench.labels, "--group", "height")
    assert done.status == REFUSED
    assert "evaluation_labels_invalid" in done.err
    assert "face_age, face_gender, face_eth" in " ".join(done.err.split())


def test_an_unknown_contract_is_refused_with_the_known_ones(bench: Bench) -> None:
    done = bench("--contract", "other-1", "--json")
    assert (done.status, done.json["error"]["code"]) == (REFUSED, "contract_unknown")
    assert "yunet-sface-looks-2" in done.json["error"]["message"]


def test_images_without_a_template_are_refused_when_there_is_no_other(bench: Bench, people: Path) -> None:
    done = run(bench.argv("--json", images=people))
    assert (done.status, done.json["error"]["code"]) == (REFUSED, "evaluation_too_small")


@pytest.mark.parametrize(
    "number", [pytest.param(signal.SIGINT, marks=pytest.mark.long), signal.SIGKILL], ids=["Ctrl-C", "kill -9"]
)
def test_a_run_that_is_stopped_goes_on_where_it_was(
    bench: Bench, tmp_path: Path, number: signal.Signals, shared_data: Path
) -> None:
    cache = tmp_path / "cache"
    argv = [PROGRAM, "evaluate", shared_data / "frll", "--out", tmp_path / "out", "--cache", cache, "--processes", "2"]
    whole = [str(part) for part in argv]
    stopped = subprocess.Popen(whole, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while not list(cache.rglob("*.npz")):
        assert stopped.poll() is None
        time.sleep(0.05)
    stopped.send_signal(number)
    _, said = stopped.communicate(timeout=60)
    assert list((tmp_path / "out").iterdir()) == []
    if number == signal.SIGINT:
        assert stopped.returncode == FAULT
        assert "What was finished is kept" in said
        assert "Traceback" not in said
    kept = len(list(cache.rglob("*.npz")))
    assert kept >= 1
    done = run(whole)
    assert done.status == ANSWERED, done.err
    assert (tmp_path / "out" / "report.json").exists()


# --- away from every instance --------------------------------------------------------------------------------------


def refused(done: Done) -> None:
    assert done.status == REFUSED
    assert done.json["error"]["code"] == "evaluation_on_instance"


def test_settings_of_an_instance_are_refused(bench: Bench) -> None:
    refused(bench("--json", OVERT_INSTANCE="somewhere"))
    refused(bench("--json", **{DATABASE_VARIABLE: "postgresql://somewhere"}))
    refused(run([PROGRAM, "--instance", "somewhere", *bench.argv("--json")[1:]]))
    assert DATABASE_VARIABLE == OF_THE_STORE


def made_instance(folder: Path) -> Place:
    """What tells an instance: `instance.json`, and its keys beside it."""
    place = Place(folder)
    place.folder.mkdir(parents=True)
    place.keys.mkdir()
    place.about.write_text("{}")
    return place


def test_an_instance_in_the_default_folder_is_refused(bench: Bench, tmp_path: Path) -> None:
    made_instance(tmp_path / "overt-instance")
    argv = [str(part) for part in bench.argv("--json")]
    ended = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert json.loads(ended.stdout)["error"]["code"] == "evaluation_on_instance"


@pytest.mark.parametrize("option", ["images", "--out", "--cache"])
@pytest.mark.parametrize("kind", ["in it", "itself", "in its keys", "by a link"])
def test_a_place_in_an_instance_is_refused(bench: Bench, tmp_path: Path, option: str, kind: str) -> None:
    place = made_instance(tmp_path / "force")
    inside = {
        "in it": place.folder / "deeper" / "down",
        "itself": place.folder,
        "in its keys": place.keys / "persons",
        "by a link": tmp_path / "link",
    }[kind]
    if kind == "by a link":
        (place.folder / "deeper").mkdir()
        inside.symlink_to(place.folder / "deeper")
    inside.mkdir(parents=True, exist_ok=True)
    before = sorted(tmp_path.rglob("*"))
    if option == "images":
        refused(run(bench.argv("--json", images=inside)))
    elif option == "--out":
        refused(bench("--json", out=inside))
    else:
        refused(bench("--json", "--cache", inside))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_person_whose_folder_leads_into_an_instance_is_refused(bench: Bench, people: Path, tmp_path: Path) -> None:
    place = made_instance(tmp_path / "force")
    (place.folder / "photographs").mkdir()
    (people / "somebody").symlink_to(place.folder / "photographs")
    refused(run(bench.argv("--json", images=people)))


def test_the_command_brings_no_store_no_encounter_and_no_service() -> None:
    program = (
        "import sys, overt.cli.evaluate, overt.models.choice\n"
        "print([name for name in sys.modules if name.startswith(('overt.store', 'overt.encounter', 'overt.service', "
        "'sqlalchemy', 'psycopg'))])"
    )
    assert run([sys.executable, "-c", program]).out.strip() == "[]"


def test_an_open_cache_is_refused(bench: Bench, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    done = bench("--json", "--cache", tmp_path)
    assert done.json["error"]["code"] == "evaluation_cache_unsafe"


def test_an_output_that_cannot_be_written_is_wrong_use(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = bench("--json", out=tmp_path / "file" / "deeper")
    assert (done.status, done.json["error"]["code"]) == (USAGE, "usage")
