"""The words for an answer. Nothing else in the product may put strength into words.

Rules (rules, candidates):
* Strength is said of people who are *not* in the gallery; nothing is said about who this person is.
* Numbers are rounded towards more false candidates, so a sentence never claims more than the calibration does.
* No claim beyond one in `MOST_PEOPLE`: past that relatives and mistakes decide, to which a table of strangers is blind.
* That a relative is on file is said as the force's records say it, never as seen in a face; it names nobody.
* No verbal scale, no percentage of identity.
"""

import math
from collections.abc import Set
from typing import Final

from overt.gallery.relations import Relation

NO_CANDIDATE: Final = "No candidate. This says nothing about who they are or whether they told the truth."
NOT_THE_PERSON: Final = "This does not say that it is this person."
NOT_CALIBRATED: Final = (
    "This measure was not calibrated for such a photo, so nothing is said about how often others look this close. "
    + NOT_THE_PERSON
)
LOOKALIKES: Final = (
    "Two people here are almost equally near. Twins, brothers and sisters, and strangers who look alike are like this: "
    "at least one of the two is somebody else."
)
LOOKALIKE_NOT_SHOWN: Final = (
    "Another person, who is not shown, is almost equally near. Twins, brothers and sisters, and strangers who look "
    "alike are like this: at least one of the two is somebody else."
)
_RELATED: Final = {
    Relation.TWIN: ("a twin", "the twin's"),
    Relation.SIBLING: ("a brother or sister", "theirs"),
    Relation.RELATIVE: ("a relative", "the relative's"),
}
MOST_PEOPLE: Final = 10_000

_STEPS: Final = (10, 15, 20, 25, 30, 40, 50, 60, 80)
_PEOPLE: Final = (*(step * scale for scale in (1, 10, 100) for step in _STEPS), MOST_PEOPLE)


def strength(expected_false: float, calibrated: bool = True) -> str:
    """The sentence for a candidate.

    Args:
        expected_false: expected number of references this near for a person who is not in the scope, 0 or more. That
            somebody shows at least one of them has the chance 1 - exp(-expected_false).
        calibrated: whether photographs such as this one were in the calibration's data.

    Raises:
        ValueError: not a number, or below 0.
    """
    if math.isnan(expected_false) or expected_false < 0:
        raise ValueError("an expected number is 0 or more")
    if not calibrated:
        return NOT_CALIBRATED
    people, showing = _said(-math.expm1(-expected_false))
    return (
        f"If {people:,} people who are not in this gallery were checked, {showing} would show a face this close. "
        + NOT_THE_PERSON
    )


def related(relations: Set[Relation]) -> str | None:
    """What is said of a candidate who has a relative on file: the closest relation only, and nobody is named.

    Returns:
        A sentence; None where there is none to say.
    """
    for relation, (who, whose) in _RELATED.items():
        if relation in relations:
            return f"The force's records say that this person has {who}. A face this close may be {whose}."
    return None


def _said(chance: float) -> tuple[int, str]:
    """How many people to speak of, and how many of them would show one."""
    if chance * MOST_PEOPLE < 1:
        return MOST_PEOPLE, "fewer than 1"
    if chance * 10 <= 1:
        return max(people for people in _PEOPLE if chance * people <= 1), "about 1"
    if chance * 10 <= 9:
        return 10, f"about {math.ceil(chance * 10)}"
    return 10, "nearly all"
