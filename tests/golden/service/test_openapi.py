"""The interface's description is a written format: a change of it is a change of this file, made on purpose.

Write it anew with `python tests/golden/service/test_openapi.py`.
"""

import json
from pathlib import Path

from overt.service.app import make_app

SNAPSHOT = Path(__file__).with_name("openapi.json")


def described() -> str:
    return json.dumps(make_app(None, None).openapi(), indent=1, sort_keys=True) + "\n"


def test_the_interface_is_the_written_one() -> None:
    assert described() == SNAPSHOT.read_text(), "the interface changed: write the snapshot anew if that was meant"


def test_every_operation_says_how_it_refuses() -> None:
    document = json.loads(described())
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert "application/problem+json" in operation["responses"]["default"]["content"], f"{method} {path}"


def test_no_operation_takes_a_form_a_file_list_or_an_address() -> None:
    text = described()
    for forbidden in ("multipart", "x-www-form-urlencoded", '"format": "uri"', "video/"):
        assert forbidden not in text


if __name__ == "__main__":
    SNAPSHOT.write_text(described())
