"""An instance of a force, served with TLS under a host name: from the first start to Ctrl-C."""

import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from overt.store.creation import create
from overt.store.embedded import EmbeddedPostgres
from overt.store.instance import DATABASE_VARIABLE
from overt.store.keys.certificates import fingerprint
from overt.store.place import Place
from simulators.certificates import ForceAuthority, write_pair
from simulators.commands import PROGRAM, Done, in_process
from simulators.force import Force, open_folder
from simulators.production import production_policy
from simulators.serving_tls import NAME, SECONDS, free_port, get, serving

pytestmark = pytest.mark.slow

ANSWERED, USAGE, REFUSED = 0, 2, 3


@pytest.fixture(autouse=True)
def no_outside_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """An instance of a force whose embedded server stays up between the commands."""
    with open_folder() as folder:
        create(folder / "force", production_policy(datetime.now(UTC).date()))
        with EmbeddedPostgres(Place(folder / "force").postgres).running():
            yield folder / "force"


@pytest.fixture
def instance(made: Path) -> Path:
    """The same, as if it had never been served."""
    (made / "serving.json").unlink(missing_ok=True)
    for path in tls_files(made):
        path.unlink()
    if tls_folder(made).exists():
        tls_folder(made).rmdir()
    return made


def tls_folder(instance: Path) -> Path:
    return Place(instance).keys / "tls"


def tls_files(instance: Path) -> list[Path]:
    return sorted(tls_folder(instance).glob("*"))


def closed(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except ConnectionRefusedError:
        return True
    return False


def refused(done: Done, code: str, status: int = REFUSED) -> None:
    assert (done.status, done.json["error"]["code"]) == (status, code), done


# --- the first start, and a phone ----------------------------------------------------------------------------------


def test_a_phone_gets_the_root_and_reaches_the_service(instance: Path) -> None:
    with serving(instance, "--name", NAME, "--port", "0", "--root-port", str(free_port())) as running:
        assert running.said["demonstration"] is False
        page = get(running.offered).text
        root = running.root()
        groups = fingerprint(root)
        assert " ".join(groups) == running.said["root_fingerprint"]
        assert all(group in page for group in groups)
        assert f'href="{running.said["address"]}"' in page
        phone = running.phone(root)
        answer = phone.get("/api/v1/instance")
        assert (answer.status_code, answer.json()["demonstration"]) == (200, False)
        assert "strict-transport-security" not in answer.headers, "it would cut off the page of the root"
        with pytest.raises(httpx.ConnectError, match="Hostname mismatch"):
            phone.get("/api/v1/instance", sni="other.test")
        with pytest.raises(httpx.ConnectError, match=r"self-signed certificate|unable to get local issuer"):
            running.phone(None).get("/api/v1/instance")
        for host in ("other.test", "127.0.0.1", "localhost", f"{NAME}.other.test", f"below.{NAME}"):
            assert phone.get("/api/v1/instance", host=host).status_code == 400, "only its own name is answered"
    assert [(path.name, stat.S_IMODE(path.stat().st_mode)) for path in tls_files(instance)] == [
        ("authority.pem", 0o600), ("lock", 0o600), ("server.pem", 0o600),
    ]  # fmt: skip


def test_nothing_is_answered_without_tls_but_the_root(instance: Path) -> None:
    root_port = free_port()
    with serving(instance, "--name", NAME, "--port", "0", "--root-port", str(root_port)) as running:
        with socket.create_connection(("127.0.0.1", running.port), 10) as plain:
            plain.sendall(f"GET /api/v1/instance HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
            said = plain.recv(1000)
        assert b"HTTP" not in said
        with pytest.raises(httpx.TransportError):
            get(f"http://127.0.0.1:{running.port}/api/v1/instance")
        for path in ("api/v1/instance", "api/v1/openapi.json", "overt.css", "tls/authority.pem", "serving.json"):
            assert get(f"{running.offered}{path}").status_code == 404
        posted = httpx.post(f"{running.offered}api/v1/encounters", json={}, trust_env=False)
        assert (posted.status_code, posted.text) == (404, "There is nothing here.\n")
        with socket.create_connection(("127.0.0.1", root_port), 10) as raw:
            raw.sendall(b"GET //../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert raw.recv(1000).startswith(b"HTTP/1.1 404")
        with pytest.raises(ssl.SSLError), socket.create_connection(("127.0.0.1", root_port), 10) as raw:
            ssl.create_default_context().wrap_socket(raw, server_hostname=NAME)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_end_ends_both_listeners(instance: Path, number: signal.Signals) -> None:
    root_port = free_port()
    with serving(instance, "--name", NAME, "--port", "0", "--root-port", str(root_port)) as running:
        assert not closed(running.port)
        assert not closed(root_port)
        with httpx.Client(trust_env=False) as kept_alive:
            assert kept_alive.get(running.offered).status_code == 200
            running.process.send_signal(number)
            assert running.process.wait(SECONDS) == 0
        assert closed(running.port)
        assert closed(root_port)
        assert running.process.stderr is not None
        assert running.process.stderr.read() == ""


def test_the_second_start_needs_no_options(instance: Path) -> None:
    port = free_port()
    with serving(instance, "--name", "Overt.TEST", "--port", str(port), "--root-port", str(free_port())) as running:
        first = running.root()
    with serving(instance, "--root-port", "0") as again:
        assert again.said["address"] == f"https://{NAME}:{port}/"
        assert again.said["root_page"] is None
        assert again.said["root_fingerprint"] == " ".join(fingerprint(first))
        assert again.phone(first).get("/api/v1/instance").status_code == 200
        assert closed(8080), "the root's page is off"
        taken = in_process(instance, "serve", "--root-port", str(port), "--json")
        refused(taken, "usage", USAGE)
    told = in_process(instance, "doctor", "--json").json["findings"]
    (finding,) = [each for each in told if each["name"] == "certificate"]
    assert finding["well"]
    assert NAME in finding["detail"]


def test_what_a_person_reads_at_the_terminal(instance: Path) -> None:
    argv = [str(part) for part in (PROGRAM, "--instance", instance, "serve", "--name", NAME, "--port", "0")]
    with subprocess.Popen([*argv, "--root-port", str(free_port())], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().rstrip("\n") for _ in range(6)]
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
    assert lines[0].startswith(f"Serving on https://{NAME}:")
    assert "--host 0.0.0.0" in lines[1], "loopback unless said otherwise"
    assert f"http://{NAME}:" in lines[2]
    shown = bytes.fromhex("".join(lines[4:6]))
    assert len(shown) == 32


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "code", "status"),
    [
        ([], "host_name_missing", USAGE),
        (["--name", "127.0.0.1"], "host_name_refused", REFUSED),
        (["--name", "localhost"], "host_name_refused", REFUSED),
        (["--name", "*.force.example"], "host_name_refused", REFUSED),
        (["--name", NAME, "--host", "overt.test"], "usage", USAGE),
        (["--name", NAME, "--host", "192.0.2.1"], "usage", USAGE),
        (["--name", NAME, "--certificate", __file__], "usage", USAGE),
        (["--name", NAME, "--key", __file__], "usage", USAGE),
        (["--name", NAME, "--certificate", __file__, "--key", __file__], "certificate_refused", REFUSED),
    ],
    ids=lambda value: " ".join(value[-2:]) if isinstance(value, list) else "",
)
def test_a_start_that_fails_decides_nothing(instance: Path, options: list[str], code: str, status: int) -> None:
    refused(in_process(instance, "serve", "--port", "0", "--root-port", "0", "--json", *options), code, status)
    assert not (instance / "serving.json").exists()
    assert tls_files(instance) == []


def test_a_port_in_use_decides_nothing(instance: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        for options in (["--port", taken, "--root-port", "0"], ["--port", "0", "--root-port", taken]):
            refused(in_process(instance, "serve", "--name", NAME, "--json", *options), "usage", USAGE)
    assert not (instance / "serving.json").exists()
    assert tls_files(instance) == []


def test_another_name_is_refused_even_when_the_first_is_forgotten(instance: Path) -> None:
    options = ("--port", "0", "--root-port", "0")
    with serving(instance, "--name", NAME, *options):
        pass
    root = (tls_folder(instance) / "authority.pem").read_bytes()
    refused(in_process(instance, "serve", "--name", "other.test", *options, "--json"), "host_name_fixed")
    (instance / "serving.json").unlink()
    refused(in_process(instance, "serve", "--name", "other.test", *options, "--json"), "host_name_fixed")
    assert (tls_folder(instance) / "authority.pem").read_bytes() == root


def test_keys_that_others_may_read_are_refused(instance: Path) -> None:
    options = ("--name", NAME, "--port", "0", "--root-port", "0")
    with serving(instance, *options):
        pass
    (tls_folder(instance) / "server.pem").chmod(0o644)
    refused(in_process(instance, "serve", *options, "--json"), "key_files_unsafe")
    told = in_process(instance, "doctor", "--json")
    assert (told.status, told.json["well"]) == (REFUSED, False)


# --- a certificate of the force --------------------------------------------------------------------------------------


def test_a_force_brings_its_own_certificate(instance: Path, tmp_path: Path) -> None:
    force, key = ForceAuthority(), generate_private_key(SECP256R1())
    certificate, key_file = write_pair(tmp_path, force.certificate(key, NAME), key)
    own = ("--name", NAME, "--certificate", certificate, "--key", key_file)
    refused(in_process(instance, "serve", *own, "--port", "0", "--root-port", "8081", "--json"), "usage", USAGE)
    with serving(instance, *own, "--port", "0") as running:
        assert (running.said["root_page"], running.said["root_fingerprint"]) == (None, None)
        answer = running.phone(force.root).get("/api/v1/instance")
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert closed(8080), "there is no root to offer"
    assert tls_files(instance) == [], "and none was made"
    with serving(instance) as again:
        assert again.phone(force.root).get("/api/v1/instance").status_code == 200, "it is remembered"
    key_file.chmod(0o640)
    refused(in_process(instance, "serve", "--json"), "certificate_refused")
    told = in_process(instance, "doctor", "--json").json["findings"]
    (finding,) = [each for each in told if each["name"] == "certificate"]
    assert not finding["well"]


IMPATIENT = "from overt.cli import main, serve_tls; serve_tls.RENEWAL_SECONDS = 0.05; main.main()"
"""The program, but looking for a renewed certificate often."""


def test_a_renewed_certificate_is_used_without_a_restart(instance: Path, tmp_path: Path) -> None:
    force, key = ForceAuthority(), generate_private_key(SECP256R1())
    files = write_pair(tmp_path, force.certificate(key, NAME), key)
    options = ("--name", NAME, "--port", "0", "--certificate", files[0], "--key", files[1])
    with serving(instance, *options, program=(sys.executable, "-c", IMPATIENT)) as running:
        phone = running.phone(force.root)
        before = phone.shown()
        files[0].write_text("half a certificate")
        time.sleep(0.5)
        assert phone.shown() == before, "what cannot be used is not used"
        newer = force.certificate(key, NAME, days=80)
        write_pair(tmp_path, newer, key)
        ends = time.monotonic() + SECONDS
        while phone.shown() != newer:
            assert time.monotonic() < ends
            time.sleep(0.05)
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(SECONDS) == 0
        assert running.process.stderr is not None
        said = running.process.stderr.read()
    assert "The certificate was not renewed: " in said
    assert "PEM certificates" in said


# --- a demonstration -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        ["--name", NAME],
        ["--root-port", "8080"],
        ["--root-port", "0"],
        ["--certificate", __file__],
        ["--key", __file__],
        ["--host", "0.0.0.0"],
        ["--host", "::"],
        ["--host", NAME],
    ],
    ids=" ".join,
)
def test_a_demonstration_has_no_use_for_it(shared_force: Force, options: list[str]) -> None:
    folder = shared_force.instance.place.folder
    refused(in_process(folder, "serve", "--port", "0", "--json", *options), "demonstration_refuses")
    assert not (folder / "serving.json").exists()
    assert not (shared_force.instance.place.keys / "tls").exists()


def test_a_demonstration_is_served_on_localhost(shared_force: Force) -> None:
    with serving(shared_force.instance.place.folder, "--port", "0") as running:
        assert running.said["address"] == f"http://localhost:{running.port}/"
        assert running.said["demonstration"] is True
        assert get(f"{running.said['address']}api/v1/instance").json()["demonstration"] is True
