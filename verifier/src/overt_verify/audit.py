"""The audit of a whole published log, in one pass.

Rules:
* Every entry is hashed, every hash tile recomputed, and the root compared with the signed one, before anything that the
  entries say is held against the instance: a damaged copy is not a guilty log.
* Every width in which a tile lies in the folder must tell the same.
* Memory is bounded: one bundle, one unfinished tile a level, the edge of the tree, and so many once-tags as `once.py`
  holds before it writes them to a temporary file.
* An empty log is not a verified log.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

from overt_verify.checkpoint import Checkpoint
from overt_verify.entry import parse_entry
from overt_verify.errors import Code, VerificationError, shown
from overt_verify.history import contradiction, name_shrunk
from overt_verify.key_changes import KeyChange, checkpoint_of, read_changes
from overt_verify.merkle import EMPTY_ROOT, Frontier, leaf_hash
from overt_verify.note import VerifierKey
from overt_verify.policy_texts import check_policies
from overt_verify.story import Story
from overt_verify.summary import Summary
from overt_verify.tiles import ENTRIES, WIDTH, LedgerFolder, tile_path, tile_width


@dataclass(frozen=True)
class AuditReport:
    """A log that verified: its checkpoint, what it tells, the size of the earlier checkpoint it continues, and the
    counts of each closed day.
    """

    checkpoint: Checkpoint
    summary: Summary
    prior_size: int | None
    days: Mapping[str, bytes]


def audit(
    folder: LedgerFolder,
    key: VerifierKey,
    prior: Checkpoint | None = None,
    progress: Callable[[int, int], None] | None = None,
    builds: frozenset[str] | None = None,
) -> AuditReport:
    """Verify a whole log.

    Args:
        folder: a copy of the published log.
        key: the log's key, obtained elsewhere.
        prior: a verified checkpoint kept from earlier; of another log, where this one has to continue that.
        builds: digests of the published programs; None when they are not known.
        progress: called with (entries done, entries in all) after each bundle.

    Raises:
        VerificationError: the first thing that does not verify; a damaged copy before a guilty log.
    """
    changes = read_changes(folder)
    checkpoint, signer = checkpoint_of(folder, key, changes, follow_lost=True)
    another = prior if prior is not None and prior.origin != checkpoint.origin else None
    prior = None if another is not None else prior
    if prior is not None and prior.size > checkpoint.size:
        raise name_shrunk(folder, checkpoint, prior)
    if checkpoint.size == 0:
        raise VerificationError(Code.NOTHING_TO_VERIFY, "The log is empty.")
    with closing(_Run(folder, checkpoint, prior, builds, changes)) as run:
        for number in range(-(-checkpoint.size // WIDTH)):
            run.bundle(number)
            if progress is not None:
                progress(min(checkpoint.size, (number + 1) * WIDTH), checkpoint.size)
        summary = run.finish(key, signer)
        if another is not None:
            run.demand_chained(another)
        return AuditReport(checkpoint, summary, prior.size if prior else None, run.days)


class _Run:
    """One pass over the bundles of a log."""

    def __init__(
        self,
        folder: LedgerFolder,
        checkpoint: Checkpoint,
        prior: Checkpoint | None,
        builds: frozenset[str] | None,
        changes: list[KeyChange],
    ) -> None:
        self._folder = folder
        self._checkpoint = checkpoint
        self._prior = prior
        self._prior_root = EMPTY_ROOT
        self._changes = changes
        self._roots = dict.fromkeys((change.size for change in changes), b"")
        self._tiles = _TileCheck(folder, checkpoint.size)
        self._frontier = Frontier(self._tiles.add)
        self._story = Story(checkpoint.origin, builds)
        self._fault: VerificationError | None = None

    def bundle(self, number: int) -> None:
        """Hash and read the entries of one bundle."""
        entries = self._folder.items(ENTRIES, number, tile_width(self._checkpoint.size, 0, number))
        self._folder.check_versions(ENTRIES, number, entries)
        for entry in entries:
            self._read(entry)
            self._frontier.push(leaf_hash(entry))
            if self._prior is not None and self._frontier.size == self._prior.size:
                self._prior_root = self._frontier.root()
            if self._frontier.size in self._roots:
                self._roots[self._frontier.size] = self._frontier.root()

    def finish(self, trusted: VerifierKey, signer: VerifierKey) -> Summary:
        """Compare the tiles at the edge, the root and the earlier checkpoint, then say what the entries amount to."""
        self._tiles.finish()
        if self._frontier.root() != self._checkpoint.root:
            raise VerificationError(Code.ROOT_MISMATCH, "The entries do not lead to the root of the checkpoint.")
        if self._prior is not None and self._prior.root != self._prior_root:
            raise contradiction(self._prior, self._checkpoint, Code.FORKED)
        self._story.end(self._fault)
        policies = check_policies(self._folder, self._story.power.changes)
        self._story.keys.check(self._changes, policies, self._roots, trusted, signer)
        texts = {digest: policy.document for digest, policy in policies.items()}
        told = {digest: policy.threshold for digest, policy in policies.items() if policy.threshold is not None}
        self._story.limits.check(texts, told, self._folder)
        self._story.activation.check(texts, self._story.power.changes, self._folder)
        return self._story.summary()

    @property
    def days(self) -> Mapping[str, bytes]:
        """The counts of each closed day."""
        return self._story.days.closed

    def demand_chained(self, another: Checkpoint) -> None:
        """Refuse a log that does not continue the one that another checkpoint was the last of.

        Raises:
            VerificationError: `not_chained`.
        """
        if self._story.continues != another.digest:
            found = f"{shown(self._checkpoint.origin)} does not continue {shown(another.origin)}"
            raise VerificationError(Code.NOT_CHAINED, f"{found} at {another.size} entries.", index=0)

    def close(self) -> None:
        """Let go of what was kept beside memory."""
        self._story.close()

    def _read(self, entry: bytes) -> None:
        """Take an entry into the story; the first fault is kept until the root has shown whose fault it is."""
        if self._fault is not None:
            return
        index = self._frontier.size
        try:
            self._story.take(index, parse_entry(entry, index))
        except VerificationError as error:
            self._fault = error


class _TileCheck:
    """Compares recomputed hash tiles with the published ones as soon as each is full."""

    def __init__(self, folder: LedgerFolder, size: int) -> None:
        self._folder = folder
        self._size = size
        self._open: dict[int, list[bytes]] = {}
        self._done: dict[int, int] = {}

    def add(self, level: int, node: bytes) -> None:
        row = self._open.setdefault(level, [])
        row.append(node)
        if len(row) == WIDTH:
            self._compare(level, row)
            self._done[level] = self._done.get(level, 0) + 1
            self._open[level] = []

    def finish(self) -> None:
        for level, row in self._open.items():
            if row:
                self._compare(level, row)

    def _compare(self, level: int, row: list[bytes]) -> None:
        number = self._done.get(level, 0)
        width = tile_width(self._size, level, number)
        if self._folder.items(level, number, width) != row:
            path = tile_path(level, number, width)
            raise VerificationError(Code.TILE_MISMATCH, f"{path} is not what the entries hash to.")
        self._folder.check_versions(level, number, row)
