"""Where the server is and who asks; the secret shows in no repr, only in the URL that a driver is given."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

PORT = 5432
"""Only part of the socket file's name; nothing listens on a network."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """One role's way to the database `database`, over the socket in `socket_dir`."""

    socket_dir: Path
    user: str
    database: str
    password: str = field(repr=False)
    port: int = PORT

    def url(self, driver: str = "postgresql+psycopg") -> str:
        """A URL with the secret in it, for a driver only, never for a log.

        Args:
            driver: SQLAlchemy's name; `postgresql` gives the URL that libpq takes.
        """
        who = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"
        return f"{driver}://{who}@/{self.database}?host={quote(str(self.socket_dir), safe='')}&port={self.port}"
