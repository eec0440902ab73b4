"""People who are signed in at the force that a module shares."""

import pytest

from overt.identifiers import OfficerId
from simulators.force import OFFICER, Force
from simulators.signed_in import SignedInPerson, signed_in


@pytest.fixture
def officer(shared_force: Force) -> SignedInPerson:
    """An officer on the force's phone."""
    return signed_in(shared_force, OFFICER)


@pytest.fixture
def supervisor(shared_force: Force) -> SignedInPerson:
    """A supervisor, likewise."""
    return signed_in(shared_force, OfficerId("demo-supervisor"))
