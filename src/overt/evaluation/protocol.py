"""Who is enrolled and who is not: draws of open-set galleries (ISO/IEC 19795-1; NIST FRTE 1:N).

Rules:
* A draw enrols two thirds of the people with several images and two thirds of those with one, so that the gallery holds
  people with and without a further image in the proportion in which they come. The rest are not enrolled.
* `ONE_IMAGE`: an enrolled person has one reference, an image drawn from theirs; of their other images at most five,
  drawn, are mated probes.
* `ALL_IMAGES`: of an enrolled person with several images one, drawn, is the mated probe and every other image is a
  reference. A person with one image is enrolled by it.
* Of a person who is not enrolled at most five images, drawn, are non-mated probes.
* A draw does not ask which images have a template. So every matcher meets the same draws, which is what makes two of
  them comparable, and none gains by refusing the difficult image: a reference without a template is a failure to
  enrol, and its person's probes count as misses (`trials.py`). Figures without failures are given beside.
* Randomness is handed in; the same generator over the same people gives the same draws.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.errors import EvaluationTooSmall

Indices = NDArray[np.intp]


class Enrol(StrEnum):
    """Which images of an enrolled person are references."""

    ONE = "one"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Protocol:
    """How galleries are drawn.

    Args:
        enrol: one image a person, or all but the probes.
        share: of the people who are enrolled.
        mated: most mated probes a person and draw; non_mated: most of those who are not enrolled.
        draws: how many galleries.
    """

    enrol: Enrol = Enrol.ONE
    share: Fraction = Fraction(2, 3)
    mated: int = 5
    non_mated: int = 5
    draws: int = 6


ONE_IMAGE: Final = Protocol()
ALL_IMAGES: Final = Protocol(Enrol.ALL, mated=1)


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """One gallery and its probes, as indices of images.

    Args:
        references: those of one person together, the people in a random order: the first of them are a smaller gallery.
        mated: probes of enrolled people; non_mated: of others. No image is in two of the three.
    """

    references: Indices
    mated: Indices
    non_mated: Indices

    @property
    def probes(self) -> Indices:
        """All probes, mated ones first."""
        return np.concatenate([self.mated, self.non_mated])


def drawn(person: Indices, protocol: Protocol, random: np.random.Generator) -> tuple[Draw, ...]:
    """The draws of a sample.

    Args:
        person: (images,) whose each is, never falling, from 0 on (`Sample.person`).

    Raises:
        EvaluationTooSmall: nobody is left who has a further image, or nobody who is not enrolled.
    """
    first = np.flatnonzero(np.diff(person, prepend=-1))
    images = np.split(np.arange(len(person)), first[1:])
    draws = tuple(_draw(images, protocol, random) for _ in range(protocol.draws))
    if not all(len(one.mated) and len(one.non_mated) for one in draws):
        raise EvaluationTooSmall("A gallery needs enrolled people with a further image, and people who stay outside.")
    return draws


def _draw(images: list[Indices], protocol: Protocol, random: np.random.Generator) -> Draw:
    several = [i for i, own in enumerate(images) if len(own) > 1]
    single = [i for i, own in enumerate(images) if len(own) == 1]
    enrolled, others = [], []
    for group in (several, single):
        order = random.permutation(np.array(group, np.intp))
        cut = round(len(order) * protocol.share)
        enrolled.append(order[:cut])
        others.append(order[cut:])
    people = random.permutation(np.concatenate(enrolled))
    split = [_split(random.permutation(images[i]), protocol) for i in people]
    return Draw(
        references=_joined([references for references, _ in split]),
        mated=_joined([probes for _, probes in split]),
        non_mated=_joined([random.permutation(images[i])[: protocol.non_mated] for i in np.concatenate(others)]),
    )


def _split(own: Indices, protocol: Protocol) -> tuple[Indices, Indices]:
    """One enrolled person's images in random order: references, and probes."""
    probes = min(protocol.mated, len(own) - 1)
    references = own[probes:] if protocol.enrol is Enrol.ALL else own[probes:][:1]
    return references, own[:probes]


def _joined(parts: list[Indices]) -> Indices:
    return np.concatenate([np.empty(0, np.intp), *parts])
