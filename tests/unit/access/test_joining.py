"""How people and phones come in: by a link, once, within ten minutes, for what it was made for."""

from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from overt.access import InvitationKind, Role
from overt.access.joining_desk import device_label
from overt.errors import InvitationInvalid, PasskeyInvalid, PasskeyStale, PersonUnknown, UsageError
from overt.identifiers import EncounterId, OfficerId
from simulators.paper_access import PARTY, PaperForce
from simulators.soft_authenticator import How, SoftAuthenticator, from_base64

POINT = derive_private_key(7, SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
CHECK = EncounterId(UUID(int=9))


@pytest.fixture
def force() -> PaperForce:
    made = PaperForce()
    made.has("root", Role.ADMINISTRATOR)
    made.has("sarge", Role.SUPERVISOR)
    made.has("pc-1", Role.OFFICER)
    return made


def link(force: PaperForce, kind: InvitationKind) -> bytes:
    """A link of each kind, made by somebody who may."""
    match kind:
        case InvitationKind.ADMINISTRATOR:
            return force.people.link_from_terminal(None)
        case InvitationKind.PASSKEY:
            return force.people.passkey_link(OfficerId("sarge"), OfficerId("pc-1"))
        case InvitationKind.DEVICE:
            return force.people.device_link(OfficerId("sarge"))
        case InvitationKind.SECOND_JUDGEMENT:
            return force.people.second_link(OfficerId("pc-1"), CHECK)


def use(force: PaperForce, kind: InvitationKind, token: bytes) -> None:
    """Use a link for what one of a kind is for."""
    if kind is InvitationKind.DEVICE:
        force.joining.enrol(token, POINT, "")
    elif kind is InvitationKind.SECOND_JUDGEMENT:
        assert force.joining.second_invitation(token) == CHECK
        force.joining.use_second(token)
    else:
        force.joins(token, kind, "root-2")


@pytest.mark.parametrize("kind", InvitationKind)
@pytest.mark.parametrize("other", InvitationKind)
def test_a_link_works_once_and_for_what_it_was_made_for(
    force: PaperForce, kind: InvitationKind, other: InvitationKind
) -> None:
    token = link(force, kind)
    if other is not kind:
        with pytest.raises(InvitationInvalid):
            use(force, other, token)
    use(force, kind, token)
    with pytest.raises(InvitationInvalid):
        use(force, kind, token)


@pytest.mark.parametrize("kind", InvitationKind)
@pytest.mark.parametrize(("span", "works"), [(timedelta(minutes=10), True), (timedelta(minutes=10, seconds=1), False)])
def test_a_link_works_for_ten_minutes(force: PaperForce, kind: InvitationKind, span: timedelta, works: bool) -> None:
    token = link(force, kind)
    force.clock.moment += span
    if works:
        use(force, kind, token)
    else:
        with pytest.raises(InvitationInvalid):
            use(force, kind, token)


def test_a_link_that_nobody_made_does_not_work(force: PaperForce) -> None:
    for kind in InvitationKind:
        with pytest.raises(InvitationInvalid):
            use(force, kind, bytes(32))


@pytest.mark.parametrize("kind", sorted(set(InvitationKind) - {InvitationKind.ADMINISTRATOR}))
def test_a_link_is_worth_what_its_maker_may_do_now(force: PaperForce, kind: InvitationKind) -> None:
    token = link(force, kind)
    for each in ("sarge", "pc-1"):
        force.accounts.revoke(OfficerId(each))
    with pytest.raises(InvitationInvalid):
        use(force, kind, token)


def test_a_supervisors_link_gives_no_passkey_of_somebody_who_was_promoted_since(force: PaperForce) -> None:
    token = link(force, InvitationKind.PASSKEY)
    force.has("pc-1", Role.ADMINISTRATOR)
    with pytest.raises(InvitationInvalid):
        force.joins(token)
    force.has("pc-1", Role.OFFICER)
    assert force.joins(token)


def test_a_link_of_somebody_who_has_left_gives_no_passkey(force: PaperForce) -> None:
    token = link(force, InvitationKind.PASSKEY)
    force.accounts.revoke(OfficerId("pc-1"))
    with pytest.raises(InvitationInvalid):
        force.joins(token)


# --- a person --------------------------------------------------------------------------------------------------------


def test_the_first_administrator_comes_in_from_the_terminal(force: PaperForce) -> None:
    phone = force.joins(force.people.link_from_terminal(None), InvitationKind.ADMINISTRATOR, "root-2")
    assert force.accounts.deeds == ["authorised root-2", "passkey of root-2"]
    assert force.accounts.officers[OfficerId("root-2")].roles == {Role.ADMINISTRATOR}
    assert force.signs_in(phone).officer == "root-2"


def test_an_administrator_who_lost_every_passkey_comes_in_again_and_nobody_else(force: PaperForce) -> None:
    force.joins(force.people.link_from_terminal(OfficerId("root")))
    assert force.accounts.deeds == ["passkey of root"]
    for other in ("sarge", "nobody"):
        with pytest.raises(PersonUnknown):
            force.people.link_from_terminal(OfficerId(other))
    force.accounts.revoke(OfficerId("root"))
    with pytest.raises(PersonUnknown):
        force.people.link_from_terminal(OfficerId("root"))


@pytest.mark.parametrize("name", ["", "root", " root-2", "root 2", "-root", "ro\x00ot", "r" * 65, "жук", "a/b"])
def test_a_new_administrator_needs_a_name_of_their_own(force: PaperForce, name: str) -> None:
    token = force.people.link_from_terminal(None)
    with pytest.raises(UsageError):
        force.joins(token, InvitationKind.ADMINISTRATOR, name)
    force.joins(token, InvitationKind.ADMINISTRATOR, "root-2")


def test_a_link_for_somebody_does_not_take_a_name(force: PaperForce) -> None:
    force.joins(link(force, InvitationKind.PASSKEY), name="root")
    assert force.accounts.deeds == ["passkey of pc-1"]


def test_a_passkey_that_is_there_is_named_so_that_no_second_is_made_beside_it(force: PaperForce) -> None:
    first = force.joins(link(force, InvitationKind.PASSKEY))
    asked = force.joining.ask(InvitationKind.PASSKEY, link(force, InvitationKind.PASSKEY), "")
    assert [from_base64(each["id"]) for each in asked["excludeCredentials"]] == list(first.keys)


def test_nothing_that_names_the_person_goes_to_the_authenticator_but_the_account(force: PaperForce) -> None:
    asked = force.joining.ask(InvitationKind.PASSKEY, link(force, InvitationKind.PASSKEY), "")
    assert asked["user"]["name"] == "pc-1"
    assert b"pc-1" not in from_base64(asked["user"]["id"])
    assert len(from_base64(asked["user"]["id"])) == 32


def test_who_mistypes_may_try_again(force: PaperForce) -> None:
    token = link(force, InvitationKind.PASSKEY)
    phone = SoftAuthenticator(PARTY.origin)
    for how in (How(verified=False), How(origin="https://elsewhere.example")):
        asked = force.joining.ask(InvitationKind.PASSKEY, token, "")
        with pytest.raises(PasskeyInvalid):
            force.joining.join(InvitationKind.PASSKEY, token, "", phone.make(asked, how=how))
    assert force.joins(token)
    assert force.accounts.deeds == ["passkey of pc-1"]


def test_an_answer_is_to_the_question_of_this_link(force: PaperForce) -> None:
    mine, other = link(force, InvitationKind.PASSKEY), link(force, InvitationKind.PASSKEY)
    made = SoftAuthenticator(PARTY.origin).make(force.joining.ask(InvitationKind.PASSKEY, mine, ""))
    with pytest.raises(PasskeyStale):
        force.joining.join(InvitationKind.PASSKEY, other, "", made)
    with pytest.raises(PasskeyStale):  # the question was used up by that
        force.joining.join(InvitationKind.PASSKEY, mine, "", made)
    signing_in = SoftAuthenticator(PARTY.origin)
    signing_in.make(force.joining.ask(InvitationKind.PASSKEY, mine, ""))
    answer = signing_in.use(force.sign_in.ask())
    with pytest.raises(PasskeyStale):
        force.joining.join(InvitationKind.PASSKEY, mine, "", answer)


def test_whoever_comes_with_a_link_that_does_not_work_is_counted_and_leaves_nothing(force: PaperForce) -> None:
    token = link(force, InvitationKind.PASSKEY)
    made = SoftAuthenticator(PARTY.origin).make(force.joining.ask(InvitationKind.PASSKEY, token, ""))
    force.clock.forward(minutes=11)
    attempts = [
        lambda: force.joining.ask(InvitationKind.PASSKEY, token, ""),
        lambda: force.joining.join(InvitationKind.PASSKEY, token, "", made),
        lambda: force.joining.join(InvitationKind.PASSKEY, token, "", {}),
        lambda: force.joining.enrol(token, POINT, ""),
        lambda: force.joining.second_invitation(token),
    ]
    for number, attempt in enumerate(attempts, 1):
        with pytest.raises((InvitationInvalid, PasskeyInvalid)):
            attempt()
        assert force.accounts.strangers == {"join": number}
    assert force.accounts.deeds == []


# --- a phone ---------------------------------------------------------------------------------------------------------


def test_a_phone_is_enrolled_under_a_name_for_people(force: PaperForce) -> None:
    device = force.joining.enrol(link(force, InvitationKind.DEVICE), POINT, "van 3, front")
    assert force.accounts.phones[device].public_key == POINT
    assert force.accounts.deeds == ["enrolled van 3, front"]


@pytest.mark.parametrize("point", [b"", b"\x04" + bytes(64), POINT[:-1], POINT + b"\x00", b"\x02" + POINT[1:33]])
def test_a_key_that_is_none_uses_no_link_up(force: PaperForce, point: bytes) -> None:
    token = link(force, InvitationKind.DEVICE)
    with pytest.raises(UsageError):
        force.joining.enrol(token, point, "")
    assert force.joining.enrol(token, POINT, "")


@pytest.mark.parametrize("label", ["<b>", "a\nb", "x" * 61, "\x00", '"'])
def test_a_label_that_is_none_uses_no_link_up(force: PaperForce, label: str) -> None:
    token = link(force, InvitationKind.DEVICE)
    with pytest.raises(UsageError):
        force.joining.enrol(token, POINT, label)
    assert force.joining.enrol(token, POINT, "")


@pytest.mark.parametrize(("said", "kept"), [("", "phone"), ("Ffôn 3", "Ffôn 3"), ("Sgt's (old)", "Sgt's (old)")])
def test_labels(said: str, kept: str) -> None:
    assert device_label(said) == kept
