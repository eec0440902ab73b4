"""Rates and tables for `presentation.py`: of presentations that were made and looked at. Not a benchmark.

Rules:
* A rate about people is a `GroupRate`: counts and interval always beside it.
* No band of skin by name. FRLL's portraits come from one studio in one light, so the individual typology angle of the
  cheeks in the picture orders its people: 0.97 rank correlation between the two portraits of a person. Where a named
  band begins would depend on that light, and 11 of the 54 fall into two bands. So people are ordered by the mean of
  both portraits, and a third of them is a group. It is a measure of pictures of these people, for evaluation only.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import Final

import numpy as np

from overt.evaluation.rates import GroupRate, group_rate
from overt.evaluation.recapture import paper, screen
from overt.evaluation.recapture.staging import FACE_PIXELS
from overt.quality.presentation.look import LIMITS, Look, sign_of
from overt.quality.presentation.sign import Sign

BONA_FIDE: Final = "person"
REAL: Final = "real photograph"
NEAR: Final = sum(FACE_PIXELS) / 2
"""From this width of the face in the frame on, in pixels of 1,280, a presentation is near."""
THIRDS: Final = ("darkest third", "middle third", "lightest third")


@dataclass(frozen=True, slots=True)
class Presentation:
    """One capture and its frames' values.

    Args:
        framing: `full` or `rim`; empty for people.
        width: of the face in the frames, in pixels.
        groups: as people reported them.
        tone: individual typology angle of the portrait's cheeks in degrees, higher is lighter; None where the light
            that a picture was taken in is unknown.
        looks: one for each frame that a check could have used.
    """

    person: str
    species: str
    framing: str
    width: float
    groups: tuple[str, ...]
    tone: float | None
    looks: tuple[Look, ...]

    @property
    def attack(self) -> bool:
        return bool(self.framing)

    @property
    def flagged(self) -> bool:
        return sign_of(self.looks) is not None

    @property
    def near(self) -> bool:
        return self.width >= NEAR

    def value(self, sign: Sign) -> float | None:
        """The burst's value of one measure."""
        known = [value for one in self.looks if (value := getattr(one, sign)) is not None]
        return median(known) if known else None

    def shows(self, sign: Sign) -> bool:
        value = self.value(sign)
        return value is not None and value >= getattr(LIMITS, sign)


Seen = Sequence[Presentation]


def attack_rates(seen: Seen) -> Iterator[GroupRate]:
    """APCER by species, framing and distance, then of all attacks by the group of who is pictured."""
    attacks = [each for each in seen if each.attack and each.looks]
    for name, kinds in SPECIES.items():
        for place, (framing, near) in PLACES.items():
            some = [each for each in attacks if each.species in kinds and (each.framing, each.near) == (framing, near)]
            yield from rate(f"APCER {name}, {place}", some, missed)
    for name, some in grouped(attacks).items():
        yield from rate(f"APCER all attacks that show {name}", some, missed)


SPECIES: Mapping[str, Sequence[str]] = {
    **{kind: (kind,) for kind in screen.KINDS},
    "all screens": tuple(screen.KINDS),
    **{kind: (kind,) for kind in paper.KINDS},
    "all prints": tuple(paper.KINDS),
}
PLACES: Mapping[str, tuple[str, bool]] = {
    "with its rim, near": ("rim", True),
    "with its rim, far": ("rim", False),
    "fills the frame, near": ("full", True),
    "fills the frame, far": ("full", False),
}


def people_rates(seen: Seen) -> Iterator[GroupRate]:
    """BPCER overall, by sign, by group, and of real photographs."""
    people = [each for each in seen if each.species == BONA_FIDE and each.looks]
    yield from rate("BPCER, simulated", people, flagged)
    for sign in Sign:
        yield from rate(f"BPCER, simulated, {sign} alone", people, showing(sign))
    first = [replace(each, looks=each.looks[:1]) for each in people]
    yield from rate("BPCER, simulated, one frame instead of three", first, flagged)
    for name, near in (("near", True), ("far", False)):
        yield from rate(f"BPCER, simulated, {name}", [each for each in people if each.near is near], flagged)
    tried = set(sorted({each.person for each in people if each.groups})[::3])
    fresh = [each for each in people if tried and each.person not in tried]
    yield from rate("BPCER, simulated, people in no trial", fresh, flagged)
    for name, some in grouped(people).items():
        yield from rate(f"BPCER, simulated, {name}", some, flagged)
    for sign in Sign:
        photographs = [each for each in seen if each.species == REAL and each.value(sign) is not None]
        yield from rate(f"BPCER, real (LFW), {sign} alone", photographs, showing(sign))
        for name, some in grouped(photographs).items():
            yield from rate(f"BPCER, real (LFW), {sign} alone, {name}", some, showing(sign))


def rate(name: str, seen: Seen, error: Callable[[Presentation], bool]) -> Iterator[GroupRate]:
    """Nothing where nobody is."""
    if seen:
        yield group_rate(name, ((each.person, error(each)) for each in seen))


def missed(each: Presentation) -> bool:
    return not each.flagged


def flagged(each: Presentation) -> bool:
    return each.flagged


def showing(sign: Sign) -> Callable[[Presentation], bool]:
    return lambda each: each.shows(sign)


def grouped(seen: Seen) -> dict[str, list[Presentation]]:
    """By what people reported, then by the third of the pictured skin."""
    groups: dict[str, list[Presentation]] = {}
    for position in range(max((len(each.groups) for each in seen), default=0)):
        for each in sorted(seen, key=lambda each: each.groups[position]):
            groups.setdefault(each.groups[position], []).append(each)
    third = thirds(seen)
    for number, name in enumerate(THIRDS):
        if some := [each for each in seen if third.get(each.person) == number]:
            groups[f"{name} of pictured skin"] = some
    return groups


def thirds(seen: Iterable[Presentation]) -> dict[str, int]:
    """0 for the third of people whose skin is darkest in their portraits, to 2."""
    tones: dict[str, set[float]] = {}
    for each in seen:
        if each.tone is not None:
            tones.setdefault(each.person, set()).add(each.tone)
    ordered = sorted(tones, key=lambda person: fmean(tones[person]))
    return {person: 3 * place // len(ordered) for place, person in enumerate(ordered)}


def tables(seen: Seen) -> str:
    """Markdown: one row a species; then one row a rate."""
    attacks = {each.group: each for each in attack_rates(seen)}
    unusable = sum(not each.looks for each in seen)
    lines = [
        f"Limits: pattern {LIMITS.pattern}, rim {LIMITS.rim}. Near: a face of {NEAR:.0f} pixels of 1,280 or more.",
        f"Presentations: {len(seen)}; {unusable} without a usable frame count in no rate.",
        "",
    ]
    if attacks:
        lines += row("APCER", *PLACES), row("---", *("---" for _ in PLACES))
        for name in SPECIES:
            lines.append(row(name, *(cell(attacks.pop(f"APCER {name}, {place}", None)) for place in PLACES)))
        lines.append("")
    lines += row("rate", "k of n", "people", "estimate", "95 %"), row(*["---"] * 5)
    for each in (*attacks.values(), *people_rates(seen)):
        interval = f"{100 * each.low:.1f} - {100 * each.high:.1f}"
        lines.append(row(each.group, f"{each.k} of {each.n}", str(each.people), f"{100 * each.rate:.1f} %", interval))
    return "\n".join(lines)


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def cell(rate: GroupRate | None) -> str:
    if rate is None:
        return "none"
    return f"{rate.k} of {rate.n}: {100 * rate.rate:.0f} % [{100 * rate.low:.0f} - {100 * rate.high:.0f}]"


def choosing(seen: Seen) -> Iterator[str]:
    """The distribution of each value, and what limits beside the chosen one would give."""
    for sign in Sign:
        for name in (BONA_FIDE, REAL):
            known = values([each for each in seen if each.species == name], sign)
            if known:
                quantiles = np.quantile(known, [0.5, 0.9, 0.95, 0.98, 0.99, 1]).round(3)
                yield f"{sign}, {name} ({len(known)}): 50 90 95 98 99 100 %: {quantiles}"
        for at in np.round(getattr(LIMITS, sign) * np.array([0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2]), 3):
            parts = []
            for name, some in (
                ("bona fide", [each for each in seen if not each.attack]),
                ("full", [each for each in seen if each.framing == "full"]),
                ("rim", [each for each in seen if each.framing == "rim"]),
            ):
                known = values(some, sign)
                parts.append(f"{name} {sum(value >= at for value in known)} of {len(known)}")
            yield f"  {sign} at {at}: flagged {'; '.join(parts)}"


def values(seen: Seen, sign: Sign) -> list[float]:
    return [value for each in seen if (value := each.value(sign)) is not None]
