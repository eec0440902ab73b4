"""Asking a server whether it takes connections, without a driver and without a password.

Rules:
* The first message of PostgreSQL's protocol is sent, and the first byte of the answer read; nothing is signed in.
* The status in `postmaster.pid` is not enough: it lags behind a server that has just been told to stop.
"""

import socket
import struct
from enum import Enum
from pathlib import Path

from overt.store.embedded.address import PORT
from overt.store.embedded.settings import DATABASE, ROLE

_PROTOCOL_3 = 196_608
_CANNOT_CONNECT_NOW = b"C57P03\0"
_SECONDS = 5.0


class Answer(Enum):
    """What a server says to a new connection."""

    YES = "it takes connections"
    NOT_NOW = "it starts, stops, repairs or is too busy"
    NOBODY = "nobody listens"


def ask(sockets: Path) -> Answer:
    """Ask the server whose socket is in this folder (PostgreSQL's manual, 54.2.1 Start-up, and error 57P03)."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_SECONDS)
            connection.connect(str(sockets / f".s.PGSQL.{PORT}"))
            connection.sendall(_start_up())
            said = connection.recv(1_024)
    except (FileNotFoundError, ConnectionRefusedError):
        return Answer.NOBODY
    except OSError:  # slow, or cut while stopping
        return Answer.NOT_NOW
    return Answer.NOT_NOW if not said or _CANNOT_CONNECT_NOW in said else Answer.YES


def _start_up() -> bytes:
    body = struct.pack("!I", _PROTOCOL_3) + f"user\0{ROLE}\0database\0{DATABASE}\0\0".encode()
    return struct.pack("!I", 4 + len(body)) + body
