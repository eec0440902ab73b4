"""A phone's passkeys: Chromium's virtual authenticator, over the DevTools protocol.

It belongs to one tab and goes with it; `keys` carries the passkeys over to the next tab or a browser opened again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page

Key = dict[str, Any]
"""A passkey with its private part, as the DevTools protocol writes it."""

_OPTIONS = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(frozen=True)
class Authenticator:
    """One that is built into the phone, keeps passkeys and verifies its user."""

    session: CDPSession
    id: str

    def verifies(self, verified: bool) -> None:
        """Whether the phone knows its user (finger or PIN) from now on."""
        self._send("setUserVerified", isUserVerified=verified)

    def answers(self, present: bool) -> None:
        """Whether anybody touches the phone when it asks."""
        self._send("setAutomaticPresenceSimulation", enabled=present)

    def keys(self) -> list[Key]:
        """The passkeys on it."""
        found: list[Key] = self._send("getCredentials")["credentials"]
        return found

    def add(self, key: Key) -> None:
        """Put a passkey on it."""
        self._send("addCredential", credential=key)

    def unplug(self) -> None:
        """Take it and its passkeys away."""
        self._send("removeVirtualAuthenticator")

    def _send(self, command: str, **parameters: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.session.send(f"WebAuthn.{command}", {"authenticatorId": self.id, **parameters})
        return answer


def plugged_in(context: BrowserContext, page: Page, keys: Sequence[Key] = ()) -> Authenticator:
    """A new authenticator for one page, with these passkeys on it."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": _OPTIONS})
    authenticator = Authenticator(session, made["authenticatorId"])
    for key in keys:
        authenticator.add(key)
    return authenticator
