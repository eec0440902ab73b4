"""The contracts that `accuracy.py` compares, and people's templates under each of them. Not a benchmark."""

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.progress import Progress

from overt.evaluation.cache import TemplateCache
from overt.evaluation.evaluate import sample_of
from overt.evaluation.folder import read_people
from overt.evaluation.lists import read_cleanup, read_labels
from overt.evaluation.making import make_templates
from overt.evaluation.matcher import PipelineMatcher
from overt.evaluation.sample import Sample
from overt.models.manifest import fast_manifest
from overt.models.shipped import load_pipeline, load_shipped_pipeline
from overt.template.pipeline import TemplatePipeline

GENDER, ETHNICITY = "gender", "race_kumar_majority"


def pipeline(name: str) -> TemplatePipeline:
    """The pipeline of a contract that is compared."""
    shipped = load_shipped_pipeline()
    if name in ("default", "fast"):
        return shipped if name == "default" else load_pipeline(fast_manifest())
    files = {file: digest for file, digest in shipped.contract.files.items() if file != shipped.contract.centre}
    looks = replace(shipped.contract, id="looks", centre="", files=files)
    others = {
        "looks": looks,
        "one look": replace(looks, id="look", looks=fast_manifest().contract.looks, mirror="none"),
        "one look, mirror": replace(looks, id="look-mirror", looks=fast_manifest().contract.looks),
        "mirror": replace(looks, id="mirror", looks=()),
        "plain": replace(looks, id="plain", looks=(), mirror="none"),
    }
    return replace(shipped, contract=others[name], centre=None)


def matcher(name: str) -> PipelineMatcher:
    return PipelineMatcher(pipeline(name))


def embedded(folder: Path, name: str, given: argparse.Namespace) -> Sample:
    """A folder of people under one contract."""
    labels = read_labels((folder / "labels.csv").read_bytes())
    lists = [read_cleanup(file.name, file.read_bytes()) for file in folder.glob("cleanup.csv")]
    people = read_people(folder, labels, lists, [column for column in (GENDER, ETHNICITY) if column in labels.columns])
    contract = pipeline(name).contract
    with Progress() as bar:
        task = bar.add_task(f"{folder.name}: {name}", total=None)
        made = make_templates(
            people.images,
            partial(matcher, name),
            TemplateCache(given.cache, contract.digest),
            given.processes,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    return sample_of(people, made.answers, contract.dimension)
