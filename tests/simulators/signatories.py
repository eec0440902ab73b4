"""The people who sign a force's policy in tests, and what they sign."""

from collections.abc import Sequence
from hashlib import sha256
from types import MappingProxyType

from overt.candidates.effect import Change, effect_text
from overt.ledger.note import Signer, sign_note
from overt.policy import Policy, demonstration_policy, parse_policy
from overt.policy.change import differences
from overt.policy.demonstration import DEMONSTRATION_SIGNERS
from overt.policy.effect import effect_digest, text_to_sign, touched
from overt.policy.suspension import EVERYTHING_CODE, Act, Order, Reach, sign_order
from overt.store.instance import Instance
from overt.store.policy_effects import NOTHING, HandedIn, evidence, kept_reports

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


def proposal(policy: Policy, signers: Sequence[str] = NAMES, given: HandedIn = NOTHING) -> bytes:
    """The policy's note, signed by some of the demonstration's signatories."""
    return signed_by([DEMONSTRATION_SIGNERS[name] for name in signers], policy, given)


def signed_by(signers: Sequence[Signer], policy: Policy, given: HandedIn = NOTHING) -> bytes:
    """The policy's note, with the effect that it is signed with."""
    return sign_note(text_to_sign(policy, effect_digest(given.effect) if given.effect else None), signers)


def effect_of(instance: Instance, policy: Policy, *reports: bytes) -> HandedIn:
    """What comes with a policy: what it does to the error rates, where it needs that, and these reports."""
    before = instance.policy
    if not touched(differences(before, policy)):
        return HandedIn(None, reports)
    change = Change(before, policy, instance.sizes(before), instance.sizes(policy))
    known = evidence([*reports, *kept_reports(instance.engine, before, policy)])
    return HandedIn(effect_text(change, known), reports)


def proposed(instance: Instance, policy: Policy, signers: Sequence[str] = NAMES) -> tuple[bytes, HandedIn]:
    """The note of a change of an instance's policy, and what comes with it."""
    given = effect_of(instance, policy)
    return proposal(policy, signers, given), given


def order(
    origin: str, number: int, reach: Reach, code: str = EVERYTHING_CODE, act: Act = Act.SUSPEND, by: str = "oversight"
) -> bytes:
    """An order's note."""
    return sign_order(Order(origin, act, number, reach, code), DEMONSTRATION_SIGNERS[by])
