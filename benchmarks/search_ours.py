"""The sides of `search.py` that run with Overt: its own engine, pgvector, and the way to the peers' process.

Not a benchmark by itself. Thirty-two probes that arrive together are handed to the engine as the group that its sharing
makes of them (`ExactEngine._answered`): so the wait for a thread's turn is no part of what is measured, on any side.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import psutil
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from overt.identifiers import Digest
from overt.scope import Label, LawfulBasis, Outcome, Scope, Source
from overt.search.contract import Scored, never
from overt.search.exact_engine import ExactEngine
from overt.search.nibbles import Coarse
from overt.search.rotation import width_of
from overt.search.scan import Question
from overt.search.tile import column_shapes
from overt.store.embedded import EmbeddedPostgres
from search_measure import BEST, Asked, Case, timed

ROOT = Path(__file__).resolve().parents[1]
CONTRACT: Final = Digest("sha256:" + "5" * 64)
TODAY: Final = datetime(2026, 12, 1, 12, tzinfo=UTC)
LABEL: Final = Label(
    source=Source.CUSTODY,
    lawful_basis=LawfulBasis.PACE_64A,
    outcome=Outcome.CONVICTED,
    captured_on=date(2025, 1, 1),
    review_on=date(2030, 1, 1),
    decided_on=date(2025, 1, 1),
    under_18=False,
)
EVERYONE: Final = Scope(
    outcomes={source: frozenset(Outcome) for source in Source},
    include_under_18=True,
    review_interval_days=36_500,
    contract=CONTRACT,
)
_AT_ONCE: Final = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A probe as the engine takes it."""

    vector: NDArray[np.float32]
    contract: Digest = CONTRACT


def read_bytes(dimension: int) -> float:
    """What our scan reads of a row: its codes, their length and their angle."""
    return width_of(dimension) // 2 + 4 + 1


def held_bytes(dimension: int) -> float:
    """What our engine keeps of a row in memory, without its float32 numbers."""
    return sum(
        np.dtype(kind).itemsize * int(np.prod(cell, dtype=int)) for kind, cell in column_shapes(dimension).values()
    )


class Ours:
    """`ExactEngine`, one engine for each number of threads; reference numbers are rows from 1."""

    name = "overt"
    all_by = "search"

    def __init__(self, references: NDArray[np.float32], probes: NDArray[np.float32], threads: Sequence[int]) -> None:
        dimension = references.shape[1]
        self._probes = probes
        self.read_bytes, self.held_bytes = read_bytes(dimension), held_bytes(dimension) + 4.0 * dimension
        first = ExactEngine(CONTRACT, dimension, threads=threads[0])
        insert(first, references)
        self._engines = {threads[0]: first}
        for others in threads[1:]:
            with first.tiles() as tiles:
                self._engines[others] = ExactEngine(CONTRACT, dimension, threads=others)
                self._engines[others].adopt(tiles)

    def ask(self, case: Case, probes: Sequence[int]) -> Asked:
        seconds, cpu, found = timed(lambda: self.answers(case, probes))
        return Asked(seconds, cpu, [[one.reference - 1 for one in each] for each in found])

    def answers(self, case: Case, probes: Sequence[int]) -> list[list[Scored]]:
        """With the scores."""
        engine, vectors = self._engines[case.threads], self._probes[probes]
        if len(probes) == 1:
            return [asked(engine, case, vectors[0])]
        limit, count = (-np.inf, BEST) if case.kind == "best" else (case.threshold, None)
        group = [Question(one, Coarse.of(one), EVERYONE, TODAY, never, limit, count) for one in vectors]
        answers = engine._answered(group)
        return [one for one in answers if not isinstance(one, Exception)]


def asked(engine: ExactEngine, case: Case, vector: NDArray[np.float32]) -> list[Scored]:
    """One probe's answer."""
    if case.kind == "best":
        return engine.best(Template(vector), EVERYONE, BEST, TODAY)
    return engine.search(Template(vector), EVERYONE, case.threshold, TODAY)


def insert(engine: ExactEngine, references: NDArray[np.float32], first: int = 0) -> None:
    """Rows from number `first` on; a reference's number is its row's and one."""
    for start in range(0, len(references), _AT_ONCE):
        part = references[start : start + _AT_ONCE]
        numbers = np.arange(first + start + 1, first + start + 1 + len(part), dtype=np.int64)
        engine.insert_columns(numbers, part, [LABEL] * len(part))


class Pgvector:
    """A column of `vector`, no index, in a server as Overt starts it; two threads are a worker beside the leader.

    Thirty-two probes are thirty-two statements. The processor's time is that of all processes of the server, which
    the system counts in hundredths of a second.
    """

    name = "pgvector exact"
    all_by = "WHERE"

    def __init__(self, connection: psycopg.Connection[Any], references: NDArray[np.float32], probes: Any) -> None:
        self._connection, self._probes = connection, [_text(probe) for probe in probes]
        dimension = references.shape[1]
        connection.execute("CREATE EXTENSION vector")
        column = sql.SQL("CREATE TABLE gallery (id bigint, v vector({}))").format(sql.Literal(dimension))
        connection.execute(column)
        with connection.cursor().copy("COPY gallery FROM STDIN (FORMAT BINARY)") as copy:
            for data in _copied(references):
                copy.write(data)
        connection.execute("VACUUM ANALYZE gallery")
        row = connection.execute("SELECT pg_relation_size('gallery'), pg_backend_pid()").fetchone()
        assert row
        self.read_bytes = self.held_bytes = round(row[0] / len(references), 1)
        self._server = psutil.Process(row[1]).parent()
        for setting in ("parallel_setup_cost = 0", "parallel_tuple_cost = 0", "min_parallel_table_scan_size = 0"):
            connection.execute(f"SET {setting}")
        connection.execute("SET max_parallel_workers_per_gather = 0")
        self._workers = 0

    def ask(self, case: Case, probes: Sequence[int]) -> Asked:
        if self._workers != case.threads - 1:
            self._workers = case.threads - 1
            self._connection.execute(f"SET max_parallel_workers_per_gather = {self._workers}")
        before = self._spent()
        seconds, own, found = timed(lambda: [self._found(case, self._probes[probe]) for probe in probes])
        return Asked(seconds, own + self._spent() - before, found)

    def _found(self, case: Case, probe: str) -> list[int]:
        # `<#>` is the negative dot product.
        if case.kind == "best":
            rows = self._connection.execute("SELECT id FROM gallery ORDER BY v <#> %s::vector LIMIT %s", (probe, BEST))
        else:
            wanted = (probe, -case.threshold)
            rows = self._connection.execute("SELECT id FROM gallery WHERE v <#> %s::vector <= %s", wanted)
        return [row[0] for row in rows]

    def _spent(self) -> float:
        assert self._server
        times = self._server.cpu_times()
        spent = times.user + times.system + times.children_user + times.children_system
        for child in self._server.children():
            its = child.cpu_times()
            spent += its.user + its.system
        return float(spent)


def _text(vector: NDArray[np.float32]) -> str:
    return "[" + ",".join(repr(float(one)) for one in vector) + "]"


def _copied(references: NDArray[np.float32]) -> Iterator[bytes]:
    """PostgreSQL's binary format: two fields a row; a vector is its dimension, a zero, and its numbers."""
    yield b"PGCOPY\n\xff\r\n\0" + bytes(8)
    count, dimension = references.shape
    kind = np.dtype(
        [
            ("fields", ">i2"),
            ("id_size", ">i4"),
            ("id", ">i8"),
            ("v_size", ">i4"),
            ("dim", ">i2"),
            ("zero", ">i2"),
            ("v", ">f4", dimension),
        ]
    )
    for start in range(0, count, 20_000):
        part = references[start : start + 20_000]
        rows = np.zeros(len(part), kind)
        rows["fields"], rows["id_size"], rows["v_size"], rows["dim"] = 2, 8, 4 + 4 * dimension, dimension
        rows["id"], rows["v"] = np.arange(start, start + len(part)), part
        yield rows.tobytes()
    yield b"\xff\xff"


@contextmanager
def pgvector(references: NDArray[np.float32], probes: NDArray[np.float32]) -> Iterator[Pgvector]:
    """A server of its own in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="overt-benchmark-") as temporary, ExitStack() as stack:
        Path(temporary).chmod(0o711)
        server = EmbeddedPostgres(Path(temporary) / "postgres")
        server.initialise()
        stack.callback(server.destroy)
        stack.enter_context(server.running())
        url = server.address(admin=True).url("postgresql")
        connection = stack.enter_context(psycopg.connect(url, autocommit=True))
        yield Pgvector(connection, references, probes)


class Peer:
    """One engine in the peers' process."""

    def __init__(self, about: dict[str, Any], pipes: tuple[IO[str], IO[str]]) -> None:
        self.name, self.all_by = about["name"], about["all_by"]
        self.read_bytes, self.held_bytes = about["read"], about["held"]
        self._to, self._from = pipes

    def ask(self, case: Case, probes: Sequence[int]) -> Asked:
        asked = {"kind": case.kind, "threads": case.threads, "threshold": case.threshold, "count": BEST}
        self._to.write(json.dumps({"name": self.name, "probes": list(probes), **asked}) + "\n")
        self._to.flush()
        return Asked(**json.loads(self._from.readline()))


@contextmanager
def peers(folder: Path, environment: Path | None, names: Sequence[str]) -> Iterator[tuple[list[Peer], dict[str, str]]]:
    """The engines that could be built, and why the others could not.

    Args:
        folder: holds references.npy and probes.npy.
        environment: the peers' own, made when it is not there; without it, what this process's has is used.
    """
    python = _made(environment) if environment else Path(sys.executable)
    # Threads that wait in loops would be measured as whoever comes next.
    quiet = {"OMP_WAIT_POLICY": "PASSIVE", "OPENBLAS_THREAD_TIMEOUT": "4", "PATH": os.environ.get("PATH", "")}
    command = [str(python), str(ROOT / "benchmarks" / "search_peers.py"), str(folder), *names]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=quiet) as process:
        to, answers = process.stdin, process.stdout
        if to is None or answers is None:
            raise SystemExit("The peers have no pipes.")
        told = [json.loads(answers.readline()) for _ in names]
        missing = {one["name"]: one["missing"] for one in told if "missing" in one}
        yield [Peer(one, (to, answers)) for one in told if "missing" not in one], missing
        to.close()


def _made(folder: Path) -> Path:
    python = folder / "bin" / "python"
    wanted = ROOT / "requirements" / "search-peers.txt"
    made = folder / "made"
    if not made.exists() or made.read_bytes() != wanted.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", wanted]
        subprocess.run([python, *install], check=True, stdout=sys.stderr)
        made.write_bytes(wanted.read_bytes())
    return python
