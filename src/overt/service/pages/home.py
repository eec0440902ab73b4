"""What waits for somebody who is signed in: an open check, what is owed, requests for sign-off.

Rule: open checks and owed tasks are one's own; nobody else's are shown.
"""

from types import MappingProxyType

from fastapi import Request
from fastapi.responses import HTMLResponse

from overt.access import Permission
from overt.encounter import Encounter, Owed, OwedKind, owed
from overt.encounter.authorising import too_old_to_search
from overt.service.pages.render import Renderer
from overt.service.signing_in import SignedIn
from overt.store.instance import Instance

PATHS = MappingProxyType(
    {
        OwedKind.IDENTITY_ESTABLISHED_BY.value: "identity",
        OwedKind.NOTICE.value: "owed-notice",
        OwedKind.WHAT_FOLLOWED.value: "followed",
    }
)
"""Where each kind of owed task is done."""


def home_page(request: Request, pages: Renderer, who: SignedIn, where: Instance) -> HTMLResponse:
    """The first page of an officer, a supervisor or somebody else."""
    mine = where.book.waiting_for(who.officer) if who.checks else []
    return pages.page(
        request,
        "home.html",
        who=who,
        trained=who.account.trained(where.clock()),
        open=[each for each in mine if each.is_open],
        too_old={each.id for each in mine if too_old_to_search(where.policy, each, where.clock())},
        owed=_owed(where, mine),
        paths=PATHS,
        sign_offs=where.sign_offs.waiting() if who.account.may(Permission.CHECK_SIGN_OFF) else None,
    )


def _owed(where: Instance, mine: list[Encounter]) -> list[tuple[Encounter, Owed]]:
    """What closed checks owe, the nearest deadline first."""
    now = where.clock()
    found = [(each, task) for each in mine if not each.is_open for task in owed(where.policy, each, now)]
    return sorted(found, key=lambda pair: pair[1].due)
