"""A force opens no check before its documents are public; then everybody can read them, and check them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from overt.access import Officer, Role
from overt.errors import DocumentInvalid, NotActivated
from overt.identifiers import OfficerId
from overt.policy.activation import DocumentKind
from overt.policy.documents import document_digest, sign_document
from overt.publication.daily import daily
from overt.service.app import make_app
from overt.service.site import localhost_site
from overt.store.instance import open_instance
from overt_verify.audit import audit
from overt_verify.errors import Code, VerificationError
from overt_verify.note import VerifierKey
from overt_verify.tiles import LedgerFolder
from simulators.force import STREET, Clock, Force
from simulators.production import answers_for, create_in_time, document_text, register_documents, witness_there

pytestmark = pytest.mark.slow
PC = OfficerId("pc-1")
FIELDS = {**STREET, "officer": PC, "operator": PC}


@pytest.fixture
def real(folder: Path) -> Iterator[Force]:
    """A force's own instance, with an officer, and nothing published yet."""
    clock = Clock()
    create_in_time(folder / "force", clock)
    with open_instance(folder / "force", clock) as instance:
        instance.accounts.authorise(Officer(PC, frozenset({Role.OFFICER}), clock().date()))
        witness_there(instance)
        yield Force(instance, clock)


def test_no_check_before_every_document_is_public(real: Force) -> None:
    instance = real.instance
    with pytest.raises(NotActivated, match="has not been registered"):
        real.desks.check.open(FIELDS, PC)
    *others, last = instance.policy.activation
    for each in others:
        register(real, DocumentKind(each.kind))
    with pytest.raises(NotActivated, match=last.kind):
        real.desks.check.open(FIELDS, PC)
    register(real, DocumentKind(last.kind))
    assert real.desks.check.open(FIELDS, PC).is_open
    assert real.deeds().count("policy:document:registered") == len(others) + 1


def register(force: Force, kind: DocumentKind) -> None:
    note = sign_document(kind, document_text(kind), None, answers_for(kind))
    first = force.instance.documents.register(document_text(kind), note)
    assert force.instance.documents.register(document_text(kind), note) == first, "a second time changes nothing"


def test_what_nobody_entitled_signed_is_not_registered(real: Force) -> None:
    kind, before = DocumentKind.DPIA, len(real.deeds())
    with pytest.raises(DocumentInvalid):
        real.instance.documents.register(b"# Another\n", sign_document(kind, b"# Another\n", None, answers_for(kind)))
    assert len(real.deeds()) == before
    assert not real.instance.documents.all()


def test_everybody_reads_them_in_full(real: Force) -> None:
    with TestClient(
        make_app(real.instance, real.desks, localhost_site(8765)), base_url="http://localhost:8765"
    ) as page:
        assert "not public yet" in page.get("/documents").text
        register_documents(real.instance)
        shown = page.get("/documents").text
        for each in real.instance.policy.activation:
            address = f"/documents/{each.digest.removeprefix('sha256:')}"
            assert address in shown
            found = page.get(address)
            assert document_digest(found.content) == each.digest
            assert found.headers["content-type"].startswith("text/plain")
        assert page.get("/documents/" + "0" * 64).status_code == 404
        assert page.get("/documents/..%2f..%2fcheckpoint").status_code == 404


def test_outsiders_find_and_check_them(real: Force) -> None:
    register_documents(real.instance)
    real.desks.check.open(FIELDS, PC)
    real.clock.forward(days=1)
    done = daily(real.instance)
    key = VerifierKey.parse(real.instance.ledger.vkey)
    assert audit(LedgerFolder(done.folder), key).summary.deeds["policy:document:registered"] == 9
    text = done.folder / "document" / real.instance.policy.activation[0].digest.removeprefix("sha256:")
    text.write_bytes(text.read_bytes() + b"changed")
    with pytest.raises(VerificationError) as caught:
        audit(LedgerFolder(done.folder), key)
    assert caught.value.code == Code.DOCUMENT_MISMATCH
    daily(real.instance)
    audit(LedgerFolder(done.folder), key)


def test_texts_that_are_lost_are_found_missing_and_made_again(real: Force) -> None:
    register_documents(real.instance)
    ledger = real.instance.ledger
    size = ledger.verify()
    for path in (real.instance.place.ledger / "document").iterdir():
        path.unlink()
    with pytest.raises(Exception, match="activation document"):
        ledger.verify()
    ledger.rebuild()
    assert ledger.verify() == size
