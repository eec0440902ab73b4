"""A walk through every change that a record of the system can undergo: each is exactly one entry, and none is silent.

Every table is either of the record, and then a change of it comes with its one entry, or of the way there (sessions,
drafts, counts), and then its changes come with none. A new table has to be put into one of the two.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select, text

from overt.access import DeviceKey, Officer, Role
from overt.access.passkeys import Passkey
from overt.encounter import Decision, Demographics, Encounter, Identity, Outcome, correct, simulated_comparison
from overt.errors import Refusal
from overt.gallery.relations import read_relations
from overt.identifiers import EncounterId, OfficerId, ReferenceId
from overt.ledger.deeds import Deed
from overt.ledger.key_change import Cause
from overt.policy.activation import DocumentKind
from overt.policy.documents import document_digest, sign_document
from overt.policy.suspension import Act, Reach
from overt.store import schema
from overt.store.gallery.browsing import review
from overt.store.gallery.relating import relate
from overt.store.retention import destroy_expired
from simulators.camera import photograph
from simulators.force import OFFICER, STREET, Force
from simulators.production import answers_for, document_text
from simulators.signatories import demonstration_changed, order, proposed

pytestmark = pytest.mark.slow
RECORD = frozenset(
    {
        "policy",
        "policy_effect",
        "policy_proposal",
        "suspension",
        "account",
        "passkey",
        "device",
        "batch",
        "person",
        "reference",
        "relation",
        "encounter",
        "answer",
        "closed_day",
        "ledger_key",
        "activation_document",
    }
)
ON_THE_WAY = frozenset(
    {
        "session",
        "challenge",
        "invitation",
        "draft",
        "sign_off",
        "capture_nonce",
        "gallery_change",
        "erasure_owed",
        "pilot_user",
        "second_judgement",
        "image_view",
        "receipt_link",
        "leaf",
        "opening",
        "log_head",
        "journal",
        "counter",
        "witness_view",
        "instance",
    }
)
PC = OfficerId("pc-1")
DPIA = document_text(DocumentKind.DPIA)
NOT_STATED = Demographics("not-stated", "not-stated", "not-stated", "not-stated")
Step = tuple[tuple[Deed, ...], Callable[[], object]]


def record(force: Force) -> dict[str, str]:
    """A digest of every table of the record."""
    with force.instance.engine.connect() as connection:
        return {
            name: connection.execute(
                text(f"select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {name} t")
            ).scalar_one()
            for name in sorted(RECORD)
        }


class Walk:
    """One instance, and everything that can be done with it."""

    def __init__(self, force: Force) -> None:
        self.force, self.instance = force, force.instance
        self.passkey = Passkey(os.urandom(32), PC, b"a public key", 0)
        self.device = uuid4()
        self.encounter = EncounterId(UUID(int=0))

    def steps(self) -> Iterator[Step]:
        yield from self.people()
        yield from self.gallery()
        yield from self.check()
        yield from self.early_end()
        yield from self.rules()
        yield from self.papers()
        yield from self.key()
        yield from self.days()

    def people(self) -> Iterator[Step]:
        accounts, passkeys = self.instance.accounts, self.instance.passkeys
        until = self.force.clock().date() + timedelta(days=99)
        key = generate_private_key(SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        officer = Officer(PC, frozenset({Role.OFFICER}), until)
        yield (Deed.OFFICER_ACCOUNT_AUTHORISED,), lambda: accounts.authorise(officer)
        yield (Deed.OFFICER_PASSKEY_REGISTERED,), lambda: passkeys.register(self.passkey)
        yield (), lambda: passkeys.register(self.passkey)
        yield (Deed.OFFICER_PASSKEY_REVOKED,), lambda: passkeys.revoke(PC, self.passkey.id)
        yield (Deed.DEVICE_KEY_ENROLLED,), lambda: accounts.enrol_device(DeviceKey(self.device, key))
        yield (Deed.DEVICE_KEY_REVOKED,), lambda: accounts.revoke_device(self.device)
        yield (Deed.OFFICER_ACCOUNT_REVOKED,), lambda: accounts.revoke(PC)
        yield (), lambda: accounts.revoke(OfficerId("nobody"))
        yield (), lambda: accounts.count_stranger("open")

    def gallery(self) -> Iterator[Step]:
        ledger, browser = self.instance.ledger, self.instance.browser
        twins = read_relations("person,relation,other\np1,twin,p2")
        later = self.force.clock().date() + timedelta(days=400)

        def reviewed() -> int:
            with self.instance.engine.connect() as connection:
                first = connection.execute(select(schema.reference.c.id).limit(1)).scalar_one()
            return review(ledger, ReferenceId(first), review_on=later, outcome=None, now=self.instance.clock)

        yield (Deed.GALLERY_BATCH_IMPORTED,), lambda: self.force.enrol(1, 2, 3)
        yield (Deed.GALLERY_REFERENCE_REVIEWED,), reviewed
        yield (Deed.GALLERY_RELATION_RECORDED,), lambda: relate(ledger, self.instance.tagger, twins)
        yield (), lambda: relate(ledger, self.instance.tagger, twins)
        yield (Deed.GALLERY_PERSON_ERASED,), lambda: self.instance.erasure.erase(browser.of_person("p3")[0].person)

    def check(self) -> Iterator[Step]:
        desk, desks, nobody = self.force.desks.check, self.force.desks, photograph(1, 5, faces=0)

        def open_one() -> None:
            self.encounter = desk.open(STREET, OFFICER).id

        def compared() -> object:
            made = simulated_comparison(self.instance.policy, self.stored())
            return desks.reveal.compare(self.encounter, OFFICER, made)

        def corrected() -> object:
            value = Decision("none-of-them")
            now = self.force.clock()
            book, policy = self.instance.book, self.instance.policy
            return book.settle(book.advance(self.encounter, lambda each: correct(policy, each, value, now)).index)

        yield (Deed.ENCOUNTER_CHECK_REFUSED,), lambda: desk.open({**STREET, "place": "home"}, OFFICER)
        yield (Deed.ENCOUNTER_CHECK_OPENED,), open_one
        yield (Deed.ENCOUNTER_STEP_REFUSED,), lambda: desks.reveal.reveal(self.encounter, OFFICER)
        yield (Deed.ENCOUNTER_NOTICE_RECORDED,), lambda: desk.notice(self.encounter, OFFICER, "given")
        yield (Deed.ENCOUNTER_CAPTURE_REFUSED,), lambda: self.force.capture(self.encounter, nobody)
        yield (Deed.ENCOUNTER_SEARCH_PERFORMED,), lambda: self.force.capture(self.encounter, photograph(1, 9))
        yield (Deed.ENCOUNTER_COMPARISON_RECORDED,), compared
        yield (Deed.ENCOUNTER_CANDIDATES_REVEALED,), lambda: desks.reveal.reveal(self.encounter, OFFICER)
        yield (), lambda: desks.reveal.revealed(self.stored())
        lead = lambda: Decision("follow-lead", self.stored().candidates[0])  # noqa: E731
        yield (Deed.ENCOUNTER_DECISION_RECORDED,), lambda: desks.reveal.decide(self.encounter, OFFICER, lead())
        yield (Deed.ENCOUNTER_FOLLOW_UP_RECORDED,), corrected
        went = Outcome("let-go", self.force.clock())
        yield (Deed.ENCOUNTER_FOLLOW_UP_RECORDED,), lambda: desks.reveal.outcome(self.encounter, OFFICER, went)
        yield (
            (Deed.ENCOUNTER_FOLLOW_UP_RECORDED,),
            lambda: desks.reveal.demographics(self.encounter, OFFICER, NOT_STATED),
        )
        round_of = (Deed.ENCOUNTER_FOLLOW_UP_RECORDED,) * (8 - self.follow_ups_now())
        issue = (*round_of, Deed.ENCOUNTER_RECEIPT_ISSUED)
        yield issue, lambda: desks.reveal.issue(self.encounter, OFFICER, declined=False)
        known = Identity("document", "not-known")
        yield (Deed.ENCOUNTER_FOLLOW_UP_RECORDED,), lambda: desks.reveal.identity(self.encounter, OFFICER, known)

    def early_end(self) -> Iterator[Step]:
        desk = self.force.desks.check

        def open_one() -> None:
            self.encounter = desk.open(STREET, OFFICER).id

        yield (Deed.ENCOUNTER_CHECK_OPENED,), open_one
        yield (Deed.ENCOUNTER_CHECK_ENDED,), lambda: desk.end(self.encounter, OFFICER, "declined-photo")
        follow = next(iter(self.instance.policy.codes.followed))
        yield (Deed.ENCOUNTER_FOLLOW_UP_RECORDED,), lambda: desk.followed(self.encounter, OFFICER, follow)

    def rules(self) -> Iterator[Step]:
        first, changes, origin = self.instance.policy, self.instance.changes, self.instance.about.origin
        listed = f'digest = "{document_digest(DPIA)}"\nsigned_by = "{answers_for(DocumentKind.DPIA).key.encode()}"'
        changed = (("cap = 3", "cap = 4"), ('digest = "placeholder"', listed))
        looser = proposed(self.instance, demonstration_changed(first, *changed))
        lift = order(origin, 1, Reach.EVERYTHING, act=Act.LIFT)
        yield (Deed.POLICY_SUSPENSION_ORDERED,), lambda: changes.obey(order(origin, 1, Reach.EVERYTHING))
        yield (Deed.ENCOUNTER_CHECK_REFUSED,), lambda: self.force.desks.check.open(STREET, OFFICER)
        yield (), lambda: changes.obey(order(origin, 1, Reach.EVERYTHING))
        yield (Deed.POLICY_SUSPENSION_LIFTED,), lambda: changes.obey(lift)
        yield (), lambda: changes.adopt(*looser)
        yield (Deed.POLICY_LOOSENING_ANNOUNCED,), lambda: changes.announce(*looser)
        yield (), lambda: changes.announce(*looser)
        yield (Deed.POLICY_VERSION_ADOPTED,), lambda: changes.adopt(*looser)

    def papers(self) -> Iterator[Step]:
        note = sign_document(DocumentKind.DPIA, DPIA, None, answers_for(DocumentKind.DPIA))
        yield (), self.instance.renew
        yield (), lambda: self.instance.documents.register(b"# Another", note)
        yield (Deed.POLICY_DOCUMENT_REGISTERED,), lambda: self.instance.documents.register(DPIA, note)
        yield (), lambda: self.instance.documents.register(DPIA, note)

    def key(self) -> Iterator[Step]:
        keys = self.instance.ledger_keys
        notes: list[bytes] = []
        draw = self.instance.key_folder.draw_next_ledger
        yield (), lambda: notes.append(keys.propose(Cause.ROTATED, draw()))
        yield (Deed.INSTANCE_KEY_CHANGED,), lambda: keys.change(notes[0], self.instance.clock)
        yield (), lambda: keys.change(notes[0], self.instance.clock)

    def days(self) -> Iterator[Step]:
        ledger, retention, clock = self.instance.ledger, self.instance.policy.retention, self.instance.clock
        padding = (Deed.ENCOUNTER_FOLLOW_UP_RECORDED,) * (8 - self.follow_ups_now())
        yield (), lambda: destroy_expired(ledger, retention, clock)
        self.force.clock.forward(days=1)
        yield (*padding, Deed.INSTANCE_DAY_CLOSED), ledger.close_days
        yield (), ledger.close_days
        self.force.clock.forward(days=retention.answers_days + 2)
        quiet = (*(Deed.ENCOUNTER_FOLLOW_UP_RECORDED,) * 8, Deed.INSTANCE_DAY_CLOSED)
        yield (*quiet, Deed.INSTANCE_RECORDS_DESTROYED), lambda: destroy_expired(ledger, retention, clock)
        yield (), lambda: destroy_expired(ledger, retention, clock)

    def follow_ups_now(self) -> int:
        """Follow-ups of the round that is not full yet."""
        return self.force.deeds().count(Deed.ENCOUNTER_FOLLOW_UP_RECORDED) % 8

    def stored(self) -> Encounter:
        return self.force.stored(self.encounter)


def test_every_change_is_one_entry(force: Force) -> None:
    walked = {Deed(each) for each in force.deeds()[:2]}
    assert walked == {Deed.INSTANCE_LEDGER_CREATED, Deed.POLICY_VERSION_ADOPTED}
    for deeds, step in Walk(force).steps():
        before, entries = record(force), force.deeds()
        with suppress(Refusal):
            step()
        added, changed = force.deeds()[len(entries) :], record(force) != before
        assert added == [deed.value for deed in deeds]
        assert changed == bool(set(deeds) - {Deed.ENCOUNTER_CHECK_REFUSED}), (deeds, "changed" if changed else "same")
        walked.update(deeds)
    walked.update(Deed(each) for each in force.deeds())
    assert walked == set(Deed), "a deed that no step of this walk does"


def test_every_table_is_of_the_record_or_of_the_way_there() -> None:
    assert {table.name for table in schema.metadata.sorted_tables} == RECORD | ON_THE_WAY
    assert not RECORD & ON_THE_WAY
