"""A PostgreSQL server of our own, made from program files that pip brought; standard library only.

Rules:
* Nobody reaches it but through a socket in a 0700 folder, with a password (SCRAM) from a 0600 file; it never listens on
  a network.
* It never runs as root, and nothing here ever opens (chmod) a folder that it did not make.
* Its log holds no statement, parameter, row or password.
* Several processes share it: the first starts it, the last stops it, and a kill -9 of any of them breaks neither.
"""

from overt.store.embedded.address import ServerAddress
from overt.store.embedded.server import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "ServerAddress"]
