"""The demonstration policy: rules.md as data, with the dates of a pilot put in. For the demonstration instance only.

Its signatories are no secret: whoever runs a demonstration plays the force's people and the oversight body, and the
floor refuses these keys in any other policy.
"""

from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType

from overt.ledger.note import Signer


def _signer(name: str) -> Signer:
    seed = sha256(f"overt demonstration signatory: {name}".encode()).digest()
    return Signer(f"overt.invalid/demonstration/{name}", seed)


DEMONSTRATION_SIGNERS = MappingProxyType({name: _signer(name) for name in ("force-one", "force-two", "oversight")})
"""By short name: the two people of the force and the oversight body that `demonstration.toml` names."""


def demonstration_policy(pilot_starts: date, pilot_ends: date) -> str:
    """TOML text of the demonstration policy; `parse_policy` reads it.

    Args:
        pilot_starts: first UTC day of use.
        pilot_ends: last UTC day of use; not before the first (`parse_policy` refuses that), but it may lie in the past.
    """
    text = _template()
    for mark, day in (("1970-01-01", pilot_starts), ("1970-01-02", pilot_ends)):
        text = text.replace(mark, day.isoformat(), 1)
    return text


@cache
def _template() -> str:
    return files("overt.policy").joinpath("demonstration.toml").read_text("utf-8")
