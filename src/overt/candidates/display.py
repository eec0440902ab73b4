"""From scored references to what is shown: cut-off, one a person, cap, shuffle, letters.

Rules (architecture, rule 5; rules, candidates):
* Below the threshold there is no candidate. A person counts once, by the nearest reference; at most `cap` people.
* Shown order and letters come from randomness that is handed in and say nothing about nearness.
* The blind view holds the letter and nothing else; who, how near and the warning come with the revealed view, after
  the comparison. Which image belongs to a letter is looked up on the server.
* A candidate is a lead, never an identification.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from overt.candidates.calibration import CalibrationTable
from overt.candidates.shuffle import shuffled
from overt.candidates.wording import LOOKALIKE_NOT_SHOWN, LOOKALIKES, strength
from overt.errors import CandidateListRefused
from overt.identifiers import PersonId, ReferenceId
from overt.search.contract import Scored

HANDLES: Final = "ABCDEF"
DEFAULT_CAP: Final = 3
MOST: Final = len(HANDLES)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person shown, by their nearest reference. `expected_false` is the calibration's, for the searched scope."""

    handle: str
    reference: ReferenceId
    person: PersonId
    score: float
    expected_false: float


@dataclass(frozen=True, slots=True)
class BlindCandidate:
    """All that an officer gets before the comparison."""

    handle: str


@dataclass(frozen=True, slots=True)
class RevealedCandidate:
    """What is added after the comparison; `strength` is the sentence of `wording`."""

    handle: str
    reference: ReferenceId
    person: PersonId
    score: float
    expected_false: float
    strength: str


@dataclass(frozen=True, slots=True)
class LookalikeWarning:
    """The two nearest people differ less than two photographs of one person do; `handles` of those who are shown."""

    handles: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer, in the order in which it is shown.

    Args:
        candidates: at most six, lettered in this order.
        people_left_out: people above the threshold whom the cap cut off.
        lookalike: None, or a warning that belongs to the revealed view.
    """

    candidates: tuple[Candidate, ...]
    people_left_out: int
    lookalike: LookalikeWarning | None

    def blind(self) -> tuple[BlindCandidate, ...]:
        """Before the comparison: letters only."""
        return tuple(BlindCandidate(one.handle) for one in self.candidates)

    def revealed(self, calibrated: bool = True) -> tuple[RevealedCandidate, ...]:
        """After the comparison: the same order and letters; `calibrated` as in `wording.strength`."""
        return tuple(
            RevealedCandidate(
                one.handle,
                one.reference,
                one.person,
                one.score,
                one.expected_false,
                strength(one.expected_false, calibrated),
            )
            for one in self.candidates
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """What the policy and the check say about one list. `threshold` is the score that was searched with.

    Raises:
        CandidateListRefused: the cap is not 1 to 6.
    """

    threshold: float
    scope_size: int
    cap: int = DEFAULT_CAP

    def __post_init__(self) -> None:
        if not 1 <= self.cap <= MOST:
            raise CandidateListRefused()


def choose(
    found: Iterable[Scored],
    people: Mapping[ReferenceId, PersonId],
    table: CalibrationTable,
    rules: Rules,
    randomness: bytes,
) -> Shown:
    """What to show of an answer.

    Args:
        found: what the search gave and the store found eligible again, in any order.
        people: whose reference each is.
        randomness: `shuffle.RANDOMNESS` uniform bytes, used for nothing else.

    Raises:
        KeyError: a reference has no person.
        CalibrationRefused: a score is not a number.
    """
    nearest = _nearest(found, people, rules.threshold)
    cut = shuffled(nearest[: rules.cap], randomness)
    candidates = tuple(
        Candidate(
            handle, one.reference, people[one.reference], one.score, table.expected_false(one.score, rules.scope_size)
        )
        for handle, one in zip(HANDLES, cut, strict=False)
    )
    warning = _lookalike(nearest[:2], candidates, table.lookalike_margin)
    return Shown(candidates, len(nearest) - len(candidates), warning)


def _nearest(found: Iterable[Scored], people: Mapping[ReferenceId, PersonId], threshold: float) -> list[Scored]:
    """The nearest reference of each person, nearest first; ties by reference."""
    nearest: dict[PersonId, Scored] = {}
    for one in sorted(found, key=lambda one: (-one.score, one.reference)):
        if one.score >= threshold:
            nearest.setdefault(people[one.reference], one)
    return list(nearest.values())


def _lookalike(first_two: list[Scored], candidates: tuple[Candidate, ...], margin: float) -> LookalikeWarning | None:
    if len(first_two) < 2 or first_two[0].score - first_two[1].score > margin:
        return None
    numbers = {one.reference for one in first_two}
    handles = tuple(one.handle for one in candidates if one.reference in numbers)
    return LookalikeWarning(handles, LOOKALIKES if len(handles) == 2 else LOOKALIKE_NOT_SHOWN)
