"""The pages' scripts: their types, and their own tests."""

import pytest

from simulators.scripts import npm


@pytest.mark.parametrize("what", ["types", "test"])
def test_the_scripts_types_and_tests(what: str) -> None:
    done = npm("run", "--silent", what)
    assert done.status == 0, done.out[-4000:] + done.err[-4000:]
