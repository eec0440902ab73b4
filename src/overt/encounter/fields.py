"""The coded fields of a check, and how strictly they are read.

Rules:
* Nothing is filled in, nothing is pre-selected. What was not answered is named in the refusal.
* Two things follow from the rest and may be left out: `operator`, when the officer who decides holds the phone, and
  `offence`, when the ground does not rest on one.
* Whether a code exists and goes with the others is the policy's business: `overt.encounter.rules`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from overt.errors import IncompleteEncounter, UnknownCode, UsageError
from overt.identifiers import OfficerId
from overt.policy.codes import NOT_REQUIRED, SUSPICION_GROUNDS, Ground

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9/._-]{0,63}")
_REQUIRED = ("officer", "ground", "details", "power", "tried_first", "place", "area", "age", "without_this")
_INTELLIGENCE = ("intelligence_reference", "intelligence_expires")
NAMES = frozenset(
    {*_REQUIRED, *_INTELLIGENCE, "operator", "offence", "notice", "sign_off", "second_check_reason"},
)
"""Every field that a check may have."""


@dataclass(frozen=True, slots=True)
class CodedFields:
    """What is fixed before the camera opens. `notice` is None until recorded; `sign_off` is a supervisor's account."""

    officer: OfficerId
    operator: OfficerId
    ground: str
    details: str
    power: str
    offence: str
    tried_first: tuple[str, ...]
    place: str
    area: str
    age: str
    notice: str | None
    without_this: str
    sign_off: OfficerId | None = None
    second_check_reason: str | None = None
    intelligence_reference: str | None = None
    intelligence_expires: date | None = None


def read_fields(document: Mapping[str, object], *, notice_later: bool = False) -> CodedFields:
    """Read the fields of a check.

    Args:
        document: field name -> value, as TOML or JSON gives it; an empty text or array counts as not answered.
        notice_later: the notice is recorded in a step of its own and may be missing here.

    Raises:
        UsageError: a name that is not a field, or a value of another type than the field's.
        IncompleteEncounter: fields that are not answered; all are named.
        UnknownCode: a text that cannot be a code.
    """
    unknown = sorted(set(document) - NAMES)
    if unknown:
        raise UsageError(f"These are not fields of a check: {', '.join(name[:64] for name in unknown[:5])}.")
    answers = {name: value for name, value in document.items() if value not in ("", [])}
    missing = [name for name in _due(answers, notice_later) if name not in answers]
    if missing:
        raise IncompleteEncounter(f"Not answered: {', '.join(missing)}.")
    return _fields(answers)


def is_reference(text: str) -> bool:
    """Whether a text can be the reference of an intelligence: letters, digits, `/`, `.`, `_`, `-`; 64 at most."""
    return _REFERENCE.fullmatch(text) is not None


def is_day(text: str) -> bool:
    """Whether a text is an ISO day that exists."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _due(answers: Mapping[str, object], notice_later: bool) -> tuple[str, ...]:
    """The fields that these answers need."""
    ground = str(answers.get("ground"))
    return (
        *_REQUIRED,
        *(() if notice_later else ("notice",)),
        *(("offence",) if ground in SUSPICION_GROUNDS else ()),
        *(_INTELLIGENCE if ground == Ground.INTELLIGENCE_OF_RISK else ()),
    )


def _fields(answers: Mapping[str, object]) -> CodedFields:
    officer = _account(answers, "officer")
    if officer is None:
        raise IncompleteEncounter("Not answered: officer.")
    reference = answers.get("intelligence_reference")
    return CodedFields(
        officer=officer,
        operator=_account(answers, "operator") or officer,
        ground=_code(answers, "ground"),
        details=_code(answers, "details"),
        power=_code(answers, "power"),
        offence=_code({"offence": NOT_REQUIRED, **answers}, "offence"),
        tried_first=_codes(answers, "tried_first"),
        place=_code(answers, "place"),
        area=_code(answers, "area"),
        age=_code(answers, "age"),
        notice=_code(answers, "notice") if "notice" in answers else None,
        without_this=_code(answers, "without_this"),
        sign_off=_account(answers, "sign_off"),
        second_check_reason=_code(answers, "second_check_reason") if "second_check_reason" in answers else None,
        intelligence_reference=_text(reference, "intelligence_reference", _REFERENCE)
        if reference is not None
        else None,
        intelligence_expires=_day(answers, "intelligence_expires"),
    )


def _account(answers: Mapping[str, object], name: str) -> OfficerId | None:
    return OfficerId(_text(answers[name], name, _ACCOUNT)) if name in answers else None


def _code(answers: Mapping[str, object], name: str) -> str:
    return _text(answers[name], name, _CODE)


def _codes(answers: Mapping[str, object], name: str) -> tuple[str, ...]:
    values = answers[name]
    if not isinstance(values, list | tuple) or len(values) > 64:
        raise UsageError(f"The field {name} is an array of codes.")
    return tuple(sorted({_text(value, name, _CODE) for value in values}))


def _text(value: object, name: str, form: re.Pattern[str]) -> str:
    if not isinstance(value, str):
        raise UsageError(f"The field {name} is a text.")
    if not form.fullmatch(value):
        raise UnknownCode(f"The field {name} does not hold a code.")
    return value


def _day(answers: Mapping[str, object], name: str) -> date | None:
    value = answers.get(name)
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise UsageError(f"The field {name} is a date.") from None
