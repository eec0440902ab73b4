"""What the desk needs from outside: filled by `overt.store` and `overt.models`, or by simulators in tests.

Rule: every one of these may fail; a failure is never an answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from overt.access import CaptureNonce, DeviceKey, Officer
from overt.authority import Authority
from overt.encounter.encounter import Encounter
from overt.encounter.machine import Move
from overt.encounter.rules import PilotUse
from overt.encounter.steps import Comparison, SecondJudgement
from overt.gallery.relations import Relation
from overt.identifiers import EncounterId, OfficerId, PersonId, ReferenceId
from overt.ledger.entry import EntryDraft
from overt.policy.suspension import Order
from overt.search.contract import Scored, SearchEngine
from overt.template.contract import TemplateContract
from overt.template.made import MadeTemplate


@dataclass(frozen=True, slots=True)
class EligibleCandidate:
    """A reference that may be shown: still there, and covered by the authority's scope."""

    reference: ReferenceId
    person: PersonId
    score: float
    captured_on: date
    outcome: str


class PersonNames(Protocol):
    """What the force calls a person; for after the comparison."""

    @property
    def person(self) -> str: ...
    @property
    def display_name(self) -> str | None: ...
    @property
    def related_to(self) -> str | None: ...


class Recorded(Protocol):
    """An encounter after a move, and the index of the move's ledger entry."""

    @property
    def encounter(self) -> Encounter: ...
    @property
    def index(self) -> int: ...


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What is kept of an answer: never the probe. `session`: hash of the session that may see it; None for none."""

    body: Mapping[str, Any]
    index: int
    session: bytes | None = field(repr=False)


class Published(Protocol):
    """The signed checkpoint that covers an entry."""

    @property
    def note(self) -> bytes: ...


Decide = Callable[[Encounter, Sequence[EligibleCandidate]], tuple[Move, Mapping[str, Any]]]


class Book(Protocol):
    """Encounters and their ledger entries; each change is one transaction with one entry."""

    def open(self, area: str, make: Callable[[PilotUse], Move], actor: OfficerId) -> Recorded: ...
    def load(self, encounter: EncounterId) -> Encounter: ...
    def advance(
        self, encounter: EncounterId, transition: Callable[[Encounter], Move], actor: OfficerId | None = None
    ) -> Recorded: ...
    def answer(
        self, authority: Authority, scored: Sequence[Scored], decide: Decide, session: bytes | None
    ) -> Recorded: ...
    def looked_at(self, encounter: EncounterId, actor: str, why: str, recipient: str | None = None) -> None: ...
    def stored_answer(self, encounter: EncounterId) -> StoredAnswer | None: ...
    def suspensions(self) -> Sequence[Order]: ...
    def note(self, draft: EntryDraft, secret: bytes | None = None) -> int: ...
    def settle(self, index: int) -> Published: ...
    def proof(self, index: int) -> bytes: ...
    def entry_with_openings(self, index: int) -> tuple[bytes, Mapping[str, tuple[bytes, Any]]]: ...
    def leaves_of(self, encounter: EncounterId) -> Sequence[tuple[int, str]]: ...


class People(Protocol):
    """Accounts, devices and nonces."""

    def officer(self, officer: OfficerId) -> Officer | None: ...
    def device(self, device: UUID) -> DeviceKey | None: ...
    def issue_nonce(self, nonce: CaptureNonce) -> None: ...
    def use_nonce(self, value: bytes) -> tuple[CaptureNonce, bool] | None: ...
    def count_stranger(self, name: str) -> None: ...


class Gallery(Protocol):
    """The index, caught up with every committed change."""

    def current(self) -> SearchEngine: ...


class Names(Protocol):
    """Who is behind references, and how they are related to others on file; asked only after the comparison."""

    def names_of(self, references: Sequence[ReferenceId]) -> Mapping[ReferenceId, PersonNames]: ...
    def relations_of(self, references: Sequence[ReferenceId]) -> Mapping[ReferenceId, frozenset[Relation]]: ...


class Seconds(Protocol):
    """Second judgements: at most one a check."""

    def join(self, encounter: EncounterId, officer: OfficerId, session: bytes) -> None: ...
    def judgement(self, encounter: EncounterId) -> SecondJudgement | None: ...
    def session(self, encounter: EncounterId) -> bytes | None: ...
    def enter(self, encounter: EncounterId, comparison: Comparison) -> None: ...


class Images(Protocol):
    """References as pictures, and the count of who looked at them."""

    def image(self, reference: ReferenceId) -> bytes | None: ...


class Views(Protocol):
    """Each look at a candidate's image is counted before the image is handed out."""

    def count(self, encounter: EncounterId, reference: ReferenceId, officer: OfficerId) -> None: ...


class Templates(Protocol):
    """From the frames of a capture, 1 to 5, to a template."""

    @property
    def contract(self) -> TemplateContract: ...
    def make_burst(self, frames: Sequence[bytes]) -> MadeTemplate: ...
