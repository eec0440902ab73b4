"""A policy as frozen values. Made by `overt.policy.parse` only, which checks it against its schema and the floor.

Every list of codes is a mapping from the code to its plain-English label, in the order in which it was written.
Days and minutes are whole numbers; days are UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from overt.identifiers import Digest
from overt.ledger.cosignature import WitnessKey
from overt.ledger.note import VerifierKey
from overt.policy.codes import DecisionKind
from overt.scope import Outcome, Source

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Signatories:
    """Who may sign a change, and how long a loosening is announced before it is adopted."""

    force: tuple[VerifierKey, ...]
    oversight: VerifierKey
    notice_days: int

    @property
    def everybody(self) -> tuple[VerifierKey, ...]:
        """The force's people and the oversight body."""
        return (*self.force, self.oversight)


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody outside who cosigns the ledger, and where checkpoints are handed in."""

    key: WitnessKey
    address: str


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who they are, and how long after the last cosignature of any of them ordinary checks stop."""

    known: tuple[Witness, ...]
    stop_after_hours: int


@dataclass(frozen=True, slots=True)
class Pilot:
    """When, how many people, and how much. `ends` is the last day of use. `officer_cap` counts distinct people ever."""

    starts: date
    ends: date
    officer_cap: int
    checks_per_area_hour: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things stay good: an opened check before its search, a nonce before its photograph, an idle session."""

    check_minutes: int
    capture_seconds: int
    session_idle_minutes: int


@dataclass(frozen=True, slots=True)
class GroundRules:
    """What goes with one ground. `offence`: one must be suspected. `sign_off`: a supervisor's is always needed."""

    text: str
    enabled: bool
    galleries: tuple[Source, ...]
    places: frozenset[str]
    ages: frozenset[str]
    notices: frozenset[str]
    details: frozenset[str]
    powers: frozenset[str]
    offence: bool
    sign_off: bool


@dataclass(frozen=True, slots=True)
class Codes:
    """The closed lists that have no more to say than code and label."""

    details: Labels
    powers: Labels
    offences: Labels
    tried_first: Labels
    places: Labels
    areas: Labels
    ages: Labels
    notices: Labels
    without_this: Labels
    second_check_reasons: Labels
    ends: Labels
    followed: Labels
    features: Labels
    feature_answers: Labels
    verdicts: Labels
    corroboration: Labels
    identity_established_by: Labels
    who_it_was: Labels


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """What a decision code means for the candidates."""

    text: str
    kind: DecisionKind


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """`adverse`: against the person, so corroboration is needed. `asks_video`: an arrest or the like."""

    text: str
    adverse: bool
    asks_video: bool


@dataclass(frozen=True, slots=True)
class DemographicsLists:
    """The four questions asked after the outcome; each list holds `not-stated`."""

    ethnicity_self: Labels
    ethnicity_officer: Labels
    sex: Labels
    age_band: Labels


@dataclass(frozen=True, slots=True)
class GalleryRules:
    """`outcomes`: source -> what may be searched. `ceiling`: the number of references in the impact assessment."""

    outcomes: Mapping[Source, frozenset[Outcome]]
    review_interval_days: int
    ceiling: int


@dataclass(frozen=True, slots=True)
class ThresholdRules:
    """The threshold as a rate: false candidates per million checks of people who are not in the searched scope.

    `set_for`: the number of references that the threshold is set for. A scope that has outgrown it is searched with the
    threshold for its own size, which is stricter, until a policy for a larger gallery is signed.
    """

    target_fpir_per_million: int
    set_for: int


@dataclass(frozen=True, slots=True)
class ModelRules:
    """`contract`: digest of the template contract that checks use; a search with another is refused.

    `report`: digest of the evaluation report of that contract, which is public with the policy.
    """

    contract: Digest
    report: Digest


@dataclass(frozen=True, slots=True)
class Retention:
    """Days after which stored answers, the ledger's openings, records of checks and the journal's lines go."""

    answers_days: int
    openings_days: int
    encounters_days: int
    journal_days: int


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Days within which an owed task is due."""

    identity_established_days: int
    notice_owed_days: int
    what_followed_days: int


@dataclass(frozen=True, slots=True)
class NoticeTexts:
    """What is said and shown: in general, and to a child or somebody who may be one."""

    standard: str
    child: str


@dataclass(frozen=True, slots=True)
class ActivationDocument:
    """One published document. `digest` is a `Digest`, or the word ``placeholder`` in a demonstration."""

    kind: str
    name: str
    digest: str
    valid_until: date | None
    signed_by: VerifierKey | None


@dataclass(frozen=True, slots=True)
class Policy:
    """The force's rules. `canonical` is the RFC 8785 text, `digest` its SHA-256: what ledger entries carry."""

    canonical: str = field(repr=False)
    digest: Digest
    demonstration: bool
    version: str
    force: str
    complaints: str
    signatories: Signatories
    witnesses: Witnesses
    pilot: Pilot
    limits: Limits
    grounds: Mapping[str, GroundRules]
    codes: Codes
    decisions: Mapping[str, DecisionRule]
    outcomes: Mapping[str, OutcomeRule]
    demographics: DemographicsLists
    gallery: GalleryRules
    candidates_cap: int
    model: ModelRules
    threshold: ThresholdRules
    retention: Retention
    deadlines: Deadlines
    notice_texts: NoticeTexts
    activation: tuple[ActivationDocument, ...]
