"""Which contract an evaluation uses: named, or clear, or refused."""

import pickle
from pathlib import Path

import pytest

from overt.errors import ContractUnknown, ModelFileMissing, ModelManifestInvalid
from overt.models.choice import chosen_manifest, matcher_factory
from overt.models.manifest import parse_manifest, shipped_manifest
from unit.models.test_manifest import SHIPPED as OWN

SHIPPED = "yunet-sface-looks-2"
OTHER = OWN.replace('id = "own-1"', 'id = "own-2"')


@pytest.mark.parametrize(
    ("own", "name", "chosen"),
    [
        ((), None, SHIPPED),
        ((), SHIPPED, SHIPPED),
        ((), "yunet-sface-fast-2", "yunet-sface-fast-2"),
        ((OWN,), None, "own-1"),
        ((OWN,), SHIPPED, SHIPPED),
        ((OWN, OTHER), "own-2", "own-2"),
        ((OWN, OWN), "own-1", "own-1"),
    ],
)
def test_a_contract_is_named_or_clear(own: tuple[str, ...], name: str | None, chosen: str) -> None:
    text, manifest = chosen_manifest(own, name)
    assert manifest.contract.id == chosen
    assert parse_manifest(text) == manifest


@pytest.mark.parametrize(
    ("own", "name"),
    [((), "own-1"), ((OWN, OTHER), None), ((OWN, OWN.replace("dimension = 512", "dimension = 256")), "own-1")],
)
def test_what_is_not_clear_is_refused_with_the_names_at_hand(own: tuple[str, ...], name: str | None) -> None:
    with pytest.raises(ContractUnknown, match=SHIPPED if name else "own-1, own-2"):
        chosen_manifest(own, name)


def test_a_manifest_in_another_form_is_refused() -> None:
    with pytest.raises(ModelManifestInvalid):
        chosen_manifest(("[contract]",), None)


def test_a_worker_is_handed_text_and_makes_the_matcher_itself() -> None:
    text, _ = chosen_manifest((), None)
    make = pickle.loads(pickle.dumps(matcher_factory(text, None)))
    assert make().contract == shipped_manifest().contract.digest


def test_a_model_file_that_is_not_there_is_refused_when_the_matcher_is_made(tmp_path: Path) -> None:
    with pytest.raises(ModelFileMissing):
        matcher_factory(OWN, tmp_path)()
