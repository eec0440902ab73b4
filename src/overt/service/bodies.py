"""What requests and responses look like. Unknown members are refused; codes are checked by the policy, not here.

Rules:
* Before the reveal no response has a score, a rank, a person or a name; candidates are letters.
* A text is short, and holds no control character: no key types one, and no database takes them all.
"""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_TEXT = r"^[^\x00-\x1f\x7f]*$"
Code = Annotated[str, Field(max_length=64, pattern=_TEXT)]
Short = Annotated[str, Field(max_length=200, pattern=_TEXT)]
Letter = Annotated[str, Field(pattern="^[A-F]$", description="The candidate, as shown: A, B, C.")]


class Strict(BaseModel):
    """A body whose members are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Opening(Strict):
    """The coded fields of a check (spec/encounter-file.md); the notice follows as a step of its own."""

    officer: Short | None = None
    operator: Short | None = None
    ground: Code | None = None
    details: Code | None = None
    power: Code | None = None
    offence: Code | None = None
    tried_first: Annotated[list[Code], Field(max_length=16)] | None = None
    place: Code | None = None
    area: Code | None = None
    age: Code | None = None
    without_this: Code | None = None
    sign_off: Short | None = None
    second_check_reason: Code | None = None
    intelligence_reference: Short | None = None
    intelligence_expires: Short | None = None
    second_in_stop: bool = False


class CodeBody(Strict):
    """One code of the policy."""

    code: Code


class CandidateJudgement(Strict):
    """The officer's own judgement of one candidate: one to five features and a verdict."""

    candidate: Letter
    features: Annotated[dict[Code, Code], Field(max_length=5)]
    verdict: Code
    elapsed_ms: Annotated[int, Field(ge=0, le=86_400_000)]


class ComparisonBody(Strict):
    """A judgement for each candidate shown; empty when there was none."""

    answers: Annotated[list[CandidateJudgement], Field(max_length=6)]


class DecisionBody(Strict):
    """The decision; a lead names its candidate."""

    code: Code
    candidate: Letter | None = None


class CorroborationBody(Strict):
    """Something independent of the face that was relied on."""

    code: Code
    at: datetime
    reference: Short


class OutcomeBody(Strict):
    """What happened, and when."""

    code: Code
    at: datetime
    corroborations: Annotated[list[CorroborationBody], Field(max_length=8)] = []
    body_worn_video: Short | None = None


class DemographicsBody(Strict):
    """Asked after the outcome; `not-stated` is an answer and is counted."""

    ethnicity_self: Code
    ethnicity_officer: Code
    sex: Code
    age_band: Code


class IdentityBody(Strict):
    """How the identity was established in the end."""

    by: Code
    who_it_was: Code
    candidate: Letter | None = None


class JoinCheckBody(Strict):
    """The secret of a one-time link by which another officer joins a check."""

    token: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class JoinedView(Strict):
    """The check that was joined."""

    encounter: str


class ReceiptBody(Strict):
    """Whether the person declined the receipt."""

    declined: bool = False


class EncounterView(Strict):
    """Where a check stands."""

    encounter: str
    state: str
    ground: str
    simulated: bool
    opened_at: datetime
    owed: list[str]


class NonceView(Strict):
    """What the phone signs its capture over."""

    nonce: Annotated[str, Field(description="64 hex digits")]
    good_for_seconds: int


class QualityView(Strict):
    """Advice about the photograph; it never blocks."""

    measure: str
    value: int | None
    advice: str | None


class AnswerView(Strict):
    """Candidates to compare, in shuffled order, without score or rank; `none_sentence` when there is none."""

    encounter: str
    state: str
    candidates: list[Letter]
    none_sentence: str | None
    quality: list[QualityView]
    presentation_warning: Annotated[
        str | None, Field(description="A sentence when this looks like a photograph of a screen or a print; else null.")
    ]
    ledger_index: int
    checkpoint: str


class PracticeAnswerView(Strict):
    """The same in practice, where nothing is recorded: there is no entry and no checkpoint."""

    encounter: str
    state: str
    candidates: list[Letter]
    none_sentence: str | None
    quality: list[QualityView]
    presentation_warning: str | None


class PracticeJoinedView(Strict):
    """The practice check that was joined, and in which scenario."""

    way: str
    encounter: str


class StrengthView(Strict):
    """One candidate after the comparison."""

    candidate: Letter
    person: str | None
    display_name: str | None
    related_to: str | None
    captured_on: str
    outcome: str
    score: float
    expected_false: float | None
    sentence: str
    relatives: str | None


class RevealView(Strict):
    """Strengths, strongest first. A candidate is a lead, never an identification."""

    encounter: str
    state: str
    candidates: list[StrengthView]
    sentence: str | None
    warning: str | None
    reminder: str


class InstanceView(Strict):
    """What this service is."""

    name: str
    demonstration: bool
    version: str
    build: str
    policy: str
    pilot_ends: str
