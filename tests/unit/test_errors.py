"""The error tree: every refusal has a stable code, a status, a rule and a remedy."""

import inspect

import pytest

from overt import errors


def leaves() -> list[type[errors.OvertError]]:
    found = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, errors.OvertError)]
    return [each for each in found if not each.__subclasses__()]


@pytest.mark.parametrize("leaf", leaves(), ids=lambda leaf: leaf.__name__)
def test_each_leaf_explains_itself(leaf: type[errors.OvertError]) -> None:
    assert leaf.code == leaf.code.lower()
    assert leaf.code.replace("_", "").isalnum()
    assert 400 <= leaf.status < 600
    for text in (leaf.message, leaf.remedy):
        assert text.endswith(".")
        assert text[0].isupper()
    if issubclass(leaf, errors.Refusal):
        assert leaf.rule, "a refusal names its rule"
        assert leaf.status != 500, "an expected refusal is never a 500"


def test_codes_are_unique() -> None:
    codes = [leaf.code for leaf in leaves()]
    assert len(codes) == len(set(codes))


def test_no_remedy_is_left_to_the_base_class() -> None:
    silent = [
        leaf.__name__ for leaf in leaves() if leaf.remedy == errors.OvertError.remedy and leaf is not errors.Fault
    ]
    assert silent == []


def test_the_refusals_that_the_interface_promises_exist() -> None:
    promised = {
        "incomplete_encounter",
        "ground_not_allowed_here",
        "unreadable_image",
        "no_face",
        "several_faces",
        "pilot_expired",
        "officer_not_authorised",
        "declined_photo",
        "ledger_unavailable",
    }
    assert promised <= {each.code for _, each in inspect.getmembers(errors, inspect.isclass) if hasattr(each, "code")}
