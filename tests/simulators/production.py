"""A force's own policy, for tests of instances that are not demonstrations: complete, announced in time, activated."""

import re
from datetime import date, timedelta

from overt.ledger.cosignature import Cosigner
from overt.policy import demonstration_policy, not_activated_because, parse_policy
from simulators.signatories import with_own_signatories

WITNESS = Cosigner("gazette.example/witness", bytes(range(32)))


def witness_entry(key: str, address: str = "https://gazette.example") -> str:
    """A witness, as a policy lists it."""
    return f'{{ key = "{key}", address = "{address}" }}'


def production_policy(today: date) -> str:
    """The demonstration's rules as a force's policy, with documents that carry digests."""
    text = with_own_signatories(demonstration_policy(today, today + timedelta(days=180)))
    text = text.replace("demonstration = true", "demonstration = false")
    text = text.replace("known = []", f"known = [{witness_entry(WITNESS.key.encode())}]")
    text = re.sub(r'digest = "placeholder"', f'digest = "sha256:{"ab" * 32}"', text)
    announced = (today - timedelta(days=60)).isoformat()
    text = text.replace("[pilot]\n", f"[pilot]\nnotice_published_on = {announced}\n", 1)
    policy = parse_policy(text)
    assert not policy.demonstration
    assert not_activated_because(policy, today) == ()
    return text
