"""Kept templates: private, whole or not believed, and never those of another contract."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.errors import EvaluationCacheUnsafe
from overt.evaluation.cache import MOST_SHARDS, TemplateCache
from overt.evaluation.making import key_of
from overt.evaluation.matcher import Answer, NoTemplate
from overt.identifiers import Digest
from simulators.matcher import CONTRACT, SimulatedMatcher

OTHER = Digest("sha256:" + "6" * 64)


def answers(*images: bytes) -> dict[bytes, Answer]:
    return {key_of(image): SimulatedMatcher().template(image) for image in images}


def same(one: dict[bytes, Answer], other: dict[bytes, Answer]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[key], other[key]) for key in one)  # type: ignore[arg-type]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def shards(place: Path) -> list[Path]:
    return sorted(place.rglob("*.npz"))


def test_what_is_kept_comes_back_with_its_reasons(place: Path) -> None:
    given_ = answers(b"anna 1", b"none 1", b"bert 1")
    TemplateCache(place, CONTRACT).add(given_)
    back = TemplateCache(place, CONTRACT).load()
    assert same(back, given_)
    assert back[key_of(b"none 1")] == NoTemplate("no_face")


def test_only_refusals_are_kept_too(place: Path) -> None:
    TemplateCache(place, CONTRACT).add(answers(b"none 1"))
    assert TemplateCache(place, CONTRACT).load() == {key_of(b"none 1"): NoTemplate("no_face")}


def test_another_contract_sees_nothing(place: Path) -> None:
    TemplateCache(place, CONTRACT).add(answers(b"anna 1"))
    assert TemplateCache(place, OTHER).load() == {}


def test_the_folder_is_private_and_an_open_one_is_refused(place: Path, tmp_path: Path) -> None:
    TemplateCache(place, CONTRACT)
    assert place.stat().st_mode & 0o777 == 0o700
    for mode in (0o750, 0o701, 0o777):
        place.chmod(mode)
        with pytest.raises(EvaluationCacheUnsafe):
            TemplateCache(place, CONTRACT)
    (tmp_path / "file").write_text("x")
    with pytest.raises(EvaluationCacheUnsafe):
        TemplateCache(tmp_path / "file", CONTRACT)


@given(cut=st.floats(0, 1), flip=st.floats(0, 1, exclude_max=True))
def test_a_damaged_shard_is_not_believed(tmp_path_factory: pytest.TempPathFactory, cut: float, flip: float) -> None:
    place = tmp_path_factory.mktemp("damaged")
    cache = TemplateCache(place, CONTRACT)
    given_ = answers(b"anna 1", b"bert 1")
    cache.add(given_)
    (shard,) = shards(place)
    whole = shard.read_bytes()
    shard.write_bytes(whole[: int(cut * len(whole))])
    assert cut == 1 or cache.load() == {}
    turned = bytearray(whole)
    turned[int(flip * len(whole))] ^= 0xFF
    shard.write_bytes(turned)
    assert cache.load() == {}
    shard.write_bytes(whole)
    assert same(cache.load(), given_)


@pytest.mark.parametrize(
    "parts",
    [
        {"keys": np.array([{}], object), "reasons": np.array([""]), "vectors": np.eye(1, 16, dtype=np.float32)},
        {"keys": np.zeros((1, 32), np.uint8), "reasons": np.array([""]), "vectors": np.zeros((1, 16), np.float32)},
        {"keys": np.zeros((2, 32), np.uint8), "reasons": np.array([""]), "vectors": np.eye(1, 16, dtype=np.float32)},
        {"keys": np.zeros((1, 32), np.uint8), "reasons": np.array([""])},
    ],
    ids=["would run code", "no unit vector", "too many keys", "no vectors"],
)
def test_a_shard_of_another_making_is_not_read(place: Path, parts: dict[str, np.ndarray]) -> None:
    cache = TemplateCache(place, CONTRACT)
    cache.add(answers(b"anna 1"))
    (shard,) = shards(place)
    with io.BytesIO() as out:
        np.savez(out, **parts)  # type: ignore[arg-type]
        content = out.getvalue()
    shard.unlink()
    (shard.parent / f"{hashlib.sha256(content).hexdigest()[:32]}.npz").write_bytes(content)
    assert cache.load() == {}


def test_many_shards_become_one_and_nothing_is_lost(place: Path) -> None:
    cache = TemplateCache(place, CONTRACT)
    everything: dict[bytes, Answer] = {}
    for number in range(MOST_SHARDS + 1):
        one = answers(f"anna {number}".encode())
        everything |= one
        cache.add(one)
    cache.compact()
    assert len(shards(place)) == 1
    assert same(cache.load(), everything)
    cache.clear()
    assert cache.load() == {}


def test_nothing_tells_whose_image_it_was(place: Path) -> None:
    TemplateCache(place, CONTRACT).add(answers(b"anna 1"))
    assert not any(b"anna" in file.read_bytes() or "anna" in file.name for file in shards(place))
