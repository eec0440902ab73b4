"""Which coded fields go together, who may do a check, and when: each forbidden combination is its own refusal.

Rules (rules.md, "The coded fields of an encounter" and "Power to change and to stop"):
* A code that is not in the policy is refused, whatever the rest.
* What the policy says is the rule; the floor under the policy (`overt.policy.floor`) was checked when it was read.
* A child, or a person who may be one, needs a supervisor's sign-off whatever the policy says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from overt.access import Officer, Permission
from overt.encounter.fields import CodedFields
from overt.errors import (
    AreaCapReached,
    AssemblyNotAllowed,
    ChildNotAllowed,
    DetailsNotForGround,
    GroundNotAllowedHere,
    GroundOff,
    IncompleteEncounter,
    IntelligenceExpired,
    NotActivated,
    NoticeNotAllowed,
    OffenceNotForGround,
    OffenceRequired,
    OfficerCapReached,
    OfficerNotAuthorised,
    OfficerTrainingExpired,
    PilotExpired,
    PilotNotStarted,
    PowerNotForGround,
    SecondCheckReasonRequired,
    SignOffNotValid,
    SignOffRequired,
    UnknownCode,
    WitnessesAway,
)
from overt.identifiers import OfficerId
from overt.policy import Policy, not_activated_because
from overt.policy.activation import NOTHING_PUBLIC, MadePublic
from overt.policy.codes import MAYBE_CHILD, NOT_REQUIRED, RISK_GROUNDS, Ground, Place
from overt.policy.suspension import Order
from overt.policy.values import GroundRules
from overt.scope import as_of_date


@dataclass(frozen=True, slots=True)
class People:
    """The accounts named in the fields, as the store knows them; None for one that it does not know.

    `operator` may be None when the officer holds the phone; `supervisor` when nothing was signed off.
    """

    officer: Officer | None
    operator: Officer | None = None
    supervisor: Officer | None = None


@dataclass(frozen=True, slots=True)
class PilotUse:
    """What has been used up, what the oversight body has suspended, and when a witness was last there.

    `officers_ever`: everybody who was officer or operator of a check of this pilot. `witnessed_at`: the last
    cosignature of a witness that the policy names, or, before the first, when the ledger was made; None where the
    policy names none. `public`: what the ledger has made public of documents and pilots.
    """

    officers_ever: frozenset[OfficerId]
    checks_in_area_last_hour: int
    suspensions: tuple[Order, ...] = ()
    witnessed_at: datetime | None = None
    public: MadePublic = NOTHING_PUBLIC


def check_codes(policy: Policy, fields: CodedFields) -> None:
    """Raises:
    UnknownCode: a code that is not in the policy; the detail names the fields.
    """
    unknown = [name for name, code, known in _codes(policy, fields) if code not in known]
    if unknown:
        raise UnknownCode(f"Not in the policy: {', '.join(dict.fromkeys(unknown))}.")


def _codes(policy: Policy, fields: CodedFields) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    codes = policy.codes
    yield "ground", fields.ground, policy.grounds
    yield "details", fields.details, codes.details
    yield "power", fields.power, codes.powers
    yield "place", fields.place, codes.places
    yield "area", fields.area, codes.areas
    yield "age", fields.age, codes.ages
    yield "without_this", fields.without_this, codes.without_this
    yield from (("tried_first", code, codes.tried_first) for code in fields.tried_first)
    if fields.offence != NOT_REQUIRED:
        yield "offence", fields.offence, codes.offences
    if fields.notice is not None:
        yield "notice", fields.notice, codes.notices
    if fields.second_check_reason is not None:
        yield "second_check_reason", fields.second_check_reason, codes.second_check_reasons


def check_fields(policy: Policy, fields: CodedFields, now: datetime) -> None:
    """Refuse fields that are not allowed together.

    Args:
        policy: the policy in force.
        fields: as read; a notice that is still to be recorded is not looked at.
        now: aware.

    Raises:
        EncounterRefusal: the leaf class that names what does not go together.
    """
    check_codes(policy, fields)
    if not fields.tried_first:
        raise IncompleteEncounter("Not answered: tried_first.")
    ground = policy.grounds[fields.ground]
    if not ground.enabled:
        raise GroundOff()
    _check_place(ground, fields)
    _check_age(ground, fields)
    if fields.notice is not None and fields.notice not in ground.notices:
        raise NoticeNotAllowed()
    if fields.details not in ground.details:
        raise DetailsNotForGround()
    _check_power(ground, fields)
    _check_intelligence(fields, now)


def _check_place(ground: GroundRules, fields: CodedFields) -> None:
    if fields.place in ground.places:
        return
    if fields.place == Place.ASSEMBLY:
        raise AssemblyNotAllowed()
    raise GroundNotAllowedHere()


def _check_age(ground: GroundRules, fields: CodedFields) -> None:
    if fields.age not in ground.ages:
        raise ChildNotAllowed()
    if (ground.sign_off or fields.age in MAYBE_CHILD) and fields.sign_off is None:
        raise SignOffRequired()


def _check_power(ground: GroundRules, fields: CodedFields) -> None:
    if fields.power not in ground.powers:
        raise PowerNotForGround()
    if ground.offence and fields.offence == NOT_REQUIRED:
        raise OffenceRequired()
    if not ground.offence and fields.offence != NOT_REQUIRED:
        raise OffenceNotForGround()


def _check_intelligence(fields: CodedFields, now: datetime) -> None:
    if fields.ground != Ground.INTELLIGENCE_OF_RISK:
        return
    if fields.intelligence_reference is None or fields.intelligence_expires is None:
        raise IncompleteEncounter("Not answered: intelligence_reference, intelligence_expires.")
    if fields.intelligence_expires < as_of_date(now):
        raise IntelligenceExpired()


def check_pilot(policy: Policy, now: datetime, public: MadePublic | None = None) -> None:
    """Args:
        public: what the ledger has made public; None where the opening has looked at that already.

    Raises:
    NotActivated, PilotNotStarted, PilotExpired: as they say; the pilot's last day is a day of use (UTC).
    """
    today = as_of_date(now)
    missing = not_activated_because(policy, today, public)
    if missing:
        raise NotActivated(" ".join(missing))
    if today < policy.pilot.starts:
        raise PilotNotStarted()
    if today > policy.pilot.ends:
        raise PilotExpired()


def check_witnesses(policy: Policy, fields: CodedFields, use: PilotUse, now: datetime) -> None:
    """Raises:
    WitnessesAway: no witness has been there for longer than the policy says; never where life is at risk.
    """
    if not policy.witnesses.known or fields.ground in RISK_GROUNDS:
        return
    allowed = timedelta(hours=policy.witnesses.stop_after_hours)
    if use.witnessed_at is None or now - use.witnessed_at > allowed:
        raise WitnessesAway()


def check_people(fields: CodedFields, people: People, now: datetime) -> None:
    """Refuse people who may not do this check.

    Raises:
        OfficerNotAuthorised, OfficerTrainingExpired: the officer or the operator.
        SignOffNotValid: the sign-off is by nobody who may give it, or by one of the two.
    """
    _check_person(fields.officer, people.officer, Permission.CHECK_DO, now)
    if fields.operator != fields.officer:
        _check_person(fields.operator, people.operator, Permission.CHECK_OPERATE, now)
    if fields.sign_off is None:
        return
    supervisor = people.supervisor
    if supervisor is None or supervisor.id != fields.sign_off or not supervisor.may(Permission.CHECK_SIGN_OFF):
        raise SignOffNotValid()
    if fields.sign_off in (fields.officer, fields.operator):
        raise SignOffNotValid()


def _check_person(account: OfficerId, person: Officer | None, permission: Permission, now: datetime) -> None:
    if person is None or person.id != account or not person.may(permission):
        raise OfficerNotAuthorised()
    if not person.trained(now):
        raise OfficerTrainingExpired()


def check_caps(policy: Policy, fields: CodedFields, use: PilotUse, *, second_in_stop: bool = False) -> None:
    """Refuse what would exceed the pilot.

    Raises:
        OfficerCapReached: officer or operator would be one person too many.
        AreaCapReached: one check too many in the area in an hour.
        SecondCheckReasonRequired: the person was checked before in this stop, and no reason is given.
    """
    if second_in_stop and fields.second_check_reason is None:
        raise SecondCheckReasonRequired()
    newcomers = {fields.officer, fields.operator} - use.officers_ever
    if newcomers and len(use.officers_ever) + len(newcomers) > policy.pilot.officer_cap:
        raise OfficerCapReached()
    if use.checks_in_area_last_hour >= policy.pilot.checks_per_area_hour:
        raise AreaCapReached()
