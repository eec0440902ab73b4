"""The judges: programs of other people, built once a session."""

import pytest

from judges.go_judge import Judge, build, missing


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """The judge that uses Go's golang.org/x/mod/sumdb."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    return build(tmp_path_factory.mktemp("go"))
