"""C2SP tlog-witness over a real port: every status, limits, and what is never written down."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from verify_simulators.lying_ledger import LyingLedger
from verify_simulators.newsroom import START, Clock, Served, cosigned, found, only_log, serving, size_of

from overt_verify.note import NOTE_LIMIT
from overt_verify.witness.server import MOST_CONNECTIONS
from overt_verify.witness.signed import BODY_LIMIT
from overt_verify.witness.witness import Witness


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def witness(ledger: LyingLedger, tmp_path: Path, clock: Clock) -> Witness:
    return found(tmp_path / "w", ledger, clock=clock)


@pytest.fixture
def served(witness: Witness) -> Iterator[Served]:
    with serving(witness) as one:
        yield one


def test_a_log_grows_under_the_eyes_of_a_witness(
    ledger: LyingLedger, witness: Witness, served: Served, clock: Clock
) -> None:
    old = 0
    for size in (1, 2, 3, 7, 44, 255, 256, 257, 300, 300):
        clock.now += 60
        status, lines = served.add(ledger.submission(old, size))
        assert status == 200
        assert cosigned(ledger.checkpoint(size), lines, witness.key) == clock.now
        assert size_of(witness) == size
        old = size
    status, headers, note = served.ask("GET", f"/{only_log(witness).hash}/checkpoint")
    assert (status, headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert note.startswith(ledger.checkpoint())
    assert note == ledger.checkpoint() + lines


def test_the_size_that_is_known_is_named(ledger: LyingLedger, served: Served) -> None:
    assert served.add(ledger.submission(0, 44))[0] == 200
    for old in (0, 43):
        status, headers, body = served.ask("POST", "/add-checkpoint", ledger.submission(old, 50))
        assert (status, headers["Content-Type"], body) == (409, "text/x.tlog.size", b"44\n")


def test_a_log_that_was_never_seen_has_size_zero(ledger: LyingLedger, served: Served) -> None:
    assert served.add(ledger.submission(20, 44)) == (409, b"0\n")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0",
        b"old 0\n",
        b"old 0\n\n",
        b"old 0\n\nforce.example/log\n",
        b"\xff\n\n",
        b"old 0\n\n\xff\n",
    ],
)
def test_what_is_no_request_is_malformed(served: Served, body: bytes) -> None:
    assert served.add(body)[0] == 400


def malformed(ledger: LyingLedger) -> dict[str, bytes]:
    good = ledger.submission(0, 44)
    rest = good.removeprefix(b"old 0\n")
    return {
        "leading zero": b"old 00\n" + rest,
        "sign": b"old +0\n" + rest,
        "two spaces": b"old  0\n" + rest,
        "no old": rest,
        "carriage return": good.replace(b"\n", b"\r\n"),
        "hash too short": b"old 1\nAAAA\n" + rest,
        "no hash": b"old 1\n!\n" + rest,
        "64 hashes": b"old 1\n" + b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n" * 64 + rest,
        "old larger": ledger.submission(45, 44),
        "no signature": good[: good.index(b"\xe2\x80\x94")],
        "no checkpoint": b"old 0\n\n" + ledger.sign("force.example/log\nmany\n"),
        "size with zero": b"old 0\n\n"
        + ledger.sign(ledger.checkpoint(44).decode().split("\n\n")[0].replace("44", "044") + "\n"),
    }


@pytest.mark.parametrize("which", list(malformed(LyingLedger().begin().fill(50))))
def test_malformed_requests(ledger: LyingLedger, witness: Witness, served: Served, which: str) -> None:
    assert served.add(malformed(ledger)[which])[0] == 400
    assert size_of(witness) == 0


def test_an_unknown_log_is_not_found(served: Served) -> None:
    other = LyingLedger("elsewhere.example/log").begin()
    assert served.add(other.submission(0))[0] == 404


def test_another_key_is_forbidden(ledger: LyingLedger, served: Served, witness: Witness) -> None:
    swapped = LyingLedger(seed=2).begin()
    assert served.add(swapped.submission(0))[0] == 403
    note = ledger.submission(0, 44)
    tampered = note.replace(b"\n44\n", b"\n45\n")
    assert tampered != note
    assert served.add(tampered)[0] == 403
    assert size_of(witness) == 0
    assert witness.store.findings(only_log(witness)) == []


def test_signatures_of_others_are_passed_over_and_not_kept(
    ledger: LyingLedger, served: Served, witness: Witness
) -> None:
    other = LyingLedger("spam.example/log", seed=3)
    line = other.sign("x\n").split(b"\n\n")[1]
    assert served.add(ledger.submission(0, 44) + line)[0] == 200
    assert b"spam" not in served.ask("GET", f"/{only_log(witness).hash}/checkpoint")[2]


def test_a_proof_that_does_not_hold_is_refused(ledger: LyingLedger, served: Served, witness: Witness) -> None:
    assert served.add(ledger.submission(0, 44))[0] == 200
    wrong = b"\0" * 32
    assert served.add(ledger.submission(44, 60, proof=[wrong]))[0] == 422
    assert served.add(ledger.submission(44, 60, proof=[]))[0] == 422
    assert served.add(ledger.submission(44, 44, proof=[wrong]))[0] == 422
    assert size_of(witness) == 44


def test_a_proof_from_nothing_must_be_empty(ledger: LyingLedger, served: Served) -> None:
    assert served.add(ledger.submission(0, 60, proof=[b"\0" * 32]))[0] == 422


def test_an_empty_log_has_the_empty_root(ledger: LyingLedger, served: Served) -> None:
    wrong = ledger.sign("force.example/log\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
    assert served.add(b"old 0\n\n" + wrong)[0] == 422
    assert served.add(ledger.submission(0, 0))[0] == 200


def test_two_roots_for_one_size_are_refused_and_published(
    ledger: LyingLedger, served: Served, witness: Witness, tmp_path: Path
) -> None:
    assert served.add(ledger.submission(0))[0] == 200
    twin = ledger.copy().edit_fields(5, notice="unconscious")
    assert served.add(twin.submission(300, 300))[0] == 422
    data = json.loads(served.ask("GET", "/status")[2])
    assert [one["code"] for one in data["logs"][0]["findings"]] == ["forked"]
    kept = sorted(path.suffix for path in (tmp_path / "w").rglob("evidence/forked-*"))
    assert kept == [".known", ".shown"]


def test_a_fork_is_published_whatever_old_size_it_claims(ledger: LyingLedger, served: Served, witness: Witness) -> None:
    assert served.add(ledger.submission(0))[0] == 200
    twin = ledger.copy().edit_fields(5, notice="unconscious")
    assert served.add(twin.submission(0, 300))[0] == 409
    assert [one.code for one in witness.store.findings(only_log(witness))] == ["forked"]


def test_no_checkpoint_before_the_first(served: Served, witness: Witness) -> None:
    assert served.ask("GET", f"/{only_log(witness).hash}/checkpoint")[0] == 404
    assert served.ask("GET", f"/{'0' * 64}/checkpoint")[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/status", 200),
        ("GET", "/key", 200),
        ("GET", "/witness.key", 404),
        ("GET", "/../w/witness.key", 404),
        ("GET", "//etc/passwd", 404),
        ("GET", "/overt-receipt-check.html", 404),
        ("GET", "/add-checkpoint", 404),
        ("POST", "/status", 404),
        ("PUT", "/status", 501),
    ],
)
def test_other_addresses(served: Served, method: str, path: str, status: int) -> None:
    found_status, _, body = served.ask(method, path, b"" if method in {"POST", "PUT"} else None)
    assert found_status == status
    assert method != "HEAD" or body == b""


def test_a_body_has_a_limit(served: Served) -> None:
    assert BODY_LIMIT > NOTE_LIMIT
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.putrequest("POST", "/add-checkpoint")
    connection.putheader("Content-Length", str(BODY_LIMIT + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    assert served.add(b"o" * BODY_LIMIT)[0] == 400


@pytest.mark.parametrize("header", ["Transfer-Encoding: chunked", "Content-Length: -1", "Content-Length: ", "X: y"])
def test_a_body_without_a_length_is_not_read(served: Served, header: str) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as raw:
        raw.sendall(f"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n5\r\nold 0".encode())
        assert raw.recv(64).startswith(b"HTTP/1.1 411")


def test_one_connection_may_be_used_again(ledger: LyingLedger, served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    for old, size in ((0, 44), (44, 60)):
        connection.request("POST", "/add-checkpoint", ledger.submission(old, size))
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
    connection.close()


def test_a_slow_client_is_cut_off_and_others_are_served(ledger: LyingLedger, witness: Witness) -> None:
    with serving(witness, seconds=1.0) as served, socket.create_connection(("127.0.0.1", served.port)) as slow:
        slow.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        started = time.monotonic()
        ended = threading.Event()
        threading.Thread(target=drip, args=(slow, ended), daemon=True).start()
        assert served.add(ledger.submission(0, 44))[0] == 200
        assert slow.recv(64) == b""
        assert time.monotonic() - started < 5
        ended.set()


def test_connections_have_a_limit_and_are_freed(served: Served) -> None:
    idle = [socket.create_connection(("127.0.0.1", served.port), timeout=30) for _ in range(MOST_CONNECTIONS)]
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as one_more:
        assert one_more.recv(1) == b""
    for one in idle:
        one.close()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            assert served.ask("GET", "/key")[0] == 200
            return
        except (http.client.HTTPException, OSError):
            time.sleep(0.05)
    pytest.fail("closed connections were not freed")


def drip(raw: socket.socket, ended: threading.Event) -> None:
    while not ended.wait(0.05):
        try:
            raw.sendall(b"o")
        except OSError:
            return


def test_nothing_of_a_person_is_written_down(ledger: LyingLedger, served: Served) -> None:
    headers = {"User-Agent": "secret-agent", "X-Forwarded-For": "203.0.113.9"}
    served.ask("POST", "/add-checkpoint?who=me", ledger.submission(0, 44), **headers)
    served.ask("GET", "/status?who=me", None, **headers)
    served.ask("POST", "/add-checkpoint", b"who?", **headers)
    assert [line.split()[1] for line in served.told] == ["200", "400"]
    told = " ".join(served.told)
    assert not any(part in told for part in ("me", "secret-agent", "203", "127.0.0.1", "who"))


def test_a_broken_folder_is_the_witness_s_own_trouble(
    ledger: LyingLedger, served: Served, witness: Witness, tmp_path: Path
) -> None:
    assert served.add(ledger.submission(0, 44))[0] == 200
    (path,) = (tmp_path / "w").rglob("known.json")
    path.write_bytes(path.read_bytes().replace(b"\\n44\\n", b"\\n43\\n"))
    assert served.add(ledger.submission(43, 60))[0] == 500
    assert served.ask("GET", "/status")[0] == 500
    path.write_bytes(b"[]")
    assert served.add(ledger.submission(0, 60))[0] == 500


def test_a_clock_that_goes_back_stops_cosigning(
    ledger: LyingLedger, witness: Witness, served: Served, clock: Clock
) -> None:
    assert served.add(ledger.submission(0, 44))[0] == 200
    clock.now = START - 10
    status, lines = served.add(ledger.submission(44, 50))
    assert (status, cosigned(ledger.checkpoint(50), lines, witness.key)) == (200, START)
    clock.now = START - 3600
    assert served.add(ledger.submission(50, 60))[0] == 500
    assert size_of(witness) == 50


def test_two_at_once_never_go_back(ledger: LyingLedger, served: Served, witness: Witness) -> None:
    assert served.add(ledger.submission(0, 10))[0] == 200
    for old, sizes in ((10, (40, 90)), (90, (91, 100)), (100, (250, 300))):
        before = size_of(witness)
        gate, answers = threading.Barrier(8), []

        def hand_in(size: int, old: int = before, gate: threading.Barrier = gate, into: list = answers) -> None:
            body = ledger.submission(old, size)
            gate.wait()
            into.append((served.add(body), size))

        threads = [threading.Thread(target=hand_in, args=(sizes[i % 2],)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        good = [size for (status, _), size in answers if status == 200]
        refused = [answer for answer, _ in answers if answer[0] != 200]
        assert len(good) == 1
        assert size_of(witness) == good[0]
        assert refused == [(409, f"{good[0]}\n".encode())] * 7
        assert old <= before
        if size_of(witness) < sizes[1]:
            assert served.add(ledger.submission(size_of(witness), sizes[1]))[0] == 200
