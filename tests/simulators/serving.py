"""A force's application over real HTTP, answered by a thread of this process."""

from collections.abc import Iterator
from contextlib import contextmanager

from overt.cli.listening import beside, listen, server_of
from overt.cli.serve import new_session
from overt.identifiers import OfficerId
from overt.service.app import make_app
from overt.service.cookies import cookie_name
from overt.service.site import localhost_site
from simulators.force import OFFICER, Force
from simulators.slow_network import late


@contextmanager
def serving(force: Force, key: bytes | None = None) -> Iterator[str]:
    """Serve a force on a free port; the address, without a slash behind it. `key`: a demonstration's way in."""
    with listen("127.0.0.1", 0) as listening:
        site = localhost_site(listening.getsockname()[1])
        app = make_app(force.instance, force.desks, site, demonstration_key=key)
        with beside(server_of(late(app)), listening):
            yield site.origin


def session_cookie(force: Force, address: str, officer: OfficerId = OFFICER) -> dict[str, str]:
    """The cookie of somebody who has just signed in, as a browser takes it (`BrowserContext.add_cookies`)."""
    name = cookie_name(localhost_site(int(address.rsplit(":", 1)[1])))
    return {"name": name, "value": new_session(force.instance, officer), "url": address}
