"""What a policy's target means for a gallery of a size: the threshold, what it promises, and what it costs.

Rules:
* The promise (FPIR) is a bound for the worst group; the cost (missed photographs) is as counted, each group beside the
  other, and is that data set's: neither this force's photographs nor its people.
* Nothing is decided here. A check computes its threshold from its own scope (`encounter/search_desk.py`).
"""

from dataclasses import dataclass

from overt.candidates.calibration import MILLION, CalibrationTable


@dataclass(frozen=True, slots=True)
class Missed:
    """The share of pairs of photographs of one person of a group that score below the threshold."""

    group: str
    people: int
    share: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one target and size.

    Args:
        references: in the gallery.
        set_for: the number in the policy; counted_for: that or, when the gallery has outgrown it, the gallery's.
        fpir: upper bound, worst group, for the whole gallery at this threshold.
        extrapolated: whether the rate behind it is below one pair of the table's data.
        missed: by group, on the table's data.
    """

    references: int
    set_for: int
    counted_for: int
    target: float
    threshold: float
    fpir: float
    extrapolated: bool
    missed: tuple[Missed, ...]
    data: str

    @property
    def outgrown(self) -> bool:
        """Whether the gallery is larger than what the threshold was set for."""
        return self.references > self.set_for

    def standing(self) -> str:
        """How the gallery's size stands to the policy's, for people to read."""
        if self.outgrown:
            return (
                f"The gallery has outgrown the policy's {self.set_for:,}: checks use the stricter threshold of its own "
                "size until a policy for more references is signed."
            )
        return (
            f"It stays until a policy is signed; the gallery fills {self.references / self.set_for:.0%} of that size."
        )

    def sentences(self) -> tuple[str, ...]:
        """For people to read."""
        missed = ", ".join(f"{one.group} {one.share:.1%} ({one.people} people)" for one in self.missed)
        reached = "extrapolated" if self.extrapolated else "counted"
        return (
            f"{self.references:,} references: threshold {self.threshold:.3f}, set for {self.counted_for:,}; at most "
            f"{self.fpir:.3%} of checks of people who are not in the gallery give a candidate (worst group's upper "
            f"bound, {reached}). {self.standing()}",
            f"What it costs: of two photographs of one person in {self.data}, so many score below it: {missed}. "
            "Other photographs and other people: expect other figures.",
        )


def cost(table: CalibrationTable, per_million: int, set_for: int, references: int) -> Cost:
    """What a policy's target and size mean for a gallery of this size.

    Raises:
        CalibrationRefused: as in `CalibrationTable.threshold`.
    """
    target, counted_for = per_million / MILLION, max(set_for, references)
    threshold = table.threshold(target, counted_for)
    return Cost(
        references=references,
        set_for=set_for,
        counted_for=counted_for,
        target=target,
        threshold=threshold,
        fpir=table.fpir(threshold, references),
        extrapolated=table.extrapolated(threshold),
        missed=tuple(Missed(one.group, one.people, one.missed(threshold)) for one in table.mated),
        data=table.data,
    )
