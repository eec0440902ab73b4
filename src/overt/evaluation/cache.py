"""Templates of evaluation images, kept so that a second run, or one that was stopped, need not make them again.

::

    CACHE/                       0700
      CONTRACT-1/                the digest of the contract, and the version of this format
        SHARD.npz                named by its bytes; holds templates by the SHA-256 of the image's bytes

Rules:
* Only the caller's own folder is used: made with mode 0700, refused when others may look into it. What it holds are
  templates of people.
* A shard is written beside its place and moved there in one step, so that a run may be killed at any moment; one whose
  bytes are not those of its name is not believed, and its templates are made again.
* Nothing here is read as code (`allow_pickle` is off), and nothing tells whose image it was: the key is a digest.
"""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overt.errors import EvaluationCacheUnsafe
from overt.evaluation.matcher import Answer, NoTemplate
from overt.identifiers import Digest
from overt.template.template import UNIT_TOLERANCE

FORMAT = 1
MOST_SHARDS = 32
_OTHERS = 0o077


class TemplateCache:
    """The kept templates of one contract.

    Args:
        folder: the caller's cache; made when it is not there.

    Raises:
        EvaluationCacheUnsafe: others may look into the folder, or it is none.
    """

    def __init__(self, folder: Path, contract: Digest) -> None:
        _own(folder)
        self._folder = folder / f"{contract.removeprefix('sha256:')}-{FORMAT}"
        _own(self._folder)

    def load(self) -> dict[bytes, Answer]:
        """Every answer that is kept, by the SHA-256 of the image."""
        kept: dict[bytes, Answer] = {}
        for shard in self._shards():
            kept |= _read(shard)
        return kept

    def add(self, answers: Mapping[bytes, Answer]) -> None:
        """Keep more answers; they are on disk when this returns."""
        if not answers:
            return
        content = _written(answers)
        place = self._folder / f"{_name(content)}.npz"
        beside = place.with_suffix(".part")
        beside.write_bytes(content)
        try:
            beside.replace(place)
        except FileNotFoundError:  # another run has just moved the same bytes there
            if not place.exists():
                raise

    def compact(self) -> None:
        """Many shards to one; another run beside this one loses nothing."""
        shards = self._shards()
        if len(shards) <= MOST_SHARDS:
            return
        together: dict[bytes, Answer] = {}
        for shard in shards:
            together |= _read(shard)
        self.add(together)
        for shard in set(shards) & set(self._shards()):
            if not together.keys() <= _read(shard).keys():
                shard.unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget everything of this contract."""
        for file in [*self._shards(), *self._folder.glob("*.part")]:
            file.unlink(missing_ok=True)

    def _shards(self) -> list[Path]:
        return sorted(self._folder.glob("*.npz"))


def _own(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        closed = not folder.stat().st_mode & _OTHERS
    except OSError as error:
        raise EvaluationCacheUnsafe() from error
    if not closed:
        raise EvaluationCacheUnsafe()


def _written(answers: Mapping[bytes, Answer]) -> bytes:
    keys = sorted(answers)
    reasons = [answer.reason if isinstance(answer, NoTemplate) else "" for answer in map(answers.__getitem__, keys)]
    vectors = [answer for answer in map(answers.__getitem__, keys) if not isinstance(answer, NoTemplate)]
    out = io.BytesIO()
    np.savez(
        out,
        keys=np.frombuffer(b"".join(keys), np.uint8).reshape(-1, 32),
        reasons=np.array(reasons),
        vectors=np.stack(vectors) if vectors else np.zeros((0, 0), np.float32),
    )
    return out.getvalue()


def _name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _read(shard: Path) -> dict[bytes, Answer]:
    """The answers of a shard; none when it is damaged or is no shard."""
    try:
        content = shard.read_bytes()
        if _name(content) != shard.stem:
            return {}
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            return _unpacked(kept["keys"], kept["reasons"], kept["vectors"])
    except (OSError, ValueError, KeyError):
        return {}


def _unpacked(keys: NDArray[Any], reasons: NDArray[Any], vectors: NDArray[Any]) -> dict[bytes, Answer]:
    """Raises:
    ValueError: not what `_written` packs.
    """
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1) if len(vectors) else np.ones(0)
    made = reasons == ""
    if keys.shape != (len(reasons), 32) or vectors.dtype != np.float32 or np.count_nonzero(made) != len(vectors):
        raise ValueError("not a shard")
    if np.abs(lengths - 1).max(initial=0) > UNIT_TOLERANCE:
        raise ValueError("not templates")
    vectors.flags.writeable = False
    answers = iter(vectors)
    return {
        key.tobytes(): NoTemplate(str(reason)) if reason else next(answers)
        for key, reason in zip(keys, reasons, strict=True)
    }
