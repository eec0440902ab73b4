"""A bad line: answers that come late and in pieces, so that a test which reads a page too early fails every time.

Set `OVERT_TESTS_LATE` to the most milliseconds an answer may be late (`OVERT_TESTS_LATE=300 make test`); without it,
answers come as they are.
"""

import asyncio
import os
import random

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PARTS = ("http.response.start", "http.response.body")


def late(app: ASGIApp) -> ASGIApp:
    """The same application, late by a random time before each part of an answer."""
    most = int(os.environ.get("OVERT_TESTS_LATE", "0")) / 1000
    if not most:
        return app

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        async def slowly(message: Message) -> None:
            if message["type"] in _PARTS:
                await asyncio.sleep(random.uniform(0, most))
            await send(message)

        await app(scope, receive, slowly)

    return behind
