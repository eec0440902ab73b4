"""Every score of an evaluation as a Parquet file, and who the identifiers are, so that anybody can compute it anew.

Rules:
* An image has an identifier that was drawn at random for this run. Nothing leads from it to a name, a path or another
  run; the order of images is drawn too.
* Every score of every draw is there: a probe against each reference with a template. So are, without a draw, the scores
  of each two images (`draw` is null), of which the one-to-one figures come, and the variant's with all images enrolled.
* Who was enrolled and who was a probe in which draw is written beside, with the images that have no template.
* Rows are written gallery by gallery and block by block: memory does not grow with their number.
* `pyarrow` is an optional part and imported only here, when it is asked for. Why it: docs/evaluation.md.
"""

import csv
import importlib
import io
from collections.abc import Iterator, Sequence
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from overt.errors import EvaluationPartMissing
from overt.evaluation.bootstrap import blocks
from overt.evaluation.protocol import Draw
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Score, cosine, score_blocks

COLUMNS: Final = ("probe", "reference", "mated", "score", "draw")
_ROWS: Final = 1_000_000
Indices = NDArray[np.intp]
Block = tuple[Indices, Indices, NDArray[np.bool_], NDArray[np.float32], int | None]
"""(n,) images of probes, of references, whether of one person, and scores; which draw, None for none."""


def demand_parquet() -> Any:
    """The modules that write the file.

    Raises:
        EvaluationPartMissing: the optional part is not installed.
    """
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise EvaluationPartMissing() from error


def identifiers(images: int, random: np.random.Generator) -> tuple[str, ...]:
    """A random name for each image, all different."""
    numbers = random.choice(16**8, size=2 * images + 16, replace=True)
    found = list(dict.fromkeys(f"{number:08x}" for number in numbers))[:images]
    if len(found) < images:
        return identifiers(images, random)
    return tuple(found)


def write_scores(
    out: IO[bytes], sample: Sample, draws: Sequence[Draw], names: Sequence[str], score: Score | None = None
) -> int:
    """Write the Parquet file; returns how many rows it has.

    Args:
        score: of two images; the cosine of their templates by default.
        names: of the images, from `identifiers`.

    Raises:
        EvaluationPartMissing: as in `demand_parquet`.
    """
    arrow, parquet = demand_parquet()
    name = arrow.dictionary(arrow.int32(), arrow.string())
    types = (name, name, arrow.bool_(), arrow.float32(), arrow.int16())
    schema = arrow.schema(list(zip(COLUMNS, types, strict=True)))
    dictionary = arrow.array(list(names), arrow.string())
    rows = 0
    encoding = {"score": "BYTE_STREAM_SPLIT"}
    with parquet.ParquetWriter(
        out, schema, compression="zstd", use_dictionary=["probe", "reference"], column_encoding=encoding
    ) as writer:
        for block in _scores(sample, draws, score or cosine(sample)):
            writer.write_table(_table(arrow, schema, dictionary, block))
            rows += len(block[3])
    return rows


def write_images(sample: Sample, names: Sequence[str], random: np.random.Generator) -> str:
    """CSV of the images behind the identifiers: image, person (as random), whether there is a template, labels."""
    people = identifiers(len(sample.people), random)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["image", "person", "template", *(f"label_{column}" for column in sample.labels)])
    for image in sorted(range(len(names)), key=names.__getitem__):
        person = int(sample.person[image])
        labels = [values[person] for values in sample.labels.values()]
        writer.writerow([names[image], people[person], str(bool(sample.made[image])).lower(), *labels])
    return out.getvalue()


def write_draws(draws: Sequence[Draw], draws_of_all: Sequence[Draw], names: Sequence[str]) -> str:
    """CSV of who was a reference and who a probe: enrolled (one, all), draw, role, image.

    References are in the order of the gallery, of which a smaller one is the beginning.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["enrolled", "draw", "role", "image"])
    for enrolled, several in (("one", draws), ("all", draws_of_all)):
        for number, draw in enumerate(several):
            roles = (("reference", draw.references), ("mated", draw.mated), ("non-mated", draw.non_mated))
            writer.writerows([enrolled, number, role, names[image]] for role, images in roles for image in images)
    return out.getvalue()


def _scores(sample: Sample, draws: Sequence[Draw], score: Score) -> Iterator[Block]:
    """Blocks of some million rows."""
    for number, draw in enumerate(draws):
        for probes, references, scores in score_blocks(sample, draw, score):
            yield _block(sample, np.repeat(probes, len(references)), np.tile(references, len(probes)), scores, number)
    made = np.flatnonzero(sample.made)
    for part in blocks(len(made), len(made)):
        rows, columns = np.nonzero(made[part][:, np.newaxis] < made)
        probes, references = made[part][rows], made[columns]
        yield _block(sample, probes, references, score(made[part], made)[rows, columns], None)


def _block(sample: Sample, probes: Indices, references: Indices, scores: NDArray[Any], draw: int | None) -> Block:
    mated = sample.person[probes] == sample.person[references]
    return probes, references, mated, np.asarray(scores, np.float32).ravel(), draw


def _table(arrow: Any, schema: Any, dictionary: Any, block: Block) -> Any:
    probes, references, mated, scores, draw = block
    made = (
        arrow.DictionaryArray.from_arrays(arrow.array(each, arrow.int32()), dictionary) for each in (probes, references)
    )
    number = (
        arrow.nulls(len(scores), arrow.int16()) if draw is None else arrow.array(np.full(len(scores), draw, np.int16))
    )
    return arrow.Table.from_arrays([*made, arrow.array(mated), arrow.array(scores), number], schema=schema)
