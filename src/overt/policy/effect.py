"""Which changes have an expected effect that is signed with them, and how a proposal names it.

Rules (rules.md, "Power to change and to stop"; spec/policy-effect.md):
* A change of threshold, model, ground, place, source or cap has an effect: what it is expected to do to FPIR and FNIR
  of each group, from an evaluation report. Whether it is stricter or looser does not count.
* The text that is signed is the canonical policy on one line and, on a second, the digest of the effect: nobody signs
  the one without the other.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from hashlib import sha256

from overt.errors import PolicyInvalid
from overt.identifiers import Digest
from overt.policy.change import Difference
from overt.policy.parse import policy_from_canonical
from overt.policy.values import Policy

_LINE = re.compile(r"effect (sha256:[0-9a-f]{64})")


class Touched(StrEnum):
    """What of a policy decides who is found, and who is searched for."""

    CAP = "cap"
    GROUND = "ground"
    MODEL = "model"
    PLACE = "place"
    SOURCE = "source"
    THRESHOLD = "threshold"


_TOUCHES: tuple[tuple[str, Touched], ...] = (
    ("threshold.*", Touched.THRESHOLD),
    ("model.*", Touched.MODEL),
    ("codes.places.*", Touched.PLACE),
    ("grounds.*.places", Touched.PLACE),
    ("grounds.*.galleries", Touched.SOURCE),
    ("gallery.*", Touched.SOURCE),
    ("grounds.*", Touched.GROUND),
    ("pilot.officer_cap", Touched.CAP),
    ("pilot.checks_per_area_hour", Touched.CAP),
    ("candidates.*", Touched.CAP),
)
"""The first pattern that a member's path fits says what it touches; one that fits none touches nothing of these."""


def touched(found: Iterable[Difference]) -> tuple[Touched, ...]:
    """What differences touch, in the order of the words; empty where no effect is needed."""
    hit = {what for each in found for what in [_touched(each.member)] if what is not None}
    return tuple(sorted(hit))


def _touched(member: str) -> Touched | None:
    return next((what for pattern, what in _TOUCHES if fnmatchcase(member, pattern)), None)


def effect_digest(effect: bytes) -> Digest:
    """The digest of an effect's text."""
    return Digest("sha256:" + sha256(effect).hexdigest())


def text_to_sign(policy: Policy, effect: Digest | None = None) -> str:
    """The text of a proposal's note."""
    return f"{policy.canonical}\n" + (f"effect {effect}\n" if effect else "")


def read_signed_text(text: str) -> tuple[Policy, Digest | None]:
    """The policy of a signed text, and the digest of the effect that was signed with it.

    Raises:
        PolicyInvalid, PolicyTooLoose: not the text of a proposal, or not a policy that may be.
    """
    canonical, _, rest = text.partition("\n")
    line = _LINE.fullmatch(rest.removesuffix("\n"))
    if rest and line is None:
        raise PolicyInvalid("What follows the policy is not the digest of an effect.")
    return policy_from_canonical(canonical), Digest(line.group(1)) if line else None
