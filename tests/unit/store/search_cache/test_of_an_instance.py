"""The cache of a real instance: kept between openings, caught up, brought up to date by an erasure, told by doctor."""

from pathlib import Path

from overt.store.doctor import examine
from overt.store.gallery.index import GalleryIndex
from simulators.force import Force, demonstration, reopened


def size(force: Force) -> int:
    return force.instance.index.current().scope_size(force.instance.scopes()[0], force.clock())


def finding(force: Force) -> tuple[bool, str]:
    return next((one.well, one.detail) for one in examine(force.instance) if one.name == "search index")


def files(force: Force) -> dict[str, bytes]:
    folder = force.instance.place.search
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def test_it_is_kept_between_openings_and_caught_up(folder: Path) -> None:
    with demonstration(folder) as force:
        force.enrol(1, 2, 3)
        assert not files(force)
        assert finding(force) == (True, "not on disk; the first search makes it")
        assert size(force) == 3
        assert finding(force)[0]
        written = files(force)
        assert {"header", "tile-00000.codes", "tile-00000.rows"} <= written.keys()
    with reopened(folder) as force:
        assert files(force) == written
        force.enrol(4)
        assert finding(force)[0] is False
        assert "1 changes" in finding(force)[1]
        assert size(force) == 4
        assert finding(force)[0]


def test_an_erasure_leaves_the_files_when_it_is_settled(folder: Path) -> None:
    with demonstration(folder) as force:
        force.enrol(1, 2, shots=2)
        assert size(force) == 4
        before = files(force)["tile-00000.rows"]
        slot = len(before) // 4
        force.instance.erasure.erase(force.instance.browser.of_person("p1")[0].person)
        force.instance.index.settle()
        after = files(force)["tile-00000.rows"]
        gone = [at for at in range(4) if not any(after[at * slot : (at + 1) * slot])]
        assert len(gone) == 2
        assert size(force) == 2


def test_what_another_process_holds_is_left_alone(force: Force) -> None:
    force.enrol(1, 2)
    assert size(force) == 2
    before, contract, index = files(force), force.templates.contract, force.instance.index
    assert index._cache is not None
    place = force.instance.search_folder
    beside = GalleryIndex(force.instance.engine, force.instance.keys, contract.digest, contract.dimension, place)
    assert beside.held_elsewhere()
    assert not index.held_elsewhere()
    assert beside.current().scope_size(force.instance.scopes()[0], force.clock()) == 2, "in memory"
    force.enrol(3)
    assert beside.current().scope_size(force.instance.scopes()[0], force.clock()) == 3
    assert files(force) == before


def test_settling_makes_no_cache_where_there_is_none(force: Force) -> None:
    force.enrol(1)
    force.instance.index.settle()
    assert not files(force)
