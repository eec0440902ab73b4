"""`/api/v1/receipts`: a person opens their receipt. No session, no cookie, nothing told about who asks.

Rules:
* Secret and PIN come in bodies, never in an address: addresses end up in histories and logs.
* A PIN costs memory and time to try; at most `PINS_AT_ONCE` are tried together, the rest wait outside the threads that
  officers' requests run in. So nobody can stop the checks by guessing.
"""

from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request
from pydantic import Field

from overt.service.bodies import Strict
from overt.service.signing_in import Desk, Where

router = APIRouter(prefix="/api/v1/receipts", tags=["receipts"])
PINS_AT_ONCE = 2
Secret = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class FrontBody(Strict):
    """The secret of the link's fragment."""

    secret: Secret


class InsideBody(FrontBody):
    """The same with the PIN that was spoken."""

    pin: Annotated[str, Field(pattern="^[0-9]{6}$")]


class FrontView(Strict):
    """What may be seen by whoever has the link."""

    reference: str
    hour: Annotated[str, Field(description="UTC hour, `YYYY-MM-DDTHHZ`.")]
    complaint: str


class InsideView(Strict):
    """The whole receipt, and the force's words for the codes of grounds."""

    receipt: Annotated[str, Field(description="The receipt's bytes as text (spec/receipt.md); saved, it verifies.")]
    grounds: Annotated[dict[str, str], Field(description="Each ground of the policy in force, in plain words.")]


def _limiter(request: Request) -> CapacityLimiter:
    """One for the application, made in its event loop."""
    state = request.app.state
    if not hasattr(state, "pins"):
        state.pins = CapacityLimiter(PINS_AT_ONCE)
    limiter: CapacityLimiter = state.pins
    return limiter


@router.post("/front")
def front(body: FrontBody, desk: Desk) -> FrontView:
    """The front of a receipt."""
    found = desk.receipts.front(bytes.fromhex(body.secret))
    return FrontView(reference=found.reference, hour=found.hour, complaint=found.complaint)


@router.post("/inside")
async def inside(
    body: InsideBody, desk: Desk, where: Where, limiter: Annotated[CapacityLimiter, Depends(_limiter)]
) -> InsideView:
    """The whole receipt; five wrong PINs close it for good."""
    opened = await to_thread.run_sync(desk.receipts.inside, bytes.fromhex(body.secret), body.pin, limiter=limiter)
    grounds = {code: rules.text for code, rules in where.policy.grounds.items()}
    return InsideView(receipt=opened.decode("utf-8"), grounds=grounds)
