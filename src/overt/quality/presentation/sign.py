"""What may show that a capture is the photograph of a screen or a print, and the sentence for each sign."""

from enum import StrEnum


class Sign(StrEnum):
    """Why a capture looks like the photograph of a picture (of an attack instrument, in ISO/IEC 30107-3's words)."""

    PATTERN = "pattern"
    RIM = "rim"

    @property
    def warning(self) -> str:
        """For the officer, beside the answer."""
        return (
            f"This looks like a photograph of a screen or a print: {_SEEN[self]}. Look at the person in front of you."
        )


_SEEN = {
    Sign.PATTERN: "a fine, regular pattern lies over the face",
    Sign.RIM: "straight edges surround the face",
}
