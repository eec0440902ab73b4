"""Small galleries are compared row by row; here they are scanned, since the scan is what is tested."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="module")
def _scanned() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("overt.search.nibbles.FEW", 0)
        yield
