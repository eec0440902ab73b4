"""The files of a report are what they were: an evaluation written by hand gives these bytes.

`python tests/golden/evaluation/test_report.py` writes them anew; read the difference before you commit it.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parents[1]))

from overt.evaluation.report.card import card  # noqa: E402
from overt.evaluation.report.document import document, written  # noqa: E402
from overt.evaluation.result import Evaluation  # noqa: E402
from simulators.evaluations import EVALUATION  # noqa: E402

FILES: dict[str, Callable[[Evaluation], bytes]] = {
    "report.json": lambda evaluation: written(document(evaluation)),
    "card.txt": lambda evaluation: card(evaluation).encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_what_it_was(name: str) -> None:
    assert FILES[name](EVALUATION) == (HERE / name).read_bytes()


if __name__ == "__main__":
    for name, make in FILES.items():
        (HERE / name).write_bytes(make(EVALUATION))
