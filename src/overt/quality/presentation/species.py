"""The presentation attack instrument species that are looked for, and the sentence for each."""

from enum import StrEnum


class Species(StrEnum):
    """What a capture may be the photograph of, instead of a person."""

    SCREEN = "screen"
    PRINT = "print"

    @property
    def warning(self) -> str:
        """For the officer, beside the answer."""
        return _WARNINGS[self]


_WARNINGS = {
    Species.SCREEN: "This looks like a photograph of a screen. Look at the person in front of you.",
    Species.PRINT: "This looks like a photograph of a printed picture. Look at the person in front of you.",
}
