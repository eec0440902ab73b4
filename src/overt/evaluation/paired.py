"""Two matchers on the same images: the ratio of their FNIR, with an interval.

Rules:
* Both meet the same galleries and probes (`protocol.py` draws without asking for templates), and a resample draws the
  same people for both, each at its own threshold there. So what is hard for both does not widen the interval.
* The ratio is of rates pooled over draws; failures to acquire are misses, for either.

Limitations: where the thresholds rest on few people (`doubt.py`), as at FPIR 0.1 % of some thousand people, the
interval of the ratio is by resampling alone and too narrow.
"""

from overt.evaluation.bootstrap import Weights, divided, ratio
from overt.evaluation.figures import Ratio
from overt.evaluation.identification import FPIRS, fnir_at_fpir
from overt.evaluation.open_set import open_set, resampled
from overt.evaluation.trials import Trials


def fnir_ratios(one: Trials, other: Trials, weights: Weights) -> dict[str, Ratio]:
    """FNIR of `one` over that of `other`, by FPIR: below 1, the one misses fewer.

    Args:
        weights: (resamples, people) from `drawn_people`.

    Raises:
        ValueError: the trials are not of the same images and draws.
    """
    for name in ("image", "person", "draw", "mated"):
        if getattr(one, name).tolist() != getattr(other, name).tolist():
            raise ValueError("the two were not tried on the same draws")
    first, second = open_set(one), open_set(other)
    (above,), _ = resampled(first, weights, list(FPIRS.values()))
    (below,), _ = resampled(second, weights, list(FPIRS.values()))
    ones, others = fnir_at_fpir(first, above), fnir_at_fpir(second, below)
    return {key: ratio(ones[key], others[key], divided(above[:, i], below[:, i])) for i, key in enumerate(FPIRS)}
