"""Each witness of the policy in its turn; what one of them does says nothing about the next."""

from dataclasses import dataclass
from datetime import datetime

from overt.errors import OvertError
from overt.policy.values import Witness
from overt.publication.hand_in import Post, hand_in
from overt.publication.post import post as http_post
from overt.store.instance import Instance
from overt.store.witness_views import keep, last_seen


@dataclass(frozen=True, slots=True)
class Seen:
    """How it went with one witness: the size it has cosigned and when, or what stood in the way."""

    name: str
    size: int | None
    cosigned_at: datetime | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Beat:
    """How it went with all of them, and when any of them was last there (None where the policy names none)."""

    witnesses: tuple[Seen, ...]
    witnessed_at: datetime | None

    @property
    def problems(self) -> tuple[str, ...]:
        """What stood in the way, a sentence each."""
        return tuple(f"{one.name}: {one.problem}" for one in self.witnesses if one.problem is not None)


def beat(instance: Instance, post: Post = http_post) -> Beat:
    """Hand the newest checkpoint in to every witness of the policy in force."""
    witnesses = instance.policy.witnesses
    seen = tuple(_one(instance, witness, post) for witness in witnesses.known)
    return Beat(seen, instance.witnessed_at())


def _one(instance: Instance, witness: Witness, post: Post) -> Seen:
    ledger, name = instance.ledger, witness.key.name
    with instance.engine.connect() as connection:
        size, at = last_seen(connection, instance.policy.witnesses).get(witness.key.encode(), (None, None))
    try:
        head = ledger.head()
        done = hand_in(head, lambda old: ledger.consistency(old, head), witness, size or 0, post, instance.clock())
    except OvertError as problem:
        return Seen(name, size, at, problem.detail)
    keep(instance.engine, done.cosignature, head.size, done.note)
    return Seen(name, head.size, datetime.fromtimestamp(done.cosignature.seconds, instance.clock().tzinfo), None)
