"""An evaluation as a model card in Markdown, of the parts of Mitchell et al. 2019 ("Model cards for model reporting").

Rule: what comes from outside (names of data, labels, notes) is escaped, so that it is text and no markup.
"""

import re
from importlib import resources
from typing import Final

from jinja2 import Environment, StrictUndefined

from overt.evaluation.figures import Rate
from overt.evaluation.report import numbers
from overt.evaluation.report.document import GROUPS_AT
from overt.evaluation.report.in_pairs import highest
from overt.evaluation.report.limits import limits
from overt.evaluation.report.page import counts_units, day, rate_name
from overt.evaluation.result import Evaluation

_PAIRS: Final = 12
"""How many pairs of groups a card has; the report has all."""


def card(evaluation: Evaluation) -> str:
    """The whole card."""
    made = Environment(autoescape=False, undefined=StrictUndefined, trim_blocks=True)  # noqa: S701 - not HTML; see `md`
    made.filters |= {"md": md, "day": day, "whole": numbers.whole, "key": numbers.key_percent, "rate_name": rate_name}
    text = resources.files("overt.evaluation.report").joinpath("card.md").read_text("utf-8")
    written = made.from_string(text).render(
        e=evaluation,
        found=evaluation.identification,
        groups_at=GROUPS_AT,
        differentials=[
            one for one in evaluation.differentials if not counts_units(one) or one.rate.endswith(f" at {GROUPS_AT}")
        ],
        pairs=highest(evaluation.group_pairs, _PAIRS),
        limits=limits(evaluation),
        numbers=numbers,
        row=_row,
    )
    return re.sub(r"\n{3,}", "\n\n", written).rstrip() + "\n"


def md(text: str) -> str:
    """Text that stays text in Markdown, in a table too: on one line, with its signs escaped."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*{}\[\]#|!~])|(?<!\w)_|_(?!\w)", lambda found: "\\" + found.group(), plain)


def _row(rate: Rate) -> str:
    return (
        f"{numbers.estimate(rate)} | {numbers.interval(rate)} | {numbers.counts(rate)}" if rate.n else "- | - | 0 of 0"
    )
