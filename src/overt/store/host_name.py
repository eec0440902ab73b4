"""The name that phones reach an instance under.

Rules:
* A DNS name in ASCII (an international one as its `xn--` form), of two labels or more: a root that may sign for a
  single label could sign for a whole top-level domain.
* Never an IP address, in any spelling that a browser would read as one: passkeys are not made for addresses.
* `localhost` is a demonstration's name alone, and no certificate is made for it.
"""

import re

from overt.errors import HostNameRefused

LONGEST = 253
"""Characters of a name; RFC 1035, 2.3.4 allows 255 bytes on the wire."""
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def host_name(text: str) -> str:
    """The name in lower case, as certificates, passkeys and links have it.

    Raises:
        HostNameRefused: it is not the DNS name of one host.
    """
    name = text.lower()
    labels = name.split(".")
    if not text.isascii() or len(name) > LONGEST or not all(_LABEL.fullmatch(label) for label in labels):
        raise HostNameRefused()
    if _NUMBER.fullmatch(labels[-1]):  # WHATWG URL, "ends in a number": whatever ends so is read as an IPv4 address
        raise HostNameRefused("An IP address is not a host name; passkeys are not made for addresses.")
    if labels[-1] == "localhost":
        raise HostNameRefused("localhost means a phone itself; only a demonstration is served under it.")
    if len(labels) < 2:
        raise HostNameRefused("A name of a single word is a top-level domain: give the whole name of the host.")
    return name
