"""The two ways through a check: the real one, and practice, which is apart and never counted.

Rule: a page does not know which way it serves; it hands its values to the desks of the way in its address.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from overt.access import Session
from overt.encounter.opening_desk import Drafts
from overt.identifiers import EncounterId, OfficerId
from overt.policy import Policy
from overt.practice.scenes import Scenario
from overt.service.access import AccessDesks
from overt.service.headers import CONTENT_POLICY
from overt.service.pages.render import Renderer
from overt.service.practice import Practised
from overt.service.signing_in import Desk, SignedIn, Where
from overt.store.desks import Desks
from overt.store.practice_desks import Practice

WayName = Literal["check", "practice", "practice-none", "practice-alike"]
_PRACTICE_PATH = re.compile("/practice(-none|-alike)?(/.*)?")


@dataclass(frozen=True)
class Way:
    """One way. `path`: what its addresses begin with; `api`: where its scripts hand things in.

    `practised`: the scenario behind it, where it is practice.
    """

    name: WayName
    desks: Desks
    policy: Policy
    drafts: Drafts
    practised: Practice | None = None

    @property
    def practice(self) -> bool:
        """Whether this is practice."""
        return self.practised is not None

    @property
    def path(self) -> str:
        """What the addresses of its pages begin with."""
        return f"/{self.name}"

    @property
    def api(self) -> str:
        """What the addresses of its steps begin with."""
        return f"/api/v1/practice/{self.name}" if self.practice else "/api/v1/encounters"

    def second_link(self, access: AccessDesks, actor: OfficerId, encounter: EncounterId) -> bytes:
        """The secret of a link by which another officer joins an open check."""
        if self.practised is not None:
            return self.practised.second_link(actor, encounter)
        return access.people.second_link(actor, encounter)

    def draft(self, session: Session, kind: str) -> dict[str, Any]:
        """What has been entered in this session so far."""
        return self.drafts.draft(session.token_hash, kind)

    def keep_draft(self, session: Session, kind: str, body: Mapping[str, Any]) -> None:
        """Keep what has been entered."""
        self.drafts.keep_draft(session.token_hash, kind, body)

    def drop_draft(self, session: Session, kind: str) -> None:
        """Forget what was entered: it was handed in."""
        self.drafts.drop_draft(session.token_hash, kind)


def the_way(way: WayName, desk: Desk, where: Where, practices: Practised) -> Way:
    """The way that an address names."""
    if way == "check":
        return Way(way, desk, where.policy, where.sessions)
    practice = practices.of[Scenario(way)]
    return Way(way, practice.desks, practice.policy, practice.drafts, practice)


def is_practice_path(path: str) -> bool:
    """Whether an address is one of practice, whatever comes of it."""
    return _PRACTICE_PATH.fullmatch(path) is not None


ThisWay = Annotated[Way, Depends(the_way)]


def way_page(
    request: Request,
    pages: Renderer,
    who: SignedIn,
    way: Way,
    template: str,
    *,
    encounter: str | None = None,
    status: int = 200,
    content_policy: str = CONTENT_POLICY,
    **values: Any,
) -> HTMLResponse:
    """A page of a check: whose it is, which way, and what ends it.

    Args:
        encounter: the check, once one is open.
    """
    return pages.page(
        request,
        template,
        status=status,
        content_policy=content_policy,
        who=who,
        way=way,
        practice=way.practice,
        ends=way.policy.codes.ends,
        encounter=encounter,
        **values,
    )
