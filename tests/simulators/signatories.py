"""The people who sign a force's policy in tests, and what they sign."""

from collections.abc import Sequence
from hashlib import sha256
from types import MappingProxyType

from overt.ledger.note import Signer, sign_note
from overt.policy import Policy, demonstration_policy, parse_policy
from overt.policy.demonstration import DEMONSTRATION_SIGNERS
from overt.policy.suspension import EVERYTHING_CODE, Act, Order, Reach, sign_order

NAMES = ("force-one", "force-two", "oversight")
FORCE_SIGNERS = MappingProxyType(
    {name: Signer(f"force.example/{name}", sha256(name.encode()).digest()) for name in NAMES}
)


def with_own_signatories(text: str) -> str:
    """A policy's text with the force's people in the place of the demonstration's."""
    for name in NAMES:
        text = text.replace(DEMONSTRATION_SIGNERS[name].key.encode(), FORCE_SIGNERS[name].key.encode())
    return text


def demonstration_changed(policy: Policy, *changes: tuple[str, str]) -> Policy:
    """The demonstration policy with other text in some places, under another version's name."""
    text = demonstration_policy(policy.pilot.starts, policy.pilot.ends)
    for before, after in (("demonstration-1", "demonstration-2"), *changes):
        assert before in text, before
        text = text.replace(before, after, 1)
    return parse_policy(text)


def proposal(policy: Policy, signers: Sequence[str] = NAMES) -> bytes:
    """The policy's note, signed by some of the demonstration's signatories."""
    return sign_note(f"{policy.canonical}\n", [DEMONSTRATION_SIGNERS[name] for name in signers])


def order(
    origin: str, number: int, reach: Reach, code: str = EVERYTHING_CODE, act: Act = Act.SUSPEND, by: str = "oversight"
) -> bytes:
    """An order's note."""
    return sign_order(Order(origin, act, number, reach, code), DEMONSTRATION_SIGNERS[by])
