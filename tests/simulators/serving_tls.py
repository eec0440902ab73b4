"""`overt serve` with TLS as a process of its own, and what it said of itself."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509

from simulators.certificates import TrustingPhone
from simulators.commands import PROGRAM

NAME = "overt.test"
SECONDS = 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Running:
    """A running `overt serve`, and what it said of itself."""

    process: "subprocess.Popen[str]"
    said: Any

    @property
    def port(self) -> int:
        return httpx.URL(self.said["address"]).port or 443

    @property
    def offered(self) -> str:
        """The page of the root, at the address that the name would lead to."""
        assert self.said["root_page"].startswith(f"http://{NAME}:")
        return str(self.said["root_page"]).replace(NAME, "127.0.0.1")

    def root(self) -> x509.Certificate:
        return x509.load_der_x509_certificate(get(f"{self.offered}overt-root.crt").content)

    def phone(self, root: x509.Certificate | None) -> TrustingPhone:
        return TrustingPhone(root, NAME, self.port)


@contextmanager
def serving(instance: Path, *options: str | Path, program: tuple[str | Path, ...] = (PROGRAM,)) -> Iterator[Running]:
    argv = [str(part) for part in (*program, "--instance", instance, "serve", "--json", *options)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = ""
        while not told.endswith("\n}\n"):
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            told += line
        try:
            yield Running(process, json.loads(told))
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                try:
                    assert process.wait(SECONDS) == 0
                finally:
                    process.kill()


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, timeout=30)
