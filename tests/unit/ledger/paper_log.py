"""A log in memory: the files that `overt.ledger.tiles` says to write, and a count of what was read."""

from collections.abc import Sequence

from overt.ledger.checkpoint import Checkpoint, sign_checkpoint
from overt.ledger.merkle import NodeReader, frontier_of
from overt.ledger.note import Signer
from overt.ledger.tiles import node_reader, tiles_to_write


class PaperLog:
    """Keeps every file by its path; a file is never replaced by other bytes."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer
        self.size = 0
        self.files: dict[str, bytes] = {}
        self.reads: list[str] = []

    def append(self, entries: Sequence[bytes]) -> None:
        """Write the files of these entries, as one step."""
        for file in tiles_to_write(self.size, entries, self.read):
            assert self.files.get(file.path, file.data) == file.data, f"{file.path} was overwritten"
            self.files[file.path] = file.data
        self.size += len(entries)

    def read(self, path: str) -> bytes:
        """One file; a path that was never written is a KeyError."""
        self.reads.append(path)
        return self.files[path]

    @property
    def node(self) -> NodeReader:
        """Reads the log as it is now."""
        return node_reader(self.size, self.read)

    def root(self, size: int | None = None) -> bytes:
        """The root now, or at an earlier size."""
        return frontier_of(self.size if size is None else size, self.node).root()

    def checkpoint(self, size: int | None = None) -> bytes:
        """A signed checkpoint of now, or of an earlier size."""
        at = self.size if size is None else size
        return sign_checkpoint(Checkpoint(self.signer.name, at, self.root(at)), self.signer)
