"""The published folder of a log (C2SP tlog-tiles): path arithmetic, tiles, entry bundles.

Rules:
* A path comes from numbers only. Which tiles must exist follows from the size of a verified checkpoint.
* A tile or bundle holds exactly as many items as its name says; a partial one may be replaced by the full one.
* What is read here is not yet authenticated: callers recompute the root.
"""

from collections.abc import Sequence
from pathlib import Path

from overt_verify.checkpoint import Checkpoint, open_checkpoint
from overt_verify.errors import Code, VerificationError
from overt_verify.files import Files, Folder
from overt_verify.note import NOTE_LIMIT, VerifierKey, signers

WIDTH = 256
"""Items of a full tile or bundle."""
ENTRIES = "entries"
"""Stands in the place of the level in paths of entry bundles."""
POLICY_LIMIT = 1_000_000
"""Most bytes of a policy's note (spec/policy.md)."""
DOCUMENT_LIMIT = 4_000_000
"""Most bytes of an activation document (spec/policy.md)."""
COUNTS_LIMIT = 10_000_000
REPORT_LIMIT = 8_000_000
"""Most bytes of a day's counts."""
_LONGEST_ENTRY = 65_535
_PARTIALS = frozenset(map(str, range(1, WIDTH)))

Level = int | str


def tile_path(level: Level, number: int, width: int = WIDTH) -> str:
    """`tile/<L>/<N>[.p/<W>]`, with N in groups of three digits, all but the last behind an `x`."""
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def tile_width(size: int, level: int, number: int) -> int:
    """Items that tile `number` of a level has in a log of `size` entries: 0 to 256."""
    return max(0, min(WIDTH, (size >> 8 * level) - number * WIDTH))


class LedgerFolder:
    """A copy of a published log, on disk or wherever `Files` reads."""

    def __init__(self, root: Path | Files) -> None:
        self._folder: Files = Folder(root) if isinstance(root, Path) else root

    def checkpoint(self, key: VerifierKey) -> Checkpoint:
        """The verified checkpoint of the folder.

        Raises:
            VerificationError: `nothing_to_verify` when there is none; otherwise as `open_checkpoint`.
        """
        data = self._folder.read("checkpoint", NOTE_LIMIT)
        if data is None:
            raise VerificationError(Code.NOTHING_TO_VERIFY, "The folder has no checkpoint.")
        return open_checkpoint(data, key)

    def signer_among(self, keys: Sequence[VerifierKey]) -> VerifierKey | None:
        """The last of some keys that signed the checkpoint of the folder; None where none did.

        Raises:
            VerificationError: `nothing_to_verify`, `bad_note` or `bad_signature`.
        """
        data = self._folder.read("checkpoint", NOTE_LIMIT)
        if data is None:
            raise VerificationError(Code.NOTHING_TO_VERIFY, "The folder has no checkpoint.")
        signed = signers(data, keys)
        return next((key for key in reversed(keys) if key in signed), None)

    def key_note(self, number: int) -> bytes | None:
        """The note of a change of the log's key; None where there is none of that number."""
        return self._folder.read(f"key/{number}", NOTE_LIMIT)

    def policy(self, digest: str) -> bytes | None:
        """The signed text of a policy, by its digest (`sha256:` and hex); None where it was not published."""
        return self._folder.read(f"policy/{digest.removeprefix('sha256:')}", POLICY_LIMIT)

    def document(self, digest: str) -> tuple[bytes, bytes] | None:
        """The text of an activation document and what was signed of it; None where either was not published."""
        name = f"document/{digest.removeprefix('sha256:')}"
        text, note = self._folder.read(name, DOCUMENT_LIMIT), self._folder.read(f"{name}.note", NOTE_LIMIT)
        return (text, note) if text is not None and note is not None else None

    def effect(self, digest: str) -> bytes | None:
        """The effect that was signed with a policy; None where it was not published."""
        return self._folder.read(f"effect/{digest.removeprefix('sha256:')}", POLICY_LIMIT)

    def report(self, digest: str) -> bytes | None:
        """An evaluation report that an effect comes from; None where it was not published."""
        return self._folder.read(f"report/{digest.removeprefix('sha256:')}", REPORT_LIMIT)

    def counts(self, day: str) -> bytes | None:
        """The published counts of a day (`YYYY-MM-DD`); None where they were not published."""
        return self._folder.read(f"counts/{day}.json", COUNTS_LIMIT)

    def items(self, level: Level, number: int, width: int) -> list[bytes]:
        """The first `width` hashes of a tile, or entries of a bundle.

        Raises:
            VerificationError: `missing_tile` or `bad_tile`.
        """
        found = self._items(level, number, width)
        if found is None and width < WIDTH:
            found = self._items(level, number, WIDTH)
        if found is None:
            raise VerificationError(Code.MISSING_TILE, f"{tile_path(level, number, width)} is missing.")
        return found[:width]

    def check_versions(self, level: Level, number: int, known: list[bytes]) -> None:
        """Every other width of one tile that lies in the folder must begin or end up the same as `known`.

        Raises:
            VerificationError: `partial_mismatch`, or `bad_tile` when another width is itself malformed.
        """
        partials = self._folder.names(tile_path(level, number) + ".p") & _PARTIALS
        for width in sorted({*map(int, partials), WIDTH}):
            other = self._items(level, number, width)
            common = min(width, len(known))
            if other is not None and other[:common] != known[:common]:
                path = tile_path(level, number, width)
                raise VerificationError(Code.PARTIAL_MISMATCH, f"{path} contradicts the same tile in another width.")

    def _items(self, level: Level, number: int, width: int) -> list[bytes] | None:
        path = tile_path(level, number, width)
        limit = width * (2 + _LONGEST_ENTRY) if level == ENTRIES else width * 32
        data = self._folder.read(path, limit)
        if data is None:
            return None
        found = _split_entries(data) if level == ENTRIES else _split_hashes(data)
        if found is None or len(found) != width:
            raise VerificationError(Code.BAD_TILE, f"{path} does not hold exactly {width} items.")
        return found


def _split_hashes(data: bytes) -> list[bytes] | None:
    return [data[i : i + 32] for i in range(0, len(data), 32)] if len(data) % 32 == 0 else None


def _split_entries(data: bytes) -> list[bytes] | None:
    entries, start = [], 0
    while start < len(data):
        end = start + 2 + int.from_bytes(data[start : start + 2], "big")
        if start + 2 > len(data) or end > len(data):
            return None
        entries.append(data[start + 2 : end])
        start = end
    return entries
