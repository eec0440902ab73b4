"""The words for an answer."""

import math
import re

import pytest

from overt.candidates import wording
from overt.candidates.wording import related, strength
from overt.gallery.relations import Relation

REST = " This does not say that it is this person."


@pytest.mark.parametrize(
    ("expected", "people", "showing"),
    [
        (0.0025, "400", "about 1"),
        (0.0024, "400", "about 1"),
        (0.0026, "300", "about 1"),
        (0.05, "20", "about 1"),
        (0.12, "10", "about 2"),
        (0.7, "10", "about 6"),
        (1.0, "10", "about 7"),
        (2.0, "10", "about 9"),
        (3.0, "10", "nearly all"),
        (1e6, "10", "nearly all"),
        (math.inf, "10", "nearly all"),
        (0.0002, "5,000", "about 1"),
        (0.00011, "8,000", "about 1"),
        (0.00001, "10,000", "fewer than 1"),
        (0.0, "10,000", "fewer than 1"),
    ],
)
def test_the_sentence(expected: float, people: str, showing: str) -> None:
    said = f"If {people} people who are not in this gallery were checked, {showing} would show a face this close."
    assert strength(expected) == said + REST


def test_photographs_unlike_the_data_get_no_number() -> None:
    said = strength(0.0025, calibrated=False)
    assert "not calibrated for such a photo" in said
    assert said.endswith(REST)
    assert not re.search(r"\d", said)


@pytest.mark.parametrize("expected", [-0.1, math.nan])
def test_what_is_no_expected_number_is_an_error(expected: float) -> None:
    with pytest.raises(ValueError, match="expected number"):
        strength(expected)


def test_no_candidate_says_nothing_about_the_person() -> None:
    assert wording.NO_CANDIDATE == (
        "No candidate. This says nothing about who they are or whether they told the truth."
    )


def test_no_verbal_scale_and_no_word_for_a_decided_identity() -> None:
    texts = [value for name, value in vars(wording).items() if name.isupper() and isinstance(value, str)]
    texts += [strength(10.0**power) for power in range(-7, 3)]
    assert len(texts) > 12
    banned = (
        r"\b(match|hit|strong|weak|moderate|limited|support|likely|unlikely|probabl\w*|certain\w*|confiden\w*|%)\b|%"
    )
    assert [text for text in texts if re.search(banned, text, re.IGNORECASE)] == []


def test_of_several_relatives_the_closest_is_told_and_of_none_nothing() -> None:
    assert related(frozenset()) is None
    assert related({Relation.RELATIVE, Relation.TWIN, Relation.SIBLING}) == related({Relation.TWIN})
    assert related({Relation.RELATIVE, Relation.SIBLING}) == related({Relation.SIBLING})
    assert len({related({each}) for each in Relation}) == len(Relation)


@pytest.mark.parametrize("relation", Relation)
def test_a_relation_is_said_to_be_the_records_and_is_no_identification(relation: Relation) -> None:
    said = related({relation})
    assert said is not None
    assert said.startswith("The force's records say that this person has a ")
    assert "may be" in said
