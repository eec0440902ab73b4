"""Must hold: on portraits like custody images, everybody enrolled is the candidate and no stranger is.

One portrait of half of the people is enrolled, the other portrait of everybody is the probe; then the halves change.
Real models, the real import command, real checks; needs the faces for evaluation.
"""

import csv
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from overt.cli.check import play, read_toml
from overt.cli.main import run
from overt.store.desks import desks_of
from overt.store.instance import open_instance

EXAMPLE = Path(__file__).parents[2] / "examples" / "street-stop.toml"
FIELDS = {name: value for name, value in read_toml(EXAMPLE).items() if not isinstance(value, dict)}

pytestmark = pytest.mark.slow


@pytest.fixture
def people(shared_data: Path) -> list[Path]:
    found = sorted(path for path in (shared_data / "frll").iterdir() if path.is_dir())
    assert len(found) == 54
    return found


@pytest.fixture(params=["first half enrolled", pytest.param("second half enrolled", marks=pytest.mark.long)])
def enrolled(request: pytest.FixtureRequest, people: list[Path], folder: Path) -> list[Path]:
    """Half of the people, enrolled through the command line into `folder / "instance"`."""
    half = people[:27] if request.param.startswith("first") else people[27:]
    photographs = folder / "photographs"
    photographs.mkdir()
    today = date.today()  # noqa: DTZ011 - any day near now will do
    with (photographs / "manifest.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "person", "captured_on", "lawful_basis", "outcome", "review_on", "under_18", "source"))
        for person in half:
            (photographs / f"{person.name}.jpg").write_bytes((person / "neutral_front.jpg").read_bytes())
            captured, review = today - timedelta(days=100), today + timedelta(days=500)
            writer.writerow(
                (f"{person.name}.jpg", person.name, captured, "pace-64a", "convicted", review, "false", "custody")
            )
    assert run(["--instance", str(folder / "instance"), "init", "--demonstration"]) == 0
    assert run(["--instance", str(folder / "instance"), "gallery", "import", str(photographs), "--json"]) == 0
    return half


def test_everybody_enrolled_is_the_candidate_and_no_stranger_is(
    people: list[Path], enrolled: list[Path], folder: Path
) -> None:
    wrong: dict[str, list[str]] = {}
    with open_instance(folder / "instance") as instance:
        desks = desks_of(instance)
        for person in people:
            played = play(instance, desks, (person / "smiling_front.jpg").read_bytes(), FIELDS)
            assert played.revealed is not None, played.refusal
            found = [one.names.person for one in played.revealed.candidates if one.names]
            if found != ([person.name] if person in enrolled else []):
                wrong[person.name] = found
    assert wrong == {}


def test_the_same_through_the_command_itself(people: list[Path], enrolled: list[Path], folder: Path) -> None:
    stranger = next(person for person in people if person not in enrolled)
    for person, expected in ((enrolled[0], [enrolled[0].name]), (stranger, [])):
        command = [Path(sys.executable).with_name("overt"), "--instance", folder / "instance", "check"]
        arguments = [person / "smiling_front.jpg", "--encounter", EXAMPLE]
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        document = json.loads(done.stdout)
        assert [one["person"] for one in document["candidates"]] == expected
        assert document["result"] == ("candidates" if expected else "no_candidate")
