"""QR codes in a terminal.

Rule: dark on light in every terminal, whatever its own colours, since not every phone reads a code the other way round.
"""

import segno
from rich.text import Text

from overt.cli.output import out

_QUIET = 4
"""Light modules around the code (ISO/IEC 18004, 6.3.8)."""
_BLOCKS = {(False, False): " ", (True, False): "\u2580", (False, True): "\u2584", (True, True): "\u2588"}


def qr_lines(text: str) -> list[str]:
    """The code as lines of half blocks, two modules a character, dark modules drawn."""
    rows = [[bool(module) for module in row] for row in segno.make_qr(text, error="m").matrix_iter(border=_QUIET)]
    below = [*rows[1:], [False] * len(rows[0])]
    pairs = list(zip(rows, below, strict=True))[::2]
    return ["".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs]


def print_qr(text: str) -> None:
    """Draw the code, where somebody can see it."""
    if out.is_terminal:
        for line in qr_lines(text):
            out.print(Text(line, style="black on bright_white"), soft_wrap=True)
