"""Every request is answered under the policy that is in force when it begins.

Rules:
* A policy that was adopted elsewhere, by a command or by another process, is taken over before the next request.
* A request that was under way meanwhile cannot record anything any more: its deed is refused (`policy_replaced`).
* Practice begins anew with the new policy; practice checks that were open are gone.
"""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State
from starlette.types import ASGIApp, Receive, Scope, Send

from overt.errors import OvertError
from overt.store.desks import desks_of
from overt.store.instance import Instance
from overt.store.practice_desks import practices_of


class PolicyInForce:
    """Renews what was made of the policy, when it has changed.

    Args:
        app: what answers.
        state: the application's, which holds the desks.
        instance: whose policy it is.
    """

    def __init__(self, app: ASGIApp, state: State, instance: Instance) -> None:
        self._app, self._state, self._instance = app, state, instance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            await run_in_threadpool(self._renew)
        await self._app(scope, receive, send)

    def _renew(self) -> None:
        try:
            changed = self._instance.renew()
        except OvertError:
            return  # whatever is asked meets the same problem, and says so; nothing is recorded under the old policy
        if changed:
            self._state.desks = desks_of(self._instance)
            self._state.practices = practices_of(self._instance)
