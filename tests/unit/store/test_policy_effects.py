"""Effects that were signed with changes: demanded, kept, public at once, and never another one."""

import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from overt.errors import EffectInvalid, EffectMissing, LedgerContradiction, PolicyInvalid, ReportMissing
from overt.identifiers import Digest
from overt.publication.copy import publish_copy
from overt.store.creation import create, demonstration_text
from overt.store.policy_effects import HandedIn, evidence, published_effects
from overt_verify.audit import audit
from overt_verify.errors import Code, VerificationError
from overt_verify.note import VerifierKey
from overt_verify.tiles import LedgerFolder
from simulators.force import Clock, Force
from simulators.signatories import demonstration_changed, effect_of, proposal, proposed
from unit.candidates.reports import report, written

LOOSER, STRICTER = ("cap = 3", "cap = 4"), ("cap = 3", "cap = 2")


def size(force: Force) -> int:
    return force.instance.ledger.head().size


def test_a_change_without_its_effect_is_refused(force: Force) -> None:
    changes, before = force.instance.changes, size(force)
    looser, stricter = (demonstration_changed(force.instance.policy, each) for each in (LOOSER, STRICTER))
    note, effect = proposed(force.instance, stricter)
    for refused in (
        lambda: changes.adopt(proposal(stricter)),
        lambda: changes.announce(proposal(looser)),
        lambda: changes.adopt(note),
    ):
        with pytest.raises(EffectMissing):
            refused()
    assert size(force) == before
    assert [name.partition("/")[0] for name, _ in published_effects(force.instance.engine)] == ["report"], "as made"
    changes.adopt(note, effect)


def test_only_the_effect_that_was_signed_is_taken(force: Force) -> None:
    changes, new = force.instance.changes, demonstration_changed(force.instance.policy, STRICTER)
    note, effect = proposed(force.instance, new)
    other = effect_of(force.instance, demonstration_changed(force.instance.policy, LOOSER))
    assert effect.effect is not None
    with pytest.raises(EffectInvalid, match="whose digest was signed"):
        changes.adopt(note, other)
    lie = HandedIn(effect.effect.replace(b'"candidates":2', b'"candidates":1'))
    assert lie != effect
    with pytest.raises(EffectInvalid, match="comes out otherwise"):
        changes.adopt(proposal(new, given=lie), lie)
    changes.adopt(note, effect)


def test_each_model_that_is_shipped_has_its_table_and_its_report(force: Force) -> None:
    found, model = evidence(), force.instance.policy.model
    assert found.tables.keys() == {model.contract} == {force.templates.contract.digest}
    assert {digest: one.contract for digest, one in found.reports.items()} == {model.report: model.contract}


def test_a_report_of_ones_own_comes_with_a_policy_that_names_it(force: Force) -> None:
    policy, changes = force.instance.policy, force.instance.changes
    own = written(report(policy.model.contract))
    named = f"sha256:{sha256(own).hexdigest()}"
    new = demonstration_changed(policy, (policy.model.report, named))
    given = effect_of(force.instance, new, own)
    note = proposal(new, given=given)
    with pytest.raises(ReportMissing):
        changes.announce(note, replace(given, reports=()))
    changes.announce(note, given)
    changes.adopt(note)
    public = dict(published_effects(force.instance.engine))
    assert public[f"report/{named.removeprefix('sha256:')}"] == own
    assert audited(force) is None
    force.instance.renew()
    more = demonstration_changed(new, (policy.model.report, named), STRICTER, ("demonstration-2", "demonstration-3"))
    changes.adopt(*proposed(force.instance, more))


def test_no_instance_is_made_with_a_model_that_nobody_evaluated(folder: Path) -> None:
    text = demonstration_text(Clock()().date(), None)
    other = re.sub(r'report = "sha256:\w+"', f'report = "sha256:{"0" * 64}"', text)
    with pytest.raises(ReportMissing):
        create(folder / "made", other, Clock())
    of_another = written(report(Digest("sha256:" + "1" * 64)))
    named = re.sub(r'report = "sha256:\w+"', f'report = "sha256:{sha256(of_another).hexdigest()}"', text)
    with pytest.raises(EffectInvalid):
        create(folder / "made", named, Clock(), reports=[of_another])
    assert not (folder / "made").exists()


def test_what_was_announced_is_adopted_with_the_same_effect(force: Force) -> None:
    changes, new = force.instance.changes, demonstration_changed(force.instance.policy, LOOSER)
    note, effect = proposed(force.instance, new)
    changes.announce(note, effect)
    with pytest.raises(PolicyInvalid, match="announced with another effect"):
        changes.adopt(proposal(new))
    tighter = demonstration_changed(force.instance.policy, STRICTER, ("demonstration-2", "demonstration-3"))
    changes.adopt(*proposed(force.instance, tighter))
    force.instance.renew()
    changes.adopt(note)
    force.instance.renew()
    assert force.instance.policy.candidates_cap == 4
    assert audited(force) is None


def audited(force: Force) -> Code | None:
    try:
        audit(LedgerFolder(force.instance.place.ledger), VerifierKey.parse(force.instance.ledger.vkey))
    except VerificationError as error:
        return error.code
    return None


def test_outsiders_have_it_at_once_and_check_it(force: Force) -> None:
    new = demonstration_changed(force.instance.policy, ("million = 10000", "million = 2500"))
    force.instance.changes.adopt(*proposed(force.instance, new))
    public = dict(published_effects(force.instance.engine))
    copied = publish_copy(force.instance)
    assert copied.size == 0, "no entry of the day is in the copy yet"
    for name, data in public.items():
        assert (copied.folder / name).read_bytes() == data
    force.instance.renew()
    force.__dict__.pop("desks", None)
    force.enrol(1, 1)
    assert force.found(1) == ["p1"]
    assert audited(force) is None, "the search was made with the threshold that the effect told"
    effect = next(name for name in public if name.startswith("effect/"))
    (force.instance.place.ledger / effect).write_bytes(public[effect] + b" ")
    assert audited(force) == Code.EFFECT_MISMATCH


def test_what_is_lost_is_found_missing_and_made_again(force: Force) -> None:
    new = demonstration_changed(force.instance.policy, STRICTER)
    force.instance.changes.adopt(*proposed(force.instance, new))
    ledger = force.instance.ledger
    for name, data in published_effects(force.instance.engine):
        path = ledger.files.folder / name
        path.unlink()
        with pytest.raises(LedgerContradiction, match="effect of a policy"):
            ledger.verify()
        ledger.rebuild()
        assert path.read_bytes() == data
    ledger.verify()
