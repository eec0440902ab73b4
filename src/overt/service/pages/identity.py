"""How the identity was established in the end, and who it was: owed after every answer, "no candidate" included.

Rule: error rates in the field come from this, so it is asked for what was established, not for what was shown.
"""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from overt.encounter import Encounter, Identity
from overt.errors import IdentityAlreadyEstablished, UnknownCode
from overt.identifiers import EncounterId
from overt.policy.codes import EstablishedBy, WhoItWas
from overt.service.forms import Sent
from overt.service.pages.asking import OfficerHere, Pages, go
from overt.service.pages.choosing import choice_page
from overt.service.pages.judging import code_and_candidate, letters_of
from overt.service.pages.ways import ThisWay, Way
from overt.service.signing_in import SignedIn

router = APIRouter()


@router.get("/{way}/{encounter}/identity")
def identity(encounter: UUID, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """How the identity was established in the end; owed after every answer."""
    _demand_open_identity(way, who, encounter)
    options = way.policy.codes.identity_established_by
    return choice_page(request, pages, who, way, str(encounter), "identity", options, back="/")


@router.post("/{way}/{encounter}/identity")
def established(
    encounter: UUID, request: Request, form: Sent, way: ThisWay, pages: Pages, who: OfficerHere
) -> Response:
    """Ask who it was; when it was not established, that is the record."""
    stored = _demand_open_identity(way, who, encounter)
    by = form.one("identity")
    options = way.policy.codes.identity_established_by
    if by not in options:
        return choice_page(request, pages, who, way, str(encounter), "identity", options, missing=True, back="/")
    if by == EstablishedBy.NOT_ESTABLISHED:
        way.desks.reveal.identity(stored.id, who.officer, Identity(by, WhoItWas.NOT_KNOWN))
        return go("/")
    return go(f"{way.path}/{encounter}/identity/{by}")


@router.get("/{way}/{encounter}/identity/{by}")
def who_it_was(encounter: UUID, by: str, request: Request, way: ThisWay, pages: Pages, who: OfficerHere) -> Response:
    """Whether it was somebody who was shown."""
    stored = _demand_open_identity(way, who, encounter)
    return _ask_who(request, pages, who, way, stored, by)


@router.post("/{way}/{encounter}/identity/{by}")
def record_identity(
    encounter: UUID, by: str, request: Request, form: Sent, way: ThisWay, pages: Pages, who: OfficerHere
) -> Response:
    """Record it."""
    stored = _demand_open_identity(way, who, encounter)
    said = form.one("who_it_was")
    if not said:
        return _ask_who(request, pages, who, way, stored, by, missing=True)
    way.desks.reveal.identity(stored.id, who.officer, Identity(by, *code_and_candidate(said, stored)))
    return go("/")


def _ask_who(
    request: Request, pages: Pages, who: SignedIn, way: Way, stored: Encounter, by: str, *, missing: bool = False
) -> Response:
    if by not in way.policy.codes.identity_established_by:
        raise UnknownCode("Not in the policy: identity.")
    texts = pages.texts(request)
    options: dict[str, object] = {}
    for code, label in way.policy.codes.who_it_was.items():
        if code == WhoItWas.CANDIDATE_SHOWN:
            letters = letters_of(stored)
            options |= {f"{code}:{each}": texts.text("compare.candidate", letter=each) for each in letters}
        else:
            options[code] = texts.text("page.as-is", label=label)
    return choice_page(request, pages, who, way, str(stored.id), "who_it_was", options, missing=missing, back="/")


def _demand_open_identity(way: Way, who: SignedIn, encounter: UUID) -> Encounter:
    stored = way.desks.check.owned(EncounterId(encounter), who.officer)
    if stored.identity is not None:
        raise IdentityAlreadyEstablished()
    return stored
