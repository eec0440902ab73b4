"""The gallery of practice: the parts of a scenario as references, behind the slow and obvious engine.

Rules:
* The engine holds parts, not people: who plays a part in a check is `scenes`' business, and is put in where a real
  check reads the gallery's rows again (`eligible`). So candidates, scores and strength come the way they always do.
* Scores follow from the threshold of the force's own policy and calibration, and lie above it or below as the scenario
  wants: one far above and one just above; two closer to each other than two photographs of one person; or none.
* It answers as if it held `SIZE` references: in a gallery of a few, every candidate's strength would read alike.
* Labels are as of today and searchable under every policy: practice is not about review dates.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from overt.authority import Authority
from overt.candidates.calibration import MILLION, CalibrationTable
from overt.encounter.ports import EligibleCandidate
from overt.gallery.relations import Relation
from overt.identifiers import EncounterId, OfficerId, ReferenceId
from overt.policy import Policy
from overt.practice.drawing import drawing
from overt.practice.faces import FACES
from overt.practice.scenes import Scenario, drawn_of, scene_of
from overt.practice.templates import vector_scoring
from overt.scope import Label, LawfulBasis, Outcome, Scope, Source
from overt.search.contract import Row, Scored
from overt.search.reference_engine import ReferenceEngine
from overt.template.contract import TemplateContract

SIZE = 10_000
_SOURCES = tuple(Source)
_FAR = 3
"""Parts that nobody is near to, so that there is something to be searched."""


@dataclass(frozen=True, slots=True)
class InventedName:
    """What an invented person is called."""

    person: str
    display_name: str
    related_to: None = None


class PracticeEngine(ReferenceEngine):
    """The obvious engine, which claims to be large."""

    def scope_size(self, scope: Scope, as_of: datetime) -> int:
        """`SIZE`, when anything is eligible."""
        return SIZE if super().scope_size(scope, as_of) else 0


class PracticeGallery:
    """Fills `Gallery`, `Names`, `Images` and `Views`.

    Args:
        scenario: whose gallery.
        policy: that of practice.
        calibration: of the force's own contract: scores are read as the force reads them.
        contract: that of practice.
        now: the present moment, aware.
    """

    def __init__(
        self,
        scenario: Scenario,
        policy: Policy,
        calibration: CalibrationTable,
        contract: TemplateContract,
        now: Callable[[], datetime],
    ) -> None:
        self._scenario, self._policy, self._contract = scenario, policy, contract
        self._calibration, self._now = calibration, now

    def current(self) -> PracticeEngine:
        """The index, made anew: it is small, and its labels are as of today."""
        dimension = self._contract.dimension
        engine = PracticeEngine(self._contract.digest, dimension)
        for number, score in enumerate(self._scores()):
            vector = vector_scoring(score, 1 + number, dimension)
            engine.insert([Row(_part(number, source), self._label(source), vector) for source in _SOURCES])
        return engine

    def eligible(self, authority: Authority, scored: Sequence[Scored]) -> list[EligibleCandidate]:
        """Who plays the parts that were found, as far as this check may reach them."""
        candidates = scene_of(self._scenario, authority.encounter).candidates
        found = []
        for one in scored:
            number, place = divmod(one.reference - 1, len(_SOURCES))
            label = self._label(_SOURCES[place])
            if number < len(candidates) and authority.scope.covers(label, authority.as_of):
                who = candidates[number]
                reference = who.reference(label.source)
                found.append(
                    EligibleCandidate(reference, who.person, one.score, label.captured_on, label.outcome.value)
                )
        return found

    def names_of(self, references: Sequence[ReferenceId]) -> Mapping[ReferenceId, InventedName]:
        """What the people behind references are called."""
        people = {reference: drawn_of(reference) for reference in references}
        return {reference: InventedName(who.name, who.name) for reference, who in people.items() if who}

    def relations_of(self, references: Sequence[ReferenceId]) -> Mapping[ReferenceId, frozenset[Relation]]:
        """Nobody who is drawn has relatives."""
        return dict.fromkeys(references, frozenset())

    def image(self, reference: ReferenceId) -> bytes | None:
        """The drawing of one reference, as JPEG."""
        who = drawn_of(reference)
        return drawing(FACES[who.place], before_the_camera=False) if who else None

    def photograph(self, encounter: EncounterId) -> bytes:
        """Who stands before the camera in a check: a drawing too, as JPEG."""
        return drawing(FACES[scene_of(self._scenario, encounter).person.place], before_the_camera=True)

    def count(self, encounter: EncounterId, reference: ReferenceId, officer: OfficerId) -> None:
        """Count nothing."""

    def _scores(self) -> tuple[float, ...]:
        rules = self._policy.threshold
        threshold = self._calibration.threshold(rules.target_fpir_per_million / MILLION, max(SIZE, rules.set_for))
        near = (1.0 + threshold) / 2.0
        alike = near - min(self._calibration.lookalike_margin, near - threshold) / 2.0
        above = {
            Scenario.ENROLLED: (near, threshold + (1.0 - threshold) / 40.0),
            Scenario.NOT_ENROLLED: (),
            Scenario.ALIKE: (near, alike),
        }
        return (*above[self._scenario], *(max(-1.0, threshold - 0.3) for _ in range(_FAR)))

    def _label(self, source: Source) -> Label:
        today = self._now().date()
        searchable = sorted(self._policy.gallery.outcomes.get(source, ())) or [Outcome.NOT_APPLICABLE]
        return Label(
            source=source,
            lawful_basis=LawfulBasis.PACE_64A if source is Source.CUSTODY else LawfulBasis.MISSING_REPORT,
            outcome=searchable[0],
            captured_on=today - timedelta(days=400 if source is Source.CUSTODY else 90),
            review_on=today + timedelta(days=1),
            decided_on=today,
            under_18=False,
        )


def _part(number: int, source: Source) -> ReferenceId:
    return ReferenceId(1 + number * len(_SOURCES) + _SOURCES.index(source))
