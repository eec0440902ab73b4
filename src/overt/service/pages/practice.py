"""Practice: choosing what to practise, and the drawing that stands where the photograph would be.

Rules:
* Whoever may do checks may practise, whatever their training and whatever has become of the pilot.
* All other pages of practice are those of a check, for another way (`ways`).
"""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from overt.errors import NoSuchPage
from overt.identifiers import EncounterId
from overt.practice.scenes import Scenario
from overt.service.pages.asking import OfficerHere, Pages
from overt.service.pages.ways import ThisWay
from overt.service.practice import Practised

router = APIRouter()


@router.get("/practice")
def choose(request: Request, pages: Pages, who: OfficerHere, practices: Practised) -> Response:
    """What can be practised, and what was begun."""
    begun = [(scenario, each) for scenario in Scenario for each in practices.of[scenario].open_ones(who.officer)]
    return pages.page(request, "practice.html", who=who, practice=True, scenarios=list(Scenario), begun=begun, back="/")


@router.get("/{way}/{encounter}/photograph.jpg")
def photograph(encounter: UUID, way: ThisWay, who: OfficerHere) -> Response:
    """The drawing of who stands before the camera; for the officers of this practice check."""
    if way.practised is None:
        raise NoSuchPage()
    stored = way.desks.check.book.load(EncounterId(encounter))
    if who.officer not in (stored.fields.officer, stored.fields.operator):
        way.desks.viewing.joined(stored.id, who.session)
    return Response(way.practised.photograph(stored.id), media_type="image/jpeg")
