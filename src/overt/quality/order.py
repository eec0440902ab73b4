"""Which of several frames of one person, taken within about a second, is the best for a template.

The order: first the frame with fewer pieces of advice, then the sharper one. Reason: advice begins where a measure
starts to cost templates their likeness, so a frame without any is better than one with some; and what still differs
between two frames of the same second is blur, by the hand or by the head. No weights, so nothing to tune;
`benchmarks/burst.py` compares it with taking the frames as they come.

Limitations: noise reads as sharpness, so of two frames with different gain the noisier one may be preferred.
"""

from collections.abc import Sequence

from overt.quality.assessment import Assessment, Measure

Rank = tuple[int, float]
"""Compares as tuples do; greater is better."""


def rank(quality: Sequence[Assessment]) -> Rank:
    """Where a frame stands among the others of its burst.

    Args:
        quality: its measures, as `assess_all` gives them; a frame whose sharpness was not assessed counts as blurred.
    """
    advised = sum(one.advice is not None for one in quality)
    sharp = next((one.raw for one in quality if one.measure is Measure.SHARPNESS and one.raw is not None), -1.0)
    return -advised, sharp
