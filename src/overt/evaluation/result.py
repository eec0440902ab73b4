"""All that one evaluation found, with what it was made of: what the report writes, and nothing it has to compute.

Rules:
* No person, no path: data have a name that the caller chose, people are counted.
* Everything that someone needs for making the same figures anew is here: data, lists, contract, protocol, seed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from overt.evaluation.densities import Densities
from overt.evaluation.figures import (
    AtThresholds,
    Composition,
    Differential,
    Fta,
    Group,
    GroupPair,
    Identification,
    Strictest,
    Verification,
)
from overt.evaluation.folder import CleanupUse, Left
from overt.evaluation.protocol import Protocol
from overt.identifiers import Digest


@dataclass(frozen=True, slots=True)
class ModelNote:
    """A model file as its manifest describes it."""

    name: str
    digest: Digest
    licence: str
    origin: str


@dataclass(frozen=True, slots=True)
class About:
    """Which evaluation this is.

    Args:
        run: drawn at random for this run.
        contract_id, contract, dimension: name, digest and vector length of what made the templates. Where a matcher
            gave scores and no templates: its name, the digest of the file of scores, and 0.
        seed: of draws and resamples; resamples: how many for an interval.
    """

    run: str
    software: str
    made_on: date
    contract_id: str
    contract: Digest
    dimension: int
    models: tuple[ModelNote, ...]
    seed: int
    resamples: int

    @property
    def only_scores(self) -> bool:
        """Whether there were scores, and no templates."""
        return self.dimension == 0


@dataclass(frozen=True, slots=True)
class Material:
    """What it is about: people and images after clean-up.

    Args:
        several: people with two images or more.
        columns: of the labels, by which groups are told.
        notes: what whoever ran it says about data and labels.
    """

    name: str
    people: int
    images: int
    several: int
    columns: tuple[str, ...]
    cleanup: tuple[CleanupUse, ...]
    left: Left
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that is reported.

    Args:
        all_images: the variant in which every image of an enrolled person but one probe is a reference.
        fta_reasons: images without a template by the code of the refusal.
        cautions: what the figures cannot support, from `support.py`.
    """

    about: About
    material: Material
    protocol: Protocol
    verification: Verification
    identification: Identification
    all_images: Identification
    fta: Fta
    fta_reasons: Mapping[str, int]
    groups: tuple[Group, ...]
    at_thresholds: tuple[AtThresholds, ...]
    group_pairs: tuple[GroupPair, ...]
    strictest: tuple[Strictest, ...]
    compositions: tuple[Composition, ...]
    differentials: tuple[Differential, ...]
    densities: Densities
    cautions: tuple[str, ...]
