"""Compile the scan once for this machine, so that nobody waits for it at a first search.

python -m overt.search.warm_up
"""

import numpy as np

from overt.search.kernel import reaching
from overt.search.nibbles import FEW, Coarse, coded


def warm_up() -> None:
    """Some seconds where it was not compiled yet; a blink afterwards."""
    vectors = np.repeat(np.eye(1, 64, dtype=np.float32), FEW + 1, axis=0)
    codes, coarse = coded(vectors), Coarse.of(vectors[0])
    places = np.empty(2, np.int32)
    reaching(codes.codes, codes.lengths, codes.angles, coarse.numbers, coarse.offset, coarse.limits(0.5), 0, 2, places)


if __name__ == "__main__":
    warm_up()
