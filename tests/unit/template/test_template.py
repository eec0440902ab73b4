"""A template is a finite unit vector, and says nothing when printed."""

import numpy as np
import pytest

from overt.errors import FaceNotEncodable
from overt.identifiers import Digest
from overt.template.template import Template, unit

CONTRACT = Digest("sha256:" + "a" * 64)
VECTOR = unit(np.arange(1, 129, dtype=np.float32))


def test_it_does_not_change_with_its_source() -> None:
    source = VECTOR.copy()
    template = Template(source, CONTRACT)
    source[:] = 0
    assert np.array_equal(template.vector, VECTOR)
    with pytest.raises(ValueError, match="read-only"):
        template.vector[0] = 1


def test_it_prints_its_contract_only() -> None:
    assert repr(Template(VECTOR, CONTRACT)) == f"Template(contract='{CONTRACT}')"


@pytest.mark.parametrize(
    "vector",
    [
        VECTOR.astype(np.float64),
        VECTOR[None],
        VECTOR * np.float32(1.01),
        VECTOR * np.float32(0.99),
        np.zeros(128, np.float32),
        np.full(128, np.nan, np.float32),
        np.array([np.inf, 1], np.float32),
        np.zeros(0, np.float32),
    ],
)
def test_other_vectors_are_no_template(vector: np.ndarray) -> None:
    with pytest.raises(FaceNotEncodable):
        Template(vector, CONTRACT)


def test_unit_keeps_the_direction() -> None:
    assert np.allclose(unit(VECTOR * np.float32(1e15)), VECTOR, atol=1e-6)
    assert unit(np.array([3, 4], np.float32)).tolist() == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize("vector", [np.zeros(4, np.float32), np.full(4, np.nan, np.float32)])
def test_what_has_no_length_has_no_direction(vector: np.ndarray) -> None:
    with pytest.raises(FaceNotEncodable):
        unit(vector)
