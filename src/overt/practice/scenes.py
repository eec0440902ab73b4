"""What happens in a practice check: who stands before the camera, and who is shown as a candidate.

Rules:
* A scenario is chosen before the check; who plays in it follows from the check's random identifier, so that training
  twice is not looking at the same faces twice. Nothing depends on the photograph.
* The people are invented and drawn: six, and for each of them one who looks alike, who is somebody else.
* The nearest candidate is the person only where the scenario has one, and between look-alikes only half the time.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from overt.identifiers import EncounterId, PersonId, ReferenceId
from overt.scope import Source

PEOPLE = 6


class Scenario(StrEnum):
    """What can be practised."""

    ENROLLED = "practice"
    NOT_ENROLLED = "practice-none"
    ALIKE = "practice-alike"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One invented person. `alike`: the one who looks like number `number`."""

    number: int
    alike: bool = False

    @property
    def place(self) -> int:
        """Counted through everybody, from 0."""
        return 2 * self.number + self.alike

    @property
    def person(self) -> PersonId:
        """Whom references are of."""
        return PersonId(UUID(int=1 + self.place))

    @property
    def name(self) -> str:
        """What they are called, which nobody is."""
        return f"Invented person {self.place + 1}"

    def reference(self, source: Source) -> ReferenceId:
        """Each is enrolled from every source, so that every ground finds them."""
        return ReferenceId(1 + len(Source) * self.place + list(Source).index(source))


@dataclass(frozen=True, slots=True)
class Scene:
    """Who stands before the camera, and who is shown: the nearest first."""

    person: Drawn
    candidates: tuple[Drawn, ...]


def scene_of(scenario: Scenario, encounter: EncounterId) -> Scene:
    """The scene of one check."""
    first, second, third = encounter.bytes[:3]
    person = Drawn(first % PEOPLE)
    other = Drawn((person.number + 1 + second % (PEOPLE - 1)) % PEOPLE)
    lookalike = Drawn(person.number, alike=True)
    shown = {
        Scenario.ENROLLED: (person, other),
        Scenario.NOT_ENROLLED: (),
        Scenario.ALIKE: (person, lookalike) if third % 2 else (lookalike, person),
    }
    return Scene(person, shown[scenario])


def drawn_of(reference: ReferenceId) -> Drawn | None:
    """Whose reference it is; None when it is nobody's here."""
    place = (reference - 1) // len(Source)
    return Drawn(place // 2, place % 2 == 1) if 0 <= place < 2 * PEOPLE else None
