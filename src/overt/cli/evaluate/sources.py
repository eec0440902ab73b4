"""Where the scores of an evaluation come from: templates that are made here, or a file of a matcher's own scores.

Rules:
* What is asked for is checked at once, and the work begins when the people are known.
* With a file of scores no image is opened: only how it is called counts.
"""

import hashlib
import os
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from overt import __version__
from overt.cli.output import progress_bar
from overt.errors import EvaluationTooSmall, UsageError
from overt.evaluation.bootstrap import RESAMPLES
from overt.evaluation.cache import TemplateCache
from overt.evaluation.evaluate import Compared, sample_of
from overt.evaluation.folder import People, subjects
from overt.evaluation.making import Made, make_templates
from overt.evaluation.matcher import NoTemplate
from overt.evaluation.result import About, ModelNote
from overt.evaluation.sample import Sample
from overt.evaluation.score_rows import read_rows
from overt.evaluation.scored import DECLARED, put_together
from overt.evaluation.trials import cosine
from overt.identifiers import Digest
from overt.models.choice import chosen_manifest, matcher_factory


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """What can be compared, what it is, and what whoever runs it has to know of it."""

    compared: Compared
    about: About
    remarks: tuple[str, ...]


Ask = Callable[[People, int], Source]
"""People and the seed in, their scores out."""


def of_templates(
    manifests: Sequence[str], contract: str | None, models: Path | None, cache: Path, processes: int | None
) -> Ask:
    """Cosines of templates.

    Raises:
        ModelManifestInvalid, ContractUnknown: as in `chosen_manifest`.
    """
    text, chosen = chosen_manifest(manifests, contract)

    def ask(people: People, seed: int) -> Source:
        kept = TemplateCache(cache, chosen.contract.digest)
        with progress_bar("Templates") as progress:
            made = make_templates(
                people.images, matcher_factory(text, models), kept, processes or os.cpu_count() or 1, progress
            )
        sample = sample_of(people, made.answers, chosen.contract.dimension)
        reasons = Counter(answer.reason for answer in made.answers if isinstance(answer, NoTemplate))
        files = (ModelNote(each.name, each.digest, each.licence, each.origin) for each in chosen.files.values())
        about = _about(chosen.contract.id, chosen.contract.digest, chosen.contract.dimension, tuple(files), seed)
        return Source(Compared(sample, cosine(sample), reasons), about, tuple(_of_images(people, made)))

    return ask


def of_scores(file: Path, name: str | None) -> Ask:
    """A matcher's own scores.

    Args:
        name: what the matcher is called; the file's name without its end when left out.
    """

    def ask(people: People, seed: int) -> Source:
        try:
            with file.open("rb") as content:
                digest = Digest("sha256:" + hashlib.file_digest(content, "sha256").hexdigest())
                content.seek(0)
                found = put_together(subjects(people), people.person, read_rows(content))
        except OSError as error:
            raise UsageError("The file of scores cannot be read.") from error
        if not found.made.any():
            raise EvaluationTooSmall("Every image is declared a failure to acquire.")
        vectors = np.zeros((len(found.made), 0), np.float32)
        sample = Sample(vectors, found.made, np.array(people.person, np.intp), people.people, people.labels)
        failed = int(np.count_nonzero(~found.made))
        compared = Compared(sample, found.score, {DECLARED: failed} if failed else {}, found.scale)
        remarks = (f"Rows of the scores that are of no two images here: {found.elsewhere:,}.",)
        return Source(compared, _about(name or file.stem, digest, 0, (), seed), remarks if found.elsewhere else ())

    return ask


def _about(name: str, digest: Digest, dimension: int, models: tuple[ModelNote, ...], seed: int) -> About:
    return About(
        run=secrets.token_hex(8),
        software=__version__,
        made_on=datetime.now(UTC).date(),
        contract_id=name,
        contract=digest,
        dimension=dimension,
        models=models,
        seed=seed,
        resamples=RESAMPLES,
    )


def _of_images(people: People, made: Made) -> list[str]:
    remarks = []
    if shared := images_of_two_people(people, made):
        remarks.append(
            f"Images that stand in the folders of several people: {shared}. One of the labels must be wrong; a "
            "clean-up list can say which."
        )
    if made.stale:
        remarks.append("The kept templates were of other code, and have been made anew.")
    return remarks


def images_of_two_people(people: People, made: Made) -> int:
    """How many different images stand, to the byte, with more than one person: a label that must be wrong."""
    owners: dict[bytes, set[int]] = {}
    for key, person in zip(made.keys, people.person, strict=True):
        owners.setdefault(key, set()).add(person)
    return sum(len(each) > 1 for each in owners.values())
