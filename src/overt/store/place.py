"""Where an instance's parts are on disk, and the file that says which instance it is."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from overt.errors import InstanceMissing

FORMAT = 1
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an instance's parts are."""

    folder: Path

    @property
    def keys(self) -> Path:
        """The folder of keys, beside the instance and not in it."""
        return self.folder.with_name(f"{self.folder.name}.keys")

    @property
    def about(self) -> Path:
        return self.folder / "instance.json"

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger"

    @property
    def public(self) -> Path:
        """What the public gets of the ledger: a copy up to the last day that was closed."""
        return self.folder / "public"

    @property
    def search(self) -> Path:
        """The search index on disk: made again from the database when it is not there, and in no backup."""
        return self.folder / "search"


@dataclass(frozen=True, slots=True)
class About:
    """What `instance.json` says; nothing in it is secret."""

    id: UUID
    origin: str
    demonstration: bool
    outside_database: bool

    def write(self, path: Path) -> None:
        """Write the file; it comes last in making an instance, and its presence says that the making was completed."""
        values = {
            "format": FORMAT,
            "id": str(self.id),
            "origin": self.origin,
            "demonstration": self.demonstration,
            "outside_database": self.outside_database,
        }
        temporary = path.with_suffix(".tmp")
        temporary.write_text(json.dumps(values, indent=2) + "\n")
        temporary.replace(path)

    @classmethod
    def read(cls, path: Path) -> "About":
        """Read the file.

        Raises:
            InstanceMissing: there is none, or it is not of this format.
        """
        try:
            values = json.loads(path.read_text())
            if values["format"] != FORMAT:
                raise InstanceMissing("This instance was made by another version of Overt.")
            return cls(UUID(values["id"]), values["origin"], values["demonstration"], values["outside_database"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InstanceMissing() from error
