"""Rows of a file of scores, as CSV or Parquet: probe, reference, score.

Rules:
* Nothing is checked here but the form: three columns of these names, more being passed over. What the rows say is
  checked where they are put together (`scored.py`).
* Rows come by some hundred thousand, with the line of the first; the header is line 1, in Parquet too.
* `pyarrow` is an optional part, imported only when a file is Parquet.
"""

import codecs
import csv
import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from overt.errors import EvaluationPartMissing, EvaluationScoresInvalid

COLUMNS: Final = ("probe", "reference", "score")
_AT_ONCE: Final = 200_000
_PARQUET: Final = b"PAR1"


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Some rows.

    Args:
        line: of the first.
        names: what images are called, each once, "" for none.
        probe, reference: (n,) places in `names`.
        score: (n,) float64; NaN where there is none or it is no number. given: (n,) whether something stands there.
    """

    line: int
    names: Sequence[str]
    probe: NDArray[np.intp]
    reference: NDArray[np.intp]
    score: NDArray[np.float64]
    given: NDArray[np.bool_]


def read_rows(file: IO[bytes]) -> Iterator[Rows]:
    """The rows of a file, which is at its beginning.

    Raises:
        EvaluationScoresInvalid: neither a Parquet file nor UTF-8 CSV with these columns.
        EvaluationPartMissing: a Parquet file, and the optional part is not installed.
    """
    begins = file.read(len(_PARQUET))
    file.seek(0)
    return _of_parquet(file) if begins == _PARQUET else _of_csv(file)


def _of_csv(file: IO[bytes]) -> Iterator[Rows]:
    try:
        reader = csv.reader((line.decode("utf-8") for line in chain(_without_mark(file), file)), strict=True)
        header = next(reader, [])
        at = _columns([cell.strip() for cell in header])
        line = 2
        while rows := list(islice(reader, _AT_ONCE)):
            yield _from_text(line, rows, at)
            line += len(rows)
    except (UnicodeDecodeError, csv.Error):
        raise EvaluationScoresInvalid("The file of scores is not UTF-8 CSV.") from None


def _without_mark(file: IO[bytes]) -> Iterator[bytes]:
    """The first line, without the mark that some programs begin UTF-8 with."""
    yield file.readline().removeprefix(codecs.BOM_UTF8)


def _columns(header: Sequence[str]) -> tuple[int, int, int]:
    if any(header.count(name) != 1 for name in COLUMNS):
        raise EvaluationScoresInvalid("The file of scores has not the columns probe, reference and score, each once.")
    probe, reference, score = (header.index(name) for name in COLUMNS)
    return probe, reference, score


def _from_text(line: int, rows: list[list[str]], at: tuple[int, int, int]) -> Rows:
    for number, row in enumerate(rows, line):
        if len(row) <= max(at):
            raise EvaluationScoresInvalid(f"Line {number} of the scores has too few columns.")
    places: dict[str, int] = {}
    probe, reference = (
        np.array([places.setdefault(row[column].strip(), len(places)) for row in rows], np.intp) for column in at[:2]
    )
    cells = [row[at[2]].strip() for row in rows]
    return Rows(
        line, list(places), probe, reference, np.array([_number(cell) for cell in cells]), np.array(cells) != ""
    )


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _of_parquet(file: IO[bytes]) -> Iterator[Rows]:
    try:
        arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise EvaluationPartMissing("The file of scores is Parquet, which cannot be read here.") from error
    try:
        content = parquet.ParquetFile(file)
        _columns(content.schema_arrow.names)
        line = 2
        for batch in content.iter_batches(_AT_ONCE, columns=list(COLUMNS)):
            yield _from_batch(arrow, line, batch)
            line += batch.num_rows
    except (arrow.ArrowException, OSError):
        raise EvaluationScoresInvalid("The file of scores is no Parquet file with texts and numbers.") from None


def _from_batch(arrow: Any, line: int, batch: Any) -> Rows:
    probe, reference, score = (batch.column(name) for name in COLUMNS)
    both = arrow.chunked_array([each.cast(arrow.string()).fill_null("") for each in (probe, reference)])
    coded = both.dictionary_encode().unify_dictionaries()
    at = np.concatenate([np.asarray(chunk.indices, np.intp) for chunk in coded.chunks])
    return Rows(
        line,
        coded.chunk(0).dictionary.to_pylist(),
        at[: len(probe)],
        at[len(probe) :],
        score.cast(arrow.float64()).fill_null(float("nan")).to_numpy(zero_copy_only=False),
        np.asarray(score.is_valid()),
    )
