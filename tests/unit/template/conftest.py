"""Real faces for the template tests."""

import pytest

from unit.template.sdists import photos_from_sdists


@pytest.fixture(scope="session")
def demo_photos() -> dict[str, bytes]:
    """Each photograph of the demonstration by its file name."""
    return photos_from_sdists()
