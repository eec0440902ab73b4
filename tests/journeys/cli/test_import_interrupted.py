"""An import that is interrupted keeps what is done, and goes on where it was."""

import signal
import subprocess
import time
from collections.abc import Callable

import numpy as np
import pytest
from sqlalchemy import Engine, text

from overt.store.instance import open_instance
from simulators.command_desk import ANSWERED, FAULT, TODAY, Desk
from simulators.commands import PROGRAM, SECONDS, in_process, overt
from simulators.force import open_folder
from simulators.real_photographs import gallery_folder, retaken

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(signal.SIGINT, marks=pytest.mark.long),
        pytest.param(signal.SIGTERM, marks=pytest.mark.long),
        signal.SIGKILL,
    ],
    ids=lambda each: each.name,
)
def test_an_interrupted_import_keeps_what_is_done_and_goes_on(
    photographs: dict[str, bytes], number: signal.Signals
) -> None:
    labels, generator, count = list(photographs), np.random.default_rng(7), 40
    faces = [label for label in labels if label not in {"person-3-enrolled", "person-1-third"}]
    many = {f"p{n}": retaken(photographs[faces[n % 8]], generator, longest=500) for n in range(count)}
    with open_folder() as folder, open_folder() as own:
        assert in_process(folder / "i", "init", "--demonstration").status == ANSWERED
        gallery_folder(own, many, TODAY)
        with open_instance(folder / "i") as instance:
            argv = [str(PROGRAM), "--instance", str(folder / "i"), "gallery", "import", str(own), "--json"]
            with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as importing:
                waited(lambda: stored(instance.engine) > 0)
                importing.send_signal(number)
                out, err = importing.communicate(timeout=SECONDS)
            kept = stored(instance.engine)
            assert 0 < kept < count, "it was interrupted in the middle"
            if number is signal.SIGKILL:
                assert importing.returncode == -number
                assert searchable(instance.engine) == 0
            else:
                assert importing.returncode == FAULT
                assert (out, "What was finished is kept" in err) == ("", True)
                assert searchable(instance.engine) == kept, "what was finished is searchable at once"
            again = in_process(folder / "i", "gallery", "import", own, "--json").json
            assert (again["imported"], again["already_there"], again["refused"]) == (count - kept, kept, [])
            assert stored(instance.engine) == searchable(instance.engine) == count
            batches = 1 if number is signal.SIGKILL else 2
            deeds = [each["deed"] for each in in_process(folder / "i", "ledger", "show", "--json").json["entries"]]
            assert deeds.count("gallery:batch:imported") == batches
        assert in_process(folder / "i", "ledger", "verify", "--json").json["verified"] is True


def stored(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("select count(*) from reference")).scalar_one())


def searchable(engine: Engine) -> int:
    query = "select count(*) from reference join batch on batch.id = reference.batch where leaf is not null"
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


def waited(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_progress_goes_to_standard_error_only(desk: Desk) -> None:
    done = overt(desk.instance, "gallery", "import", desk.own / "gallery", "--json")
    assert done.json["already_there"] == 4
    assert "Enrolling" not in done.out
