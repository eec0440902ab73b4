"""Under which address this service is reached: the origin that links, cookies and passkeys are bound to.

Rules:
* The origin is decided when the service starts, never taken from a request: a `Host` header is the caller's word.
* A passkey belongs to the host name alone, without the port; browsers refuse an IP address there.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """One address.

    Args:
        origin: scheme, host name and, unless it is the scheme's own, port: `https://overt.force.example:8443`.
        rp_id: the host name, which passkeys are bound to (WebAuthn's relying party).
        secure: whether it is served with TLS, so that cookies may be restricted to that.
    """

    origin: str
    rp_id: str
    secure: bool


def https_site(name: str, port: int) -> Site:
    """The site of a host name that is served with TLS."""
    return Site(f"https://{name}" if port == 443 else f"https://{name}:{port}", name, secure=True)


def localhost_site(port: int) -> Site:
    """The site of a demonstration: this machine only, without TLS; browsers trust `localhost` as they trust TLS."""
    return Site("http://localhost" if port == 80 else f"http://localhost:{port}", "localhost", secure=False)
