"""The file of a centre, and what taking it away does."""

import io

import numpy as np
import pytest

from overt.errors import FaceNotEncodable
from overt.template.centre import centred, read_centre
from overt.template.template import unit


def file_of(array: np.ndarray) -> bytes:
    written = io.BytesIO()
    np.save(written, array, allow_pickle=True)
    return written.getvalue()


def test_a_centre_is_read_and_never_changes() -> None:
    centre = read_centre(file_of(np.full(4, 0.1, np.float32)), 4)
    assert centre.tolist() == pytest.approx([0.1] * 4)
    assert not centre.flags.writeable


@pytest.mark.parametrize(
    "array",
    [
        np.full(5, 0.1, np.float32),
        np.full((4, 1), 0.1, np.float32),
        np.full(4, 0.1, np.float64),
        np.full(4, np.nan, np.float32),
        np.full(4, 0.5, np.float32),
        np.array([None] * 4),
    ],
    ids=["longer", "a column", "other numbers", "not numbers", "as long as an embedding", "objects"],
)
def test_what_is_no_centre_is_refused(array: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"centre|pickle|Object"):
        read_centre(file_of(array), 4)


@pytest.mark.parametrize("content", [b"", b"nothing", file_of(np.zeros(4, np.float32))[:-1]])
def test_a_spoilt_file_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_centre(content, 4)


def test_without_one_nothing_changes() -> None:
    vector = unit(np.array([1, 2, 3, 4], np.float32))
    assert centred(vector, None) is vector


def test_what_is_left_has_length_one() -> None:
    vector = unit(np.array([1, 2, 3, 4], np.float32))
    left = centred(vector, np.array([0.3, 0, 0, 0], np.float32))
    assert np.linalg.norm(left) == pytest.approx(1, abs=1e-6)
    assert left[0] < vector[0]


def test_an_embedding_that_is_the_centre_is_nobody() -> None:
    vector = unit(np.array([1, 2, 3, 4], np.float32))
    with pytest.raises(FaceNotEncodable):
        centred(vector, vector)
