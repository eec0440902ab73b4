"""Sending a small body to a witness over HTTP.

Rules:
* https, or http to this machine only. No redirection is followed, no proxy of the environment used, no cookie kept.
* An answer has a limit of bytes, and each wait one of seconds.
"""

import http.client
import ssl
from urllib.parse import urlsplit

from overt.errors import WitnessUnreachable
from overt.publication.hand_in import Answer

SECONDS = 20.0
_MOST = 65_536
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def post(address: str, body: bytes) -> Answer:
    """Send a body.

    Raises:
        WitnessUnreachable: not an address that is allowed, or no answer.
    """
    connection = _connection(address)
    try:
        connection.request("POST", urlsplit(address).path, body, {"Content-Type": "text/plain; charset=utf-8"})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(_MOST))
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise WitnessUnreachable(f"{address} gave no answer: {type(problem).__name__}.") from None
    finally:
        connection.close()


def _connection(address: str) -> http.client.HTTPConnection:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise WitnessUnreachable(f"{address} is not an address.") from None
    if host is None or parts.username or parts.query or parts.fragment:
        raise WitnessUnreachable(f"{address} is not a plain address.")
    if parts.scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
    if parts.scheme != "http" or host not in _HERE:
        raise WitnessUnreachable(f"{address} is neither https nor on this machine.")
    return http.client.HTTPConnection(host, port, timeout=SECONDS)
