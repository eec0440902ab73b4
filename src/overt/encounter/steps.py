"""What each step of a check holds, as frozen values. Whether it may be said now is the machine's business.

Rules:
* Nothing here has a place for anything made from a probe: no image, no template, no score.
* Times are aware. Texts are codes of the policy, but for the few references that name an outside record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from overt.access import CaptureProof
from overt.identifiers import Digest, OfficerId, ReferenceId

HURRIED_BELOW_MS = 5000
MOST_FEATURES = 5


class State(StrEnum):
    """How far a check has come. The first eight follow each other; the last can be reached from any of them."""

    OPENED = "opened"
    NOTICED = "noticed"
    ANSWERED = "answered"
    COMPARED = "compared"
    REVEALED = "revealed"
    DECIDED = "decided"
    OUTCOME_RECORDED = "outcome-recorded"
    DEMOGRAPHICS_RECORDED = "demographics-recorded"
    COMPLETED = "completed"
    ENDED = "ended"


class FollowUp(StrEnum):
    """What may be recorded of a check once it is decided or has ended. The public record does not tell them apart."""

    OUTCOME = "outcome"
    DEMOGRAPHICS = "demographics"
    IDENTITY = "identity"
    WHAT_FOLLOWED = "what-followed"
    CORRECTION = "correction"
    REFUSED_STEP = "refused-step"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search answered, without scores.

    `candidates`: what may be shown, in the (shuffled) order in which it is shown; none of them twice.
    `threshold_millionths`: the threshold, times a million, rounded. `scope_size`: the number of references searched.
    """

    candidates: tuple[ReferenceId, ...]
    contract: Digest
    threshold_millionths: int
    scope_size: int
    capture: CaptureProof


@dataclass(frozen=True, slots=True)
class CandidateAnswer:
    """The officer's own judgement of one candidate, before any score.

    `features`: one to five features -> similar, different or cannot tell. `elapsed_ms`: from showing to the verdict.
    """

    reference: ReferenceId
    features: Mapping[str, str]
    verdict: str
    elapsed_ms: int

    @property
    def hurried(self) -> bool:
        """Given in under five seconds, and so flagged."""
        return self.elapsed_ms < HURRIED_BELOW_MS


@dataclass(frozen=True, slots=True)
class Comparison:
    """A judgement for each candidate shown; empty when there was none, so that the ledger has the same shape."""

    answers: tuple[CandidateAnswer, ...] = ()

    @property
    def identical(self) -> bool:
        """Several candidates, and the same answers for all of them."""
        different = {(frozenset(each.features.items()), each.verdict) for each in self.answers}
        return len(self.answers) > 1 and len(different) == 1

    def verdict_on(self, reference: ReferenceId | None) -> str | None:
        """The verdict on one candidate; None when it was not among them."""
        return next((each.verdict for each in self.answers if each.reference == reference), None)


@dataclass(frozen=True, slots=True)
class SecondJudgement:
    """Another officer's judgement, made blind on their own phone; `comparison` is None until it is entered."""

    officer: OfficerId
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the officer decided about the candidates. A lead names one of them."""

    code: str
    reference: ReferenceId | None = None


@dataclass(frozen=True, slots=True)
class Corroboration:
    """Something independent of the face. `reference`: the document's or the record's number, or the name."""

    code: str
    at: datetime
    reference: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to the person, and when. `body_worn_video`: a reference, or `no-video`."""

    code: str
    at: datetime
    corroborations: tuple[Corroboration, ...] = ()
    body_worn_video: str | None = None

    def is_before(self, corroboration: Corroboration) -> bool:
        """Whether a corroboration came before the act; what came with it or later is marked `after`."""
        return corroboration.at < self.at


@dataclass(frozen=True, slots=True)
class Demographics:
    """The four answers, asked after the outcome: self-defined first, then as the officer perceives."""

    ethnicity_self: str
    ethnicity_officer: str
    sex: str
    age_band: str


@dataclass(frozen=True, slots=True)
class Identity:
    """How the identity was established in the end, and who it was. `reference`: of the candidate, if it was one."""

    by: str
    who_it_was: str
    reference: ReferenceId | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was offered. `reference` is None when the person declined it."""

    reference: str | None


@dataclass(frozen=True, slots=True)
class FieldCorrection:
    """A coded field, the notice, or what followed a declined photograph, as it should have been."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A later entry about an earlier step, which stays as it was. `value`: canonical JSON of what it should say."""

    step: str
    value: str = field(repr=False)
    at: datetime
