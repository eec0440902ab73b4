"""No search of the gallery without an Authority, and only within it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import pytest

from overt.authority import Authority, mint
from overt.errors import AuthorityExpired
from overt.identifiers import Digest, EncounterId, OfficerId
from overt.scope import Outcome, Scope, Source
from overt.search.gallery_backed import GallerySearch
from overt.search.reference_engine import ReferenceEngine
from unit.search.galleries import CONTRACT, EVERYONE, LABEL, TODAY, Template, row, some_vectors

VECTORS = some_vectors(2, 8)
PROBE = Template(VECTORS[0])


def authority(scope: Scope = EVERYONE) -> Authority:
    return mint(EncounterId(uuid4()), OfficerId("demo-officer"), scope, TODAY, Digest("sha256:" + "0" * 64))


@pytest.fixture
def gallery() -> GallerySearch:
    engine = ReferenceEngine(CONTRACT, 8)
    engine.insert([row(1, VECTORS[0]), row(2, VECTORS[0], replace(LABEL, outcome=Outcome.ACQUITTED))])
    return GallerySearch(engine)


def test_an_authority_opens_its_own_scope_only(gallery: GallerySearch) -> None:
    narrow = replace(EVERYONE, outcomes={Source.CUSTODY: frozenset({Outcome.CONVICTED})})
    assert [one.reference for one in gallery.find(PROBE, 0.9, authority(), TODAY)] == [1, 2]
    assert [one.reference for one in gallery.find(PROBE, 0.9, authority(narrow), TODAY)] == [1]
    assert gallery.scope_size(authority(), TODAY) == 2
    assert gallery.scope_size(authority(narrow), TODAY) == 1


@pytest.mark.parametrize("instead", [None, EVERYONE, object(), "demo-officer", True])
def test_without_an_authority_nothing_is_searched(gallery: GallerySearch, instead: object) -> None:
    with pytest.raises(TypeError, match="Authority"):
        gallery.find(PROBE, 0.9, cast(Any, instead), TODAY)
    with pytest.raises(TypeError, match="Authority"):
        gallery.scope_size(cast(Any, instead), TODAY)


@pytest.mark.parametrize("late", [timedelta(seconds=61), timedelta(seconds=-1)])
def test_an_old_or_future_authority_is_refused(gallery: GallerySearch, late: timedelta) -> None:
    with pytest.raises(AuthorityExpired):
        gallery.find(PROBE, 0.9, authority(), TODAY + late)
    with pytest.raises(AuthorityExpired):
        gallery.scope_size(authority(), TODAY + late)


def test_eligibility_is_as_of_the_authority_not_of_now(gallery: GallerySearch) -> None:
    assert len(gallery.find(PROBE, 0.9, authority(), TODAY + timedelta(seconds=59))) == 2
