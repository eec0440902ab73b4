"""One entry of the ledger, format 1: bytes in, a checked value out.

Rules:
* The bytes are canonical, the members are exactly those of the format, the deed is known, its row is kept.
* Every `encounter:` entry has a once-tag and no other entry has one.
* What a bystander must not learn stands nowhere in clear: no `area`, no result, and the codes of the dead and the
  missing only in their merged forms.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType

from overt_verify.canonical import JsonValue, parse
from overt_verify.deeds import DEEDS, Shape, has_form
from overt_verify.encoding import is_digest, is_hex64, is_hour
from overt_verify.errors import Code, VerificationError, shown

_ALWAYS = frozenset({"v", "deed", "hour", "build", "policy", "fields", "commitments"})
_NEVER_CLEAR = frozenset({"area", "result", "decision", "outcome"})
_ONLY_MERGED = {"ground": ("missing", "deceased"), "notice": ("given", "deceased")}


@dataclass(frozen=True)
class Entry:
    """A well-formed entry.

    Attributes:
        deed: `subject:object:verb`.
        hour: `YYYY-MM-DDTHHZ`, UTC.
        build: digest of the running program, `sha256:<hex>`.
        policy: digest of the policy in force, likewise.
        fields: coded fields in clear.
        commitments: name to 64 hex digits.
        once: the once-tag, 64 hex digits; None outside encounters.
    """

    deed: str
    hour: str
    build: str
    policy: str
    fields: Mapping[str, JsonValue]
    commitments: Mapping[str, str]
    once: str | None


def parse_entry(data: bytes, index: int | None = None) -> Entry:
    """Read and check one entry.

    Args:
        data: the bytes of the leaf.
        index: its place in the log, for messages.

    Raises:
        VerificationError: one of the `entry_` codes.
    """
    try:
        return _entry(_members(data))
    except VerificationError as error:
        where = "The entry" if index is None else f"Entry {index}"
        raise VerificationError(error.code, f"{where}: {error.message}.", index=index) from error


def _members(data: bytes) -> dict[str, JsonValue]:
    try:
        value = parse(data, literals=False)
    except ValueError as error:
        raise VerificationError(Code.ENTRY_NOT_CANONICAL, str(error)) from error
    if not isinstance(value, dict):
        raise VerificationError(Code.ENTRY_NOT_CANONICAL, "it is not an object")
    if value.get("v") != 1:
        raise VerificationError(Code.ENTRY_VERSION, "its version is not 1")
    return value


def _entry(members: dict[str, JsonValue]) -> Entry:
    deed = members.get("deed")
    shape = DEEDS.get(deed) if isinstance(deed, str) else None
    if not isinstance(deed, str) or shape is None:
        raise VerificationError(Code.ENTRY_DEED, f"unknown deed {shown(str(deed))}")
    _exactly("members", members, _ALWAYS | ({"once"} if deed.startswith("encounter:") else set()))
    once = _formed("once", members["once"], is_hex64) if "once" in members else None
    return Entry(
        deed,
        _formed("hour", members["hour"], is_hour),
        _formed("build", members["build"], is_digest),
        _formed("policy", members["policy"], is_digest),
        _fields(members["fields"], shape),
        _commitments(members["commitments"], shape),
        once,
    )


def _fields(value: JsonValue, shape: Shape) -> Mapping[str, JsonValue]:
    if not isinstance(value, dict):
        raise VerificationError(Code.ENTRY_VALUE, "`fields` is not an object")
    unmerged = {name for name, codes in _ONLY_MERGED.items() if value.get(name) in codes}
    told = sorted(_NEVER_CLEAR & value.keys() | unmerged)
    if told:
        raise VerificationError(Code.ENTRY_TELLS_TOO_MUCH, f"`{told[0]}` stands in clear")
    _exactly("fields", value, shape.fields)
    for name in shape.fields:
        if not has_form(name, value[name]):
            raise VerificationError(Code.ENTRY_VALUE, f"the field `{name}` is malformed")
    return MappingProxyType(value)


def _commitments(value: JsonValue, shape: Shape) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise VerificationError(Code.ENTRY_VALUE, "`commitments` is not an object")
    _exactly("commitments", value, shape.commitments)
    return MappingProxyType({name: _formed(name, value[name], is_hex64) for name in value})


def _exactly(what: str, found: Mapping[str, JsonValue], wanted: Set[str]) -> None:
    odd = sorted(found.keys() ^ wanted)
    if odd:
        problem = "missing" if odd[0] in wanted else "not allowed here"
        raise VerificationError(Code.ENTRY_MEMBERS, f"among its {what}, {shown(odd[0])} is {problem}")


def _formed(name: str, value: JsonValue, form: Callable[[str], bool]) -> str:
    if not isinstance(value, str) or not form(value):
        raise VerificationError(Code.ENTRY_VALUE, f"`{name}` is malformed")
    return value
