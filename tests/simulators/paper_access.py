"""A force's accounts, phones, passkeys, links and sessions on paper: fills the Protocols of `overt.access.ports`.

The store does the same with PostgreSQL, under tests of its own (`tests/unit/store`).
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

from overt.access import DeviceKey, Invitation, InvitationKind, Officer, Role, Session, hash_token
from overt.access.joining_desk import JoiningDesk
from overt.access.passkeys import Challenge, Passkey, RelyingParty
from overt.access.people_desk import PeopleDesk
from overt.access.ports import Around
from overt.access.sign_in_desk import PhoneProof, SignInDesk
from overt.errors import InvitationInvalid, PasskeyInvalid, PasskeyStale
from overt.identifiers import OfficerId
from simulators.soft_authenticator import HONEST, How, SoftAuthenticator

PARTY = RelyingParty("overt.force.example", "Overt", "https://overt.force.example")
START = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
TRAINED = date(2030, 1, 1)


class PaperClock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class PaperPeople:
    """Accounts and phones. What was done is in `deeds`, in order; strangers are counted by what they tried."""

    officers: dict[OfficerId, Officer] = field(default_factory=dict)
    phones: dict[UUID, DeviceKey] = field(default_factory=dict)
    deeds: list[str] = field(default_factory=list)
    strangers: Counter[str] = field(default_factory=Counter)

    def officer(self, officer: OfficerId) -> Officer | None:
        return self.officers.get(officer)

    def authorise(self, officer: Officer) -> int:
        self.officers[officer.id] = officer
        return self.did(f"authorised {officer.id}")

    def revoke(self, officer: OfficerId) -> int:
        self.officers[officer] = replace(self.officers[officer], revoked=True)
        return self.did(f"revoked {officer}")

    def device(self, device: UUID) -> DeviceKey | None:
        return self.phones.get(device)

    def enrol_device(self, device: DeviceKey, label: str) -> int:
        self.phones[device.id] = device
        return self.did(f"enrolled {label}")

    def revoke_device(self, device: UUID) -> int:
        self.phones[device] = replace(self.phones[device], revoked=True)
        return self.did("revoked a phone")

    def count_stranger(self, name: str) -> None:
        self.strangers[name] += 1

    def did(self, what: str) -> int:
        self.deeds.append(what)
        return len(self.deeds) - 1


@dataclass
class PaperKeyring:
    """Passkeys, challenges and links."""

    people: PaperPeople
    now: PaperClock
    passkeys: dict[bytes, Passkey] = field(default_factory=dict)
    challenges: dict[bytes, Challenge] = field(default_factory=dict)
    links: dict[bytes, Invitation] = field(default_factory=dict)

    def register(self, passkey: Passkey) -> int:
        if passkey.id in self.passkeys:
            raise PasskeyInvalid()
        self.passkeys[passkey.id] = passkey
        return self.people.did(f"passkey of {passkey.account}")

    def find(self, passkey_id: bytes) -> Passkey | None:
        found = self.passkeys.get(passkey_id)
        return None if found is None or self.people.officers[found.account].revoked else found

    def of(self, account: OfficerId) -> list[tuple[Passkey, datetime]]:
        return [(each, START) for each in self.passkeys.values() if each.account == account]

    def used(self, passkey: Passkey) -> None:
        self.passkeys[passkey.id] = passkey

    def ask(self, challenge: Challenge) -> None:
        self.challenges[challenge.value] = challenge

    def take(self, value: bytes) -> Challenge:
        if value not in self.challenges:
            raise PasskeyStale()
        return self.challenges.pop(value)

    def invite(self, invitation: Invitation) -> None:
        self.links[invitation.token_hash] = invitation

    def invited(self, token: bytes, kind: InvitationKind) -> Invitation:
        found = self.links.get(hash_token(token))
        if found is None:
            raise InvitationInvalid()
        found.demand(kind, self.now())
        return found

    def use_invitation(self, token: bytes, kind: InvitationKind) -> Invitation:
        found = self.invited(token, kind)
        self.links[found.token_hash] = replace(found, used=True)
        return found


@dataclass
class PaperSessions:
    """Sessions by the hash of their token."""

    now: PaperClock
    kept: dict[bytes, Session] = field(default_factory=dict)

    def open(self, session: Session) -> None:
        self.kept[session.token_hash] = session

    def verified(self, token_hash: bytes) -> None:
        self.kept[token_hash] = replace(self.kept[token_hash], verified_at=self.now())


class PaperForce:
    """One force with its desks; randomness is a number that rises."""

    def __init__(self) -> None:
        numbers = count(1)
        self.clock = PaperClock()
        self.accounts = PaperPeople()
        self.keyring = PaperKeyring(self.accounts, self.clock)
        self.sessions = PaperSessions(self.clock)
        around = Around(lambda size: next(numbers).to_bytes(size, "big"), self.clock)
        self.joining = JoiningDesk(PARTY, self.accounts, self.keyring, around)
        self.people = PeopleDesk(self.accounts, self.keyring, around)
        self.sign_in = SignInDesk(PARTY, self.accounts, self.keyring, self.sessions, around)

    def has(self, name: str, *roles: Role) -> OfficerId:
        """An account that is there, with these roles."""
        account = OfficerId(name)
        self.accounts.officers[account] = Officer(account, frozenset(roles), TRAINED)
        return account

    def joins(self, link: bytes, kind: InvitationKind = InvitationKind.PASSKEY, name: str = "") -> SoftAuthenticator:
        """Somebody makes a passkey by a link."""
        authenticator = SoftAuthenticator(PARTY.origin)
        self.joining.join(kind, link, name, authenticator.make(self.joining.ask(kind, link, name)))
        return authenticator

    def signs_in(self, authenticator: SoftAuthenticator, how: How = HONEST, phone: PhoneProof | None = None) -> Session:
        """Somebody signs in."""
        token = self.sign_in.sign_in(authenticator.use(self.sign_in.ask(), how), phone)
        return self.sessions.kept[hash_token(token)]
