"""Architecture rule 4: fifty checks, some of them of bursts, then a grep of every file that could have kept a probe.

The checks go through the desks, over HTTP to a served instance, and through the command line; some end in a refusal,
one meets a ledger that cannot be written. What is looked for is in `simulators.traces`: the file, its pixels, the
aligned crop, the vectors and the digests, each in many encodings. Then the same grep has to find all of them where they
were put on purpose.

Every run makes its own probes, so a file of another run is never taken for a trace of this one.
"""

import contextlib
import os
import resource
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import psycopg
import pytest
from sqlalchemy import text

from overt.access import Shutter
from overt.capture.burst import write_burst
from overt.capture.decode import decode
from overt.cli.demo.photographs import empty_street, montage
from overt.encounter.search_desk import Answered
from overt.errors import CaptureRefusal, LedgerUnavailable, NoFace, SeveralFaces, UnreadableImage
from overt.models.shipped import load_shipped_pipeline
from overt.store.creation import create, demonstration_text
from overt.store.embedded import EmbeddedPostgres
from overt.store.embedded.place import remembered
from overt.store.instance import Instance, open_instance
from overt.template.align import align
from overt.template.fusion import fuse
from overt.template.made import MadeTemplate
from overt.template.pipeline import TemplatePipeline
from simulators.commands import EXAMPLES, ROOT, overt
from simulators.force import OFFICER, Clock, Force, open_folder
from simulators.phone import Phone, served
from simulators.real_photographs import demonstration_gallery, retaken
from simulators.traces import (
    Grep,
    Trace,
    digest_traces,
    file_traces,
    gallery_trace,
    picture_traces,
    pixel_traces,
    small_traces,
    vector_traces,
)

pytestmark = pytest.mark.slow

DESKS, REFUSED, BURSTS, HTTP, COMMANDS = 28, 4, 4, 10, 4
FRAMES = 3
LARGEST_FILE = 500_000
"""No file of the serving process may grow beyond this; the photographs sent to it are larger, so it cannot spool."""
KINDS = ("JPEG", "PNG", "WEBP")


@dataclass
class Seen:
    """Every probe that was used, what was sent beside it, and what the models made of it. In memory only."""

    pipeline: TemplatePipeline
    probes: dict[str, bytes] = field(default_factory=dict)
    signatures: dict[str, bytes] = field(default_factory=dict)
    made: dict[bytes, MadeTemplate] = field(default_factory=dict)
    bursts: dict[str, tuple[bytes, ...]] = field(default_factory=dict)

    def traces(self, label: str) -> list[Trace]:
        """All that could have been kept of one probe."""
        photo = self.probes[label]
        traces = [*file_traces("file", photo), *digest_traces(photo)]
        if label in self.signatures:
            # By a known key over a photograph's digest: enough to tell later whether a photograph was this one.
            traces += small_traces("signature", self.signatures[label])
        with contextlib.suppress(CaptureRefusal):
            traces += pixel_traces("decoded", decode(photo).pixels)
            traces += self._of_template(self.made.get(photo) or self.pipeline.make(photo))
        return traces

    def burst_traces(self, label: str) -> list[Trace]:
        """What could have been kept of a burst beyond its frames, which are probes of their own."""
        frames = self.bursts[label]
        made = self.pipeline.make_burst(frames)
        traces = [*digest_traces(write_burst(frames)), *small_traces("signature", self.signatures[label])]
        together = np.sum([self.pipeline.make(frame).template.vector for frame in frames], axis=0)
        return [*traces, *vector_traces("fused", made.template.vector), *vector_traces("sum", together)]

    def all_traces(self) -> dict[str, list[Trace]]:
        """Of everything that was used, by label."""
        return {label: self.traces(label) for label in self.probes} | {
            label: self.burst_traces(label) for label in self.bursts
        }

    def _of_template(self, made: MadeTemplate) -> Iterator[Trace]:
        crop = align(made.photo.pixels, made.face.landmarks, self.pipeline.contract.input.side)
        yield from pixel_traces("crop", crop)
        yield from picture_traces("crop", crop)
        yield gallery_trace("photo", made.photo.pixels)
        yield from vector_traces("template", made.template.vector)
        for name, view in (("plain", crop), ("mirrored", np.ascontiguousarray(crop[:, ::-1]))):
            yield from vector_traces(f"{name} embedding", self.pipeline.embedder.embed(view))


class Recording:
    """The shipped pipeline, remembering what it made of every frame, and of all of them together."""

    def __init__(self, seen: Seen) -> None:
        self._seen, self.contract = seen, seen.pipeline.contract

    def make(self, photo: bytes) -> MadeTemplate:
        made = self._seen.made[photo] = self._seen.pipeline.make(photo)
        return made

    def make_burst(self, frames: Sequence[bytes]) -> MadeTemplate:
        return fuse(frames, self.make)


@dataclass
class Done:
    """The instance after the checks."""

    force: Force
    seen: Seen
    since: float
    own: Path
    scores: tuple[float, float]

    @property
    def folder(self) -> Path:
        return self.force.instance.place.folder


@pytest.fixture(scope="module")
def done(photographs: dict[str, bytes]) -> Iterator[Done]:
    """Fifty checks, nothing searched yet."""
    seen, since, generator = Seen(load_shipped_pipeline()), time.time() - 1, np.random.default_rng()
    with (
        open_folder() as folder,
        tempfile.TemporaryDirectory(prefix="overt-callers-own-") as own,
        real_force(folder / "force", seen) as force,
    ):
        gallery = demonstration_gallery(Path(own) / "gallery", photographs, force.clock().date())
        assert force.instance.importer().run(gallery, lambda done, total: None).imported == 4
        answered_at_desks(force, seen, photographs, generator)
        refused_at_desks(force, seen, photographs, generator)
        bursts_at_desks(force, seen, photographs, generator)
        over_http(force, seen, photographs, generator)
        scores = by_command(force, seen, photographs, generator, Path(own))
        yield Done(force, seen, since, Path(own), scores)


@contextlib.contextmanager
def real_force(folder: Path, seen: Seen) -> Iterator[Force]:
    clock = Clock()
    create(folder, demonstration_text(clock().date(), None), clock)
    with open_instance(folder, clock) as instance:
        yield Force(instance, clock, Recording(seen))  # type: ignore[arg-type]  # real templates, recorded


# --- fifty checks --------------------------------------------------------------------------------------------------

Photographs = Mapping[str, bytes]


def capture(force: Force, seen: Seen, label: str, photo: bytes) -> Answered:
    encounter = force.noticed()
    signed = force.signed(encounter, photo)
    seen.probes[label], seen.signatures[label] = photo, signed[1]
    return force.desks.search.capture(encounter, OFFICER, [photo], *signed)


def answered_at_desks(force: Force, seen: Seen, photographs: Photographs, generator: np.random.Generator) -> None:
    labels = list(photographs)
    for number in range(DESKS):
        photo = retaken(photographs[labels[number % len(labels)]], generator, KINDS[number % len(KINDS)])
        force.reveal(capture(force, seen, f"desk {number}", photo).encounter)


def refused_at_desks(force: Force, seen: Seen, photographs: Photographs, generator: np.random.Generator) -> None:
    two = montage(photographs["person-3-other"], photographs["person-4-other"])
    whole = retaken(photographs["person-1-other"], generator)
    with pytest.raises(NoFace):
        capture(force, seen, "no face", retaken(empty_street(), generator))
    with pytest.raises(SeveralFaces):
        capture(force, seen, "two faces", retaken(two, generator, longest=1500))
    with pytest.raises(UnreadableImage):
        capture(force, seen, "truncated", whole[: len(whole) // 2])
    encounter = force.noticed()
    seen.probes["no ledger"] = retaken(photographs["person-1-third"], generator)
    signed = force.signed(encounter, seen.probes["no ledger"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(force.instance.ledger.files, "write_tiles", disk_full)
        with pytest.raises(LedgerUnavailable):
            force.desks.search.capture(encounter, OFFICER, [seen.probes["no ledger"]], *signed)


def burst_of(seen: Seen, label: str, photo: bytes, generator: np.random.Generator, kind: str) -> tuple[bytes, ...]:
    frames = tuple(retaken(photo, generator, kind, longest=1000) for _ in range(FRAMES))
    seen.bursts[label] = frames
    seen.probes.update({f"{label} frame {number}": frame for number, frame in enumerate(frames)})
    return frames


def bursts_at_desks(force: Force, seen: Seen, photographs: Photographs, generator: np.random.Generator) -> None:
    for number, label in enumerate(("person-1-other", "person-4-other", "person-5-not-enrolled")):
        name = f"burst {number}"
        frames = burst_of(seen, name, photographs[label], generator, KINDS[number])
        encounter = force.noticed()
        signed = force.signed(encounter, *frames, shutter=Shutter.OVERRIDE)
        seen.signatures[name] = signed[1]
        force.reveal(force.desks.search.capture(encounter, OFFICER, frames, *signed).encounter)


def disk_full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def over_http(force: Force, seen: Seen, photographs: Photographs, generator: np.random.Generator) -> None:
    """To a served instance that cannot write a file as large as the photographs, and must not dump its memory."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))

    labels = [label for label in photographs if label != "person-3-enrolled"]
    photos = [retaken(photographs[label], generator, "PNG", longest=1000) for label in labels]
    photos.append(photos[0][: LARGEST_FILE + 1])
    with served(force.instance.place.folder, limited) as service:
        assert no_core_dumps(service.process.pid)
        phone = Phone(force.instance.place.folder, service.address)
        for number, photo in enumerate(photos):
            assert len(photo) > LARGEST_FILE
            encounter = phone.open()
            answer = phone.capture(encounter, photo, "image/png")
            seen.probes[f"http {number}"], seen.signatures[f"http {number}"] = photo, phone.signature
            assert answer.status_code == (422 if photo is photos[-1] else 200), answer.text
            if photo is not photos[-1]:
                phone.compare(encounter, answer.json())
                assert phone.post(encounter, "reveal").status_code == 200
        frames = burst_of(seen, "http burst", photographs["person-1-third"], generator, "PNG")
        encounter = phone.open()
        answer = phone.burst(encounter, *frames)
        seen.signatures["http burst"] = phone.signature
        assert answer.status_code == 200, answer.text
        assert all(len(frame) > LARGEST_FILE for frame in frames)
        phone.client.close()


def no_core_dumps(pid: int) -> bool:
    limits = Path(f"/proc/{pid}/limits")
    if not limits.exists():
        return True
    (core,) = (line for line in limits.read_text().splitlines() if line.startswith("Max core file size"))
    return core.split()[4:6] == ["0", "0"]


def by_command(
    force: Force, seen: Seen, photographs: Photographs, generator: np.random.Generator, own: Path
) -> tuple[float, float]:
    """Through `overt check`; the last is checked at the desks as well: its score there and here."""
    score = 0.0
    for number, label in enumerate(("person-5-not-enrolled", "person-2-enrolled", "person-1-other")):
        photo = seen.probes[f"command {number}"] = retaken(photographs[label], generator)
        file = own / f"{number}.photo"
        file.write_bytes(photo)
        done = overt(force.instance.place.folder, "check", file, "--encounter", EXAMPLES / "street-stop.toml")
        assert done.status == 0, done.out + done.err
        score = max([score, *(one["score"] for one in done.json["candidates"] if label == "person-1-other")])
    answered = capture(force, seen, "as by command", photo)
    return score, force.reveal(answered.encounter).candidates[0].score


# --- where a probe could have been left ----------------------------------------------------------------------------


def cluster(instance: Instance) -> Path:
    """The database's home, in the instance or outside."""
    place = remembered(instance.place.postgres)
    assert place is not None
    return place.home


def searched(done: Done) -> list[Path]:
    """Every file of the instance, its keys and its database, and whatever changed anywhere else that is usual."""
    instance = done.force.instance
    own = [done.folder, instance.place.keys, cluster(instance)]
    home = Path.home()
    temporary = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/run")]
    caches = [Path(os.environ.get(name, home / usual)) for name, usual in XDG.items()]
    found = {path for folder in own for path, _ in regular(folder)}
    for folder in (*temporary, *caches, ROOT):
        found |= {path for path, status in regular(folder) if status.st_ctime >= done.since}
    return sorted(path for path in found if not path.is_relative_to(done.own))


XDG = {"XDG_CACHE_HOME": ".cache", "XDG_DATA_HOME": ".local", "XDG_CONFIG_HOME": ".config"}


def regular(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Every plain file below a folder, as far as it can be looked into; this program's own environment is no place."""
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in {".git", ".venv", "node_modules"}]
        for name in names:
            path = Path(where, name)
            with contextlib.suppress(OSError):
                status = path.lstat()
                if stat.S_ISREG(status.st_mode) and os.access(path, os.R_OK):
                    yield path, status


def rows(instance: Instance) -> Iterator[tuple[str, bytes]]:
    """Every table as PostgreSQL gives it back: what it had compressed or cut into pieces is whole there."""
    with admin(instance) as connection:
        tables = connection.execute(
            "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            for form in ("text", "binary"):
                with connection.cursor().copy(f"copy {table} to stdout (format {form})") as copy:
                    yield str(table), b"".join(bytes(part) for part in copy)


@contextlib.contextmanager
def admin(instance: Instance) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    address = EmbeddedPostgres(instance.place.postgres).address(admin=True)
    with psycopg.connect(address.url("postgresql"), autocommit=True) as connection:
        yield connection


def flush(instance: Instance) -> None:
    """Have everything written to the data files; the log of it (WAL) stays beside them."""
    with admin(instance) as connection:
        connection.execute("checkpoint")


# --- the tests -----------------------------------------------------------------------------------------------------


def test_nothing_of_fifty_probes_is_anywhere_and_it_would_be_found(done: Done, photographs: dict[str, bytes]) -> None:
    """One test: two workers that share them would make the fifty checks twice."""
    fifty_checks_were_made(done)
    nothing_of_them_is_anywhere(done)
    the_same_grep_finds_every_trace_where_it_was_put(done, canary(done, photographs))


def fifty_checks_were_made(done: Done) -> None:
    deeds = done.force.deeds()
    captures = ("encounter:search:performed", "encounter:capture:refused")
    assert sum(deeds.count(deed) for deed in captures) == DESKS + REFUSED + BURSTS + HTTP + COMMANDS == 50
    assert deeds.count("encounter:capture:refused") == 4
    assert len(done.seen.bursts) == BURSTS
    photos = {photo for label, photo in done.seen.probes.items() if label != "as by command"}
    assert len(photos) == 49 + BURSTS * (FRAMES - 1)
    assert done.scores[0] == done.scores[1] > 0.4, "templates are the same to the last bit in every process"


def nothing_of_them_is_anywhere(done: Done) -> None:
    flush(done.force.instance)
    grep = Grep(done.seen.all_traces())
    assert len(grep) > 15_000
    files = searched(done)
    for place in (cluster(done.force.instance) / "data" / "pg_wal", done.folder / "ledger", done.folder / "postgres"):
        assert any(path.is_relative_to(place) for path in files), place
    assert grep.files(files) == {}
    for table, content in rows(done.force.instance):
        assert grep.content(content) == set(), table


def canary(done: Done, photographs: dict[str, bytes]) -> list[Trace]:
    """Every trace of a probe that was never used."""
    photo = retaken(photographs["person-1-fourth"], np.random.default_rng(), "PNG")
    other = Seen(done.seen.pipeline, {"canary": photo}, {"canary": os.urandom(64), "burst": os.urandom(64)})
    other.bursts["burst"] = (photo, retaken(photographs["person-1-fourth"], np.random.default_rng()))
    fused = (replace(trace, encoding=f"burst {trace.encoding}") for trace in other.burst_traces("burst"))
    return [*other.traces("canary"), *fused]


def the_same_grep_finds_every_trace_where_it_was_put(done: Done, canary: list[Trace]) -> None:
    instance, grep = done.force.instance, Grep({"canary": canary})
    wanted = {("canary", trace.encoding) for trace in canary}
    assert len(wanted) > 100
    assert all(trace.parts for trace in canary)
    assert grep.files(libraries()) == {}, "what is looked for is the probe's, not its format's"
    data = cluster(instance) / "data"
    with planted_in_files(done, canary) as files:
        found = grep.files(searched(done))
        for path in files:
            assert found.get(path) == wanted, path
    assert grep.files(searched(done)) == {}
    planted_in_wal(instance, canary)
    assert found_in(grep, data / "pg_wal") == wanted
    planted_in_rows(instance, canary)
    flush(instance)
    compressed = {("canary", trace.encoding) for trace in canary if compressible(trace)}
    assert found_in(grep, data / "base") >= wanted - compressed
    assert set().union(*(grep.content(content) for _, content in rows(instance))) == wanted


def libraries() -> list[Path]:
    """The programs that write images; their tables are in every file that they wrote."""
    packages = Path(np.__file__).parents[1]
    return [
        path for name in ("cv2", "PIL", "opencv*.libs", "pillow.libs") for path in packages.glob(f"{name}/**/*.so*")
    ]


def compressible(trace: Trace) -> bool:
    """What PostgreSQL stores compressed, so that only reading it back shows it."""
    return any(word in trace.encoding for word in ("hex", "HEX", "repr", "text", "RGB", "BGR"))


def found_in(grep: Grep, folder: Path) -> set[tuple[str, str]]:
    return set().union(*grep.files(path for path, _ in regular(folder)).values())


@contextlib.contextmanager
def planted_in_files(done: Done, canary: Iterable[Trace]) -> Iterator[list[Path]]:
    """One file with every trace in each kind of place; gone afterwards."""
    data = cluster(done.force.instance) / "data"
    name = f"overt-canary-{os.urandom(8).hex()}"
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    places = [
        data / "base" / "pgsql_tmp", data / "log", data / "base" / "1", done.folder / "ledger" / "tile" / "entries",
        done.folder, done.force.instance.place.keys / "persons", Path(tempfile.gettempdir()), Path("/dev/shm"), cache,
        ROOT / ".pytest_cache",
    ]  # fmt: skip
    content = b"\n".join(trace.whole for trace in canary)
    files = [place / name for place in places if usable(place)]
    assert len(files) >= 7
    try:
        for file in files:
            file.write_bytes(content)
        yield files
    finally:
        for file in files:
            file.unlink(missing_ok=True)


def usable(place: Path) -> bool:
    with contextlib.suppress(OSError):
        place.mkdir(exist_ok=True)
    return os.access(place, os.W_OK)


def planted_in_wal(instance: Instance, canary: Iterable[Trace]) -> None:
    """Only in the write-ahead log: a message, no row. Three times, since the head of a log page may cut one in two."""
    with admin(instance) as connection:
        for trace in [*canary] * 3:
            connection.execute("select pg_logical_emit_message(false, 'canary', %b::bytea)", [trace.whole])
        connection.execute("select pg_switch_wal()")


def planted_in_rows(instance: Instance, canary: Iterable[Trace]) -> None:
    """In a column for text or for bytes, as each would be."""
    with instance.engine.begin() as connection:
        connection.execute(text("create table canary (words text, bytes bytea)"))
        for trace in canary:
            words = trace.whole.isascii() and b"\0" not in trace.whole
            value = trace.whole.decode("ascii") if words else trace.whole
            column = "words" if words else "bytes"
            connection.execute(text(f"insert into canary ({column}) values (:value)"), {"value": value})
