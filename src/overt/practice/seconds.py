"""Second judgements in practice, and the one-time links by which another officer joins.

Rules:
* As in a real check: one officer joins, and enters one judgement, once.
* Links are kept apart from real ones, so neither opens what the other does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from overt.access import hash_token
from overt.access.invitations import GOOD_FOR, TOKEN_BYTES
from overt.encounter.steps import Comparison, SecondJudgement
from overt.errors import ComparisonAlreadyRecorded, InvitationInvalid, SecondJudgementNotPossible
from overt.identifiers import EncounterId, OfficerId
from overt.practice.kept import Bounds, Kept
from overt.practice.scenes import Scenario

SECONDS = Bounds(most=500, most_each=4, longest=timedelta(hours=4))
LINKS = Bounds(most=500, most_each=4, longest=GOOD_FOR)


@dataclass(frozen=True, slots=True)
class _Second:
    judgement: SecondJudgement
    session: bytes


class PracticeSeconds:
    """Fills `Seconds`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._kept: Kept[EncounterId, _Second] = Kept(now, SECONDS)

    def join(self, encounter: EncounterId, officer: OfficerId, session: bytes) -> None:
        """Keep who has joined.

        Raises:
            SecondJudgementNotPossible: somebody has joined already.
        """
        if not self._kept.put_new(encounter, _Second(SecondJudgement(officer), session), officer):
            raise SecondJudgementNotPossible()

    def judgement(self, encounter: EncounterId) -> SecondJudgement | None:
        """Who has joined, and what they have said so far."""
        second = self._kept.get(encounter)
        return second.judgement if second else None

    def session(self, encounter: EncounterId) -> bytes | None:
        """The session in which the second officer looks."""
        second = self._kept.get(encounter)
        return second.session if second else None

    def enter(self, encounter: EncounterId, comparison: Comparison) -> None:
        """Keep the judgement.

        Raises:
            ComparisonAlreadyRecorded: it is in already, or nobody has joined.
        """

        def once(second: _Second) -> _Second:
            if second.judgement.comparison is not None:
                raise ComparisonAlreadyRecorded()
            return replace(second, judgement=replace(second.judgement, comparison=comparison))

        if self._kept.change(encounter, once) is None:
            raise ComparisonAlreadyRecorded()


class PracticeLinks:
    """Makes links, and lets their holders in once."""

    def __init__(self, draw: Callable[[int], bytes], now: Callable[[], datetime]) -> None:
        self._draw = draw
        self._kept: Kept[bytes, tuple[Scenario, EncounterId]] = Kept(now, LINKS)

    def second_link(self, actor: OfficerId, scenario: Scenario, encounter: EncounterId) -> bytes:
        """The secret of a link by which another officer joins a practice check of the actor's."""
        token = self._draw(TOKEN_BYTES)
        self._kept.put(hash_token(token), (scenario, encounter), actor)
        return token

    def second_invitation(self, token: bytes) -> tuple[Scenario, EncounterId]:
        """The practice check that a link leads to; the link is not used up.

        Raises:
            InvitationInvalid: the link does not work.
        """
        found = self._kept.get(hash_token(token))
        if found is None:
            raise InvitationInvalid()
        return found

    def use_second(self, token: bytes) -> None:
        """Use a link up.

        Raises:
            InvitationInvalid: another request has used it.
        """
        if not self._kept.drop(hash_token(token)):
            raise InvitationInvalid()
