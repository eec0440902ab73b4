"""A force's own policy, for tests of instances that are not demonstrations: complete, public in time, activated."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from overt.ledger.cosignature import Cosignature, Cosigner
from overt.ledger.note import Signer
from overt.policy import demonstration_policy, not_activated_because, parse_policy
from overt.policy.activation import NEEDED, NOTICE_PERIOD, PLACEHOLDER, DocumentKind
from overt.policy.documents import ROLES, document_digest, sign_document
from overt.store.creation import create
from overt.store.instance import Instance
from overt.store.witness_views import keep
from simulators.signatories import with_own_signatories

WITNESS = Cosigner("gazette.example/witness", bytes(range(32)))


def witness_entry(key: str, address: str = "https://gazette.example") -> str:
    """A witness, as a policy lists it."""
    return f'{{ key = "{key}", address = "{address}" }}'


def document_text(kind: DocumentKind) -> bytes:
    """What stands in a document."""
    return f"# {kind}\n\nThe facts, but for [redacted: the name of a witness].\n".encode()


def answers_for(kind: DocumentKind) -> Signer:
    """Who signs such a document."""
    return Signer(f"force.example/{ROLES[kind]}", sha256(ROLES[kind].encode()).digest())


def register_documents(instance: Instance) -> None:
    """Make every document of the policy public."""
    for each in instance.policy.activation:
        if each.digest == PLACEHOLDER:
            continue
        kind = DocumentKind(each.kind)
        note = sign_document(kind, document_text(kind), each.valid_until, answers_for(kind))
        instance.documents.register(document_text(kind), note)


def witness_there(instance: Instance) -> None:
    """As if the policy's witness had cosigned the newest checkpoint just now."""
    head = instance.ledger.head()
    keep(instance.engine, Cosignature(WITNESS.key, int(instance.clock().timestamp())), head.size, head.note)


def placeholders(text: str, count: int = 0) -> str:
    """The policy with placeholders in the place of its first `count` documents; 0: of all."""
    return re.sub(r'digest = "sha256:[0-9a-f]{64}"', 'digest = "placeholder"', text, count=count)


def create_in_time(folder: Path, clock: Callable[[], datetime], change: Callable[[str], str] = str) -> None:
    """Make an instance whose policy is public for as long as a pilot takes that begins now."""
    create(folder, change(production_policy(clock().date())), lambda: clock() - NOTICE_PERIOD)


def production_policy(today: date) -> str:
    """The demonstration's rules as a force's policy, with documents that carry digests."""
    text = with_own_signatories(demonstration_policy(today, today + timedelta(days=180)))
    text = text.replace("demonstration = true", "demonstration = false")
    text = text.replace("known = []", f"known = [{witness_entry(WITNESS.key.encode())}]")
    for kind in NEEDED:
        text = text.replace(f'kind = "{kind}"', f'kind = "{kind}"\nsigned_by = "{answers_for(kind).key.encode()}"')
        placeholder = re.compile(rf'(kind = "{kind}".*?digest = )"placeholder"', re.DOTALL)
        text = placeholder.sub(rf'\1"{document_digest(document_text(kind))}"', text)
    policy = parse_policy(text)
    assert not policy.demonstration
    assert not_activated_because(policy, today) == ()
    return text
