"""The two ways through a check: every page is of the way that its address names."""

from types import SimpleNamespace
from typing import Any, cast, get_args

import pytest

from overt.practice.scenes import Scenario
from overt.service.pages.ways import WayName, is_practice_path, the_way

ABOUT: Any = SimpleNamespace(policy="real policy", sessions="real drafts")
DESKS: Any = "real desks"
PRACTICES: Any = SimpleNamespace(
    of={
        each: SimpleNamespace(desks=f"desks of {each}", policy=f"policy of {each}", drafts=f"drafts of {each}")
        for each in Scenario
    }
)


def test_every_scenario_is_a_way_and_every_other_way_is_the_real_one() -> None:
    assert set(get_args(WayName)) == {"check", *(each.value for each in Scenario)}


def test_the_real_way_has_the_real_desks_and_practice_its_own() -> None:
    real = the_way("check", DESKS, ABOUT, PRACTICES)
    assert (real.desks, real.policy, real.drafts) == (DESKS, "real policy", "real drafts")
    assert (real.practice, real.path, real.api) == (False, "/check", "/api/v1/encounters")
    for scenario in Scenario:
        way = the_way(cast(WayName, scenario.value), DESKS, ABOUT, PRACTICES)
        assert (way.desks, way.policy) == (f"desks of {scenario}", f"policy of {scenario}")
        assert way.drafts == cast(Any, f"drafts of {scenario}")
        assert (way.practice, way.path, way.api) == (True, f"/{scenario}", f"/api/v1/practice/{scenario}")


@pytest.mark.parametrize(
    ("path", "practice"),
    [
        ("/practice", True),
        ("/practice/", True),
        ("/practice-none/new/age", True),
        ("/practice-alike/0/receipt", True),
        ("/check", False),
        ("/check/practice", False),
        ("/practices", False),
        ("/practice-other", False),
        ("/", False),
        ("", False),
    ],
)
def test_a_refusal_knows_whether_it_is_of_practice(path: str, practice: bool) -> None:
    assert is_practice_path(path) == practice
