"""A document that the schema has approved, as frozen values. Says nothing about whether it is allowed.

Mappings are wrapped so that a policy cannot be changed after it was checked.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from overt.errors import LedgerFormatError, PolicyInvalid
from overt.identifiers import Digest
from overt.ledger.cosignature import parse_witness_key
from overt.ledger.note import VerifierKey, parse_vkey
from overt.policy.codes import DecisionKind
from overt.policy.document import Document
from overt.policy.values import (
    ActivationDocument,
    Codes,
    Deadlines,
    DecisionRule,
    DemographicsLists,
    GalleryRules,
    GroundRules,
    Labels,
    Limits,
    ModelRules,
    NoticeTexts,
    OutcomeRule,
    Pilot,
    Policy,
    Retention,
    Signatories,
    ThresholdRules,
    Witness,
    Witnesses,
)
from overt.scope import Outcome, Source

Value = TypeVar("Value")


def build(document: Document, canonical: str, digest: Digest) -> Policy:
    """The policy of an approved document.

    Raises:
        PolicyInvalid: a date that does not exist, or a key that is none.
    """
    return Policy(
        canonical=canonical,
        digest=digest,
        demonstration=document["demonstration"],
        version=document["version"],
        force=document["force"],
        complaints=document["complaints"],
        signatories=_signatories(document["signatories"]),
        witnesses=_witnesses(document["witnesses"]),
        pilot=_pilot(document["pilot"]),
        limits=Limits(**document["limits"]),
        grounds=_frozen({code: _ground(table) for code, table in document["grounds"].items()}),
        codes=Codes(**_lists(document["codes"])),
        decisions=_frozen(
            {code: DecisionRule(t["text"], DecisionKind(t["kind"])) for code, t in document["decisions"].items()}
        ),
        outcomes=_frozen({code: OutcomeRule(**table) for code, table in document["outcomes"].items()}),
        demographics=DemographicsLists(**_lists(document["demographics"])),
        gallery=_gallery(document["gallery"]),
        candidates_cap=document["candidates"]["cap"],
        model=ModelRules(Digest(document["model"]["contract"]), Digest(document["model"]["report"])),
        threshold=ThresholdRules(**document["threshold"]),
        retention=Retention(**document["retention"]),
        deadlines=Deadlines(**document["deadlines"]),
        notice_texts=NoticeTexts(**document["notice"]),
        activation=tuple(_activation(table) for table in document["activation"]),
    )


def _signatories(table: Document) -> Signatories:
    return Signatories(tuple(_key(text) for text in table["force"]), _key(table["oversight"]), table["notice_days"])


def _key(text: str) -> VerifierKey:
    try:
        return parse_vkey(text)
    except LedgerFormatError:
        raise PolicyInvalid(f"{text} is not a verifier key with its right id.") from None


def _witnesses(table: Document) -> Witnesses:
    try:
        known = tuple(Witness(parse_witness_key(each["key"]), each["address"]) for each in table["known"])
    except LedgerFormatError:
        raise PolicyInvalid("The key of a witness is not a cosigner's with its right id.") from None
    return Witnesses(known, table["stop_after_hours"])


def _pilot(table: Document) -> Pilot:
    return Pilot(
        starts=_day(table["starts"]),
        ends=_day(table["ends"]),
        officer_cap=table["officer_cap"],
        checks_per_area_hour=table["checks_per_area_hour"],
    )


def _ground(table: Document) -> GroundRules:
    sets = {name: frozenset(table[name]) for name in ("places", "ages", "notices", "details", "powers")}
    return GroundRules(
        text=table["text"],
        enabled=table["enabled"],
        galleries=tuple(Source(source) for source in table["galleries"]),
        offence=table["offence"],
        sign_off=table["sign_off"],
        **sets,
    )


def _gallery(table: Document) -> GalleryRules:
    outcomes = {
        Source(source): frozenset(Outcome(code) for code in codes) for source, codes in table["outcomes"].items()
    }
    return GalleryRules(_frozen(outcomes), table["review_interval_days"], table["ceiling"])


def _activation(table: Document) -> ActivationDocument:
    until = table.get("valid_until")
    key = table.get("signed_by")
    return ActivationDocument(
        table["kind"],
        table["name"],
        table["digest"],
        _day(until) if until else None,
        _key(key) if key else None,
    )


def _lists(tables: Mapping[str, Any]) -> dict[str, Labels]:
    return {name: _frozen(table) for name, table in tables.items()}


def _frozen(table: Mapping[Any, Value]) -> Mapping[Any, Value]:
    return MappingProxyType(dict(table))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PolicyInvalid(f"{text} is not a day that exists.") from None
